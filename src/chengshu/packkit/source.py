"""YAML as packs are written: version 1.2, no duplicate keys, and every line known."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from chengshu.packkit.contracts import Document, Finding, Step

LARGEST = 4 * 1024 * 1024
MOST_NODES = 200_000  # anchors may repeat parts, but not without end
PARAM = re.compile(r"\$\{([a-z][a-z0-9_]*)\}")


class SourceBroken(Exception):
    """A file cannot be read; carries its finding."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.text())


def read(path: Path, shown: str, params: Mapping[str, Any] | None = None) -> Document:
    """Read one file, putting parameter values where it says `${name}`."""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise SourceBroken(
            _plain(
                shown,
                f"无法读取：{fault}",
                f"cannot be read: {fault}",
                "请存为 UTF-8 文本",
                "Save it as UTF-8 text",
            )
        ) from fault
    if len(raw) > LARGEST:
        raise SourceBroken(_plain(shown, "文件超过 4 MB", "larger than 4 MB", "请拆成多个声明", "Split it"))
    return parse(text, path, shown, params)


def _plain(shown: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> Finding:
    return Finding(shown, 1, "", zh, en, remedy_zh, remedy_en)


def parse(text: str, path: Path, shown: str, params: Mapping[str, Any] | None = None) -> Document:
    """Read YAML text."""
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        line = mark.line + 1 if mark else 1
        said = fault.problem or fault.context or "not YAML"
        finding = Finding(
            shown,
            line,
            "",
            f"不是合法的 YAML:{said}",
            f"not valid YAML: {said}",
            "请检查缩进与引号",
            "Check indents and quotes",
        )
        raise SourceBroken(finding) from fault
    except (YAMLError, ValueError, RecursionError) as fault:
        raise SourceBroken(_plain(shown, f"不是合法的 YAML:{fault}", f"not valid YAML: {fault}", "", "")) from fault
    builder = _Builder(shown, params or {})
    data = builder.build(node, ()) if node is not None else {}
    return Document(path, shown, data, builder.lines)


class _Builder:
    """Turns nodes into plain data, noting lines."""

    def __init__(self, shown: str, params: Mapping[str, Any]) -> None:
        self.shown = shown
        self.params = params
        self.lines: dict[Step, int] = {}
        self.built = 0

    def build(self, node: Node, step: Step) -> Any:
        self.lines.setdefault(step, node.start_mark.line + 1)
        self.built += 1
        if self.built > MOST_NODES:
            raise self._broken(node, step, "内容过多", "too much content", "请拆成多个声明", "Split it")
        if isinstance(node, MappingNode):
            return self._mapping(node, step)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*step, at)) for at, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return self._scalar(node, step)

    def _broken(self, node: Node, step: Step, zh: str, en: str, remedy_zh: str, remedy_en: str) -> SourceBroken:
        dotted = ".".join(str(part) for part in step)
        return SourceBroken(Finding(self.shown, node.start_mark.line + 1, dotted, zh, en, remedy_zh, remedy_en))

    def _mapping(self, node: MappingNode, step: Step) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            inner = (*step, key)
            if key in built:
                first = self.lines[inner]
                raise self._broken(key_node, inner, f"键“{key}”重复（首见于第 {first} 行）",
                                   f"key '{key}' is given twice (first in line {first})", "请合并或改名", "Merge or rename")  # fmt: skip
            self.lines[inner] = key_node.start_mark.line + 1
            built[key] = self.build(value_node, inner)
        return built

    def _scalar(self, node: ScalarNode, step: Step) -> Any:
        text = str(node.value)
        kind = str(node.tag).rsplit(":", 1)[-1]
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind in ("int", "float"):
            return self._number(node, step, text, kind)
        return self._substitute(node, step, text)

    def _number(self, node: ScalarNode, step: Step, text: str, kind: str) -> Any:
        if re.fullmatch(r"0\d+", text):
            return text  # codes like 01 are texts, as a person means them
        try:
            return int(text.replace("_", ""), 0) if kind == "int" else float(text.replace("_", ""))
        except ValueError:
            raise self._broken(
                node, step, f"“{text}”不是数字", f"'{text}' is not a number", "请加引号", "Quote it"
            ) from None

    def _substitute(self, node: ScalarNode, step: Step, text: str) -> Any:
        def value(name: str) -> Any:
            if name not in self.params:
                known = "、".join(self.params) or "-"
                raise self._broken(
                    node,
                    step,
                    f"没有参数 {name}",
                    f"there is no param {name}",
                    f"请在 pack.yaml 的 params 中声明；已有：{known}",
                    f"Declare it under params in pack.yaml; known: {known}",
                )
            return self.params[name]

        whole = PARAM.fullmatch(text)
        if whole:
            return value(whole[1])
        return PARAM.sub(lambda match: str(value(match[1])), text)
