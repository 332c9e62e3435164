"""Offices and demo people that follow from a site: towns, villages, and one grid worker for every grid."""

import hashlib
from collections.abc import Iterator, Sequence

from chengshu.commons.places.logic.tree import short_village, with_grids
from chengshu.commons.places.spec import RegionRow, Site, SitePerson, SitePost
from chengshu.commons.security.contracts import OrgSeed, PersonSeed, PostSeed

ROOT = "gov"
HANDLER, TOWN_HANDLER = "components_and_events.handler", "components_and_events.town_handler"
GRID_WORKER = "grid_governance.grid_worker"
# Common surnames and given characters: the people are invented, the names only have to read well.
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈任姚卢傅钟姜崔谭陆汪范金石"
_GIVEN = "伟芳秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰建国文华玉红志海燕云峰晓春雪梅佳宁子涵思远欣怡俊浩雨晨嘉琪"


def invented_name(key: str) -> str:
    """A name for a demo person that is always the same for the same key."""
    digest = hashlib.sha256(f"person:{key}".encode()).digest()
    given = _GIVEN[digest[1] % len(_GIVEN)]
    if digest[2] % 3:
        given += _GIVEN[digest[3] % len(_GIVEN)]
    return _SURNAMES[digest[0] % len(_SURNAMES)] + given


def site_orgs(site: Site) -> list[OrgSeed]:
    """All offices, parents first: the county, its departments, then towns and villages from the regions."""
    seeds = list(_listed(site))
    for sort, row in enumerate(site.rows):
        if len(row.code) in (9, 12):
            seeds.append(_regional(site, row, 1000 + sort))
    return seeds


def _listed(site: Site) -> Iterator[OrgSeed]:
    codes = {org.code for org in site.orgs.orgs}
    if ROOT not in codes:
        title = site.spec.title
        yield OrgSeed(
            ROOT, f"{title.zh}人民政府", "county", name_en=title.en, short=title.zh, region_code=site.code, path=ROOT
        )
    for sort, org in enumerate(site.orgs.orgs):
        yield OrgSeed(
            code=org.code,
            name=org.name,
            kind=org.kind,
            parent=None if org.code == ROOT else org.parent,
            name_en=org.name_en or None,
            short=org.short,
            region_code=site.code,
            functions=tuple(org.functions),
            sort=sort,
        )


def _regional(site: Site, row: RegionRow, sort: int) -> OrgSeed:
    town = len(row.code) == 9
    return OrgSeed(
        code=f"{'t' if town else 'v'}{row.code}",
        name=row.name,
        kind="town" if town else "village",
        parent=ROOT if town else f"t{row.code[:9]}",
        name_en=row.name_en or None,
        short=row.name if town else short_village(row.name),
        region_code=row.code,
        functions=tuple(site.orgs.town_functions if town else site.orgs.village_functions),
        sort=sort,
    )


def site_people(site: Site, *, demo: bool) -> list[PersonSeed]:
    """The site's accounts; with `demo` also somebody in every office and a worker in every grid. None otherwise."""
    if not demo:
        return []
    people = [*site.people, *_generated(site)]
    return [
        PersonSeed(
            login=person.login,
            name=person.name,
            posts=tuple(PostSeed(post.role, post.org, post.region) for post in person.posts),
            duty=person.duty,
        )
        for person in people
    ]


def _generated(site: Site) -> Iterator[SitePerson]:
    manned = {(post.role, post.org) for person in site.people for post in person.posts}
    walked = {post.region for person in site.people for post in person.posts if post.role == GRID_WORKER}
    for org in site.orgs.orgs:
        if org.kind in ("department", "company") and (HANDLER, org.code) not in manned:
            yield _person(f"o_{org.code}", HANDLER, org.code, None)
    for row in with_grids(site.rows, site.spec.grids):
        office = f"t{row.code}"
        if len(row.code) == 9 and (TOWN_HANDLER, office) not in manned:
            yield _person(office, TOWN_HANDLER, office, row.code)
        if len(row.code) == 15 and row.code not in walked:
            yield _person(f"g{row.code}", GRID_WORKER, f"v{row.code[:12]}", row.code)


def _person(login: str, role: str, org: str, region: str | None) -> SitePerson:
    return SitePerson(login=login, name=invented_name(login), posts=[SitePost(org=org, role=role, region=region)])


def grid_codes(rows: Sequence[RegionRow]) -> list[str]:
    """The codes of all grids among the rows."""
    return [row.code for row in rows if len(row.code) == 15]
