"""From declarations to tables: what is made, what may change, what is refused."""

import pytest
from pydantic import ValidationError

from chengshu.data.resources.contracts import Resource
from chengshu.data.resources.logic.tables import create, plan
from chengshu.data.resources.spec import ResourceSpec

BASE = {
    "title": {"zh": "站点", "en": "Station"},
    "key": ["code"],
    "fields": {
        "code": {"type": "code", "title": {"zh": "编码"}, "required": True},
        "size": {"type": "integer", "title": {"zh": "规模"}},
    },
    "sharing": {"kind": "unconditional"},
    "opening": {"kind": "unconditional"},
    "update": "daily",
}


def spec(**changes: object) -> ResourceSpec:
    return ResourceSpec.model_validate({**BASE, **changes})


def fields(**extra: object) -> dict[str, object]:
    return {**BASE["fields"], **extra}  # type: ignore[dict-item]


def resource(made: ResourceSpec) -> Resource:
    return Resource("air.station", made)


class TestPlan:
    def test_creates_what_is_new(self) -> None:
        changes = plan(resource(spec()), None)
        assert [c.action for c in changes] == ["create_table"]
        assert "create table res.air_station (" in changes[0].sql[0]

    def test_nothing_when_nothing_changed(self) -> None:
        assert plan(resource(spec()), spec()) == []

    def test_adds_a_nullable_column_to_both_tables(self) -> None:
        new = spec(fields=fields(note={"type": "text", "title": {"zh": "备注"}}))
        (change,) = plan(resource(new), spec())
        assert change.action == "add_column"
        assert change.sql == (
            'alter table res.air_station add column "note" text',
            'alter table res.air_station__past add column "note" text',
        )

    def test_widens_a_number(self) -> None:
        new = spec(fields=fields(size={"type": "decimal", "title": {"zh": "规模"}}))
        (change,) = plan(resource(new), spec())
        assert change.action == "widen_column"
        assert not change.refused

    @pytest.mark.parametrize(
        "changed",
        [
            {"fields": {"code": BASE["fields"]["code"]}},  # type: ignore[index]
            {"fields": fields(size={"type": "boolean", "title": {"zh": "规模"}})},
            {"geometry": "point"},
            {"scope": "region"},
        ],
    )
    def test_refuses_what_would_lose_data_and_says_the_way_out(self, changed: dict[str, object]) -> None:
        changes = plan(resource(spec(**changed)), spec())
        assert [c.refused for c in changes] == [True]
        assert ";" in changes[0].en or "；" in changes[0].zh

    def test_retires_a_field(self) -> None:
        new = spec(fields=fields(size={"type": "integer", "title": {"zh": "规模"}, "retired": True}))
        (change,) = plan(resource(new), spec())
        assert (change.action, change.sql) == ("retire_field", ())

    def test_refuses_a_name_postgresql_would_cut(self) -> None:
        long = Resource(f"{'a' * 40}.{'b' * 40}", spec())
        assert plan(long, None)[0].refused


class TestCreate:
    def test_scope_makes_policies(self) -> None:
        statements = "\n".join(create(resource(spec(scope="region"))))
        assert "_region <@ any ((select commons.my_regions())::ltree[])" in statements
        assert statements.count("enable row level security") == 2


@pytest.mark.parametrize(
    "broken",
    [
        {"key": ["nothing"]},
        {"key": ["size"]},
        {"label": "nothing"},
        {"fields": fields(point={"type": "text", "title": {"zh": "点"}})},
        {"fields": fields(kind={"type": "choice", "title": {"zh": "类"}})},
        {"fields": fields(kind={"type": "text", "title": {"zh": "类"}, "pattern": "("})},
        {"fields": fields(**{"Drop Table": {"type": "text", "title": {"zh": "类"}}})},
        {"sharing": {"kind": "none"}},
        {"surprise": 1},
    ],
)
def test_refuses_broken_declarations(broken: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        spec(**broken)
