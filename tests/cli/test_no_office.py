"""A folder that is no office: every command that reads its files says what to copy there."""

import sys

import pytest

from pipelines import cli
from pipelines.office import PROGRAM
from pipelines.texts import in_language


@pytest.mark.parametrize("command", ["build", "check", "demo", "template accidents --region 120113"])
def test_an_empty_folder_is_told_what_to_copy(tmp_path, monkeypatch, capsys, command):
    monkeypatch.setattr(sys, "argv", ["anlan", "--root", str(tmp_path), "--lang", "zh", *command.split()])
    with in_language("zh"), pytest.raises(SystemExit) as ended:
        cli.main()
    said = "".join(capsys.readouterr())
    copied = "data/codes、data/plans、data/catalogue、data/raw 和 anlan.toml 复制到这里"
    assert ended.value.code == 2
    assert f"{tmp_path}：这个文件夹里还没有代码表" in said
    assert f"把程序所在文件夹（{PROGRAM}）中的 {copied}" in said
    assert not (tmp_path / "data" / "demo").exists()
