"""Every page that people visit: no severe accessibility fault, no overflow on a small phone, light enough for 4G."""

import gzip
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Grid, Open, photo
from tests.journeys.people import case_to_check

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PUBLIC = ("/", "/report", "/progress", "/rate", "/services", "/no-such-page")
STAFF = ("/desk", "/cases", "/map", "/cockpit", "/messages", "/data")
ADMIN = ("/admin",)
# A card can run over the edge of the screen although the page itself does not scroll.
STICKING_OUT = """[...document.querySelectorAll('main *')].filter(e => {
    const r = e.getBoundingClientRect()
    return r.width > 0 && r.right > innerWidth + 1 && !e.closest('.maplibregl-map, .outline, .visually-hidden')
}).map(e => e.outerHTML.slice(0, 120))"""
PORTAL_SCRIPT_LIMIT = 120_000
Check = Callable[[Page], None]


def settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)


def assert_fits(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 1, f"{page.url} is {wide} px too wide"
    assert (sticking_out := page.evaluate(STICKING_OUT)) == [], sticking_out


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
def test_public_pages(open_page: Open, axe: Check, phone: bool) -> None:
    page = open_page("/", phone=phone)
    for path in PUBLIC:
        page.goto(path)
        settle(page)
        expect(page.locator("h1").first).to_be_visible()
        assert_fits(page)
        axe(page)


def test_elder_mode_and_english(open_page: Open, axe: Check) -> None:
    page = open_page("/", phone=True)
    page.get_by_role("button", name="长辈版").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您好，有什么事要说？")
    size = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert size >= 20
    for path in PUBLIC:
        page.goto(path)
        settle(page)
        assert_fits(page)
        axe(page)
    page.goto("/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("what would you like to say")
    assert page.evaluate("document.documentElement.lang") == "en"
    settle(page)
    axe(page)


def test_search_box_leads_on(open_page: Open, axe: Check) -> None:
    page = open_page("/", phone=True)
    box = page.get_by_role("combobox")
    box.fill("路灯不亮")
    expect(page.get_by_role("option").first).to_contain_text("路灯不亮")
    axe(page)
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/report")
    expect(page.get_by_label("发生了什么？")).to_have_value("路灯不亮")


def test_report_says_what_is_missing_and_keeps_the_draft(open_page: Open, axe: Check, grid: Grid) -> None:
    page = open_page("/report", phone=True)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("请给出地点")).to_be_visible()
    expect(page.get_by_text("请写一句话")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.locator(".here")).to_be_visible()
    page.get_by_label("发生了什么？").fill("人行道地砖松动，下雨溅水")
    page.locator("input[type=file]").set_input_files(photo())
    expect(page.get_by_text("草稿已存在这台设备上")).to_be_visible()
    page.wait_for_timeout(800)
    page.reload()
    expect(page.get_by_text("已恢复您上次没写完的内容")).to_be_visible()
    expect(page.get_by_label("发生了什么？")).to_have_value("人行道地砖松动，下雨溅水")
    expect(page.locator(".shots img")).to_have_count(1)
    assert grid.code


def test_report_survives_a_lost_answer(open_page: Open) -> None:
    page = open_page("/report", phone=True)
    page.get_by_role("button", name="用我现在的位置").click()
    expect(page.locator(".here")).to_be_visible()
    page.get_by_label("发生了什么？").fill("河边栏杆断了一截")
    keys: list[str] = []

    def lose(route: object) -> None:
        keys.append(route.request.headers["idempotency-key"])  # type: ignore[attr-defined]
        if len(keys) == 1:
            route.fetch()  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/api/open/v1/reports", lose)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("还没有收到回执")).to_be_visible()
    page.get_by_role("button", name="立即补交").click()
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_map_picks_a_place(open_page: Open, axe: Check) -> None:
    page = open_page("/report", phone=True)
    page.get_by_role("button", name="在地图上点选").click()
    expect(page.get_by_text("点一下地图")).to_be_visible(timeout=30_000)
    page.locator(".map-box canvas").click()
    expect(page.locator(".here")).to_be_visible()
    axe(page)


@pytest.mark.parametrize(("login", "paths"), [("center", STAFF), ("sysadmin", ADMIN)], ids=["centre", "administrator"])
def test_staff_pages(open_page: Open, axe: Check, login: str, paths: tuple[str, ...]) -> None:
    page = open_page(paths[0], login=login)
    for path in paths:
        page.goto(path)
        page.wait_for_timeout(2500)
        axe(page)


def test_grid_pages(open_page: Open, axe: Check, address: str, grid: Grid) -> None:
    words = "一件标题很长的案件，用来看看任务卡片在小屏幕上会不会撑破边界，长到要换行才放得下"
    case_to_check(address, grid, words, with_photo=True)
    page = open_page("/grid", login="grid1", phone=True)
    page.get_by_role("button", name="按路线").click()
    expect(page.locator(".gtask").filter(has_text="一件标题很长").first).to_be_visible()
    assert_fits(page)
    for path in ("/grid", "/grid/report", "/grid/queue", "/grid/map"):
        page.goto(path)
        page.wait_for_timeout(1500)
        assert_fits(page)
        axe(page)


def test_portal_is_light(open_page: Open, address: str) -> None:
    page = open_page("/", phone=True)
    page.goto("/report")
    settle(page)
    names = page.evaluate("performance.getEntriesByType('resource').map(e => e.name).filter(n => n.endsWith('.js'))")
    weights = {name: len(gzip.compress(httpx.get(name).content)) for name in set(names)}
    assert weights
    assert sum(weights.values()) < PORTAL_SCRIPT_LIMIT, weights
