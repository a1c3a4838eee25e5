"""What was published before, told once each, to those who may see the plan."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines import journal, warehouse
from pipelines.engine import literal
from pipelines.errors import PipelineError
from pipelines.principals import Principal
from pipelines.statements import statement, tell_statement
from pipelines.texts import set_language
from tests.dashboard.hand import publish_office

COLUMNS = "plan_id VARCHAR, target_id VARCHAR, as_of_on DATE, value_now DOUBLE, value_year INTEGER, verdict VARCHAR"
FORECAST = ", probability DOUBLE, displayed_tenths INTEGER"
TARGET = {
    "target_id": "1",
    "name_zh": "死亡人数",
    "name_en": "Deaths",
    "display_factor": 1,
    "display_decimals": 0,
    "display_unit": "人",
    "display_unit_en": "deaths",
    "kind": "end_value",
}


def publish(folder: Path, build: str, at: str, rows: list[tuple], event: str = "published") -> None:
    """Write a build into the journal; rows of six columns have no forecast."""
    has_forecast = len(rows[0]) > 6
    (folder / journal.ASSESSMENTS).mkdir(parents=True, exist_ok=True)
    file = folder / journal.ASSESSMENTS / f"{build}.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE said ({COLUMNS}{FORECAST if has_forecast else ''})")
        connection.executemany(f"INSERT INTO said VALUES ({', '.join('?' * len(rows[0]))})", rows)
        connection.execute(f"COPY said TO {literal(file.as_posix())} (FORMAT parquet)")
    again(folder, build, at, event)


def again(folder: Path, build: str, at: str, event: str) -> None:
    with (folder / journal.PUBLISHED).open("a", encoding="utf-8") as file:
        file.write(json.dumps({"event": event, "build": build, "at": at}) + "\n")


OLD, NEW = date(2024, 3, 31), date(2024, 6, 30)


def test_a_statement_is_told_once_and_what_only_waited_for_its_forecast_is_none(tmp_path):
    likely = ("p", "1", OLD, 9.0, 2023, "likely", 0.82, 8)
    publish(tmp_path, "b1", "2024-04-10 09:00:00", [("p", "1", OLD, 9.0, 2023, "undecided")])
    publish(
        tmp_path, "b2", "2024-04-10 09:01:00", [likely, ("p", "1", date(2023, 12, 31), 1.0, 2022, "unlikely", 0, 0)]
    )
    publish(tmp_path, "b3", "2024-05-02 09:00:00", [likely])
    publish(tmp_path, "b4", "2024-07-11 09:00:00", [("p", "1", NEW, 9.0, 2023, "possible", 0.61, 6)])
    again(tmp_path, "b2", "2024-07-12 10:00:00", "rolled_back")
    waiting = [("p", "1", NEW, 10.0, 2023, "undecided"), ("p", "2", NEW, 3.0, 2023, "undecided")]
    publish(tmp_path, "b5", "2024-07-13 10:00:00", waiting)  # its forecasts run: what will be said is not known yet
    told = journal.statements(tmp_path, "p", "1")
    assert [(row["build"], row["event"], row["verdict"], row["as_of_on"]) for row in told] == [
        ("b2", "rolled_back", "likely", OLD),
        ("b4", "published", "possible", NEW),
        ("b2", "published", "likely", OLD),
    ]
    assert told[0]["probability"] == 0.82
    only = journal.statements(tmp_path, "p", "2")  # a target of which nothing else was ever said
    assert [(row["build"], row["verdict"], row["probability"]) for row in only] == [("b5", "undecided", None)]
    assert journal.statements(tmp_path, "p") == [*only, *told] and journal.statements(tmp_path, "other") == []


def test_between_quarter_ends_the_last_forecast_is_what_was_said(tmp_path):
    forecast = ("p", "1", OLD, 9.0, 2023, "likely", 0.82, 8)
    some_days_later = date(2024, 4, 9)
    rows = [forecast, ("p", "1", some_days_later, 9.0, 2023, "undecided", None, None)]
    publish(tmp_path, "b1", "2024-04-10 09:00:00", rows)
    rows[1] = ("p", "1", date(2024, 4, 12), 9.0, 2023, "undecided", None, None)
    publish(tmp_path, "b2", "2024-04-13 09:00:00", rows)  # the same said again on another day
    rows[1] = ("p", "1", date(2024, 4, 15), 10.0, 2023, "undecided", None, None)
    publish(tmp_path, "b3", "2024-04-16 09:00:00", rows)
    told = journal.statements(tmp_path, "p", "1")
    assert [(row["build"], row["value_now"], row["verdict"], row["displayed_tenths"]) for row in told] == [
        ("b3", 10.0, "likely", 8),
        ("b1", 9.0, "likely", 8),
    ]
    assert told[1]["as_of_on"] == some_days_later and told[1]["forecast_on"] == OLD
    assert "截至 2024-03-31 的预测" in statement(told[1], TARGET).chance


def test_a_settled_target_is_told_once_with_and_without_forecasts(tmp_path):
    met = ("p", "1", OLD, 9.0, 2023, "met")
    publish(tmp_path, "b1", "2024-04-10 09:00:00", [met])
    publish(tmp_path, "b2", "2024-04-10 09:01:00", [(*met, 1.0, 10)])
    publish(tmp_path, "b3", "2024-05-10 09:00:00", [met])
    assert [row["build"] for row in journal.statements(tmp_path, "p", "1")] == ["b1"]


def test_without_a_journal_nothing_was_said(tmp_path):
    assert journal.statements(tmp_path / "journal", "p") == []


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("zh", "2024-07-11 09:00 发布，截至 2024-06-30：1 死亡人数：9 人（2023 年），有可能完成，约六成（版本 b4）"),
        (
            "en",
            "2024-07-11 09:00 published, as of 2024-06-30: 1 Deaths: 9 deaths (2023), Possible, about 60% (build b4)",
        ),
    ],
)
def test_a_statement_reads_as_one_line(language, line):
    said = {"at": "2024-07-11 09:00:00", "event": "published", "build": "b4", "as_of_on": NEW, "target_id": "1"}
    said |= {"value_now": 9.0, "value_year": 2023, "verdict": "possible", "probability": 0.61}
    set_language(language)
    assert tell_statement(said, TARGET) == line
    assert statement({**said, "verdict": "secured"}, TARGET).chance == "—"


def test_the_gate_tells_nobody_of_a_plan_that_is_not_theirs(tmp_path):
    settings = publish_office(tmp_path)
    with warehouse.open(settings) as house:
        told = house.statements("tianjin", "t1")
        assert told and told[0]["build"] == house.build_id
        with pytest.raises(PipelineError) as fault:
            house.statements("atlantis")
        assert fault.value.code == "no_plan"
    with (
        warehouse.open(settings, principal=Principal("beichen", frozenset({"120113"}))) as house,
        pytest.raises(PipelineError) as fault,
    ):
        house.statements("tianjin")
    assert fault.value.code == "no_plan_seen" and "t1" not in fault.value.tell()
