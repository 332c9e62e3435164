"""The kinds of declarations, in the order in which they are installed: what is referred to comes first."""

from chengshu.packkit.kind import Kind
from chengshu.packkit.kinds.decide import BOARDS, INDICATORS
from chengshu.packkit.kinds.flows import FLOWS
from chengshu.packkit.kinds.govern import CASES, CLASSES, DUTIES
from chengshu.packkit.kinds.layers import LAYERS
from chengshu.packkit.kinds.messages import MESSAGES
from chengshu.packkit.kinds.resources import RESOURCES
from chengshu.packkit.kinds.roles import ROLES

KINDS: tuple[Kind, ...] = (RESOURCES, ROLES, FLOWS, CLASSES, CASES, DUTIES, LAYERS, INDICATORS, BOARDS, MESSAGES)
