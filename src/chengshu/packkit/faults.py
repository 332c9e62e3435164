"""What pydantic finds, said with file, line, field and remedy in both languages."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from chengshu.packkit.contracts import Document, Finding, Step


def findings(document: Document, root: Step, model: type[BaseModel], fault: ValidationError) -> Iterator[Finding]:
    """Every error of a validation as a finding."""
    for error in fault.errors(include_url=False):
        yield _finding(document, root, model, error)


def _finding(document: Document, root: Step, model: type[BaseModel], error: ErrorDetails) -> Finding:
    step = (*root, *(_in_document(document.data, root, error["loc"])))
    zh, en, remedy_zh, remedy_en = _say(model, error)
    dotted = ".".join(str(part) for part in step)
    return Finding(document.shown, document.line(step), dotted, zh, en, remedy_zh, remedy_en)


def _in_document(document: Any, root: Step, loc: Iterable[str | int]) -> Iterator[str | int]:
    """The steps of an error's place that are really in the file: pydantic also names union arms."""
    data: Any = document
    for part in root:
        data = data[part]
    for part in loc:
        if (isinstance(data, Mapping) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        ):
            data = cast(Any, data)[part]
            yield part
        elif isinstance(data, Mapping) and isinstance(part, str) and data is not None:
            yield part


def _keys(model: type[BaseModel]) -> set[str]:
    """Every key that may stand anywhere in a declaration of this model."""
    schema = model.model_json_schema(by_alias=True)
    found: set[str] = set()
    for part in (schema, *schema.get("$defs", {}).values()):
        found |= set(part.get("properties", {}))
    return found


def _say(model: type[BaseModel], error: ErrorDetails) -> tuple[str, str, str, str]:
    name = str(error["loc"][-1]) if error["loc"] else ""
    given = str(error.get("input"))[:60]
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            near = difflib.get_close_matches(name, _keys(model), n=1)
            zh, en = (f"是否想写 {near[0]}?", f"did you mean {near[0]}?") if near else ("请删除此键", "Remove the key")
            return f"未知的键“{name}”", f"unknown key '{name}'", zh, en
        case "missing":
            return f"缺少键“{name}”", f"key '{name}' is missing", f"请补上 {name}", f"Add {name}"
        case "literal_error" | "enum":
            wanted = str(context.get("expected", ""))
            return f"“{given}”不是允许的值", f"'{given}' is not allowed", f"应为 {wanted}", f"Use {wanted}"
        case "string_pattern_mismatch":
            wanted = str(context.get("pattern", ""))
            return (
                f"“{given}”格式不符",
                f"'{given}' does not fit",
                f"应符合 {wanted}",
                f"It must match {wanted}",
            )
        case "value_error":
            said = str(error["msg"]).removeprefix("Value error, ")
            return said, said, "请按说明修改", "Change it as told"
        case _:
            return (
                f"“{given}”有误：{error['msg']}",
                f"'{given}': {error['msg']}",
                "请按类型改写",
                "Give a value of that type",
            )
