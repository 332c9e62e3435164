"""Reads the SQL of a declared indicator and lets through one read-only SELECT over a closed set of names.

The text is parsed, every node is compared with an allow-list, table names are replaced by the real ones and the SQL is
written anew from the tree: nothing of the author's text reaches the database unread.
"""

from collections.abc import Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.expressions.core import Expression as Node

from chengshu.decide.indicators.errors import SqlRefused

LONGEST = 4000
TALLIES = "tallies"

_STRUCTURE: tuple[type[Node], ...] = (
    exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.With, exp.CTE,
    exp.Subquery, exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier, exp.Star, exp.Union, exp.Paren,
    exp.Filter, exp.Distinct, exp.Tuple, exp.Window,
)  # fmt: skip
_VALUES: tuple[type[Node], ...] = (
    exp.Literal, exp.Boolean, exp.Null, exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.EQ, exp.NEQ, exp.LT,
    exp.LTE, exp.GT, exp.GTE, exp.And, exp.Or, exp.Not, exp.In, exp.Between, exp.Is, exp.Like, exp.Case, exp.If,
    exp.Cast, exp.DataType, exp.Interval, exp.Var, exp.DPipe,
)  # fmt: skip
_FUNCTIONS: tuple[type[Node], ...] = (
    exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Coalesce, exp.Nullif, exp.Round, exp.Abs, exp.Greatest,
    exp.Least, exp.Floor, exp.Ceil, exp.CurrentDate, exp.Extract, exp.TimestampTrunc, exp.Lower, exp.Upper,
    exp.Length, exp.Substring, exp.Left, exp.Right, exp.PercentileCont, exp.WithinGroup, exp.DateTrunc,
)  # fmt: skip
ALLOWED = frozenset((*_STRUCTURE, *_VALUES, *_FUNCTIONS))


def _refuse(why: str, why_zh: str, value: str | None = None) -> SqlRefused:
    return SqlRefused(field="sql", value=value, why=why, why_zh=why_zh)


def _read(text: str) -> Node:
    if len(text) > LONGEST:
        raise _refuse(f"longer than {LONGEST} characters", f"超过 {LONGEST} 个字符")
    try:
        statements = [s for s in sqlglot.parse(text, read="postgres") if s is not None]
    except SqlglotError as error:
        raise _refuse(f"it cannot be read ({str(error)[:120]})", "语法无法识别") from error
    if len(statements) != 1 or not isinstance(statements[0], exp.Select | exp.Union):
        raise _refuse("it is not one SELECT", "不是一条 SELECT 语句")
    return statements[0]


def compile_sql(text: str, tables: Mapping[str, str]) -> str:
    """The checked SQL with real table names. `tables` maps the names an author may use to `schema.table`."""
    tree = _read(text)
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    for node in tree.walk():
        if type(node) not in ALLOWED:
            shown = node.sql(dialect="postgres")[:60]
            raise _refuse(f"'{shown}' is not allowed here", f"不允许使用“{shown}”", shown)
    for table in list(tree.find_all(exp.Table)):
        _resolve(table, own, tables)
    return tree.sql(dialect="postgres", comments=False)


def _resolve(table: exp.Table, own: set[str], tables: Mapping[str, str]) -> None:
    written = table.sql(dialect="postgres")
    name = ".".join(part.name for part in table.parts)
    if name in own:
        return
    if name not in tables:
        known = ", ".join(sorted(tables)[:20])
        raise _refuse(f"there is no '{name}'; known: {known}", f"没有“{name}”，可用：{known}", written)
    schema, _, real = tables[name].rpartition(".")
    alias = table.alias or table.name
    fresh = exp.table_(real, db=schema or None, quoted=True, alias=alias)
    table.replace(fresh)


def columns(text: str) -> int:
    """How many columns the SELECT gives."""
    tree = _read(text)
    head = tree.selects if isinstance(tree, exp.Select) else tree.left.selects  # type: ignore[union-attr]
    if any(isinstance(part, exp.Star) or (part.find(exp.Star) and isinstance(part, exp.Column)) for part in head):
        raise _refuse("name the columns instead of '*'", "请写明列名，不要用 *", "*")
    return len(head)
