"""The life of components_and_events.component and components_and_events.event, from report to rating."""

from typing import Any

import pytest

from chengshu.sdk import CityClient, covers, eventually, photo


def dispatched(city: CityClient, case_id: int, lead: str = "urban_management") -> dict[str, Any]:
    """File and dispatch, as the centre does when the system was not certain."""
    center = city.sign_in("center")
    case = center.case(case_id)
    if case["state"] == "reported":
        case = center.move(case_id, "file", reason="现场属实")
    if case["state"] == "filed":
        case = center.move(case_id, "dispatch", lead=lead)
    return case


def handled(city: CityClient, case_id: int, who: str = "urban") -> dict[str, Any]:
    """Accept and report as done, with photos before and after."""
    office = city.sign_in(who)
    office.move(case_id, "accept")
    before, after = office.upload(photo("before")), office.upload(photo("after"))
    return office.move(case_id, "submit", result="已修复", photos_before=[before], photos_after=[after])


def checked(city: CityClient, case_id: int) -> dict[str, Any]:
    """The grid worker of the place looks and passes."""
    grid = city.sign_in("grid1")
    return grid.move(case_id, "verify_pass", photos=[grid.upload(photo("check"))], reason="现场已恢复")


def opened(city: CityClient, code: str = "010137", **more: Any) -> dict[str, Any]:
    """A case of a class in the place of grid1, registered by the centre."""
    center, grid = city.sign_in("center"), city.sign_in("grid1")
    kind = {"01": "component", "02": "event"}[code[:2]]
    said = {"type": f"components_and_events.{kind}", "channel": "staff", "text": "验收：现场发现问题", "class": code}
    return center.open_case(**{**said, **city.spot(grid), **more})


@covers("D10", "HF13", "D32", "HF08", "HF01", "HF12")
def test_from_a_citizens_report_to_the_rating(city: CityClient) -> None:
    grid = city.sign_in("grid1")
    said = {
        "type": "components_and_events.component",
        "text": "小区门口的路灯连续几天不亮，晚上一片漆黑",
        "class": "010137",
    }
    receipt = city.report(**said, **city.spot(grid))
    center = city.sign_in("center")
    listed = center.get("/api/cases", view="all", q=receipt["number"])["items"]
    case_id = listed[0]["id"]
    assert listed[0]["channel"] == "citizen"
    assert dispatched(city, case_id)["state"] == "assigned"
    assert handled(city, case_id)["state"] == "verifying"
    assert checked(city, case_id)["state"] == "closing"
    closed = center.move(case_id, "close", reply="路灯已修复，感谢您的反映。")
    assert closed["state"] == "closed"
    assert closed["clock"] is not None
    seen = city.follow(receipt)
    assert seen["can_rate"]
    assert "路灯已修复" in (seen["reply"] or "")
    assert city.rate(receipt, 1, "很快").is_success
    assert center.case(case_id)["rating"] is not None
    moves = [entry["move"] for entry in center.case(case_id)["timeline"]]
    for move in ("file", "dispatch", "accept", "submit", "verify_pass", "close"):
        assert move in moves


@covers("D10")
def test_the_check_is_independent_and_can_fail(city: CityClient) -> None:
    case = opened(city)
    dispatched(city, case["id"])
    handled(city, case["id"])
    urban = city.sign_in("urban")
    assert "verify_pass" not in {move["id"] for move in urban.case(case["id"])["moves"]}
    refused = urban.try_move(case["id"], "verify_pass", reason="自己查自己", photos=[urban.upload(photo())])
    assert refused.status_code in (403, 409), refused.text
    assert urban.case(case["id"])["state"] == "verifying"
    grid = city.sign_in("grid1")
    again = grid.move(case["id"], "verify_fail", reason="仍然不亮", photos=[grid.upload(photo())])
    assert again["state"] == "handling"


@covers("D10")
def test_every_class_has_an_owner_a_limit_and_a_closing_test(city: CityClient) -> None:
    center, grid = city.sign_in("center"), city.sign_in("grid1")
    region = grid.me["posts"][0]["region"]
    small = [
        one for one in center.get("/api/cases/classes") if one["code"][:2] in ("01", "02") and one.get("conditions")
    ]
    assert len(small) >= 100
    for one in small:
        owner = center.get("/api/cases/duties/owner", **{"class": one["code"], "region": region})
        assert owner["lead"], one["code"]
        for condition in one["conditions"]:
            assert condition["limit"], one["code"]
            assert condition["close_when"], one["code"]


