"""Region codes and their ltree paths: 6 digits county, 9 town, 12 village, 15 grid."""

import re

CODE = re.compile(r"[0-9]{6}([0-9]{3}){0,3}")
PATH = re.compile(r"r[0-9]{6}(\.r[0-9]{9}(\.r[0-9]{12}(\.r[0-9]{15})?)?)?")


def region_path(code: str) -> str:
    """The ltree path of a region code; raises ValueError for anything else."""
    if not CODE.fullmatch(code):
        raise ValueError(code)
    return ".".join("r" + code[:length] for length in (6, 9, 12, 15) if length <= len(code))


def region_code(path: str) -> str:
    """The code of the last region of a path."""
    return path.rsplit(".", 1)[-1][1:]


def as_path(region: str | None) -> str | None:
    """A code or a path as a path; raises ValueError for anything else."""
    if not region:
        return None
    if PATH.fullmatch(region):
        return region
    return region_path(region)
