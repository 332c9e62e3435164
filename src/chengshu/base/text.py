"""Texts that people see: a pair of Chinese and English."""

from collections.abc import Mapping
from typing import Literal, TypedDict

Lang = Literal["zh", "en"]


class L(TypedDict, total=False):
    """One text in both languages; Chinese is always there."""

    zh: str
    en: str


def pick(text: Mapping[str, str] | str | None, lang: str = "zh") -> str:
    """The text in the asked language, else in Chinese, else whatever there is."""
    if text is None:
        return ""
    if isinstance(text, str):
        return text
    return text.get(lang) or text.get("zh") or next(iter(text.values()), "")
