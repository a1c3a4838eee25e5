"""The command `anlan brief`."""

import pytest
from typer.testing import CliRunner

from pipelines import cli
from pipelines.errors import PipelineError
from pipelines.texts import in_language


@pytest.fixture
def anlan(office, monkeypatch):
    def run(*words):
        with in_language("zh"):
            return CliRunner().invoke(cli.app, ["--root", str(office.root), *words])

    monkeypatch.setattr("pipelines.cli.log_to_file", lambda settings: None)
    return run


def test_the_brief_is_written_and_told(anlan, tmp_path):
    done = anlan("brief", "--plan", "nation", "--quarter", "2024Q3", "--out", str(tmp_path / "new"))
    assert done.exit_code == 0, done.output
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["nation_2024Q3_brief.docx"]


def test_its_language_can_be_chosen(anlan, tmp_path):
    done = anlan("brief", "--plan", "nation", "--quarter", "2024Q3", "--out", str(tmp_path), "--language", "en")
    assert done.exit_code == 0 and [path.name for path in tmp_path.iterdir()] == ["nation_2024Q3_brief_en.docx"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--plan", "nowhere", "--quarter", "2024Q3"), "no_plan"),
        (("--plan", "nation", "--quarter", "2024"), "not_a_quarter"),
        (("--plan", "nation", "--quarter", "2024Q3", "--language", "fr"), "language_unknown"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(anlan, tmp_path, words, code):
    done = anlan("brief", *words, "--out", str(tmp_path))
    assert isinstance(done.exception, PipelineError) and done.exception.code == code
    assert list(tmp_path.iterdir()) == []
