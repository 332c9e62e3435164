"""A county on an external PostgreSQL >= 15 with an owner who is no superuser: Debian's own server."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from chengshu import migrate
from chengshu.runtime.database import Database
from chengshu.runtime.postgres import EmbeddedPostgres
from chengshu.runtime.settings import Settings


def debian_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def install_debian_postgres() -> None:
    """Install Debian's server where we may; its automatic cluster is not used."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "postgresql"]):
            subprocess.run(command, check=False, capture_output=True, env=environment)


@pytest.fixture(scope="module")
def external_url(home_dir: Path) -> Iterator[str]:
    """A database whose owner may make roles, but is no superuser."""
    if debian_programs() is None:
        install_debian_postgres()
    programs = debian_programs()
    if programs is None:
        assert not os.environ.get("CI"), "CI must have Debian's PostgreSQL"
        pytest.skip("no system PostgreSQL here, and no right to install one")
    server = EmbeddedPostgres(home_dir / "debian-postgres", programs=programs)
    server.start()
    with psycopg.connect(server.url(database="postgres"), autocommit=True) as conn:
        conn.execute("create role county login createrole createdb password 'county'")
        conn.execute("create database county owner county template template0 encoding 'UTF8' locale 'C.UTF-8'")
    yield server.url(user="county", database="county")
    server.stop("immediate")


@pytest.mark.timeout(240)
async def test_the_county_installs_and_scopes_hold(external_url: str, home_dir: Path) -> None:
    from chengshu.install import install_city

    with psycopg.connect(external_url) as conn:
        assert conn.info.server_version >= 150000
    assert await asyncio.to_thread(migrate.upgrade, external_url)
    settings = Settings(data_dir=home_dir / "external")
    site = await install_city(settings, external_url)
    db = Database(external_url, size=2)
    await db.open()
    try:
        async with db.work() as work:
            assert await work.value("select current_user") == "chengshu_web"
            assert await work.value("select count(*) from commons.flow_matter") == 0
            regions = await work.value("select count(*) from commons.places_region where level = 4")
            assert regions > 1000
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            async with db.work() as work:
                await work.value("select count(*) from commons.security_session")
    finally:
        await db.close()
    assert site.title["zh"] == "宜兴市"
