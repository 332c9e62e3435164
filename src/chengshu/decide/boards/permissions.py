"""Operations on boards."""

from chengshu.base.operations import Operation

READ = Operation("boards.read", "查看看板", "Look at boards")
ALL: tuple[Operation, ...] = (READ,)
