"""List and form screens derived from a declaration."""

from typing import Any

from chengshu.base.text import pick
from chengshu.data.resources.spec import FieldSpec, ResourceSpec

MOST_COLUMNS = 8
FORM = {
    "text": "text", "code": "text", "phone": "text", "id_card": "text", "ref": "text", "choice": "select",
    "integer": "integer", "decimal": "number", "boolean": "boolean", "date": "date", "datetime": "datetime",
}  # fmt: skip


def screen(spec: ResourceSpec) -> dict[str, Any]:
    """Columns, filters and form, as declared or as the fields suggest."""
    names = list(spec.live())
    columns = spec.screen.columns or names[:MOST_COLUMNS]
    filters = spec.screen.filters or [n for n in names if spec.fields[n].type in ("choice", "boolean")][:4]
    form = [{"name": n, "control": FORM[spec.fields[n].type]} for n in names]
    if spec.shape:
        form.append({"name": spec.shape, "control": "place" if spec.geometry == "point" else "shape"})
    return {"columns": columns, "filters": filters, "form": form}


def describe(name: str, field: FieldSpec, spec: ResourceSpec, lang: str) -> dict[str, Any]:
    """A field as screens need it."""
    return {
        "name": name,
        "title": pick(field.title.model_dump(), lang),
        "type": field.type,
        "required": field.required,
        "pattern": field.pattern,
        "min": field.min,
        "max": field.max,
        "options": [
            {"value": value, "title": pick(title.model_dump(), lang)} for value, title in (field.options or {}).items()
        ],
        "grade": spec.grade_of(name),
        "unit": field.unit,
        "ref": field.ref,
        "help": pick(field.help.model_dump(), lang) if field.help else "",
    }
