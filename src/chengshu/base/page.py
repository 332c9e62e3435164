"""Keyset pages: a list goes on after the last row seen, at any depth for the same cost."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import orjson

from chengshu.base.errors import Invalid

T = TypeVar("T")
MOST = 200


class CursorInvalid(Invalid):
    code = "input.cursor_invalid"
    text = {"zh": "翻页标记无效：{value}", "en": "The page cursor is not valid: {value}"}
    remedy = {"zh": "请从第一页重新开始", "en": "Start again from the first page"}


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items and the cursor of what follows, None at the end."""

    items: Sequence[T]
    next: str | None = None


def encode_cursor(keys: Sequence[Any]) -> str:
    """An opaque cursor for the sort keys of the last row."""
    return base64.urlsafe_b64encode(orjson.dumps(list(keys), default=str)).decode().rstrip("=")


def decode_cursor(cursor: str, length: int | None = None) -> list[Any]:
    """The sort keys; raises CursorInvalid for anything encode_cursor did not make."""
    try:
        keys: Any = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise CursorInvalid(field="after", value=cursor) from error
    if not isinstance(keys, list) or (length is not None and len(cast(list[Any], keys)) != length):
        raise CursorInvalid(field="after", value=cursor)
    return cast(list[Any], keys)
