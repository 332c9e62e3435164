"""A small life of one case through the API, for rooms that live off its events."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

Opened = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture(scope="module")
def report(client, sign_in) -> Opened:
    """Open a hotline case as the operator, at a point in the county."""

    async def report(text: str, **changes: Any) -> dict[str, Any]:
        site = (await client.get("/api/open/v1/site")).json()
        body = {
            "type": "hotline_12345.hotline_call", "channel": "hotline", "text": text,
            "lon": site["center"]["lon"], "lat": site["center"]["lat"], "address": "人民路 1 号",
        } | changes  # fmt: skip
        answer = await client.post("/api/cases", json=body, headers=await sign_in("hotline"))
        assert answer.status_code == 201, answer.text
        return answer.json()

    return report
