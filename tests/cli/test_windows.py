"""What differs on Windows, simulated: consoles that know few signs, files that others hold, processes begun afresh."""

from __future__ import annotations

import logging
import os
import subprocess
import sys

import pytest

from pipelines import logs, manifest
from pipelines.settings import Settings


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii", "utf-8"])
def test_what_is_printed_into_a_file_stops_no_command(encoding, repository):
    script = "import sys; from pipelines.console import make_printable; make_printable(sys.stdout); print('安澜 ✓')"
    shown = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", script], env=shown, cwd=repository, capture_output=True, check=True)
    assert done.stdout.strip() == ("安澜 ?".encode("gbk") if encoding == "gbk" else "安澜 ✓".encode())


@pytest.mark.parametrize("encoding", ["gbk", "cp1252"])
def test_a_command_and_its_error_are_printed_in_any_encoding(encoding, repository, tmp_path):
    shown = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "ANLAN_ROOT": str(tmp_path)}
    run = [sys.executable, "-m", "pipelines.cli", "status"]
    done = subprocess.run(run, env=shown, cwd=repository, capture_output=True, check=False)
    told = (done.stdout + done.stderr).decode("gbk" if encoding == "gbk" else "utf-8")
    assert done.returncode == 2 and "anlan build" in told, told
    assert "Traceback" not in told


def test_a_folder_that_a_virus_scanner_holds_is_waited_for(monkeypatch, tmp_path):
    tried = []
    rename = os.rename

    def held_twice(draft, final):
        tried.append(draft)
        if len(tried) < 3:
            raise PermissionError(13, "used by another process")
        rename(draft, final)

    (tmp_path / "draft").mkdir()
    monkeypatch.setattr(manifest.os, "rename", held_twice)
    with pytest.raises(PermissionError):
        manifest.rename_whole(tmp_path / "draft", tmp_path / "final")
    assert len(tried) == 1, "elsewhere a refusal is one"
    monkeypatch.setattr(manifest, "IS_WINDOWS", True)
    manifest.rename_whole(tmp_path / "draft", tmp_path / "final")
    assert (tmp_path / "final").is_dir() and len(tried) == 3


def test_a_log_that_another_process_holds_open_goes_on(monkeypatch, tmp_path):
    logger = logging.getLogger("anlan")
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logs, "LOG_BYTES", 100)
    logs.log_to_file(Settings(root=tmp_path))
    (handler,) = logger.handlers

    def refuse(*_):
        raise PermissionError(13, "used by another process")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", refuse)
        patch.setattr(logging, "raiseExceptions", True)
        patch.setattr(handler, "handleError", lambda record: pytest.fail("a line was lost"))
        for number in range(5):
            logger.info("line %d %s", number, "x" * 60)
    logger.info("last")
    handler.close()
    text = "".join(file.read_text(encoding="utf-8") for file in sorted((tmp_path / "logs").iterdir()))
    assert all(f"line {number}" in text for number in range(5)) and "last" in text
    assert (tmp_path / "logs" / "anlan.log.1").exists(), "rotated as soon as nobody held it"


def test_a_checkout_on_windows_keeps_the_bytes_of_every_file(repository):
    said = (repository / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert "* -text" in said
