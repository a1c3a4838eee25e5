"""What the simulated records are made of: codes, dates, reports, mess, and nobody's personal data."""

import csv
import hashlib
import re
from collections import Counter
from datetime import datetime

import pytest

from pipelines.demo import make_demo
from pipelines.demo.draws import Draws
from tests.demo.conftest import settings_in
from tests.demo.reading import event_of, is_faulty, moment, provenance

# Which code list holds what a field says, and the columns that may stand in a file.
LISTS = {
    "sector": "sectors",
    "industry_section": "industries",
    "accident_type": "accident_types",
    "cause": "causes",
    "official_grade": "accident_grades",
    "hazard": "hazards",
    "inspection_kind": "inspection_kinds",
    "training_kind": "training_kinds",
    "measure": "statistics_measures",
}
SERVICE_PHONE, IMPOSSIBLE_IDENTITY = "13800138000", "999999190001010018"


@pytest.fixture(scope="module")
def spellings(repository):
    """Codes and names of each list."""
    known = {}
    for listed in {*LISTS.values(), "regions"}:
        with (repository / "data" / "codes" / f"{listed}.csv").open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines))
        known[listed] = {cell for row in rows[1:] for cell in row[:4]}
    return known


def good_rows(files, kind=None):
    return [(file, row) for file in files if kind in (None, file.kind) for row in file.rows if not is_faulty(row)]


def fingerprint(folder):
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_two_runs_give_the_same_bytes(repository, demo, tmp_path):
    make_demo(settings_in(repository, tmp_path))
    assert fingerprint(tmp_path) == fingerprint(demo)


def test_the_draws_are_those_of_every_other_machine():
    draws = Draws("example", 2024)
    assert [draws.below(1_000_000) for _ in range(4)] == [966944, 362664, 625210, 766174]
    assert draws.split(100, 4, least=5) == [37, 28, 24, 11]


def test_every_code_and_name_is_in_its_list(files, spellings):
    unknown = Counter()
    for file, row in good_rows(files):
        for field, listed in LISTS.items():
            if field in row and str(row[field]) not in spellings[listed]:
                unknown[file.kind, field, row[field]] += 1
        places = [str(row[name]) for name in ("region_code", "district", "town") if name in row]
        assert places and set(places) <= spellings["regions"], (file.path.name, places)
    assert unknown == {}


def test_nothing_was_reported_after_the_data_date_or_before_it_happened(files):
    for file, row in good_rows(files):
        reported = moment(row["reported_at"])
        assert reported <= datetime(2024, 9, 30, 23, 59), file.path
        if file.kind != "statistics":
            happened = event_of(row)
            assert datetime(2016, 1, 1) <= happened <= reported, (file.path, row)


def test_reports_come_in_days_mostly_and_sometimes_after_months(files):
    first = {}
    for _, row in good_rows(files, "accidents"):
        if row["status"] == "reported":
            first[row["id"]] = (moment(row["reported_at"]) - event_of(row)).days
    shares = [
        sum(low <= days < high for days in first.values()) / len(first) for low, high in ((0, 6), (6, 36), (36, 200))
    ]
    assert 0.75 < shares[0] < 0.85
    assert 0.12 < shares[1] < 0.20
    assert 0.02 < shares[2] < 0.06


def test_accidents_are_revised_and_struck_off(files):
    statuses = Counter(row["status"] for _, row in good_rows(files, "accidents"))
    assert statuses["revised"] > 0.05 * statuses["reported"]
    assert 0.01 < statuses["struck off"] / statuses["reported"] < 0.05
    revised = [row for _, row in good_rows(files, "accidents") if row["status"] == "revised"]
    waited = [(moment(row["reported_at"]) - event_of(row)).days for row in revised]
    assert min(waited) >= 0
    assert any(days <= 7 for days in waited)
    assert any(days > 60 for days in waited)


def test_work_stops_at_the_spring_festival_and_comes_back(files):
    around = Counter()
    for _, row in good_rows(files, "accidents"):
        if row["status"] == "reported" and event_of(row).year in (2018, 2019, 2021, 2022, 2023):
            festival = {2018: 47, 2019: 36, 2021: 43, 2022: 32, 2023: 22}[event_of(row).year]
            away = event_of(row).timetuple().tm_yday - festival
            around["festival" if -5 <= away <= 10 else "after" if 15 <= away <= 38 else "else"] += 1
    assert around["festival"] / 16 < 0.65 * around["after"] / 24


