"""Named jobs of messages."""

from chengshu.commons.messages import service
from chengshu.runtime.jobs import Job

JOBS = [Job("messages.deliver", 2.0, service.deliver)]
