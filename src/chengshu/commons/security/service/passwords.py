"""Password digests off the event loop, at most two at a time: each takes 19 MiB and a core for some 20 ms."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from chengshu.commons.security.errors import WeakPassword
from chengshu.commons.security.logic import passwords
from chengshu.commons.security.store import sessions as store
from chengshu.runtime.database import Work

HASHERS = ThreadPoolExecutor(2, "argon2")


async def digest(password: str, salt: bytes, params: str = passwords.PARAMS) -> bytes:
    """The argon2id digest, made in a thread."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(HASHERS, passwords.digest, password, salt, params)


async def prepare(words: dict[int, str]) -> list[tuple[int, bytes, str, bytes]]:
    """Salt and digest for each person; people who get the same first password share one digest."""
    by_word: dict[str, tuple[bytes, bytes]] = {}
    for word in set(words.values()):
        salt = passwords.new_salt()
        by_word[word] = (salt, await digest(word, salt))
    return [(actor, by_word[w][0], passwords.PARAMS, by_word[w][1]) for actor, w in words.items()]


async def check_rules(work: Work, password: str, login: str, field: str = "new") -> None:
    """Refuse a password that the policy does not allow, naming the reason."""
    least = (await store.policy(work))["password_length"]
    if why := passwords.weakness(password, login, least):
        raise WeakPassword(field=field, reason=why[0], reason_en=why[1], least=least)
