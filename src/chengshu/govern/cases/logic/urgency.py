"""How urgent a report is, from its words, its class and its condition; with the reason."""

from chengshu.govern.cases.contracts import Condition, SmallClass

CRITICAL = (
    "爆炸", "起火", "着火", "火灾", "坍塌", "垮塌", "被困", "触电", "燃气泄漏", "煤气泄漏", "天然气泄漏", "溺水", "落水",
    "中毒", "昏迷", "人员伤亡", "有人受伤", "explosion", "on fire", "collapsed", "gas leak", "electrocuted", "drowning",
)  # fmt: skip
URGENT = (
    "爆裂", "爆管", "塌陷", "漏电", "井盖缺失", "井盖不见", "井盖没了", "没有井盖", "井盖丢失", "断电", "停电", "停水",
    "积水严重", "倒塌", "倾倒", "坠落", "砸到", "摔伤", "受伤", "污水外溢", "泄漏", "老人摔", "孩子掉", "危及", "安全隐患",
    "十分危险", "非常危险", "burst", "leak", "dangerous", "injured", "blackout", "missing cover",
)  # fmt: skip
SAFE = ("没有受伤", "无人受伤", "无人员伤亡", "没有起火", "消防演练", "演练", "担心")
ORDER = {"normal": 0, "urgent": 1, "critical": 2}


def judge(text: str, small: SmallClass | None, condition: Condition | None, lang: str = "zh") -> tuple[str, str]:
    """The urgency and why. The highest of words, condition and class counts."""
    folded = text.lower()
    for phrase in SAFE:
        folded = folded.replace(phrase, "")
    if hits := [w for w in CRITICAL if w in folded]:
        return "critical", _because("word", hits, lang)
    if hits := [w for w in URGENT if w in folded]:
        level, why = "urgent", _because("word", hits, lang)
    elif condition is not None and condition.urgent:
        level, why = "urgent", _because("condition", [condition.title.get(lang) or condition.title.get("zh", "")], lang)
    else:
        level, why = "normal", _because("none", [], lang)
    if small is not None and ORDER.get(small.urgency, 0) > ORDER[level]:
        return small.urgency, _because("class", [small.title.get(lang) or small.title.get("zh", "")], lang)
    return level, why


def _because(kind: str, words: list[str], lang: str) -> str:
    listed = "、".join(words[:3]) if lang == "zh" else ", ".join(words[:3])
    if lang == "zh":
        return {
            "word": f"诉求中提到“{listed}”",
            "condition": f"立案条件“{listed}”按紧急处置",
            "class": f"类别“{listed}”按紧急处置",
            "none": "未见紧急用语",
        }[kind]
    return {
        "word": f"The report mentions “{listed}”",
        "condition": f"Filing condition “{listed}” is urgent",
        "class": f"Class “{listed}” is urgent",
        "none": "No urgent words",
    }[kind]
