import contextlib
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser
LOOPBACK = {"127.0.0.1", "localhost", ""}
# Streamlit asks for these below the address of a page as well as at the root, where it finds them.
HARMLESS = ("/_stcore/health", "/_stcore/host-config")


@pytest.fixture
def page(browser):
    """A page that keeps what it asked for and what it complained about."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    opened = context.new_page()
    opened.asked, opened.complaints = [], []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))

    def note(message):
        if message.type == "error" and not any(part in (message.location or {}).get("url", "") for part in HARMLESS):
            opened.complaints.append(message.text)

    opened.on("console", note)
    yield opened
    context.close()


def wait(page, text):
    page.get_by_text(text).first.wait_for(timeout=30_000)


def test_from_the_overview_to_the_line_of_the_file_and_nothing_leaves_loopback(page, server):
    page.goto(server)
    wait(page, "规划期已过 75%")
    page.get_by_role("link", name="亿元国内生产总值生产安全事故死亡率").click()
    wait(page, "为什么是")
    wait(page, "accidents/2023.csv")
    page.locator(".js-plotly-plot .scatterlayer").first.wait_for(timeout=30_000)
    page.get_by_role("link", name="在记录页查看全部").click()
    wait(page, "年的分子：2 条记录")
    assert "target=t1" in page.url and "kind=accidents" in page.url
    foreign = {urlsplit(url).hostname for url in page.asked if url.startswith("http")} - LOOPBACK
    assert foreign == set()
    assert page.complaints == []


def test_thirteen_targets_fit_one_screen_and_chinese_is_drawn_with_a_font_that_has_it(page, server):
    page.goto(server)
    wait(page, "任务与监测事项")
    wait(page, "把握＝模拟路径")
    page.wait_for_timeout(1500)  # the collapsed group shrinks into place
    high, room = page.locator("[data-testid=stMain]").evaluate("e => [e.scrollHeight, e.clientHeight]")
    assert high <= room, "the board of thirteen targets must fit 1440×900 without scrolling"
    assert page.locator(".a-row:not(.a-heads)").count() >= 13
    widths = page.evaluate(
        """() => { const c = document.createElement('canvas').getContext('2d');
        c.font = getComputedStyle(document.querySelector('h1')).font;
        return ['安', '澜', 'i'].map(t => c.measureText(t).width) }"""
    )
    assert widths[0] == widths[1] > 1.5 * widths[2]


def test_the_same_address_shows_the_same_in_a_second_browser(page, server, browser):
    address = f"{server}/indicator?plan=tianjin&as_of=2024-06-30&target=t2&lang=en"
    page.goto(address)
    wait(page, "Target t2: 1.3")
    with contextlib.closing(browser.new_context()) as context:
        second = context.new_page()
        second.goto(address)
        wait(second, "Target t2: 1.3")
        assert second.locator("h1").inner_text() == page.locator("h1").inner_text()


def test_back_returns_to_the_page_before(page, server):
    page.goto(server)
    wait(page, "规划期已过 75%")
    page.get_by_role("link", name="工矿商贸就业人员十万人生产安全事故死亡率").click()
    wait(page, "为什么是")
    page.go_back()
    wait(page, "规划期已过 75%")


def test_the_dark_ground_keeps_text_readable(browser, server):
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    page = context.new_page()
    page.goto(server)
    wait(page, "规划期已过 75%")
    ink, ground = page.evaluate(
        """() => [getComputedStyle(document.querySelector('h1')).color,
        getComputedStyle(document.querySelector('.stApp')).backgroundColor]"""
    )
    context.close()
    assert light(ink) - light(ground) > 0.6, (ink, ground)


def light(colour):
    parts = [float(part) for part in colour[colour.index("(") + 1 : -1].replace(",", " ").split()[:3]]
    return sum(parts) / 765
