"""Operations on counters and indicators."""

from chengshu.base.operations import Operation

READ = Operation("indicators.read", "查看指标与统计", "Read indicators and counters")
REBUILD = Operation("indicators.rebuild", "重算统计", "Recount from the cases")
ALL: tuple[Operation, ...] = (READ, REBUILD)
