"""Signing in at a real provider, with a real browser, and everything that may be wrong with what it says."""

from __future__ import annotations

import re

import pytest

from tests.principals.walk import text_of
from tests.sign_in.conftest import COOKIE_SECRET
from tests.sign_in.provider import FAULTS

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser, provider):
    provider.fault = ""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    yield context.new_page()
    context.close()


def wait(page, text):
    page.get_by_text(text).first.wait_for(timeout=30_000)


def sign_in(page, url, name):
    page.goto(url)
    wait(page, "登录后查看")
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="Provider").wait_for(timeout=30_000)
    page.get_by_role("button", name=name, exact=True).click()


def body(page):
    page.wait_for_timeout(500)
    return page.locator("body").inner_text()


def test_a_district_signs_in_sees_its_plan_only_and_signs_out(page, by_oidc, provider):
    url, _ = by_oidc
    sign_in(page, url, "beichen")
    wait(page, "beichen@office.example")
    wait(page, "数据截至")
    assert provider.asked[-1]["code_challenge_method"] == "S256"
    page.goto(f"{url}/records?plan=dongjiang&kind=training")
    wait(page, "北运河演练")
    assert "东疆港" not in body(page) and "DJ-20" not in body(page)
    before = provider.ended
    page.get_by_role("button", name="退出").click()
    wait(page, "登录后查看")
    assert provider.ended == before + 1
    assert "数据截至" not in body(page)
    page.goto(f"{url}/records")
    wait(page, "登录后查看")


def test_every_download_of_a_district_holds_its_own_rows_only(page, by_oidc):
    url, _ = by_oidc
    sign_in(page, url, "beichen")
    wait(page, "beichen@office.example")
    page.goto(f"{url}/records?plan=beichen&kind=training")
    wait(page, "北运河演练")
    buttons = page.get_by_test_id("stDownloadButton").get_by_role("button")
    buttons.nth(1).wait_for(timeout=30_000)
    for at in range(buttons.count()):
        with page.expect_download(timeout=60_000) as waited:
            buttons.nth(at).click()
        text = text_of(waited.value.path().read_bytes())
        assert "BC-20" in text and "DJ-20" not in text and "东疆港" not in text


def test_whoever_has_no_role_sees_one_page_and_nothing_else(page, by_oidc):
    url, _ = by_oidc
    sign_in(page, url, "stranger")
    wait(page, "无权查看")
    assert "stranger@office.example" in body(page)
    for name in ("records", "data_loads", "quarterly"):
        page.goto(f"{url}/{name}")
        wait(page, "无权查看")
        assert not re.search("北运河|东疆港", body(page))
    page.get_by_role("button", name="退出").click()
    wait(page, "登录后查看")


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in ("unverified", "old")])
def test_a_token_that_is_not_as_it_should_be_lets_nobody_in(page, by_oidc, provider, fault):
    url, _ = by_oidc
    provider.fault = fault
    sign_in(page, url, "beichen")
    page.wait_for_url(f"{url}/**", timeout=30_000)
    wait(page, "登录后查看")
    page.goto(f"{url}/records")
    wait(page, "登录后查看")
    assert "北辰区" not in body(page)


@pytest.mark.parametrize(("fault", "words"), [("unverified", "邮箱尚未验证"), ("old", "登录已过期")])
def test_a_token_that_is_sound_but_not_good_enough_is_refused_with_the_reason(page, by_oidc, provider, fault, words):
    url, _ = by_oidc
    provider.fault = fault
    sign_in(page, url, "beichen")
    wait(page, words)
    assert "北辰区" not in body(page)


def test_a_callback_that_nobody_asked_for_lets_nobody_in(page, by_oidc):
    url, _ = by_oidc
    page.goto(f"{url}/oauth2callback?code=made-up&state=made-up")
    wait(page, "登录后查看")


def test_a_cookie_that_was_made_by_hand_or_changed_lets_nobody_in(page, by_oidc):
    url, _ = by_oidc
    sign_in(page, url, "beichen")
    wait(page, "beichen@office.example")
    cookie = next(one for one in page.context.cookies() if one["name"] == "_streamlit_user")
    assert cookie["httpOnly"] and cookie["sameSite"] == "Lax"
    changed = cookie["value"][:-4] + ("aaaa" if cookie["value"][-4:] != "aaaa" else "bbbb")
    page.context.add_cookies([{**cookie, "value": changed}])
    page.goto(f"{url}/records")
    wait(page, "登录后查看")
    assert COOKIE_SECRET not in str(page.context.cookies())


def test_a_role_that_is_taken_away_is_gone_at_the_next_click(page, by_oidc):
    url, root = by_oidc
    sign_in(page, url, "bureau")
    wait(page, "bureau@office.example")
    file = root / "anlan.toml"
    said = file.read_text(encoding="utf-8")
    file.write_text(said.replace('[roles."bureau@office.example"]', '[roles."somebody else"]'), encoding="utf-8")
    try:
        page.goto(f"{url}/records")
        wait(page, "无权查看")
    finally:
        file.write_text(said, encoding="utf-8")
