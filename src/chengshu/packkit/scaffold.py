"""Writes the first version of a pack, or of one declaration: it passes the check and says what to change."""

from pathlib import Path

from chengshu.packkit.errors import UnknownKind
from chengshu.packkit.kinds import KINDS

PACK = """\
title: {{zh: {id}, en: {id}}}
description:
  zh: 这个应用包管什么，用一句话写给使用它的部门。
  en: What this pack is for, in one sentence for the office that uses it.
domain: {domain}
version: 0.1.0
owner: center
requires: []
params: {{}}
"""
README = """\
# {id}

用一页写清：谁用、管什么、数据归谁、来源沉默时怎么办。

One page: who uses it, what it covers, who owns the data, what happens when a source falls silent.
"""
SCENARIO = """\
\"\"\"Scenarios of {id}: they act through the public interfaces only.\"\"\"

from chengshu.sdk import CityClient


def test_the_pack_is_installed(city: CityClient) -> None:
    packs = city.sign_in("bureau").get("/api/packs")
    assert "{id}" in {{pack["id"] for pack in packs if pack["state"] == "installed"}}
"""
KIND: dict[str, str] = {
    "resources": """\
title: {{zh: {name}, en: {name}}}
key: [code]
geometry: point
scope: region
label: name
owner: center
grade: 2
fields:
  code: {{type: code, title: {{zh: 编号, en: Code}}, required: true}}
  name: {{type: text, title: {{zh: 名称, en: Name}}, required: true, max: 60}}
  state:
    type: choice
    title: {{zh: 状态, en: State}}
    required: true
    default: good
    options: {{good: {{zh: 完好, en: Good}}, bad: {{zh: 损坏, en: Damaged}}}}
sharing: {{kind: unconditional}}
opening: {{kind: unconditional}}
update: monthly
keep: forever
""",
    "layers": """\
title: {{zh: {name}, en: {name}}}
group: {{zh: 专题, en: Themes}}
resource: {name}
style: {{color: "#1f5fbf", minzoom: 10}}
""",
    "indicators": """\
title: {{zh: {name}, en: {name}}}
unit: 件
grain: [day, dim, key]
sql: select day, dim, key, reported from tallies
definition: {{zh: 写清数的是什么, en: Say what is counted}}
source: {{zh: 写清依据与来源, en: Say where it comes from}}
""",
    "boards": """\
title: {{zh: {name}, en: {name}}}
widgets:
  - {{kind: number, indicator: {name}, w: 3, h: 2}}
""",
    "classes": """\
title: {{zh: {name}, en: {name}}}
groups:
  - code: "9001"
    title: {{zh: 大类, en: Large class}}
    classes:
      - code: "900101"
        title: {{zh: 小类, en: Small class}}
        keywords: [群众会用的词]
        conditions:
          - id: found
            title: {{zh: 立案条件, en: Filing condition}}
            limit: 1wd
            close_when: {{zh: 结案条件, en: Closing test}}
""",
    "cases": """\
title: {{zh: {name}, en: {name}}}
flow: {name}
lead: org:center
""",
    "duties": """\
title: {{zh: {name}, en: {name}}}
duties:
  - {{id: all, classes: [""], lead: org:center}}
""",
    "flows": """\
title: {{zh: {name}, en: {name}}}
kind: case
start: open
states:
  open: {{title: {{zh: 办理中, en: Open}}, stage: handle, work: {{task: handle, holder: center, clock: handle}}}}
  closed: {{title: {{zh: 已办结, en: Closed}}, stage: rate, closed: true, terminal: true}}
tasks:
  handle: {{title: {{zh: 办理, en: Handle}}, handles: true}}
clocks:
  handle: {{title: {{zh: 办理时限, en: Handling}}, limit: 5wd, runs_in: [open], main: true}}
moves:
  close:
    title: {{zh: 办结, en: Close}}
    from: [open]
    to: closed
    by: [center]
    operation: cases.close
    tone: primary
    fields:
      - {{name: result, title: {{zh: 办理结果, en: Result}}, type: textarea, required: true}}
""",
    "messages": """\
title: {{zh: {name}, en: {name}}}
on: cases.changed
match: {{move: [dispatch]}}
to: [lead]
subject: {{zh: "新任务：{{number}}", en: "New task: {{number}}"}}
body: {{zh: "{{title}}", en: "{{title}}"}}
href: /cases/{{id}}
""",
    "roles": """\
{name}:
  title: {{zh: {name}, en: {name}}}
  scope: own_org
  operations: [cases.read]
""",
}


def new_pack(folder: Path, pack_id: str, domain: str) -> list[Path]:
    """A new pack that passes the check."""
    root = folder / pack_id
    files = {
        root / "pack.yaml": PACK.format(id=pack_id, domain=domain),
        root / "README.md": README.format(id=pack_id),
        root / "acceptance" / f"test_{pack_id}.py": SCENARIO.format(id=pack_id),
    }
    return [_write(file, text) for file, text in files.items()]


def new_declaration(pack: Path, kind_id: str, name: str) -> Path:
    """A first declaration of a kind in a pack."""
    kind = next((kind for kind in KINDS if kind.id == kind_id), None)
    if kind is None or kind_id not in KIND:
        raise UnknownKind(field="kind", value=kind_id, known="、".join(KIND))
    text = KIND[kind_id].format(name=name)
    if kind.file is None:
        return _write(pack / kind_id / f"{name}.yaml", text)
    file = pack / kind.file
    before = file.read_text("utf-8") if file.exists() else ""
    file.write_text(before + text, "utf-8")
    return file


def _write(file: Path, text: str) -> Path:
    if file.exists():
        raise FileExistsError(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file
