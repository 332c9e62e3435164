"""The register components_and_events.component: identity, place, state, history."""

import secrets

from chengshu.sdk import CityClient, covers

ROWS = "/api/resources/components_and_events.component/rows"


def code() -> str:
    return f"3202820101{secrets.randbelow(10**6):06d}"


@covers("D11", "HF05")
def test_one_component_one_file(city: CityClient) -> None:
    bureau, grid = city.sign_in("bureau"), city.sign_in("grid1")
    own, spot = code(), city.spot(grid)
    made = bureau.post(ROWS, {"code": own, "name": "上水井盖", "class_code": "010101", "point": spot, "state": "good"})
    assert made["region"] == grid.me["posts"][0]["region"]
    changed = bureau.patch(f"{ROWS}/{own}", {"state": "damaged", "changed_on": "2026-11-20"}, made["_version"])
    assert changed["_version"] == 2
    history = bureau.get(f"{ROWS}/{own}/history")["items"]
    assert [version["state"] for version in history] == ["damaged", "good"]
    before = bureau.get(f"{ROWS}/{own}", as_of=made["_updated_at"])
    assert before["state"] == "good"


@covers("HF05")
def test_codes_are_checked_at_the_door(city: CityClient) -> None:
    bureau = city.sign_in("bureau")
    row = {
        "code": "12",
        "name": "井盖",
        "class_code": "9",
        "point": city.spot(city.sign_in("grid1")),
        "state": "broken",
    }
    refused = bureau.ask("POST", ROWS, json=row)
    assert refused.status_code == 422
    assert {error["field"] for error in refused.json()["errors"]} == {"code", "class_code", "state"}


@covers("D11")
def test_it_is_on_the_map(city: CityClient) -> None:
    bureau, spot = city.sign_in("bureau"), city.spot(city.sign_in("grid1"))
    own = code()
    bureau.post(ROWS, {"code": own, "name": "路灯", "class_code": "010137", "point": spot, "state": "lost"})
    box = f"{spot['lon'] - 0.001},{spot['lat'] - 0.001},{spot['lon'] + 0.001},{spot['lat'] + 0.001}"
    url = "/api/maps/layers/resources.components_and_events.damaged_components/features"
    shown = bureau.get(url, bbox=box, zoom=16)
    assert own in {feature["id"] for feature in shown["features"]}
