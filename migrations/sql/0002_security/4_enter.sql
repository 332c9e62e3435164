-- The doors: entering, signing in and out, passwords, keys, names and phones.

-- Who asks: one primary key lookup; without a valid session, the public.
create function commons.security_enter(token_hash bytea, claim bytea) returns table (
    actor_id bigint, name text, kind text, operations text[], orgs text[], regions text[], holders text[],
    org text, duty text, lang text, csrf text, city_now timestamptz
) language plpgsql security definer set search_path = pg_catalog, commons, public, pg_temp as $$
declare s commons.security_session;
begin
    perform set_config('chengshu.session', '', true),
            set_config('chengshu.claim', coalesce(encode(claim, 'hex'), ''), true);
    if token_hash is not null then
        select * into s from security_session x
            where x.hash = token_hash and x.expires_at > now() and x.seen_at + x.idle > now();
        if found and s.refresh_at <= now() then
            perform security_rebuild(array[s.actor_id]);
            select * into s from security_session x where x.hash = token_hash;
        end if;
    end if;
    if s.hash is null then
        return query select 1::bigint, '公众', 'public', '{}'::text[], '{}'::text[], '{}'::text[], '{}'::text[],
            null::text, null::text, null::text, null::text, runtime.city_now();
        return;
    end if;
    perform set_config('chengshu.session', encode(token_hash, 'hex'), true);
    if s.seen_at < now() - interval '1 minute' and current_setting('transaction_read_only') = 'off' then
        update security_session x set seen_at = now()
            where x.hash = (select y.hash from security_session y where y.hash = token_hash for update skip locked);
    end if;
    return query select s.actor_id, s.name, s.actor_kind, s.operations, s.orgs::text[], s.regions::text[],
        s.holders, s.org, s.duty, s.lang, s.csrf, runtime.city_now();
end $$;

-- How to hash the password of this login, and how long it has to wait; the same kind of answer for any login.
create function commons.security_challenge(p_login text, p_remote text)
returns table (salt bytea, params text, wait_seconds int) language plpgsql security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
begin
    return query select
        coalesce(k.salt, substr(sha256(x.pepper || convert_to(lower(p_login), 'utf8')), 1, 16)),
        coalesce(k.params, 'argon2id,19456,2,1'),
        coalesce((select greatest(0, ceil(extract(epoch from max(t.locked_until) - now())))::int
                  from security_attempt t where t.locked_until > now()
                  and t.key in ('login:' || lower(p_login), 'remote:' || coalesce(p_remote, ''))), 0)
    from security_secret x
    left join (security_actor a join security_credential c on c.actor_id = a.id) k
        on k.login = lower(p_login);
end $$;

-- Inserts the session and ends the oldest ones beyond the limit.
create function commons.security_open(p_actor bigint, p_hash bytea, p_csrf text, p_remote text, p_client text)
returns void language plpgsql security definer set search_path = pg_catalog, commons, public, pg_temp as $$
declare policy commons.security_policy;
begin
    select * into policy from security_policy;
    delete from security_session s where s.hash in (
        select x.hash from security_session x where x.actor_id = p_actor and x.kind = 'browser'
        order by x.seen_at desc, x.id desc offset policy.sessions_max - 1);
    insert into security_session (hash, actor_id, kind, csrf, expires_at, idle, remote, client,
        name, actor_kind, lang, operations, orgs, regions, holders, org, duty, refresh_at)
    select p_hash, c.actor_id, 'browser', p_csrf, now() + make_interval(hours => policy.session_hours),
        make_interval(mins => policy.idle_minutes), left(p_remote, 100), left(p_client, 200),
        c.name, c.kind, c.lang, c.operations, c.orgs, c.regions, c.holders, c.org, c.duty, c.refresh_at
    from security_scope(array[p_actor]) c;
    perform set_config('chengshu.session', encode(p_hash, 'hex'), true);
end $$;

-- The web process proves that it knows the password's digest; it can never read one.
create function commons.security_sign_in(p_login text, p_digest bytea, p_hash bytea, p_csrf text, p_remote text,
    p_client text) returns table (outcome text, actor_id bigint, wait_seconds int)