def test_zero_returns_stand_only_where_nothing_happened(files):
    quarters = {(file.office, event_of(row).year, (event_of(row).month + 2) // 3)
                for file, row in good_rows(files, "disasters") if row["status"] != "zero return"}  # fmt: skip
    zero = [
        (file.office, event_of(row).year, (event_of(row).month + 2) // 3)
        for file, row in good_rows(files, "disasters")
        if row["status"] == "zero return" and str(row["region_code"]) in ("120000", "350212", "110109")
    ]
    assert len(zero) > 20
    assert not quarters & set(zero)


def test_a_few_owed_returns_are_missing(files):
    bonded_zone = [event_of(row) for file, row in good_rows(files, "inspections") if file.office == "dongjiang"]
    assert max(bonded_zone) < datetime(2024, 4, 1)
    tongan = [event_of(row) for file, row in good_rows(files, "training") if file.office == "tongan"]
    assert not [day for day in tongan if datetime(2024, 1, 1) <= day < datetime(2024, 4, 1)]
    assert [day for day in tongan if day >= datetime(2024, 4, 1)]


def test_no_personal_data_of_anybody(demo, files):
    for file, row in good_rows(files):
        text = " ".join(str(row.get(name, "")) for name in ("enterprise", "description", "topic"))
        assert set(re.findall(r"1[3-9]\d{9}(?!\d)", text)) <= {SERVICE_PHONE}
        assert set(re.findall(r"\d{17}[\dXx]", text)) <= {IMPOSSIBLE_IDENTITY}
        assert str(row.get("enterprise", "模拟")).startswith("模拟"), file.path
    stories = [str(row.get("description", "")) for _, row in good_rows(files, "accidents")]
    assert any(SERVICE_PHONE in story for story in stories)
    assert any(IMPOSSIBLE_IDENTITY in story for story in stories)


def test_less_than_one_line_in_a_hundred_is_faulty(files):
    faulty = 0
    for file in files:
        wrong = sum(is_faulty(row) for row in file.rows)
        seen = Counter(tuple(sorted((name, str(cell)) for name, cell in row.items())) for row in file.rows)
        wrong += sum(times - 1 for times in seen.values())
        assert wrong < 0.01 * len(file.rows) or wrong == 0, file.path
        faulty += wrong
    assert faulty > 50


def test_every_kind_of_fault_is_there(files):
    from pipelines.demo.faults import FAULTS

    for kind, faults in FAULTS.items():
        texts = {str(cell) for file in files if file.kind == kind for row in file.rows for cell in row.values()}
        for fault in faults:
            assert fault is None or fault[1] in texts, (kind, fault)


def test_files_are_as_mixed_as_in_life(demo, files):
    forms = Counter(file.path.suffix for file in files)
    assert forms[".xlsx"] >= 4
    assert forms[".parquet"] >= 1
    assert forms[".jsonl"] >= 1
    raw = [file.path.read_bytes() for file in files if file.path.suffix == ".csv"]
    assert any(data.startswith(b"\xff\xfe") for data in raw)
    assert any(data.startswith(b"\xef\xbb\xbf") for data in raw)
    assert any("（万元）".encode("gb18030") in data for data in raw)
    assert any(";行政区划代码;".encode("gb18030") in data for data in raw)
    assert any("３" in data.decode("gb18030", errors="ignore") for data in raw)


def test_every_file_says_that_it_is_simulated_and_when_it_came(demo, files):
    for file in files:
        said = provenance(demo, file.kind)
        assert said["default"]["synthetic"] is True
        assert "模拟" in said["default"]["publisher"]
        assert said[file.path.name]["history"] is True
        assert str(said[file.path.name]["received_on"]) == "2024-09-30"
    assert "300 万余家次" in provenance(demo, "inspections")["tianjin_2016.csv"]["note"]


def test_the_small_demonstration_is_small(files):
    assert sum(file.path.stat().st_size for file in files) < 15_000_000
