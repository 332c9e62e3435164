"""The one PostgreSQL, and the unit of work: one transaction that knows who acts, when in city time, and what happened.

Web work runs on a role that owns nothing and sees only what row-level security lets its session see; job work runs on
the worker role. Whoever opens the work commits it: the edge, once.
"""

import datetime as dt
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, LiteralString, cast

import orjson
import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool

from chengshu.base.actor import JOB, Actor
from chengshu.base.errors import Forbidden, Unauthenticated
from chengshu.base.text import Lang
from chengshu.runtime import outbox

if TYPE_CHECKING:
    from chengshu.runtime.city import City

Params = dict[str, Any] | Sequence[Any] | None
Connection = psycopg.AsyncConnection[DictRow]

set_json_loads(orjson.loads)
set_json_dumps(lambda value: orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS))

WEB_ROLE = "chengshu_web"
WORKER_ROLE = "chengshu_worker"


@dataclass
class Work:
    """One transaction on behalf of one actor. `now` is city time, read once, the only clock business code may use."""

    conn: Connection
    actor: Actor
    now: dt.datetime
    city: "City"
    lang: Lang = "zh"
    token: bytes | None = None
    csrf: str | None = None
    claim: bytes | None = None
    remote: str | None = None
    request_id: str | None = None
    statements: int = 0
    events: list[outbox.Event] = field(default_factory=list[outbox.Event])
    entries: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    async def execute(self, sql: str, params: Params = None) -> psycopg.AsyncCursor[DictRow]:
        self.statements += 1
        return await self.conn.execute(cast(LiteralString, sql), params)

    async def rows(self, sql: str, params: Params = None) -> list[dict[str, Any]]:
        """All rows as dictionaries."""
        return await (await self.execute(sql, params)).fetchall()

    async def row(self, sql: str, params: Params = None) -> dict[str, Any] | None:
        """The first row, None when there is none."""
        return await (await self.execute(sql, params)).fetchone()

    async def value(self, sql: str, params: Params = None) -> Any:
        """The first column of the first row, None when there is none."""
        row = await self.row(sql, params)
        return None if row is None else next(iter(row.values()))

    async def run(self, sql: str, params: Params = None) -> int:
        """Execute and tell how many rows were touched."""
        return (await self.execute(sql, params)).rowcount

    def require(self, operation: object) -> None:
        """Refuse unless the actor holds the operation; the refusal goes to the ledger at the edge."""
        if self.actor.may(operation):
            return
        if self.actor.kind == "public":
            raise Unauthenticated
        raise Forbidden(value=str(operation))

    def publish(self, event: outbox.Event) -> None:
        """Store an event at commit, in this transaction."""
        self.events.append(event)

    def record(self, action: str, subject: str, detail: dict[str, Any] | None = None, outcome: str = "done") -> None:
        """Store an audit entry at commit, in this transaction."""
        self.entries.append({"action": action, "subject": subject, "detail": detail or {}, "outcome": outcome})

    async def flush(self) -> None:
        """Write buffered events and audit entries with one statement."""
        calls: list[str] = []
        params: dict[str, Any] = {}
        if self.events:
            calls.append("runtime.outbox_append(%(events)s::jsonb, %(now)s)")
            params |= {"events": outbox.encode(self.events), "now": self.now}
        if self.entries:
            calls.append("commons.ledger_append(%(entries)s::jsonb, %(actor)s::bigint, %(remote)s, %(request)s)")
            params |= {
                "entries": orjson.dumps(self.entries, default=str).decode(),
                "actor": self.actor.id,
                "remote": self.remote,
                "request": self.request_id,
            }
        self.events, self.entries = [], []
        if calls:
            await self.execute(f"select {', '.join(calls)}", params)


ENTER = "select * from commons.security_enter(%(token)s, %(claim)s)"


class Database:
    """Connection pools of the two roles and the door to a unit of work."""

    def __init__(self, url: str, *, web_url: str | None = None, size: int = 8, timezone: str = "Asia/Shanghai") -> None:
        self.url = url
        self.city: City | None = None
        options = f"-c timezone={timezone} -c lock_timeout=10s -c idle_in_transaction_session_timeout=120s"
        self._web = self._pool(web_url or url, WEB_ROLE, size, f"{options} -c statement_timeout=30s")
        self._jobs = self._pool(url, WORKER_ROLE, max(4, size // 2), options)

    @staticmethod
    def _pool(url: str, role: str, size: int, options: str) -> AsyncConnectionPool[Connection]:
        async def become(conn: Connection) -> None:
            # A login that is already the role keeps it; the owner's login steps down to it.
            await conn.set_autocommit(True)
            await conn.execute(cast(LiteralString, f"set role {role}"))
            await conn.set_autocommit(False)

        return AsyncConnectionPool(
            url,
            connection_class=Connection,
            kwargs={"row_factory": dict_row, "options": options},
            min_size=1,
            max_size=size,
            open=False,
            configure=become,
            max_idle=300,
            reconnect_timeout=60,
        )

    async def open(self) -> None:
        await self._web.open()
        await self._jobs.open()

    async def close(self) -> None:
        await self._web.close()
        await self._jobs.close()

    @asynccontextmanager
    async def work(
        self,
        token: bytes | None = None,
        *,
        claim: bytes | None = None,
        lang: Lang = "zh",
        remote: str | None = None,
        request_id: str | None = None,
    ) -> AsyncGenerator[Work]:
        """Work of whoever holds the session token (its sha256), on the web role. Commits at the end, or nothing is done."""
        async with self._web.connection() as conn:
            row = await (await conn.execute(ENTER, {"token": token, "claim": claim})).fetchone()
            assert row is not None
            actor = Actor(
                id=row["actor_id"],
                name=row["name"],
                kind=row["kind"],
                operations=frozenset(row["operations"] or ()),
                orgs=tuple(row["orgs"] or ()),
                regions=tuple(row["regions"] or ()),
                holders=tuple(row["holders"] or ()),
                org=row["org"],
                duty=row["duty"],
            )
            work = Work(
                conn, actor, row["city_now"], cast("City", self.city), lang=row["lang"] or lang, token=token,
                csrf=row["csrf"], claim=claim, remote=remote, request_id=request_id,
            )  # fmt: skip
            work.statements += 1
            yield work
            await work.flush()

    @asynccontextmanager
    async def job_work(self, actor: Actor = JOB) -> AsyncGenerator[Work]:
        """Work of the city itself (jobs, handlers, installation), on the worker role that sees all rows."""
        async with self._jobs.connection() as conn:
            row = await (await conn.execute("select runtime.city_now() as now")).fetchone()
            assert row is not None
            work = Work(conn, actor, row["now"], cast("City", self.city))
            yield work
            await work.flush()

    async def listen(self, *channels: str) -> Connection:
        """An own autocommit connection that listens; the caller closes it."""
        conn = await Connection.connect(self.url, autocommit=True, row_factory=dict_row)
        for channel in channels:
            await conn.execute(cast(LiteralString, f"listen {channel}"))
        return conn
