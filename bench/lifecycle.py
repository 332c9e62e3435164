"""Four calls in the life of a case (create with filing and dispatch, assign, take on, read), all checks and clocks on."""

import itertools
import sys
from typing import Any

import httpx

from bench._city import BenchCity, bench_city, quick, report

TEXTS = ["人民路路面破损，有大坑", "文昌社区门口垃圾满溢无人清理", "路灯不亮，晚上看不见", "井盖松动，过车有响声"]


def ok(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code >= 300:
        sys.exit(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:500]}")
    return answer.json()


def move(client: httpx.Client, case: dict[str, Any], name: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"If-Match": f'"{case["version"]}"'}
    return ok(client.post(f"/api/cases/{case['id']}/moves/{name}", json=body, headers=headers))


class Life:
    """The people of one life: the centre creates and assigns, an office resolves."""

    def __init__(self, city: BenchCity) -> None:
        self.center = city.client("center")
        self.office = city.client("urban")
        self.texts = itertools.cycle(TEXTS)

    def create(self) -> dict[str, Any]:
        body = {
            "type": "components_and_events.event", "channel": "hotline", "text": next(self.texts), "lon": 119.82,
            "lat": 31.36, "class": "020113",
        }  # fmt: skip
        return ok(self.center.post("/api/cases", json=body))

    def assign(self, case: dict[str, Any]) -> dict[str, Any]:
        """One call: what was filed and dispatched by the duty list is reassigned, what waits is filed by hand."""
        if case["state"] == "reported":
            return move(self.center, case, "file", {"class": "020113"})
        return move(self.center, case, "reassign", {"lead": "urban_management", "reason": "由城管局主办"})

    def run(self) -> None:
        case = self.create()
        case = self.assign(case)
        if case["lead"] and case["lead"]["org"] == "urban_management":
            case = move(self.office, case, "accept", {})
        else:
            case = move(self.center, case, "note", {"reason": "已电话告知主办单位"})
        ok(self.center.get(f"/api/cases/{case['id']}"))


def main() -> None:
    rounds = 50 if quick() else 300
    with bench_city() as city:
        life = Life(city)
        for _ in range(10):
            life.run()
        with city.meter() as readings:
            for _ in range(rounds):
                life.run()
        reading = readings[0]
    report(
        "lifecycle",
        {
            "cpu_ms_per_lifecycle": reading.request_ms / rounds,
            "web_cpu_ms": reading.web_ms / rounds,
            "database_cpu_ms": reading.database_ms / rounds,
            "worker_cpu_ms": reading.worker_ms / rounds,
            "sql_per_lifecycle": reading.statements / rounds,
            "lifecycles_per_second_one_client": rounds / reading.seconds,
        },
        "Best public figure for four calls: 592 CPU-ms, 149 SQL. Wanted: <= 50 CPU-ms, <= 32 SQL.",
    )


if __name__ == "__main__":
    main()
