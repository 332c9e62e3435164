"""What a row must be to be taken."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengshu.data.resources.logic.values import Wrong, accept, accept_shape, accept_value, bounds, is_id_card, key_of
from chengshu.data.resources.spec import FieldSpec, ResourceSpec


def field(kind: str, **more: Any) -> FieldSpec:
    return FieldSpec.model_validate({"type": kind, "title": {"zh": "字段"}, **more})


@pytest.mark.parametrize(
    ("kind", "given_value", "stored"),
    [
        ("integer", "1,200", 1200),
        ("integer", 3.0, 3),
        ("boolean", "是", True),
        ("boolean", "0", False),
        ("date", "2024/3/1", "2024-03-01"),
        ("date", datetime(2024, 3, 1, 8), "2024-03-01"),  # noqa: DTZ001 - a spreadsheet's own kind of time
        ("code", 320282.0, "320282"),
        ("phone", "0510-87981234", "0510-87981234"),
        ("phone", "13800138000", "13800138000"),
        ("id_card", "11010519491231002x", "11010519491231002X"),
        ("text", "  ", None),
    ],
)
def test_accepts(kind: str, given_value: Any, stored: Any) -> None:
    assert accept_value(field(kind), given_value) == stored


@pytest.mark.parametrize(
    ("kind", "given_value"),
    [
        ("integer", "1.5"),
        ("integer", True),
        ("decimal", "NaN"),
        ("decimal", "1e99"),
        ("date", "2024-02-30"),
        ("datetime", "昨天"),
        ("phone", "12"),
        ("id_card", "110105194912310021"),
        ("code", "a b"),
        ("text", "x" * 4001),
        ("text", "a\x00b"),
        ("text", ["list"]),
        ("boolean", "也许"),
    ],
)
def test_refuses(kind: str, given_value: Any) -> None:
    with pytest.raises(Wrong):
        accept_value(field(kind), given_value)


def test_a_choice_goes_by_value_or_title() -> None:
    choice = field("choice", options={"good": {"zh": "完好", "en": "Good"}})
    assert accept_value(choice, "完好") == accept_value(choice, "good") == "good"
    with pytest.raises(Wrong, match="完好"):
        accept_value(choice, "坏")


SPEC = ResourceSpec.model_validate(
    {
        "title": {"zh": "点"},
        "key": ["a", "b"],
        "geometry": "point",
        "fields": {
            "a": {"type": "text", "title": {"zh": "甲"}, "required": True},
            "b": {"type": "integer", "title": {"zh": "乙"}, "required": True, "min": 0, "max": 9},
        },
        "sharing": {"kind": "unconditional"},
        "opening": {"kind": "unconditional"},
        "update": "daily",
    }
)


def test_finds_every_fault_of_a_row() -> None:
    _, faults = accept(SPEC, {"b": 12, "c": 1, "point": {"lon": 500, "lat": 0}}, row=7)
    assert {(fault.row, fault.field) for fault in faults} == {(7, "a"), (7, "b"), (7, "c"), (7, "point")}


def test_key_and_place() -> None:
    columns, faults = accept(SPEC, {"a": "x", "b": 3, "point": {"lon": 119.8, "lat": 31.4}})
    assert not faults
    assert key_of(SPEC, columns) == "x~3"
    assert columns["_place"] == "((119.8,31.4),(119.8,31.4))"


def test_shapes() -> None:
    line = {"type": "LineString", "coordinates": [[119, 31], [120, 32]]}
    assert bounds(accept_shape("line", line)) == "((120.0,32.0),(119.0,31.0))"
    with pytest.raises(Wrong):
        accept_shape("polygon", line)


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_changed_digit_of_a_citizen_number_is_noticed(digits: str, at: int, by: int) -> None:
    number = next(digits + last for last in "0123456789X" if is_id_card(digits + last))
    changed = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert not is_id_card(changed)


@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "c", "point"]),
        st.one_of(st.none(), st.integers(), st.text(), st.lists(st.integers())),
    )
)
def test_no_input_breaks_the_door(given_row: dict[str, Any]) -> None:
    columns, faults = accept(SPEC, given_row)
    assert faults or columns
