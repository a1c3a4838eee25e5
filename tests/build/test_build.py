"""A build takes over what is unchanged, and both ways give the same tables."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import date
from types import SimpleNamespace

import duckdb
import pytest
import xlsxwriter

import pipelines.sources
from pipelines import publish, warehouse
from pipelines.build import build, extend, make
from pipelines.engine import DuckDBEngine
from pipelines.errors import PipelineError
from pipelines.relations import RECORD_KINDS
from pipelines.settings import Settings
from pipelines.texts import say
from tests.models.test_deltas import everything
from tests.rows import landed_inputs

TODAY = date(2024, 11, 22)


@pytest.fixture
def settings(tmp_path):
    return Settings(root=tmp_path)


def made(settings, rows, **more):
    inputs = landed_inputs(settings.root / "landed", **rows)
    with publish.writer(settings) as folder:
        return make(settings, folder, inputs, former=publish.current(folder), **more)


def tables(settings):
    """Every table of the current build, its columns and its rows in one order."""
    with warehouse.open(settings) as house:
        return {
            name: (house.columns(name), house.query(f"SELECT * FROM {name} ORDER BY ALL"))
            for name in sorted(house.tables())
        }


STEPS = [
    lambda rows: rows,
    lambda rows: {**rows, "accidents": [*rows["accidents"], {"record_id": "new", "file": "q4.csv"}]},
    lambda rows: {**rows, "accidents": [*rows["accidents"], {"record_id": "r1", "deaths": 9, "file": "q4.csv"}]},
    lambda rows: {**rows, "files": {"q3.csv": {"received_on": "2024-07-01", "withdrawn_on": "2024-10-01"}}},
    lambda rows: {**rows, "inspections": rows["inspections"][:10]},
    lambda rows: {k: v for k, v in rows.items() if k != "training"},
    lambda rows: {**rows, "statistics": [{"value": 7.0}]},
]


def first_rows():
    rows = everything(20)
    rows["disasters"] = [{**row, "file": "q3.csv" if n % 2 else "q2.csv"} for n, row in enumerate(rows["disasters"])]
    return {**rows, "files": {"q3.csv": {"received_on": "2024-07-01"}}}


@pytest.mark.parametrize("step", range(len(STEPS)))
def test_a_partial_build_and_a_full_one_give_the_same_tables(settings, step):
    rows = first_rows()
    made(settings, rows)
    changed = STEPS[step](rows)
    partial = made(settings, changed)
    by_parts = tables(settings)
    whole = made(settings, changed, full=True)
    assert whole.taken_over == whole.renewed == ()
    assert tables(settings) == by_parts
    assert partial.taken_over


def test_only_the_models_behind_a_new_file_are_made_again(settings):
    made(settings, first_rows())
    rows = first_rows()
    rows["accidents"] = [*rows["accidents"], {"record_id": "new", "file": "q4.csv"}]
    result = made(settings, rows)
    assert {"core_accidents__versions", "core_accidents__deltas", "mart_measure_deltas"} <= set(result.renewed)
    assert not {name for name in result.made if name.startswith("core_")}
    assert {"core_inspections__versions", "core_inspections__deltas", "mart_statistics"} <= set(result.taken_over)


def test_another_program_or_schema_takes_nothing_over(settings, monkeypatch):
    made(settings, first_rows())
    for module in ("build", "fingerprints"):
        monkeypatch.setattr(f"pipelines.{module}.code_fingerprint", lambda: "another")
    assert made(settings, first_rows()).taken_over == ()
    monkeypatch.setattr("pipelines.build.SCHEMA_VERSION", 99)
    assert made(settings, first_rows()).taken_over == ()


def test_a_failed_build_publishes_nothing_and_leaves_nothing_behind(settings):
    result = made(settings, first_rows())
    with pytest.raises(PipelineError, match="检查"):
        made(settings, {"accidents": [{"region_code": "999999"}]})
    folder = settings.path("warehouse")
    assert publish.current(folder).build_id == result.build_id
    assert sorted(p.name for p in (folder / "builds").iterdir()) == [result.build_id]


def test_a_fault_of_the_database_is_told_and_not_thrown(settings):
    def broken(engine, settings, progress):
        engine.create_table("assess_x", "SELECT nothing FROM nowhere")

    with pytest.raises(PipelineError) as caught:
        made(settings, first_rows(), assess=broken)
    assert (caught.value.code, caught.value.exit_code) == ("build_failed", 1)
    assert publish.current(settings.path("warehouse")) is None


def test_tables_that_no_model_makes_do_not_survive(settings):
    made(settings, first_rows(), assess=lambda engine, *_: engine.create_table("assess_old", "SELECT 1 AS a"))
    assert "assess_old" in tables(settings)
    made(settings, {**first_rows(), "statistics": [{}]})
    assert "assess_old" not in tables(settings)


def test_a_later_step_is_published_as_a_build_of_its_own(settings):
    first = made(settings, first_rows())
    before = tables(settings)

    def forecasts(engine, settings, progress):
        engine.create_table("forecast_fans", "SELECT 2025 AS year")

    second = extend(settings, "forecasts", "abc", forecasts)
    assert second.is_new and second.build_id != first.build_id
    after = tables(settings)
    assert after.pop("forecast_fans") == (["year"], [{"year": 2025}])
    assert after == before
    assert not extend(settings, "forecasts", "abc", forecasts).is_new
    third = extend(settings, "forecasts", "def", lambda engine, *_: None)
    assert third.is_new and "forecast_fans" not in tables(settings)


def test_there_is_nothing_to_extend_before_the_first_build(settings):
    with pytest.raises(PipelineError) as caught:
        extend(settings, "forecasts", "abc", lambda *_: None)
    assert caught.value.code == "no_warehouse"


class Landed(SimpleNamespace):
    """What the sources hand over, for rows in sight."""

    def parquet(self, kind):
        return self.inputs.relations[f"src_{kind}"].files


@pytest.fixture
def office(settings, monkeypatch, repository):
    """An office with the real code lists and plans; `office.rows` is what its files hold."""
    (settings.root / "data").mkdir()
    for name in ("codes", "plans"):
        (settings.root / "data" / name).symlink_to(repository / "data" / name)
    here = SimpleNamespace(settings=settings, rows=first_rows(), warnings=())

    def land_all(settings, *, today, progress, **_):
        inputs = landed_inputs(settings.root / "landed", **here.rows)
        return Landed(
            inputs=inputs,
            files=[{**row, "received_on": date.fromisoformat(row["received_on"])} for row in inputs.files],
            rejects=(),
            reporting_calendar=(),
            fingerprint=inputs.fingerprint,
            is_synthetic=False,
            warnings=here.warnings,
        )

    monkeypatch.setattr(pipelines.sources, "land_all", land_all, raising=False)
    monkeypatch.setattr("pipelines.build.write_assessments", lambda *_, **__: None)
    return here


def test_nothing_changed_publishes_nothing_and_says_so(office):
    first = build(office.settings, today=TODAY)
    again = build(office.settings, today=TODAY)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.build_id == first.build_id
    assert (again.files, again.records) == (first.files, first.records)
    assert len(publish.list_builds(office.settings)) == 1


def test_what_the_landing_has_to_say_stands_first_among_the_warnings(office):
    office.warnings = ("1 files are no longer there",)
    assert build(office.settings, today=TODAY).warnings[0] == "1 files are no longer there"


def test_a_preferred_source_that_sent_nothing_is_told_with_those_that_did(tmp_path):
    rows = {"statistics": [{"source": "bureau"}, {"source": "yearbook"}]}
    for preferred, told in ((("buraeu", "yearbook"), ["buraeu"]), (("bureau",), []), ((), [])):
        found = made(Settings(root=tmp_path, statistics={"preferred": preferred}), rows, full=True).warnings
        assert list(found) == [say("build.preferred_unknown", source=one, names="bureau、yearbook") for one in told]


def test_full_publishes_even_when_nothing_changed(office):
    first = build(office.settings, today=TODAY)
    again = build(office.settings, today=TODAY, full=True)
    assert again.is_new and again.build_id != first.build_id


def test_a_change_of_code_lists_plans_or_thresholds_makes_a_new_build(office):
    codes = office.settings.root / "data" / "codes"
    source = codes.resolve()
    build(office.settings, today=TODAY)
    codes.unlink()
    codes.mkdir()
    for file in source.iterdir():
        (codes / file.name).write_bytes(file.read_bytes())
    assert not build(office.settings, today=TODAY).is_new
    with (codes / "hazards.csv").open("a", encoding="utf-8") as opened:
        opened.write("meteorite,陨石,Meteorite,false,\n")
    assert build(office.settings, today=TODAY).is_new
    stricter = office.settings.model_copy(
        update={"verdict": office.settings.verdict.model_copy(update={"likely": 0.9})}
    )
    assert build(stricter, today=TODAY).is_new


def test_the_real_code_lists_and_printed_figures_reach_the_build(office):
    build(office.settings, today=TODAY)
    with warehouse.open(office.settings) as house:
        assert len(house.query("SELECT * FROM mart_grades")) == 4
        assert {row["plan_id"] for row in house.reconciliation()} >= {"beichen", "mentougou", "tianjin"}
        names = house.query("SELECT name_zh FROM mart_codes WHERE list = 'measures' AND code = 'fines_fen'")
        assert names == [{"name_zh": "罚款"}]


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("accident_grades.csv", "grade_code,name_zh\n", "name_en"),
        ("sectors.csv", "sector_code,name_zh,name_en,is_industrial,sort_order\na,b,c,maybe,1\n", "maybe"),
        ("measures.csv", None, "没有此文件"),
    ],
)
def test_a_broken_code_list_is_told(office, file, content, reason):
    codes = office.settings.root / "data" / "codes"
    source = codes.resolve()
    codes.unlink()
    codes.mkdir()
    for one in source.iterdir():
        (codes / one.name).write_bytes(one.read_bytes())
    (codes / file).unlink()
    if content is not None:
        (codes / file).write_text(content, encoding="utf-8")
    with pytest.raises(PipelineError) as caught:
        build(office.settings, today=TODAY)
    assert (caught.value.code, caught.value.where) == ("code_list_invalid", f"data/codes/{file}")
    assert reason in caught.value.facts["reason"]


def test_a_build_imports_neither_pandas_nor_statsmodels(tmp_path, repository):
    """Rows from a file beside, because pyarrow and the fixture are not what is looked at."""
    inputs = landed_inputs(tmp_path / "landed", **first_rows())
    files = {kind: [str(file) for file in inputs.relations[f"src_{kind}"].files] for kind in RECORD_KINDS}
    program = f"""
