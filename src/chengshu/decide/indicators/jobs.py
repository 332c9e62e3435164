"""Named jobs of indicators."""

from chengshu.decide.indicators import service
from chengshu.runtime.jobs import Job

# The last change of a burst falls within the second that follows an announcement; this brings it.
JOBS = [Job("indicators.announce", 1.0, service.announce)]
