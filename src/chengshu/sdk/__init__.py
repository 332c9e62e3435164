"""The only names that Python inside a pack may import: small, documented, stable.

`covers` marks an acceptance scenario with the systems it exercises. `CityClient` talks to a running city as anybody
outside would: over HTTP. `parse` reads an expression, `Limit` a limited time, `distance_m` measures.
"""

from chengshu.base.expressions import BadExpression, parse
from chengshu.base.geo import distance_m
from chengshu.base.limits import Limit
from chengshu.sdk.client import Answer, CityClient, Person, Refused, eventually
from chengshu.sdk.marks import covers
from chengshu.sdk.pictures import photo

__all__ = [
    "Answer",
    "BadExpression",
    "CityClient",
    "Limit",
    "Person",
    "Refused",
    "covers",
    "distance_m",
    "eventually",
    "parse",
    "photo",
]
