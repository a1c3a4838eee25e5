"""A build after a change copies the former one, makes anew what the change touches, and equals a full build."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from pipelines import publish, warehouse
from pipelines.build import build
from pipelines.engine import DuckDBEngine
from pipelines.renewal import LARGEST_DEAD_SHARE, Renewal, dead_share
from pipelines.settings import Settings

TODAY, LATER = date(2024, 11, 22), date(2025, 1, 20)
HEADINGS = {
    "accidents": "事故编号,状态,行政区划代码,发生时间,报告时间,行业领域,死亡人数,直接经济损失（元）",
    "disasters": "灾情编号,状态,行政区划代码,灾害种类,开始日期,报告时间,受灾人次,直接经济损失（元）,首批物资到达时间",
    "inspections": "检查编号,状态,行政区划代码,检查日期,报告时间,检查类型,发现隐患数,整改隐患数",
    "training": "培训编号,状态,行政区划代码,培训日期,报告时间,培训类型,参加人数",
    "statistics": "行政区划代码,指标,时期,数值,单位,报告时间",
}
REJECTED = {
    ("accidents", 2021): ["A-2021-77,初报,120113,日期不详,2021-05-06 10:00:00,火灾,1,"],
    ("inspections", 2022): ["J-2022-77,初报,120113,日期不详,2022-05-06 10:00:00,日常检查,1,1"],
}
TOWNS = ("120113001", "120113101", "120113", "120116403", "350212001")


def rows_of(kind: str, year: int, first: int = 0, count: int = 20, status: str = "初报") -> list[str]:
    """Rows of one year; the number of a record decides what it says."""
    rows = []
    for n in range(first, first + count):
        town, month = TOWNS[n % len(TOWNS)], n % 12 + 1
        day, told = f"{year}-{month:02d}-05", f"{year}-{month:02d}-{6 + n % 20:02d} 10:00:00"
        sector, loss = ("火灾", "化工")[n % 2], f"{n}000" if n % 7 else ""
        flood_loss = n * 900 if n % 9 != 4 else ""
        say = {
            "accidents": f"A-{year}-{n},{status},{town},{day},{told},{sector},{n % 3},{loss}",
            "disasters": f"D-{year}-{n},{status},{town},洪涝,{day},{told},{n * 7},{flood_loss},{n % 12}",
            "inspections": f"J-{year}-{n},{status},{town},{day},{told},日常检查,{n % 5 + 2},{n % 3}",
            "training": f"P-{year}-{n},{status},{town},{day},{told},{('应急演练', '企业安全培训')[n % 2]},{n + 3}",
            "statistics": f"120113,地区生产总值,{year}年,{1000 + year - 2000}.5,亿元,{year + 1}-03-01 09:00:00",
        }[kind]
        rows.append(say)
    return rows[:1] if kind == "statistics" else rows


def write(root: Path, kind: str, name: str, rows: list[str], **declared: object) -> Path:
    """One file of records, with its entry in the provenance."""
    folder = root / "data" / "raw" / kind
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join([HEADINGS[kind], *rows]) + "\n", encoding="utf-8")
    declare(folder, {name: declared or {"source": "bureau", "received_on": "2024-10-01", "history": True}})
    return folder / name


def declare(folder: Path, entries: dict[str, object]) -> None:
    place = folder / "provenance.yml"
    said = yaml.safe_load(place.read_text(encoding="utf-8")) if place.exists() else {}
    kept = {name: entry for name, entry in {**said, **entries}.items() if entry is not None}
    place.write_text(yaml.safe_dump(kept), encoding="utf-8")


@pytest.fixture(scope="module")
def first_office(tmp_path_factory, repository):
    """An office with five years of every kind of record, built once."""
    root = tmp_path_factory.mktemp("office")
    for name in ("codes", "plans"):
        shutil.copytree(repository / "data" / name, root / "data" / name)
    for kind in HEADINGS:
        for year in range(2020, 2025):
            count = 20 if year < 2024 else 9
            rows = rows_of(kind, year if kind != "statistics" else year - 1, count=count)
            write(root, kind, f"{year}.csv", rows + REJECTED.get((kind, year), []))
    zero = "Z-1,零报告,120113,2024-10-01,2024-11-04 10:00:00,,,"
    write(root, "inspections", "zero.csv", [zero], source="bureau", received_on="2024-11-05")
    build(Settings(root=root), today=TODAY)
    return root


@pytest.fixture
def office(first_office, tmp_path):
    """A copy of it that a test may change."""
    shutil.copytree(first_office, tmp_path / "office")
    return Settings(root=tmp_path / "office")


def tables(settings: Settings) -> dict[str, tuple[list[str], list]]:
    """Every table of the current build, its columns and all its rows in one order."""
    with warehouse.open(settings) as house:
        return {
            name: (house.columns(name), house.query(f"SELECT * FROM {name} ORDER BY ALL")) for name in house.tables()
        }


def raw(settings: Settings, kind: str) -> Path:
    return settings.root / "data" / "raw" / kind


def new_file_of_every_kind(office: Settings) -> None:
    for kind in HEADINGS:
        rows = rows_of(kind, 2024, first=9, count=3)
        if kind == "statistics":  # a figure that is known already, revised
            rows = [row.replace(".5,", ".7,") for row in rows_of(kind, 2023)]
        write(office.root, kind, "2024Q4.csv", rows, source="bureau", received_on="2025-01-12")


def late_history(office: Settings) -> None:
    """Known long ago, but in nobody's file until now."""
    write(office.root, "accidents", "late.csv", rows_of("accidents", 2022, first=50, count=4))


