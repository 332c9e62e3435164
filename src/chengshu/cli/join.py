"""Joins the commands that other rooms bring to the one command line."""

import importlib.util

import typer


def join_commands(app: typer.Typer) -> None:
    """security …, pack …, verify and replay."""
    from chengshu.cli import accounts

    accounts.join(app)
    if importlib.util.find_spec("chengshu.cli.packs"):
        from chengshu.cli import packs

        packs.join(app)
    if importlib.util.find_spec("chengshu.cli.replay"):
        from chengshu.cli import replay

        replay.join(app)
