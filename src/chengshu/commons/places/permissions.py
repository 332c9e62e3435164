"""Operations of this room. Seeing regions needs none: names and outlines are public."""

from chengshu.base.operations import Operation

IMPORT = Operation("places.import", "导入区划边界", "Import region outlines")

ALL: tuple[Operation, ...] = (IMPORT,)
