"""Receipt codes and picture tickets: short secrets that nobody has to keep, because they can be worked out again."""

import hashlib
import hmac
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 1 I L O, which people confuse on paper."""
LENGTH = 8


def new_code(key: bytes, seed: str | None = None) -> str:
    """A receipt code; with a seed (the idempotency key) always the same one, so that it never has to be stored."""
    number = (
        secrets.randbits(128)
        if seed is None
        else int.from_bytes(hmac.digest(key, b"receipt:" + seed.encode("utf-8", "replace"), "sha256")[:16])
    )
    letters: list[str] = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def tidy_code(code: str) -> str:
    """A code as people type it back: blanks, dashes and small letters do not matter."""
    return code.replace(" ", "").replace("-", "").upper()


def hash_code(code: str) -> bytes:
    """What is kept of a code."""
    return hashlib.sha256(code.encode("utf-8", "replace")).digest()


def ticket_for(key: bytes, file_hash: str, until: int) -> str:
    """A ticket that opens one picture until a moment (seconds since 1970)."""
    mac = hmac.digest(key, f"ticket:{file_hash}:{until}".encode(), "sha256")[:16]
    return f"{until:x}.{mac.hex()}"


def ticket_fits(key: bytes, file_hash: str, ticket: str, now: int) -> bool:
    """Whether a ticket opens this picture at this moment."""
    until, _, _mac = ticket.partition(".")
    try:
        moment = int(until, 16)
    except ValueError:
        return False
    if not now <= moment < now + 8 * 86_400:
        return False
    return hmac.compare_digest(ticket_for(key, file_hash, moment).encode(), ticket.encode("utf-8", "replace"))
