"""Titles of what a timeline shows."""

from chengshu.base.text import L
from chengshu.commons.flow.spec import FlowSpec, Text

OWN: dict[str, L] = {
    "open": {"zh": "登记", "en": "Opened"},
    "merged_in": {"zh": "并入他件", "en": "Another one merged in"},
    "merged_out": {"zh": "撤销并入", "en": "A merge undone"},
    "escalated": {"zh": "超期升级", "en": "Escalated"},
}
"""Entries that no declared move makes."""


def text_of(text: Text) -> L:
    """A declared text in both languages."""
    return {"zh": text.zh, "en": text.en or text.zh}


def entry_title(flow: FlowSpec, move: str) -> L:
    """The title of a timeline entry; a move that a later version no longer has is shown by its id."""
    spec = flow.moves.get(move)
    return text_of(spec.title) if spec else OWN.get(move, {"zh": move, "en": move})
