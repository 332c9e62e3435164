"""Rows out of CSV and Excel files."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from chengshu.data.resources.contracts import Fault
from chengshu.data.resources.errors import SheetInvalid
from chengshu.data.resources.spec import ResourceSpec

MOST_ROWS = 100_000
MOST_UNPACKED = 200 * 1024 * 1024


def read_sheet(content: bytes, name: str) -> tuple[list[str], list[list[Any]]]:
    """The header and the rows of a CSV or xlsx file."""
    rows = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(content)
    header = [str(cell or "").strip() for cell in next(rows, ())]
    if not any(header):
        raise SheetInvalid(field="file", value=name, why="the first row has no column names", why_zh="首行没有列名")
    body: list[list[Any]] = []
    for row in rows:
        if len(body) >= MOST_ROWS:
            raise SheetInvalid(
                field="file", value=name, why=f"more than {MOST_ROWS} rows", why_zh=f"超过 {MOST_ROWS} 行"
            )
        if any(cell not in (None, "") for cell in row):
            body.append(list(row))
    return header, body


def _csv(content: bytes) -> Iterator[Sequence[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise SheetInvalid(
                field="file", why="neither UTF-8 nor GB 18030", why_zh="不是 UTF-8 或 GB 18030 编码"
            ) from None
    if any(char < " " and char not in "\t\r\n" for char in text[:2000]) or "\x00" in text:
        raise SheetInvalid(field="file", why="it is not text", why_zh="不是文本文件")
    try:
        yield from csv.reader(io.StringIO(text))
    except csv.Error as fault:
        raise SheetInvalid(field="file", why=str(fault), why_zh=str(fault)) from None


def _xlsx(content: bytes) -> Iterator[Sequence[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(item.file_size for item in packed.infolist()) > MOST_UNPACKED:
                raise SheetInvalid(field="file", why="it unpacks to too much", why_zh="解压后过大")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise SheetInvalid(field="file", why="it is no xlsx workbook", why_zh="不是有效的 xlsx 文件") from None
    sheet: Iterable[Sequence[Any]] = book.worksheets[0].iter_rows(values_only=True) if book.worksheets else ()
    yield from sheet


def match_columns(spec: ResourceSpec, header: Sequence[str]) -> tuple[list[str | None], list[Fault]]:
    """Which field each column is, by name or title; a column that is no field is a fault."""
    names: dict[str, str] = {}
    for name, field in spec.live().items():
        for known in (name, field.title.zh, field.title.en):
            if known:
                names[known.lower()] = name
    extra = {"lon", "lat", "经度", "纬度", "region", "所属区域"}
    matched: list[str | None] = []
    faults: list[Fault] = []
    for title in header:
        name = names.get(title.lower()) or (title.lower() if title.lower() in extra else None)
        matched.append(name)
        if title and name is None:
            faults.append(Fault(1, title, title, "没有与此列对应的字段", "no field for this column"))
    return matched, faults


def as_values(spec: ResourceSpec, names: Sequence[str | None], row: Sequence[Any]) -> dict[str, Any]:
    """One row as field values, lon and lat drawn together."""
    cells = {name: cell for name, cell in zip(names, row, strict=False) if name is not None}
    lon, lat = cells.pop("lon", cells.pop("经度", None)), cells.pop("lat", cells.pop("纬度", None))
    region = cells.pop("所属区域", None) or cells.pop("region", None)
    if spec.geometry == "point" and lon not in (None, "") and lat not in (None, ""):
        cells["point"] = {"lon": lon, "lat": lat}
    if spec.scope == "region" and region:
        cells["region"] = str(region)
    return cells
