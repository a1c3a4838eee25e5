"""A document that cannot be written where it is wanted is told as that, in the reader's language, with exit code 2."""

from __future__ import annotations

import datetime
import errno
import os
import sys

import pytest

from pipelines import cli
from pipelines.briefing.documents import Made, hand_out
from pipelines.briefing.proofreading import Proof
from pipelines.errors import PipelineError
from pipelines.texts import in_language

MADE = Made("tongan_2024Q3_brief.docx", b"new", Proof(0, 0), datetime.date(2024, 9, 30))
SAID = {
    "out_is_a_file": ("是一个文件", "is a file"),
    "out_not_writable": ("Word、WPS 或 Excel", "Word, WPS or Excel"),
    "out_no_room": ("磁盘已满", "the disk is full"),
    "out_refused": ("错误号", "error"),
}


def told(error, code):
    """Both languages of an error, each without a word of the other."""
    assert (error.code, error.exit_code) == (code, 2)
    for place, language in enumerate(("zh", "en")):
        whole = error.tell(language)
        assert SAID[code][place] in whole and SAID[code][1 - place] not in whole
        assert ("未写出文档" if language == "zh" else "was not written") in whole
        assert "版本" not in whole and "published" not in whole


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_file_where_the_folder_should_be(tmp_path, below):
    (tmp_path / "taken").write_bytes(b"mine")
    with pytest.raises(PipelineError) as caught:
        hand_out(MADE, tmp_path / "taken" / below)
    told(caught.value, "out_is_a_file")
    assert caught.value.where.endswith(MADE.name) and (tmp_path / "taken").read_bytes() == b"mine"


def test_a_folder_that_cannot_be(tmp_path):
    with pytest.raises(PipelineError) as caught:
        hand_out(MADE, tmp_path / ("x" * 300))
    told(caught.value, "out_refused")


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.EACCES, "out_not_writable"), (errno.EPERM, "out_not_writable"), (errno.ENOSPC, "out_no_room")],
)
def test_a_document_that_is_open_elsewhere_stays_and_no_draft_does(tmp_path, monkeypatch, number, code):
    (tmp_path / MADE.name).write_bytes(b"former")

    def refused(source, target):
        raise OSError(number, os.strerror(number), str(source), None, str(target))

    monkeypatch.setattr("pipelines.errors.os.replace", refused)
    with pytest.raises(PipelineError) as caught:
        hand_out(MADE, tmp_path)
    told(caught.value, code)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(MADE.name, b"former")]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("command", ["brief", "page"])
def test_the_commands_end_with_two(office, tmp_path, monkeypatch, capsys, command, language):
    (tmp_path / "taken").write_bytes(b"mine")
    monkeypatch.setattr("pipelines.briefing.documents.make_document", lambda *asked: MADE)
    words = ["--root", str(office.root), command, "--plan", "tongan", "--quarter", "2024Q3"]
    monkeypatch.setenv("ANLAN_LANG", language)
    monkeypatch.setattr("pipelines.cli.log_to_file", lambda settings: None)
    monkeypatch.setattr(sys, "argv", ["anlan", *words, "--out", str(tmp_path / "taken")])
    with in_language(language), pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert SAID["out_is_a_file"][language == "en"] in said and "taken" in said and "anlan.log" not in said
