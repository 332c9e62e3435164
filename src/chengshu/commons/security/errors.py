"""What security refuses, in words for people."""

from chengshu.base.errors import Conflict, Forbidden, Invalid, NotFound, Problem, RateLimited, Unauthenticated


class SignInRefused(Unauthenticated):
    """One answer for an unknown login, a wrong password and a closed account: none tells which."""

    code = "security.sign_in_refused"
    text = {"zh": "账号或密码不正确", "en": "The login or the password is not right"}
    remedy = {
        "zh": "请核对后重试；忘记密码请联系系统管理员重置",
        "en": "Check both and try again; if forgotten, ask the system administrator for a reset",
    }


class SignInWait(RateLimited):
    code = "security.sign_in_wait"
    text = {"zh": "登录失败次数过多，暂时不能登录", "en": "Too many failed sign-ins; signing in is closed for a while"}


class WeakPassword(Invalid):
    code = "security.weak_password"
    text = {"zh": "新密码不符合要求：{reason}", "en": "The new password does not meet the rules: {reason_en}"}
    remedy = {
        "zh": "至少 {least} 位，含大写、小写、数字、符号中的三类，且不含账号",
        "en": "At least {least} characters of three kinds (upper, lower, digit, sign), without the login in it",
    }


class PasswordWrong(Forbidden):
    code = "security.password_wrong"
    text = {"zh": "当前密码不正确", "en": "The current password is not right"}
    remedy = {"zh": "请重新输入当前密码", "en": "Type the current password again"}


class LoginTaken(Conflict):
    code = "security.login_taken"
    text = {"zh": "登录名 {value} 已被使用", "en": "The login {value} is taken"}
    remedy = {"zh": "请换一个登录名", "en": "Choose another login"}


class OrgTaken(Conflict):
    code = "security.org_taken"
    text = {"zh": "机构编码 {value} 已被使用", "en": "The office code {value} is taken"}
    remedy = {"zh": "请换一个编码，或修改已有机构", "en": "Choose another code, or change the office that has it"}


class PostHeld(Conflict):
    code = "security.post_held"
    text = {"zh": "此人已任该岗位：{value}", "en": "The person holds this post already: {value}"}
    remedy = {"zh": "无需重复授予", "en": "Nothing needs to be granted"}


class DutiesClash(Conflict):
    """三员分立."""

    code = "security.duties_clash"
    text = {
        "zh": "三员分立：{value} 不得同时担任系统、安全、审计中的两类职责，也不得兼任业务岗位",
        "en": "Three separate duties: {value} cannot hold two of system, security and audit, nor a business post beside one",
    }
    remedy = {"zh": "请先结束原岗位，或授予其他人员", "en": "End the other post first, or grant it to another person"}


class OperationOfAnotherDuty(Conflict):
    code = "security.operation_of_another_duty"
    text = {
        "zh": "角色与操作的职责类别不符：{value}",
        "en": "The role may not carry an operation of another duty: {value}",
    }
    remedy = {
        "zh": "系统、安全、审计三类角色只含本类操作，业务角色不含三类专有操作",
        "en": "A duty role carries its own branch's operations alone; a business role carries none of theirs",
    }


class DutyRoleFixed(Forbidden):
    code = "security.duty_role_fixed"
    text = {"zh": "三员角色 {value} 由系统规定，不能修改", "en": "The duty role {value} is fixed by the system"}
    remedy = {"zh": "请新建或调整业务角色", "en": "Add or change a business role instead"}


class NotToOneself(Forbidden):
    code = "security.not_to_oneself"
    text = {"zh": "不能为自己授予或撤销岗位", "en": "Nobody grants or ends a post of their own"}
    remedy = {"zh": "请由另一位安全管理员办理", "en": "Let another security administrator do it"}


class DutyPassword(Forbidden):
    code = "security.duty_password"
    text = {
        "zh": "不能在此重置 {value} 的密码：三员账号的密码只能由本人修改",
        "en": "The password of {value} cannot be reset here: people with a duty change their own",
    }
    remedy = {
        "zh": "忘记时由机器管理者在服务器上运行 chengshu security password",
        "en": "If forgotten, the machine's owner runs chengshu security password on the server",
    }


class UnknownOperation(Invalid):
    code = "security.unknown_operation"
    text = {"zh": "没有名为 {value} 的操作", "en": "There is no operation named {value}"}
    remedy = {"zh": "现有操作见 /api/security/operations", "en": "Operations are listed at /api/security/operations"}


class UnknownRole(Invalid):
    code = "security.unknown_role"
    text = {"zh": "没有名为 {value} 的角色", "en": "There is no role named {value}"}
    remedy = {"zh": "现有角色见 /api/security/roles", "en": "Roles are listed at /api/security/roles"}


class UnknownOrg(Invalid):
    code = "security.unknown_org"
    text = {"zh": "没有编码为 {value} 的机构", "en": "There is no office with the code {value}"}
    remedy = {"zh": "请先登记该机构", "en": "Register the office first"}


class UnknownRegion(Invalid):
    code = "security.unknown_region"
    text = {"zh": "没有代码为 {value} 的区域", "en": "There is no region with the code {value}"}
    remedy = {"zh": "应为 6、9、12 或 15 位区划代码", "en": "Give a region code of 6, 9, 12 or 15 digits"}


class ValidityReversed(Invalid):
    code = "security.validity_reversed"
    text = {"zh": "岗位的结束时间早于开始时间", "en": "The post would end before it begins"}
    remedy = {"zh": "请更正起止时间", "en": "Correct the two times"}


class NotAWorkbook(Invalid):
    code = "security.not_a_workbook"
    text = {"zh": "不是可读的 Excel 工作簿（.xlsx）：{value}", "en": "Not a readable Excel workbook (.xlsx): {value}"}
    remedy = {"zh": "请下载模板填写后上传", "en": "Download the template, fill it and send it"}


class ImportFaulty(Invalid):
    code = "security.import_faulty"
    text = {"zh": "导入文件有 {value} 处错误，未写入任何内容", "en": "The file has {value} faults; nothing was written"}
    remedy = {"zh": "请按清单更正后重新导入", "en": "Correct what is listed and import again"}


class OidcOff(NotFound):
    code = "security.oidc_off"
    text = {"zh": "未配置统一身份认证", "en": "No identity provider is configured"}
    remedy = {"zh": "请用账号密码登录", "en": "Sign in with login and password"}


class OidcFailed(Unauthenticated):
    code = "security.oidc_failed"
    text = {"zh": "统一身份认证未通过：{value}", "en": "The identity provider's answer was not accepted: {value}"}
    remedy = {"zh": "请回到登录页重新开始", "en": "Go back to the sign-in page and start again"}


class OidcUnlinked(Unauthenticated):
    code = "security.oidc_unlinked"
    text = {"zh": "此统一身份未关联本系统账号：{value}", "en": "This identity is linked to no account here: {value}"}
    remedy = {"zh": "请联系系统管理员登记账号", "en": "Ask the system administrator to register you"}


class OidcUnavailable(Problem):
    code = "security.oidc_unavailable"
    status = 502
    text = {"zh": "统一身份认证服务暂时不可用：{value}", "en": "The identity provider does not answer: {value}"}
    remedy = {"zh": "请稍后重试，或用账号密码登录", "en": "Try later, or sign in with login and password"}
