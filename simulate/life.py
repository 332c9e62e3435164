"""A day in the county: trouble is reported, somebody's turn comes, work is done or left lying, residents judge."""

import asyncio
import logging
import random
import re
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from simulate import words
from simulate.atlas import Atlas
from simulate.behaviour import FREE_TEXT, GRADES, SKIPPED, choose, open_task, patience, write
from simulate.cast import Cast
from simulate.client import Person, Refused
from simulate.pictures import draw_photo

log = logging.getLogger("simulate")

MOST_STEPS = 14
VILLAGE_OFFICE = re.compile(r"^org:v\d{12}$")
LEFT_LYING = 0.12
MOST_RECEIPTS = 500
"""Residents who still look after their report; the oldest forget it."""
PHOTO_POOL = 24
CHANNELS = {"grid": 40, "hotline": 35, "citizen": 25}
UPLOADS = {"staff": "/api/cases/uploads", "public": "/api/open/v1/uploads"}


class Life:
    """Plays the county. Everything random comes from one seeded source, so the same seed tells the same stories."""

    def __init__(self, atlas: Atlas, cast: Cast, seed: int) -> None:
        self.atlas = atlas
        self.cast = cast
        self.seed = seed
        self.luck = random.Random(seed)
        self.codes: dict[str, str] = {}
        self.fields: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
        self.done: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.told = 0
        self.beyond: set[Any] = set()
        """Cases that nobody of the cast may act upon; they are left to people."""
        self.public = cast.stranger()

    async def report(self) -> int | None:
        """Somebody reports something, by a channel that fits; returns the case's id where the channel shows it."""
        self.told += 1
        channel = self.luck.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        trouble = self.atlas.trouble(self.luck, seen=channel != "hotline" or self.luck.random() < 0.6)
        lon, lat, address = self.atlas.somewhere(self.luck)
        text = words.report(self.luck, str(trouble["title"]), address)
        body: dict[str, Any] = {"text": text, "lon": lon, "lat": lat, "address": address}
        key = f"life-{self.seed}-{time.time_ns():x}-{self.told}"
        if channel == "citizen":
            return await self._citizen_reports(body, trouble, key)
        if channel == "hotline":
            body |= {"channel": "hotline", "reporter": words.caller(self.luck)}
            if self.luck.random() < 0.04:
                # The operator did not find it on the map: the village is known by its name alone.
                del body["lon"], body["lat"]
            who = await self.cast.person("hotline")
        else:
            body |= {"channel": "grid", "class": trouble["code"]}
            who = await self.cast.person("grid1")
        if who is None:
            return None
        if channel == "grid":
            body["attachments"] = [await self.photo(who, str(trouble["title"]), False)]
        return await self._staff_opens(who, body, trouble, key)

    async def _citizen_reports(self, body: dict[str, Any], trouble: Mapping[str, Any], key: str) -> int | None:
        if self.luck.random() < 0.7:
            body["attachments"] = [await self.photo(self.public, str(trouble["title"]), False)]
        if self.luck.random() < 0.5:
            body["class"] = trouble["code"]
        answer = await self.public.post("/api/open/v1/reports", body, Idempotency_Key=key)
        self.codes[str(answer["number"])] = str(answer["code"])
        if len(self.codes) > MOST_RECEIPTS:
            self.codes.pop(next(iter(self.codes)))
        self.done["report"] += 1
        return await self._found_by_center(str(answer["number"]))

    async def _found_by_center(self, number: str) -> int | None:
        """The case of a citizen's report as the centre sees it; a resident knows the number only."""
        center = await self.cast.person("center")
        if center is None:
            return None
        rows = (await center.get("/api/cases", view="all", q=number, limit=1))["items"]
        return int(rows[0]["id"]) if rows and str(rows[0]["number"]) == number else None

    async def _staff_opens(self, who: Person, body: dict[str, Any], trouble: Mapping[str, Any], key: str) -> int | None:
        types = await self.types(who)
        body["type"] = self._type_for(types, str(body["channel"]), str(trouble["code"]))
        if body["type"] is None:
            return None
        if "class" not in body and self.luck.random() < 0.8:
            body["class"] = trouble["code"]
        answer = await who.post("/api/cases", body, Idempotency_Key=key)
        self.done["report"] += 1
        return int(answer["id"])

    async def types(self, who: Person) -> list[dict[str, Any]]:
        """Case types, read once."""
        if not hasattr(self, "_types"):
            answer = await who.get("/api/cases/types")
            self._types: list[dict[str, Any]] = answer["items"] if isinstance(answer, dict) else answer
        return self._types

    @staticmethod
    def _type_for(types: list[dict[str, Any]], channel: str, code: str) -> str | None:
        fits = [t for t in types if channel in (t.get("channels") or [channel])]
        rooted = [t for t in fits if t.get("classes_root") and code.startswith(str(t["classes_root"]))]
        free = [t for t in fits if not t.get("classes_root")]
        return next((str(t["id"]) for t in (*rooted, *free, *fits)), None)

    async def photo(self, who: Person, title: str, done: bool) -> str:
        """A photo handed in by this person; after a while earlier ones are used again, to be light on the city."""
        pool = who.photos
        if len(pool) >= PHOTO_POOL:
            return self.luck.choice(pool)
        picture = draw_photo(title, self.luck.randrange(2**31), done)
        where = UPLOADS["staff" if who.login else "public"]
        pool.append(await who.upload(where, picture, "现场.jpg"))
        return pool[-1]

    async def work_on(self, case_id: int, steps: int = 1) -> dict[str, Any] | None:
        """Take a case some steps further, each by whoever's turn it is; returns it as last seen."""
        case: dict[str, Any] | None = None
        for _ in range(min(steps, MOST_STEPS)):
            seen = await self._step(case_id, case)
            if seen is None:
                break
            case = seen
        return case

    async def _step(self, case_id: int, case: dict[str, Any] | None) -> dict[str, Any] | None:
        center = await self.cast.person("center")
        if center is None:
            return None
        seen: dict[str, Any] = case if case is not None else await center.get(f"/api/cases/{case_id}")
        task = open_task(seen)
        if task is None or not (who := await self.cast.holder(self._list_of(task, seen))):
            return None
        if who.login != seen.get("_seen_by"):
            seen = await who.get(f"/api/cases/{case_id}")
        move = choose(str(seen["state"]), seen.get("moves") or (), who.luck)
        if move is None:
            return None
        body = await self._fill(who, move, seen)
        if body is None:
            return None
        after = await who.post(f"/api/cases/{case_id}/moves/{move['id']}", body, If_Match=f'"{seen["version"]}"')
        self.done[str(move["id"])] += 1
        after["_seen_by"] = who.login
        return after

    @staticmethod
    def _list_of(task: Mapping[str, Any], case: Mapping[str, Any]) -> str:
        """Whose list the task lies in; in a village office it is the worker of the case's own grid who acts, and
        nobody when only the village is known: no worker of one grid sees the whole village."""
        grid = str((case.get("place") or {}).get("grid") or "")
        holder = str(task["holder"])
        if not VILLAGE_OFFICE.match(holder):
            return holder
        return f"grid:{grid}" if grid else "nobody"

    async def _fill(self, who: Person, move: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Any] | None:
        """The fields of a move; None when something required is beyond this person."""
        body: dict[str, Any] = {}
        title = str((case.get("class") or {}).get("title") or case.get("title") or "")
        for field in move.get("fields") or ():
            if field["type"] == "photos":
                # Before and after: a handler shows both, a grid worker what is there now.
                done = "before" not in str(field["name"]) and not str(move["id"]).endswith("fail")
                value: Any = [await self.photo(who, title, done)]
            elif field["type"] in ("org", "orgs") and not field.get("options") and not field.get("default"):
                value = await self._lead(who, case) if field.get("required") and field["type"] == "org" else SKIPPED
            else:
                value = write(field, str(move["id"]), case, who.luck)
                if value is SKIPPED and field["type"] == "class" and field.get("required"):
                    value = self.atlas.trouble(who.luck, seen=True)["code"]
            if value is SKIPPED or value is None:
                if field.get("required") and field["type"] not in FREE_TEXT:
                    return None
                continue
            body[str(field["name"])] = value
        return body

    async def _lead(self, who: Person, case: Mapping[str, Any]) -> Any:
        """The office that the duty list names, the urban management bureau when it names none."""
        place, code = case.get("place") or {}, (case.get("class") or {}).get("code")
        if code:
            try:
                owner = await who.get("/api/cases/duties/owner", **{"class": code, "region": place.get("region")})
                if lead := owner.get("lead"):
                    return lead["org"] if isinstance(lead, dict) else lead
            except Refused:
                pass
        return "urban_management"

    async def judge(self) -> bool:
        """A resident looks at a report of theirs and rates it when it is closed."""
        if not self.codes:
            return False
        return await self.rate(self.luck.choice(list(self.codes)))

    async def rate(self, number: str) -> bool:
        """Rate a report by its code, when it may be rated."""
        code = {"X_Report_Code": self.codes[number]}
        report = await self.public.call(
            "GET", f"/api/open/v1/reports/{number}", headers={"X-Report-Code": self.codes[number]}
        )
        if not report.get("can_rate"):
            return False
        grade = self.luck.choice(GRADES)
        text = self.luck.choice(words.PRAISE[grade])
        await self.public.post(f"/api/open/v1/reports/{number}/rating", {"grade": grade, "text": text}, **code)
        self.codes.pop(number, None)
        self.done["rate"] += 1
        return True

    async def open_cases(self) -> list[dict[str, Any]]:
        """A page of cases that are not closed, chosen by state so that no queue is forgotten."""
        center = await self.cast.person("center")
        if center is None:
            return []
        state = self.luck.choice(["reported", "filed", "assigned", "handling", "verifying", "closing", "revisiting"])
        answer = await center.get("/api/cases", view="all", state=state, limit=50)
        return list(answer["items"])

    async def act(self) -> None:
        """One thing that happens in the county."""
        chance = self.luck.random()
        try:
            if chance < 0.22:
                await self.report()
            elif chance < 0.30:
                await self.judge()
            else:
                await self._somebody_works()
        except Refused as refusal:
            self.note(refusal)

    async def _somebody_works(self) -> None:
        rows = [
            row
            for row in await self.open_cases()
            if patience(self.seed, str(row["number"])) > LEFT_LYING and row["id"] not in self.beyond
        ]
        if not rows:
            return
        row = self.luck.choice(rows)
        try:
            await self.work_on(int(row["id"]))
        except Refused as refusal:
            if refusal.status in (403, 404):
                self.beyond.add(row["id"])
            raise

    def note(self, refusal: Refused) -> None:
        """Count a refusal; each kind is told once, so that a log stays readable."""
        self.refusals[refusal.code] += 1
        if self.refusals[refusal.code] == 1:
            log.warning("refused: %s", refusal)

    async def history(self, wanted: int, together: int, stop: asyncio.Event) -> int:
        """Give an empty county a past: cases opened and carried on to different stages. Returns how many were opened."""
        made = 0

        async def one() -> None:
            nonlocal made
            while made < wanted and not stop.is_set():
                made += 1
                try:
                    case_id = await self.report()
                    if case_id is not None and self.luck.random() > 0.08:
                        steps = MOST_STEPS if self.luck.random() < 0.68 else self.luck.randint(1, 5)
                        case = await self.work_on(case_id, steps)
                        if case and str(case["number"]) in self.codes and self.luck.random() < 0.7:
                            await self.rate(str(case["number"]))
                except Refused as refusal:
                    self.note(refusal)

        await asyncio.gather(*(one() for _ in range(together)))
        return made
