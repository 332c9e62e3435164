"""The operations of security."""

from chengshu.base.operations import Operation

READ_PEOPLE = Operation("security.read_people", "查看人员与岗位", "See people and posts")
MANAGE_PEOPLE = Operation("security.manage_people", "登记与停用人员", "Register and close people")
MANAGE_ORGS = Operation("security.manage_orgs", "登记与修改机构", "Register and change offices")
GRANT = Operation("security.grant", "授予岗位与角色", "Grant posts and roles")
MANAGE_KEYS = Operation("security.manage_keys", "发放接口密钥", "Issue keys to other systems")
CONFIGURE = Operation("security.configure", "设定登录策略", "Set the sign-in policy")
SEE_PHONE = Operation("security.see_phone", "查看完整手机号", "See whole phone numbers")

ALL: tuple[Operation, ...] = (
    READ_PEOPLE, MANAGE_PEOPLE, MANAGE_ORGS, GRANT, MANAGE_KEYS, CONFIGURE, SEE_PHONE,
)  # fmt: skip
