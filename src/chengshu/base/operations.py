"""An operation is the unit of a right: the program knows operations, never groups of people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """`room.verb` with its title for the people who grant it."""

    id: str
    zh: str
    en: str

    def __str__(self) -> str:
        return self.id
