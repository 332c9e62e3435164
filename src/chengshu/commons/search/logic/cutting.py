"""Cuts text into lexemes: Chinese into overlapping pairs of characters, everything else into words.

Pairs find every phrase of two or more characters (word segmentation was measured to lose a quarter of the hits), and a
two-character query, the commonest in Chinese, is one lexeme of the index.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

RUN = re.compile(r"[㐀-䶿一-鿿豈-﫿]+|[0-9a-z]+")
LONGEST_TEXT = 4000
LONGEST_QUERY = 64
MOST_LEXEMES = 3000
NUMBER = re.compile(r"^[0-9a-z][0-9a-z_-]{3,39}$")


def plain(text: str) -> str:
    """Full-width to half-width, lower case, so that Ａ１ and a1 are the same."""
    return unicodedata.normalize("NFKC", text).lower()


def is_chinese(run: str) -> bool:
    return not run[0].isascii()


def _pairs(run: str) -> Iterator[str]:
    # The last character alone is kept as a prefix, so that a query of one character finds it too.
    for place in range(len(run) - 1):
        yield run[place : place + 2]
    yield run[-1]


def lexemes(text: str) -> list[str]:
    """The distinct lexemes of a text, in order of appearance."""
    found: dict[str, None] = {}
    for run in RUN.findall(plain(text[:LONGEST_TEXT])):
        for lexeme in _pairs(run) if is_chinese(run) else (run[:64],):
            found[lexeme] = None
            if len(found) >= MOST_LEXEMES:
                return list(found)
    return list(found)


def quote(lexeme: str) -> str:
    """A lexeme as a literal of tsquery. Runs hold no quote or backslash, so nothing needs escaping."""
    return f"'{lexeme}'"


def query(text: str) -> str:
    """The tsquery for what a person typed: all pairs and words must be there; the last word may be a beginning."""
    runs: Sequence[str] = RUN.findall(plain(text[:LONGEST_QUERY]))
    parts: dict[str, None] = {}
    for run in runs:
        if not is_chinese(run) or len(run) == 1:
            parts[f"{quote(run)}:*"] = None
        else:
            for place in range(len(run) - 1):
                parts[quote(run[place : place + 2])] = None
    return " & ".join(parts)


def exact(text: str) -> str | None:
    """The query as a number or code to be met exactly, if it can be one."""
    candidate = plain(text).strip()
    return candidate if NUMBER.match(candidate) else None


def snippet(text: str, asked: str, around: int = 30) -> str:
    """A piece of the text around the first place where the query's words occur."""
    low = plain(text)
    if len(low) != len(text):
        low = text.lower()
    runs = RUN.findall(plain(asked))
    place = min((at for run in runs if (at := low.find(run[:2])) >= 0), default=0)
    start = max(0, place - around)
    cut = text[start : start + 3 * around]
    return ("…" if start else "") + cut.strip() + ("…" if start + 3 * around < len(text) else "")
