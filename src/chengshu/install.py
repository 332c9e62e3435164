"""Makes a county out of its declarations: regions, offices, packs and people, in one transaction, again at any time."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from chengshu.app import open_city, operations
from chengshu.commons.places import facade as places
from chengshu.commons.security import facade as security
from chengshu.packkit import facade as packkit
from chengshu.runtime.database import Work
from chengshu.runtime.settings import HOUSE, Settings

LEDGER_SUBJECT = "city"


def fingerprint(settings: Settings) -> str:
    """One hash over everything that installation reads: site, packs, the code that installs, and the kind of city."""
    digest = hashlib.sha256(f"{settings.demo} {settings.demo_password.get_secret_value()}".encode())
    folders = [
        settings.site_dir,
        *settings.packs_dirs,
        HOUSE / "src" / "chengshu" / "packkit",
        Path(__file__),
    ]
    for file in sorted(_files(folders)):
        digest.update(str(file).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(folders: Iterable[Path]) -> Iterable[Path]:
    for folder in folders:
        if folder.is_file():
            yield folder
        else:
            yield from (f for f in folder.rglob("*") if f.is_file() and "__pycache__" not in f.parts)


async def install_city(
    settings: Settings, url: str, web_url: str | None = None, say: Callable[[str], None] = lambda _: None
) -> Any:
    """Bring the database in line with site and packs; nothing is touched when nothing changed. Returns the site."""
    site = places.load_site(settings.site_dir)
    city = await open_city(settings, url, web_url, site.timezone)
    try:
        async with city.db.job_work() as work:
            # Operations follow the code, which the fingerprint of site and packs does not know.
            await security.install_operations(work, operations())
            print_now = fingerprint(settings)
            have = await work.value("select digest from runtime.installation")
            if have == print_now:
                return site
            await _install(work, site, settings, say)
            await work.run(
                "insert into runtime.installation (digest) values (%(digest)s) on conflict (one) do update"
                " set digest = excluded.digest, at = clock_timestamp()",
                {"digest": print_now},
            )
            work.record("runtime.installed", LEDGER_SUBJECT, {"site": site.code, "packs": site.packs})
    finally:
        await city.db.close()
    return site


async def _install(work: Work, site: Any, settings: Settings, say: Callable[[str], None]) -> None:
    say("区划与网格")
    await places.install_regions(work, site)
    if site.clock == "rehearsal":
        await work.run("update runtime.city_clock set real = false where real")
    say("机构")
    await security.seed_site(work, orgs=places.site_orgs(site), people=[])
    say("应用包")
    packs = [p for p in packkit.load_packs(settings.packs_dirs) if p.id in site.packs]
    await packkit.install(work, packs, site)
    say("人员")
    password = settings.demo_password.get_secret_value() if settings.demo else first_password(settings)
    people = places.site_people(site, demo=True)
    if not settings.demo:
        people = [p for p in people if p.duty]
    await security.seed_site(work, orgs=[], people=[p.with_password(password) for p in people])


def first_password(settings: Settings) -> str:
    """The three administrators' first password of a city without demo people: random, in a file only its owner reads."""
    file = settings.data_dir / "first-password.txt"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(f"Cs-{secrets.token_urlsafe(12)}7")
    return file.read_text()
