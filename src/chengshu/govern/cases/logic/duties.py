"""Who owns this? The duty list answered for a class, a place and a moment."""

import datetime as dt
from collections.abc import Iterable, Sequence

from chengshu.govern.cases.contracts import Duty, Owner


def within_window(at: dt.time, begin: dt.time, end: dt.time) -> bool:
    """Whether a time of day lies in a window that may run over midnight; the end is not inside, a day's last is."""
    if begin <= end:
        return begin <= at < end or (end == dt.time.max and at >= begin)
    return at >= begin or at < end


def in_force(duty: Duty, at: dt.datetime) -> bool:
    """Whether a duty holds at a moment of city time."""
    day = at.date()
    if duty.valid_from is not None and day < duty.valid_from:
        return False
    if duty.valid_to is not None and day > duty.valid_to:
        return False
    if duty.weekdays and at.isoweekday() not in duty.weekdays:
        return False
    moment = at.time()
    return not duty.hours or any(within_window(moment, begin, end) for begin, end in duty.hours)


def covers(duty: Duty, class_code: str, region: str) -> bool:
    """Whether a duty speaks of this class and this place; region codes nest by their digits."""
    return class_code.startswith(duty.class_prefix) and region.startswith(duty.region)


def rank(duty: Duty) -> tuple[int, int, int]:
    """How specific a duty is: the class counts first, then the place, then the time."""
    return len(duty.class_prefix), len(duty.region), bool(duty.weekdays) + bool(duty.hours)


def resolve_duty(duties: Iterable[Duty], class_code: str | None, region: str | None, at: dt.datetime) -> Owner:
    """The most specific duty in force. Two equally specific ones that name different leads are an overlap, none a gap."""
    if not class_code:
        return Owner(None, (), None, "gap")
    found = [d for d in duties if covers(d, class_code, region or "") and in_force(d, at)]
    if not found:
        return Owner(None, (), None, "gap")
    best = max(rank(d) for d in found)
    top = tuple(sorted((d for d in found if rank(d) == best), key=lambda d: d.id))
    if len({d.lead for d in top}) > 1:
        return Owner(None, (), None, "overlap", top)
    helpers = dict.fromkeys(c for d in top for c in d.cooperating)
    return Owner(top[0].lead, tuple(helpers), top[0], "duty", top)


def gaps(duties: Sequence[Duty], classes: Iterable[str], region: str, at: dt.datetime) -> dict[str, str]:
    """Classes that nobody or more than one office leads at a moment: code → 'gap' or 'overlap'."""
    found: dict[str, str] = {}
    for code in classes:
        owner = resolve_duty(duties, code, region, at)
        if owner.lead is None:
            found[code] = owner.how
    return found


def explain(owner: Owner, lang: str = "zh") -> str:
    """Why this office, in one sentence."""
    duty = owner.duty
    if owner.how == "overlap":
        leads = "、".join(sorted({d.lead for d in owner.candidates}))
        return f"权责清单有重叠：{leads}" if lang == "zh" else f"The duty list overlaps: {leads}"
    if owner.how == "class":
        return "按类别的主管单位" if lang == "zh" else "The office in charge of the class"
    if owner.how == "type":
        return "按案件类型的默认单位" if lang == "zh" else "The default office of the case type"
    if duty is None:
        return "权责清单未覆盖此类别与位置" if lang == "zh" else "No duty covers this class and place"
    where = duty.region or ("全县" if lang == "zh" else "the county")
    what = duty.class_prefix or ("全部类别" if lang == "zh" else "all classes")
    clause = f"：{duty.clause}" if duty.clause else ""
    if lang == "zh":
        return f"权责清单第 {duty.id} 条（类别 {what}，范围 {where}）{clause}"
    return f"Duty {duty.id} (class {what}, area {where}){clause}"
