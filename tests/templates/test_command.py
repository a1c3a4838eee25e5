"""`anlan template` as a person runs it."""

import os
import subprocess
import sys

import openpyxl


def anlan(repository, *words):
    environment = {**os.environ, "ANLAN_LANG": "en", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "pipelines.cli", "--root", str(repository), *words]
    return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, timeout=120)


def test_the_command_writes_a_form_in_the_language_asked_for_and_never_over_one(repository, tmp_path):
    words = ("template", "inspections", "--region", "北辰区", "--language", "zh", "--out", str(tmp_path))
    done = anlan(repository, *words)
    path = tmp_path / "inspections-120113.xlsx"
    assert (done.returncode, done.stdout.strip()) == (0, f"Wrote {path}.")
    assert openpyxl.load_workbook(path).sheetnames == ["执法检查", "填报说明", "代码表", "列表"]
    again = anlan(repository, *words)
    assert again.returncode == 2 and "there is a file of this name already" in again.stderr


def test_a_kind_that_is_none_is_told_with_those_that_are(repository, tmp_path):
    done = anlan(repository, "template", "accident", "--out", str(tmp_path))
    assert done.returncode == 2 and "accidents, disasters" in done.stderr and not list(tmp_path.iterdir())


def test_a_form_that_cannot_be_written_is_told_and_leaves_nothing(repository, tmp_path):
    (tmp_path / "taken").write_bytes(b"mine")
    for out in (tmp_path / "taken", tmp_path / "taken/deeper", tmp_path / ("x" * 300)):
        done = anlan(repository, "template", "training", "--out", str(out))
        assert done.returncode == 2 and "training.xlsx: cannot write here" in done.stderr, done.stderr
        assert "was not written" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
