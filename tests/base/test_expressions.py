"""The expression language: what it reads, what it refuses, and that SQL and Python agree in form."""

import re
import string
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengshu.base.expression_ops import round_half_up
from chengshu.base.expressions import BadExpression, Expression, parse, parse_filter

FIELDS = {"name": "text", "size": "number", "good": "boolean", "built": "date", "seen": "datetime"}
ROW = {
    "name": "上水井盖", "size": 3, "good": True, "built": date(2020, 5, 1),
    "seen": datetime(2024, 1, 2, 3, 4, tzinfo=UTC),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("size > 2", True),
        ("size between 1 and 3", True),
        ("name like '上水%'", True),
        ("name ilike '%盖' and not good", False),
        ("name in ('上水井盖', '雨水井盖')", True),
        ("built >= date '2020-01-01'", True),
        ("built < '2020-01-01'", False),
        ("seen > timestamp '2024-01-01 00:00'", True),
        ("size / 0 > 1", None),
        ("name is not null", True),
        ("good is not true or name not like '%井盖' or name not in ('a') and not name is null", True),
        ("good is true", True),
        ("coalesce(name, '无') = '上水井盖'", True),
        ("case when size > 2 then '大' else '小' end = '大'", True),
        ("round(size / 2, 1) = 1.5", True),
        ("greatest(size, 7) = 7 and abs(-size) = 3 and length(name) = 4 and size % 2 = 1", True),
        ("null = name", None),
        ("good or null", True),
    ],
)
def test_computes(text: str, outcome: object) -> None:
    assert parse_filter(text, FIELDS).function()(ROW) is outcome


@pytest.mark.parametrize(
    "text",
    [
        "",
        "size",
        "size = 'x'",
        "owner = 1",
        "t.size = 1",
        "size = 1; drop table x",
        "size = (select 1)",
        "name in (select name from x)",
        "exists(select 1)",
        "pg_sleep(10) is null",
        "pg_read_file('/etc/passwd') = ''",
        "cast(name as regclass) is null",
        "name = current_user",
        "name ~ '.*'",
        "size = any(array[1])",
        "name || name = 'x'",
        "size = %(x)s",
        "size = $1",
        "size = ?",
        "built = '不是日期'",
        "size = 1e400",
        "(" * 1500 + "size" + ")" * 400,
        "name = '\x00'",
        "x'41' = name",
        "name = E'\\x41' union all select 1",
        "round(size, 99) = 1",
        "case size when 1 then true else false end",
        "window(size) over ()",
        "seen < now()",
    ],
)
def test_refuses(text: str) -> None:
    with pytest.raises(BadExpression) as refused:
        parse_filter(text, FIELDS)
    assert refused.value.body("zh")["detail"] != refused.value.body("en")["detail"]


def test_says_which_fields_there_are() -> None:
    with pytest.raises(BadExpression, match="没有字段"):
        parse_filter("owner = '张三'", FIELDS)


def test_every_literal_is_a_parameter() -> None:
    sql, params = parse_filter("name = 'O''Brien %s' and size > 3", FIELDS).sql({"size": "t.size_n"})
    assert sql == '(("name" = %(x0)s::text) and (t.size_n::numeric > %(x1)s::numeric))'
    assert params == {"x0": "O'Brien %s", "x1": Decimal(3)}


def test_now_is_the_city_clock() -> None:
    now = datetime(2026, 1, 31, 17, tzinfo=UTC)
    expression = parse_filter("seen < now() and built < current_date", FIELDS, now=now)
    assert expression.function()(ROW) is True
    assert date(2026, 2, 1) in expression.sql()[1].values()


def test_names() -> None:
    assert parse("coalesce(name, '') = 'x' or size > 1", FIELDS).names == {"name", "size"}


@given(st.decimals(-1000, 1000, places=4), st.integers(0, 3))
def test_rounds_like_postgresql(value: Decimal, places: int) -> None:
    rounded = round_half_up(value, places)
    assert abs(rounded - value) * 2 <= Decimal(1).scaleb(-places)


PIECES = st.sampled_from(
    ["name", "size", "good", "built", "'x'", "1", "null", "and", "or", "not", "=", "<", "like", "in", "(", ")", ",",
     "case", "when", "then", "end", "between", "is", "--", "/*", ";", "select", "from", "union", "::", "date", "$$",
     "pg_sleep", "now()", "%", "%(a)s", "'", '"', "\\", "e'", "u&'"]
)  # fmt: skip
SAFE_SQL = re.compile(r'[a-z \d()<>=,+*/\-:"]|%\(x\d+\)s')


@given(st.one_of(st.lists(PIECES, max_size=14).map(" ".join), st.text(string.printable, max_size=60)))
def test_whatever_is_read_becomes_harmless_sql(text: str) -> None:
    try:
        expression = parse(text, FIELDS)
    except BadExpression:
        return
    sql, params = expression.sql()
    assert SAFE_SQL.sub("", sql) in ("", "''"), sql
    assert "--" not in sql
    assert "/*" not in sql
    quoted = set(re.findall(r'"([^"]*)"', sql))
    assert quoted <= set(FIELDS)
    assert all(f"%({name})s" in sql for name in params)
    expression.function()


LEAVES = st.sampled_from(
    ["size > 1", "good", "name = 'a'", "built > '2020-01-01'", "name is null", "size / 0 = 1", "null"]
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        inner.map(lambda p: f"not ({p})"),
        st.tuples(inner, inner, inner).map(lambda p: f"case when {p[0]} then {p[1]} else {p[2]} end"),
    ),
    max_leaves=8,
)
ROWS = st.fixed_dictionaries(
    {
        "name": st.one_of(st.none(), st.sampled_from("ab")),
        "size": st.one_of(st.none(), st.integers(-2, 3)),
        "good": st.one_of(st.none(), st.booleans()),
        "built": st.one_of(st.none(), st.dates(date(2019, 1, 1), date(2022, 1, 1))),
        "seen": st.none(),
    }
)


def _against(expression: Expression, row: dict[str, object]) -> object:
    return expression.function()(row)


@given(TREES, ROWS)
def test_double_negation_changes_nothing(text: str, row: dict[str, object]) -> None:
    once = _against(parse(text, FIELDS), row)
    twice = _against(parse(f"not (not ({text}))", FIELDS), row)
    assert once is twice or (once is None and twice is None)
