"""A command line that cannot be understood is told in the user's language, with exit code 2."""

import sys

import pytest

from pipelines import cli
from pipelines.texts import in_language

SAID = {
    "assess": ("anlan assess：缺少 --plan", "anlan assess: --plan is missing"),
    "buid": ("anlan：没有命令 buid；最接近的是 build", "anlan: there is no command buid; the nearest is build"),
    "assess --plan": ("--plan 后面缺少值", "--plan wants a value"),
    "assess --plan x extra": ("anlan assess：多余的内容：extra", "anlan assess: too many words: extra"),
    "--bad": ("anlan：没有选项 --bad", "anlan: there is no option --bad"),
    "assess --plam x": ("没有选项 --plam；最接近的是 --plan", "there is no option --plam; the nearest is --plan"),
    "check --lang en": ("--lang 写在命令之前", "--lang stands before the command"),
    "serve --port abc": ("anlan serve：--port 应为整数", "anlan serve: --port must be a whole number"),
    "purge x": ("anlan purge：缺少 --reason", "anlan purge: --reason is missing"),
}


@pytest.mark.parametrize("words", SAID)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_wrong_with_a_command_line(monkeypatch, capsys, words, language):
    monkeypatch.setattr(sys, "argv", ["anlan", *words.split()])
    with in_language(language), pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert SAID[words][language == "en"] in told.err
    assert f"{'见' if language == 'zh' else 'see'} anlan" in told.err
    assert "Usage:" not in told.err + told.out


def test_nothing_asked_for_shows_the_commands(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["anlan"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert "rollback" in told.out + told.err
