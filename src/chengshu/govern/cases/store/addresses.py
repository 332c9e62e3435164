"""Where cases were found to be, for the addresses that the county learns."""

from collections.abc import Sequence

from chengshu.runtime.database import Work

# Only a point that somebody set or measured teaches anything; one derived from words would teach its own guess.
_LOCATED = """
select address, lon, lat from govern.cases_case
where id = any(%(ids)s) and address <> '' and lon is not null and place_how in ('map', 'gps')
"""


async def located(work: Work, ids: Sequence[int]) -> list[tuple[str, float, float]]:
    """Address texts of cases with their positions."""
    rows = await work.rows(_LOCATED, {"ids": list(ids)})
    return [(row["address"], row["lon"], row["lat"]) for row in rows]
