"""The verbs of gridwork."""

from typing import Any

from chengshu.base.errors import Invalid
from chengshu.base.geo import distance_m
from chengshu.commons.places.errors import CoordinatesInvalid, PointOutside
from chengshu.govern.cases import facade as cases
from chengshu.govern.gridwork import store
from chengshu.govern.gridwork.logic.route import length_m, walk
from chengshu.runtime.database import Work

MOST_TASKS = 100


def my_grids(work: Work) -> list[str]:
    """Codes of the grids whose tasks the actor holds."""
    return sorted(h.removeprefix("grid:") for h in work.actor.holders if h.startswith("grid:"))


async def today(work: Work, lon: float | None, lat: float | None) -> dict[str, Any]:
    """Open tasks of my grids, nearest due first, with distance and the order to walk them."""
    here = (lon, lat) if lon is not None and lat is not None else None
    page = await cases.inbox(work, None, MOST_TASKS)
    tasks: list[dict[str, Any]] = []
    for row in page.items:
        far = None
        if here is not None and row["lon"] is not None and row["lat"] is not None:
            far = round(distance_m(*here, row["lon"], row["lat"]))
        task = row.get("task") or {}
        tasks.append({"case": row, "kind": task.get("kind"), "title": task.get("title"),
                      "due_at": task.get("due_at"), "color": task.get("color"), "distance": far})  # fmt: skip
    placed = [t["case"] for t in tasks if t["case"]["lon"] is not None and t["case"]["lat"] is not None]
    points = [(c["lon"], c["lat"]) for c in placed]
    order = walk(points, here)
    counts = {c: sum(1 for t in tasks if t["color"] == c) for c in ("red", "yellow", "green")}
    return {
        "grids": [_grid_out(work, code) for code in my_grids(work)],
        "tasks": tasks,
        "route": [{"id": placed[i]["id"], "lon": points[i][0], "lat": points[i][1]} for i in order],
        "route_m": round(length_m(points, order, here)),
        "counts": {"total": len(tasks), **counts},
        "next": page.next,
    }


def _grid_out(work: Work, code: str) -> dict[str, Any]:
    region = work.city.regions.find(code)
    if region is None:
        return {"code": code, "name": code}
    return {"code": code, "name": region.title(work.lang), "lon": region.lon, "lat": region.lat,
            "schematic": region.schematic, "names": work.city.regions.names(code, work.lang)}  # fmt: skip


async def keepers(work: Work, region: str) -> dict[str, Any]:
    """Who keeps the grids of a region; grids without anybody are listed as such."""
    root = work.city.regions.by_code(region)
    rows = await cases.keepers(work, root.path)
    people: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        people.setdefault(row["grid"], []).append({"id": row["actor_id"], "name": row["name"], "org": row["org"]})
    grids = work.city.regions.below(root.code, 4)
    items = [{"grid": g.code, "name": g.title(work.lang), "people": people.get(g.code, [])} for g in grids[:2000]]
    return {"items": items, "unstaffed": sum(1 for i in items if not i["people"])}


async def check_in(work: Work, lon: float, lat: float, accuracy: float | None, note: str) -> dict[str, Any]:
    """Note a position on patrol and whether it lies in one of the actor's grids."""
    grids = my_grids(work)
    if not grids:
        raise Invalid(field="grid", value=work.actor.name)
    place = work.city.regions.locate(lon, lat)
    if place is None:
        raise PointOutside(field="lon", value=f"{lon},{lat}", county=work.city.regions.county.title(work.lang))
    if accuracy is not None and accuracy < 0:
        raise CoordinatesInvalid(field="accuracy", value=accuracy)
    inside = place.grid in grids
    grid = place.grid if inside and place.grid else grids[0]
    values = {"grid": grid, "region": work.city.regions.path(grid), "lon": lon, "lat": lat, "accuracy": accuracy,
              "inside": inside, "note": note}  # fmt: skip
    row = await store.check_in(work, values)
    return {"id": row["id"], "at": row["at"], "grid": grid, "inside": inside, "place": place.label}


async def my_patrols(work: Work) -> dict[str, Any]:
    """Where I have been today."""
    since = work.now.replace(hour=0, minute=0, second=0, microsecond=0)
    return {"items": await store.my_patrols(work, since)}
