"""What can be wrong with a step, said so that a person knows what to do."""

from chengshu.base.errors import Conflict, Forbidden, Invalid, NotFound


class UnknownFlow(NotFound):
    code = "flow.unknown_flow"
    text = {"zh": "没有名为 {value} 的流程", "en": "There is no flow named {value}"}
    remedy = {
        "zh": "请安装提供该流程的应用包；现有：{known}",
        "en": "Install the pack that brings it; there are: {known}",
    }


class UnknownMatter(NotFound):
    code = "flow.unknown_matter"
    text = {"zh": "找不到此件：{value}", "en": "There is no such matter: {value}"}
    remedy = {"zh": "请检查编号，或确认您有权查看", "en": "Check the number, or whether you may see it"}


class UnknownMove(NotFound):
    code = "flow.unknown_move"
    text = {"zh": "流程中没有“{value}”这一步", "en": "The flow has no move “{value}”"}
    remedy = {"zh": "可用的步骤：{known}", "en": "Its moves: {known}"}


class WrongState(Conflict):
    code = "flow.wrong_state"
    text = {"zh": "当前为“{state}”，不能{value}", "en": "It is “{state}” now: {value} is not possible"}
    remedy = {"zh": "此刻可以：{offered}", "en": "Possible now: {offered}"}


class NotYourTurn(Forbidden):
    code = "flow.not_your_turn"
    text = {"zh": "“{value}”应由{holder}办理", "en": "“{value}” is for {holder}"}
    remedy = {"zh": "请交由承办人办理，或由中心改派", "en": "Leave it to the holder, or let the centre reassign it"}


class CheckerIsHandler(Forbidden):
    code = "flow.checker_is_handler"
    text = {"zh": "处置人不能“{value}”自己办理的件", "en": "Who handled it cannot make the move “{value}”"}
    remedy = {"zh": "请由未参与处置的人员核查", "en": "Let somebody check who took no part in handling"}


class BlockedNow(Conflict):
    code = "flow.blocked_now"
    text = {"zh": "暂不能{value}：{why}", "en": "{value} is not possible now: {why_en}"}
    remedy = {"zh": "请先处理该情形", "en": "Deal with that first"}


class FieldWrong(Invalid):
    code = "flow.field_wrong"
    text = {"zh": "“{title}”填写有误：{why}", "en": "“{title}” is not right: {why_en}"}
    remedy = {"zh": "请更正后再提交", "en": "Correct it and send again"}


class NeedMissing(Invalid):
    code = "flow.need_missing"
    text = {"zh": "“{move}”需要“{title}”", "en": "“{move}” needs “{title}”"}
    remedy = {"zh": "请补充“{title}”后再提交", "en": "Add “{title}” and send again"}


class NobodyHolds(Invalid):
    code = "flow.nobody_holds"
    text = {"zh": "没有单位承担“{value}”职能", "en": "No office holds the function “{value}”"}
    remedy = {
        "zh": "请在组织机构中为某单位设置该职能，或指定单位",
        "en": "Give the function to an office in the organisation, or name an office",
    }


class UnknownOffice(Invalid):
    code = "flow.unknown_office"
    text = {"zh": "没有编码为 {value} 的单位", "en": "There is no office with the code {value}"}
    remedy = {"zh": "请从组织机构中选择单位", "en": "Choose an office of the organisation"}


class ClockMismatch(Invalid):
    code = "flow.clock_mismatch"
    text = {
        "zh": "“{value}”与时钟“{clock}”的计时方式不同（工作时间与连续时间不能相加）",
        "en": "{value} counts in another way than the clock “{clock}” (working and continuous time do not add)",
    }
    remedy = {"zh": "请使用同类单位：{units}", "en": "Use a unit of the same kind: {units}"}


class ClockNotThere(Conflict):
    code = "flow.clock_not_running"
    text = {"zh": "时钟“{value}”此刻{state}，不能{verb}", "en": "The clock “{value}” is {state_en} now"}
    remedy = {"zh": "请刷新后查看时钟状态", "en": "Reload and look at the clock"}


class MergeRefused(Conflict):
    code = "flow.merge_refused"
    text = {"zh": "不能并入 {value}：{why}", "en": "Cannot be merged into {value}: {why_en}"}
    remedy = {
        "zh": "请选择同类、未办结、未被合并的件",
        "en": "Choose an open matter of the same kind that is not merged itself",
    }
