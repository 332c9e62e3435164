"""Files of cases come in through the door: once each, in time, with every refusal kept in sight."""

import asyncio
import csv
import json
from itertools import islice

from simulate.cast import Cast
from simulate.replaying.mapping import Mapping, read_mapping
from simulate.replaying.packs import make_pack
from simulate.replaying.source import read_lines

from tests.simulate.conftest import MAPPINGS, make_replay, real_file

HEADER = "msg_id,user_id,time,title,body,likes,dislikes\n"
CALLS = (
    HEADER
    + "1,a,2019-03-01 09:00:00,A3区建设路路灯不亮,A3区建设路一段路灯坏了三天,0,1\n"
    + "2,b,2019-03-01 09:05:00,A7县垃圾没人清,小区门口垃圾堆了一周,0,0\n"
    + "3,c,not a time,A1区占道,人行道被占,0,0\n"
    + "4,d,2019-03-02 10:00:00\n"
    + "5,e,2019-03-02 11:00:00,A2区积水,一下雨就积水,0,0\n"
)


async def run(replay, mapping: Mapping, path) -> dict[str, int]:
    await replay.cast.assemble()
    with replay.journal:
        await replay.run(read_lines(path, mapping.format, mapping.columns()), asyncio.Event())
    return dict(replay.done)


class TestCalls:
    async def test_come_in_once_and_refusals_are_parked_with_their_reason(self, replay, tmp_path, client, sign_in):
        mapping = read_mapping(MAPPINGS / "complaints_cn.yaml")
        (tmp_path / "calls.csv").write_text(CALLS, encoding="utf-8")
        first = replay(mapping)
        assert await run(first, mapping, tmp_path / "calls.csv") == {"opened": 3, "parked": 2}
        parked = [json.loads(line) for line in (tmp_path / "parked.jsonl").read_text().splitlines()]
        assert [(p["ref"], p["code"]) for p in parked] == [("3", "replay.bad_value"), ("4", "replay.broken_row")]
        again = replay(mapping)
        assert (await run(again, mapping, tmp_path / "calls.csv"))["known"] == 3
        # Without the journal the city itself knows the idempotency keys: nothing comes in twice.
        (tmp_path / "journal.jsonl").unlink()
        third = replay(mapping)
        await run(third, mapping, tmp_path / "calls.csv")
        assert {k.id for k in third.journal.known.values()} == {k.id for k in first.journal.known.values()}

    async def test_lie_in_a_town_and_keep_their_own_time(self, client, sign_in):
        rows = (await client.get("/api/cases?view=all&channel=hotline", headers=await sign_in("center"))).json()[
            "items"
        ]
        assert len(rows) == 3
        assert all(row["town_name"] for row in rows)

    async def test_of_the_real_file_a_slice_comes_in(self, replay):
        mapping = read_mapping(MAPPINGS / "complaints_cn.yaml")
        path = real_file("complaints_cn/messages_2019.csv.gz")
        one = replay(mapping)
        await one.cast.assemble()
        with one.journal:
            await one.run(islice(read_lines(path, mapping.format, mapping.columns()), 25), asyncio.Event())
        assert one.done["opened"] == 25, one.parking.reasons


BOSTON = [
    "case_enquiry_id,open_dt,target_dt,closed_dt,closure_reason,case_title,subject,reason,type,department,location,"
    "location_street_name,latitude,longitude,source",
    "901,2011-07-01 09:00:00,2011-07-06 09:00:00,2011-07-05 15:00:00,Fixed,Lamp out,Works,Lights,Lamp,PWDx,"
    "1 Beacon St,Beacon St,42.3580,-71.0610,Self Service",
    "902,2011-07-01 09:03:00,2011-07-06 09:03:00,2011-07-20 10:00:00,Done late,Lamp out,Works,Lights,Lamp,PWDx,"
    "2 Beacon St,Beacon St,42.3581,-71.0612,Constituent Call",
    "903,2011-07-02 10:00:00,2011-07-07 10:00:00,,,Tree down,Parks,Trees,Tree,PARK,3 Elm St,Elm St,42.3100,-71.1100,Twitter",
    "904,2011-07-02 11:00:00,2011-07-07 11:00:00,,,Far away,Parks,Trees,Tree,PARK,?,?,10.0000,-10.0000,Twitter",
]


async def install_pack(client, mapping: Mapping, path, packs, limit: int | None) -> None:
    lines = islice(read_lines(path, mapping.format, mapping.columns()), limit)
    make_pack(mapping, lines, packs)
    bureau = await Cast(client, 0, "Chengshu-2026").person("bureau")
    done = await bureau.post("/api/packs/boston_311/install")
    assert not done["refused"], done


class TestBoston:
    async def test_lives_are_replayed_in_their_own_time(self, boston, tmp_path):
        client, packs = boston
        mapping = read_mapping(MAPPINGS / "boston_2011.yaml")
        path = tmp_path / "boston.csv"
        path.write_text("\n".join(BOSTON) + "\n", encoding="utf-8")
        await install_pack(client, mapping, path, packs, None)
        one = make_replay(client, tmp_path, mapping)
        one.clock = await one.cast.person("sysadmin")
        done = await run(one, mapping, path)
        assert (done["opened"], done["close"], done["parked"]) == (3, 2, 1), one.parking.path.read_text()
        center = await one.cast.person("center")
        case = await center.get(f"/api/cases/{one.journal.known['901'].id}")
        assert case["opened_at"].startswith("2011-07-01T09:0")
        assert case["closed_at"].startswith("2011-07-05T15:0")
        late = await center.get(f"/api/cases/{one.journal.known['902'].id}")
        assert [e["move"] for e in late["timeline"]][-1] == "close"
        assert late["state"] == "closed"
        assert late["clock"]["color"] == "red"
        open_one = await center.get(f"/api/cases/{one.journal.known['903'].id}")
        assert (open_one["state"], open_one["lead"]["org"]) == ("handling", "park")

    async def test_of_the_real_file_a_slice_comes_in(self, boston, tmp_path):
        client, packs = boston
        mapping = read_mapping(MAPPINGS / "boston_2011.yaml")
        path = real_file("service_requests_311/boston_2011_07_10.csv.gz")
        await install_pack(client, mapping, path, packs, None)
        one = make_replay(client, tmp_path, mapping)
        one.clock = await one.cast.person("sysadmin")
        await one.cast.assemble()
        with one.journal:
            await one.run(islice(read_lines(path, mapping.format, mapping.columns()), 40), asyncio.Event())
        assert one.done["opened"] == 40, one.parking.reasons
        assert one.parking.count == 0, one.parking.reasons
        assert one.done["close"] >= 30


def test_the_rows_of_this_file_fit_its_header():
    assert {len(row) for row in csv.reader(BOSTON)} == {15}
