"""The inbox: fifty open cases of one office, with many cases in the city; the same at a small and a large size."""

import time

from bench._city import BenchCity, bench_city, quick, report
from bench._fill import fill
from bench.lifecycle import Life, move, ok

PATHS = {
    "inbox": "/api/cases?view=inbox&limit=50",
    "overdue": "/api/cases?overdue=true&limit=50",
    "page": "/api/cases?view=all&limit=50",
    "points": "/api/cases/points?bbox=119.8,31.34,119.84,31.38&zoom=15",
}


def measure(city: BenchCity, rounds: int) -> dict[str, float]:
    """CPU-ms and statements per request for each path."""
    figures: dict[str, float] = {}
    office = city.client("urban")
    for name, path in PATHS.items():
        for _ in range(5):
            ok(office.get(path))
        with city.meter() as readings:
            for _ in range(rounds):
                ok(office.get(path))
        figures[f"{name}_cpu_ms"] = readings[0].request_ms / rounds
        figures[f"{name}_sql"] = readings[0].statements / rounds
        figures[f"{name}_wall_ms"] = readings[0].seconds * 1000 / rounds
    return figures


def main() -> None:
    small, large = (2_000, 20_000) if quick() else (10_000, 1_000_000)
    rounds = 30 if quick() else 100
    figures: dict[str, float] = {}
    with bench_city() as city:
        life = Life(city)
        models: list[int] = []
        for _ in range(20):
            case = life.create()
            if case["state"] == "reported":
                case = move(life.center, case, "file", {})
            if case["state"] == "filed":
                case = move(life.center, case, "dispatch", {"lead": "urban_management"})
            models.append(case["id"])
        done = 0
        for size in (small, large):
            began = time.monotonic()
            fill_more(city, models, done, size)
            done = size
            figures[f"fill_{size}_seconds"] = time.monotonic() - began
            figures |= {f"{k}@{size}": v for k, v in measure(city, rounds).items()}
    for name in PATHS:
        small_ms, large_ms = figures[f"{name}_cpu_ms@{small}"], figures[f"{name}_cpu_ms@{large}"]
        figures[f"{name}_ratio"] = large_ms / max(small_ms, 0.01)
    report(
        "inbox",
        figures,
        "Best public figure at 1 million cases: 3,980 CPU-ms, 263 SQL. Wanted: <= 20 CPU-ms, <= 3 SQL.",
    )


def fill_more(city: BenchCity, models: list[int], have: int, want: int) -> None:
    """Go from `have` copies to `want`."""
    if have:
        with city.connect() as conn:
            conn.execute("set session_replication_role = replica")
            for table in ("commons.flow_task", "govern.cases_case", "commons.flow_matter"):
                key = "matter_id" if table.endswith("task") else "id"
                conn.execute(f"delete from {table} where {key} > 10000000".encode())
    fill(city, models, want)


if __name__ == "__main__":
    main()
