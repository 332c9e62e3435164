"""What other rooms and the command line may ask of the ledger. Writing goes through `Work.record`.

In the city, optional: `ledger_signer` (contracts.Signer), an approved module that signs checkpoints.
"""

from chengshu.commons.ledger.contracts import VerifyReport
from chengshu.commons.ledger.service import seal_pending, verify_chain

__all__ = ["VerifyReport", "seal_pending", "verify_chain"]
