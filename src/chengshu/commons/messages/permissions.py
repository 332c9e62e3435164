"""Operations on messages. Reading one's own inbox needs no more than a session of staff."""

from chengshu.base.operations import Operation

READ = Operation("messages.read", "查看本人消息", "Read one's own messages")
WATCH = Operation("messages.watch", "查看外发消息队列", "Watch what leaves the house")
ALL: tuple[Operation, ...] = (READ, WATCH)
