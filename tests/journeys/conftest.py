"""A browser, the people in it, and the check that nobody is shut out of a page."""

import io
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

PASSWORD = os.environ.get("CHENGSHU_DEMO_PASSWORD", "Chengshu-2026")
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
SEVERE = ("serious", "critical")
Open = Callable[..., Page]


@dataclass(frozen=True)
class Grid:
    """The grid of the demo grid worker: its code and a point inside."""

    code: str
    lon: float
    lat: float


@pytest.fixture(scope="session")
def address(request: pytest.FixtureRequest) -> str:
    """The running city; CHENGSHU_TEST_CITY_URL names one that runs already."""
    return os.environ.get("CHENGSHU_TEST_CITY_URL") or request.getfixturevalue("live_city")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a module: Playwright's loop runs while it is open, and would stand in the way of asynchronous tests."""
    chromium = os.environ.get("CHENGSHU_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test")
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def grid(address: str) -> Grid:
    """Where the demo grid worker works, as the city says it."""
    with httpx.Client(base_url=address) as http:
        http.post("/api/security/sessions", json={"login": "grid1", "password": PASSWORD}).raise_for_status()
        found = http.get("/api/gridwork/today").raise_for_status().json()["grids"][0]
    return Grid(found["code"], found["lon"], found["lat"])


@pytest.fixture
def open_page(browser: Browser, address: str, grid: Grid) -> Iterator[Open]:
    """`open_page("/grid", login="grid1", phone=True)`: a page of a fresh browser, signed in when a login is given."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(path: str, login: str | None = None, phone: bool = False) -> Page:
        context = browser.new_context(
            base_url=address, viewport=PHONE if phone else DESK, is_mobile=phone, has_touch=phone, locale="zh-CN",
            timezone_id="Asia/Shanghai", permissions=["geolocation"], reduced_motion="reduce",
            geolocation={"longitude": grid.lon, "latitude": grid.lat},
        )  # fmt: skip
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        if login is None:
            page.goto(path)
        else:
            enter(page, login, path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, faults


def enter(page: Page, login: str, path: str) -> None:
    """Sign in at the door and arrive at the path."""
    page.goto(f"/login?to={path}")
    page.get_by_label("账号", exact=True).fill(login)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(f"**{path}**")


@pytest.fixture
def axe() -> Iterator[Callable[[Page], None]]:
    """Looks at a page; the test fails at its end with every serious fault found, naming rule, place and element."""
    checker = Axe()
    severe: dict[str, None] = {}

    def faults_of(page: Page) -> dict[str, None]:
        found: dict[str, None] = {}
        for fault in checker.run(page).response["violations"]:
            if fault["impact"] in SEVERE:
                where = re.sub(r"\d+", "…", page.url.split("//", 1)[1].split("/", 1)[1])
                found.update({f"/{where} {fault['id']}: {node['html'][:140]}": None for node in fault["nodes"]})
        return found

    def check(page: Page) -> None:
        severe.update(faults_of(page))

    yield check
    assert not severe, "\n".join(severe)


def photo(words: str = "现场", place: tuple[float, float] | None = None) -> dict[str, object]:
    """A JPEG that is new each time, with the place in its EXIF when given."""
    picture = Image.new("RGB", (1200, 900), (96, 120, 84))
    ImageDraw.Draw(picture).text((40, 40), f"{words} {time.time_ns()}", fill="white")
    exif = Image.Exif()
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: _degrees(place[1]), 3: "E", 4: _degrees(place[0])})
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=85, exif=exif.tobytes())
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def _degrees(value: float) -> tuple[float, float, float]:
    minutes = (value % 1) * 60
    return (float(int(value)), float(int(minutes)), round((minutes % 1) * 60, 4))


def move_button(page: Page, title: str) -> Locator:
    """The button of a move on a case page; its shortcut digit follows the title."""
    return page.get_by_label("下一步").get_by_role("button", name=title).first
