"""Where the centres of regions without a known one are put: evenly, inside, and the same every time."""

import hashlib

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Points = NDArray[np.float64]
_LLOYD_ROUNDS = 14


def generator_of(code: str) -> np.random.Generator:
    """Random numbers that depend on the region's code alone, so that every run draws the same city."""
    digest = hashlib.sha256(f"chengshu.places:{code}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def sample_inside(area: BaseGeometry, count: int, rng: np.random.Generator) -> Points:
    """About `count` points spread over the area, and never none."""
    west, south, east, north = area.bounds
    share = area.area / max((east - west) * (north - south), 1e-300)
    tries = int(count / max(share, 0.01)) + 16
    points = rng.random((tries, 2)) * [east - west, north - south] + [west, south]
    shapely.prepare(area)
    inside = points[shapely.contains_xy(area, points[:, 0], points[:, 1])]
    if len(inside):
        return inside
    lone = area.representative_point()
    return np.array([[lone.x, lone.y]])


def nearest_of(points: Points, sites: Points) -> NDArray[np.intp]:
    """For each point the index of its nearest site."""
    # |p - s|^2 without the term that is the same for all sites; around the middle, so that no digits are lost.
    middle = sites.mean(axis=0)
    near, far = sites - middle, points - middle
    return ((near * near).sum(axis=1) - 2.0 * (far @ near.T)).argmin(axis=1)


def _first_sites(samples: Points, fixed: Points, count: int, rng: np.random.Generator) -> Points:
    """Start far apart: each new site is the sample farthest from all sites so far."""
    sites = fixed if len(fixed) else samples[rng.integers(len(samples))][None, :]
    gaps = ((samples[:, None, :] - sites[None, :, :]) ** 2).sum(axis=2).min(axis=1)
    while len(sites) < count:
        new = samples[int(gaps.argmax())]
        sites = np.vstack([sites, new])
        gaps = np.minimum(gaps, ((samples - new) ** 2).sum(axis=1))
    return sites


def relaxed_sites(samples: Points, fixed: Points, count: int, rng: np.random.Generator) -> Points:
    """`count` sites by Lloyd's relaxation over the samples; the first ones stay where they are known to be."""
    sites = _first_sites(samples, fixed, count, rng)
    free = np.arange(count) >= len(fixed)
    for _ in range(_LLOYD_ROUNDS):
        owner = nearest_of(samples, sites)
        held = np.bincount(owner, minlength=count)
        sums = np.column_stack([np.bincount(owner, weights=axis, minlength=count) for axis in samples.T])
        moving = free & (held > 0)
        sites[moving] = sums[moving] / held[moving, None]
    return sites
