"""Short messages through an HTTP gateway: one POST of JSON each, the outbound id as its idempotency key."""

import asyncio

import httpx

from chengshu.commons.messages.contracts import Outbound, Sent

WAIT = 5.0
TOGETHER = 4


class HttpSms:
    """`POST gateway {"to", "text"}` with `Idempotency-Key`; any 2xx is a receipt, 4xx is final, the rest is tried again."""

    def __init__(self, gateway: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.gateway = gateway
        self.transport = transport

    async def send(self, messages: list[Outbound]) -> dict[int, Sent]:
        """Send each message; a broken one does not hold up the others."""
        gate = asyncio.Semaphore(TOGETHER)
        async with httpx.AsyncClient(timeout=WAIT, transport=self.transport) as client:
            answers = await asyncio.gather(*(self._one(client, gate, m) for m in messages))
        return dict(zip((m.id for m in messages), answers, strict=True))

    async def _one(self, client: httpx.AsyncClient, gate: asyncio.Semaphore, message: Outbound) -> Sent:
        async with gate:
            try:
                answer = await client.post(
                    self.gateway,
                    json={"to": message.address, "text": message.text},
                    headers={"Idempotency-Key": f"chengshu-{message.id}"},
                )
            except httpx.HTTPError as error:
                return Sent(fault=f"{type(error).__name__}: {error}"[:300])
        if answer.is_success:
            return Sent(receipt=answer.text[:200] or str(answer.status_code))
        final = 400 <= answer.status_code < 500 and answer.status_code not in (408, 429)
        return Sent(fault=f"{answer.status_code} {answer.text[:200]}", again=not final)
