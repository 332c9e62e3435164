"""What one may be granted in gridwork."""

from chengshu.base.operations import Operation

PATROL = Operation("gridwork.patrol", "巡查签到", "Check in on patrol")

ALL: tuple[Operation, ...] = (PATROL,)
