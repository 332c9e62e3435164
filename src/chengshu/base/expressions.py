"""One expression language: SQL expressions, read by sqlglot, checked against an allow-list, compiled anew.

Nothing of the asker's text reaches the database: every literal becomes a parameter and every name must be a
declared field, so the compiled SQL is built from our own templates alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, cast

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.expressions.core import Expression as Node

from chengshu.base.errors import Invalid
from chengshu.base.expression_ops import OPS, Term, Value

LONGEST = 2000
DEEPEST = 40
LARGEST = Decimal(10) ** 30
CITY = timezone(timedelta(hours=8))

Row = Mapping[str, Any]


class BadExpression(Invalid):
    """The expression cannot be read, or uses something that is not allowed."""

    code: ClassVar[str] = "expression.not_allowed"
    text: ClassVar[dict[str, str]] = {"zh": "表达式有误：{why_zh}", "en": "The expression is not valid: {why}"}
    remedy: ClassVar[dict[str, str]] = {
        "zh": "例如：status = '完好' and built_on >= date '2020-01-01'。",
        "en": "For example: status = 'good' and built_on >= date '2020-01-01'.",
    }


def _refuse(why: str, why_zh: str, value: object = None) -> BadExpression:
    return BadExpression(field="filter", value=value, why=why, why_zh=why_zh)


_BINARY: dict[type[Node], str] = {
    exp.EQ: "eq", exp.NEQ: "ne", exp.GT: "gt", exp.GTE: "ge", exp.LT: "lt", exp.LTE: "le",
    exp.Like: "like", exp.ILike: "ilike",
    exp.Add: "add", exp.Sub: "sub", exp.Mul: "mul", exp.Div: "div", exp.Mod: "mod",
}  # fmt: skip
_UNARY: dict[type[Node], tuple[str, str, str]] = {
    exp.Neg: ("neg", "number", "number"),
    exp.Not: ("not", "boolean", "boolean"),
    exp.Lower: ("lower", "text", "text"),
    exp.Upper: ("upper", "text", "text"),
    exp.Length: ("length", "text", "number"),
    exp.Abs: ("abs", "number", "number"),
}
_MANY: dict[type[Node], str] = {
    exp.Coalesce: "coalesce", exp.Greatest: "greatest", exp.Least: "least",
}  # fmt: skip
# what sqlglot may hang on a node; anything else it learns to parse is refused until it is looked at
_PARTS = {
    "this", "expression", "expressions", "is_string", "low", "high", "symmetric", "ifs", "default", "decimals",
    "to", "negate", "typed", "safe", "ignore_nulls", "true", "query", "unnest",
}  # fmt: skip


class _Reader:
    """Turns sqlglot's tree into checked terms."""

    def __init__(self, fields: Mapping[str, str], now: datetime | None) -> None:
        self.fields = fields
        self.now = now
        self.depth = 0

    def read(self, node: Node) -> Term:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _refuse(f"nested deeper than {DEEPEST}", f"嵌套超过 {DEEPEST} 层")
        try:
            return self._read(node)
        finally:
            self.depth -= 1

    def _read(self, node: Node) -> Term:
        kind = type(node)
        unknown = {key for key, value in node.args.items() if value} - _PARTS
        if unknown:
            raise self._not_allowed(node)
        if node.args.get("negate"):
            node.set("negate", None)
            return Term("not", "boolean", (_want(self._read(node), "boolean"),))
        if kind is exp.Paren:
            return self.read(node.this)
        if kind in _BINARY:
            return self._binary(_BINARY[kind], node)
        if kind in _UNARY:
            op, want, gives = _UNARY[kind]
            return Term(op, gives, (_want(self.read(node.this), want),))
        if kind in _MANY:
            return self._many(_MANY[kind], [node.this, *node.expressions])
        reader = self._READERS.get(kind)
        if reader is None:
            raise self._not_allowed(node)
        return reader(self, node)

    def _not_allowed(self, node: Node) -> BadExpression:
        shown = node.sql()[:80]
        return _refuse(f"'{shown}' is not allowed", f"不允许使用“{shown}”", shown)

    def _column(self, node: Node) -> Term:
        name = node.name
        parts = [key for key, value in node.args.items() if value and key != "this"]
        if parts or name not in self.fields:
            known = ", ".join(sorted(self.fields))
            raise _refuse(f"no field '{node.sql()}' here; known: {known}", f"没有字段“{node.sql()}”，可用：{known}")
        return Term("field", self.fields[name], value=name)

    def _literal(self, node: Node) -> Term:
        if node.args.get("is_string"):
            return Term("value", "text", value=node.name)
        try:
            number = Decimal(node.name)
        except InvalidOperation:
            raise _refuse(f"'{node.name}' is not a number", f"“{node.name}”不是数字") from None
        if not number.is_finite() or abs(number) > LARGEST or len(node.name) > 60:
            raise _refuse("number too large", "数字过大", node.name)
        return Term("value", "number", value=number)

    def _boolean(self, node: Node) -> Term:
        return Term("value", "boolean", value=bool(node.this))

    def _null(self, _: Node) -> Term:
        return Term("value", "null")

    def _connector(self, node: Node) -> Term:
        op = "and" if isinstance(node, exp.And) else "or"
        left, right = self.read(node.this), self.read(node.expression)
        return Term(op, "boolean", (_want(left, "boolean"), _want(right, "boolean")))

    def _binary(self, op: str, node: Node) -> Term:
        left, right = self.read(node.this), self.read(cast(Node, node.expression))
        if op in ("like", "ilike"):
            return Term(op, "boolean", (_want(left, "text"), _want(right, "text")))
        if op in ("add", "sub", "mul", "div", "mod"):
            return Term(op, "number", (_want(left, "number"), _want(right, "number")))
        return Term(op, "boolean", _agree([left, right]))

    def _is_test(self, node: Node) -> Term:
        what = self.read(node.expression)
        if what.op != "value" or what.type not in ("null", "boolean"):
            raise _refuse("after 'is' comes null, true or false", "is 之后只能是 null、true 或 false")
        value = self.read(node.this)
        return Term("is", "boolean", (_want(value, "boolean") if what.type == "boolean" else value, what))

    def _in_list(self, node: Node) -> Term:
        if node.args.get("query") or node.args.get("unnest") or not node.expressions:
            raise _refuse("'in' takes a list of values", "in 之后只能是值的列表")
        return Term("in", "boolean", _agree([self.read(part) for part in (node.this, *node.expressions)]))

    def _between(self, node: Node) -> Term:
        if node.args.get("symmetric"):
            raise _refuse("'between symmetric' is not allowed", "不允许使用 between symmetric")
        value, low, high = _agree([self.read(node.this), self.read(node.args["low"]), self.read(node.args["high"])])
        return Term("and", "boolean", (Term("ge", "boolean", (value, low)), Term("le", "boolean", (value, high))))

    def _many(self, op: str, nodes: Sequence[Node]) -> Term:
        parts = _agree([self.read(node) for node in nodes])
        return Term(op, _shared(parts), parts)

    def _case(self, node: Node) -> Term:
        if node.this is not None:
            raise _refuse("write case when … then … end", "请写成 case when … then … end")
        tests = [_want(self.read(arm.this), "boolean") for arm in node.args["ifs"]]
        default = node.args.get("default")
        results = [self.read(arm.args["true"]) for arm in node.args["ifs"]]
        results.append(self.read(default) if default else Term("value", "null"))
        agreed = _agree(results)
        parts = [part for pair in zip(tests, agreed, strict=False) for part in pair]
        return Term("case", _shared(agreed), (*parts, agreed[-1]))

    def _round(self, node: Node) -> Term:
        value = _want(self.read(node.this), "number")
        decimals = node.args.get("decimals")
        if decimals is None:
            return Term("round", "number", (value,))
        places = self.read(decimals)
        if places.op != "value" or places.type != "number" or not 0 <= places.value <= 12:
            raise _refuse("round takes 0 to 12 decimals", "round 的小数位数为 0 到 12")
        return Term("round", "number", (value, Term("value", "places", value=int(places.value))))

    def _cast(self, node: Node) -> Term:
        target = node.args["to"].sql("postgres").lower()
        kind = {"date": "date", "timestamp": "datetime", "timestamptz": "datetime"}.get(target)
        value = self.read(node.this)
        if kind is None or value.op != "value" or value.type != "text":
            raise _refuse("only date '…' and timestamp '…' are allowed", "只允许 date '…' 和 timestamp '…'")
        return _convert(value, kind)

    def _clock(self) -> datetime:
        if self.now is None:
            raise _refuse("there is no clock here", "此处没有时钟，不能使用当前时间")
        return self.now

    def _now(self, _: Node) -> Term:
        return Term("value", "datetime", value=self._clock())

    def _today(self, _: Node) -> Term:
        return Term("value", "date", value=self._clock().astimezone(CITY).date())

    _READERS: ClassVar[dict[type[Node], Callable[[_Reader, Any], Term]]] = {
        exp.Column: _column, exp.Literal: _literal, exp.Boolean: _boolean, exp.Null: _null,
        exp.And: _connector, exp.Or: _connector, exp.Is: _is_test, exp.In: _in_list, exp.Between: _between,
        exp.Case: _case, exp.Round: _round, exp.Cast: _cast,
        exp.CurrentTimestamp: _now, exp.CurrentDate: _today,
    }  # fmt: skip


