"""Pictures of every page for the README: `make screenshots` (or `python docs/screenshots.py ROOT`).

It serves the office's build on a free port, opens every page in a real browser, and keeps one small PNG for each page
and look under docs/screenshots. The office is the project itself unless a root is named.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
sys.path.insert(0, str(PROJECT))

from dashboard.frame import PAGES  # noqa: E402

LOOKS = {
    "light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "large": {"viewport": {"width": 1920, "height": 1080}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "wall": {"viewport": {"width": 1920, "height": 1080}, "color_scheme": "light"},
}
ADDRESS = {"wall": "mode=wall"}
ENGLISH = ("overview", "quarterly")
MOST_BYTES = 150_000
CHROMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip


def serve(root: Path) -> tuple[subprocess.Popen, str]:
    """The app on a free port, ready to answer."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(PROJECT / "dashboard/app.py"), "--server.port", str(port)]
    environment = {**os.environ, "ANLAN_ROOT": str(root), "PYTHONUTF8": "1"}
    child = subprocess.Popen(command, env=environment, cwd=PROJECT, stdout=subprocess.DEVNULL)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(300):
        try:
            opener.open(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
            return child, f"http://127.0.0.1:{port}"
        except OSError:
            if child.poll() is not None:
                break
            time.sleep(0.2)
    child.kill()
    raise SystemExit("the app did not start")


def settle(page) -> None:
    """Wait until the script has ended and the charts are drawn."""
    page.locator(".a-brand").first.wait_for(timeout=60_000)
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stStatusWidget], [data-testid=stSkeleton]')"
        " && document.querySelectorAll('.stHtml').length > 4"
        " && [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(c => c.querySelector('.main-svg'))",
        timeout=60_000,
    )
    page.wait_for_timeout(2000)
    if page.get_by_text("logs/anlan.log").count():
        raise SystemExit(f"{page.url} shows a fault")


def keep(page, file: Path) -> None:
    """One PNG; its colours are reduced so that it stays small in the repository."""
    from PIL import Image

    page.screenshot(path=file)
    with Image.open(file) as picture:
        for colours in (256, 128, 64, 32):
            picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(file, optimize=True)
            if file.stat().st_size <= MOST_BYTES:
                return
    raise SystemExit(f"{file.name} has {file.stat().st_size} bytes, more than {MOST_BYTES}")


def main() -> None:
    """Serve, look, keep."""
    from playwright.sync_api import sync_playwright

    root = Path(sys.argv[1] if len(sys.argv) > 1 else PROJECT).resolve()
    chrome = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMES)), None)
    if not chrome:
        raise SystemExit("no Chromium, Chrome or Edge on this machine; set CHROMIUM to its program")
    folder = HERE / "screenshots"
    folder.mkdir(exist_ok=True)
    for former in folder.glob("*.png"):
        former.unlink()
    child, address = serve(root)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chrome, args=list(FLAGS))
            for look, said in LOOKS.items():
                with browser.new_context(locale="zh-CN", **said) as context:
                    page = context.new_page()
                    for name in PAGES:
                        page.goto(f"{address}/{'' if name == PAGES[0] else name}?plan=tianjin&{ADDRESS.get(look, '')}")
                        settle(page)
                        keep(page, folder / f"{name}-{look}.png")
            with browser.new_context(**LOOKS["light"]) as context:
                page = context.new_page()
                for name in ENGLISH:
                    page.goto(f"{address}/{'' if name == PAGES[0] else name}?plan=tianjin&lang=en")
                    settle(page)
                    keep(page, folder / f"{name}-english.png")
            browser.close()
    finally:
        child.terminate()
        child.wait(10)


if __name__ == "__main__":
    main()
