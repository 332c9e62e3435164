"""The command line: up, test, check, verify, bench, and the care of a running city. Heavy imports wait for their command."""

from pathlib import Path
from typing import Annotated

import typer

from chengshu.base.geo import Datum

app = typer.Typer(
    name="chengshu", help="城枢：县级市运行平台 / the platform a county runs on", no_args_is_help=True,
    pretty_exceptions_enable=False, add_completion=False,
)  # fmt: skip
ledger = typer.Typer(help="审计链 / the audit chain", no_args_is_help=True)
places = typer.Typer(help="区划与网格 / regions and grids", no_args_is_help=True)
app.add_typer(ledger, name="ledger")
app.add_typer(places, name="places")

DataDir = Annotated[Path | None, typer.Option("--data", help="数据目录 / where the city keeps its data")]


@app.command("up")
def run_up(
    data: DataDir = None,
    port: Annotated[int | None, typer.Option(help="端口 / port")] = None,
    site: Annotated[Path | None, typer.Option(help="县（市）配置目录 / the county's own choices")] = None,
    county: Annotated[str | None, typer.Option(help="六位区划代码，按需获取 / any county by its code")] = None,
    empty: Annotated[
        bool, typer.Option("--empty", help="不要演示人员与模拟 / no demo people, no simulated life")
    ] = False,
    open_browser: Annotated[bool, typer.Option("--open", help="打开浏览器 / open the browser")] = False,
) -> None:
    """建立并运行一座城市 / set up and run a city."""
    from chengshu.cli import up as command

    raise typer.Exit(
        command.run(data=data, port=port, site=site, county=county, empty=empty, open_browser=open_browser)
    )


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(context: typer.Context) -> None:
    """运行全部测试；其余参数交给 pytest / run every test; other arguments go to pytest."""
    from chengshu.cli import quality

    raise typer.Exit(quality.test(context.args))


@app.command()
def check(fix: Annotated[bool, typer.Option("--fix", help="自动修复 / mend what can be")] = False) -> None:
    """代码规范、类型与楼层 / linters, types and the floors."""
    from chengshu.cli import quality

    raise typer.Exit(quality.check(fix=fix))


@app.command()
def build() -> None:
    """构建界面 / build the UI."""
    from chengshu.cli import node

    raise typer.Exit(node.build(force=True))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(context: typer.Context, name: str = typer.Argument("list")) -> None:
    """测量：bench NAME [--quick] / measure."""
    from chengshu.cli import quality

    raise typer.Exit(quality.bench(name, context.args))


@app.command()
def lock() -> None:
    """更新依赖锁 / renew the lock files."""
    from chengshu.cli import quality

    raise typer.Exit(quality.lock())


@app.command("serve", hidden=True)
def run_serve(role: str, fd: int | None = None) -> None:
    """One process of the tree that `up` keeps: web or worker."""
    from chengshu.cli import serve as command

    command.run(role, fd)


@ledger.command("verify")
def ledger_verify(data: DataDir = None) -> None:
    """核验审计链，指出第一条被改动的记录 / verify the chain; names the first broken record."""
    from chengshu.cli import care

    raise typer.Exit(care.verify_ledger(data))


@places.command("import")
def places_import(
    file: Path,
    level: Annotated[int, typer.Option(help="2 镇街 3 村居 4 网格")] = 4,
    datum: Annotated[Datum, typer.Option(help="cgcs2000 | gcj02 | bd09")] = "cgcs2000",
    code_field: Annotated[str, typer.Option(help="编码字段 / field of the code")] = "code",
    name_field: Annotated[str, typer.Option(help="名称字段 / field of the name")] = "name",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查 / only check")] = False,
    data: DataDir = None,
) -> None:
    """用真实边界（GeoJSON、Shapefile）替换示意边界 / replace generated outlines by real ones."""
    from chengshu.cli import care

    raise typer.Exit(care.import_places(file, level, datum, code_field, name_field, dry_run=dry_run, data=data))


def main() -> None:
    """Run the command line with the rooms' own commands joined."""
    from chengshu.cli.join import join_commands

    join_commands(app)
    app()