import sys
from pathlib import Path
from pipelines import publish, warehouse
from pipelines.build import make
from pipelines.inputs import Inputs, Relation, calendar_rows, code_relations, files_by_kind, plan_relations
from pipelines.settings import Settings
settings = Settings(root=Path({str(tmp_path / "office")!r}))
files = {files!r}
receipts = {[dict(row) for row in inputs.files]!r}
relations = [*code_relations(Path("data/codes")), *plan_relations(Path("data/plans")), *files_by_kind(receipts)]
relations += [Relation("src_files", rows=tuple(receipts)), Relation("src_calendar", rows=tuple(calendar_rows()))]
relations += [Relation(f"src_{{kind}}", files=tuple(map(Path, found))) for kind, found in files.items()]
with publish.writer(settings) as folder:
    make(settings, folder, Inputs({{r.name: r for r in relations}}, "abc123def", False))
with warehouse.open(settings) as house:
    print(len(house.records("accidents")))
print(sorted({{"pandas", "statsmodels", "streamlit", "matplotlib"}} & set(sys.modules)))
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=True)
    assert ran.stdout.split("\n")[0].isdigit() and int(ran.stdout.split("\n")[0]) > 0
    assert ran.stdout.split("\n")[1] == "[]"


BUILD_OF_EVERY_FORMAT = """
import sys
from datetime import date
from pathlib import Path
from pipelines.build import build
from pipelines.settings import Settings
result = build(Settings(root=Path({root!r})), today=date(2024, 11, 22))
found = [name for name in ("pandas", "statsmodels") if name in sys.modules]
print(result.records, result.rejected, *found)
"""


