"""A row that was rejected is in no sum: the sentence says so with file and line, until the row has come again."""

import datetime as dt
import json
import re

import pytest

from pipelines.assessment.assess import assess_plan
from pipelines.assessment.reasons import tell_reason
from pipelines.assessment.rejected import Rejects
from tests.assessment.world import World, make_target
from tests.rows import _id

ON = dt.date(2026, 3, 31)
DEATHS = make_target("work_deaths", "end_value", "<=", 9)
IN = {"record_id": "A1", "region_code": "120113101", "occurred_at": "2025-05-01 08:00:00", "deaths": 1,
      "reported_at": "2025-05-02 08:00:00", "file": "2025.csv"}  # fmt: skip
FILES = {"2025.csv": {"received_on": "2026-01-10"}}


def rejected(line, text, code="not_a_date", file="2025.csv"):
    return {"file_id": _id(file), "kind": "accidents", "sheet": "", "record_number": line - 1, "line_number": line,
            "source": "bureau", "record_id": re.findall(r"[A-Z?]\d?", text)[0], "original_line": text,
            "reasons": json.dumps([{"code": code}], separators=(",", ":"))}  # fmt: skip


@pytest.fixture
def judged(warehouse_from):
    """A function that judges the target of 2025 on accidents and rejected rows."""

    def judge(rejects, *, accidents=(IN,), files=FILES, on=ON):
        house = warehouse_from(accidents=accidents, files=files, rejects=rejects)
        ask = lambda sql, params: [tuple(row.values()) for row in house.query(sql, params)]  # noqa: E731 - handed on
        one = assess_plan(ask, World().office(DEATHS), "somewhere", on)[0]
        return one, tell_reason(one.finding.reason, one.facts, "zh")

    return judge


@pytest.mark.parametrize("text", ["A2,120113101,3月22日,2", "A2\t120113101\t2025-13-22\t2"])
def test_a_rejected_row_of_the_judged_year_or_of_none_is_told_with_file_and_line(judged, text):
    one, told = judged([rejected(6, text)])
    assert "rows_rejected" in one.flags
    assert told.endswith("；另有1行记录退回未改正，未计入，计入后结果可能不同（2025.csv第6行）")


@pytest.mark.parametrize(
    "row",
    [
        rejected(6, "A2,120113101,2024-13-22,2"),
        rejected(6, "A1,120113101,2025-05-01,1", code="duplicate"),
    ],
)
def test_rows_of_another_year_and_second_rows_of_one_record_do_not_count(judged, row):
    one, told = judged([row])
    assert "rows_rejected" not in one.flags and "退回" not in told


def test_a_row_that_came_again_in_another_file_is_mended_from_then_on(judged):
    again = {**IN, "record_id": "A2", "file": "mended.csv", "reported_at": "2026-02-10 08:00:00"}
    files = FILES | {"mended.csv": {"received_on": "2026-02-10"}}
    row = [rejected(6, "A2,120113101,3月22日,2")]
    one, _ = judged(row, accidents=(IN, again), files=files)
    assert "rows_rejected" not in one.flags
    before, _ = judged(row, accidents=(IN, again), files=files, on=dt.date(2026, 1, 31))
    assert before.facts["rejected"] == 1


def test_of_a_file_with_other_districts_only_the_rows_that_name_the_own_one_count_and_no_line_is_told(judged):
    other = {**IN, "record_id": "B1", "region_code": "120116403"}
    rows = [rejected(6, "A2,120113101,x,2"), rejected(7, "B2,120116403,x,2"), rejected(8, "?,?,x,2")]
    one, told = judged(rows, accidents=(IN, other))
    assert one.facts["rejected"] == 1
    assert told.endswith("（2025.csv）")


def test_a_row_of_another_district_whose_rows_were_all_rejected_is_not_told_and_hides_the_lines(judged):
    rows = [rejected(6, "A2,120113101,x,2"), rejected(7, "B2,120116403,x,2"), rejected(8, '"B3","东疆","x",2')]
    one, told = judged(rows)
    assert one.facts["rejected"] == 1
    assert told.endswith("（2025.csv）"), "the gap between two lines would count the other's rows"


def test_the_district_of_which_a_file_has_only_rejected_rows_is_told_of_them(warehouse_from):
    rows = [rejected(7, "B2,120116403,2025-13-01,2"), rejected(8, "A2,120113101,x,2")]
    house = warehouse_from(accidents=(IN,), files=FILES, rejects=rows)
    rejects = Rejects(lambda sql, params: [tuple(row.values()) for row in house.query(sql, params)], ["120116403"])
    (found,) = rejects.of_years("120116403", "accidents", [2025], ON)
    assert (found.line, found.known_on) == (None, dt.date(2026, 1, 10))


@pytest.mark.parametrize(
    "other",
    [
        {"region_code": "120116403"},  # of another district
        {"source": "police"},  # of another sender
        {"record_id": "2"},  # which another cell of the row says by chance
    ],
)
def test_a_record_of_somebody_else_that_has_the_number_of_a_rejected_row_mends_nothing(judged, other):
    again = {**IN, "record_id": "A2", "file": "others.csv", "reported_at": "2026-02-10 08:00:00", **other}
    files = FILES | {"others.csv": {"received_on": "2026-02-10"}}
    one, told = judged([rejected(6, "A2,120113101,3月22日,2")], accidents=(IN, again), files=files)
    assert one.facts["rejected"] == 1 and told.endswith("（2025.csv第6行）")


@pytest.mark.parametrize(
    "text", ['"A2","120113101","3月22日",2', '{"id": "A2", "区划": "120113101", "date": "3月22日"}']
)
def test_the_cells_of_quoted_lines_and_of_json_are_read_alike(judged, text):
    again = {**IN, "record_id": "A2", "file": "mended.csv", "reported_at": "2026-02-10 08:00:00"}
    files = FILES | {"mended.csv": {"received_on": "2026-02-10"}}
    other = {**IN, "record_id": "B1", "region_code": "120116403"}
    before, _ = judged([rejected(6, text)], accidents=(IN, other))
    assert before.facts["rejected"] == 1
    after, _ = judged([rejected(6, text)], accidents=(IN, other, again), files=files)
    assert "rows_rejected" not in after.flags
