"""Routes of security: /api/security."""

from fastapi import APIRouter

from chengshu.commons.security.http import entry, identity, imports, orgs, people, roles

router = APIRouter(prefix="/api/security", tags=["security"])
for part in (entry, identity, people, orgs, roles, imports):
    router.include_router(part.router)
