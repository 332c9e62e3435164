"""Periodic work of the ledger."""

from chengshu.commons.ledger import service
from chengshu.runtime.jobs import Job

JOBS = [Job("ledger.seal", 1, service.seal_pending), Job("ledger.verify", 86_400, service.verify_daily)]
