-- What posts give, and the triggers that keep sessions and the three duties right.

-- What the posts that hold today give to each of these people. The one definition of scope.
create function commons.security_scope(ids bigint[]) returns table (
    actor_id bigint, name text, kind text, lang text, operations text[], orgs ltree[], regions ltree[],
    holders text[], org text, duty text, refresh_at timestamptz
) language sql stable security definer set search_path = pg_catalog, commons, public, pg_temp as $$
    with held as (
        select p.actor_id, p.id, o.code as org, o.path, coalesce(p.region, o.region) as region,
               -- a post on a place smaller than its office (a grid of a village) does not speak for the office
               p.region is not null and o.region is not null and p.region <@ o.region and p.region <> o.region
                   as narrow,
               p.region is not null and nlevel(p.region) = 4 as grid,
               r.operations, r.scope, r.duty
        from security_post p
        join security_org o on o.code = p.org and o.active
        join security_role r on r.id = p.role and r.active
        where p.actor_id = any (ids) and p.valid_from <= now() and (p.valid_to is null or p.valid_to > now())
    ), ops as (
        select h.actor_id, array_agg(distinct x order by x) as operations
        from held h, unnest(h.operations) x group by h.actor_id
    ), seen as (
        select h.actor_id,
               coalesce(array_agg(distinct case h.scope when 'county' then subpath(h.path, 0, 1) else h.path end)
                   filter (where h.scope in ('own_org', 'county') or (h.scope = 'region' and not h.narrow)),
                   '{}') as orgs,
               coalesce(array_agg(distinct case h.scope when 'county'
                                           then coalesce(subpath(h.region, 0, 1), ''::ltree) else h.region end)
                   filter (where h.scope = 'county' or (h.scope = 'region' and h.region is not null)),
                   '{}') as regions,
               coalesce(array_agg(distinct case when h.grid then 'grid:' || substr(subpath(h.region, -1, 1)::text, 2)
                                                else 'org:' || h.org end)
                   filter (where h.duty is null), '{}') as holders,
               (array_agg(h.org order by h.id))[1] as org,
               max(h.duty) as duty
        from held h group by h.actor_id
    ), turns as (
        select p.actor_id, min(t.at) as at
        from security_post p, lateral (values (p.valid_from), (p.valid_to)) t (at)
        where p.actor_id = any (ids) and t.at > now() group by p.actor_id
    )
    select a.id, a.name, a.kind, a.lang,
           case when k.must_change then '{}' else coalesce(o.operations, '{}') end,
           case when k.must_change then '{}' else coalesce(s.orgs, '{}') end,
           case when k.must_change then '{}' else coalesce(s.regions, '{}') end,
           case when k.must_change then '{}' else array_append(coalesce(s.holders, '{}'), 'actor:' || a.id) end,
           s.org, s.duty, coalesce(t.at, 'infinity')
    from security_actor a
    left join security_credential k on k.actor_id = a.id
    left join ops o on o.actor_id = a.id
    left join seen s on s.actor_id = a.id
    left join turns t on t.actor_id = a.id
    where a.id = any (ids) and a.active
$$;

-- Sessions of these people carry what their posts give now; people who may not enter any more lose them.
create function commons.security_rebuild(ids bigint[]) returns void language plpgsql security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
declare live bigint[];
begin
    select array_agg(distinct actor_id) into live from security_session where actor_id = any (ids);
    if live is null then
        return;
    end if;
    delete from security_session s using security_actor a
        where s.actor_id = any (live) and a.id = s.actor_id and not a.active;
    update security_session s set
        name = c.name, actor_kind = c.kind, lang = c.lang, orgs = c.orgs, regions = c.regions,
        holders = c.holders, org = c.org, duty = c.duty, refresh_at = c.refresh_at,
        operations = case when s.allowed is null then c.operations
                          else array(select unnest(c.operations) intersect select unnest(s.allowed) order by 1) end
    from security_scope(live) c where c.actor_id = s.actor_id;
end $$;

