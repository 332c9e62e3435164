"""Cases and the map: layers by right and scope, and addresses that are found again once a case was there."""

from collections.abc import Awaitable, Callable

import httpx

from chengshu.commons.places import facade as places
from chengshu.govern.cases.service import addresses
from chengshu.runtime.city import City

SignIn = Callable[[str], Awaitable[dict[str, str]]]
HERE = {"lon": 119.8205, "lat": 31.3607}


async def report(client: httpx.AsyncClient, headers: dict[str, str], **body: object) -> dict[str, object]:
    given = {"type": "components_and_events.component", "channel": "staff", "text": "路灯不亮，晚上很黑", **body}
    answer = await client.post("/api/cases", json=given, headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_an_address_is_found_again(city: City, client: httpx.AsyncClient, sign_in: SignIn) -> None:
    headers = await sign_in("center")
    first = await report(client, headers, address="宜城街道解放东路118号", **HERE)
    async with city.db.job_work() as work:
        assert await addresses.learn(work, [int(str(first["id"]))]) == 1
        assert await addresses.learn(work, []) == 0
        found = await places.find_place(work, "解放东路120号")
        assert found is not None
        assert found.how == "address"
    asked = {"text": "又有一盏路灯不亮", "address": "宜城街道解放东路118号"}
    place = (await client.post("/api/cases/suggestions", json=asked, headers=headers)).json()["place"]
    assert place["grid"] is not None
    assert (place["lon"], place["lat"]) == (HERE["lon"], HERE["lat"])
    second = await report(client, headers, address="宜城街道解放东路118号", text="井盖松动，车过有响声")
    assert second["place"]["grid"] == place["grid"]  # type: ignore[index]


async def test_cases_are_layers_within_scope(client: httpx.AsyncClient, sign_in: SignIn) -> None:
    headers = await sign_in("center")
    await report(client, headers, **HERE)
    layers = {one["id"]: one for one in (await client.get("/api/maps/layers", headers=headers)).json()}
    assert {"cases.open", "cases.overdue", "cases.verifying"} <= set(layers)
    url = layers["cases.open"]["url"]
    query = {"bbox": "119.81,31.35,119.83,31.37", "zoom": 16}
    mine = (await client.get(url, params=query, headers=headers)).json()["features"]
    assert mine
    assert mine[0]["geometry"]["type"] == "Point"
    elsewhere = (await client.get(url, params={**query, "bbox": "119.5,31.5,119.51,31.51"}, headers=headers)).json()
    assert elsewhere["features"] == []
    other = (await client.get(url, params=query, headers=await sign_in("t320282112"))).json()["features"]
    assert len(other) < len(mine), "another town does not see this case"
