"""From a declared resource to its tables, and from an old declaration to a new one."""

from collections.abc import Iterator

from chengshu.data.resources.contracts import Change, Resource
from chengshu.data.resources.spec import FieldSpec, ResourceSpec

COLUMN = {
    "text": "text", "choice": "text", "ref": "text", "phone": "text", "id_card": "text", "code": "text",
    "integer": "bigint", "decimal": "numeric", "boolean": "boolean", "date": "date", "datetime": "timestamptz",
}  # fmt: skip
EXPRESSION = {
    "bigint": "number", "numeric": "number", "text": "text", "boolean": "boolean", "date": "date",
    "timestamptz": "datetime",
}  # fmt: skip
# what may grow into what without losing a value
WIDER = {
    ("bigint", "numeric"),
    ("bigint", "text"),
    ("numeric", "text"),
    ("date", "timestamptz"),
    ("date", "text"),
}
LONGEST_TABLE = 57


def column(field: FieldSpec) -> str:
    """The PostgreSQL type of a field."""
    return COLUMN[field.type]


def quote(name: str) -> str:
    """A declared name as an SQL identifier; the spec admits only small letters, digits and underscores."""
    return f'"{name}"'


def create(resource: Resource) -> tuple[str, ...]:
    """The statements that make a resource's tables, indexes, rights and policies."""
    spec, table = resource.spec, resource.table
    fields = "".join(f",\n  {quote(name)} {column(field)}" for name, field in spec.fields.items())
    scope = {"region": ",\n  _region ltree not null", "org": ",\n  _org ltree not null", None: ""}[spec.scope]
    shape = ",\n  _shape jsonb,\n  _place box" if spec.geometry else ""
    statements = [
        f"create table res.{table} (\n  _id bigint generated always as identity primary key,\n"
        f"  _key text not null constraint {table}_key unique,\n  _version int not null default 1,\n"
        f"  _from timestamptz not null,\n  _by bigint not null{scope}{shape}{fields}\n)",
        f"create table res.{table}__past (_until timestamptz not null, _ended_by bigint, like res.{table})",
        f"create index {table}__past_key on res.{table}__past (_key, _version)",
        f"create trigger keep_past after update or delete on res.{table}"
        " for each row execute function data.resource_keep_past()",
        f"create index {table}_search on res.{table} using gin ({_searched(spec)})",
        f"grant select, insert, update, delete on res.{table} to chengshu_web, chengshu_worker",
        f"grant select on res.{table}__past to chengshu_web, chengshu_worker",
    ]
    if spec.geometry:
        statements.append(f"create index {table}_place on res.{table} using gist (_place)")
    statements += _policies(table, spec)
    return tuple(statements)


def _searched(spec: ResourceSpec) -> str:
    columns = ["_key gin_trgm_ops"]
    if spec.label and column(spec.fields[spec.label]) == "text":
        columns.append(f"{quote(spec.label)} gin_trgm_ops")
    return ", ".join(columns)


def _policies(table: str, spec: ResourceSpec) -> list[str]:
    seen = {
        "region": "_region <@ any ((select commons.my_regions())::ltree[])",
        "org": "_org <@ any ((select commons.my_orgs())::ltree[])",
        None: "true",
    }[spec.scope]
    made: list[str] = []
    for name in (table, f"{table}__past"):
        made.append(f"alter table res.{name} enable row level security")
        made.append(f"create policy seen on res.{name} to chengshu_web using ({seen})")
        made.append(f"create policy worker on res.{name} to chengshu_worker using (true)")
    index = {"region": "_region", "org": "_org", None: None}[spec.scope]
    if index:
        made.append(f"create index {table}_scope on res.{table} using gist ({index})")
    return made


def plan(resource: Resource, old: ResourceSpec | None) -> list[Change]:
    """What installing this declaration does to the tables; a destructive step is refused with the way out."""
    if len(resource.table) > LONGEST_TABLE:
        return [_refused(resource.id, f"表名超过 {LONGEST_TABLE} 个字符，请缩短包名或资源名",
                         f"table name longer than {LONGEST_TABLE} characters; shorten the pack or resource name")]  # fmt: skip
    if old is None:
        zh = f"新建表 res.{resource.table}（{len(resource.spec.fields)} 个字段）及其历史表"
        en = f"create table res.{resource.table} ({len(resource.spec.fields)} fields) with its history"
        return [Change("create_table", resource.id, zh, en, sql=create(resource))]
    return [*_shape_changes(resource, old), *_field_changes(resource, old)]


def _refused(subject: str, zh: str, en: str) -> Change:
    return Change("refuse", subject, zh, en, refused=True)


def _shape_changes(resource: Resource, old: ResourceSpec) -> Iterator[Change]:
    new = resource.spec
    for name in ("key", "geometry", "scope"):
        if getattr(new, name) != getattr(old, name):
            yield _refused(
                f"{resource.id}.{name}",
                f"不能修改 {name};请另建资源并导入数据",
                f"{name} cannot change; declare a new resource and import the data",
            )


def _field_changes(resource: Resource, old: ResourceSpec) -> Iterator[Change]:
    for name, was in old.fields.items():
        if name not in resource.spec.fields:
            yield _refused(
                f"{resource.id}.{name}",
                f"字段 {name} 不能删除；请保留声明并写 retired: true，数据与历史会留存",
                f"field {name} cannot be dropped; keep it and write retired: true, data and history stay",
            )
            continue
        yield from _column_changes(resource, name, was)
    for name, field in resource.spec.fields.items():
        if name not in old.fields:
            yield _added(resource, name, field)


def _added(resource: Resource, name: str, field: FieldSpec) -> Change:
    tables = (resource.table, f"{resource.table}__past")
    sql = tuple(f"alter table res.{table} add column {quote(name)} {column(field)}" for table in tables)
    zh, en = f"增加字段 {name}({field.title.zh}),可为空", f"add nullable field {name}"
    return Change("add_column", f"{resource.id}.{name}", zh, en, sql=sql)


def _column_changes(resource: Resource, name: str, was: FieldSpec) -> Iterator[Change]:
    field = resource.spec.fields[name]
    before, after = column(was), column(field)
    subject = f"{resource.id}.{name}"
    if before == after:
        if was.retired != field.retired:
            zh, en = ("停用", "retire") if field.retired else ("重新启用", "use again")
            yield Change("retire_field", subject, f"{zh}字段 {name}", f"{en} field {name}")
    elif (before, after) in WIDER:
        tables = (resource.table, f"{resource.table}__past")
        sql = tuple(f"alter table res.{t} alter column {quote(name)} type {after}" for t in tables)
        zh, en = f"字段 {name} 由 {before} 放宽为 {after}", f"widen field {name} from {before} to {after}"
        yield Change("widen_column", subject, zh, en, sql=sql)
    else:
        yield _refused(
            subject,
            f"字段 {name} 不能由 {was.type} 改为 {field.type}；请新增字段，并将旧字段写为 retired: true",
            f"field {name} cannot change from {was.type} to {field.type}; add a new field and retire this one",
        )


def drop(resource: Resource) -> tuple[str, ...]:
    """The statements that throw a resource's data away."""
    return (f"drop table if exists res.{resource.table}, res.{resource.table}__past",)
