"""What can go wrong with packs."""

from chengshu.base.errors import Conflict, Invalid, NotFound


class PackBroken(Invalid):
    """A pack has findings of level error; they are listed."""

    code = "packs.broken"
    text = {
        "zh": "应用包有 {count} 处错误，首个：{first_zh}",
        "en": "The packs have {count} errors, the first: {first}",
    }
    remedy = {
        "zh": "运行 chengshu pack check 查看全部。",
        "en": "Run chengshu pack check to see all of them.",
    }


class UnknownPack(NotFound):
    code = "packs.unknown"
    text = {"zh": "没有应用包：{value}", "en": "No such pack: {value}"}
    remedy = {"zh": "已知的包：{known}", "en": "Known packs: {known}"}


class ChangeRefused(Conflict):
    code = "packs.change_refused"
    text = {"zh": "安装被拒绝：{why_zh}", "en": "Installing is refused: {why}"}
    remedy = {"zh": "请按提示修改声明后再安装。", "en": "Change the declaration as told, then install again."}


class PackNeeded(Conflict):
    code = "packs.needed"
    text = {"zh": "应用包 {value} 仍被 {by} 依赖", "en": "Pack {value} is still needed by {by}"}
    remedy = {"zh": "请先停用或移除依赖它的包。", "en": "Switch off or remove those first."}


class UnknownKind(NotFound):
    code = "packs.unknown_kind"
    text = {"zh": "没有这类声明：{value}", "en": "No such kind of declaration: {value}"}
    remedy = {"zh": "可用：{known}", "en": "Known: {known}"}


class UnitsUnclear(Invalid):
    """A case standard writes limits in units of which nobody but the county knows the meaning."""

    code = "packs.units_unclear"
    text = {"zh": "时限单位有歧义：{units}", "en": "Units of limits are ambiguous: {units}"}
    remedy = {
        "zh": "请用 --unit-map 说明，如：--unit-map 小时=wh --unit-map 天=wd（uh 紧急工作时、wh 工作时、wd 工作日、cd 自然日、h 小时）",
        "en": "Say with --unit-map, e.g. --unit-map 小时=wh --unit-map 天=wd",
    }
