"""The city case move by move: who may, what follows, why not."""

import pytest
from tests.commons.flow.conftest import Offices, person
from tests.commons.flow.county import Walk

from chengshu.base.actor import JOB, PUBLIC
from chengshu.base.workcal import WorkCalendar
from chengshu.commons.flow.errors import (
    BlockedNow,
    CheckerIsHandler,
    ClockMismatch,
    FieldWrong,
    MergeRefused,
    NeedMissing,
    NobodyHolds,
    NotYourTurn,
    UnknownMove,
    UnknownOffice,
    WrongState,
)
from chengshu.commons.flow.logic import moves
from chengshu.commons.flow.logic.fields import read_fields
from chengshu.commons.flow.spec import FlowSpec


@pytest.fixture
def walk(flow: FlowSpec, calendar: WorkCalendar) -> Walk:
    return Walk(flow, calendar)


class TestTheWholeLife:
    def test_from_report_to_rating(self, walk: Walk) -> None:
        seen = [(walk.state, walk.snapshot.matter.stage)]
        for who, move, values in [
            ("center", "file", {}),
            ("center", "dispatch", {"lead": "water", "cooperating": ["urban"]}),
            ("water", "accept", {}),
            ("urban", "cooperate_done", {"result": "已围挡"}),
            ("water", "submit", {"result": "已更换井盖"}),
            ("grid", "verify_pass", {}),
            ("center", "close", {"reply": "已修复"}),
            (PUBLIC, "rate", {"grade": 1}),
        ]:
            walk.wait(minutes=10)
            walk.go(who, move, **values)
            seen.append((walk.state, walk.snapshot.matter.stage))
        assert [s for s, _ in seen] == [
            "reported", "filed", "assigned", "handling", "handling", "verifying", "closing", "closed", "rated",
        ]  # fmt: skip
        assert seen[-1][1] == "rate"
        assert walk.snapshot.matter.verdict == "ontime"
        assert walk.snapshot.matter.closed_at is not None
        assert [e.seq for e in walk.entries] == list(range(1, 10))
        assert walk.snapshot.matter.orgs == ("gov.water", "gov.urban")
        assert walk.snapshot.open_tasks == ()

    def test_a_bad_grade_opens_a_return_visit(self, walk: Walk) -> None:
        walk.to_handling()
        walk.go("water", "submit", result="好了")
        walk.go("grid", "verify_pass")
        walk.go("center", "close")
        walk.go(PUBLIC, "rate", grade=5, text="没修好")
        assert (walk.state, walk.snapshot.open_tasks[0].kind) == ("revisiting", "revisit")
        walk.go("center", "reopen", reason="确未修好")
        assert walk.state == "handling"
        assert walk.snapshot.matter.closed_at is None
        assert walk.snapshot.matter.counters["reopened"] == 1

    def test_return_reassign_delegate_escalate(self, walk: Walk) -> None:
        walk.to_handling()
        walk.go("water", "return", reason="不属本单位", clause="权责清单 3.2")
        assert (walk.state, walk.snapshot.matter.counters) == ("filed", {"returned": 1})
        assert walk.entries[-1].authority == "权责清单 3.2"
        walk.go("center", "dispatch", lead="urban")
        walk.go("center", "reassign", lead="water", reason="改派")
        assert (walk.state, walk.snapshot.matter.lead) == ("assigned", "water")
        walk.go("water", "accept")
        walk.go("water", "delegate", to="t1", reason="属地处置")
        assert walk.snapshot.lead_task is not None
        assert walk.snapshot.lead_task.holder == "org:t1"
        assert walk.snapshot.matter.lead == "water"
        assert "submit" in walk.offers("stranger")
        assert "submit" in walk.offers("water")
        walk.go("stranger", "escalate", reason="超出能力")
        assert walk.state == "filed"


