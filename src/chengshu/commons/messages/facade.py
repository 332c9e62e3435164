"""What other rooms may call of messages.

app.py: `city.put("channels", {"sms": HttpSms(url)})` when a gateway is set; packkit installs kind `messages`.
"""

from collections.abc import Mapping, Sequence

from chengshu.commons.messages import service
from chengshu.commons.messages.contracts import Draft
from chengshu.commons.messages.spec import MessageSpec
from chengshu.runtime.database import Work

__all__ = ["install", "remove", "send"]


async def send(work: Work, drafts: Sequence[Draft]) -> int:
    """Tell people something, in a job work; returns how many were told."""
    return await service.send(work, drafts)


async def install(work: Work, pack: str, declared: Mapping[str, MessageSpec]) -> None:
    """Make a pack's templates exactly these."""
    await service.install(work, pack, declared)


async def remove(work: Work, pack: str) -> None:
    """Switch a pack's templates off."""
    await service.remove(work, pack)
