"""Every route names an operation, and every operation is known and worded."""

from fastapi.routing import APIRoute

from chengshu.app import create_app, operations
from chengshu.runtime.city import City

OPEN_ROUTES = {"/api/health", "/api/openapi.json"}


def api_routes(city: City) -> list[APIRoute]:
    """All routes, those of included routers as well."""
    found: list[APIRoute] = []
    for entry in create_app(city).routes:
        inner = getattr(entry, "original_router", None)
        found += [r for r in (inner.routes if inner else [entry]) if isinstance(r, APIRoute)]
    return found


def operation_of(route: APIRoute) -> str | None:
    for dependency in route.dependant.dependencies:
        if (operation := getattr(dependency.call, "operation", None)) is not None:
            return operation.id
    return None


class TestRoutes:
    async def test_every_route_names_an_operation(self, city: City) -> None:
        routes = api_routes(city)
        assert len(routes) > 40
        bare = [
            f"{sorted(r.methods)} {r.path}" for r in routes if operation_of(r) is None and r.path not in OPEN_ROUTES
        ]
        assert bare == []

    async def test_every_named_operation_is_declared_once(self, city: City) -> None:
        declared = [o.id for o in operations()]
        assert len(declared) == len(set(declared))
        named = {operation_of(r) for r in api_routes(city)} - {None, "open"}
        assert named <= set(declared), named - set(declared)

    async def test_every_operation_is_worded_in_both_languages(self, city: City) -> None:
        assert [o.id for o in operations() if not o.zh or not o.en or "." not in o.id] == []
