drop function commons.security_enter, commons.security_challenge, commons.security_open, commons.security_sign_in,
    commons.security_sign_in_as, commons.security_sign_out, commons.security_my_sessions,
    commons.security_end_session, commons.security_change_password, commons.security_set_passwords,
    commons.security_make_key, commons.security_keys, commons.security_phones, commons.security_names,
    commons.security_prune, commons.security_scope, commons.security_rebuild;
drop table commons.security_oidc_state, commons.security_identity, commons.security_secret, commons.security_policy,
    commons.security_attempt, commons.security_session, commons.security_post, commons.security_role,
    commons.security_operation, commons.security_credential, commons.security_actor, commons.security_org;
drop function commons.security_post_changed, commons.security_role_changed, commons.security_actor_changed,
    commons.security_org_changed, commons.my_id, commons.my_regions, commons.my_orgs, commons.my_holders,
    commons.my_may, commons.my_claim, commons.my_hash, commons.my_must_change, commons.security_trusted;
