"""Export of a list as a workbook: streamed row by row, safe in a spreadsheet, noted in the ledger."""

import datetime as dt
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, LiteralString, cast

from chengshu.base.text import pick
from chengshu.govern.cases import permissions
from chengshu.govern.cases.contracts import CHANNELS, URGENCIES
from chengshu.govern.cases.errors import ExportTooLarge
from chengshu.govern.cases.service.catalog import catalog_of
from chengshu.govern.cases.service.lists import read_filters
from chengshu.govern.cases.service.wording import row_out
from chengshu.govern.cases.store import lists
from chengshu.runtime.database import Work

MOST_ROWS = 50_000
HEAD = (
    ("编号", "Number", "number"), ("标题", "Title", "title"), ("类别", "Class", "class_title"),
    ("状态", "State", "state_title"), ("环节", "Stage", "stage_title"), ("渠道", "Channel", "channel"),
    ("紧急程度", "Urgency", "urgency"), ("镇(街道)", "Town", "town_name"), ("网格", "Grid", "grid"),
    ("地址", "Address", "address"), ("主办单位", "Lead", "lead_name"), ("上报时间", "Reported", "opened_at"),
    ("截止时间", "Due", "due_at"), ("是否超期", "Overdue", "overdue"), ("评价", "Rating", "rating"),
    ("经度", "Lon", "lon"), ("纬度", "Lat", "lat"),
)  # fmt: skip
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: Any) -> Any:
    """A cell that a spreadsheet never takes for a formula; times as local times of the city."""
    if isinstance(value, str):
        kept = "".join(c for c in value if c in "\n\t" or ord(c) >= 32)
        return f"'{kept}" if kept.startswith(DANGEROUS) else kept
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    return value


async def export_cases(work: Work, given: Mapping[str, str | None]) -> Path:
    """A temporary xlsx file of the filtered list; the caller sends and removes it."""
    import openpyxl

    work.require(permissions.EXPORT)
    catalog = await catalog_of(work)
    filters = read_filters(work, given)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("案件" if work.lang == "zh" else "Cases")
    sheet.append([zh if work.lang == "zh" else en for zh, en, _ in HEAD])
    sql, params = lists.export_query(work, filters, MOST_ROWS + 1)
    count = 0
    async with work.conn.cursor(name="cases_export") as cursor:
        cursor.itersize = 1000
        await cursor.execute(cast(LiteralString, sql), params)
        async for row in cursor:
            count += 1
            if count > MOST_ROWS:
                raise ExportTooLarge(value=count, limit=MOST_ROWS)
            shown = row_out(work, catalog, row)
            shown["channel"] = pick(CHANNELS.get(shown["channel"], {"zh": shown["channel"]}), work.lang)
            shown["urgency"] = pick(URGENCIES.get(shown["urgency"], {"zh": shown["urgency"]}), work.lang)
            shown["overdue"] = ("是" if work.lang == "zh" else "yes") if shown["overdue"] else ""
            sheet.append([safe_cell(shown[name]) for _, _, name in HEAD])
    with tempfile.NamedTemporaryFile(prefix="cases-", suffix=".xlsx", delete=False) as handle:
        book.save(handle)
    named = {k: v for k, v in given.items() if v not in (None, "")}
    work.record("cases.export", "cases", {"filters": named, "rows": count})
    return Path(handle.name)
