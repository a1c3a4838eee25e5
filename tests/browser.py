"""The one browser of a test process; a second Playwright in the same process would not start."""

import os
import shutil

import pytest

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CHROMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)


@pytest.fixture(scope="session")
def browser():
    """The machine's own Chromium, Chrome or Edge; without one CI fails and everybody else skips."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMES)), None)
    if not found:
        reason = "no Chromium, Chrome or Edge on this machine; set CHROMIUM to its program"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield opened
        opened.close()