def test_a_build_of_every_format_of_file_imports_neither_pandas_nor_statsmodels(tmp_path, repository):
    for folder in ("codes", "plans"):
        shutil.copytree(repository / "data" / folder, tmp_path / "data" / folder)
    headings = ["事故编号", "行政区划代码", "发生时间", "报告时间", "行业领域", "死亡人数"]
    row = ["110109", "2024-01-05 08:00:00", "2024-01-06 08:00:00", "火灾", "1"]
    rows = {name: [f"{name}-{i}", *row] for i, name in enumerate(("csv", "gb", "jsonl", "xlsx", "parquet"))}
    bad = ["bad-1", *row[:-1], "x"]
    records = tmp_path / "data" / "raw" / "accidents"
    records.mkdir(parents=True)
    many = [[f"ok-{i}", *row] for i in range(40)]
    lines = [",".join(cells) for cells in (headings, rows["csv"], bad, *many)]
    (records / "a.csv").write_text("\n".join(lines), encoding="utf-8")
    (records / "b.csv").write_bytes("\n".join(map(",".join, (headings, rows["gb"]))).encode("gb18030"))
    told = json.dumps(dict(zip(headings, rows["jsonl"], strict=True)), ensure_ascii=False)
    (records / "c.jsonl").write_text(told + "\n", encoding="utf-8")
    book = xlsxwriter.Workbook(str(records / "d.xlsx"))
    page = book.add_worksheet()
    for i, cells in enumerate((headings, rows["xlsx"])):
        page.write_row(i, 0, cells)
    book.close()
    cells = ", ".join(f"'{cell}' AS \"{heading}\"" for cell, heading in zip(rows["parquet"], headings, strict=True))
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT {cells}) TO '{records / 'e.parquet'}' (FORMAT parquet)")
    program = BUILD_OF_EVERY_FORMAT.format(root=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.returncode) == (["46", "1"], 0), done.stderr


def test_rows_go_in_with_their_types_and_quotes(tmp_path):
    with DuckDBEngine(tmp_path / "x.duckdb") as engine:
        engine.register_rows(
            "r",
            [{"a": 2**53 + 1, "d": date(2024, 2, 29), "s": "引'号\"\\n", "x": 0.1}, {"s": None}],
            {"a": "BIGINT", "d": "DATE", "s": "VARCHAR", "x": "DOUBLE"},
        )
        assert engine.rows("SELECT * FROM r ORDER BY a") == [
            {"a": 2**53 + 1, "d": date(2024, 2, 29), "s": "引'号\"\\n", "x": 0.1},
            {"a": None, "d": None, "s": None, "x": None},
        ]
