-- Who asks: read from the verified session at every call, never from a setting that SQL could forge.

-- The role that really asks, also inside a definer function.
create function commons.security_trusted() returns boolean language sql stable
set search_path = pg_catalog as $$
    select pg_has_role(case when current_setting('role') in ('none', '') then session_user::text
                            else current_setting('role') end, 'chengshu_worker', 'member')
$$;

create function commons.my_hash() returns bytea language sql stable parallel safe
set search_path = pg_catalog as $$
    select decode(nullif(current_setting('chengshu.session', true), ''), 'hex')
$$;

create function commons.my_id() returns bigint language plpgsql stable parallel safe security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
begin
    return (select s.actor_id from security_session s where s.hash = my_hash()
            and s.expires_at > now() and s.seen_at + s.idle > now());
end $$;

create function commons.my_regions() returns ltree[] language plpgsql stable parallel safe security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
begin
    return coalesce((select s.regions from security_session s where s.hash = my_hash()
                     and s.expires_at > now() and s.seen_at + s.idle > now()), '{}');
end $$;

create function commons.my_orgs() returns ltree[] language plpgsql stable parallel safe security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
begin
    return coalesce((select s.orgs from security_session s where s.hash = my_hash()
                     and s.expires_at > now() and s.seen_at + s.idle > now()), '{}');
end $$;

create function commons.my_holders() returns text[] language plpgsql stable parallel safe security definer
set search_path = pg_catalog, commons, public, pg_temp as $$
begin
    return coalesce((select s.holders from security_session s where s.hash = my_hash()
                     and s.expires_at > now() and s.seen_at + s.idle > now()), '{}');
end $$;

create function commons.my_may(operation text) returns boolean language plpgsql stable parallel safe
security definer set search_path = pg_catalog, commons, public, pg_temp as $$
begin
    return exists (select from security_session s where s.hash = my_hash()
                   and s.expires_at > now() and s.seen_at + s.idle > now() and operation = any (s.operations));
end $$;

create function commons.my_claim() returns bytea language sql stable parallel safe
set search_path = pg_catalog as $$
    select decode(nullif(current_setting('chengshu.claim', true), ''), 'hex')
$$;
