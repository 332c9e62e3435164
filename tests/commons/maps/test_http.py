"""The map over HTTP: which layers there are, and features in a window."""

from collections.abc import Awaitable, Callable, Sequence

import httpx
import pytest

from chengshu.commons.maps.contracts import Features, Layer, View
from chengshu.commons.maps.facade import add_provider
from chengshu.runtime.city import City
from chengshu.runtime.database import Work

SignIn = Callable[[str], Awaitable[dict[str, str]]]


class Pins:
    """A provider as another room would add one."""

    async def layers(self, work: Work) -> Sequence[Layer]:
        name = {"zh": "图钉", "en": "Pins"}
        return [Layer("pins.all", name, name, name, "resource", "point")]  # type: ignore[arg-type]

    async def features(self, work: Work, layer: str, view: View) -> Features | None:
        if layer != "pins.all":
            return None
        pins = [{"type": "Feature", "properties": {"n": n}, "geometry": None} for n in range(10)]
        return Features(pins[: view.limit], truncated=len(pins) > view.limit)


async def test_layers_need_a_session(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/maps/layers")).status_code == 401


async def test_the_region_tree_as_layers(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    layers = (await client.get("/api/maps/layers", headers=await sign_in("center"))).json()
    regions = {one["id"]: one for one in layers if one["kind"] == "regions"}
    assert list(regions) == ["regions.county", "regions.town", "regions.village", "regions.grid"]
    assert not regions["regions.county"]["schematic"]
    assert regions["regions.grid"]["schematic"]
    assert regions["regions.grid"]["updated_at"]
    assert regions["regions.town"]["title"] == "镇(街道)边界"


async def test_features_in_a_window(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    headers = await sign_in("center")
    url = "/api/maps/layers/regions.grid/features"
    whole = (await client.get(url, params={"zoom": 14}, headers=headers)).json()
    part = (await client.get(url, params={"zoom": 14, "bbox": "119.81,31.35,119.83,31.37"}, headers=headers)).json()
    assert 0 < len(part["features"]) < 60 < len(whole["features"])
    assert (part["truncated"], whole["truncated"]) == (False, False)
    few = (await client.get(url, params={"limit": 5}, headers=headers)).json()
    assert (len(few["features"]), few["truncated"]) == (5, True)


async def test_an_unchanged_layer_is_not_sent_again(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    headers = await sign_in("center")
    first = await client.get("/api/maps/layers/regions.town/features", headers=headers)
    again = await client.get(
        "/api/maps/layers/regions.town/features", headers={**headers, "if-none-match": first.headers["etag"]}
    )
    assert again.status_code == 304


async def test_other_rooms_add_their_layers(city: City, client: httpx.AsyncClient, sign_in: SignIn) -> None:
    add_provider(city, "pins", Pins())
    headers = await sign_in("center")
    assert "pins.all" in [one["id"] for one in (await client.get("/api/maps/layers", headers=headers)).json()]
    found = (await client.get("/api/maps/layers/pins.all/features", params={"limit": 3}, headers=headers)).json()
    assert (len(found["features"]), found["truncated"]) == (3, True)
    with pytest.raises(ValueError, match="pins"):
        add_provider(city, "pins", Pins())


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("regions.moon/features", 404, "layer"),
        ("pins.none/features", 404, "layer"),
        ("x/features", 404, "layer"),
        ("regions.town/features?bbox=1,2,3", 422, "bbox"),
        ("regions.town/features?bbox=5,0,1,1", 422, "bbox"),
        ("regions.town/features?bbox=nan,0,1,1", 422, "bbox"),
        ("regions.town/features?zoom=99", 422, "zoom"),
        ("regions.town/features?limit=100000", 422, "limit"),
        ("regions.town/features?box=1,2,3,4", 422, "box"),
    ],
)
async def test_a_bad_question_names_its_field(
    client: httpx.AsyncClient, sign_in: SignIn, path: str, status: int, field: str
) -> None:
    answer = await client.get(f"/api/maps/layers/{path}", headers=await sign_in("center"))
    assert answer.status_code == status, answer.text
    body = answer.json()
    fields = [body.get("field"), *(e.get("field") for e in body.get("errors", []))]
    assert any(f and str(f).endswith(field) for f in fields), body
