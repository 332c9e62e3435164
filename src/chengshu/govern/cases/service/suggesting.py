"""What the house suggests before anything is saved: class, urgency, lead, place, and cases about the same thing."""

import datetime as dt
from typing import Any

from chengshu.base.text import pick
from chengshu.govern.cases.contracts import OpenCase, PlaceGuess
from chengshu.govern.cases.logic import duties as duty_rules
from chengshu.govern.cases.logic import similar, words
from chengshu.govern.cases.service import addresses, county
from chengshu.govern.cases.service.catalog import catalog_of
from chengshu.govern.cases.service.intake import TEXT_LIMIT, judge, type_for
from chengshu.govern.cases.service.wording import state_title
from chengshu.govern.cases.store import lists
from chengshu.runtime.database import Work


async def suggest(work: Work, asked: OpenCase, *, with_similar: bool = True) -> dict[str, Any]:
    """Suggestions with their reasons; at most one statement, for the similar cases."""
    catalog = await catalog_of(work)
    type_id = type_for(work, catalog, asked) if catalog.types else ""
    # Without a named type the classes of all types that take the channel are candidates.
    every = [c for i, t in catalog.types.items() if asked.channel in t.channels for c in catalog.codes(i)]
    allowed = () if asked.type else tuple(dict.fromkeys(every))
    text = words.checked(asked.text, "text", TEXT_LIMIT)
    address = words.checked(asked.address or "", "address", 200)
    place = county.find_place(
        work, lon=asked.lon, lat=asked.lat, datum=asked.datum, address=address, region=asked.region, words=text,
        channel=asked.channel,
    )  # fmt: skip
    place = await addresses.refine(work, place, address)
    if not type_id:
        return {"classes": [], "urgency": None, "lead": None, "place": place_out(work, place), "similar": []}
    judged = judge(work, catalog, type_id, catalog.types[type_id], asked, place, allowed)
    lead = None
    if judged.lead is not None:
        reason = duty_rules.explain(judged.owner, work.lang)
        lead = {"org": judged.lead, "title": work.city.orgs.name(judged.lead, work.lang), "reason": reason}
    classes = [
        {
            "code": g.code,
            "title": pick(catalog.classes[g.code].title, work.lang),
            "group": pick(catalog.classes[g.code].group_title, work.lang),
            "score": g.score,
            "reasons": [{"word": word, "weight": weight} for word, weight in g.words],
        }
        for g in judged.guesses
    ]
    found = await find_similar(work, text, judged.code, place) if with_similar else []
    return {
        "type": type_id,
        "classes": classes,
        "urgency": {"value": judged.urgency, "reason": judged.why},
        "lead": lead,
        "owner": judged.owner.how,
        "place": place_out(work, place),
        "similar": found,
    }


async def find_similar(
    work: Work, text: str, code: str | None, place: PlaceGuess | None, except_id: int | None = None
) -> list[dict[str, Any]]:
    """Open cases near in space, time and words, best first; one statement, only what the actor may see."""
    catalog = await catalog_of(work)
    lon = lat = None
    if place is not None and place.how in ("map", "gps", "exif"):
        lon, lat = place.lon, place.lat
    grams = words.bigrams(text)
    if lon is not None and lat is not None:
        rows = await lists.near(work, similar.box_around(lon, lat), except_id)
    elif len(grams) >= 4:
        rows = await lists.alike(work, grams[:60], work.now - dt.timedelta(days=similar.FAR_DAYS), except_id)
    else:
        return []
    return [
        {
            "id": s.row["id"],
            "number": s.row["number"],
            "title": s.row["title"],
            "state": s.row["state"],
            "state_title": state_title(work, catalog, s.row["type"], s.row["state"]),
            "class_title": class_title(work, catalog, s.row["class"]),
            "distance_m": None if s.distance_m is None else round(s.distance_m),
            "similarity": s.similarity,
            "opened_at": s.row["opened_at"],
            "address": s.row["address"],
            "thumb": f"/api/blobs/{s.row['thumb']}?size=thumb" if s.row["thumb"] else None,
        }
        for s in similar.rank_similar(text, code, lon, lat, work.now, rows)
    ]


def class_title(work: Work, catalog: Any, code: str | None) -> str | None:
    """The title of a class; a class that is no longer declared shows its code."""
    small = catalog.classes.get(code or "")
    return pick(small.title, work.lang) if small is not None else code


def place_out(work: Work, place: PlaceGuess | None) -> dict[str, Any] | None:
    """A place as the wire shows it."""
    if place is None:
        return None
    return {
        "region": county.region_code(place.region),
        "town": place.town,
        "village": place.village,
        "grid": place.grid,
        "names": county.names_of(work, place.region),
        "lon": place.lon,
        "lat": place.lat,
        "address": place.address,
        "how": place.how,
    }