@covers("D10")
def test_the_condition_sets_the_clock(city: CityClient) -> None:
    urgent = dispatched(city, opened(city, "010101", condition="missing")["id"], "water")
    slow = dispatched(city, opened(city, "010101", condition="sunk")["id"], "water")
    assert urgent["due_at"] < slow["due_at"]
    assert any(one["clock"] == "handle" and one["kind"] == "start" for one in urgent["clocks"])


@covers("D08")
@pytest.mark.parametrize("channel", ["grid", "citizen", "hotline", "staff", "api", "device"])
def test_every_channel_ends_in_one_list(city: CityClient, channel: str) -> None:
    center = city.sign_in("center")
    case = opened(city, "020110", channel=channel, urgency="urgent", text=f"验收：来自渠道 {channel} 的暴露垃圾")
    seen = center.get("/api/cases", view="all", channel=channel, q=case["number"])["items"]
    assert [one["id"] for one in seen] == [case["id"]]
    assert (case["class"]["code"], case["urgency"]) == ("020110", "urgent")


@covers("D08")
def test_words_are_classed_and_graded(city: CityClient) -> None:
    asked = {"text": "马路中间的污水井盖没了，掉下去一个大窟窿，太危险", **city.spot(city.sign_in("grid1"))}
    answer = city.sign_in("center").post("/api/cases/suggestions", asked)
    assert answer["classes"][0]["code"].startswith("0101")
    assert answer["classes"][0]["reasons"]
    assert answer["urgency"]["value"] in ("normal", "urgent", "critical")


@covers("HF13")
def test_every_class_is_taken_up_in_the_one_process(city: CityClient) -> None:
    center = city.sign_in("center")
    small = [
        one["code"]
        for one in center.get("/api/cases/classes")
        if one["code"][:2] in ("01", "02") and one.get("conditions")
    ]
    for code in small:
        case = opened(city, code)
        assert case["class"]["code"] == code
        assert case["stage"] in ("collect", "file", "dispatch")
        if case["state"] == "reported":
            center.move(case["id"], "refuse", reason="验收登记，不予立案")


@covers("HF13")
@pytest.mark.parametrize(
    "code",
    ["010137", "010201", "010305", "010402", "010506", "020110", "020201", "020301", "020405", "020507", "020604"],
)
def test_every_large_class_is_handled_and_checked(city: CityClient, code: str) -> None:
    case = opened(city, code)
    stands = dispatched(city, case["id"])
    if stands["lead"]["org"] != "urban_management":
        city.sign_in("center").move(case["id"], "reassign", lead="urban_management", reason="验收由城管局承办")
    handled(city, case["id"])
    assert checked(city, case["id"])["state"] == "closing"
    assert city.sign_in("center").move(case["id"], "close", reply="已办结")["state"] == "closed"


@covers("D32")
def test_collector_and_hotline_report(city: CityClient) -> None:
    grid, hotline = city.sign_in("grid1"), city.sign_in("hotline")
    said = {"text": "验收：垃圾桶满溢", "class": "010305", **city.spot(grid)}
    hash_ = grid.upload(photo())
    found = grid.open_case(type="components_and_events.component", channel="grid", attachments=[hash_], **said)
    called = hotline.open_case(type="components_and_events.component", channel="hotline", **said)
    assert found["channel"] == "grid"
    assert called["channel"] == "hotline"
    assert found["attachments"][0]["hash"] == hash_


@covers("HF08")
def test_the_public_watches_performance(city: CityClient) -> None:
    figures = city.public.get("/api/open/v1/stats")
    assert {"today", "open", "closed_30d", "ontime_rate", "satisfaction"} <= set(figures)


@covers("HF08")
def test_a_bad_rating_opens_a_return_visit(city: CityClient) -> None:
    grid = city.sign_in("grid1")
    said = {"type": "components_and_events.event", "text": "店外摆放桌椅占了人行道", "class": "020405"}
    receipt = city.report(**said, **city.spot(grid))
    center = city.sign_in("center")
    case_id = center.get("/api/cases", view="all", q=receipt["number"])["items"][0]["id"]
    dispatched(city, case_id)
    handled(city, case_id)
    checked(city, case_id)
    center.move(case_id, "close", reply="已清理")
    assert city.rate(receipt, 5, "没有解决").is_success
    assert eventually(lambda: center.case(case_id)["state"] == "revisiting")


@covers("D31")
def test_what_one_level_cannot_solve_is_raised(city: CityClient) -> None:
    case = opened(city)
    dispatched(city, case["id"])
    urban = city.sign_in("urban")
    urban.move(case["id"], "accept")
    assert urban.move(case["id"], "escalate", reason="需多部门会商")["state"] == "filed"
