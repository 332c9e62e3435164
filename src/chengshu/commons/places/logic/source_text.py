"""Reads a site's files: text to declarations, with every fault named by file, line and field."""

# What a file holds is unknown until it is checked here, and its readers carry no types.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from chengshu.commons.places.errors import SiteInvalid
from chengshu.commons.places.spec import RegionRow

M = TypeVar("M", bound=BaseModel)
REGION_COLUMNS = ("code", "name", "name_en", "aliases", "lon", "lat")
_MOST_FAULTS = 50


def fault(file: str, line: int | None, field: str, detail: str) -> dict[str, Any]:
    """One entry of a problem's `errors`."""
    place = f"{file}:{line}" if line else file
    return {"field": field, "detail": f"{place} {detail}", "file": file, "line": line}


def refuse(faults: Sequence[dict[str, Any]]) -> SiteInvalid:
    """All faults in one problem; its sentence is the first of them."""
    first = faults[0]
    return SiteInvalid(field=first["field"], value=first["detail"], errors=list(faults[:_MOST_FAULTS]))


def read_yaml(text: str, file: str, model: type[M]) -> M:
    """A YAML file as the given model; duplicate and unknown keys are refused."""
    try:
        data: Any = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise refuse([fault(file, line, file, str(error.problem or error))]) from error
    if not isinstance(data, CommentedMap):
        raise refuse([fault(file, 1, file, "a mapping of keys is expected")])
    try:
        return model.model_validate(_plain(data))
    except ValidationError as error:
        raise refuse([_located(data, file, one) for one in error.errors(include_url=False)]) from error


def _plain(data: Any) -> Any:
    """Without the line numbers, so that values are what JSON knows."""
    if isinstance(data, Mapping):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    if isinstance(data, bool | float | int) or data is None:
        return data if isinstance(data, bool) or data is None else float(data) if isinstance(data, float) else int(data)
    return str(data) if isinstance(data, str) else data


def _located(data: CommentedMap, file: str, error: Any) -> dict[str, Any]:
    """Where in the file the validator's complaint lies: the deepest key that exists."""
    line = 1
    here: Any = data
    for step in error["loc"]:
        if isinstance(here, CommentedMap) and step in here:
            line = here.lc.key(step)[0] + 1
            here = here[step]
        elif isinstance(here, CommentedSeq) and isinstance(step, int) and step < len(here):
            line = here.lc.item(step)[0] + 1
            here = here[step]
        else:
            break
    field = ".".join(str(step) for step in error["loc"]) or file
    return fault(file, line, field, f"{field}: {error['msg']}")


def read_regions(text: str, file: str) -> list[RegionRow]:
    """regions.csv: every line a region; a parent stands before its children and no code comes twice."""
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    columns = tuple(lines.fieldnames or ())
    if unknown := [name for name in columns if name not in REGION_COLUMNS]:
        raise refuse([fault(file, 1, str(unknown[0]), f"unknown column {unknown[0]}")])
    if missing := [name for name in ("code", "name") if name not in columns]:
        raise refuse([fault(file, 1, missing[0], f"column {missing[0]} is missing")])
    rows: list[RegionRow] = []
    faults: list[dict[str, Any]] = []
    seen: set[str] = set()
    for line in lines:
        row = _region_row(line, file, lines.line_num, faults)
        if row is None:
            continue
        if row.code in seen:
            faults.append(fault(file, lines.line_num, "code", f"code {row.code} comes twice"))
        elif len(row.code) > 6 and row.code[:-3] not in seen:
            faults.append(fault(file, lines.line_num, "code", f"no region {row.code[:-3]} before {row.code}"))
        seen.add(row.code)
        rows.append(row)
    if not faults and sum(len(row.code) == 6 for row in rows) != 1:
        faults.append(fault(file, 2, "code", "exactly one county (a code of 6 digits) is expected"))
    if faults:
        raise refuse(faults)
    return rows


def _region_row(line: dict[str | None, Any], file: str, number: int, faults: list[dict[str, Any]]) -> RegionRow | None:
    if None in line:
        faults.append(fault(file, number, "code", "more values than columns"))
        return None
    values: dict[str, Any] = {str(key): (value or "").strip() for key, value in line.items()}
    values["aliases"] = tuple(part for part in values.get("aliases", "").split("|") if part)
    values |= {key: values.get(key) or None for key in ("lon", "lat")}
    try:
        return RegionRow.model_validate(values)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            field = ".".join(str(step) for step in one["loc"]) or "code"
            faults.append(fault(file, number, field, f"{field}: {one['msg']}"))
        return None
