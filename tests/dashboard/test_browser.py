import contextlib
import re
import shutil
from urllib.parse import urlsplit

import pytest

from dashboard.frame import PAGES
from tests.dashboard.hand import publish_office

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


def test_from_the_overview_to_the_line_of_the_file_behind_one_death_in_at_most_four_clicks(page, server):
    clicks = 0

    def click(place):
        nonlocal clicks
        clicks += 1
        place.click()

    page.goto(server)
    wait(page, "规划期已过 75%")
    click(page.get_by_role("link", name="亿元国内生产总值生产安全事故死亡率"))
    wait(page, "为什么是")
    wait(page, "accidents/2023.csv")
    page.locator(".js-plotly-plot .scatterlayer").first.wait_for(timeout=30_000)
    click(page.get_by_role("link", name="在记录页查看全部"))
    wait(page, "年的分子：2 条记录")
    assert "target=t1" in page.url and "kind=accidents" in page.url
    click(page.get_by_role("link", name="A-2"))
    wait(page, "第 1 次报送")
    said = page.locator(".st-key-card_opened").inner_text()
    assert re.search(r"死亡\s+1\b", said) and "accidents/2023.csv" in said and re.search(r"行\s+\d+", said)
    assert clicks <= 4
    assert strangers(page) == set() and page.complaints == []


def strangers(page):
    """Hosts other than this machine that the page has asked."""
    return {urlsplit(url).hostname for url in page.asked if url.startswith("http")} - LOOPBACK


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_asks_another_machine_or_complains(page, server, language):
    for name in PAGES:
        page.goto(f"{server}/{'' if name == PAGES[0] else name}?plan=tianjin&lang={language}")
        page.locator(".a-h1").first.wait_for(timeout=30_000)
        page.wait_for_timeout(400)
        assert not page.get_by_text("logs/anlan.log").count(), name
    assert strangers(page) == set() and page.complaints == []


def test_the_trust_line_leads_to_the_records_below(page, server):
    page.goto(f"{server}/indicator?plan=tianjin&target=t1")
    wait(page, "accidents/2023.csv")
    page.locator(".st-key-card_trajectory").get_by_role("link", name="看记录").click()
    page.wait_for_timeout(800)
    top = page.locator(".st-key-card_lineage").evaluate("e => e.getBoundingClientRect().top")
    assert 0 <= top < 900, "the records must have come onto the screen"
    assert "target=t1" in page.url


def test_a_click_on_a_month_shows_only_its_records_and_a_second_click_all(page, server):
    page.goto(f"{server}/records?plan=tianjin&kind=accidents")
    wait(page, "生产安全事故：3 条")
    bars = page.locator(".st-key-card_months .barlayer .point path")
    bars.first.wait_for(state="attached", timeout=30_000)
    drawn = [bar for bar in bars.all() if (bar.bounding_box() or {}).get("height", 0) > 3]
    drawn[0].click(force=True)
    wait(page, "生产安全事故：1 条")
    assert "month=2023-03" in page.url
    page.wait_for_timeout(800)
    drawn = [bar for bar in bars.all() if (bar.bounding_box() or {}).get("height", 0) > 3]
    drawn[0].click(force=True)
    wait(page, "生产安全事故：3 条")
    assert "month=" not in page.url


def test_the_board_is_reached_and_opened_by_the_keyboard(page, server):
    page.goto(server)
    wait(page, "规划期已过 75%")
    page.wait_for_timeout(800)
    for _ in range(40):
        page.keyboard.press("Tab")
        here = page.evaluate("() => document.activeElement.textContent.trim()")
        if here == "亿元国内生产总值生产安全事故死亡率":
            break
    else:
        pytest.fail("no row of the board was reached")
    outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "the focus must be seen"
    page.keyboard.press("Enter")
    wait(page, "为什么是")


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_no_page_is_wider_than_the_screen(browser, server, name):
    with contextlib.closing(browser.new_context(viewport={"width": 390, "height": 844})) as context:
        page = context.new_page()
        page.goto(f"{server}/{'' if name == PAGES[0] else name}?plan=tianjin")
        page.locator(".a-h1").first.wait_for(timeout=30_000)
        page.wait_for_timeout(1000)
        wide, room = page.locator("[data-testid=stMain]").evaluate("e => [e.scrollWidth, e.clientWidth]")
        assert wide <= room


@pytest.mark.parametrize("name", PAGES)
def test_a_wall_is_one_screen(browser, server, name):
    with contextlib.closing(browser.new_context(viewport={"width": 1920, "height": 1080})) as context:
        page = context.new_page()
        page.goto(f"{server}/{'' if name == PAGES[0] else name}?plan=tianjin&mode=wall")
        page.locator(".a-clock").wait_for(timeout=30_000)
        page.locator(".a-h1").first.wait_for(timeout=30_000)
        page.wait_for_timeout(1000)
        high, room = page.locator("[data-testid=stMain]").evaluate("e => [e.scrollHeight, e.clientHeight]")
        assert high <= room + 4, "what stands below the edge of a wall is seen by nobody"


@pytest.mark.parametrize(("wide", "high"), [(1280, 720), (1440, 900), (1680, 1050)])
def test_a_wall_on_a_narrower_screen_shows_the_same_smaller(browser, server, wide, high):
    with contextlib.closing(browser.new_context(viewport={"width": wide, "height": high})) as context:
        page = context.new_page()
        page.goto(f"{server}/indicator?plan=tianjin&mode=wall")
        page.locator(".main-svg").first.wait_for()
        page.wait_for_timeout(1500)
        edges = "es => es.map(e => e.getBoundingClientRect()).map(r => [r.right, r.bottom])"
        cards = page.locator(".a-card, .st-key-card_trajectory, .a-clock").evaluate_all(edges)
        assert max(right for right, _ in cards) <= wide and max(bottom for _, bottom in cards) <= high
        chart, card = (page.locator(one).first.bounding_box() for one in (".main-svg", ".st-key-card_trajectory"))
        assert 0.9 * card["width"] < chart["width"] <= card["width"], "the chart fills its card"


def test_a_page_that_is_open_moves_to_a_new_build_and_no_half_made_one_disturbs_it(page, server, office):
    page.goto(server)
    wait(page, "规划期已过 75%")
    before = page.locator(".a-data").first.inner_text()
    draft = office / "data/warehouse/builds/20990101T000000-dead00"
    draft.mkdir()
    (draft / "anlan.duckdb").write_bytes(b"a build that was killed")
    page.get_by_role("link", name="记录", exact=True).click()
    wait(page, "生产安全事故：3 条")
    shutil.rmtree(draft)
    publish_office(office)
    page.get_by_role("link", name="总览", exact=True).click()
    wait(page, "规划期已过 75%")
    page.wait_for_function("before => document.querySelector('.a-data').innerText !== before", arg=before)
    assert not page.locator(".a-empty").count() and page.complaints == []


def test_thirteen_targets_fit_one_screen_and_chinese_is_drawn_with_a_font_that_has_it(page, server):
    page.goto(server)
    wait(page, "任务与监测事项")
    wait(page, "公式：各目标的公式见其指标页")
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
