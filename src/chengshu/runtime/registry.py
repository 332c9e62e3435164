"""One registry class for everything that is looked up by id."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from chengshu.base.errors import NotFound

T = TypeVar("T")


class UnknownId(NotFound):
    code = "registry.unknown_id"
    text = {"zh": "没有名为 {value} 的{kind}", "en": "There is no {kind} named {value}"}
    remedy = {"zh": "现有：{known}", "en": "Known: {known}"}


class Registry(Generic[T]):
    """Things of one kind by id; a second thing of the same id is an error, an unknown id names the known ones."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._items: dict[str, T] = {}

    def add(self, id: str, item: T) -> T:
        if id in self._items:
            raise ValueError(f"{self.kind} {id} is registered twice")
        self._items[id] = item
        return item

    def get(self, id: str) -> T:
        try:
            return self._items[id]
        except KeyError:
            raise UnknownId(value=id, kind=self.kind, known="、".join(sorted(self._items)[:20])) from None

    def find(self, id: str) -> T | None:
        return self._items.get(id)

    def __contains__(self, id: object) -> bool:
        return id in self._items

    def __iter__(self) -> Iterator[T]:
        return iter(self._items.values())

    def ids(self) -> list[str]:
        return list(self._items)
