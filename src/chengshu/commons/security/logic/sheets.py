"""The import workbook's form: its sheets and columns, reading it, and the template people fill."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from chengshu.base.text import L
from chengshu.commons.security.contracts import Fault
from chengshu.commons.security.errors import NotAWorkbook

MOST_ROWS = 20_000
MOST_BYTES_UNPACKED = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    zh: str
    en: str
    needed: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One filled row: its number in the sheet, and its cells as text by column key."""

    row: int
    cells: dict[str, str]


ORGS, PEOPLE = "机构", "人员"
COLUMNS: dict[str, tuple[Column, ...]] = {
    ORGS: (
        Column("code", "编码", "code", True, "小写字母开头，字母、数字、下划线，如 urban_management"),
        Column("name", "名称", "name", True, "单位全称"),
        Column("name_en", "英文名", "name_en"),
        Column("short", "简称", "short"),
        Column("kind", "类型", "kind", True, "县 中心 部门 镇街 村社区 企业"),
        Column("parent", "上级编码", "parent", False, "空白为顶级"),
        Column("region", "区划代码", "region", False, "6、9、12 或 15 位"),
        Column("functions", "职能", "functions", False, "多个用逗号分开，如 water,drainage"),
    ),
    PEOPLE: (
        Column("login", "登录名", "login", True, "一人多岗时分行填写同一登录名"),
        Column("name", "姓名", "name", True),
        Column("phone", "手机", "phone"),
        Column("org", "机构编码", "org", False, "编码或全称；与角色同填或同空"),
        Column("role", "角色", "role", False, "角色标识或名称"),
        Column("region", "区划代码", "region", False, "网格员填网格代码"),
        Column("password", "初始密码", "password", False, "可空；首次登录须修改"),
    ),
}
EN_SHEETS = {"orgs": ORGS, "people": PEOPLE}

HEADER_FAULTS: dict[str, tuple[L, L]] = {
    "sheet_missing": (
        {"zh": "工作簿中没有“机构”或“人员”工作表", "en": "The workbook has neither a sheet 机构 nor 人员"},
        {"zh": "请用模板填写", "en": "Use the template"},
    ),
    "column_missing": (
        {"zh": "缺少必填列", "en": "A needed column is missing"},
        {"zh": "请按模板补上此列", "en": "Add the column as in the template"},
    ),
    "column_unknown": (
        {"zh": "没有这一列", "en": "There is no such column"},
        {"zh": "请按模板更正列名，或删去此列", "en": "Correct its name as in the template, or remove it"},
    ),
    "column_twice": (
        {"zh": "列重复", "en": "The column is there twice"},
        {"zh": "请删去多余的一列", "en": "Remove one of them"},
    ),
    "too_many_rows": (
        {"zh": "行数超过上限", "en": "Too many rows"},
        {
            "zh": f"每个工作表最多 {MOST_ROWS} 行，请分次导入",
            "en": f"At most {MOST_ROWS} rows a sheet; import in parts",
        },
    ),
}


def as_text(value: Any) -> str:
    """A cell as people see it: codes that Excel took for numbers lose no digit and gain no point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def read(data: bytes) -> tuple[dict[str, list[Line]], list[Fault]]:
    """The filled rows of each known sheet, and the faults of its header; raises NotAWorkbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(i.file_size for i in packed.infolist()) > MOST_BYTES_UNPACKED:
                raise NotAWorkbook(field="file", value="> 200 MB")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except NotAWorkbook:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise on a broken file
        raise NotAWorkbook(field="file", value=type(error).__name__) from error
    lines: dict[str, list[Line]] = {}
    faults: list[Fault] = []
    for title in book.sheetnames:
        sheet = EN_SHEETS.get(title.strip().lower(), title.strip())
        if sheet in COLUMNS:
            lines[sheet], found = _sheet(sheet, book[title].iter_rows(values_only=True))
            faults += found
    if not lines:
        faults.append(_fault("sheet_missing", ORGS, 1, "", "、".join(book.sheetnames)))
    return lines, faults


def _fault(key: str, sheet: str, row: int, column: str, value: str) -> Fault:
    detail, remedy = HEADER_FAULTS[key]
    return Fault(sheet, row, column, value, detail, remedy)


def _sheet(sheet: str, rows: Iterator[Sequence[Any]]) -> tuple[list[Line], list[Fault]]:
    header, faults = _header(sheet, next(rows, ()))
    lines: list[Line] = []
    for number, values in enumerate(rows, 2):
        cells = {key: as_text(values[at]) for key, at in header.items() if at < len(values)}
        if not any(cells.values()):
            continue
        if len(lines) == MOST_ROWS:
            faults.append(_fault("too_many_rows", sheet, number, "", str(number)))
            break
        lines.append(Line(number, cells))
    return lines, faults


def _header(sheet: str, names: Sequence[Any]) -> tuple[dict[str, int], list[Fault]]:
    by_name = {name: c for c in COLUMNS[sheet] for name in (c.zh, c.en)}
    places: dict[str, int] = {}
    faults: list[Fault] = []
    for at, raw in enumerate(names):
        name = as_text(raw).rstrip("*＊ ")
        column = by_name.get(name)
        if column is None:
            if name:
                faults.append(_fault("column_unknown", sheet, 1, name, name))
        elif column.key in places:
            faults.append(_fault("column_twice", sheet, 1, column.zh, name))
        else:
            places[column.key] = at
    faults += [_fault("column_missing", sheet, 1, c.zh, "") for c in COLUMNS[sheet] if c.needed and c.key not in places]
    return places, faults


def template(roles: Sequence[tuple[str, str]], kinds: Sequence[str]) -> bytes:
    """The empty workbook with its notes; `roles` are ids with titles and become the list to choose from."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet, columns in COLUMNS.items():
        page = book.create_sheet(sheet)
        page.freeze_panes = "A2"
        for at, column in enumerate(columns, 1):
            cell = page.cell(1, at, column.zh + ("*" if column.needed else ""))
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="DCE6F2")
            letter = cell.column_letter
            page.column_dimensions[letter].width = 18
            # Codes are text: a grid code of 15 digits would lose digits as a number.
            page.column_dimensions[letter].number_format = "@"
    choices = DataValidation(type="list", formula1='"' + ",".join(kinds) + '"', allow_blank=True)
    book[ORGS].add_data_validation(choices)
    choices.add(f"E2:E{MOST_ROWS}")  # pyright: ignore[reportUnknownMemberType]
    notes = book.create_sheet("说明")
    notes.append(["工作表", "列", "必填", "说明"])
    for sheet, columns in COLUMNS.items():
        for column in columns:
            notes.append([sheet, column.zh, "是" if column.needed else "", column.note])
    notes.append([])
    notes.append(["可用角色", "名称"])
    for role, title in roles:
        notes.append([role, title])
    if roles:
        listed = DataValidation(
            type="list", formula1=f"'说明'!$A${notes.max_row - len(roles) + 1}:$A${notes.max_row}", allow_blank=True
        )
        book[PEOPLE].add_data_validation(listed)
        listed.add(f"E2:E{MOST_ROWS}")  # pyright: ignore[reportUnknownMemberType]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
