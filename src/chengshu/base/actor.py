"""Who acts, and what that person may see and do."""

from dataclasses import dataclass, field

PUBLIC_ID = 1
JOB_ID = 2


@dataclass(frozen=True, slots=True)
class Actor:
    """One acting person, system or job with the rights of the present session.

    `orgs` and `regions` are ltree paths; each opens its whole subtree. `holders` are the work lists
    the actor may act for: `org:<code>`, `grid:<code>`, `actor:<id>`.
    """

    id: int
    name: str
    kind: str  # staff | system | public | job
    operations: frozenset[str] = field(default_factory=frozenset[str])
    orgs: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    org: str | None = None
    duty: str | None = None  # 三员: system | security | audit

    def may(self, operation: object) -> bool:
        """Whether the actor holds the operation; the worker itself may do everything."""
        return self.kind == "job" or str(operation) in self.operations


PUBLIC = Actor(PUBLIC_ID, "公众", "public")
JOB = Actor(JOB_ID, "系统", "job")
