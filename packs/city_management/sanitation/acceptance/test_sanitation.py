"""Registers and cases of sanitation: sanitation.public_toilet, sanitation.transfer_station, sanitation.sanitation_vehicle,
sanitation.cleaning_section, sanitation.cleaning_quality, sanitation.toilets_open, sanitation.clean_vehicle_share."""

import secrets

from chengshu.sdk import CityClient, covers, photo


def rows(name: str) -> str:
    return f"/api/resources/sanitation.{name}/rows"


@covers("HF07", "HF11")
def test_stations_vehicles_toilets_and_sections(city: CityClient) -> None:
    bureau, grid = city.sign_in("bureau"), city.sign_in("grid1")
    mark, spot = secrets.token_hex(3).upper(), city.spot(grid)
    bureau.post(
        rows("transfer_station"),
        {"code": f"Z{mark}", "name": "验收中转站", "capacity": 120, "state": "running", "point": spot},
    )
    plate = f"苏B{mark[:5]}"
    bureau.post(
        rows("sanitation_vehicle"), {"plate": plate, "kind": "compactor", "station": f"Z{mark}", "clean_energy": True}
    )
    refused = bureau.ask(
        "POST", rows("sanitation_vehicle"), json={"plate": "苏B00001", "kind": "compactor", "station": "没有"}
    )
    assert refused.status_code == 422
    region = grid.me["posts"][0]["region"]
    line = {"type": "LineString", "coordinates": [[spot["lon"], spot["lat"]], [spot["lon"] + 0.001, spot["lat"]]]}
    bureau.post(
        rows("cleaning_section"),
        {"code": f"L{mark}", "name": "验收路段", "level": "first", "geometry": line, "region": region},
    )
    bureau.post(
        rows("public_toilet"),
        {"code": f"T{mark}", "name": "验收公厕", "state": "open", "opens": "06:00-22:00", "point": spot},
    )
    found = bureau.get(rows("public_toilet"), filter=f"code = 'T{mark}' and state = 'open'")["items"]
    assert [row["region"] for row in found] == [region]


@covers("HF07")
def test_poor_cleaning_becomes_a_case_of_the_sanitation_office(city: CityClient) -> None:
    center = city.sign_in("center")
    said = {
        "type": "sanitation.cleaning_quality",
        "channel": "staff",
        "class": "050101",
        "text": "验收：路面落叶未清扫",
    }
    hash_ = center.upload(photo())
    case = center.open_case(**said, **city.spot(city.sign_in("grid1")), attachments=[hash_])
    assert case["lead"]["org"] == "sanitation"
    assert case["stage"] in ("dispatch", "handle")


@covers("HF07")
def test_indicators_are_there(city: CityClient) -> None:
    known = {one["id"] for one in city.sign_in("bureau").get("/api/indicators")["items"]}
    assert {"sanitation.toilets_open", "sanitation.clean_vehicle_share"} <= known
