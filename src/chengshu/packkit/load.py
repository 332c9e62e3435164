"""From folders to packs: every file is read, put to its kind, checked against its model."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from chengshu.packkit import faults, source
from chengshu.packkit.contracts import Declaration, Document, Finding, Pack, Step
from chengshu.packkit.errors import PackBroken, UnknownPack
from chengshu.packkit.kind import Kind
from chengshu.packkit.kinds import KINDS
from chengshu.packkit.manifest import Manifest
from chengshu.packkit.source import SourceBroken

# folders and files of a pack that hold no declarations
BESIDES = {"acceptance", "code", "samples", "README.md", "README.en.md", "quality.yaml", "pack.yaml", "i18n", "docs"}
NAME_RULE = ("文件名应为小写字母、数字与下划线", "a file name has small letters, digits and underscores")
Parameters = Mapping[str, Mapping[str, Any]]


def find_packs(paths: Iterable[Path]) -> list[Path]:
    """Every folder with a pack.yaml under the given folders."""
    found = {file.parent.resolve() for path in paths for file in Path(path).rglob("pack.yaml")}
    return sorted(found)


def digest_of(path: Path) -> str:
    """The hash of everything in a pack that is installed."""
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path)
        if file.is_file() and inside.parts[0] not in ("acceptance", "docs") and "__pycache__" not in inside.parts:
            digest.update(str(inside).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def read_pack(path: Path, parameters: Parameters | None = None) -> tuple[Pack | None, list[Finding]]:
    """Read one pack with everything that is wrong with it; None when its head cannot be read."""
    found: list[Finding] = []
    manifest = _manifest(path, found)
    if manifest is None:
        return None, found
    given = (parameters or {}).get(path.name, {})
    params = _params(path, manifest, given, found)
    declarations: list[Declaration] = []
    for kind in KINDS:
        declarations += _read_kind(path, kind, params, found)
    found += _strangers(path)
    samples = _samples(path, found)
    digest = hashlib.sha256(f"{digest_of(path)}{sorted(params.items())}".encode()).hexdigest()
    return Pack(path.name, path, manifest, digest, params, tuple(declarations), samples), found


def _manifest(path: Path, found: list[Finding]) -> Manifest | None:
    shown = f"{path.name}/pack.yaml"
    if not path.name.isidentifier() or not path.name.islower():
        found.append(
            Finding(shown, 1, "", f"包名“{path.name}”：{NAME_RULE[0]}", f"pack name '{path.name}': {NAME_RULE[1]}")
        )
    try:
        document = source.read(path / "pack.yaml", shown)
    except SourceBroken as broken:
        found.append(broken.finding)
        return None
    manifest = _validate(document, (), Manifest, document.data, found)
    return manifest if isinstance(manifest, Manifest) else None


def _validate(
    document: Document, root: Step, model: type[BaseModel], data: Any, found: list[Finding]
) -> BaseModel | None:
    try:
        return model.model_validate(data)
    except ValidationError as fault:
        found.extend(faults.findings(document, root, model, fault))
        return None


def _params(path: Path, manifest: Manifest, given: Mapping[str, Any], found: list[Finding]) -> dict[str, Any]:
    values = {name: param.default for name, param in manifest.params.items()}
    for name, value in given.items():
        param = manifest.params.get(name)
        fault = f"no such param in {path.name}" if param is None else param.fault(value)
        if fault:
            known = "、".join(manifest.params) or "-"
            found.append(Finding("site.yaml", 1, f"parameters.{path.name}.{name}", f"参数值有误：{fault}", fault,
                                 f"可用参数：{known}", f"Known params: {known}"))  # fmt: skip
        else:
            values[name] = value
    return values


def _read_kind(path: Path, kind: Kind, params: Mapping[str, Any], found: list[Finding]) -> Iterator[Declaration]:
    if kind.file is not None:
        file = path / kind.file
        if file.exists() and (document := _document(path, file, params, found)) is not None:
            yield from _many(path, kind, document, found)
        return
    folder = path / kind.id
    for file in sorted(folder.glob("*")) if folder.is_dir() else ():
        shown = f"{path.name}/{kind.id}/{file.name}"
        if file.suffix != ".yaml" or not file.stem.isidentifier() or not file.stem.islower():
            found.append(Finding(shown, 1, "", f"文件名不合规：{NAME_RULE[0]}", f"bad file name: {NAME_RULE[1]}",
                                 "声明文件应为 <id>.yaml", "A declaration is <id>.yaml"))  # fmt: skip
            continue
        if (document := _document(path, file, params, found)) is None:
            continue
        spec = _validate(document, (), kind.model, document.data, found)
        if spec is not None:
            yield Declaration(kind.id, path.name, file.stem, document, spec)


def _document(path: Path, file: Path, params: Mapping[str, Any], found: list[Finding]) -> Document | None:
    try:
        return source.read(file, f"{path.name}/{file.relative_to(path).as_posix()}", params)
    except SourceBroken as broken:
        found.append(broken.finding)
        return None


def _many(path: Path, kind: Kind, document: Document, found: list[Finding]) -> Iterator[Declaration]:
    if not isinstance(document.data, dict):
        found.append(Finding(document.shown, 1, "", "应为“id: 内容”的映射", "a mapping of id to content expected"))
        return
    for name, body in document.data.items():
        spec = _validate(document, (name,), kind.model, body, found)
        if spec is not None:
            yield Declaration(kind.id, path.name, name, document, spec, (name,))


def _strangers(path: Path) -> Iterator[Finding]:
    known = BESIDES | {kind.file or kind.id for kind in KINDS}
    for entry in sorted(path.iterdir()):
        if entry.name not in known and not entry.name.startswith((".", "__")):
            shown = "、".join(sorted(kind.file or f"{kind.id}/" for kind in KINDS))
            yield Finding(f"{path.name}/{entry.name}", 1, "", "应用包中没有这种文件或文件夹", "a pack has no such file or folder",
                          f"可用：{shown}", f"Known: {shown}")  # fmt: skip


def _samples(path: Path, found: list[Finding]) -> dict[str, list[Mapping[str, Any]]]:
    rows: dict[str, list[Mapping[str, Any]]] = {}
    folder = path / "samples"
    for file in sorted(folder.glob("*")) if folder.is_dir() else ():
        shown = f"{path.name}/samples/{file.name}"
        if file.suffix == ".csv":
            rows[file.stem] = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
        elif file.suffix == ".yaml" and (document := _document(path, file, {}, found)) is not None:
            rows[file.stem] = document.data if isinstance(document.data, list) else []
        else:
            found.append(
                Finding(shown, 1, "", "样例应为 <资源>.csv 或 <资源>.yaml", "samples are <resource>.csv or .yaml")
            )
    return rows


def in_order(packs: Sequence[Pack]) -> list[Pack]:
    """Packs so that each comes after those it requires."""
    by_id = {pack.id: pack for pack in packs}
    ordered: dict[str, Pack] = {}
    path: list[str] = []

    def visit(pack: Pack) -> None:
        if pack.id in ordered:
            return
        if pack.id in path:
            _broken(
                [
                    Finding(
                        f"{pack.id}/pack.yaml",
                        1,
                        "requires",
                        f"循环依赖：{' → '.join(path)}",
                        f"circular: {' → '.join(path)}",
                    )
                ]
            )
        path.append(pack.id)
        for needed in pack.manifest.requires:
            if needed not in by_id:
                raise UnknownPack(field=f"{pack.id}.requires", value=needed, known="、".join(sorted(by_id)))
            visit(by_id[needed])
        path.pop()
        ordered[pack.id] = pack

    for pack in packs:
        visit(pack)
    return list(ordered.values())


def _broken(found: Sequence[Finding]) -> None:
    errors = [{"file": f.file, "line": f.line, "field": f.field, "detail": f.text("zh")} for f in found]
    raise PackBroken(
        field=found[0].file, errors=errors, count=len(found), first_zh=found[0].text("zh"), first=found[0].text("en")
    )


def load_packs(paths: Iterable[Path], parameters: Parameters | None = None) -> list[Pack]:
    """Every pack under the folders, in the order of what they require; raises with all errors."""
    packs: list[Pack] = []
    found: list[Finding] = []
    for path in find_packs(paths):
        pack, wrong = read_pack(path, parameters)
        found += [finding for finding in wrong if finding.level == "error"]
        if pack is not None:
            packs.append(pack)
    if found:
        _broken(found)
    return in_order(packs)


def with_parameters(packs: Sequence[Pack], parameters: Parameters) -> list[Pack]:
    """The packs read again with a site's values, where the site gives any."""
    chosen: list[Pack] = []
    found: list[Finding] = []
    for pack in packs:
        fresh, wrong = read_pack(pack.path, parameters) if parameters.get(pack.id) else (pack, [])
        found += [finding for finding in wrong if finding.level == "error"]
        chosen.append(fresh or pack)
    if found:
        _broken(found)
    return chosen
