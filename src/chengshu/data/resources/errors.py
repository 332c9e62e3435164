"""What can be wrong with resources and their rows."""

from chengshu.base.errors import Conflict, Invalid, NotFound, StaleVersion


class UnknownResource(NotFound):
    code = "resources.unknown"
    text = {"zh": "没有资源：{value}", "en": "No such resource: {value}"}
    remedy = {"zh": "可用资源见 GET /api/resources。", "en": "GET /api/resources lists what there is."}


class UnknownRow(NotFound):
    code = "resources.unknown_row"
    text = {"zh": "没有这条记录：{value}", "en": "No such row: {value}"}
    remedy = {
        "zh": "请核对主键；也可能不在您的数据范围内。",
        "en": "Check the key; it may also lie outside your scope.",
    }


class RowExists(Conflict):
    code = "resources.row_exists"
    text = {"zh": "主键已存在：{value}", "en": "This key is taken: {value}"}
    remedy = {"zh": "请改用更新，或换一个主键。", "en": "Update that row, or use another key."}


class RowStale(StaleVersion):
    code = "resources.row_stale"
    text = {
        "zh": "记录已被他人修改（现为第 {current} 版）",
        "en": "The row has changed (now version {current})",
    }
    remedy = {"zh": "请刷新后再改。", "en": "Read it again, then repeat your change."}


class RowInvalid(Invalid):
    code = "resources.row_invalid"
    text = {"zh": "有 {count} 处填写有误", "en": "{count} values are not valid"}
    remedy = {"zh": "请按所列字段逐项更正。", "en": "Correct the fields listed."}


class GradeTooHigh(Invalid):
    code = "resources.grade_too_high"
    text = {
        "zh": "字段“{field}”已脱敏，不能用于筛选",
        "en": "Field {field} is masked for you and cannot filter",
    }
    remedy = {
        "zh": "请换用其他字段，或申请相应级别权限。",
        "en": "Use another field, or ask for the right to its grade.",
    }


class SheetInvalid(Invalid):
    code = "resources.sheet_invalid"
    text = {"zh": "表格无法读取：{why_zh}", "en": "The sheet cannot be read: {why}"}
    remedy = {
        "zh": "请用 UTF-8 CSV 或 xlsx,首行为列名。",
        "en": "Send UTF-8 CSV or xlsx with column names in row 1.",
    }
