"""Filing and dispatching by the machine: only where a case type says so and nothing is in doubt."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from chengshu.govern.cases import facade, spec
from chengshu.runtime.city import City
from tests.govern.cases.conftest import Door

Doors = Callable[[str], Awaitable[Door]]
PACK = "trial"


@pytest.fixture(scope="module", autouse=True)
async def trial(city: City) -> AsyncIterator[None]:
    """A case type that trusts the machine, with two classes and one duty."""
    catalog = spec.ClassCatalog.model_validate(
        {"title": {"zh": "试"}, "groups": [{"code": "77", "title": {"zh": "试验"}, "classes": [
            {"code": "7701", "title": {"zh": "荧光水母"}, "keywords": ["水母", "荧光"]},
            {"code": "7702", "title": {"zh": "紫色犀牛"}, "keywords": ["犀牛"]},
        ]}]}
    )  # fmt: skip
    case_type = spec.CaseType.model_validate(
        {"title": {"zh": "试办"}, "flow": "components_and_events.city_case", "classes_root": "77",
         "evidence": {"report": 1}, "rating": {"days": 7},
         "dispatch": {"automatic": True, "file_automatically": True, "certainty": 0.6}}
    )  # fmt: skip
    duties = spec.DutyList.model_validate(
        {
            "title": {"zh": "试"},
            "duties": [{"id": "jelly", "classes": ["7701"], "lead": "org:water", "cooperating": ["org:town"]}],
        }
    )
    given = {"types": {"trial": case_type}, "catalogs": {"classes": catalog}, "duties": {"duties": duties}}
    async with city.db.job_work() as work:
        planned = await facade.plan(work, PACK, **given)
        assert len(planned.added) == 3
        await facade.install(work, PACK, **given)
        again = await facade.plan(work, PACK, **given)
        assert (again.added, again.changed, again.removed) == ([], [], [])
    yield
    async with city.db.job_work() as work:
        await facade.switch_off(work, PACK)


class TestAutomatic:
    async def test_certain_class_and_one_duty_go_to_the_office(self, door: Doors) -> None:
        center = await door("center")
        case = await center.open(
            type="trial.trial", channel="citizen", text="河里有荧光水母，水母很多", attachments=[await center.photo(81)]
        )
        assert (case["state"], case["lead"]["org"]) == ("assigned", "water")
        assert [e["move"] for e in case["timeline"]] == ["open", "file", "dispatch"]
        assert "权责清单" in case["timeline"][-1]["authority"]
        assert any(t["kind"] == "cooperate" for t in case["tasks"])
        running = {c["clock"] for c in case["clock"]["all"] if not c["stopped"]}
        assert running == {"respond", "handle"}
        again = await center.get(f"/api/cases/{case['id']}")
        assert {c["clock"] for c in again["clock"]["all"] if not c["stopped"]} == running

    async def test_who_stands_before_it_photographs_it(self, door: Doors) -> None:
        center = await door("center")
        refusal = await center.open(422, type="trial.trial", channel="citizen", text="荧光水母")
        assert (refusal["code"], refusal["field"]) == ("cases.evidence_missing", "attachments")

    async def test_a_gap_waits_for_people(self, door: Doors) -> None:
        center = await door("center")
        case = await center.open(type="trial.trial", text="紫色犀牛", **{"class": "7702"})
        assert (case["state"], case["lead"]) == ("filed", None)
        refusal = await center.move(case, "dispatch", 409)
        assert (refusal["code"], refusal["field"]) == ("cases.lead_unknown", "lead")

    async def test_a_doubtful_class_waits_for_people(self, door: Doors) -> None:
        center = await door("center")
        case = await center.open(type="trial.trial", channel="api", text="有一只奇怪的东西")
        assert (case["state"], case["class"]) == ("reported", None)
        refusal = await center.move(case, "file", 422)
        assert refusal["field"] == "class"

    async def test_what_is_switched_off_is_not_offered(self, door: Doors, city: City) -> None:
        center = await door("center")
        assert "trial.trial" in [t["id"] for t in await center.get("/api/cases/types")]
        async with city.db.job_work() as work:
            await facade.switch_off(work, PACK)
        assert "trial.trial" not in [t["id"] for t in await center.get("/api/cases/types")]
        refusal = await center.open(422, type="trial.trial")
        assert refusal["code"] == "cases.type_unknown"
