"""Kind `messages`: which event is told to whom, in which words."""

from chengshu.commons.messages import facade
from chengshu.commons.messages.spec import MessageSpec
from chengshu.packkit.kind import Kind, installer, remover

MESSAGES = Kind(
    "messages", "消息", "message", MessageSpec,
    install=installer("messages", facade.install), switch_off=remover(facade.remove),
)  # fmt: skip
