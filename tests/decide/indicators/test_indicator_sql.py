"""Only one read-only SELECT over known names gets through."""

import pytest
from pydantic import ValidationError

from chengshu.decide.indicators.errors import SqlRefused
from chengshu.decide.indicators.logic.figures import band, rate
from chengshu.decide.indicators.logic.indicator_sql import columns, compile_sql
from chengshu.decide.indicators.spec import IndicatorSpec

TABLES = {"tallies": "decide.tallies", "aqi_day": "res.air_quality_aqi_day"}

GOOD = [
    "select day, dim, key, ontime, closed from tallies",
    "select day, sum(reported) from tallies where dim = 'county' group by day",
    "select day, region, 100.0 * count(*) filter (where aqi <= 100) / nullif(count(*), 0) from aqi_day group by day, region",
    "with recent as (select day, key, closed from tallies where dim = 'town') select day, key, closed from recent",
    "select t.day, t.key, case when t.open > 0 then 1 else 0 end from tallies t where t.day between date '2026-01-01' and current_date",
]
BAD = [
    "delete from tallies",
    "select 1; select 2",
    "select day, pg_sleep(10) from tallies",
    "select day, secret from commons.security_actor",
    "select day, pg_read_file('/etc/passwd') from tallies",
    "select day, reported from decide.indicators_tally",
    "select day, reported from tallies for update",
    "select day, current_setting('x') from tallies",
    "select day, reported into loot from tallies",
    "with x as (delete from tallies returning *) select day, reported from x",
    "select day, (select password from security_actor limit 1) from tallies",
    "select day, lo_import('x') from tallies",
    "values (1)",
    "select day, set_config('role', 'postgres', false) from tallies",
    "select day, reported from generate_series(1, 1000000000)",
]


class TestCompile:
    @pytest.mark.parametrize("sql", GOOD)
    def test_lets_reading_through(self, sql):
        assert '"decide"."tallies"' in compile_sql(sql, TABLES) or '"res".' in compile_sql(sql, TABLES)

    @pytest.mark.parametrize("sql", BAD)
    def test_refuses_everything_else(self, sql):
        with pytest.raises(SqlRefused):
            compile_sql(sql, TABLES)

    def test_comments_do_not_survive(self):
        assert "secret" not in compile_sql("select day, open /* secret */ from tallies -- secret", TABLES)

    def test_counts_columns_and_refuses_a_star(self):
        assert columns("select day, key, ontime from tallies") == 3
        with pytest.raises(SqlRefused):
            columns("select * from tallies")


def spec(**changes):
    return IndicatorSpec.model_validate(
        {
            "title": {"zh": "按期结案率", "en": "Closed in time"},
            "unit": "%",
            "grain": ["day", "dim", "key"],
            "sql": "select day, dim, key, ontime, closed from tallies",
            "bands": {"yellow": "< 95", "red": "< 85"},
            "definition": {"zh": "按期结案数 ÷ 结案数"},
            "source": {"zh": "参照 GB/T 30428.4"},
        }
        | changes
    )


class TestSpec:
    def test_two_columns_after_the_grain_are_a_rate(self):
        assert not spec().additive

    @pytest.mark.parametrize(
        "change",
        [
            {"bands": {"red": "bad"}},
            {"sql": "select day from tallies"},
            {"sql": "drop table tallies"},
            {"colour": "red"},
            {"grain": []},
        ],
    )
    def test_refuses_what_does_not_fit(self, change):
        with pytest.raises(ValidationError):
            spec(**change)


class TestFigures:
    def test_a_rate_shows_its_parts(self):
        assert (rate(3, 4).numerator, rate(3, 4).denominator, rate(3, 4).value) == (3, 4, 75.0)

    def test_nothing_counted_is_no_rate(self):
        assert rate(0, 0).value is None

    def test_the_worst_band_wins(self):
        bands = {"yellow": "< 95", "red": "< 85"}
        assert [band(bands, v) for v in (80, 90, 99, None)] == ["red", "yellow", "green", None]
