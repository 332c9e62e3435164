"""How a scenario says what it proves."""

from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def covers(*systems: str) -> Callable[[F], F]:
    """Mark a scenario with ids of the inventory: `@covers("D10", "D32")`."""

    def mark(function: F) -> F:
        known: tuple[str, ...] = getattr(function, "__covers__", ())
        function.__covers__ = (*known, *systems)  # type: ignore[attr-defined]
        return function

    return mark
