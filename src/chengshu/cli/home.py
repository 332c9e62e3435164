"""Where a city lives: its settings, its database brought up, and what `up` wrote about it for the other commands."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chengshu import migrate
from chengshu.runtime.postgres import EmbeddedPostgres
from chengshu.runtime.settings import Settings

NAME = "chengshu"


@dataclass
class Home:
    """A city's data folder with its database, embedded or external."""

    settings: Settings
    postgres: EmbeddedPostgres | None
    url: str
    web_url: str | None

    @property
    def note(self) -> Path:
        return self.settings.data_dir / "running.json"


def settle(data: Path | None = None, **changes: Any) -> Settings:
    """The settings with what the command line changes; None leaves a setting as it is."""
    given: dict[str, Any] = {"data_dir": data, **changes}
    settings = Settings(**{k: v for k, v in given.items() if v is not None})
    settings.data_dir = settings.data_dir.resolve()
    return settings


def open_home(data: Path | None = None, say: Callable[[str], None] = lambda _: None, **changes: Any) -> Home:
    """Settle the settings, start the database if it is ours, and make it exist."""
    settings = settle(data, **changes)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if settings.database_url:
        return Home(settings, None, settings.database_url, settings.database_web_url)
    postgres = EmbeddedPostgres(settings.data_dir / "postgres", say)
    postgres.start()
    migrate.ensure_database(postgres.url(database="postgres"), NAME)
    return Home(settings, postgres, postgres.url(), postgres.url(user="chengshu_web"))


def child_environment(home: Home, timezone: str) -> dict[str, str]:
    """What web, worker and simulator processes are told."""
    settings = home.settings
    told = {
        "CHENGSHU_DATA_DIR": str(settings.data_dir),
        "CHENGSHU_SITE_DIR": str(settings.site_dir),
        "CHENGSHU_DATABASE_URL": home.url,
        "CHENGSHU_DEMO": "true" if settings.demo else "false",
        "CHENGSHU_TIMEZONE": timezone,
        "PYTHONUNBUFFERED": "1",
    }
    if home.web_url:
        told["CHENGSHU_DATABASE_WEB_URL"] = home.web_url
    return {**os.environ, **told}


def write_note(home: Home, address: str) -> None:
    """Tell the other commands where the running city answers."""
    home.note.write_text(json.dumps({"address": address, "pid": os.getpid()}))


def running_address(data: Path | None = None) -> str | None:
    """Where a city run from this data folder answers, None when none runs."""
    settings = settle(data)
    try:
        note = json.loads((settings.data_dir / "running.json").read_text())
        os.kill(note["pid"], 0)
    except (OSError, ValueError, KeyError):
        return None
    return note["address"]
