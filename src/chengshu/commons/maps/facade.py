"""What other rooms may ask of maps. In the city: `work.city.maps`, the registry of providers by kind."""

from chengshu.commons.maps.contracts import FeatureProvider
from chengshu.commons.maps.service import Regions, parse_box
from chengshu.runtime.city import City
from chengshu.runtime.registry import Registry

__all__ = ["add_provider", "load_city", "parse_box"]


async def load_city(city: City) -> None:
    """Put the registry into the city, with the region tree as its first provider."""
    city.put("maps", Registry[FeatureProvider]("图层来源"))
    add_provider(city, "regions", Regions())


def add_provider(city: City, kind: str, provider: FeatureProvider) -> None:
    """Add the layers of a kind; layer ids begin with it."""
    registry: Registry[FeatureProvider] = city.maps
    registry.add(kind, provider)
