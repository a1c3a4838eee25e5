"""An office that is built once, the app under test without a browser, and a real server with a real browser."""

from __future__ import annotations

import socket
import time
import urllib.request
from pathlib import Path

import pytest

from pipelines import serve
from pipelines.settings import load_settings
from tests.dashboard.hand import publish_office

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"


@pytest.fixture(scope="session")
def office(tmp_path_factory) -> Path:
    """Root of an office with one published build."""
    root = tmp_path_factory.mktemp("office")
    publish_office(root)
    return root


@pytest.fixture
def open_page(monkeypatch):
    """A function that runs one page of the app for an office, without a browser."""
    from streamlit.testing.v1 import AppTest

    def run(root: Path, page: str = "overview", /, may_fail: bool = False, **query: str):
        monkeypatch.setenv("ANLAN_ROOT", str(root))
        at = AppTest.from_file(str(APP), default_timeout=60)
        for key, value in query.items():
            at.query_params[key] = value
        if page != "overview":
            at.run()  # registers the pages
            at.switch_page(f"app_pages/{page}.py")
            for key, value in query.items():
                at.query_params[key] = value
        at.run()
        # The app tells its own faults in words, so that no exception reaches the test.
        assert may_fail or "logs/anlan.log" not in words(at), words(at)
        return at

    return run


def words(at) -> str:
    """Everything that a page shows as HTML, without its styles."""
    return "\n".join(block.value for block in at.html if not block.value.startswith("<style>"))


@pytest.fixture(scope="session")
def server(office):
    """Address of the app, served for the office on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = serve.start_app(load_settings(office), "127.0.0.1", port)
    url = f"http://127.0.0.1:{port}"
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for _ in range(300):
            try:
                opener.open(f"{url}/_stcore/health", timeout=2).close()
                break
            except OSError:
                assert child.poll() is None, "the server ended"
                time.sleep(0.2)
        yield url
    finally:
        child.terminate()
        child.wait(10)
