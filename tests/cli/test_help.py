"""`--help` of every command is in one language: the library's own words are no exception."""

from __future__ import annotations

import re

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.help_words import translated

LIBRARY = re.compile(
    r"usage|options?|arguments?|commands?|args|show this|exit|required|default|<(?:str|int|path|float)>", re.IGNORECASE
)


def every_command(command=None, path=()):
    """The words behind `anlan` of every command, groups included."""
    command = command or get_command(app)
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from every_command(below, (*path, name))


def help_of(path):
    done = CliRunner().invoke(app, [*path, "--help"])
    assert done.exit_code == 0
    return done.stdout


def test_commands_are_found():
    assert {(), ("demo",), ("plan", "new"), ("brief",)} <= set(every_command())


@pytest.mark.parametrize("path", list(every_command()), ids=" ".join)
def test_no_english_word_of_the_library_is_left_in_chinese(path, monkeypatch):
    monkeypatch.setenv("ANLAN_LANG", "zh")
    told = help_of(path)
    names = re.compile(r"--[a-z-]+")  # an option is called what it is called
    assert LIBRARY.findall(names.sub("", told)) == []
    assert told.startswith("用法：") and "选项：" in told and "显示本说明" in told


def test_english_stays_english(monkeypatch):
    monkeypatch.setenv("ANLAN_LANG", "en")
    told = help_of(("rollback",))
    assert told.startswith("Usage: ") and "Arguments:" in told and "Show this message and exit." in told
    assert translated(told) == told


def test_columns_stay_in_line(monkeypatch):
    monkeypatch.setenv("ANLAN_LANG", "zh")
    assert translated("  --plan <str>   a\n  --root <path>  b") == "  --plan <值>    a\n  --root <路径>  b"
