"""The commands write what was compared, and nothing else."""

import datetime

import pytest
from typer.testing import CliRunner

from pipelines import cli
from pipelines.briefing import documents, leader_page
from pipelines.briefing.documents import Made
from pipelines.briefing.proofreading import Proof
from pipelines.errors import PipelineError
from pipelines.texts import in_language


@pytest.fixture
def anlan(office, monkeypatch):
    def run(*words):
        with in_language("zh"):
            return CliRunner().invoke(cli.app, ["--root", str(office.root), *words])

    monkeypatch.setattr("pipelines.cli.log_to_file", lambda settings: None)
    return run


QUARTER = ("--plan", "nation", "--quarter", "2024Q3")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("slides", *QUARTER), "nation_2024Q3_slides.pptx"),
        (("workbook", *QUARTER, "--language", "en"), "nation_2024Q3_workbook_en.xlsx"),
        (("page", *QUARTER), "nation_2024Q3_page.docx"),
        (("evaluate", "--plan", "nation", "--kind", "yearly", "--year", "2024"), "nation_2024_yearly.docx"),
    ],
)
def test_each_command_writes_its_document(anlan, tmp_path, words, name):
    done = anlan(*words, "--out", str(tmp_path / "new"))
    assert done.exit_code == 0, done.output
    assert [path.name for path in (tmp_path / "new").iterdir()] == [name]
    assert "全部一致" in done.output


def test_a_document_that_differs_from_the_build_is_not_handed_out(anlan, tmp_path, monkeypatch):
    monkeypatch.setattr(leader_page, "_paragraph", lambda document, piece, scale: None)
    done = anlan("page", *QUARTER, "--out", str(tmp_path))
    assert isinstance(done.exception, PipelineError) and done.exception.code == "document_differs"
    assert not list(tmp_path.iterdir())


def test_a_day_that_is_none_is_told(anlan, tmp_path):
    done = anlan("evaluate", "--plan", "nation", "--kind", "yearly", "--as-of", "soon", "--out", str(tmp_path))
    assert isinstance(done.exception, PipelineError) and done.exception.code == "not_a_date"


@pytest.mark.parametrize("command", ["brief", "slides", "workbook", "page"])
def test_a_quarter_can_be_asked_for_as_known_on_an_earlier_day(anlan, tmp_path, command):
    made = anlan(command, "--plan", "beichen", "--quarter", "2024Q2", "--as-of", "2024-08-15", "--out", str(tmp_path))
    assert made.exit_code == 0, made.output
    assert "2024Q2 按 2024-06-30 所知编写" in " ".join(made.output.split())


@pytest.mark.parametrize(
    ("day", "code"), [("2024/6/30", "not_a_date"), ("2999-01-01", "date_to_come"), ("1999-12-31", "as_of_too_early")]
)
@pytest.mark.parametrize("command", ["brief", "slides", "workbook", "page"])
def test_a_day_of_which_nothing_is_on_record_is_refused(anlan, tmp_path, command, day, code):
    made = anlan(command, "--plan", "beichen", "--quarter", "2024Q2", "--as-of", day, "--out", str(tmp_path))
    assert isinstance(made.exception, PipelineError) and made.exception.code == code
    assert not list(tmp_path.iterdir())


def test_a_quarter_of_which_nothing_is_there_is_told_on_the_console(anlan, tmp_path):
    made = anlan("brief", "--plan", "beichen", "--quarter", "2026Q1", "--out", str(tmp_path))
    assert "2026Q1 的情况还没有" in "".join(made.output.split("\n"))


def test_a_quarter_that_is_not_over_or_of_which_all_came_later_is_told_on_the_console(anlan, tmp_path, monkeypatch):
    def seen_on(day):
        made = Made("x.docx", b"x", Proof(0, 0), day)
        monkeypatch.setattr(documents, "make_document", lambda *asked: made)
        done = anlan("page", "--plan", "beichen", "--quarter", "2024Q2", "--out", str(tmp_path))
        return "".join(done.output.split())

    assert "2024Q2尚未结束" in seen_on(datetime.date(2024, 5, 20))
    before = seen_on(datetime.date(2024, 4, 1))
    assert "都在2024-04-01以后才收到" in before and "history:true" in before
    over = seen_on(datetime.date(2024, 6, 30))
    assert "尚未结束" not in over and "以后才收到" not in over
