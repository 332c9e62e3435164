"""Text as people type it: checked at the door, cut into pieces for likeness, search and classification."""

import unicodedata
from collections.abc import Iterable

from chengshu.govern.cases.errors import TextInvalid, TextTooLong

TITLE_LENGTH = 60
SENTENCE_ENDS = "。！？!?；;\n"


def checked(text: str, field: str, limit: int) -> str:
    """The text without outer blanks; refuses NUL, lone surrogates and what is too long."""
    if any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in text):
        raise TextInvalid(field=field)
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc").strip()
    if len(kept) > limit:
        raise TextTooLong(field=field, length=len(kept), limit=limit)
    return kept


def title_of(text: str) -> str:
    """The first sentence, as a title."""
    first = " ".join(text.split())
    for index, char in enumerate(first):
        if char in SENTENCE_ENDS and index >= 4:
            first = first[:index]
            break
    return first if len(first) <= TITLE_LENGTH else first[: TITLE_LENGTH - 1] + "…"


def plain(text: str) -> str:
    """Half-width, lower-case, letters and digits of any script only."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(c for c in folded if c.isalnum())


def bigrams(text: str) -> list[str]:
    """Neighbouring pairs of characters, each once, in order; one character stands for itself."""
    folded = plain(text)
    if len(folded) < 2:
        return [folded] if folded else []
    return list(dict.fromkeys(folded[i : i + 2] for i in range(len(folded) - 1)))


def likeness(one: Iterable[str], other: Iterable[str]) -> float:
    """Dice's share of common pieces: 1 for the same set, 0 for nothing in common or nothing at all."""
    a, b = set(one), set(other)
    if not a or not b:
        return 0.0
    return 2.0 * len(a & b) / (len(a) + len(b))


def mask_phone(phone: str | None) -> str | None:
    """138****5678; short numbers keep their last two digits."""
    if not phone:
        return phone
    if len(phone) < 7:
        return "*" * max(0, len(phone) - 2) + phone[-2:]
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]


def mask_name(name: str | None) -> str | None:
    """张**: the family name stays."""
    return name if not name else name[0] + "*" * (len(name) - 1)
