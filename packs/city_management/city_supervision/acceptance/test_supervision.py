"""city_supervision: figures move with the cases, carry their source, and the right people are told."""

from typing import Any

from chengshu.sdk import CityClient, Person, eventually

BOARD = "city_supervision.county_overview"
INDICATORS = {
    "city_supervision.closed",
    "city_supervision.closed_rate",
    "city_supervision.filed",
    "city_supervision.filed_rate",
    "city_supervision.ontime_rate",
    "city_supervision.open_cases",
    "city_supervision.overdue",
    "city_supervision.reported",
    "city_supervision.return_rate",
    "city_supervision.rework_rate",
    "city_supervision.satisfied_rate",
}


def figure(person: Person, name: str, **query: Any) -> dict[str, Any]:
    return person.get(f"/api/indicators/city_supervision.{name}/values", **query)


def opened(city: CityClient, text: str) -> dict[str, Any]:
    spot = city.spot(city.sign_in("grid1"))
    said = {"type": "hotline_12345.hotline_call", "channel": "hotline", "text": text, "class": "030106", **spot}
    return city.sign_in("hotline").open_case(**said)


def test_each_reported_case_is_counted_within_seconds(city: CityClient) -> None:
    leader = city.sign_in("leader")
    before = figure(leader, "reported")["items"][0]["value"] if figure(leader, "reported")["items"] else 0
    opened(city, "小区停水了，请问什么时候恢复")
    eventually(lambda: figure(leader, "reported")["items"][0]["value"] > before)


def test_every_figure_says_what_it_is_and_where_it_comes_from(city: CityClient) -> None:
    leader = city.sign_in("leader")
    items = [i for i in leader.get("/api/indicators")["items"] if i["id"].startswith("city_supervision.")]
    assert {i["id"] for i in items} == INDICATORS
    for one in items:
        assert one["definition"]
        assert one["source"]
        assert one["sql"]
        assert one["unit"]
        for by in ("town", "office", "class", "channel", "day"):
            values = leader.get(f"/api/indicators/{one['id']}/values", by=by)
            assert values["freshness"]


def test_a_rate_shows_what_it_is_made_of(city: CityClient) -> None:
    for row in figure(city.sign_in("leader"), "ontime_rate", by="office")["items"]:
        if row["value"] is not None:
            assert row["value"] == round(100 * row["numerator"] / row["denominator"], 2)


def test_both_boards_are_drawn_whole(city: CityClient) -> None:
    leader = city.sign_in("leader")
    for board in (BOARD, "city_supervision.office_evaluation"):
        drawn = leader.get(f"/api/boards/{board}")
        assert drawn["widgets"]
        assert all(w["source"]["definition"] and w["source"]["as_of"] and w["unit"] for w in drawn["widgets"])


def test_the_office_that_gets_the_task_is_told(city: CityClient) -> None:
    case = opened(city, "水管漏水，路面一直在冒水")
    center = city.sign_in("center")
    if case["state"] == "reported":
        case = center.move(case["id"], "file")
    if case["state"] == "filed":
        case = center.move(case["id"], "dispatch", lead="water")
    lead = case["lead"]["org"]
    login = {"water": "water", "urban_management": "urban"}.get(lead, f"o_{lead}")
    office = city.sign_in(login)
    eventually(lambda: any(m["href"] == f"/cases/{case['id']}" for m in office.get("/api/messages/inbox")["items"]))
