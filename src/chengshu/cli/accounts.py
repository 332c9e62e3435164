"""`chengshu security …`: what only the machine's owner may do to accounts."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from chengshu.base.errors import Problem

security = typer.Typer(help="账号 / accounts", no_args_is_help=True)
DataDir = Annotated[Path | None, typer.Option("--data", help="数据目录 / where the city keeps its data")]


def join(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.add_typer(security, name="security")


@security.callback()
def accounts() -> None:
    """账号 / accounts."""


@security.command("password")
def password(login: str, data: DataDir = None) -> None:
    """设定密码，含三员账号；其会话全部结束 / set anybody's password, also of the three duties; their sessions end."""
    from chengshu.app import open_city
    from chengshu.cli.home import open_home
    from chengshu.commons.security import facade

    # From a pipe or typed unseen: a password on the command line would be read by every process list.
    word = (
        typer.prompt("新密码 / new password", hide_input=True, confirmation_prompt=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\n")
    )
    home = open_home(data)

    async def change() -> None:
        city = await open_city(home.settings, home.url, home.web_url)
        try:
            async with city.db.job_work() as work:
                await facade.set_password(work, login, word)
        finally:
            await city.db.close()

    try:
        asyncio.run(change())
    except Problem as problem:
        body = problem.body("zh")
        typer.echo(f"✗ {body['detail']}\n  → {body.get('remedy', '')}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"✓ {login}")