def revisions_and_strike_offs(office: Settings) -> None:
    revised = [row.replace(",1,", ",2,") for row in rows_of("accidents", 2023, first=3, count=4, status="续报")]
    struck = rows_of("accidents", 2022, first=8, count=2, status="核销")
    write(office.root, "accidents", "again.csv", [*revised, *struck], source="bureau", received_on="2025-01-12")
    struck = rows_of("inspections", 2021, first=2, count=1, status="核销")
    write(office.root, "inspections", "again.csv", struck, source="bureau", received_on="2025-01-12")


def corrections_of_the_same_day(office: Settings) -> None:
    """Other figures under the same day of receipt and the same times of report: what came later counts."""
    for part, (first, count) in enumerate(((3, 4), (5, 4))):
        rows = [row.replace(",1,", f",{7 + part},") for row in rows_of("accidents", 2023, first=first, count=count)]
        write(office.root, "accidents", f"again{part}.csv", rows)


def changed_file(office: Settings) -> None:
    """The same name with other rows: the former file is withdrawn, the new one is another."""
    rows = [row.replace("火灾", "化工") for row in rows_of("accidents", 2023)[:15]]
    write(office.root, "accidents", "2023.csv", rows, source="bureau", received_on="2025-01-15")


def withdrawn_files(office: Settings) -> None:
    for kind, name in (("accidents", "2022.csv"), ("statistics", "2024.csv"), ("inspections", "zero.csv")):
        (raw(office, kind) / name).unlink()
        declare(raw(office, kind), {name: None})


def other_day_of_receipt(office: Settings) -> None:
    declare(raw(office, "training"), {"2024.csv": {"source": "bureau", "received_on": "2024-11-01"}})


def correction(office: Settings) -> None:
    entry = {
        "file": "2024.csv",
        "record_id": "A-2024-4",
        "field": "deaths",
        "action": "set",
        "expect": "1",
        "value": "3",
        "reason": "typing error",
        "who": "office",
        "since": "2024-11-20",
    }
    (raw(office, "accidents") / "corrections.yml").write_text(yaml.safe_dump([entry]), encoding="utf-8")


def rejected_rows_come_again(office: Settings) -> None:
    """Beside them another rejected row, of a record that is in."""
    again = "A-2021-77,初报,120113,2021-05-05,2025-01-06 10:00:00,火灾,1,"
    bad = "A-2020-3,续报,120113,日期不详,2025-01-06 10:00:00,火灾,1,"
    rows = [*rows_of("accidents", 2024, first=30), again, bad]
    write(office.root, "accidents", "again.csv", rows, source="bureau", received_on="2025-01-12")
    again = "J-2022-77,初报,120113,2022-05-05,2025-01-06 10:00:00,日常检查,1,1"
    write(office.root, "inspections", "again.csv", [again], source="bureau", received_on="2025-01-12")


def calendar(office: Settings) -> None:
    file = office.root / "data" / "codes" / "reporting_calendar.yml"
    said = yaml.safe_load(file.read_text(encoding="utf-8"))
    said = [{**entry, "frequency": "month"} if entry["kind"] == "inspections" else entry for entry in said]
    file.write_text(yaml.safe_dump(said), encoding="utf-8")


def code_list(office: Settings) -> None:
    file = office.root / "data" / "codes" / "sectors.csv"
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    for row in rows:
        row["is_industrial"] = "true" if row["sector_code"] == "fire" else row["is_industrial"]
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def nothing_but_time(office: Settings) -> None:
    """A new quarter begins, and with it new periods are owed."""


def one_kind_is_gone(office: Settings) -> None:
    for file in raw(office, "training").iterdir():
        file.unlink()


