"""JSON Schemas of all declarations, for editors."""

import json
from pathlib import Path
from typing import Any

from chengshu.packkit.kinds import KINDS
from chengshu.packkit.manifest import Manifest


def schemas() -> dict[str, dict[str, Any]]:
    """A schema for pack.yaml and for every kind, by file name."""
    made = {"pack": Manifest.model_json_schema(by_alias=True)}
    for kind in KINDS:
        schema = kind.model.model_json_schema(by_alias=True)
        if kind.file is not None:
            defs = schema.pop("$defs", {})
            schema = {"type": "object", "additionalProperties": schema, "$defs": defs}
        made[kind.id] = {**schema, "title": f"{kind.zh} {kind.en}"}
    for name, schema in made.items():
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        schema["$id"] = f"urn:chengshu:schema:{name}"
    return made


def write_schemas(folder: Path) -> list[Path]:
    """Write all schemas into a folder, with the settings that make VS Code use them."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, schema in schemas().items():
        file = folder / f"{name}.schema.json"
        file.write_text(json.dumps(schema, ensure_ascii=False, indent=1) + "\n", "utf-8")
        written.append(file)
    patterns = {f"{kind.id}.schema.json": kind.file or f"**/{kind.id}/*.yaml" for kind in KINDS}
    patterns["pack.schema.json"] = "pack.yaml"
    settings = {"yaml.schemas": {f"./{name}": pattern for name, pattern in patterns.items()}}
    (folder / "settings.json").write_text(json.dumps(settings, indent=1) + "\n", "utf-8")
    return written