class TestWhoMay:
    def test_offers_follow_the_holder(self, walk: Walk) -> None:
        assert walk.offers("center")[:1] == ["file"]
        assert walk.offers("water") == ["note"]
        walk.to_handling()
        assert "submit" in walk.offers("water")
        assert "submit" not in walk.offers("center")
        assert "resume" not in walk.offers("water")

    def test_a_stranger_is_told_whose_turn_it_is(self, walk: Walk) -> None:
        with pytest.raises(NotYourTurn) as refused:
            walk.go("stranger", "file")
        assert "城运中心" in refused.value.body("zh")["detail"]

    def test_the_checker_is_never_the_handler(self, walk: Walk) -> None:
        both = person(77, "两头", "org:water", "grid:320282100001001", "org:center")
        walk.go("center", "file")
        walk.go("center", "dispatch", lead="water")
        walk.go(both, "accept")
        walk.go("water", "submit", result="好了")
        with pytest.raises(CheckerIsHandler):
            walk.go(both, "verify_pass")
        walk.go("grid", "verify_pass")
        with pytest.raises(CheckerIsHandler):
            walk.go(both, "close")

    def test_rights_are_operations(self, flow: FlowSpec, walk: Walk) -> None:
        unable = person(78, "无权", "org:center")
        unable = type(unable)(**{f: getattr(unable, f) for f in unable.__slots__} | {"operations": frozenset()})
        assert moves.allowed_moves(flow, walk.snapshot, unable, Offices()) == []
        spec = moves.require_move(flow, walk.snapshot, "file", unable, Offices())
        assert not moves.may_move(spec, walk.snapshot, flow, unable, Offices())
        assert moves.may_move(spec, walk.snapshot, flow, JOB, Offices())

    def test_wrong_state_names_what_is_possible(self, walk: Walk) -> None:
        with pytest.raises(WrongState) as refused:
            walk.go("center", "close")
        body = refused.value.body("zh")
        assert "待立案" in body["detail"]
        assert "立案" in body["remedy"]

    def test_unknown_move_and_office(self, walk: Walk) -> None:
        with pytest.raises(UnknownMove):
            walk.go("center", "fly")
        walk.go("center", "file")
        with pytest.raises(UnknownOffice):
            walk.go("center", "dispatch", lead="nowhere")
        assert walk.state == "filed"


class TestApprovals:
    def test_a_pause_is_asked_for_and_granted(self, walk: Walk) -> None:
        walk.to_handling()
        walk.go("water", "request_pause", reason="等待配件")
        assert {t.kind for t in walk.snapshot.open_tasks} == {"handle", "approve_pause"}
        assert "request_pause" not in walk.offers("water")
        with pytest.raises(NotYourTurn):
            walk.go("water", "approve_pause")
        walk.go("center", "approve_pause")
        assert walk.face("handle").paused
        assert walk.face("approve").stopped
        with pytest.raises(BlockedNow):
            walk.go("water", "submit", result="好了")
        walk.go("water", "resume")
        assert not walk.face("handle").paused

    def test_a_refused_pause_leaves_the_clock_alone(self, walk: Walk) -> None:
        walk.to_handling()
        walk.go("water", "request_pause", reason="等待配件")
        walk.go("center", "reject_pause", reason="配件已到")
        assert not walk.face("handle").paused
        assert [t.kind for t in walk.snapshot.open_tasks] == ["handle"]

    def test_an_extension_adds_what_was_asked_for(self, walk: Walk) -> None:
        walk.to_handling()
        walk.go("water", "request_extension", limit="1wd", reason="工程量大")
        assert walk.face("handle").limit == "2wd"
        walk.go("center", "approve_extension")
        assert walk.face("handle").limit == "3wd"
        assert walk.face("handle").due_at.isoformat() == "2026-03-05T09:00:00+08:00"

    def test_working_time_is_not_added_to_continuous_time(self, flow: FlowSpec, calendar: WorkCalendar) -> None:
        walk = Walk(flow, calendar, limits={"handle": "2uh"}).to_handling()
        walk.go("water", "request_extension", limit="1wd", reason="工程量大")
        with pytest.raises(ClockMismatch):
            walk.go("center", "approve_extension")


