"""Many people at once: every one of them is answered, and nobody meets an error."""

from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor

from benchmarks.sessions import AIM_SECONDS, many_readers, served
from tests.principals.conftest import office  # noqa: F401

SESSIONS, SECONDS = 8, 12


def test_people_who_look_at_once_are_all_answered_without_an_error(office, tmp_path, monkeypatch):  # noqa: F811
    """The bounded form of benchmarks/sessions.py, which asks thirty for a minute and looks at the clock.

    Here only processor time counts: should all ask at once, the last one's page is due within the aim on one core.
    """
    root = tmp_path / "office"
    shutil.copytree(office, root)
    file = root / "anlan.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('method = "proxy"', 'method = "none"'), encoding="utf-8")
    # In a thread of its own: another test's browser may hold the event loop of this one.
    with served(root) as (port, app, _), ThreadPoolExecutor(1) as pool:
        before = app.cpu_times()
        found = pool.submit(asyncio.run, many_readers(port, SESSIONS, SECONDS)).result()
        after = app.cpu_times()
    assert found.errors == []
    assert len(found.every) >= SESSIONS, "every session was answered at least once"
    assert len(found.seconds) >= 4, "several pages were asked for"
    busy = after.user + after.system - before.user - before.system
    assert SESSIONS * busy / len(found.every) <= AIM_SECONDS
