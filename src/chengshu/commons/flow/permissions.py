"""Operations of flow; moves name operations of the kind's own room."""

from chengshu.base.operations import Operation

READ_FLOWS = Operation("flow.read_flows", "查看流程定义", "See flow definitions")

ALL: tuple[Operation, ...] = (READ_FLOWS,)
