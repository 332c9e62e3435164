"""Where the real files lie, and cities to replay them into."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from simulate.cast import Cast
from simulate.replaying.engine import Replay
from simulate.replaying.journal import Journal, Parking
from simulate.replaying.mapping import Mapping

from chengshu.runtime.settings import HOUSE, Settings

MAPPINGS = HOUSE / "simulate" / "mappings"


def real_file(name: str) -> Path:
    """A file of the test data. Without the data the test is skipped in plain sight; a wrong setting is a failure."""
    told = os.environ.get("CHENGSHU_TEST_DATA")
    path = Path(told or HOUSE.parent / "shared" / "data") / name
    if not path.exists():
        if told:
            pytest.fail(f"CHENGSHU_TEST_DATA names {told}, which has no {name}")
        pytest.skip(f"no test data: {path} is missing; set CHENGSHU_TEST_DATA")
    return path


@pytest.fixture
def replay(client: httpx.AsyncClient, tmp_path: Path) -> Callable[..., Replay]:
    """A replay into the city of this module, with a journal below tmp_path that outlives one run."""
    return lambda mapping, **changes: make_replay(client, tmp_path, mapping, **changes)


def make_replay(client: httpx.AsyncClient, folder: Path, mapping: Mapping, **changes) -> Replay:
    parking = Parking(folder / "parked.jsonl")
    regions = {"towns": ["320282001", "320282100"]}
    journal = Journal(folder / "journal.jsonl")
    return Replay(mapping, Cast(client, 0, "Chengshu-2026"), journal, parking, regions, **changes)


@pytest.fixture(scope="module")
async def boston(cluster, schema_template, home_dir, tmp_path_factory) -> AsyncIterator[tuple[httpx.AsyncClient, Path]]:
    """A rehearsal city of the site boston, and a folder of packs that it also reads."""
    from chengshu.app import create_app, open_city
    from chengshu.install import install_city

    packs = tmp_path_factory.mktemp("packs")
    settings = Settings(
        data_dir=home_dir / "boston", site_dir=HOUSE / "site" / "boston", demo=True, packs_dirs=[HOUSE / "packs", packs]
    )
    name = "boston_replay"
    cluster.create(name, schema_template)
    try:
        await install_city(settings, cluster.url(name), cluster.url(name, "chengshu_web"))
        city = await open_city(settings, cluster.url(name), cluster.url(name, "chengshu_web"), "America/New_York")
        transport = httpx.ASGITransport(app=create_app(city), raise_app_exceptions=False, client=("127.0.0.1", 50001))
        async with httpx.AsyncClient(transport=transport, base_url="http://boston.test") as client:
            yield client, packs
        await city.db.close()
    finally:
        cluster.drop(name)
