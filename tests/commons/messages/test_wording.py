"""An event calls for the right templates, and words never break on what an event lacks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chengshu.commons.messages.contracts import Template
from chengshu.commons.messages.logic.wording import fill, matches, recipients, word
from chengshu.commons.messages.spec import MessageSpec

TEMPLATE = Template(
    "p.task", "p", "cases.changed", {"move": ("dispatch", "reassign")}, ("holder",), ("inbox",), "normal",
    {"zh": "新任务 {number}", "en": "New task {number}"}, {"zh": "{title}，{due_at} 前办结"}, "/cases/{id}",
)  # fmt: skip
MATTER = {
    "id": 7,
    "number": "20261121000001",
    "title": "路灯不亮",
    "lead": "urban",
    "opened_by": 1001,
    "holders": ["org:urban"],
}


class TestMatches:
    def test_by_topic_and_fields(self):
        assert matches(TEMPLATE, "cases.changed", {"move": "dispatch"})
        assert not matches(TEMPLATE, "cases.changed", {"move": "close"})
        assert not matches(TEMPLATE, "flow.warned", {"move": "dispatch"})

    def test_dotted_names_reach_inside(self):
        rated = Template("p.b", "p", "cases.changed", {"after.rating": (4, 5)}, ("lead",), ("inbox",), "urgent", {}, {})
        assert matches(rated, "cases.changed", {"after": {"rating": 5}})
        assert not matches(rated, "cases.changed", {"after": None})


class TestFill:
    def test_what_is_missing_stays_empty(self):
        assert fill("{number}：{a.b}", {"number": 3}) == "3："

    @given(st.text(max_size=60), st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
    def test_never_fails(self, text, payload):
        fill(text, payload)


class TestRecipients:
    def test_each_way_to_name_somebody(self):
        to = ["holder", "lead", "opener", "function:center", "org:water", "function:nobody"]
        assert list(recipients(to, {}, MATTER, {"center": "ops"})) == [
            "org:urban", "org:urban", "actor:1001", "org:ops", "org:water",
        ]  # fmt: skip

    def test_the_public_and_the_system_are_nobody_to_tell(self):
        assert list(recipients(["opener"], {}, {"opened_by": 1}, {})) == []

    def test_an_event_may_name_them_itself(self):
        payload = {"opened": [{"holder": "grid:1"}], "tell": ["org:center"], "holders": ["org:water"]}
        assert list(recipients(["opened", "tell", "holder"], payload, MATTER, {})) == [
            "grid:1",
            "org:center",
            "org:water",
        ]


class TestWord:
    def test_words_one_message_for_each_holder(self):
        (draft,) = word([TEMPLATE], "cases.changed", {"move": "dispatch", "actor": 5}, MATTER, {})
        assert draft.holder == "org:urban"
        assert draft.subject == {"zh": "新任务 20261121000001", "en": "New task 20261121000001"}
        assert draft.href == "/cases/7"
        assert draft.besides == 5


class TestSpec:
    def declared(self, **changes):
        return {
            "title": {"zh": "任务到达"}, "on": "cases.changed", "match": {"move": ["dispatch"]}, "to": ["holder"],
            "subject": {"zh": "新任务 {number}"}, "body": {"zh": "{title}"},
        } | changes  # fmt: skip

    def test_takes_a_good_one(self):
        assert MessageSpec.model_validate(self.declared()).channels == ["inbox"]

    @pytest.mark.parametrize(
        "change",
        [
            {"to": ["everybody"]},
            {"body": {"zh": "{title!r}"}},
            {"on": "cases.deleted"},
            {"channels": ["pigeon"]},
            {"colour": 1},
            {"to": []},
        ],
    )
    def test_refuses_what_nobody_could_follow(self, change):
        with pytest.raises(ValidationError):
            MessageSpec.model_validate(self.declared(**change))
