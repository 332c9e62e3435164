"""Password rules and the argon2id digest; the digest is made here and compared inside the database."""

import secrets
import string
import unicodedata

from argon2.low_level import Type, hash_secret_raw

PARAMS = "argon2id,19456,2,1"
"""Memory in KiB, passes, lanes: OWASP's recommendation of 2024 for argon2id, about 20 ms on one core."""
SALT = 16
LENGTH = 32
MOST = 128
WELL_KNOWN = ("password", "passw0rd", "qwerty", "abc123", "123456", "admin", "letmein", "woaini", "iloveyou")


def digest(password: str, salt: bytes, params: str = PARAMS) -> bytes:
    """The argon2id digest of a password under its stored parameters."""
    kind, memory, passes, lanes = params.split(",")
    if kind != "argon2id":
        raise ValueError(f"unknown password scheme {kind}")
    secret = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    return hash_secret_raw(secret, salt, int(passes), int(memory), int(lanes), LENGTH, Type.ID)


def new_salt() -> bytes:
    return secrets.token_bytes(SALT)


def kinds(password: str) -> int:
    """How many of upper case, lower case, digits and signs occur; letters without case count as signs."""
    return sum(
        [
            any(c.isupper() for c in password),
            any(c.islower() for c in password),
            any(c.isdigit() for c in password),
            any(not (c.isupper() or c.islower() or c.isdigit()) for c in password),
        ]
    )


def weakness(password: str, login: str, least: int) -> tuple[str, str] | None:
    """Why a password may not be used, in Chinese and English; None when it may."""
    folded = password.casefold()
    if len(password) < least:
        return f"短于 {least} 位", f"shorter than {least}"
    if len(password) > MOST:
        return f"长于 {MOST} 位", f"longer than {MOST}"
    if kinds(password) < 3:
        return "字符种类不足三类", "fewer than three kinds of characters"
    if len(login) >= 3 and login.casefold() in folded:
        return "包含账号", "it contains the login"
    if len(set(password)) < 5 or any(folded.startswith(w) for w in WELL_KNOWN):
        return "过于常见", "it is too common"
    return None


def one_time_password() -> str:
    """A first password that meets the rules and can be read out; it must be changed at the first sign-in."""
    letters = "abcdefghjkmnpqrstuvwxyz"
    groups = ["".join(secrets.choice(letters) for _ in range(4)) for _ in range(2)]
    digits = "".join(secrets.choice(string.digits[2:]) for _ in range(4))
    return f"{groups[0].capitalize()}-{groups[1]}-{digits}"
