"""The commands as a person runs them: another process, its words and its exit code."""

import logging
import os
import re
import shutil
import subprocess
import sys

import pytest

from pipelines import cli
from pipelines.texts import LANGUAGES, say

ACCIDENTS = """事故编号,状态,发生时间,报告时间,行政区划代码,行业领域,死亡人数,是否生产安全事故
A-1,reported,2023-03-01 08:00,2023-03-01 10:00,120113,建筑业,1,是
A-2,reported,2023-05-01 08:00,2023-05-02 10:00,120113,建筑业,-1,是
A-3,reported,2023-06-01 08:00,2023-06-02 10:00,120113,建筑业,0,是
"""


@pytest.fixture(scope="module")
def office(repository, tmp_path_factory):
    """An office with the shipped plans and national figures, and one file of its own with a faulty row."""
    root = tmp_path_factory.mktemp("office")
    shutil.copy(repository / "anlan.toml", root)
    for folder in ("plans", "codes", "raw/statistics/nation"):
        shutil.copytree(repository / "data" / folder, root / "data" / folder)
    own = root / "data/raw/accidents"
    own.mkdir(parents=True)
    (own / "q.csv").write_text(ACCIDENTS, encoding="utf-8")
    settings = (
        (root / "anlan.toml")
        .read_text(encoding="utf-8")
        .replace("max_rejected_share = 0.05", "max_rejected_share = 0.5")
    )
    (root / "anlan.toml").write_text(settings, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def anlan(office, repository):
    def run(*words, language="en", root=office):
        environment = {**os.environ, "ANLAN_LANG": language, "COLUMNS": "220", "PYTHONUTF8": "1"}
        command = [sys.executable, "-m", "pipelines.cli", "--root", str(root), *words]
        return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, timeout=300)

    return run


@pytest.fixture(scope="module")
def built(anlan):
    done = anlan("build")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_of_every_command_is_in_the_language_that_is_asked_for(anlan, language):
    words = anlan("--help", language=language).stdout
    for command in cli.app.registered_commands:
        name = command.name or command.callback.__name__
        assert name in words
    assert say("cli.rollback", language)[:10] in words


def test_a_build_says_what_it_read_and_what_it_rejected(built):
    assert "131 records of 4 files, 1 rejected" in built


def test_a_second_build_has_nothing_to_do(built, anlan):
    assert anlan("build").stdout.startswith("Nothing has changed")


def test_the_nation_is_judged_by_what_was_really_published(built, anlan):
    told = anlan("assess", "--plan", "nation").stdout
    assert "18,261 deaths in 2025 meets the target" in told
    assert "18,261 deaths (2025)" in told
    assert "Simulated" not in told


def test_an_earlier_date_knows_less(built, anlan):
    told = anlan("assess", "--plan", "nation", "--as-of", "2024-06-30").stdout
    assert "18,261" not in told
    assert "as of 2024-06-30" in told


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("assess", "--plan", "atlantis"), "atlantis: no plan of that name"),
        (("assess", "--plan", "nation", "--as-of", "30.6.2024"), "“30.6.2024” is no date"),
        (("assess", "--plan", "nation", "--as-of", "2999-06-30"), "has not come yet"),
        (("assess", "--plan", "nation", "--as-of", "1990-01-01"), "before the first year of the plan"),
        (("rollback", "yesterday"), "yesterday: no such build"),
        (("purge", "nothing.csv", "--reason", "x"), "nothing.csv"),
        (("serve", "--address", "0.0.0.0"), "others on the network could reach 0.0.0.0"),
        (("demo", "--quarter", "soon"), "soon"),
        (("demo",), "there are records of your own"),
        (("no-such-command",), "no-such-command"),
        (("assess", "--plan", "tongan"), "tongan: there are no data of this plan's region"),
        (("serve", "--port", "80000"), "--port: there is no port 80000"),
        (("serve", "--port", "0"), "--port: there is no port 0"),
        (("--as", "nobody", "status"), "--as: anlan.toml has no role for nobody"),
        (("--lang", "fr", "check"), '--lang: there is no language "fr"'),
        (("--root", "/nowhere/at/all", "check"), "/nowhere/at/all: there is no such folder"),
    ],
)
def test_bad_input_exits_with_two_and_a_sentence(built, anlan, words, says):
    done = anlan(*words)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_rejected_rows_are_told_with_line_and_reason(built, anlan):
    told = anlan("rejects").stdout
    assert "data/raw/accidents/q.csv" in told
    assert "must be 0 or more" in told
    assert anlan("rejects", "--file", "elsewhere").stdout.strip() == "No row was rejected."


