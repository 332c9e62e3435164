"""What an expression may do: each operation with its PostgreSQL form and its Python form."""

from __future__ import annotations

import operator
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


def _ilike(value: str, pattern: str) -> bool:
    return _like(value, pattern, re.IGNORECASE)


def _divide(left: Decimal, right: Decimal) -> Decimal | None:
    return None if right == 0 else left / right


def _modulo(left: Decimal, right: Decimal) -> Decimal | None:
    return None if right == 0 else left % right


def _lower(text: str) -> str:
    return text.lower()


def _upper(text: str) -> str:
    return text.upper()


def _length(text: str) -> Decimal:
    return Decimal(len(text))


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
    "not": Op(lambda p: f"(not {p[0]})", operator.not_),
    "eq": Op(_infix("="), operator.eq),
    "ne": Op(_infix("<>"), operator.ne),
    "gt": Op(_infix(">"), operator.gt),
    "ge": Op(_infix(">="), operator.ge),
    "lt": Op(_infix("<"), operator.lt),
    "le": Op(_infix("<="), operator.le),
    "is": Op(lambda p: f"({p[0]} is not distinct from {p[1]})", _is, nulls=True),
    "in": Op(lambda p: f"({p[0]} in ({', '.join(p[1:])}))", _in, nulls=True),
    "like": Op(lambda p: f"({p[0]} like {p[1]} escape '')", _like),
    "ilike": Op(lambda p: f"({p[0]} ilike {p[1]} escape '')", _ilike),
    "add": Op(_infix("+"), operator.add),
    "sub": Op(_infix("-"), operator.sub),
    "mul": Op(_infix("*"), operator.mul),
    "div": Op(lambda p: f"({p[0]} / nullif({p[1]}, 0))", _divide),
    "mod": Op(lambda p: f"mod({p[0]}, nullif({p[1]}, 0))", _modulo),
    "neg": Op(lambda p: f"(- {p[0]})", operator.neg),
    "lower": Op(_call("lower"), _lower),
    "upper": Op(_call("upper"), _upper),
    "length": Op(_call("length"), _length),
    "abs": Op(_call("abs"), abs),
    "round": Op(_call("round"), round_half_up),
    "coalesce": Op(_call("coalesce"), _coalesce, nulls=True),
    "greatest": Op(_call("greatest"), _pick(max), nulls=True),
    "least": Op(_call("least"), _pick(min), nulls=True),
    "case": Op(_case_sql, _case, nulls=True),
}
