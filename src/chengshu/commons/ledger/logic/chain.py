"""The chain: SM3 (GB/T 32905) over the canonical text of each entry and the hash before it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.hazmat.primitives import hashes

GENESIS = bytes(32)
FIELDS = (
    "id", "at", "city_at", "actor_id", "actor_name", "action", "subject", "outcome", "detail", "remote", "request_id",
)  # fmt: skip


def sm3(*parts: bytes) -> bytes:
    """The SM3 digest of the parts together."""
    digest = hashes.Hash(hashes.SM3())
    for part in parts:
        digest.update(part)
    return digest.finalize()


def canonical(entry: Mapping[str, Any]) -> bytes:
    """The entry as JSON with sorted keys and no blanks. Times come as UTC text to the microsecond and `detail` as the
    database's own text of it, so that nothing is lost in numbers that a float could not hold."""
    return orjson.dumps({name: entry[name] for name in FIELDS}, option=orjson.OPT_SORT_KEYS)


@dataclass(frozen=True, slots=True)
class Seal:
    """An entry's place in the chain."""

    seal_no: int
    entry_id: int
    content: bytes
    hash: bytes


def link(seal_no: int, previous: bytes, content: bytes) -> bytes:
    """The hash of a seal: its number, the hash before it, the digest of its entry."""
    return sm3(seal_no.to_bytes(8, "big"), previous, content)


def seal(entries: Iterable[Mapping[str, Any]], last_no: int, last_hash: bytes) -> list[Seal]:
    """Seals for entries in their order, going on from the head of the chain."""
    seals: list[Seal] = []
    for seal_no, entry in enumerate(entries, last_no + 1):
        content = sm3(canonical(entry))
        last_hash = link(seal_no, last_hash, content)
        seals.append(Seal(seal_no, entry["id"], content, last_hash))
    return seals


def checkpoint_message(seal_no: int, head: bytes, at: str, algorithm: str, key_id: str) -> bytes:
    """What a checkpoint's signature covers."""
    return orjson.dumps(
        {"seal_no": seal_no, "hash": head.hex(), "at": at, "algorithm": algorithm, "key_id": key_id},
        option=orjson.OPT_SORT_KEYS,
    )
