"""The operations of the ledger; only auditors hold them."""

from chengshu.base.operations import Operation

READ = Operation("ledger.read", "查看审计记录", "Read the audit ledger")
VERIFY = Operation("ledger.verify", "核验审计链", "Verify the audit chain")

ALL: tuple[Operation, ...] = (READ, VERIFY)
