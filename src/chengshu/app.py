"""The composition root: the only place that knows every room. Builds the city once and joins what rooms declare."""

import asyncio
import contextlib
import importlib
import logging
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.middleware.gzip import GZipMiddleware

from chengshu.api import open_v1
from chengshu.runtime import http as runtime_http
from chengshu.runtime import jobs as runtime_jobs
from chengshu.runtime.blobs import Blobs
from chengshu.runtime.city import City
from chengshu.runtime.database import Database
from chengshu.runtime.live import Live
from chengshu.runtime.middleware import Shield, add_error_handlers
from chengshu.runtime.settings import Settings

log = logging.getLogger(__name__)

ROOMS = (
    "commons.security", "commons.ledger", "commons.places", "commons.maps", "commons.flow", "commons.messages",
    "commons.search", "data.resources", "govern.cases", "govern.gridwork", "decide.indicators", "decide.boards",
    "packkit",
)  # fmt: skip


def part(room: str, name: str) -> Any:
    """A room's module, None when the room has none of that name."""
    full = f"chengshu.{room}.{name}"
    try:
        return importlib.import_module(full)
    except ModuleNotFoundError as error:
        if error.name and full.startswith(error.name):
            return None
        raise


async def open_city(settings: Settings, url: str, web_url: str | None = None, timezone: str = "Asia/Shanghai") -> City:
    """Open the pools and let every room load what it keeps in memory."""
    db = Database(url, web_url=web_url, size=settings.database_pool, timezone=timezone)
    await db.open()
    city = City(settings, db, Blobs(settings.blobs_dir))
    city.put("live", Live(db))
    await load_rooms(city)
    return city


async def load_rooms(city: City) -> None:
    """Each room's `facade.load_city` puts its long-lived objects into the city, lower floors first; then rooms join."""
    for room in ROOMS:
        load = getattr(part(room, "facade"), "load_city", None)
        if load is not None:
            await load(city)
    join_rooms(city)


def join_rooms(city: City) -> None:
    """Where a room left a place for the world outside, it is filled here as the settings say."""
    settings = city.settings
    if settings.sms_gateway:
        from chengshu.adapters.channels.http_sms import HttpSms

        city.put("channels", {"sms": HttpSms(settings.sms_gateway)})
    if settings.oidc_issuer and settings.oidc_client_id:
        from chengshu.adapters.identity.oidc import OidcProvider

        secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else None
        city.put(
            "identity", OidcProvider(settings.oidc_issuer, settings.oidc_client_id, secret, claim=settings.oidc_claim)
        )


def refreshers() -> list[Any]:
    """Each room's `facade.REFRESH`: topic -> async function(city) that renews what the room keeps in memory."""
    return [getattr(part(room, "facade"), "REFRESH", {}) for room in ROOMS]


class Refresher:
    """Renews what rooms keep in memory when an event says that it changed, once per burst."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.by_topic: dict[str, list[Any]] = {}
        for table in refreshers():
            for topic, renew in table.items():
                self.by_topic.setdefault(topic, []).append(renew)
        self._due: set[Any] = set()
        self._wake = asyncio.Event()

    def notice(self, topic: str, payload: dict[str, Any]) -> None:
        if renews := self.by_topic.get(topic):
            self._due.update(renews)
            self._wake.set()

    async def run(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(0.05)
            self._wake.clear()
            due, self._due = self._due, set()
            for renew in due:
                try:
                    await renew(self.city)
                except Exception:
                    log.exception("could not renew %s", renew)


def create_app(city: City) -> FastAPI:
    """The web application over an open city."""

    @contextlib.asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        refresher = Refresher(city)
        city.live.listeners.append(refresher.notice)
        tasks = [asyncio.create_task(city.live.run()), asyncio.create_task(refresher.run())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    app = FastAPI(
        title="城枢 Chengshu", version="0.1.0", lifespan=life, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
        description="Whatever the screens can do, this API can, with the same rights.",
    )  # fmt: skip
    app.state.city = city
    add_error_handlers(app)
    for router in routers():
        app.include_router(router)
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=4)
    app.add_middleware(Shield, limit=city.settings.web_body_limit)
    return app


def routers() -> list[APIRouter]:
    """The machine's routes, the citizens' door, and each room's: `router`, `open_router`, or several as `routers`."""
    found = [runtime_http.router, open_v1.router]
    for room in ROOMS:
        module = part(room, "http")
        doors = [getattr(module, "router", None), getattr(module, "open_router", None), *getattr(module, "routers", ())]
        found += [door for door in doors if door is not None]
    return found


def handlers() -> list[Any]:
    """Every room's event handlers."""
    return [h for room in ROOMS for h in getattr(part(room, "handlers"), "HANDLERS", ())]


def jobs() -> list[Any]:
    """Every room's periodic jobs."""
    return [*runtime_jobs.JOBS, *(j for room in ROOMS for j in getattr(part(room, "jobs"), "JOBS", ()))]


def operations() -> list[Any]:
    """Every operation there is, of all rooms and of the machine."""
    return [*runtime_http.ALL, *(o for room in ROOMS for o in getattr(part(room, "permissions"), "ALL", ()))]
