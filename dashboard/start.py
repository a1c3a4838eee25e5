"""The app's process: what every page needs is loaded, and each page drawn once, before the port answers.

Else the first visitors would wait for each other: Python loads a module once, and all who need it stand behind that.
`python -m dashboard.start run dashboard/app.py …` takes the words of `streamlit run`.
"""

from __future__ import annotations

import gc
import importlib
import logging
import pkgutil
from pathlib import Path

import dashboard
from pipelines.errors import PipelineError

APP = Path(__file__).resolve().parent / "app.py"
LONGEST_SECONDS = 60
SCRIPTS = ("dashboard.app", "dashboard.start")
"""Modules that act when they are loaded."""


def load_modules() -> None:
    """Load every module of the app, and so what these need."""
    for found in pkgutil.walk_packages(dashboard.__path__, "dashboard."):
        if found.name not in SCRIPTS:
            importlib.import_module(found.name)


def draw_pages() -> None:
    """Draw each page once for nobody, which also keeps the answers that it asks for.

    Where people sign in there is nobody to draw for: what one group may see is asked for only when one of it comes.
    """
    from streamlit.testing.v1 import AppTest

    from dashboard import data, frame

    if data.settings().sign_in.method != "none":
        return
    logging.disable(logging.WARNING)  # Streamlit tells an operator that this is no browser's session
    try:
        drawn = AppTest.from_file(str(APP), default_timeout=LONGEST_SECONDS)
    finally:
        logging.disable(logging.NOTSET)
    drawn.run()
    for page in frame.PAGES[1:]:
        drawn.switch_page(f"app_pages/{page}.py").run()


def settle() -> None:
    """Leave what is loaded by now out of every later search for garbage.

    Streamlit searches after each run of a page, and to look at all modules took longer than the page itself.
    """
    gc.collect()
    gc.freeze()
    gc.enable()


def get_ready() -> None:
    """Load, draw, and settle."""
    load_modules()
    settle()
    try:
        draw_pages()
    except (PipelineError, RuntimeError, OSError):  # it took too long, or a file cannot be read: visitors are told
        from dashboard import data
        from pipelines.logs import log_to_file

        log_to_file(data.settings())
        logging.getLogger("anlan").exception("the pages were not drawn before the first visitor")
    settle()


def main() -> None:
    """Serve as `streamlit run` does, and be ready before it listens."""
    gc.disable()  # nothing of what is loaded first is garbage
    from streamlit.web import bootstrap, cli

    listen = bootstrap.run

    def ready(*words: object, **facts: object) -> None:
        get_ready()
        listen(*words, **facts)

    bootstrap.run = ready  # by then Streamlit has read its settings, which must not change once a page was drawn
    try:
        cli.main(prog_name="streamlit")
    finally:
        gc.unfreeze()  # so that everything is let go of in order


if __name__ == "__main__":
    main()