language plpgsql security definer set search_path = pg_catalog, commons, public, pg_temp as $$
declare
    policy commons.security_policy;
    keys text[] := array['login:' || left(lower(p_login), 64), 'remote:' || left(coalesce(p_remote, ''), 100)];
    wait int;
    who bigint;
begin
    select * into policy from security_policy;
    insert into security_attempt (key) select k from unnest(keys) k order by k on conflict do nothing;
    perform 1 from security_attempt t where t.key = any (keys) order by t.key for update;
    select ceil(extract(epoch from max(t.locked_until) - now()))::int into wait
        from security_attempt t where t.key = any (keys) and t.locked_until > now();
    if wait is not null then
        return query select 'wait', null::bigint, wait;
        return;
    end if;
    select a.id into who from security_actor a join security_credential c on c.actor_id = a.id
        where a.login = lower(p_login) and a.active and a.kind in ('staff', 'system')
        and c.digest = sha256(p_digest);
    if who is null then
        update security_attempt t set
            failures = n.failures, last_at = now(),
            locked_until = case when n.failures < n.most then '-infinity'
                else now() + make_interval(secs => least(policy.lock_seconds_max,
                     policy.lock_seconds * power(2, least(n.failures - n.most, 20)))) end
        from (select x.key,
                     -- many people share one address: its failures are forgotten sooner than one login's
                     case when x.last_at < now() - case when x.key like 'login:%' then interval '1 day'
                                                        else interval '15 minutes' end
                          then 1 else x.failures + 1 end as failures,
                     case when x.key like 'login:%' then policy.login_failures else policy.remote_failures end as most
              from security_attempt x where x.key = any (keys)) n
        where t.key = n.key;
        return query select 'refused', null::bigint, 0;
        return;
    end if;
    delete from security_attempt t where t.key = keys[1];
    -- the session that this browser had before ends with the new one's beginning
    delete from security_session s where s.hash = my_hash() and s.kind = 'browser';
    perform security_open(who, p_hash, p_csrf, p_remote, p_client);
    return query select 'opened', who, 0;
end $$;

-- For an identity that an outside provider has vouched for; only trusted callers reach it.
create function commons.security_sign_in_as(p_actor bigint, p_hash bytea, p_csrf text, p_remote text, p_client text)
returns boolean language plpgsql security definer set search_path = pg_catalog, commons, public, pg_temp as $$
begin
    if not exists (select from security_actor a where a.id = p_actor and a.active and a.kind = 'staff') then
        return false;
    end if;
    perform security_open(p_actor, p_hash, p_csrf, p_remote, p_client);
    return true;
end $$;

create function commons.security_sign_out() returns bigint language sql security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
    delete from security_session where hash = my_hash() and kind = 'browser' returning actor_id
$$;

create function commons.security_my_sessions() returns table (id bigint, kind text, created_at timestamptz,
    seen_at timestamptz, expires_at timestamptz, client text, remote text, current boolean)
language sql stable security definer set search_path = pg_catalog, commons, public, pg_temp as $$
    select s.id, s.kind, s.created_at, s.seen_at, s.expires_at, s.client, s.remote, s.hash = my_hash()
    from security_session s where s.actor_id = my_id() and s.kind = 'browser' and s.expires_at > now()
    order by s.seen_at desc, s.id desc
$$;

create function commons.my_must_change() returns boolean language sql stable security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
    select coalesce((select c.must_change from security_credential c where c.actor_id = my_id()), false)
$$;

create function commons.security_end_session(p_id bigint, p_kind text) returns bigint language sql security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
    delete from security_session s where s.id = p_id and s.kind = p_kind
        and case p_kind when 'key' then my_may('security.manage_keys')
                        else s.actor_id = my_id() or my_may('security.grant') end
    returning s.actor_id
$$;

-- My own password: the current one must be known; every other session of mine ends.
create function commons.security_change_password(p_current bytea, p_salt bytea, p_params text, p_digest bytea)
returns boolean language plpgsql security definer set search_path = pg_catalog, commons, public, pg_temp as $$
declare me bigint := my_id();
begin
    update security_credential c set salt = p_salt, params = p_params, digest = sha256(p_digest),
        must_change = false, changed_at = now()
    where c.actor_id = me and c.digest = sha256(p_current);
    if not found then
        return false;
    end if;
    delete from security_session s where s.actor_id = me and s.kind = 'browser' and s.hash <> my_hash();
    perform security_rebuild(array[me]);
    return true;
