"""The verbs of messages: word events, keep an inbox, deliver what leaves the house."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from chengshu.base.errors import Invalid
from chengshu.base.page import Page, decode_cursor, encode_cursor
from chengshu.base.text import pick
from chengshu.commons.messages import permissions, store
from chengshu.commons.messages.contracts import Channel, Draft, Outbound, Sent, Template
from chengshu.commons.messages.errors import MessageUnknown
from chengshu.commons.messages.events import MessagesArrived
from chengshu.commons.messages.logic.wording import word
from chengshu.commons.messages.spec import MessageSpec
from chengshu.runtime.database import Work
from chengshu.runtime.outbox import StoredEvent

BATCH = 50
STATES = ("queued", "parked", "sent", "failed")
NO_GATEWAY = "未配置短信网关（CHENGSHU_SMS_GATEWAY）"
NO_ADDRESS = "收件人未登记手机号码"


def template_of(row: Mapping[str, Any]) -> Template:
    """An installed template as the contract."""
    body = row["body"]
    declared: dict[str, Any] = body.get("match", {})
    match: dict[str, tuple[Any, ...]] = {
        n: tuple(cast(list[Any], v)) if isinstance(v, list) else (v,) for n, v in declared.items()
    }
    return Template(
        row["id"], row["pack"], body["on"], match, tuple(body["to"]), tuple(body["channels"]), body["urgency"],
        body["subject"], body["body"], body.get("href"),
    )  # fmt: skip


async def install(work: Work, pack: str, declared: Mapping[str, MessageSpec]) -> None:
    """Make a pack's templates exactly these."""
    bodies = {f"{pack}.{name}": spec.model_dump(mode="json", exclude_none=True) for name, spec in declared.items()}
    await store.install(work, pack, bodies)


async def remove(work: Work, pack: str) -> None:
    """Switch a pack's templates off."""
    await store.install(work, pack, {})


def matter_of(payload: Mapping[str, Any]) -> int | None:
    """The matter an event is about."""
    found = payload.get("matter_id") or payload.get("matter") or payload.get("id")
    return found if isinstance(found, int) else None


async def word_events(work: Work, events: Sequence[StoredEvent]) -> None:
    """Tell people what a batch of events means for them: four statements for the whole batch."""
    templates = [template_of(row) for row in await store.templates(work)]
    wanted = {t.topic for t in templates}
    events = [e for e in events if e.topic in wanted]
    if not events:
        return
    matters = await store.matters(work, [m for e in events if (m := matter_of(e.payload))])
    functions = {to.removeprefix("function:") for t in templates for to in t.to if to.startswith("function:")}
    offices = await store.offices(work, sorted(functions))
    drafts: list[Draft] = []
    for event in events:
        matter = matters.get(matter_of(event.payload) or 0, {})
        drafts += word(templates, event.topic, event.payload, matter, offices)
    await send(work, drafts)


async def send(work: Work, drafts: Sequence[Draft]) -> int:
    """Keep messages and push each person who got one; returns how many people were told."""
    if not drafts:
        return 0
    told = await store.store(work, drafts)
    for row in told:
        work.publish(MessagesArrived(row["actor_id"], row["subject"], row["href"], row["urgency"], row["arrived"]))
    return len(told)


def shape(row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """One line of an inbox."""
    return {
        "id": row["id"],
        "at": row["at"],
        "template": row["template"],
        "urgency": row["urgency"],
        "subject": pick(row["subject"], lang),
        "body": pick(row["body"], lang),
        "href": row["href"],
        "read_at": row["read_at"],
    }


async def inbox(work: Work, unread: bool, after: str | None, limit: int) -> Page[dict[str, Any]]:
    """The actor's own messages, newest first."""
    before = decode_cursor(after, 1)[0] if after else None
    if before is not None and not isinstance(before, int):
        raise Invalid(field="after", value=after)
    rows = await store.inbox(work, unread, before, limit + 1)
    more = encode_cursor([rows[limit - 1]["id"]]) if len(rows) > limit else None
    return Page([shape(r, work.lang) for r in rows[:limit]], more)


async def read(work: Work, id: int | None) -> int:
    """Mark a message, or all, as read; a message of somebody else is not there."""
    if id is not None and not await store.is_mine(work, id):
        raise MessageUnknown(field="id", value=id)
    return await store.read(work, id)


async def count(work: Work) -> int:
    """How many messages are unread: kept, not counted."""
    return await store.count(work)


async def outbound(work: Work, state: str | None, after: str | None, limit: int) -> Page[dict[str, Any]]:
    """What leaves the house and what waits for a gateway."""
    work.require(permissions.WATCH)
    if state is not None and state not in STATES:
        raise Invalid(field="state", value=state)
    before = decode_cursor(after, 1)[0] if after else None
    rows = await store.outbound(work, state, before if isinstance(before, int) else None, limit + 1)
    more = encode_cursor([rows[limit - 1]["id"]]) if len(rows) > limit else None
    return Page(rows[:limit], more)


async def deliver(work: Work) -> int:
    """Hand queued messages to their channels; without a gateway they are parked in sight, never dropped."""
    channels: Mapping[str, Channel] = work.city.channels if work.city.has("channels") else {}
    if channels:
        await store.unpark(work, list(channels))
    rows = await store.due(work, BATCH)
    if not rows:
        return 0
    parked: dict[int, str] = {}
    ready: dict[str, list[Outbound]] = {}
    for row in rows:
        if not row["address"]:
            parked[row["id"]] = NO_ADDRESS
        elif row["channel"] not in channels:
            parked[row["id"]] = NO_GATEWAY
        else:
            ready.setdefault(row["channel"], []).append(Outbound(row["id"], row["address"], row["text"]))
    results: dict[int, Sent] = {}
    for channel, messages in ready.items():
        results |= await channels[channel].send(messages)
    await store.settle(work, results, parked)
    return len(rows)