create function commons.security_post_changed() returns trigger language plpgsql security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
declare ids bigint[]; clash text;
begin
    if tg_op = 'DELETE' then
        select array_agg(distinct actor_id) into ids from old_rows;
    else
        select array_agg(distinct actor_id) into ids from new_rows;
    end if;
    if ids is null then
        return null;
    end if;
    -- one lock per person: two grants at the same time cannot each overlook the other's branch
    perform 1 from security_actor a where a.id = any (ids) order by a.id for no key update;
    select min(a.login) into clash from (
        select p.actor_id from security_post p join security_role r on r.id = p.role
        where p.actor_id = any (ids) and (p.valid_to is null or p.valid_to > now())
        group by p.actor_id having count(distinct coalesce(r.duty, 'business')) > 1
    ) c join security_actor a on a.id = c.actor_id;
    if clash is not null then
        raise exception 'security.duties_clash' using errcode = 'CS001', detail = clash,
            hint = 'system, security and audit duties are kept by different people, who hold no business posts';
    end if;
    update security_actor a set orgs = coalesce(n.orgs, '{}'), duty = n.duty
    from unnest(ids) i (id)
    left join lateral (
        select array_agg(distinct o.path) as orgs, max(r.duty) as duty
        from security_post p join security_org o on o.code = p.org join security_role r on r.id = p.role
        where p.actor_id = i.id and (p.valid_to is null or p.valid_to > now())
    ) n on true
    where a.id = i.id and (a.orgs is distinct from coalesce(n.orgs, '{}') or a.duty is distinct from n.duty);
    perform security_rebuild(ids);
    return null;
end $$;
create trigger security_post_inserted after insert on commons.security_post
    referencing new table as new_rows for each statement execute function commons.security_post_changed();
create trigger security_post_updated after update on commons.security_post
    referencing new table as new_rows for each statement execute function commons.security_post_changed();
create trigger security_post_deleted after delete on commons.security_post
    referencing old table as old_rows for each statement execute function commons.security_post_changed();

create function commons.security_role_changed() returns trigger language plpgsql security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
declare clash text; ids bigint[];
begin
    select n.id || ': ' || min(x.id) into clash
    from new_rows n join security_operation x on x.id = any (n.operations)
    where case when n.duty is null then x.duties <> '{}' and not 'business' = any (x.duties)
               else not n.duty = any (x.duties) end
    group by n.id limit 1;
    if clash is not null then
        raise exception 'security.operation_of_another_duty' using errcode = 'CS002', detail = clash,
            hint = 'a duty role carries only operations of its own branch, a business role none of theirs';
    end if;
    if tg_op = 'UPDATE' then
        select array_agg(distinct p.actor_id) into ids
        from new_rows n join security_post p on p.role = n.id
        join security_session s on s.actor_id = p.actor_id;
        if exists (select from new_rows n join old_rows o using (id) where n.duty is distinct from o.duty) then
            raise exception 'security.duty_is_fixed' using errcode = 'CS003';
        end if;
        perform security_rebuild(ids);
    end if;
    return null;
end $$;
create trigger security_role_inserted after insert on commons.security_role
    referencing new table as new_rows for each statement execute function commons.security_role_changed();
create trigger security_role_updated after update on commons.security_role
    referencing old table as old_rows new table as new_rows
    for each statement execute function commons.security_role_changed();

create function commons.security_actor_changed() returns trigger language plpgsql security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
begin
    perform security_rebuild(array(select n.id from new_rows n join old_rows o using (id)
        where (n.active, n.name, n.lang) is distinct from (o.active, o.name, o.lang)));
    return null;
end $$;
create trigger security_actor_updated after update on commons.security_actor
    referencing old table as old_rows new table as new_rows
    for each statement execute function commons.security_actor_changed();

-- An office that moves takes its subtree and the people's denormalised paths along.
create function commons.security_org_changed() returns trigger language plpgsql security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
declare ids bigint[];
begin
    select array_agg(distinct p.actor_id) into ids
    from new_rows n join old_rows o using (code) join security_post p on p.org = n.code
    where (n.path, n.region, n.active) is distinct from (o.path, o.region, o.active);
    if ids is not null then
        update security_actor a set orgs = n.orgs from (
            select p.actor_id, array_agg(distinct o.path) as orgs
            from security_post p join security_org o on o.code = p.org
            where p.actor_id = any (ids) and (p.valid_to is null or p.valid_to > now()) group by p.actor_id
        ) n where a.id = n.actor_id;
        perform security_rebuild(ids);
    end if;
    return null;
end $$;
create trigger security_org_updated after update on commons.security_org
    referencing old table as old_rows new table as new_rows
    for each statement execute function commons.security_org_changed();
