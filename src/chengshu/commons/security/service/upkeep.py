"""What the worker keeps tidy: sessions, failed attempts and half-done sign-ins that have run out."""

from chengshu.commons.security.store import sessions as store
from chengshu.runtime.database import Work


async def prune(work: Work) -> None:
    """Drop what has run out."""
    await store.prune(work)
