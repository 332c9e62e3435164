"""What can be wrong with a board."""

from chengshu.base.errors import NotFound


class BoardUnknown(NotFound):
    code = "boards.unknown"
    text = {"zh": "没有看板 {value}", "en": "There is no board {value}"}
    remedy = {
        "zh": "请在看板列表中选择，或安装声明该看板的应用包",
        "en": "Choose one of the list, or install the pack that declares it",
    }
