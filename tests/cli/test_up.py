"""`anlan up` makes and builds in a process of its own, and opens the app only when that went well."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from pipelines import cli


@pytest.fixture
def office(tmp_path):
    """A folder that holds code lists, as every office does."""
    (tmp_path / "data/codes").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(("code", "opened"), [(0, True), (2, False), (1, False)])
def test_the_app_opens_after_a_build_and_not_after_a_fault(monkeypatch, office, code, opened):
    asked, served = [], []

    def run(command, check):
        asked.append(command)
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr("pipelines.cli.subprocess.run", run)
    monkeypatch.setattr("pipelines.serve.serve", lambda *words, **more: served.append(more) or 0)
    monkeypatch.setattr("pipelines.serve.require_free_port", lambda *words: None)
    monkeypatch.setattr("pipelines.serve.own_app", lambda *words: "")
    monkeypatch.setattr("pipelines.serve.end_on_request", lambda: None)
    done = CliRunner().invoke(cli.app, ["--root", str(office), "up"])
    assert done.exit_code == code and bool(served) == opened
    assert asked[0][:3] == [sys.executable, "-m", "pipelines.cli"] and asked[0][-1] == "--only-prepare"


def test_only_preparing_serves_nothing(monkeypatch, office):
    steps = []
    monkeypatch.setattr(cli, "_make_demo_if_empty", lambda settings: steps.append("demo"))
    monkeypatch.setattr(cli, "_build", lambda settings, full: steps.append("build"))
    monkeypatch.setattr(cli, "_serve", lambda *words, **more: steps.append("serve"))
    done = CliRunner().invoke(cli.app, ["--root", str(office), "up", "--only-prepare"])
    assert done.exit_code == 0 and steps == ["demo", "build"]
