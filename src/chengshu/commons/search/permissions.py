"""Operations of search."""

from chengshu.base.operations import Operation

FIND = Operation("search.find", "全局搜索", "Search everything one may see")
ALL: tuple[Operation, ...] = (FIND,)