def _want(term: Term, kind: str) -> Term:
    if term.type == kind or term.type == "null":
        return term
    raise _refuse(f"{kind} expected where {term.type} stands", f"此处应为 {kind},而不是 {term.type}", term.value)


def _convert(term: Term, kind: str) -> Term:
    """Read a text literal as a date or a moment; without an offset it is the city's time."""
    if term.value == "" or "\x00" in str(term.value):
        raise _refuse("empty date", "日期为空")
    try:
        moment = datetime.fromisoformat(str(term.value))
    except ValueError:
        raise _refuse(f"'{term.value}' is not a date", f"“{term.value}”不是日期", term.value) from None
    if kind == "date":
        return Term("value", "date", value=moment.date())
    try:
        return Term("value", "datetime", value=moment if moment.tzinfo else moment.replace(tzinfo=CITY))
    except (OverflowError, ValueError):
        raise _refuse(f"'{term.value}' is out of range", f"“{term.value}”超出范围", term.value) from None


def _shared(terms: Sequence[Term]) -> str:
    return next((term.type for term in terms if term.type != "null"), "null")


def _agree(terms: Sequence[Term]) -> tuple[Term, ...]:
    """Bring literals to the type of what they are compared with, or say what does not match."""
    kinds = {term.type for term in terms if term.type != "null"}
    if kinds in ({"text", "date"}, {"text", "datetime"}):
        kind = (kinds - {"text"}).pop()
        terms = [_convert(t, kind) if t.type == "text" and t.op == "value" else t for t in terms]
        kinds = {term.type for term in terms if term.type != "null"}
    if len(kinds) > 1:
        shown = " / ".join(sorted(kinds))
        raise _refuse(f"cannot compare {shown}", f"类型不能相比：{shown}")
    return tuple(terms)


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression, ready to become SQL or a Python function."""

    text: str
    term: Term

    @property
    def type(self) -> str:
        return self.term.type

    @property
    def names(self) -> frozenset[str]:
        """The fields that the expression reads."""
        found: set[str] = set()
        stack = [self.term]
        while stack:
            term = stack.pop()
            if term.op == "field":
                found.add(term.value)
            stack.extend(term.args)
        return frozenset(found)

    def sql(self, columns: Mapping[str, str] | None = None, prefix: str = "x") -> tuple[str, dict[str, Value]]:
        """Write it for psycopg; `columns` gives our own SQL for a field where that is not its quoted name."""
        params: dict[str, Value] = {}
        return _to_sql(self.term, columns or {}, prefix, params), params

    def function(self) -> Callable[[Row], Value]:
        """A Python function of one row with the same three-valued logic."""
        return _to_function(self.term)


_CASTS = {
    "text": "text", "number": "numeric", "boolean": "boolean", "date": "date",
    "datetime": "timestamptz", "null": "text", "places": "integer",
}  # fmt: skip


def _to_sql(term: Term, columns: Mapping[str, str], prefix: str, params: dict[str, Value]) -> str:
    if term.op == "field":
        # arithmetic runs in numeric, so that no integer overflows in the database
        column = columns.get(term.value) or '"' + str(term.value).replace('"', '""') + '"'
        return f"{column}::numeric" if term.type == "number" else column
    if term.op == "value":
        if term.type == "null":
            return "null"
        name = f"{prefix}{len(params)}"
        params[name] = term.value
        return f"%({name})s::{_CASTS[term.type]}"
    return OPS[term.op].sql([_to_sql(arg, columns, prefix, params) for arg in term.args])


def _to_function(term: Term) -> Callable[[Row], Value]:
    if term.op == "field":
        return _field_reader(term.value, term.type)
    if term.op == "value":
        constant = term.value
        return lambda row: constant
    op = OPS[term.op]
    args = [_to_function(arg) for arg in term.args]
    run = op.run

    def compute(row: Row) -> Value:
        values = [arg(row) for arg in args]
        if not op.nulls and any(value is None for value in values):
            return None
        return run(*values)

    return compute


def _field_reader(name: str, kind: str) -> Callable[[Row], Value]:
    def read(row: Row) -> Value:
        value = row.get(name)
        if kind == "number" and value is not None:
            return Decimal(str(value))
        return value

    return read


def parse(text: str, fields: Mapping[str, str], *, want: str | None = None, now: datetime | None = None) -> Expression:
    """Read an expression over `fields` (name to type); refuse whatever is not on the allow-list."""
    if not text.strip() or len(text) > LONGEST or "\x00" in text:
        raise _refuse(f"1 to {LONGEST} characters are expected", f"长度应为 1 到 {LONGEST} 个字符")
    try:
        tree = sqlglot.parse(text, dialect="postgres")
    except (SqlglotError, RecursionError, ValueError) as fault:
        raise _refuse("it is not one SQL expression", "不是一个完整的 SQL 表达式", text[:200]) from fault
    if len(tree) != 1 or tree[0] is None:
        raise _refuse("it is not one SQL expression", "不是一个完整的 SQL 表达式", text[:200])
    term = _Reader(fields, now).read(cast(Node, tree[0]))
    return Expression(text, _want(term, want) if want else term)


def parse_filter(text: str, fields: Mapping[str, str], *, now: datetime | None = None) -> Expression:
    """Read a condition."""
    return parse(text, fields, want="boolean", now=now)
