"""Care of a city from the command line: the audit chain, and real outlines for generated ones."""

import asyncio
from pathlib import Path

from rich.console import Console
from rich.table import Table

from chengshu.base.geo import Datum
from chengshu.cli.home import open_home

console = Console(highlight=False)


def verify_ledger(data: Path | None) -> int:
    """0 when the chain is whole, 1 with the first broken record named."""
    from chengshu.commons.ledger.facade import verify_chain
    from chengshu.runtime.database import Database

    home = open_home(data)

    async def verify() -> int:
        db = Database(home.url)
        await db.open()
        try:
            report = await verify_chain(db, home.settings.keys_dir)
        finally:
            await db.close()
        console.print(report.say("zh"))
        return 0 if report.whole else 1

    return asyncio.run(verify())


def import_places(
    file: Path, level: int, datum: Datum, code_field: str, name_field: str, *, dry_run: bool, data: Path | None
) -> int:
    """Import outlines and list every fault; 1 when there are any."""
    from chengshu.app import open_city
    from chengshu.commons.places.facade import import_outlines

    home = open_home(data)

    async def bring() -> int:
        city = await open_city(home.settings, home.url)
        try:
            async with city.db.job_work() as work:
                report = await import_outlines(
                    work,
                    file,
                    level=level,
                    datum=datum,
                    code_field=code_field,
                    name_field=name_field,
                    dry_run=dry_run,
                )
        finally:
            await city.db.close()
        table = Table("要素", "字段", "值", "问题", "办法")
        for fault in report.faults:
            table.add_row(str(fault.row), fault.field or "", fault.value or "", fault.detail, fault.remedy)
        if report.faults:
            console.print(table)
        console.print(report.summary)
        return 1 if report.faults else 0

    return asyncio.run(bring())
