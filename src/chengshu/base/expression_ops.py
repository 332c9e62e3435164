"""What an expression may do: each operation with its PostgreSQL form and its Python form."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Value = Any


@dataclass(frozen=True, slots=True)
class Term:
    """A checked piece of an expression; its type is text, number, boolean, date, datetime or null."""

    op: str
    type: str
    args: tuple[Term, ...] = ()
    value: Value = None


@dataclass(frozen=True, slots=True)
class Op:
    """How one operation is written in PostgreSQL and how it is computed in Python."""

    sql: Callable[[Sequence[str]], str]
    run: Callable[..., Value]
    nulls: bool = False  # whether run wants to see None itself


def _infix(sign: str) -> Callable[[Sequence[str]], str]:
    return lambda parts: f"({parts[0]} {sign} {parts[1]})"


def _call(name: str) -> Callable[[Sequence[str]], str]:
    return lambda parts: f"{name}({', '.join(parts)})"


def _and(*parts: Value) -> Value:
    if any(part is False for part in parts):
        return False
    return None if any(part is None for part in parts) else True


def _or(*parts: Value) -> Value:
    if any(part is True for part in parts):
        return True
    return None if any(part is None for part in parts) else False


def _in(value: Value, *members: Value) -> Value:
    if value is None:
        return None
    if value in [member for member in members if member is not None]:
        return True
    return None if None in members else False


def _case(*parts: Value) -> Value:
    for position in range(0, len(parts) - 1, 2):
        if parts[position] is True:
            return parts[position + 1]
    return parts[-1]


def _case_sql(parts: Sequence[str]) -> str:
    whens = " ".join(f"when {parts[i]} then {parts[i + 1]}" for i in range(0, len(parts) - 1, 2))
    return f"(case {whens} else {parts[-1]} end)"


def _like(value: str, pattern: str, flags: int = 0) -> bool:
    steps = {"%": ".*", "_": "."}
    regex = "".join(steps.get(char) or re.escape(char) for char in pattern)
    return re.fullmatch(regex, value, re.DOTALL | flags) is not None


def round_half_up(value: Decimal, places: int = 0) -> Decimal:
    """Round as PostgreSQL rounds numerics: halves away from zero."""
    unit = Decimal(1).scaleb(-places)
    sign = -1 if value < 0 else 1
    return sign * (abs(value) / unit + Decimal("0.5")).to_integral_value(rounding="ROUND_FLOOR") * unit


def _coalesce(*parts: Value) -> Value:
    return next((part for part in parts if part is not None), None)


def _pick(choose: Callable[[list[Value]], Value]) -> Callable[..., Value]:
    def run(*parts: Value) -> Value:
        known = [part for part in parts if part is not None]
        return choose(known) if known else None

    return run


def _is(value: Value, what: Value) -> bool:
    return value is what


OPS: dict[str, Op] = {
    "and": Op(_infix("and"), _and, nulls=True),
    "or": Op(_infix("or"), _or, nulls=True),
    "not": Op(lambda p: f"(not {p[0]})", lambda a: not a),
    "eq": Op(_infix("="), lambda a, b: a == b),
    "ne": Op(_infix("<>"), lambda a, b: a != b),
    "gt": Op(_infix(">"), lambda a, b: a > b),
    "ge": Op(_infix(">="), lambda a, b: a >= b),
    "lt": Op(_infix("<"), lambda a, b: a < b),
    "le": Op(_infix("<="), lambda a, b: a <= b),
    "is": Op(lambda p: f"({p[0]} is not distinct from {p[1]})", _is, nulls=True),
    "in": Op(lambda p: f"({p[0]} in ({', '.join(p[1:])}))", _in, nulls=True),
    "like": Op(lambda p: f"({p[0]} like {p[1]} escape '')", _like),
    "ilike": Op(lambda p: f"({p[0]} ilike {p[1]} escape '')", lambda a, b: _like(a, b, re.IGNORECASE)),
    "add": Op(_infix("+"), lambda a, b: a + b),
    "sub": Op(_infix("-"), lambda a, b: a - b),
    "mul": Op(_infix("*"), lambda a, b: a * b),
    "div": Op(lambda p: f"({p[0]} / nullif({p[1]}, 0))", lambda a, b: None if b == 0 else a / b),
    "mod": Op(lambda p: f"mod({p[0]}, nullif({p[1]}, 0))", lambda a, b: None if b == 0 else a % b),
    "neg": Op(lambda p: f"(- {p[0]})", lambda a: -a),
    "lower": Op(_call("lower"), lambda a: a.lower()),
    "upper": Op(_call("upper"), lambda a: a.upper()),
    "length": Op(_call("length"), lambda a: Decimal(len(a))),
    "abs": Op(_call("abs"), abs),
    "round": Op(_call("round"), round_half_up),
    "coalesce": Op(_call("coalesce"), _coalesce, nulls=True),
    "greatest": Op(_call("greatest"), _pick(max), nulls=True),
    "least": Op(_call("least"), _pick(min), nulls=True),
    "case": Op(_case_sql, _case, nulls=True),
}
