"""What one may be granted on resources."""

from chengshu.base.operations import Operation

READ = Operation("resources.read", "查看资源数据", "Read resources")
WRITE = Operation("resources.write", "维护资源数据", "Write resources")
IMPORT = Operation("resources.import", "批量导入资源数据", "Import resources in bulk")
SEE_SENSITIVE = Operation("resources.see_sensitive", "查看三级（敏感）字段", "See fields of grade 3")
SEE_CORE = Operation("resources.see_core", "查看四级（核心）字段", "See fields of grade 4")

ALL: tuple[Operation, ...] = (READ, WRITE, IMPORT, SEE_SENSITIVE, SEE_CORE)
