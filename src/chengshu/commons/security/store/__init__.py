"""Every query of security; row-level security and the definer functions decide what the asker sees."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

Row = dict[str, Any]


def as_json(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as one parameter for jsonb_to_recordset."""
    return orjson.dumps(list(rows), default=str).decode()
