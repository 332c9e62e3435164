"""How matters, regions, people and offices look as documents."""

from collections.abc import Mapping
from typing import Any

from chengshu.commons.search.contracts import Document

LEVELS = {1: "县（市）", 2: "镇（街道）", 3: "村（社区）", 4: "网格"}
PEOPLE_OPERATION = "security.read"


def matter(row: Mapping[str, Any]) -> Document:
    """A matter is seen as row-level security lets it be seen: by region, by office, by who opened it."""
    opener = row["opened_by"] if (row["opened_by"] or 0) > 2 else None
    return Document(
        str(row["id"]), row["title"], f"/cases/{row['id']}", row["text"] or "", number=row["number"], region=row["region"],
        orgs=tuple(row["orgs"] or ()), owner=opener,
    )  # fmt: skip


def region(row: Mapping[str, Any]) -> Document:
    """A region is public: its name is on every map."""
    code = str(row["code"])
    return Document(code, row["name"], f"/map?region={code}", LEVELS.get(row["level"], ""), number=code, public=True)


def person(row: Mapping[str, Any]) -> Document:
    """A person is found by colleagues of the same offices who may read people."""
    orgs = tuple(row["orgs"] or ())
    return Document(
        str(row["id"]), row["name"], f"/admin/people/{row['id']}", row["login"] or "", operation=PEOPLE_OPERATION, orgs=orgs,
        owner=row["id"],
    )  # fmt: skip


def office(row: Mapping[str, Any]) -> Document:
    """An office is known to everybody."""
    return Document(row["code"], row["name"], f"/cases?org={row['code']}", row["short"] or "", public=True)
