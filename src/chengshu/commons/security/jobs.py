"""Periodic work of security."""

from chengshu.commons.security.service import upkeep
from chengshu.runtime.jobs import Job

JOBS = [Job("security.prune", 600, upkeep.prune)]
