"""The routes of flow on an installed county."""

import httpx
from tests.conftest import SignIn


class TestFlows:
    async def test_lists_and_shows_the_city_case(self, client: httpx.AsyncClient, sign_in: SignIn) -> None:
        headers = await sign_in("center")
        flows = (await client.get("/api/flow/flows", headers=headers)).json()
        assert "components_and_events.city_case" in {f["id"] for f in flows}
        answer = await client.get("/api/flow/flows/components_and_events.city_case", headers=headers)
        body = answer.json()["body"]
        assert body["moves"]["dispatch"]["from"] == ["filed"]

    async def test_an_unknown_flow_names_the_known_ones(self, client: httpx.AsyncClient, sign_in: SignIn) -> None:
        headers = await sign_in("center")
        answer = await client.get("/api/flow/flows/no.flow", headers=headers)
        assert answer.status_code == 404
        assert "components_and_events.city_case" in answer.json()["remedy"]
        answer = await client.get("/api/flow/flows/components_and_events.city_case?version=99", headers=headers)
        assert answer.status_code == 404

    async def test_needs_the_operation(self, client: httpx.AsyncClient, sign_in: SignIn) -> None:
        assert (await client.get("/api/flow/flows")).status_code == 401
        assert (await client.get("/api/flow/flows", headers=await sign_in("grid1"))).status_code == 403


class TestCalendar:
    async def test_tells_the_hours_of_a_day_and_why(self, client: httpx.AsyncClient, sign_in: SignIn) -> None:
        headers = await sign_in("center")
        answer = await client.get("/api/flow/calendar?since=2026-10-01&days=8", headers=headers)
        days = answer.json()["days"]
        assert len(days) == 8
        assert days[0]["hours"] == []
        assert "国庆节" in days[0]["why"]["zh"]
        assert days[-1]["hours"]
        assert (await client.get("/api/flow/calendar?since=9999-12-31&days=400", headers=headers)).status_code == 200
