"""Where an office stands: its path follows from its parent's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from chengshu.commons.security.contracts import OrgSeed


def place(seeds: Sequence[OrgSeed], known: Mapping[str, str]) -> tuple[list[OrgSeed], list[OrgSeed]]:
    """Give every office its path, in an order in which parents come first; second, those whose parent is missing.

    `known` are the paths of offices that exist. A ring of parents counts as missing.
    """
    paths = dict(known)
    placed: list[OrgSeed] = []
    waiting = list(seeds)
    while waiting:
        rest: list[OrgSeed] = []
        for seed in waiting:
            if seed.path is not None:
                path = seed.path
            elif seed.parent is None:
                path = seed.code
            elif seed.parent in paths:
                path = f"{paths[seed.parent]}.{seed.code}"
            else:
                rest.append(seed)
                continue
            paths[seed.code] = path
            placed.append(replace(seed, path=path))
        if len(rest) == len(waiting):
            return placed, rest
        waiting = rest
    return placed, []
