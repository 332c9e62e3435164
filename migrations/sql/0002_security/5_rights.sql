-- Least rights: the web role owns nothing and reads no secret.

alter table commons.security_org enable row level security;
alter table commons.security_actor enable row level security;
alter table commons.security_role enable row level security;
alter table commons.security_operation enable row level security;
alter table commons.security_post enable row level security;
alter table commons.security_policy enable row level security;
alter table commons.security_identity enable row level security;

create policy web_read on commons.security_org for select to chengshu_web using (true);
create policy web_insert on commons.security_org for insert to chengshu_web
    with check ((select commons.my_may('security.manage_orgs')));
create policy web_update on commons.security_org for update to chengshu_web
    using ((select commons.my_may('security.manage_orgs'))) with check ((select commons.my_may('security.manage_orgs')));

create policy web_read on commons.security_actor for select to chengshu_web using (
    id = (select commons.my_id()) or (select commons.my_may('security.read_people'))
    or orgs <@ any ((select commons.my_orgs())::ltree[]));
create policy web_insert on commons.security_actor for insert to chengshu_web
    with check ((select commons.my_may('security.manage_people')));
create policy web_update on commons.security_actor for update to chengshu_web
    using ((select commons.my_may('security.manage_people')) and id >= 1000)
    with check ((select commons.my_may('security.manage_people')));

create policy web_read on commons.security_role for select to chengshu_web using ((select commons.my_id()) is not null);
create policy web_insert on commons.security_role for insert to chengshu_web
    with check ((select commons.my_may('security.grant')));
create policy web_update on commons.security_role for update to chengshu_web
    using ((select commons.my_may('security.grant'))) with check ((select commons.my_may('security.grant')));
create policy web_read on commons.security_operation for select to chengshu_web
    using ((select commons.my_id()) is not null);

create policy web_read on commons.security_post for select to chengshu_web using (
    actor_id = (select commons.my_id()) or (select commons.my_may('security.read_people'))
    or exists (select from commons.security_org o where o.code = org
               and o.path <@ any ((select commons.my_orgs())::ltree[])));
create policy web_insert on commons.security_post for insert to chengshu_web
    with check ((select commons.my_may('security.grant')) and actor_id <> (select commons.my_id()));
create policy web_update on commons.security_post for update to chengshu_web
    using ((select commons.my_may('security.grant')) and actor_id <> (select commons.my_id()))
    with check ((select commons.my_may('security.grant')) and actor_id <> (select commons.my_id()));

create policy web_read on commons.security_policy for select to chengshu_web
    using ((select commons.my_id()) is not null);
create policy web_update on commons.security_policy for update to chengshu_web
    using ((select commons.my_may('security.configure'))) with check ((select commons.my_may('security.configure')));

create policy web_read on commons.security_identity for select to chengshu_web
    using (actor_id = (select commons.my_id()) or (select commons.my_may('security.manage_people')));
create policy web_insert on commons.security_identity for insert to chengshu_web
    with check ((select commons.my_may('security.manage_people')));
create policy web_delete on commons.security_identity for delete to chengshu_web
    using ((select commons.my_may('security.manage_people')));

do $$
declare t text;
begin
    foreach t in array array['org', 'actor', 'role', 'operation', 'post', 'policy', 'identity'] loop
        execute format('create policy worker_all on commons.security_%s to chengshu_worker using (true) with check (true)', t);
    end loop;
end $$;

do $$
declare f record;
begin
    for f in select p.oid::regprocedure::text as name from pg_proc p where p.pronamespace = 'commons'::regnamespace
             and (p.proname like 'security\_%' or p.proname like 'my\_%') loop
        execute format('revoke all on function %s from public', f.name);
        execute format('grant execute on function %s to chengshu_worker', f.name);
    end loop;
end $$;

grant execute on function commons.my_id(), commons.my_regions(), commons.my_orgs(), commons.my_holders(),
    commons.my_may(text), commons.my_claim(), commons.my_hash(),
    commons.my_must_change(), commons.security_trusted(),
    commons.security_enter(bytea, bytea), commons.security_challenge(text, text),
    commons.security_sign_in(text, bytea, bytea, text, text, text), commons.security_sign_out(),
    commons.security_my_sessions(), commons.security_end_session(bigint, text),
    commons.security_change_password(bytea, bytea, text, bytea),
    commons.security_set_passwords(bigint[], bytea[], text[], bytea[], boolean),
    commons.security_make_key(bigint, bytea, text, text[], timestamptz), commons.security_keys(bigint, int),
    commons.security_phones(bigint[]), commons.security_names(bigint[])
    to chengshu_web;

grant select, insert, update on commons.security_org to chengshu_web;
grant select (id, login, name, kind, lang, active, orgs, duty, created_at, version),
    insert (login, name, kind, phone, lang), update (login, name, phone, lang, active, version)
    on commons.security_actor to chengshu_web;
grant select, insert, update (zh, en, operations, scope, active, version) on commons.security_role to chengshu_web;
grant select on commons.security_operation to chengshu_web;
grant select, insert (actor_id, role, org, region, valid_from, valid_to, granted_by), update (valid_to)
    on commons.security_post to chengshu_web;
grant select, update on commons.security_policy to chengshu_web;
grant select, insert, delete on commons.security_identity to chengshu_web;

grant select, insert, update, delete on commons.security_org, commons.security_actor, commons.security_role,
    commons.security_operation, commons.security_post, commons.security_policy, commons.security_identity,
    commons.security_oidc_state to chengshu_worker;
