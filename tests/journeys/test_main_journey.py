"""The life of one event in browsers: reported, seen, filed, dispatched, handled, checked, closed, rated, counted."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Grid, Open, move_button, photo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SOON = 20_000


def report(page: Page, words: str, grid: Grid) -> tuple[str, str]:
    """A citizen reports with a photo whose EXIF gives the place; number and code come at once."""
    page.locator("input[type=file]").set_input_files(photo("路灯", (grid.lon, grid.lat)))
    expect(page.get_by_text("已按照片里的位置填好地点")).to_be_visible()
    page.get_by_label("发生了什么？").fill(words)
    page.get_by_role("button", name="路灯", exact=True).click()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible(timeout=SOON)
    return page.get_by_test_id("number").inner_text(), page.get_by_test_id("code").inner_text()


def figure(page: Page, title: str) -> int:
    """One public figure of the portal's first page."""
    shown = page.locator(".figures-list > div").filter(has_text=title).locator("dd")
    expect(shown).to_have_text(re.compile(r"\d"))
    return int(re.sub(r"\D", "", shown.inner_text()))


def file_and_dispatch(centre: Page, number: str, axe: Callable[[Page], None]) -> str:
    """The centre files the report and sends it to the lead office; returns the case's id."""
    case_id = str(int(number[8:]))
    centre.goto(f"/cases/{case_id}")
    move_button(centre, "立案").click()
    centre.get_by_label("下一步").get_by_role("button", name="立案").last.click()
    state = centre.locator(".head, header, .card").filter(has_text=number).first
    expect(state).to_contain_text(re.compile("待派遣|待签收"), timeout=SOON)
    if "待派遣" in state.inner_text():
        move_button(centre, "派遣").click()
        centre.get_by_label("下一步").get_by_role("button", name="派遣").last.click()
        expect(state).to_contain_text("待签收", timeout=SOON)
    axe(centre)
    return case_id


def handle(office: Page, result: str, axe: Callable[[Page], None]) -> None:
    """The office takes the task on and gives its result with a photo."""
    move_button(office, "签收").click()
    expect(move_button(office, "处理反馈")).to_be_visible(timeout=SOON)
    move_button(office, "处理反馈").click()
    form = office.get_by_label("下一步")
    form.locator("textarea").first.fill(result)
    form.locator("input[type=file]").last.set_input_files(photo("处置后"))
    expect(form.locator("img").last).to_be_visible(timeout=SOON)
    axe(office)
    form.get_by_role("button", name="处理反馈").last.click()
    expect(office.get_by_text("待核查").first).to_be_visible(timeout=SOON)


def verify(worker: Page, words: str, result: str, axe: Callable[[Page], None]) -> None:
    """The grid worker of the place checks on the phone, with a photo."""
    task = worker.locator(".gtask").filter(has_text=words)
    expect(task).to_be_visible(timeout=SOON)
    axe(worker)
    task.click()
    expect(worker.locator(".gfacts").get_by_text(result)).to_be_visible()
    worker.locator(".gmove input[type=file]").first.set_input_files(photo("核查"))
    axe(worker)
    worker.get_by_role("button", name="核查通过").click()
    expect(worker.locator(".gtask").filter(has_text=words)).to_have_count(0, timeout=SOON)


def close(centre: Page) -> None:
    """The centre closes on the page it has open: the move is offered because the news arrived, not by a reload."""
    expect(move_button(centre, "结案")).to_be_visible(timeout=SOON)
    move_button(centre, "结案").click()
    if (last := centre.get_by_label("下一步").get_by_role("button", name="结案")).count() > 1:
        last.last.click()
    expect(move_button(centre, "结案")).to_have_count(0, timeout=SOON)


def rate(citizen: Page, number: str, result: str, axe: Callable[[Page], None]) -> None:
    """The citizen reads the reply, sees the photos and gives the best grade."""
    citizen.goto("/")
    citizen.goto(f"/progress/{number}")
    expect(citizen.locator(".reply").get_by_text(result)).to_be_visible()
    expect(citizen.locator(".album img")).to_have_count(3)
    citizen.get_by_text("非常满意", exact=True).click()
    axe(citizen)
    citizen.get_by_role("button", name="提交评价").click()
    expect(citizen.get_by_text("谢谢您的评价")).to_be_visible(timeout=SOON)
    axe(citizen)


def wait_for_figure(home: Page, title: str, wanted: int) -> None:
    """The public counter moves to the wanted figure and no further."""
    home.goto("/")
    deadline = time.monotonic() + 20
    while figure(home, title) < wanted and time.monotonic() < deadline:
        home.wait_for_timeout(500)
        home.reload()
    assert figure(home, title) == wanted


def test_citizen_to_rating(open_page: Open, axe: Callable[[Page], None], grid: Grid) -> None:
    words = f"东门外三根路灯三天不亮，夜里看不见路 {time.time_ns() % 10**6}"
    result = "已更换灯头三只，当晚亮灯"
    home = open_page("/", phone=True)
    closed_before = figure(home, "近 30 天办结")
    axe(home)

    # The centre has its list open before anything happens; what follows must arrive by itself.
    centre = open_page("/cases", login="center")
    expect(centre.get_by_role("heading", name="事件中心")).to_be_visible()

    citizen = open_page("/report", phone=True)
    axe(citizen)
    number, code = report(citizen, words, grid)
    assert code
    axe(citizen)
    expect(centre.get_by_text(words).first).to_be_visible(timeout=SOON)
    axe(centre)

    citizen.get_by_role("link", name="看进度").click()
    expect(citizen.locator(".state").first).to_have_text("待立案")
    axe(citizen)

    case_id = file_and_dispatch(centre, number, axe)
    handle(open_page(f"/cases/{case_id}", login="urban"), result, axe)
    verify(open_page("/grid", login="grid1", phone=True), words, result, axe)
    close(centre)
    rate(citizen, number, result, axe)
    wait_for_figure(home, "近 30 天办结", closed_before + 1)

    # Somebody with the number alone learns nothing.
    stranger = open_page(f"/progress/{number}", phone=True)
    stranger.get_by_label("查询码").fill("AAAAAAAA")
    stranger.get_by_role("button", name="查看").click()
    expect(stranger.get_by_text("编号与查询码对不上")).to_be_visible()
    assert words not in stranger.content()
    axe(stranger)
