"""`python -m simulate`: bring a county to life until told to stop."""

import argparse
import asyncio
import logging
import os
import random
import signal
import sys
from pathlib import Path

import httpx

from simulate.atlas import learn
from simulate.cast import Cast, read_accounts
from simulate.client import Refused
from simulate.life import Life

log = logging.getLogger("simulate")
HISTORY = 320
TOGETHER = 3
REPORT_EVERY = 60.0
LONGEST_REST = 30.0


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m simulate", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8600", help="where the city answers")
    parser.add_argument("--seed", type=int, default=1, help="the same seed tells the same stories")
    parser.add_argument("--speed", type=float, default=60.0, help="actions a minute (default 60)")
    parser.add_argument("--history", type=int, default=HISTORY, help="cases an empty county begins with")
    parser.add_argument("--accounts", type=Path, help="JSON with logins and passwords; default: the demo accounts")
    parser.add_argument("--once", action="store_true", help="stop after the history")
    return parser.parse_args(argv)


async def settle(life: Life, history: int, stop: asyncio.Event) -> None:
    """Give the county its past, as far as it is missing: a city that was stopped half way goes on from there."""
    stats = await life.public.get("/api/open/v1/stats")
    there = int(stats.get("reported") or 0) or int(stats.get("open") or 0) + int(stats.get("closed_30d") or 0)
    if there < history:
        made = await life.history(history - there, TOGETHER, stop)
        log.info("history: %d cases opened, %s", made, dict(life.done))


async def go_on(life: Life, speed: float, stop: asyncio.Event) -> None:
    """One action after another at an even pace; a city in trouble is given longer and longer rest."""
    rest = 60.0 / max(speed, 0.1)
    trouble = 0
    told = asyncio.get_running_loop().time()
    while not stop.is_set():
        before = life.refusals.total()
        try:
            await life.act()
        except (httpx.HTTPError, Refused) as error:
            log.warning("the city does not answer: %s", error)
            trouble += 1
        trouble = trouble + 1 if life.refusals.total() > before else max(0, trouble - 1)
        wait = min(rest * 2 ** min(trouble, 8), LONGEST_REST) * life.luck.uniform(0.6, 1.4)
        if asyncio.get_running_loop().time() - told > REPORT_EVERY:
            told = asyncio.get_running_loop().time()
            log.info("so far %s; refused %s", dict(life.done), dict(life.refusals))
        try:
            await asyncio.wait_for(stop.wait(), wait)
        except TimeoutError:
            continue


async def play(options: argparse.Namespace, stop: asyncio.Event) -> int:
    """Play until stopped; the exit code."""
    passwords = read_accounts(options.accounts) if options.accounts else {}
    password = os.environ.get("CHENGSHU_DEMO_PASSWORD", "Chengshu-2026")
    limits = httpx.Limits(max_connections=TOGETHER * 2)
    async with httpx.AsyncClient(base_url=options.url, timeout=30.0, limits=limits, trust_env=False) as http:
        if not (await Cast(http, options.seed, "").stranger().get("/api/clock"))["real"]:
            log.info("a rehearsal city lives by what is replayed into it; nothing to simulate")
            return 0
        cast = Cast(http, options.seed, password, passwords)
        there = await cast.assemble()
        if "center" not in there:
            log.error("no account 'center' to dispatch: is this a demo county? signed in: %s", there)
            return 1
        atlas = await learn(cast.stranger(), options.seed)
        log.info("%d classes, %d spots, people: %s", len(atlas.classes), len(atlas.spots), there)
        life = Life(atlas, cast, options.seed)
        # A county that is taken up again does not tell the same stories twice.
        life.luck = random.Random(f"{options.seed}-{(await life.public.get('/api/open/v1/stats')).get('open')}")
        await settle(life, options.history, stop)
        if not options.once:
            await go_on(life, options.speed, stop)
        log.info("stopped: %s; refused %s", dict(life.done), dict(life.refusals))
    return 0


async def main() -> int:
    """Run with clean stops on SIGTERM and SIGINT."""
    options = arguments()
    stop = asyncio.Event()
    task = asyncio.create_task(play(options, stop))
    loop = asyncio.get_running_loop()

    def end() -> None:
        # A second signal, or an action that hangs: what is under way is given a moment, then cut.
        if stop.is_set():
            task.cancel()
        stop.set()
        loop.call_later(5.0, task.cancel)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    try:
        return await task
    except asyncio.CancelledError:
        return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    sys.exit(asyncio.run(main()))
