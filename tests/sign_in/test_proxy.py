"""A header is believed from a proxy that knows the secret, once, and from nobody else."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress

import pytest

from pipelines.settings import Settings, SignIn
from pipelines.sign_in import by_header
from tests.sign_in.conftest import PROXY_SECRET

SETTINGS = Settings(root=".", sign_in=SignIn(method="proxy"))
GOOD = {"x-anlan-secret": [PROXY_SECRET], "x-forwarded-user": ["beichen"]}


def test_the_name_is_believed_from_whoever_knows_the_secret():
    assert by_header(SETTINGS, PROXY_SECRET, GOOD).name == "beichen"


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"x-anlan-secret": []}, "no_proxy"),
        ({"x-anlan-secret": [""]}, "no_proxy"),
        ({"x-anlan-secret": [PROXY_SECRET[:-1]]}, "no_proxy"),
        ({"x-anlan-secret": [PROXY_SECRET, PROXY_SECRET]}, "no_proxy"),
        ({"x-anlan-secret": ["guess", PROXY_SECRET]}, "no_proxy"),
        ({"x-anlan-secret": ["密"]}, "no_proxy"),
        ({"x-forwarded-user": []}, "no_name"),
        ({"x-forwarded-user": [" "]}, "no_name"),
        ({"x-forwarded-user": ["bureau", "beichen"]}, "two_names"),
    ],
)
def test_everything_else_is_refused(changed, refused):
    said = by_header(SETTINGS, PROXY_SECRET, {**GOOD, **changed})
    assert (said.name, said.refused) == ("", refused)


@pytest.mark.parametrize("sent", [[], [""], ["anything"]])
def test_without_a_secret_of_ones_own_nobody_is_believed(sent):
    assert by_header(SETTINGS, "", {**GOOD, "x-anlan-secret": sent}).refused == "no_proxy"


@contextmanager
def proxy_to(url, added):
    """A proxy on loopback that takes away what a client says of itself and adds its own headers to every request."""
    target = ("127.0.0.1", int(url.rsplit(":", 1)[1]))
    server = socket.create_server(("127.0.0.1", 0))
    names = tuple(f"{name.lower()}:".encode() for name in added)

    def carry(source, goal):
        try:
            while piece := source.recv(65536):
                goal.sendall(piece)
        except OSError:
            pass
        finally:
            for end in (source, goal):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def serve(client):
        head = b""
        while b"\r\n\r\n" not in head:
            piece = client.recv(65536)
            if not piece:
                client.close()
                return
            head += piece
        head, rest = head.split(b"\r\n\r\n", 1)
        first, *lines = head.split(b"\r\n")
        lines = [line for line in lines if not line.lower().startswith(names)]
        if not any(line.lower().startswith(b"upgrade:") for line in lines):  # one request a connection
            lines = [line for line in lines if not line.lower().startswith(b"connection:")] + [b"Connection: close"]
        lines += [f"{name}: {value}".encode() for name, value in added.items()]
        behind = socket.create_connection(target)
        behind.sendall(b"\r\n".join([first, *lines]) + b"\r\n\r\n" + rest)
        threading.Thread(target=carry, args=(behind, client), daemon=True).start()
        carry(client, behind)

    def accept():
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(client,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.close()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    yield context.new_page()
    context.close()


def seen(page, address, text):
    page.goto(address)
    page.get_by_text(text).first.wait_for(timeout=60_000)
    return page.locator("body").inner_text()


@pytest.mark.browser
def test_behind_the_proxy_a_district_sees_its_own_and_around_it_nobody_sees_anything(page, by_proxy):
    with proxy_to(by_proxy, {"X-Forwarded-User": "beichen", "X-Anlan-Secret": PROXY_SECRET}) as outside:
        text = seen(page, f"{outside}/records?kind=training&plan=dongjiang", "北运河演练")
        assert "beichen" in text and "东疆港" not in text and "退出" not in text
    with proxy_to(by_proxy, {"X-Forwarded-User": "a stranger", "X-Anlan-Secret": PROXY_SECRET}) as outside:
        assert "北运河" not in seen(page, f"{outside}/records", "无权查看")
    page.set_extra_http_headers({"X-Forwarded-User": "bureau"})
    assert "北运河" not in seen(page, f"{by_proxy}/records", "请求没有经过登录代理")


@pytest.mark.browser
def test_a_client_that_names_itself_is_overruled_by_the_proxy(page, by_proxy):
    page.set_extra_http_headers({"X-Forwarded-User": "bureau"})
    with proxy_to(by_proxy, {"X-Forwarded-User": "beichen", "X-Anlan-Secret": PROXY_SECRET}) as outside:
        assert "东疆港" not in seen(page, f"{outside}/records?kind=training", "北运河演练")