CHANGES = {
    change.__name__: change
    for change in (
        new_file_of_every_kind,
        late_history,
        revisions_and_strike_offs,
        corrections_of_the_same_day,
        changed_file,
        withdrawn_files,
        other_day_of_receipt,
        correction,
        rejected_rows_come_again,
        calendar,
        code_list,
        nothing_but_time,
        one_kind_is_gone,
    )
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_build_after_a_change_equals_a_full_one_cell_by_cell(office, name, monkeypatch):
    monkeypatch.setattr("pipelines.build.is_mostly_changed", lambda *_: False)  # in a copy, whatever it costs
    former = tables(office)
    CHANGES[name](office)
    result = build(office, today=LATER, withdraw=name == "one_kind_is_gone")
    by_parts = tables(office)
    assert result.manifest.made_from and result.taken_over
    whole = build(office, today=LATER, full=True)
    assert (whole.manifest.made_from, whole.taken_over, whole.renewed) == ("", (), ())
    in_full = tables(office)
    assert sorted(by_parts) == sorted(in_full)
    for table, (columns, rows) in in_full.items():
        assert by_parts[table] == (columns, rows), table
    assert by_parts != former or name == "nothing_but_time"


def test_two_changes_one_after_the_other_equal_a_full_build(office):
    new_file_of_every_kind(office)
    build(office, today=LATER)
    changed_file(office)
    withdrawn_files(office)
    assert build(office, today=date(2025, 2, 3)).renewed
    by_parts = tables(office)
    build(office, today=date(2025, 2, 3), full=True)
    assert tables(office) == by_parts


def test_files_that_hold_the_record_of_a_rejected_row_are_found_without_looking_at_every_record(office):
    assert tables(office)["core_accidents__resent"][1] == []
    rejected_rows_come_again(office)
    result = build(office, today=LATER)
    assert {"core_accidents__resent", "core_inspections__resent"} <= set(result.renewed)
    assert "core_training__resent" not in result.made
    with warehouse.open(office) as house:
        rows = house.query("SELECT record_id, path FROM core_accidents__resent JOIN mart_files USING (file_id)")
    assert {(row["record_id"], row["path"].rsplit("/")[-1]) for row in rows} == {
        ("A-2020-3", "2020.csv"),
        ("A-2021-77", "again.csv"),
    }


def test_a_rejected_row_of_one_kind_is_not_taken_for_that_of_another(office):
    """The same bytes below two kinds have one id, and may lose their rejected rows below one of them alone."""
    renewal = Renewal.__new__(Renewal)
    renewal.touched = {}
    with DuckDBEngine(office.root / "rejects.duckdb") as renewal.engine:
        run = renewal.engine.connection.execute
        rows = "VALUES ('f', 'accidents', 's', '1'), ('f', 'training', 's', '1')"
        run(f"CREATE TABLE mart_rejects AS SELECT * FROM ({rows}) AS r (file_id, kind, source, record_id)")
        run("CREATE TABLE stg_rejects AS SELECT * FROM mart_rejects WHERE kind = 'training'")
        renewal._stage_rejects("stg_rejects")
        noted = run("SELECT kind, record_id FROM touched__stg_rejects").fetchall()
    assert noted == [("accidents", "1")]


def test_a_new_file_has_only_its_own_parts_made_anew(office):
    write(
        office.root, "accidents", "2024Q4.csv", rows_of("accidents", 2024, 9, 3), source="b", received_on="2025-01-12"
    )
    result = build(office, today=LATER)
    expected = {f"core_accidents__{layer}" for layer in ("versions", "deltas", "intervals")}
    assert expected | {"mart_measure_deltas", "core_reports__received"} <= set(result.renewed)
    assert {"core_inspections__versions", "core_training__deltas", "mart_statistics"} <= set(result.taken_over)
    assert {name for name in result.made if name.startswith("core_")} == set()


def test_only_dates_at_which_a_file_could_be_known_are_assessed_again(office, monkeypatch):
    from pipelines.assessment import tables as assessment

    seen = []
    real = assessment.assess_targets
    monkeypatch.setattr(
        assessment, "assess_targets", lambda *args: seen.append((args[1].id, args[2])) or real(*args), raising=True
    )
    write(
        office.root, "accidents", "2024Q4.csv", rows_of("accidents", 2024, 9, 3), source="b", received_on="2025-01-12"
    )
    build(office, today=LATER)
    assert {day for plan, day in seen if plan == "beichen"} == {date(2024, 12, 31), date(2025, 1, 12)}
    seen.clear()
    late_history(office)
    build(office, today=LATER)
    days = {day for plan, day in seen if plan == "beichen"}
    assert min(days) == date(2022, 3, 31) and date(2021, 12, 31) not in days


def test_a_changed_file_replaces_its_rows_exactly_and_earlier_dates_keep_the_former_ones(office):
    with warehouse.open(office) as house:
        before = house.records("accidents", as_of=date(2024, 12, 1), limit=500)
    changed_file(office)
    build(office, today=LATER)
    with warehouse.open(office) as house:
        now = {row["record_id"]: row["sector_code"] for row in house.records("accidents", limit=500)}
        known_then = house.records("accidents", as_of=date(2024, 12, 1), limit=500)
    of_2023 = {record_id: sector for record_id, sector in now.items() if record_id.startswith("A-2023")}
    assert sorted(of_2023) == sorted(f"A-2023-{n}" for n in range(15))
    assert set(of_2023.values()) == {"chemicals"}
    ids = lambda rows: sorted((row["record_id"], row["sector_code"], row["deaths"]) for row in rows)  # noqa: E731
    assert ids(known_then) == ids(before)


def test_a_withdrawn_file_takes_its_rows_out_from_today_only(office):
    withdrawn_files(office)
    build(office, today=LATER)
    with warehouse.open(office) as house:
        assert not [row for row in house.records("accidents", limit=500) if row["record_id"].startswith("A-2022")]
        then = house.records("accidents", as_of=date(2025, 1, 19), limit=500)
        counted = "SELECT SUM(delta) AS n FROM mart_measure_deltas WHERE measure = 'accidents' AND known_on <= DATE "
        sums = [house.query(f"{counted} '{day}'")[0]["n"] for day in ("2025-01-19", "2025-01-20")]
    assert len([row for row in then if row["record_id"].startswith("A-2022")]) == 20
    assert sums[0] - sums[1] == 20


def test_each_touched_part_is_looked_for_once_however_many_of_its_rows_changed(office, monkeypatch):
    """A file's id for each of its rows would be a list as long as the file in every query."""
    found, real = {}, Renewal._keys

    def watched(self, model):
        keys = real(self, model)
        run = self.engine.connection.execute
        distinct = f"(SELECT DISTINCT * FROM {keys})"
        found[model.name] = [run(f"SELECT COUNT(*) FROM {rows}").fetchone()[0] for rows in (keys, distinct)]
        return keys

    monkeypatch.setattr(Renewal, "_keys", watched)
    new_file_of_every_kind(office)
    build(office, today=LATER)
    assert found["core_reports__received"][0] == len(HEADINGS)
    assert all(rows == distinct for rows, distinct in found.values())


def test_a_build_that_makes_most_rows_anew_begins_with_an_empty_file(office):
    """In a copy the room of the former tables would stay empty, and the file grow to twice its size."""
    code_list(office)  # its rules are those of most kinds, whose files are read again
    result = build(office, today=LATER)
    assert (result.manifest.made_from, result.taken_over, result.renewed) == ("", (), ())
    by_rule = tables(office)
    assert result.manifest.database_bytes == build(office, today=LATER, full=True).manifest.database_bytes
    assert tables(office) == by_rule


def test_a_file_with_too_many_deleted_rows_is_made_anew(office, monkeypatch):
    monkeypatch.setattr("pipelines.build.dead_share", lambda copy: LARGEST_DEAD_SHARE + 0.01)
    changed_file(office)
    assert build(office, today=LATER).manifest.made_from == ""
    by_rule = tables(office)
    build(office, today=LATER, full=True)
    assert tables(office) == by_rule


def test_deleted_rows_that_still_take_room_are_counted(tmp_path):
    file = str(tmp_path / "worn.duckdb")
    with duckdb.connect(file) as made:
        made.execute("CREATE TABLE empty (a INTEGER)")
        assert dead_share(made) == 0.0
        made.execute("CREATE TABLE worn AS SELECT range AS a FROM range(1000000)")
        made.execute("DELETE FROM worn WHERE a % 5 = 0")
    with duckdb.connect(file, read_only=True) as copy:
        assert dead_share(copy) == pytest.approx(0.2)


def test_another_program_makes_everything_anew(office, monkeypatch):
    for module in ("build", "fingerprints"):
        monkeypatch.setattr(f"pipelines.{module}.code_fingerprint", lambda: "another")
    new_file_of_every_kind(office)
    result = build(office, today=LATER)
    assert (result.taken_over, result.renewed, result.manifest.made_from) == ((), (), "")


def test_a_check_that_stops_still_stops_when_only_parts_are_looked_at(office, monkeypatch):
    """A file that says of itself more rows than it brings is found among the touched parts."""
    import pipelines.sources

    real = pipelines.sources.land_all

    def lying(*args, **named):
        landing = real(*args, **named)
        for row in landing.files:
            if row["path"].endswith("2024Q4.csv") and row["kind"] == "accidents":
                row["accepted"] += 1
        return landing

    monkeypatch.setattr(pipelines.sources, "land_all", lying)
    former = publish.current(office.path("warehouse")).build_id
    new_file_of_every_kind(office)
    with pytest.raises(Exception, match="2024Q4"):
        build(office, today=LATER)
    assert publish.current(office.path("warehouse")).build_id == former
