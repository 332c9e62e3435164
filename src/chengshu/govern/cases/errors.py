"""What can be wrong with a case, said so that a person knows what to do."""

from chengshu.base.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge


class CaseUnknown(NotFound):
    code = "cases.unknown"
    text = {"zh": "没有编号为 {value} 的案件，或您无权查看", "en": "There is no case {value}, or you may not see it"}


class TypeUnknown(Invalid):
    code = "cases.type_unknown"
    text = {"zh": "没有案件类型“{value}”", "en": "There is no case type “{value}”"}
    remedy = {"zh": "可用类型：{known}", "en": "Known types: {known}"}


class ChannelRefused(Invalid):
    code = "cases.channel_refused"
    text = {"zh": "此类案件不收“{value}”渠道", "en": "Cases of this type are not taken by channel “{value}”"}
    remedy = {"zh": "可用渠道：{known}", "en": "Channels: {known}"}


class ClassUnknown(Invalid):
    code = "cases.class_unknown"
    text = {"zh": "没有代码为“{value}”的类别", "en": "There is no class with code “{value}”"}
    remedy = {"zh": "请从类别表中选择；相近的有：{known}", "en": "Choose from the class list; close ones: {known}"}


class ConditionUnknown(Invalid):
    code = "cases.condition_unknown"
    text = {"zh": "该类别没有立案条件“{value}”", "en": "This class has no filing condition “{value}”"}
    remedy = {"zh": "可选条件：{known}", "en": "Conditions: {known}"}


class PlaceMissing(Invalid):
    code = "cases.place_missing"
    text = {"zh": "无法确定案件位置", "en": "The place of the case cannot be told"}
    remedy = {
        "zh": "请在地图上选点，或写明镇(街道)、村(社区)",
        "en": "Pick a point on the map, or name the town and the village",
    }


class TimeInFuture(Invalid):
    code = "cases.time_in_future"
    text = {"zh": "发生时间 {value} 晚于现在（{now}）", "en": "The time {value} is later than now ({now})"}
    remedy = {"zh": "请检查日期和时区", "en": "Check the date and the time zone"}


class TextInvalid(Invalid):
    code = "cases.text_invalid"
    text = {"zh": "“{field}”含有无法保存的字符", "en": "“{field}” holds characters that cannot be kept"}
    remedy = {"zh": "请以 UTF-8 编码重新提交", "en": "Send it again as UTF-8"}


class TextTooLong(Invalid):
    code = "cases.text_too_long"
    text = {"zh": "“{field}”过长：{length} 字，上限 {limit} 字", "en": "“{field}” is too long: {length} of {limit}"}
    remedy = {"zh": "请精简后提交，详情可放入附件", "en": "Shorten it; details can go into an attachment"}


class AttachmentUnknown(Invalid):
    code = "cases.attachment_unknown"
    text = {"zh": "附件 {value} 尚未上传", "en": "Attachment {value} has not been uploaded"}
    remedy = {"zh": "请先上传文件，再用返回的 hash 提交", "en": "Upload the file first, then send the hash it returned"}


class EvidenceMissing(Invalid):
    code = "cases.evidence_missing"
    text = {"zh": "还缺{value}照片", "en": "Photos are missing: {value}"}
    remedy = {"zh": "请拍照上传后再提交", "en": "Take and upload the photos, then submit"}


class MoveUnknown(NotFound):
    code = "cases.move_unknown"
    text = {"zh": "没有名为“{value}”的操作", "en": "There is no move named “{value}”"}
    remedy = {"zh": "现在可以：{known}", "en": "Possible now: {known}"}


class MoveFieldMissing(Invalid):
    code = "cases.move_field_missing"
    text = {"zh": "请填写“{title}”", "en": "“{title}” is needed"}


class MoveFieldUnknown(Invalid):
    code = "cases.move_field_unknown"
    text = {"zh": "此操作没有“{value}”这一项", "en": "This move has no field “{value}”"}
    remedy = {"zh": "可填：{known}", "en": "Fields: {known}"}


class OrgUnknown(Invalid):
    code = "cases.org_unknown"
    text = {"zh": "没有代码为“{value}”的单位", "en": "There is no office with code “{value}”"}
    remedy = {"zh": "请从单位列表中选择", "en": "Choose from the list of offices"}


class LeadUnknown(Conflict):
    code = "cases.lead_unknown"
    text = {"zh": "权责清单未能确定牵头单位", "en": "The duty list does not say who leads"}
    remedy = {"zh": "请选择牵头单位", "en": "Choose the leading office"}


class CheckerIsHandler(Forbidden):
    code = "cases.checker_is_handler"
    text = {"zh": "核查人不能是处置人（{value}）", "en": "The checker must not be the handler ({value})"}
    remedy = {"zh": "请由其他网格员或城运中心核查", "en": "Let another grid worker or the centre verify"}


class MergeRefused(Conflict):
    code = "cases.merge_refused"
    text = {"zh": "不能并入案件 {value}", "en": "Cannot be merged into case {value}"}
    remedy = {"zh": "请选择另一件未结且未被合并的案件", "en": "Choose another open case that is not merged itself"}


class RatingRefused(Conflict):
    code = "cases.rating_refused"
    text = {"zh": "现在不能评价：{value}", "en": "Cannot be rated now: {value}"}
    remedy = {"zh": "结案后可评价一次", "en": "One rating is taken after closing"}


class ReopenRefused(Conflict):
    code = "cases.reopen_refused"
    text = {"zh": "不能重新办理：{value}", "en": "Cannot be reopened: {value}"}
    remedy = {
        "zh": "可在结案后 {days} 天内提出一次；也可另行上报",
        "en": "Within {days} days after closing; or report anew",
    }


class ReceiptUnknown(NotFound):
    code = "cases.receipt_unknown"
    text = {"zh": "查询号与查询码不符", "en": "Number and code do not fit"}
    remedy = {
        "zh": "请核对回执上的 14 位编号和 8 位查询码",
        "en": "Check the number and the 8-letter code on the receipt",
    }


class DutyInvalid(Invalid):
    code = "cases.duty_invalid"
    text = {"zh": "权责条目有误：{field}={value}", "en": "The duty is not valid: {field}={value}"}


class FilterInvalid(Invalid):
    code = "cases.filter_invalid"
    text = {"zh": "筛选条件“{field}”无效：{value}", "en": "The filter “{field}” is not valid: {value}"}
    remedy = {"zh": "可用：{known}", "en": "Use: {known}"}


class ExportTooLarge(TooLarge):
    code = "cases.export_too_large"
    text = {"zh": "导出超过 {limit} 行", "en": "More than {limit} rows to export"}
    remedy = {"zh": "请缩小筛选范围后导出", "en": "Narrow the filters, then export"}
