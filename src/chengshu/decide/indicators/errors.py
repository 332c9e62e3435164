"""What can be wrong with an indicator or a question to it."""

from chengshu.base.errors import Invalid, NotFound


class IndicatorUnknown(NotFound):
    code = "indicators.unknown"
    text = {"zh": "没有指标 {value}", "en": "There is no indicator {value}"}
    remedy = {
        "zh": "请在指标库中选择，或安装声明该指标的应用包",
        "en": "Choose one of the library, or install the pack that declares it",
    }


class DimensionUnknown(Invalid):
    code = "indicators.dimension_unknown"
    text = {"zh": "不能按 {value} 统计", "en": "Cannot count by {value}"}
    remedy = {"zh": "可用：{known}", "en": "Known: {known}"}


class PeriodInvalid(Invalid):
    code = "indicators.period_invalid"
    text = {"zh": "统计期间有误：{value}", "en": "The period is not valid: {value}"}
    remedy = {
        "zh": "起始日不得晚于截止日，且不超过十年",
        "en": "It starts no later than it ends and spans at most ten years",
    }


class SqlRefused(Invalid):
    code = "indicators.sql_refused"
    text = {"zh": "指标的 SQL 不被允许：{why_zh}", "en": "The indicator's SQL is not allowed: {why}"}
    remedy = {
        "zh": "只能写一条只读的 SELECT，取自 tallies 或应用包声明的资源",
        "en": "Write one read-only SELECT over tallies or over declared resources",
    }


class SqlFailed(Invalid):
    code = "indicators.sql_failed"
    text = {"zh": "指标 {value} 计算失败：{why}", "en": "Indicator {value} could not be computed: {why}"}
    remedy = {"zh": "请通知声明该指标的应用包负责人", "en": "Tell the owner of the pack that declares it"}
