"""What one may be granted in cases."""

from chengshu.base.operations import Operation

READ = Operation("cases.read", "查看案件", "Read cases")
OPEN = Operation("cases.open", "登记案件", "Open cases")
FILE = Operation("cases.file", "立案与不予立案", "File or refuse cases")
DISPATCH = Operation("cases.dispatch", "派遣案件", "Dispatch cases")
HANDLE = Operation("cases.handle", "处置案件", "Handle cases")
VERIFY = Operation("cases.verify", "核查案件", "Verify cases on the spot")
CLOSE = Operation("cases.close", "结案", "Close cases")
APPROVE = Operation("cases.approve", "审批挂账与延期", "Approve pauses and extensions")
CORRECT = Operation("cases.correct", "更正案件类别与位置", "Correct class and place of cases")
EXPORT = Operation("cases.export", "导出案件", "Export cases")
SEE_REPORTER = Operation("cases.see_reporter", "查看诉求人联系方式", "See how to reach the reporter")
MANAGE_DUTIES = Operation("cases.manage_duties", "维护权责清单", "Keep the duty list")
REPORT = Operation("cases.report", "公众上报与查询", "Report and follow as a citizen")

ALL: tuple[Operation, ...] = (
    READ, OPEN, FILE, DISPATCH, HANDLE, VERIFY, CLOSE, APPROVE, CORRECT, EXPORT, SEE_REPORTER, MANAGE_DUTIES, REPORT,
)  # fmt: skip
