"""The alarm clock of the city: raises warnings, overruns and escalations, and makes moves whose time has come."""

from chengshu.commons.flow.service import alarming
from chengshu.runtime.jobs import Job

JOBS = [Job("flow.alarms", 5, alarming.ring)]
