"""`chengshu pack …` and `chengshu verify`."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from chengshu.base.errors import Problem

pack = typer.Typer(help="应用包 / packs", no_args_is_help=True)
DataDir = Annotated[Path | None, typer.Option("--data", help="数据目录 / where the city keeps its data")]
Lang = Annotated[str, typer.Option("--lang", help="zh | en")]


def join(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(pack, name="pack")
    app.command("verify")(verify)


def _stop(problem: Problem, lang: str = "zh") -> typer.Exit:
    body = problem.body(lang)
    typer.echo(f"✗ {body['detail']}", err=True)
    for error in body.get("errors", []):
        typer.echo(f"  {error.get('field', '')} {error['detail']}", err=True)
    if body.get("remedy"):
        typer.echo(f"  → {body['remedy']}", err=True)
    return typer.Exit(1)


@pack.command("check")
def check(folder: Path, lang: Lang = "zh") -> None:
    """检查一个或多个应用包，逐条指出文件、行、字段与改法 / check packs: file, line, field, remedy."""
    from chengshu.packkit import facade

    packs, found = facade.check_packs([folder])
    for finding in found:
        typer.echo(finding.text(lang))
    for one in packs:
        mine = [finding for finding in found if finding.file.startswith(f"{one.id}/")]
        rung, missing = facade.ladder(one, mine)
        typer.echo(f"{one.id} {one.manifest.version}: {rung}")
        for finding in missing:
            typer.echo(f"  {finding.text(lang)}")
    if not packs and not found:
        typer.echo(f"{folder}: 没有找到 pack.yaml / no pack.yaml found", err=True)
        raise typer.Exit(1)
    raise typer.Exit(1 if any(finding.level == "error" for finding in found) else 0)


@pack.command("new")
def new(
    kind: Annotated[str, typer.Argument(help="pack | resources | cases | classes | …")],
    where: Annotated[Path, typer.Argument(help="新包的上级目录，或包目录 / the folder above, or the pack")],
    name: str,
    domain: Annotated[str, typer.Option(help="领域 / domain")] = "local",
) -> None:
    """写出一个应用包或一项声明的初稿 / write the first version of a pack or a declaration."""
    from chengshu.packkit import scaffold

    try:
        made = (
            scaffold.new_pack(where, name, domain) if kind == "pack" else [scaffold.new_declaration(where, kind, name)]
        )
    except Problem as problem:
        raise _stop(problem) from None
    except FileExistsError as fault:
        typer.echo(f"✗ 已存在 / exists: {fault}", err=True)
        raise typer.Exit(1) from None
    for file in made:
        typer.echo(str(file))


@pack.command("schema")
def schema(folder: Annotated[Path, typer.Argument()] = Path("schemas")) -> None:
    """写出 JSON Schema，供编辑器提示 / write JSON Schemas for editors."""
    from chengshu.packkit import facade

    for file in facade.write_schemas(folder):
        typer.echo(str(file))


def _in_city(data: Path | None, act: Callable[[Any], Awaitable[int]]) -> int:
    """Run something in one transaction of the city at `data`."""
    from chengshu.app import open_city
    from chengshu.cli.home import open_home

    home = open_home(data)

    async def run() -> int:
        city = await open_city(home.settings, home.url)
        try:
            async with city.db.job_work() as work:
                return await act(work)
        finally:
            await city.db.close()

    return asyncio.run(run())


def _chosen(folders: list[Path]) -> list[Any]:
    """The packs in some folders, with those of the house that they require."""
    from chengshu.packkit import facade
    from chengshu.packkit.load import find_packs
    from chengshu.runtime.settings import HOUSE

    wanted = {path.name for path in find_packs(folders)}
    every = facade.load_packs([*folders, HOUSE / "packs"])
    for one in reversed(every):
        if one.id in wanted:
            wanted |= set(one.manifest.requires)
    return [one for one in every if one.id in wanted]


def show(plan: Any, lang: str) -> None:
    """Print what will change."""
    for one in plan.packs:
        came = f"{one.installed_version} → " if one.installed_version else ""
        typer.echo(f"{one.pack.id} {came}{one.pack.manifest.version}: {one.action}")
        for change in one.changes:
            typer.echo(f"  {'✗' if change.refused else '+'} {change.zh if lang == 'zh' else change.en}")


@pack.command("plan")
def plan(folder: Path, data: DataDir = None, lang: Lang = "zh") -> None:
    """安装前预览会改动什么 / show what installing would change."""
    from chengshu.packkit import facade

    async def act(work: Any) -> int:
        made = await facade.plan(work, _chosen([folder]))
        show(made, lang)
        return 1 if made.refused else 0

    try:
        raise typer.Exit(_in_city(data, act))
    except Problem as problem:
        raise _stop(problem, lang) from None


@pack.command("install")
def install(
    folder: Path,
    data: DataDir = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问 / do not ask")] = False,
    samples: Annotated[bool, typer.Option(help="连同样例数据 / with sample rows")] = False,
    lang: Lang = "zh",
) -> None:
    """先预览，确认后安装或升级 / show the plan, then install or upgrade."""
    from chengshu.packkit import facade

    async def act(work: Any) -> int:
        packs = _chosen([folder])
        made = await facade.plan(work, packs)
        show(made, lang)
        if made.empty:
            return 0
        if not yes and not made.refused and not typer.confirm("继续 / go on?"):
            return 1
        await facade.install(work, packs, samples=samples)
        return 0

    try:
        raise typer.Exit(_in_city(data, act))
    except Problem as problem:
        raise _stop(problem, lang) from None


@pack.command("remove")
def remove(
    pack_id: str,
    data: DataDir = None,
    drop: Annotated[bool, typer.Option("--drop", help="连同数据删除，不可恢复 / with all data, for good")] = False,
    off: Annotated[bool, typer.Option("--off", help="只停用 / only switch off")] = False,
) -> None:
    """移除应用包；默认保留数据 / remove a pack; data stay unless --drop."""
    from chengshu.packkit import facade

    async def act(work: Any) -> int:
        await (facade.switch_off(work, pack_id) if off else facade.remove(work, pack_id, drop=drop))
        return 0

    try:
        raise typer.Exit(_in_city(data, act))
    except Problem as problem:
        raise _stop(problem) from None


@pack.command("list")
def list_packs(data: DataDir = None) -> None:
    """已安装的应用包 / installed packs."""
    from chengshu.packkit import facade

    async def act(work: Any) -> int:
        for one in (await facade.installed(work)).values():
            typer.echo(
                f"{one['id']:28} {one['version']:10} {one['state']:10} {one['declarations']['pack']['title']['zh']}"
            )
        return 0

    raise typer.Exit(_in_city(data, act))


@pack.command("import-classes")
def import_classes(
    file: Path,
    out: Annotated[Path, typer.Argument(help="写到哪个 classes/*.yaml / where to write")],
    prefix: Annotated[str, typer.Option(help="代码前缀：01 部件、02 事件 / put before codes")] = "01",
    title: Annotated[str, typer.Option(help="目录名称 / title")] = "立案处置结案标准",
    unit_map: Annotated[list[str] | None, typer.Option("--unit-map", help="小时=wh，可重复 / may be repeated")] = None,
) -> None:
    """导入立案、处置和结案标准（CSV）/ import a case standard."""
    from chengshu.packkit import casestandard

    try:
        conditions = casestandard.read(file.read_bytes())
        for line in casestandard.lines(conditions):
            typer.echo(line)
        named = dict(pair.split("=", 1) for pair in unit_map or [] if "=" in pair)
        casestandard.write(casestandard.catalogue(conditions, prefix, title, named), out)
    except Problem as problem:
        raise _stop(problem) from None
    typer.echo(str(out))


def verify(
    url: Annotated[str | None, typer.Option(help="运行中的城市地址 / address of a running city")] = None,
    data: DataDir = None,
    packs: Annotated[list[Path] | None, typer.Option("--packs", help="应用包目录 / folders of packs")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    all_rows: Annotated[bool, typer.Option("--all", help="列出全部 477 行 / list all rows")] = False,
    lang: Lang = "zh",
) -> None:
    """在运行中的城市上跑验收场景，列出 477 个系统的证明情况 / run the scenarios, print the matrix."""
    from chengshu.cli.home import running_address
    from chengshu.packkit import facade
    from chengshu.runtime.settings import HOUSE

    address = url or running_address(data)
    if not address:
        typer.echo("✗ 没有正在运行的城市；先执行 ./chengshu up，或用 --url 指定 / no running city", err=True)
        raise typer.Exit(1)
    matrix = facade.verify.run(address, packs or [HOUSE / "packs"])
    typer.echo(matrix.as_json() if as_json else matrix.as_text(lang, all_rows=all_rows))
    raise typer.Exit(1 if matrix.counts()["failing"] or not matrix.scenarios else 0)
