"""grid_governance.grid_report, grid_governance.household, grid_governance.patrol, grid_governance.visits."""

import secrets
from typing import Any

from chengshu.sdk import CityClient, covers, photo

HOMES = "/api/resources/grid_governance.household/rows"
PATROLS = "/api/resources/grid_governance.patrol/rows"


def found(city: CityClient, text: str, code: str) -> dict[str, Any]:
    grid = city.sign_in("grid1")
    said = {"type": "grid_governance.grid_report", "channel": "grid", "text": text, "class": code}
    return grid.open_case(**said, **city.spot(grid))


@covers("D19", "D22", "D23")
def test_a_grid_settles_what_it_can(city: CityClient) -> None:
    case = found(city, "验收：邻居因晾衣吵架，已劝和", "040101")
    assert case["state"] == "found"
    grid = city.sign_in("grid1")
    done = grid.move(case["id"], "settle", result="双方和解", photos_after=[grid.upload(photo())])
    assert done["state"] == "closed"


@covers("D19", "D20", "D22")
def test_a_grid_reports_what_it_cannot(city: CityClient) -> None:
    case = found(city, "验收：楼道长期飞线充电，屡劝不改", "040201")
    grid, center = city.sign_in("grid1"), city.sign_in("center")
    assert grid.move(case["id"], "report_up", reason="需要执法部门处理")["state"] == "filed"
    assert center.move(case["id"], "dispatch", lead="urban_management")["state"] == "assigned"
    urban = city.sign_in("urban")
    urban.move(case["id"], "accept")
    urban.move(case["id"], "submit", result="已拆除", photos_after=[urban.upload(photo())])
    assert grid.move(case["id"], "verify_pass", reason="已拆除")["state"] == "closed"


@covers("D22", "D23")
def test_households_and_visits_of_the_own_grid(city: CityClient) -> None:
    grid, bureau = city.sign_in("grid1"), city.sign_in("bureau")
    region, mark = grid.me["posts"][0]["region"], secrets.token_hex(4)
    home = {"code": f"H{mark}", "address": "验收路 8 号", "care": "elder", "phone": "13912345678", "region": region}
    grid.post(HOMES, home)
    assert grid.get(f"{HOMES}/H{mark}")["phone"] == "139****5678"
    visit = {"code": f"V{mark}", "kind": "visit", "place": "验收路 8 号", "household": f"H{mark}", "region": region}
    visit["at"] = "2026-11-20T09:30"
    grid.post(PATROLS, visit)
    elsewhere = {**home, "code": f"X{mark}", "region": "320282100"}
    assert grid.ask("POST", HOMES, json=elsewhere).status_code == 422
    bureau.post(HOMES, elsewhere)
    assert grid.ask("GET", f"{HOMES}/X{mark}").status_code == 404
    assert "grid_governance.visits" in {one["id"] for one in bureau.get("/api/indicators")["items"]}
