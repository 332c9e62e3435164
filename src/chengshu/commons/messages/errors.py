"""What can be wrong with a message."""

from chengshu.base.errors import NotFound


class MessageUnknown(NotFound):
    code = "messages.unknown"
    text = {"zh": "收件箱中没有消息 {value}", "en": "There is no message {value} in your inbox"}
    remedy = {"zh": "请刷新收件箱", "en": "Reload your inbox"}
