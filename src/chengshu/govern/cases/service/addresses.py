"""Addresses of cases: learned when their place is known, and asked when only words tell where something is."""

from collections.abc import Sequence

from chengshu.commons.places import facade as places
from chengshu.govern.cases.contracts import PlaceGuess
from chengshu.govern.cases.store import addresses
from chengshu.runtime.database import Work


async def learn(work: Work, ids: Sequence[int]) -> int:
    """Teach the county where the addresses of these cases lie; returns how many said enough."""
    if not ids:
        return 0
    found = await addresses.located(work, ids)
    return await places.learn_addresses(work, found) if found else 0


async def refine(work: Work, place: PlaceGuess | None, address: str) -> PlaceGuess | None:
    """A place known from an address's words alone, made exact where that address was met before."""
    if not address or (place is not None and (place.how != "words" or place.grid is not None)):
        return place
    found = await places.find_place(work, address)
    if found is None or found.how == "name":
        return place
    at = found.place
    return PlaceGuess(at.region, at.town, at.village, at.grid, at.lon, at.lat, address, "words")
