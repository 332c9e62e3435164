"""Fixtures: a real PostgreSQL, a migrated schema, an installed county, its API, and a county run as a process tree."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from chengshu import migrate
from chengshu.runtime.blobs import Blobs
from chengshu.runtime.city import City
from chengshu.runtime.database import Database
from chengshu.runtime.postgres import EmbeddedPostgres
from chengshu.runtime.settings import HOUSE, Settings

PASSWORD = "Chengshu-2026"
SignIn = Callable[[str], Awaitable[dict[str, str]]]


class Cluster:
    """One PostgreSQL for the whole run; databases are cloned from templates in a fraction of a second."""

    def __init__(self, server: EmbeddedPostgres | None, external: str | None) -> None:
        self.server = server
        self.external = external

    def url(self, database: str, user: str | None = None) -> str:
        if self.external:
            return psycopg.conninfo.make_conninfo(self.external, dbname=database)
        assert self.server is not None
        return self.server.url(user=user or "postgres", database=database)

    def create(self, name: str, template: str = "template0") -> str:
        with psycopg.connect(self.url("postgres"), autocommit=True) as conn:
            conn.execute(f'create database "{name}" template "{template}"')
        return self.url(name)

    def drop(self, name: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as conn:
            conn.execute(f'drop database if exists "{name}" with (force)')


@pytest.fixture(scope="session")
def home_dir() -> Iterator[Path]:
    """A folder that any account may walk to: the embedded server does not run as root."""
    folder = Path(tempfile.mkdtemp(prefix="chengshu-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster(home_dir: Path) -> Iterator[Cluster]:
    """CHENGSHU_TEST_DATABASE_URL names an external server; without it the embedded one is started."""
    if external := os.environ.get("CHENGSHU_TEST_DATABASE_URL"):
        yield Cluster(None, external)
        return
    server = EmbeddedPostgres(home_dir / "postgres")
    server.start()
    yield Cluster(server, None)
    server.stop("immediate")


@pytest.fixture(scope="session")
def schema_template(cluster: Cluster) -> str:
    """The name of a migrated, empty database."""
    name = f"schema_{uuid.uuid4().hex[:8]}"
    migrate.upgrade(cluster.create(name))
    return name


@contextmanager
def clone(cluster: Cluster, template: str) -> Iterator[str]:
    name = f"t_{uuid.uuid4().hex[:12]}"
    cluster.create(name, template)
    try:
        yield name
    finally:
        cluster.drop(name)


@pytest.fixture(scope="module")
async def database(cluster: Cluster, schema_template: str, home_dir: Path) -> AsyncIterator[Database]:
    """A migrated database without a county."""
    with clone(cluster, schema_template) as name:
        db = Database(cluster.url(name), web_url=cluster.url(name, "chengshu_web"), size=6)
        await db.open()
        City(Settings(data_dir=home_dir / name), db, Blobs(home_dir / name / "blobs"))
        yield db
        await db.close()


@pytest.fixture(scope="session")
def city_settings(home_dir: Path) -> Settings:
    return Settings(data_dir=home_dir / "city", site_dir=HOUSE / "site" / "yixing", demo=True)


@pytest.fixture(scope="session")
async def city_template(cluster: Cluster, schema_template: str, city_settings: Settings) -> str:
    """The name of a database with the whole county installed."""
    from chengshu.install import install_city

    name = f"city_{uuid.uuid4().hex[:8]}"
    cluster.create(name, schema_template)
    await install_city(city_settings, cluster.url(name), cluster.url(name, "chengshu_web"))
    return name


@pytest.fixture(scope="module")
async def city(cluster: Cluster, city_template: str, city_settings: Settings) -> AsyncIterator[City]:
    """An open city on a fresh copy of the county, one per test module."""
    from chengshu.app import open_city

    with clone(cluster, city_template) as name:
        opened = await open_city(city_settings, cluster.url(name), cluster.url(name, "chengshu_web"))
        yield opened
        await opened.db.close()


@pytest.fixture(scope="module")
async def client(city: City) -> AsyncIterator[httpx.AsyncClient]:
    """The API of the city, in process."""
    from chengshu.app import create_app

    transport = httpx.ASGITransport(app=create_app(city), raise_app_exceptions=False, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://city.test") as client:
        yield client


@pytest.fixture(scope="module")
def sign_in(client: httpx.AsyncClient) -> SignIn:
    """Headers of a signed-in demo person: `headers = await sign_in("center")`; sessions are kept for the module."""
    known: dict[str, dict[str, str]] = {}

    async def sign_in(login: str) -> dict[str, str]:
        if login not in known:
            answer = await client.post("/api/security/sessions", json={"login": login, "password": PASSWORD})
            assert answer.status_code == 201, answer.text
            cookie = answer.cookies["chengshu_session"]
            client.cookies.clear()
            known[login] = {"Cookie": f"chengshu_session={cookie}", "X-CSRF-Token": answer.json()["csrf"]}
        return known[login]

    return sign_in


@pytest.fixture(scope="module")
def drain(city: City) -> Callable[[], Awaitable[int]]:
    """Deliver all events now, as the worker does."""
    from chengshu.app import handlers
    from chengshu.runtime.outbox import Dispatcher

    return Dispatcher(city.db, handlers()).drain


class LiveCity:
    """A county run by `up` as a process tree of its own, on a free port and an own data folder."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.log = folder.with_suffix(".log")
        environment = {**os.environ, "CHENGSHU_DEMO": "true", "CHENGSHU_DEMO_PASSWORD": PASSWORD}
        environment.pop("CHENGSHU_DATABASE_URL", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "chengshu.cli", "up", "--data", str(folder), "--port", "18600", "--empty", *arguments],
            stdout=self.log.open("ab"), stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=HOUSE, env=environment,
        )  # fmt: skip
        self.url = self._wait()

    def _wait(self, seconds: float = 240) -> str:
        from chengshu.cli.home import running_address

        until = time.monotonic() + seconds
        while time.monotonic() < until:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            if address := running_address(self.folder):
                return address
            time.sleep(0.1)
        raise AssertionError(f"the city did not come up: {self.log.read_text()[-3000:]}")

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(60)


@pytest.fixture(scope="session")
def live_city(home_dir: Path) -> Iterator[str]:
    """The address of a running county without simulated life."""
    running = LiveCity(home_dir / "live")
    yield running.url
    assert running.stop() == 0
