"""A token bucket per caller and route, kept in the process: a brake against floods, not a ledger."""

import math
import time
from collections import OrderedDict

from chengshu.base.errors import RateLimited

KEPT = 50_000


class RateLimiter:
    """`burst` calls at once, then `per_minute` on. Old callers are forgotten, so memory is bounded."""

    def __init__(self, per_minute: float, burst: int) -> None:
        self.rate = per_minute / 60.0
        self.burst = float(burst)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, cost: float = 1.0, now: float | None = None) -> None:
        """Take a token or raise RateLimited with the seconds to wait."""
        at = time.monotonic() if now is None else now
        tokens, seen = self._buckets.pop(key, (self.burst, at))
        tokens = min(self.burst, tokens + max(0.0, at - seen) * self.rate)
        allowed = tokens >= cost
        self._buckets[key] = (tokens - cost if allowed else tokens, at)
        if len(self._buckets) > KEPT:
            self._buckets.popitem(last=False)
        if not allowed:
            raise RateLimited(seconds=max(1, math.ceil((cost - tokens) / self.rate)))
