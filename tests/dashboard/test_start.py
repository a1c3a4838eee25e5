"""How the app starts, and what it keeps: the first visitor finds everything loaded, and answers take bounded room."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

from dashboard import data, start
from pipelines import serve
from pipelines.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]

FIRST_VISIT = """
import json, sys
from dashboard import data, start
start.load_modules()
start.draw_pages()
known, kept = set(sys.modules), set(data.ANSWERS._packed)
start.draw_pages()
print(json.dumps({"modules": sorted(set(sys.modules) - known), "asked": len(set(data.ANSWERS._packed) - kept),
                  "kept": len(kept)}))
"""


def visited(root: Path) -> dict:
    """What a second drawing of all pages loads and asks after the app got ready, in a process of its own."""
    environment = {**os.environ, "ANLAN_ROOT": str(root), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", FIRST_VISIT], env=environment, cwd=ROOT, capture_output=True, check=True
    )
    return json.loads(done.stdout)


def test_the_first_visitor_of_a_page_loads_no_module_and_asks_nothing_anew(office):
    found = visited(office)
    assert found["kept"] > 20
    assert found["modules"] == [] and found["asked"] == 0


def test_nothing_is_asked_beforehand_where_people_sign_in(tmp_path, monkeypatch):
    (tmp_path / "anlan.toml").write_text('[sign_in]\nmethod = "proxy"\n', encoding="utf-8")
    monkeypatch.setenv("ANLAN_ROOT", str(tmp_path))
    data.ANSWERS.clear()
    monkeypatch.setattr("streamlit.testing.v1.AppTest.run", lambda *_, **__: 1 / 0)
    start.draw_pages()
    assert data.ANSWERS.held == 0


def test_what_is_loaded_is_left_out_of_later_searches_for_garbage():
    gc.disable()
    try:
        start.settle()
        assert gc.isenabled() and gc.get_freeze_count() > 10_000
    finally:
        gc.enable()
        gc.unfreeze()


def test_the_app_is_started_ready_and_can_be_recognised(tmp_path, monkeypatch):
    commands = []
    monkeypatch.setattr(serve.subprocess, "Popen", lambda command, **facts: commands.append((command, facts)))
    serve.start_app(load_settings(tmp_path), "127.0.0.1", 8599)
    ((command, facts),) = commands
    assert command[1:5] == ["-m", "dashboard.start", "run", str(serve.APP)] and start.APP == serve.APP
    assert facts["env"]["ANLAN_ROOT"] == str(tmp_path) and facts["cwd"] == ROOT


def test_answers_take_no_more_room_than_is_given(monkeypatch):
    asked = []

    class Gate:
        def said(self, name, n):
            asked.append(name)
            return name * n

    monkeypatch.setattr(data, "_gate", lambda *_: Gate())
    answers = data._Answers(8_000)

    def ask(name, n=300):
        return answers.ask("root", "build", None, "zh", "said", (name, n))

    for name in "abcdefghijklmnopqrstuvwxyz" * 2:
        assert ask(name) == name * 300
        assert 0 < answers.held <= 8_000
        assert answers.held == sum(len(key) + len(packed) for key, packed in answers._packed.items())
    asked.clear()
    assert ask("z") == "z" * 300 and asked == []  # the newest are kept
    assert ask("a") == "a" * 300 and asked == ["a"]  # the longest unasked are not
    held = answers.held
    assert ask("L", 2_000) == "L" * 2_000 and answers.held == held  # as large as a download: answered, not kept
    answers.clear()
    assert answers.held == 0
