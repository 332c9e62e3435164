"""Live push: many open screens, one event; how long until all have seen it."""

import asyncio
import time

import httpx

from bench._city import PASSWORD, bench_city, quick, report


async def screen(
    client: httpx.AsyncClient, cookie: str, seen: list[float], ready: asyncio.Semaphore, wanted: int
) -> None:
    """One open screen: notes the moment of each case event."""
    async with client.stream("GET", "/api/live?topics=cases.changed", headers={"Cookie": cookie}) as answer:
        ready.release()
        count = 0
        async for line in answer.aiter_lines():
            if line.startswith("data: {") and '"cases.changed"' in line:
                seen.append(time.monotonic())
                count += 1
                if count >= wanted:
                    return


async def run(url: str, screens: int, events: int) -> dict[str, float]:
    limits = httpx.Limits(max_connections=screens + 10)
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False, limits=limits) as client:
        answer = await client.post("/api/security/sessions", json={"login": "center", "password": PASSWORD})
        cookie = f"chengshu_session={answer.cookies['chengshu_session']}"
        headers = {"Cookie": cookie, "X-CSRF-Token": answer.json()["csrf"]}
        client.cookies.clear()
        seen: list[list[float]] = [[] for _ in range(screens)]
        ready = asyncio.Semaphore(0)
        tasks = [asyncio.create_task(screen(client, cookie, s, ready, events)) for s in seen]
        for _ in range(screens):
            await ready.acquire()
        sent: list[float] = []
        for n in range(events):
            body = {
                "type": "components_and_events.event", "channel": "staff", "text": f"道路积水 {n}", "lon": 119.82, "lat": 31.36,
            }  # fmt: skip
            sent.append(time.monotonic())
            (await client.post("/api/cases", json=body, headers=headers)).raise_for_status()
            await asyncio.sleep(0.5)
        await asyncio.wait_for(asyncio.gather(*tasks), 60)
    delays = sorted(s[n] - sent[n] for s in seen for n in range(events))
    return {
        "screens": screens,
        "p50_ms": delays[len(delays) // 2] * 1000,
        "p99_ms": delays[int(len(delays) * 0.99)] * 1000,
        "most_ms": delays[-1] * 1000,
    }


def main() -> None:
    with bench_city() as city:
        figures = asyncio.run(run(city.url, 50 if quick() else 500, 5 if quick() else 20))
    report("live_push", figures, "Wanted: 500 screens, p99 < 1,000 ms, from the request's start to the last screen.")


if __name__ == "__main__":
    main()
