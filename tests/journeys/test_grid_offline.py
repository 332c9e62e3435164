"""A grid worker without a network: everything is kept on the phone, sent once when the line is back, refused in words."""

import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Grid, Open, photo
from tests.journeys.people import Person, case_to_check

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
SOON = 20_000


def wait_until(page: Page, expression: str) -> None:
    """Poll from outside: our content security policy forbids the eval that Playwright's own waiting does in the page."""
    deadline = time.monotonic() + SOON / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"never came true: {expression}"
        page.wait_for_timeout(100)


def ready_offline(page: Page) -> None:
    """The service worker has the pages, and a reload is answered through it."""
    wait_until(page, "caches.open('grid-files-1').then(c => c.keys()).then(k => k.length > 8)")
    wait_until(page, "caches.open('grid-answers-1').then(c => c.match('/api/security/me')).then(Boolean)")
    page.goto("/grid")
    wait_until(page, "Boolean(navigator.serviceWorker.controller)")
    expect(page.locator(".gtoday-head h1")).to_contain_text("共")


def kept(page: Page) -> int:
    return page.evaluate(
        """new Promise((done, fail) => {
            const asked = indexedDB.open('chengshu.grid')
            asked.onerror = () => fail(asked.error)
            asked.onsuccess = () => {
                const all = asked.result.transaction('queue').objectStore('queue').count()
                all.onsuccess = () => { asked.result.close(); done(all.result) }
            }
        })"""
    )


def test_report_and_check_without_a_network(open_page: Open, address: str, grid: Grid) -> None:
    words = f"离线核查：护栏歪倒 {time.time_ns()}"
    case_id = case_to_check(address, grid, words)
    centre = Person(address, "center")
    before = len(centre.http.get("/api/cases", params={"channel": "grid"}).json()["items"])
    page = open_page("/grid", login="grid1", phone=True)
    expect(page.locator(".gtask").filter(has_text=words)).to_be_visible(timeout=SOON)
    ready_offline(page)
    # What the day needs is read ahead; nobody has opened this case on the phone yet.
    page.wait_for_timeout(1500)

    page.context.set_offline(True)
    page.goto("/grid/report")
    expect(page.get_by_text("没有网络")).to_be_visible()
    page.locator("input[type=file]").set_input_files(photo("离线上报"))
    page.locator(".gclasses button").first.click()
    page.locator(".gsend button").click()
    expect(page.get_by_role("heading", name="已存入手机")).to_be_visible()

    page.goto(f"/grid/case/{case_id}")
    expect(page.get_by_role("heading", name=words)).to_be_visible()
    page.locator(".gmove input[type=file]").first.set_input_files(photo("离线核查"))
    page.get_by_role("button", name="核查通过").click()
    page.wait_for_url("**/grid")
    assert kept(page) == 2
    # A phone that is switched off and on again still has both.
    page.goto("/grid/queue")
    expect(page.locator(".gqueue > li.waiting")).to_have_count(2)

    page.context.set_offline(False)
    expect(page.get_by_text("没有待传内容")).to_be_visible(timeout=SOON)
    assert kept(page) == 0
    assert centre.case(case_id)["state"] == "closing"
    after = len(centre.http.get("/api/cases", params={"channel": "grid"}).json()["items"])
    assert after == before + 1


def test_a_refusal_is_shown_and_nothing_is_dropped(open_page: Open, address: str, grid: Grid) -> None:
    words = f"离线冲突：路面塌了一块 {time.time_ns()}"
    case_id = case_to_check(address, grid, words)
    page = open_page("/grid", login="grid1", phone=True)
    expect(page.locator(".gtask").filter(has_text=words)).to_be_visible(timeout=SOON)
    ready_offline(page)
    page.wait_for_timeout(1500)
    page.context.set_offline(True)
    page.goto(f"/grid/case/{case_id}")
    page.locator(".gmove input[type=file]").first.set_input_files(photo())
    page.get_by_role("button", name="核查通过").click()
    page.wait_for_url("**/grid")

    # Meanwhile the centre notes something: the case is no longer the one the worker saw.
    Person(address, "center").move(case_id, "note", reason="已电话核实")
    page.goto("/grid/queue")
    page.context.set_offline(False)
    refused = page.locator(".gqueue > li.refused")
    expect(refused).to_have_count(1, timeout=SOON)
    expect(refused.get_by_role("alert")).to_be_visible()
    assert kept(page) == 1

    page.get_by_role("button", name="核对后重发").click()
    expect(refused.get_by_text("待核查")).to_be_visible()
    page.get_by_role("button", name="核对后重发").click()
    expect(page.get_by_text("没有待传内容")).to_be_visible(timeout=SOON)
    assert Person(address, "center").case(case_id)["state"] == "closing"


def test_one_item_is_sent_once_even_when_the_answer_is_lost(open_page: Open, address: str) -> None:
    centre = Person(address, "center")
    page = open_page("/grid/report", login="grid1", phone=True)
    page.locator(".gclasses button").first.wait_for()
    lost: list[str] = []

    def lose(route: Any) -> None:
        # The city does the work, but its answer never reaches the phone.
        if route.request.method == "POST" and not lost:
            lost.append(route.request.headers["idempotency-key"])
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/api/cases", lose)
    words = f"只报一次：井盖响 {time.time_ns()}"
    page.locator("input[type=file]").set_input_files(photo())
    page.locator(".gclasses button").first.click()
    page.get_by_placeholder("补充一句").fill(words)
    page.locator(".gsend button").click()
    expect(page.get_by_role("heading", name="已上报")).to_be_visible(timeout=SOON)
    assert lost
    found = centre.http.get("/api/cases", params={"q": words}).json()["items"]
    assert len(found) == 1