end $$;

-- Passwords of others: never of people with a duty of the three, except by the machine's owner on its console.
create function commons.security_set_passwords(p_ids bigint[], p_salts bytea[], p_params text[],
    p_digests bytea[], p_must_change boolean) returns bigint[] language plpgsql security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
declare done bigint[];
begin
    if not (security_trusted() or my_may('security.manage_people')) then
        raise exception 'security.not_yours' using errcode = '42501';
    end if;
    with given as (
        select g.* from unnest(p_ids, p_salts, p_params, p_digests) g (id, salt, params, digest)
        join security_actor a on a.id = g.id and a.kind in ('staff', 'system')
        where security_trusted() or (a.duty is null and a.id is distinct from my_id())
    ), stored as (
        insert into security_credential as c (actor_id, salt, params, digest, must_change)
        select id, salt, params, sha256(digest), p_must_change from given
        on conflict (actor_id) do update set salt = excluded.salt, params = excluded.params,
            digest = excluded.digest, must_change = excluded.must_change, changed_at = now()
        returning c.actor_id
    )
    select array_agg(stored.actor_id) into done from stored;
    delete from security_session s where s.actor_id = any (done) and s.kind = 'browser';
    return coalesce(done, '{}');
end $$;

create function commons.security_make_key(p_actor bigint, p_hash bytea, p_title text, p_allowed text[],
    p_expires timestamptz) returns bigint language plpgsql security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
declare made bigint;
begin
    if not (security_trusted() or my_may('security.manage_keys')) then
        raise exception 'security.not_yours' using errcode = '42501';
    end if;
    insert into security_session (hash, actor_id, kind, title, expires_at, idle, allowed,
        name, actor_kind, lang, operations, orgs, regions, holders, org, duty, refresh_at)
    select p_hash, c.actor_id, 'key', p_title, p_expires, interval '100 years', p_allowed,
        c.name, c.kind, c.lang, array(select unnest(c.operations) intersect select unnest(p_allowed) order by 1),
        c.orgs, c.regions, c.holders, c.org, c.duty, c.refresh_at
    from security_scope(array[p_actor]) c where c.duty is null
    returning id into made;
    return made;
end $$;

create function commons.security_keys(p_after bigint, p_limit int) returns table (id bigint, actor_id bigint,
    actor_name text, title text, operations text[], created_at timestamptz, seen_at timestamptz,
    expires_at timestamptz)
language sql stable security definer set search_path = pg_catalog, commons, public, pg_temp as $$
    select s.id, s.actor_id, s.name, s.title, s.operations, s.created_at, s.seen_at, s.expires_at
    from security_session s where s.kind = 'key' and s.id > p_after and my_may('security.manage_keys')
    order by s.id limit p_limit
$$;

-- Phones leave the table by this door alone: whole for those who may see them, masked for the rest.
create function commons.security_phones(ids bigint[]) returns table (id bigint, phone text)
language sql stable security definer set search_path = pg_catalog, commons, public, pg_temp as $$
    select a.id, case when a.id = my_id() or my_may('security.see_phone') or security_trusted() then a.phone
                      when length(a.phone) >= 7 then left(a.phone, 3) || repeat('*', length(a.phone) - 7)
                           || right(a.phone, 4)
                      else repeat('*', length(a.phone)) end
    from security_actor a where a.id = any (ids) and (my_id() is not null or security_trusted())
$$;

-- Names are no secret among colleagues; the public sees none.
create function commons.security_names(ids bigint[]) returns table (id bigint, name text)
language sql stable security definer set search_path = pg_catalog, commons, public, pg_temp as $$
    select a.id, a.name from security_actor a
    where a.id = any (ids) and (my_id() is not null or security_trusted() or a.id < 1000)
$$;

create function commons.security_prune() returns bigint language sql security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
    with a as (delete from security_session where expires_at < now() or seen_at + idle < now() returning 1),
         b as (delete from security_attempt where last_at < now() - interval '1 day' and locked_until < now()
               returning 1),
         c as (delete from security_oidc_state where expires_at < now() returning 1)
    select (select count(*) from a) + (select count(*) from b) + (select count(*) from c)
$$;
