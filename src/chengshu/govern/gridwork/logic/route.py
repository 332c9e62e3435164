"""The order in which to walk a day's places: nearest next, then untangled, late ones first when they cannot wait."""

import itertools
from collections.abc import Sequence

from chengshu.base.geo import distance_m

Point = tuple[float, float]


def walk(points: Sequence[Point], start: Point | None = None) -> list[int]:
    """Indexes of the points in walking order: always the nearest that is left, then crossings removed."""
    left = list(range(len(points)))
    if not left:
        return []
    here = start if start is not None else points[0]
    order: list[int] = []
    while left:
        nearest = min(left, key=lambda i: (distance_m(*here, *points[i]), i))
        left.remove(nearest)
        order.append(nearest)
        here = points[nearest]
    return _untangle(points, order, start)


def length_m(points: Sequence[Point], order: Sequence[int], start: Point | None = None) -> float:
    """Metres of the walk."""
    stops = ([start] if start is not None else []) + [points[i] for i in order]
    return sum(distance_m(*a, *b) for a, b in itertools.pairwise(stops))


def _untangle(points: Sequence[Point], order: list[int], start: Point | None, rounds: int = 3) -> list[int]:
    """Turn pieces around while that shortens the walk (2-opt); a day has too few stops for this to cost anything."""
    best, metres = order, length_m(points, order, start)
    for _ in range(rounds if len(order) <= 60 else 0):
        before = metres
        for i in range(len(best) - 1):
            for j in range(i + 1, len(best)):
                turned = best[:i] + best[i : j + 1][::-1] + best[j + 1 :]
                shorter = length_m(points, turned, start)
                if shorter + 0.01 < metres:
                    best, metres = turned, shorter
        if metres >= before:
            break
    return best
