"""What a reader below a field's grade gets instead of its value: computed in SQL, so the value never leaves."""

from chengshu.base.actor import Actor
from chengshu.data.resources import permissions
from chengshu.data.resources.logic.tables import column, quote
from chengshu.data.resources.spec import FieldSpec, ResourceSpec

PUBLIC, INTERNAL, SENSITIVE, CORE = 1, 2, 3, 4


def grade_of(actor: Actor) -> int:
    """The highest grade the actor reads in clear."""
    if actor.may(permissions.SEE_CORE):
        return CORE
    if actor.may(permissions.SEE_SENSITIVE):
        return SENSITIVE
    return INTERNAL if actor.may(permissions.READ) else PUBLIC


def masked(spec: ResourceSpec, grade: int) -> frozenset[str]:
    """The fields that a reader of this grade does not see in clear."""
    return frozenset(name for name in spec.live() if spec.grade_of(name) > grade)


def read(name: str, field: FieldSpec, *, hide: bool) -> str:
    """The select item of a field, in clear or masked."""
    plain = quote(name)
    if not hide:
        return plain
    return f"{_mask(field, plain)} as {plain}"


def _mask(field: FieldSpec, plain: str) -> str:
    if column(field) != "text":
        return f"null::{column(field)}"
    if field.type == "phone":
        return f"left({plain}, 3) || '****' || right({plain}, 4)"
    if field.type == "id_card":
        return f"left({plain}, 6) || '********' || right({plain}, 2)"
    if field.type in ("choice", "ref", "code"):
        return f"case when {plain} is not null then '***' end"
    return f"left({plain}, 1) || '**'"
