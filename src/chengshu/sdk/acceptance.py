"""The pytest side of acceptance scenarios: the fixture `city`, and the report that the matrix is drawn from."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chengshu.sdk.client import CityClient

REPORT = "CHENGSHU_VERIFY_REPORT"


@pytest.fixture(scope="session")
def city() -> Iterator[CityClient]:
    """The city at CHENGSHU_URL."""
    with CityClient() as client:
        yield client


def scenario_id(item: pytest.Item) -> str:
    """`pack/test_file::test_name`, wherever the pack lies."""
    path = Path(str(item.path))
    return f"{path.parent.parent.name}/{path.stem}::{item.name}"


class Report:
    """Collects how each scenario went."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, dict[str, Any]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            covered = getattr(getattr(item, "function", None), "__covers__", ())
            row = {
                "id": scenario_id(item),
                "covers": list(covered),
                "outcome": "not run",
                "seconds": 0.0,
                "message": "",
            }
            self.rows[item.nodeid] = row

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        row = self.rows.get(report.nodeid)
        if row is None or (report.when == "teardown" and report.passed) or (report.when == "setup" and report.passed):
            return
        row["outcome"] = report.outcome
        row["seconds"] = round(row["seconds"] + report.duration, 2)
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            row["message"] = (crash.message if crash else str(report.longrepr)).strip()[:300]

    def pytest_sessionfinish(self) -> None:
        self.path.write_text(json.dumps(list(self.rows.values()), ensure_ascii=False), "utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """Write the report where it is asked for."""
    if os.environ.get(REPORT):
        config.pluginmanager.register(Report(Path(os.environ[REPORT])), "chengshu-report")