def test_status_names_files_and_what_is_missing(built, anlan):
    told = anlan("status", language="zh").stdout
    assert "data/raw/accidents/q.csv" in told
    assert "应报未报" in told
    assert re.search(r"20\d\d—20\d\d 年各 \d 期", told) and "零报告" in told and "reporting_calendar.yml" in told


def test_check_reads_everything_and_writes_nothing(anlan, office):
    before = sorted(path for path in office.rglob("*") if "logs" not in path.parts)
    done = anlan("check")
    assert done.returncode == 0
    assert "no fault" in done.stdout
    assert "Asks for 32.7 %" in done.stdout and "0.65 %" in done.stdout and "1.7 deaths per 100,000" in done.stdout
    assert sorted(path for path in office.rglob("*") if "logs" not in path.parts) == before


def test_the_builds_are_listed_and_an_earlier_one_can_be_made_current(built, anlan):
    first = anlan("builds").stdout.split("●")[1].split()[0]
    told = anlan("rollback", first).stdout.strip()
    assert told.startswith(f"Build {first} is current again.") and "the next anlan build goes ahead" in told


def test_without_a_warehouse_the_command_that_makes_one_is_named(anlan, repository, tmp_path):
    shutil.copy(repository / "anlan.toml", tmp_path)
    done = anlan("assess", "--plan", "nation", root=tmp_path)
    assert done.returncode == 2
    assert "anlan build" in done.stderr


def test_every_list_of_a_damaged_warehouse_says_that_an_earlier_build_is_shown(built, anlan, office, tmp_path):
    root = tmp_path / "damaged"
    shutil.copytree(office, root)
    first = anlan("builds", root=root).stdout.split("●")[1].split()[0]
    assert anlan("build", "--full", root=root).returncode == 0
    newest = anlan("builds", root=root).stdout.split("●")[1].split()[0]
    assert newest != first
    database = root / "data/warehouse/builds" / newest / "anlan.duckdb"
    database.write_bytes(database.read_bytes()[:-1])
    for words in (("builds",), ("status",), ("assess", "--plan", "nation")):
        done = anlan(*words, root=root)
        assert done.returncode == 0, done.stderr
        assert f"The newest build {newest} is damaged" in done.stdout


def test_our_own_fault_exits_with_one_and_keeps_the_traceback_in_the_log(monkeypatch, tmp_path, capsys):
    def break_down(**_said):
        raise ZeroDivisionError("counting")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "_root", None)
    monkeypatch.setattr(logging.getLogger("anlan"), "handlers", [])
    monkeypatch.setattr(cli, "app", break_down)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 1
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told and "Traceback" not in told
    assert "Traceback" in (tmp_path / "logs/anlan.log").read_text(encoding="utf-8")


def test_a_title_with_brackets_is_printed_as_it_is(built, anlan, office):
    plan = office / "data/plans/nation.yml"
    before = plan.read_text(encoding="utf-8")
    title = next(line for line in before.splitlines() if line.strip().startswith("en: "))
    try:
        plan.write_text(before.replace(title, '  en: "The nation [/draft] [red]2"', 1), encoding="utf-8")
        assert anlan("build").returncode == 0
        done = anlan("assess", "--plan", "nation")
    finally:
        plan.write_text(before, encoding="utf-8")
        anlan("build")
    assert done.returncode == 0 and "The nation [/draft] [red]2" in done.stdout
