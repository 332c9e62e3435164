"""hotline_12345.hotline_call: registered, classed, handed on, answered, rated."""

from typing import Any

import pytest

from chengshu.sdk import CityClient, covers


def call(city: CityClient, code: str, text: str, **more: Any) -> dict[str, Any]:
    hotline, spot = city.sign_in("hotline"), city.spot(city.sign_in("grid1"))
    said = {"type": "hotline_12345.hotline_call", "channel": "hotline", "text": text, "class": code, **spot}
    return hotline.open_case(**said, **more)


@covers("F16", "F17")
@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ("030504", "咨询", "请问异地就医医保怎么备案报销"),
        ("030601", "投诉", "健身房关门了预付卡不退钱"),
        ("030904", "建议", "建议在广场增设几张长椅"),
    ],
    ids=["question", "complaint", "suggestion"],
)
def test_advice_complaints_and_suggestions_enter_by_one_door(city: CityClient, code: str, kind: str, text: str) -> None:
    case = call(city, code, text, fields={"call_kind": kind}, reporter={"name": "验收来电", "phone": "13800138000"})
    assert case["class"]["code"] == code
    assert case["stage"] != "collect"
    assert case["lead"] is not None


@covers("F16")
def test_urgency_shortens_the_limit(city: CityClient) -> None:
    calm = call(city, "030106", "家里水压小了好几天", urgency="normal")
    grave = call(city, "030106", "整片小区停水还冒黑水", urgency="critical")
    assert grave["due_at"] is None or calm["due_at"] is None or grave["due_at"] <= calm["due_at"]
    assert grave["urgency"] == "critical"


@covers("F16")
def test_the_caller_is_masked_for_those_without_the_right(city: CityClient) -> None:
    case = call(city, "030201", "晚上工厂排放刺鼻气味", reporter={"name": "王小明", "phone": "13812345678"})
    shown = city.sign_in("leader").case(case["id"])["reporter"]
    assert shown is None or "13812345678" not in str(shown)