class TestFields:
    def test_refused_by_name(self, flow: FlowSpec) -> None:
        spec = flow.moves["dispatch"]
        with pytest.raises(NeedMissing) as missing:
            read_fields(spec, {})
        assert missing.value.field == "lead"
        with pytest.raises(FieldWrong) as unknown:
            read_fields(spec, {"lead": "water", "colour": "red"})
        assert unknown.value.field == "colour"
        with pytest.raises(FieldWrong):
            read_fields(spec, {"lead": {"code": "water"}})
        with pytest.raises(FieldWrong):
            read_fields(spec, {"lead": "water", "cooperating": [f"o{n}" for n in range(10)]})

    @pytest.mark.parametrize("grade", [0, 6, "1", 1.5, True, [1]])
    def test_a_grade_is_one_to_five(self, flow: FlowSpec, grade: object) -> None:
        with pytest.raises(FieldWrong):
            read_fields(flow.moves["rate"], {"grade": grade})

    def test_a_need_on_file_need_not_be_given(self, flow: FlowSpec) -> None:
        spec = flow.moves["submit"]
        with pytest.raises(NeedMissing) as missing:
            read_fields(spec, {"result": "好了"})
        assert missing.value.field == "photos_after"
        assert read_fields(spec, {"result": "好了"}, frozenset({"photos_after"})) == {"result": "好了"}
        with pytest.raises(FieldWrong):
            read_fields(spec, {"result": "好了", "photos_after": ["../etc/passwd"]})


class TestMergeAndSplit:
    def test_unmerge_puts_everything_back(self, flow: FlowSpec, calendar: WorkCalendar) -> None:
        walk, target = Walk(flow, calendar).to_handling(), Walk(flow, calendar)
        target.snapshot = type(target.snapshot)(**{
            f: getattr(target.snapshot, f) for f in target.snapshot.__slots__
        } | {"matter": type(target.snapshot.matter)(**{
            f: getattr(target.snapshot.matter, f) for f in target.snapshot.matter.__slots__
        } | {"id": 999})})  # fmt: skip
        walk.wait(hours=1)
        before, left = walk.snapshot, walk.face("handle").remaining_minutes
        walk.go("center", "merge", into=999, other=target.snapshot)
        merged_into = walk.results[1].after
        assert (walk.state, walk.snapshot.open_tasks, walk.snapshot.matter.into_id) == ("merged", (), 999)
        assert merged_into.matter.counters == {"merged": 1}
        assert "gov.water" in merged_into.matter.orgs
        walk.wait(days=3)
        walk.go("center", "unmerge", reason="不是同一事件", other=merged_into)
        assert walk.state == before.matter.state
        assert walk.snapshot.matter.into_id is None
        assert [(t.id, t.kind, t.holder) for t in walk.snapshot.open_tasks] == [
            (t.id, t.kind, t.holder) for t in before.open_tasks
        ]
        assert walk.face("handle").remaining_minutes == left
        assert walk.results[1].after.matter.counters == {"merged": 0}

    def test_a_closed_or_merged_target_is_refused(self, walk: Walk, flow: FlowSpec, calendar: WorkCalendar) -> None:
        with pytest.raises(MergeRefused):
            walk.go("center", "merge", into=5)
        with pytest.raises(MergeRefused):
            walk.go("center", "merge", into=walk.snapshot.matter.id, other=walk.snapshot)
        other = Walk(flow, calendar)
        other.go("center", "refuse", reason="不属受理范围")
        with pytest.raises(MergeRefused):
            walk.go("center", "merge", into=7, other=other.snapshot)

    def test_a_split_opens_children_and_blocks_closing(self, walk: Walk) -> None:
        walk.to_handling()
        parent = walk.go("center", "split", offices=["urban", "t1"], reason="两处问题")
        children = [r.after for r in walk.results[1:]]
        assert [(c.matter.state, c.matter.lead, c.matter.parent_id) for c in children] == [
            ("assigned", "urban", parent.matter.id),
            ("assigned", "t1", parent.matter.id),
        ]
        assert all(c.lead_task and c.matter.version == 1 for c in children)
        walk.go("water", "submit", result="好了")
        walk.go("grid", "verify_pass")
        with pytest.raises(BlockedNow) as blocked:
            walk.go("center", "close")
        assert "子件" in blocked.value.detail("zh")

    def test_nobody_holds_a_function(
        self, flow: FlowSpec, calendar: WorkCalendar, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Offices, "office", lambda *_: None)
        with pytest.raises(NobodyHolds):
            Walk(flow, calendar)
