"""Figures over HTTP: they move when cases move, carry their source, and are seen by right."""


class TestTallies:
    async def test_move_with_the_cases_and_lead_to_them(self, client, sign_in, report, drain):
        headers = await sign_in("center")
        await drain()
        before = (await client.get("/api/indicators/tallies?dim=county", headers=headers)).json()
        await report("路灯不亮，请维修")
        await drain()
        after = (await client.get("/api/indicators/tallies?dim=county", headers=headers)).json()
        count = lambda answer: sum(row["reported"] for row in answer["rows"])  # noqa: E731
        assert count(after) == count(before) + 1
        town = (await client.get("/api/indicators/tallies?dim=town", headers=headers)).json()["rows"][0]
        assert town["title"] != town["key"]
        assert town["href"].endswith(town["key"])
        assert (await client.get("/api" + town["href"], headers=headers)).status_code == 200
        assert town["parts"]["ontime_rate"]["denominator"] == town["closed"]

    async def test_refuse_what_cannot_be_counted_by(self, client, sign_in):
        headers = await sign_in("center")
        for query, code in (
            ("dim=moon", "indicators.dimension_unknown"),
            ("from=2026-02-01&to=2026-01-01", "indicators.period_invalid"),
        ):
            answer = await client.get(f"/api/indicators/tallies?{query}", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (422, code)

    async def test_need_a_session_and_the_right(self, client, sign_in):
        assert (await client.get("/api/indicators/tallies")).status_code == 401
        assert (await client.get("/api/indicators", headers=await sign_in("auditor"))).status_code == 403

    async def test_grids_of_others_are_not_shown(self, client, sign_in):
        own = await client.get("/api/indicators/tallies?dim=grid", headers=await sign_in("grid1"))
        everybody = await client.get("/api/indicators/tallies?dim=grid", headers=await sign_in("center"))
        assert len(everybody.json()["rows"]) >= 1
        assert {r["key"] for r in own.json()["rows"]} <= {"320282001001001"}


class TestIndicators:
    async def test_every_number_says_where_it_comes_from(self, client, sign_in):
        headers = await sign_in("leader")
        library = (await client.get("/api/indicators", headers=headers)).json()["items"]
        assert {"city_supervision.reported", "city_supervision.ontime_rate"} <= {i["id"] for i in library}
        for one in library:
            assert one["definition"]
            assert one["sql"].lstrip().lower().startswith("select")
            assert one["unit"]
            by = "town" if "dim" in one["grain"] else one["grain"][0]
            answer = await client.get(f"/api/indicators/{one['id']}/values?by={by}", headers=headers)
            assert answer.status_code == 200, answer.text

    async def test_unknown_ones_and_groups_are_refused(self, client, sign_in):
        headers = await sign_in("leader")
        assert (await client.get("/api/indicators/nobody.knows/values", headers=headers)).status_code == 404
        answer = await client.get("/api/indicators/city_supervision.reported/values?by=moon", headers=headers)
        assert answer.status_code == 422


class TestBoards:
    async def test_each_declared_board_is_drawn(self, client, sign_in):
        headers = await sign_in("leader")
        boards = (await client.get("/api/boards", headers=headers)).json()["items"]
        assert "city_supervision.county_overview" in [b["id"] for b in boards]
        for board in boards:
            drawn = (await client.get(f"/api/boards/{board['id']}", headers=headers)).json()
            assert len(drawn["widgets"]) == board["widgets"]
            for widget in drawn["widgets"]:
                assert widget["unit"]
                assert widget["source"]["definition"]
                assert widget["source"]["as_of"]
        number = next(w for w in drawn["widgets"] if w["kind"] in ("rank", "list"))
        assert isinstance(number["data"], list)

    async def test_an_unknown_board_is_a_problem(self, client, sign_in):
        answer = await client.get("/api/boards/no.board", headers=await sign_in("leader"))
        assert (answer.status_code, answer.json()["code"]) == (404, "boards.unknown")
