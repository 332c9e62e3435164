"""三员分立: which operations belong to which duty, and the three kernel roles that follow from it."""

from collections.abc import Iterable

from chengshu.base.operations import Operation
from chengshu.commons.security.contracts import RoleSeed

SYSTEM, SECURITY, AUDIT, BUSINESS = "system", "security", "audit", "business"
EVERYBODY = (SYSTEM, SECURITY, AUDIT, BUSINESS)

BY_ID: dict[str, tuple[str, ...]] = {
    "security.read_people": EVERYBODY,
    "security.manage_people": (SYSTEM, SECURITY),
    "security.manage_orgs": (SYSTEM, SECURITY),
    "security.grant": (SECURITY,),
    "security.manage_keys": (SECURITY,),
    "security.configure": (SYSTEM,),
    "security.see_phone": (),
    "runtime.set_clock": (SYSTEM, BUSINESS),
}
BY_ROOM: dict[str, tuple[str, ...]] = {
    "security": (SECURITY,),
    "ledger": (AUDIT,),
    "runtime": (SYSTEM,),
    "packs": (SYSTEM, BUSINESS),
}
"""An operation that is named by neither table is business: no duty role may carry it."""

KERNEL_ROLES: dict[str, tuple[str, str, str]] = {
    "system_admin": (SYSTEM, "系统管理员", "System administrator"),
    "security_admin": (SECURITY, "安全管理员", "Security administrator"),
    "auditor": (AUDIT, "审计员", "Auditor"),
}
ROLE_OF_DUTY = {duty: role for role, (duty, _, _) in KERNEL_ROLES.items()}


def duties_of(operation: str) -> tuple[str, ...]:
    """The duties that may carry an operation; empty means business alone."""
    if operation in BY_ID:
        return BY_ID[operation]
    return BY_ROOM.get(operation.split(".", 1)[0], ())


def kernel_roles(operations: Iterable[Operation]) -> list[RoleSeed]:
    """The three duty roles, each with every operation of its branch that exists."""
    ids = sorted({str(o) for o in operations})
    return [
        RoleSeed(role, {"zh": zh, "en": en}, [o for o in ids if duty in duties_of(o)], "none", duty)
        for role, (duty, zh, en) in KERNEL_ROLES.items()
    ]
