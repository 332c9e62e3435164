"""One process of the city's tree: a web process on a socket that the supervisor opened, or the worker."""

import asyncio
import os
import signal
import socket
import sys
from typing import Any

from chengshu.runtime.log import set_up
from chengshu.runtime.settings import Settings


def run(role: str, fd: int | None) -> None:
    """Serve until told to stop, or until the supervisor is gone."""
    settings = Settings()
    set_up(settings.log_level, role)
    url = settings.database_url
    if url is None:
        sys.exit("CHENGSHU_DATABASE_URL is not set; `./chengshu up` sets it for its processes")
    main = _web if role == "web" else _worker
    try:
        import uvloop

        uvloop.run(main(settings, url, fd))
    except (KeyboardInterrupt, asyncio.CancelledError):
        pass


async def _open(settings: Settings, url: str) -> Any:
    from chengshu.app import open_city

    timezone = os.environ.get("CHENGSHU_TIMEZONE", "Asia/Shanghai")
    return await open_city(settings, url, settings.database_web_url, timezone)


async def _web(settings: Settings, url: str, fd: int | None) -> None:
    import uvicorn

    from chengshu.api.pages import mount_pages
    from chengshu.app import create_app

    city = await _open(settings, url)
    app = create_app(city)
    mount_pages(app, settings.ui_dir)
    config = uvicorn.Config(
        app, host=settings.web_host, port=settings.web_port, log_config=None, access_log=False,
        server_header=False, date_header=True, proxy_headers=True, forwarded_allow_ips=settings.web_trusted_proxies,
        timeout_graceful_shutdown=5, timeout_keep_alive=30, h11_max_incomplete_event_size=64 * 1024,
    )  # fmt: skip
    server = uvicorn.Server(config)
    # Given as a socket, not as a number: uvicorn takes a bare descriptor for a UNIX socket, which loses the peer's
    # address and leaves Nagle's delay of 40 ms on every answer.
    sockets = [socket.socket(fileno=fd)] if fd is not None else None
    watch = asyncio.create_task(_orphaned(lambda: setattr(server, "should_exit", True)))
    try:
        await server.serve(sockets=sockets)
    finally:
        watch.cancel()
        await city.db.close()


async def _worker(settings: Settings, url: str, fd: int | None) -> None:
    from chengshu import worker

    city = await _open(settings, url)
    task = asyncio.create_task(worker.run(city))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    watch = asyncio.create_task(_orphaned(task.cancel))
    try:
        await task
    finally:
        watch.cancel()
        await city.db.close()


async def _orphaned(stop: Any) -> None:
    """Stop when the supervisor has been killed: its next start must find nobody in its place."""
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(1)
    stop()
