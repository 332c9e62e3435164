"""Fills a benchmark city with many cases: copies of cases that really went through the door, spread over place and time."""

import sys

from bench._city import BenchCity

CLONE = """
insert into {table}
select (jsonb_populate_record(t.r, jsonb_strip_nulls(jsonb_build_object({changes})))).*
from generate_series(1, %(copies)s) g cross join lateral (
    select x as r, x.* from {table} x where {key} = any(%(models)s) order by {key} offset mod(g, cardinality(%(models)s)) limit 1) t
"""
# Ids of copies lie far above real ones; number, time and place differ from copy to copy.
ID = "10000000 + g"
TABLES = {
    "commons.flow_matter": (
        "id",
        f"""'id', {ID}, 'number', 'B' || g, 'opened_at', t.opened_at - make_interval(mins => mod(g, 500000)),
        'due_at', t.due_at + make_interval(mins => mod(g::bigint * 7919, 20000)::int - 10000)""",
    ),
    "govern.cases_case": (
        "id",
        f"""'id', {ID}, 'number', 'B' || g, 'source_ref', 'bench-' || g,
        'opened_at', t.opened_at - make_interval(mins => mod(g, 500000)),
        'due_at', t.due_at + make_interval(mins => mod(g::bigint * 7919, 20000)::int - 10000),
        'lon', 119.52 + mod(g::bigint * 7919, 60000) / 100000.0, 'lat', 31.12 + mod(g::bigint * 104729, 50000) / 100000.0""",
    ),
    "commons.flow_task": (
        "matter_id",
        f"""'id', {ID}, 'matter_id', {ID}, 'due_at', t.due_at + make_interval(mins => mod(g::bigint * 7919, 20000)::int - 10000)""",
    ),
}


def fill(city: BenchCity, models: list[int], copies: int) -> None:
    """Copy the model cases, each with its newest open task, `copies` times in all."""
    with city.connect() as conn:
        conn.execute("set session_replication_role = replica")  # the copies are history, not news
        for table, (key, changes) in TABLES.items():
            print(f"  {table}: {copies:,} copies", file=sys.stderr)
            source = table
            if table == "commons.flow_task":
                conn.execute(
                    "create temp table model_task as select distinct on (matter_id) * from commons.flow_task"
                    " where matter_id = any(%s) and done_at is null order by matter_id, id desc",
                    [models],
                )
                source = "model_task"
            sql = CLONE.format(table=source, key=key, changes=changes).replace(
                f"insert into {source}", f"insert into {table}"
            )
            conn.execute(sql.encode(), {"copies": copies, "models": models})
        # What the filling left to do is done now, not on the meter of what follows.
        conn.execute("vacuum analyze")
        conn.execute("checkpoint")
