"""`chengshu replay FILE --map MAPPING`: real cases through the city's own door, with a progress bar; can be resumed."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from chengshu.runtime.settings import HOUSE, Settings


def join(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay")(replay)


def replay(
    file: Annotated[Path, typer.Argument(help="案件文件 csv 或 csv.gz / a file of cases", exists=True, dir_okay=False)],
    mapping: Annotated[Path, typer.Option("--map", help="映射文件 / what the columns mean", exists=True)],
    speed: Annotated[
        float, typer.Option(help="每秒回放多少秒的城市时间，0 为尽快 / city seconds a second, 0: as fast as it goes")
    ] = 0.0,
    limit: Annotated[int | None, typer.Option(help="最多读多少行 / rows to read at most")] = None,
    url: Annotated[str | None, typer.Option(help="城市地址 / where the city answers")] = None,
    data: Annotated[Path | None, typer.Option("--data", help="数据目录 / the city's data folder")] = None,
    make_pack: Annotated[
        Path | None,
        typer.Option("--make-pack", help="只由文件推出应用包，写到此目录 / only derive a pack, into this folder"),
    ] = None,
) -> None:
    """把真实案件按时间回放进城市；可中断续传，被拒绝的案件连同原因另存。"""
    # The replayer lives outside the platform, with the simulator, because it acts only through the API.
    sys.path.insert(0, str(HOUSE))
    from rich.console import Console
    from simulate.replaying.mapping import read_mapping
    from simulate.replaying.source import BadFile

    console = Console(highlight=False, stderr=True)
    try:
        plan = read_mapping(mapping)
        if make_pack is not None:
            _make_pack(plan, file, make_pack, limit, console)
            return
        address = url or _running(data)
        raise typer.Exit(asyncio.run(_replay(plan, file, address, speed, limit, data, console)))
    except (BadFile, ValueError) as error:
        console.print(f"[red]{error}[/]", markup=True)
        raise typer.Exit(2) from error


def _running(data: Path | None) -> str:
    from chengshu.cli.home import running_address

    if address := running_address(data):
        return address
    raise ValueError(
        "没有正在运行的城市：请先 ./chengshu up，或用 --url 指定地址 / no city runs here: start it, or give --url"
    )


def _lines(plan: Any, file: Path, limit: int | None) -> Any:
    from itertools import islice

    from simulate.replaying.source import read_lines

    return islice(read_lines(file, plan.format, plan.columns()), limit)


def _make_pack(plan: Any, file: Path, target: Path, limit: int | None, console: Any) -> None:
    from simulate.replaying.packs import make_pack

    made = make_pack(plan, _lines(plan, file, limit), target)
    console.print(f"应用包 / pack: [bold]{target / plan.pack.id}[/]  {made}")


async def _replay(
    plan: Any, file: Path, address: str, speed: float, limit: int | None, data: Path | None, console: Any
) -> int:
    import httpx
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from simulate.cast import Cast
    from simulate.client import Refused
    from simulate.replaying.engine import Replay
    from simulate.replaying.journal import Journal, Parking
    from simulate.replaying.source import count_lines

    folder = _folder(data, address)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    total = count_lines(file, plan.format)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
        TextColumn("{task.fields[counts]}"),
    )  # fmt: skip
    parking = Parking(folder / f"{plan.name}.parked.jsonl")
    async with httpx.AsyncClient(base_url=address, timeout=60.0, trust_env=False) as http:
        password = Settings().demo_password.get_secret_value()
        cast = Cast(http, 0, os.environ.get("CHENGSHU_DEMO_PASSWORD", password))
        await cast.assemble()
        with Journal(folder / f"{plan.name}.jsonl") as journal, Progress(*columns, console=console) as bar:
            task = bar.add_task(plan.title.get("zh", plan.name), total=min(total, limit) if limit else total, counts="")
            run = Replay(plan, cast, journal, parking, await _regions(cast), speed, await _clock(plan, cast, console))

            def tell(what: str, count: int) -> None:
                counts = "  ".join(f"{k} {v}" for k, v in run.done.items())
                bar.update(task, advance=count if what == "read" else 0, counts=counts)

            run.told = tell
            try:
                await run.run(_lines(plan, file, limit), stop)
            except (Refused, httpx.HTTPError) as error:
                console.print(
                    f"[red]城市无法继续应答，已停在可续传处 / the city does not answer, resume later: {error}[/]"
                )
                return 1
    _report(run, parking, stop, folder, console)
    return 0


def _folder(data: Path | None, address: str) -> Path:
    """The journal lies with the city's own data, so that it ends when the city does."""
    home = (data or Settings().data_dir).resolve()
    return home / "replay" / address.split("://")[-1].replace(":", "_").replace("/", "_")


async def _regions(cast: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, level in (("towns", 2), ("villages", 3)):
        answer = await cast.stranger().get("/api/open/v1/regions.geojson", level=level)
        found[name] = [str(f["properties"]["code"]) for f in answer["features"]]
    return found


async def _clock(plan: Any, cast: Any, console: Any) -> Any:
    """The person who sets the rehearsal's clock; None where the city runs on real time."""
    if plan.clock != "follow":
        return None
    if (await cast.stranger().get("/api/clock"))["real"]:
        console.print(
            "[yellow]本市使用真实时间：按现在的时间登记，原时间记为发生时间 / real time: cases are opened now[/]"
        )
        return None
    return await cast.person("sysadmin")


def _report(run: Any, parking: Any, stop: asyncio.Event, folder: Path, console: Any) -> None:
    state = "已中断，可续传 / stopped, run again to go on" if stop.is_set() else "完成 / done"
    console.print(f"[bold]{state}[/]  {dict(run.done)}")
    if parking.count:
        console.print(f"[yellow]未通过 {parking.count} 件，原因与原行见 {parking.path}[/]  {parking.reasons}")
    console.print(f"[dim]续传记录 / journal: {folder}[/]")
