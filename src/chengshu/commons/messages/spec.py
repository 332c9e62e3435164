"""What a pack may declare as a message (`messages/<id>.yaml`)."""

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
NAME = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")
TO = re.compile(r"^(holder|lead|opener|opened|tell|(org|grid|actor|function):[A-Za-z0-9_]+)$")
Topic = Literal["cases.changed", "flow.moved", "flow.warned", "flow.overdue", "flow.escalated"]


class Words(BaseModel):
    """A text with {placeholders}; zh is always there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zh: str = Field(min_length=1, max_length=1000)
    en: str | None = Field(default=None, max_length=1000)

    @field_validator("zh", "en")
    @classmethod
    def _placeholders(cls, text: str | None) -> str | None:
        for name in PLACEHOLDER.findall(text or ""):
            if not NAME.match(name):
                raise ValueError(f"{{{name}}} is no placeholder: write a field of the event, such as {{number}}")
        return text


class MessageSpec(BaseModel):
    """Which event is told to whom, on which channels, in which words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Words
    on: Topic
    match: dict[str, list[Any] | str | int | bool] = Field(
        default_factory=dict[str, list[Any] | str | int | bool],
        description="Fields of the event (after.rating) and the values that call for this message",
    )
    to: list[str] = Field(
        min_length=1,
        description="holder, opened (flow.moved), tell (flow.escalated), lead, opener, org:code, function:center",
    )
    channels: list[Literal["inbox", "sms"]] = Field(default=["inbox"], min_length=1)
    urgency: Literal["normal", "urgent"] = "normal"
    subject: Words
    body: Words
    href: str | None = Field(default=None, max_length=300)

    @field_validator("to")
    @classmethod
    def _to(cls, to: list[str]) -> list[str]:
        for one in to:
            if not TO.match(one):
                raise ValueError(
                    f"'{one}' is nobody: write holder, opened, tell, lead, opener, org:code, function:name"
                )
        return to

    @field_validator("match")
    @classmethod
    def _match(cls, match: dict[str, Any]) -> dict[str, Any]:
        for name in match:
            if not NAME.match(name):
                raise ValueError(f"'{name}' is no field of an event")
        return match
