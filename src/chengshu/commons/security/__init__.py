"""Who may do what: people and other systems, their offices, posts, roles and operations, and how they sign in.

Nouns: org (机构), actor (人员或外部系统), post (岗位: a person at an office in a role, sometimes for a region), role
(角色: operations and a scope), operation (操作), session, key. Verbs: sign in and out, grant and end a post, import
offices and people, issue a key. Three duties (三员) — system, security, audit — never meet in one person. What a session
may see is worked out once from the posts and carried by the session; row-level security reads it from there.
Events: `security.orgs_changed`, `security.posts_changed`.
"""
