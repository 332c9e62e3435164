"""Operations of this room."""

from chengshu.base.operations import Operation

READ = Operation("places.read", "查看区划与地图", "See regions and maps")
IMPORT = Operation("places.import", "导入区划边界", "Import region outlines")

ALL: tuple[Operation, ...] = (READ, IMPORT)
