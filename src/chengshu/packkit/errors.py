"""What can go wrong with packs."""

from chengshu.base.errors import Conflict, Invalid, NotFound


class PackBroken(Invalid):
    """A pack has findings of level error; they are listed."""

    code = "packs.broken"
    text = {
        "zh": "应用包有 {count} 处错误,首个:{first_zh}",
        "en": "The packs have {count} errors, the first: {first}",
    }
    remedy = {
        "zh": "运行 chengshu pack check 查看全部。",
        "en": "Run chengshu pack check to see all of them.",
    }


class UnknownPack(NotFound):
    code = "packs.unknown"
    text = {"zh": "没有应用包:{value}", "en": "No such pack: {value}"}
    remedy = {"zh": "已知的包:{known}", "en": "Known packs: {known}"}


class ChangeRefused(Conflict):
    code = "packs.change_refused"
    text = {"zh": "安装被拒绝:{why_zh}", "en": "Installing is refused: {why}"}
    remedy = {"zh": "请按提示修改声明后再安装。", "en": "Change the declaration as told, then install again."}


class PackNeeded(Conflict):
    code = "packs.needed"
    text = {"zh": "应用包 {value} 仍被 {by} 依赖", "en": "Pack {value} is still needed by {by}"}
    remedy = {"zh": "请先停用或移除依赖它的包。", "en": "Switch off or remove those first."}
