"""Tells without loading the house whether the county is what site, packs and code declare."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from chengshu.runtime.settings import HOUSE, Settings


@dataclass(frozen=True, slots=True)
class About:
    """What `up` tells of the county: titles, time zone, and the site's accounts as login, name, duty."""

    title: dict[str, str]
    timezone: str
    people: list[dict[str, str | None]]


def fingerprint(settings: Settings) -> str:
    """One hash over everything that installation reads: site, packs, what the code declares, the kind of city."""
    digest = hashlib.sha256(f"{settings.demo} {settings.demo_password.get_secret_value()}".encode())
    for file in sorted(_files([settings.site_dir, *settings.packs_dirs, HOUSE / "src" / "chengshu"])):
        digest.update(str(file).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files(folders: Iterable[Path]) -> Iterable[Path]:
    code = HOUSE / "src"
    declaring = {"permissions.py", "spec.py", "install.py"}
    for folder in folders:
        for file in folder.rglob("*"):
            if "__pycache__" in file.parts or not file.is_file():
                continue
            if not file.is_relative_to(code) or file.name in declaring or "packkit" in file.parts:
                yield file


def installed(settings: Settings, url: str) -> About | None:
    """What is installed, when it is what is declared now; else None."""
    with psycopg.connect(url) as conn:
        row: Any = conn.execute("select digest, about from runtime.installation").fetchone()
    if row is None or row[0] != fingerprint(settings):
        return None
    return About(**row[1])
