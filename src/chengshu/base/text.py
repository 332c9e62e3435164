"""Texts that people see: a pair of Chinese and English."""

from collections.abc import Mapping
from typing import Literal

Lang = Literal["zh", "en"]

L = Mapping[str, str]
"""One text by language: `zh` is always there, `en` beside it."""


def pick(text: Mapping[str, str] | str | None, lang: str = "zh") -> str:
    """The text in the asked language, else in Chinese, else whatever there is."""
    if text is None:
        return ""
    if isinstance(text, str):
        return text
    return text.get(lang) or text.get("zh") or next(iter(text.values()), "")
