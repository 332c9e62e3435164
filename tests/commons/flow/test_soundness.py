"""A flow that cannot be walked is refused with the place and the way out."""

import copy
from typing import Any

import pytest
from pydantic import ValidationError
from tests.commons.flow.conftest import city_case

from chengshu.commons.flow.spec import FlowSpec


@pytest.fixture
def body() -> dict[str, Any]:
    return copy.deepcopy(city_case())


def refused(body: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as found:
        FlowSpec.model_validate(body)
    return str(found.value)


class TestRefuses:
    def test_an_unknown_key(self, body: dict[str, Any]) -> None:
        body["moves"]["file"]["colour"] = "red"
        assert "moves.file.colour" in refused(body)

    def test_a_target_that_is_not_there(self, body: dict[str, Any]) -> None:
        body["moves"]["file"]["to"] = "field"
        text = refused(body)
        assert "moves.file.to: there is no state “field”" in text
        assert "filed" in text

    def test_a_state_that_nothing_reaches(self, body: dict[str, Any]) -> None:
        body["states"]["lost"] = {"title": {"zh": "丢失"}, "stage": "file", "closed": True, "terminal": True}
        assert "states.lost: no move leads to it" in refused(body)

    def test_a_dead_end(self, body: dict[str, Any]) -> None:
        del body["moves"]["close"]
        body["moves"]["verify_fail"]["from"] = ["verifying"]
        body["moves"]["merge"]["from"] = ["reported"]
        text = refused(body)
        assert "states.closing: no move leads out of it" in text

    def test_a_circle_without_an_end(self, body: dict[str, Any]) -> None:
        body["states"]["waiting"] = {
            "title": {"zh": "等待"}, "stage": "handle", "work": {"task": "handle", "holder": "lead"},
        }  # fmt: skip
        body["states"]["idling"] = {**body["states"]["waiting"]}
        for origin, target in (("filed", "waiting"), ("waiting", "idling"), ("idling", "waiting")):
            body["moves"][f"to_{target}_{origin}"] = {
                "title": {"zh": "等"}, "from": [origin], "to": target, "operation": "cases.handle",
            }  # fmt: skip
        body["moves"]["merge"]["from"] = ["reported"]
        text = refused(body)
        assert "states.waiting: a matter in it can never be closed" in text

    def test_an_open_state_where_nobody_works(self, body: dict[str, Any]) -> None:
        del body["states"]["filed"]["work"]
        assert "states.filed: nobody works in it" in refused(body)

    def test_unknown_clock_task_field_and_condition(self, body: dict[str, Any]) -> None:
        body["states"]["filed"]["work"]["clock"] = "sun"
        body["states"]["handling"]["work"]["task"] = "sleep"
        body["moves"]["dispatch"]["effects"][0]["field"] = "boss"
        body["moves"]["close"]["unless"] = ["raining"]
        text = refused(body)
        for path in (
            "states.filed.work.clock", "states.handling.work.task", "moves.dispatch.effects[0].field", "moves.close.unless",
        ):  # fmt: skip
            assert path in text

    def test_two_main_clocks(self, body: dict[str, Any]) -> None:
        body["clocks"]["file"]["main"] = True
        assert "keep main: true at one clock" in refused(body)

    def test_a_limit_that_is_none(self, body: dict[str, Any]) -> None:
        body["clocks"]["file"]["limit"] = "soon"
        text = refused(body)
        assert "clocks.file.limit" in text
        assert "5wd" in text

    def test_an_effect_outside_the_vocabulary(self, body: dict[str, Any]) -> None:
        body["moves"]["file"]["effects"] = [{"do": "run_python", "code": "x"}]
        assert "run_python" in refused(body)


class TestTwoLevels:
    def test_a_second_approval_is_only_data(self, body: dict[str, Any]) -> None:
        """The first level passes the request on; the second one grants it."""
        body["tasks"]["confirm_extension"] = {"title": {"zh": "复核延期"}}
        moves = body["moves"]
        grant = moves["approve_extension"]
        moves["confirm_extension"] = {**copy.deepcopy(grant), "task": "confirm_extension", "operation": "cases.close"}
        moves["confirm_extension"]["effects"][1]["task"] = "confirm_extension"
        grant["fields"] = [copy.deepcopy(moves["request_extension"]["fields"][0]), *grant["fields"]]
        grant["effects"] = [
            {"do": "settle", "task": "approve_extension"},
            {"do": "ask", "task": "confirm_extension", "holder": "org:supervision", "clock": "approve"},
        ]
        flow = FlowSpec.model_validate(body)
        assert [e.do for e in flow.moves["approve_extension"].effects] == ["settle", "ask"]
