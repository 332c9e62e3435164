"""Makes a county out of its declarations: regions, offices, packs and people, in one transaction, again at any time."""

import secrets
from collections.abc import Callable
from dataclasses import asdict

from psycopg.types.json import Jsonb

from chengshu.app import open_city, operations
from chengshu.commons.places import facade as places
from chengshu.commons.places.spec import Site
from chengshu.commons.security import facade as security
from chengshu.fingerprint import About, fingerprint
from chengshu.packkit import facade as packkit
from chengshu.runtime.database import Work
from chengshu.runtime.settings import Settings

LEDGER_SUBJECT = "city"


async def install_city(
    settings: Settings, url: str, web_url: str | None = None, say: Callable[[str], None] = lambda _: None
) -> About:
    """Bring the database in line with site, packs and code, in one transaction; again at any time."""
    site = places.load_site(settings.site_dir)
    about = About(
        dict(site.title), site.timezone, [{"login": p.login, "name": p.name, "duty": p.duty} for p in site.people]
    )
    city = await open_city(settings, url, web_url, site.timezone)
    try:
        async with city.db.job_work() as work:
            await _install(work, site, settings, say)
            await work.run(
                "insert into runtime.installation (digest, about) values (%(digest)s, %(about)s) on conflict (one)"
                " do update set digest = excluded.digest, about = excluded.about, at = clock_timestamp()",
                {"digest": fingerprint(settings), "about": Jsonb(asdict(about))},
            )
            work.record("runtime.installed", LEDGER_SUBJECT, {"site": site.code, "packs": site.packs})
    finally:
        await city.db.close()
    return about


async def _install(work: Work, site: Site, settings: Settings, say: Callable[[str], None]) -> None:
    await security.install_operations(work, operations())
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
