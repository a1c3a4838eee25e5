"""The next plan is drafted from the one before, loads while it is unfinished, and stands beside it."""

import datetime as dt
import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipelines.assessment import write_assessments
from pipelines.catalogue import load_catalogue
from pipelines.errors import PipelineError
from pipelines.plans import load_plans, resolve
from pipelines.plans.draft import draft_plan, next_id
from pipelines.plans.lint import lint
from pipelines.plans.model import UNQUOTED
from pipelines.settings import Settings
from pipelines.texts import in_language

YI = 10_000_000_000
SHIPPED = ("beichen", "dongjiang", "mentougou", "nation", "tianjin", "tongan")


@pytest.fixture
def office(repository, tmp_path):
    """An office with the shipped plans and code lists, and no record."""
    for folder in ("plans", "codes"):
        shutil.copytree(repository / "data" / folder, tmp_path / "data" / folder)
    return Settings(root=tmp_path)


def written(drafted):
    return yaml.safe_load(drafted.path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("source", SHIPPED)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_draft_of_every_shipped_plan_loads_with_no_value_and_no_doubt(office, source, language, parents):
    with in_language(language):
        drafted = draft_plan(office, source, "2026-2030")
    plans = load_plans(office.path("plans"))
    before, after = plans[source], plans[drafted.plan_id]
    assert (after.draft, after.period.start, after.period.end, after.baseline_year) == (True, 2026, 2030, 2025)
    carried = ("id", "indicator", "kind", "operator", "unit", "nature", "name", "category", "gdp_basis")
    for old, new in zip(before.targets, after.targets, strict=True):
        assert [getattr(old, name) for name in carried] == [getattr(new, name) for name in carried]
        assert (new.value, new.value_in_unit, new.doubts, new.elsewhere, new.quote) == (None, None, (), (), UNQUOTED)
        assert 2026 <= new.due_year <= 2030
        assert resolve(plans, after.id, new.id) is None or new.kind == "monitored"
    doubts = {doubt.code for doubt in lint(plans, load_catalogue(), [], parents) if doubt.plan_id == after.id}
    assert doubts <= {"inherited_unset"}


def test_on_a_full_disk_no_half_of_a_draft_stays(office, monkeypatch):
    write, before = Path.write_bytes, sorted(office.path("plans").iterdir())

    def half(path, content):
        write(path, content[: len(content) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(PipelineError) as caught:
        draft_plan(office, "tianjin", "2026-2030")
    assert caught.value.code == "out_no_room" and caught.value.exit_code == 2
    assert sorted(office.path("plans").iterdir()) == before
    monkeypatch.undo()
    assert draft_plan(office, "tianjin", "2026-2030").targets == 20


def test_what_is_to_be_filled_in_is_said_beside_it(office):
    text = draft_plan(office, "tianjin", "2026-2030").path.read_text(encoding="utf-8")
    assert text.count("    value:  # 待填") == text.count("    operator:") == 18  # two are only watched
    assert text.count('    clause: ""  # 待填') == text.count('    quote: ""  # 待填') == 20
    assert "应急管理“十五五”规划（草稿）" in text and "15th Five-Year" in text
    assert "十四五" not in text.split("title:")[1]


def test_a_base_mean_moves_on_with_the_plan(office):
    target = written(draft_plan(office, "tianjin", "2026-2030"))["targets"][2]
    assert target["baseline"] == {"first_year": 2021, "year": 2025}


def test_a_draft_is_never_written_over(office):
    path = draft_plan(office, "tianjin", "2026-2030").path
    fill_in(path, "1", 20)  # somebody has begun
    before = path.read_bytes()
    with pytest.raises(PipelineError) as caught:
        draft_plan(office, "tianjin", "2026-2030")
    assert caught.value.code == "file_exists" and path.read_bytes() == before


def test_a_draft_that_cannot_be_written_is_told_and_no_plan_is_there(office, monkeypatch):
    def refused(self, *asked, **more):
        raise PermissionError(13, "Permission denied", str(self))

    before, plans = sorted(office.path("plans").iterdir()), load_plans(office.path("plans"))
    with monkeypatch.context() as patched, pytest.raises(PipelineError) as caught:
        patched.setattr("pathlib.Path.open", refused)
        patched.setattr("pipelines.plans.draft.load_plans", lambda folder: plans)
        patched.setattr("pipelines.plans.draft._bases", lambda *asked: {})
        draft_plan(office, "tianjin", "2026-2030")
    assert (caught.value.code, caught.value.exit_code) == ("out_not_writable", 2)
    assert caught.value.where.endswith(".yml") and sorted(office.path("plans").iterdir()) == before


@pytest.mark.parametrize("period", ["2026", "2024-2028", "2030-2026", "2026-2060", "next"])
def test_a_period_that_does_not_follow_is_refused(office, period):
    with pytest.raises(PipelineError) as caught:
        draft_plan(office, "tianjin", period)
    assert caught.value.code == "draft_period" and "2026-2030" in caught.value.tell("en")


def test_a_plan_that_is_not_there_is_told_with_those_that_are(office):
    with pytest.raises(PipelineError) as caught:
        draft_plan(office, "tianjing", "2026-2030")
    assert caught.value.code == "no_plan" and "tianjin" in caught.value.tell()


def test_a_district_points_to_the_draft_of_its_city_only_once_that_is_there(office):
    assert written(draft_plan(office, "beichen", "2026-2030"))["parent"] is None
    (office.path("plans") / "beichen_15.yml").unlink()
    draft_plan(office, "tianjin", "2026-2030")
    assert written(draft_plan(office, "beichen", "2026-2030"))["parent"] == "tianjin_15"


def test_a_missing_value_is_still_a_fault_where_nothing_says_draft(office):
    path = draft_plan(office, "tianjin", "2026-2030").path
    text = path.read_text(encoding="utf-8").replace('clause: ""', "clause: 三").replace('quote: ""', "quote: 某")
    path.write_text("\n".join(x for x in text.splitlines() if not x.startswith("draft:")), encoding="utf-8")
    with pytest.raises(PipelineError) as caught:
        load_plans(office.path("plans"))
    assert caught.value.code == "yaml_invalid"
    assert caught.value.facts["n"] == 18 and "operator 和 value" in caught.value.rows[0]  # two are only watched


def returns(measure, values):
    return [
        {
            "measure": measure,
            "period_start": f"{year}-01-01",
            "period_end": f"{year}-12-31",
            "value": float(value),
            "reported_at": f"{year + 1}-03-01 09:00:00",
        }
        for year, value in values.items()
    ]


@pytest.fixture
def house(office, warehouse_from):
    """A district with accidents and GDP of 2020 to `last`, assessed by all plans of the office."""

    def build(last=2025, accidents_until=None):
        def assess(engine, _settings, progress):
            write_assessments(engine.connection, office, load_catalogue(), load_plans(office.path("plans")), progress)

        deaths = {2020: 20, 2021: 18, 2022: 15, 2023: 12, 2024: 11, 2025: 9}
        records = [
            {"occurred_at": f"{year}-05-{day + 1:02d} 08:00:00"}
            for year, count in deaths.items()
            if year <= (accidents_until or last)
            for day in range(count)
        ]
        gdp = {2020: 600, 2021: 640, 2022: 660, 2023: 690, 2024: 720, 2025: 750}
        gdp = {year: value * YI for year, value in gdp.items() if year <= last}
        return warehouse_from(accidents=records, statistics=returns("gdp", gdp), assess=assess, full=True)

    return build


def test_bases_are_recomputed_where_the_year_is_complete(office, house):
    house()
    drafted = draft_plan(office, "beichen", "2026-2030")
    rate = next(line for line in drafted.bases if line.strip().startswith("1 "))
    assert "2025 年为 0.012" in rate  # 9 deaths / 75 billion yuan
    assert "0.012" in drafted.path.read_text(encoding="utf-8")
    assert next(line for line in drafted.bases if line.strip().startswith("7 ")).endswith("没有 2025 年的数据）")


def test_a_base_year_that_is_not_complete_has_no_value_and_says_so(office, house):
    house(last=2024)
    drafted = draft_plan(office, "beichen", "2026-2030")
    rate = next(line for line in drafted.bases if line.strip().startswith("1 "))
    assert "2025" in rate and "没有" in rate and "0.0" not in rate


def fill_in(path, target_id, value):
    """Write the value of one target into a draft, as a person would."""
    head, found, tail = path.read_text(encoding="utf-8").partition(f'  - id: "{target_id}"\n')
    path.write_text(head + found + tail.replace("    value:  #", f"    value: {value}  #", 1), encoding="utf-8")


def test_two_plans_of_one_region_stand_side_by_side(office, house):
    house()
    draft_plan(office, "tianjin", "2026-2030")
    fill_in(draft_plan(office, "beichen", "2026-2030").path, "1", 20)
    built = house()
    plans = {row["plan_id"]: row for row in built.plans()}
    assert {"beichen", "beichen_15"} <= set(plans)
    assert plans["beichen"]["region_code"] == plans["beichen_15"]["region_code"]
    assert plans["beichen_15"]["parent_plan_id"] == "tianjin_15"
    newest = plans["beichen_15"]["newest_as_of"]
    assert newest == plans["beichen"]["newest_as_of"] == dt.date(2026, 3, 1)
    old = {row["target_id"]: row for row in built.assessments("beichen", newest)}
    new = {row["target_id"]: row for row in built.assessments("beichen_15", newest)}
    assert old["1"]["target_value"] == pytest.approx((1 - 0.33) * 20 / 600)
    assert old["1"]["verdict"] == "no_forecast"  # constant or current prices is not said, and only one of them is in
    assert new["1"]["target_value"] == pytest.approx((1 - 0.20) * 9 / 750)
    assert new["1"]["baseline_value"] == pytest.approx(9 / 750)
    assert new["m1"]["verdict"] == "watched"
    unset = [row for name, row in new.items() if name not in ("1", "m1")]
    assert {(row["verdict"], row["verdict_reason_code"]) for row in unset} == {("no_data", "target_unset")}
    assert {row["probability"] for row in unset if "probability" in row} <= {None}


def test_an_inherited_target_waits_for_the_draft_above(office, house):
    draft_plan(office, "tianjin", "2026-2030")
    path = draft_plan(office, "beichen", "2026-2030").path
    text = path.read_text(encoding="utf-8")
    head, found, tail = text.partition('  - id: "1"\n')
    lines = tail.splitlines()
    kept = [x for x in lines[: lines.index("")] if not x.strip().startswith(("operator", "value", "baseline", "year:"))]
    body = "\n".join(kept).replace("kind: reduction", "kind: inherited") + "\n" + "\n".join(lines[lines.index("") :])
    path.write_text(head + found + body, encoding="utf-8")
    link = {"plan_id": "beichen_15", "target_id": "1", "parent_plan_id": "tianjin_15"}
    built = house()
    assert {**link, "from_plan_id": None, "from_target_id": None} in built.inherited_targets()
    fill_in(office.path("plans") / "tianjin_15.yml", "1", 20)
    built = house()
    assert {**link, "from_plan_id": "tianjin_15", "from_target_id": "1"} in built.inherited_targets()


def test_ids_follow_the_number_of_the_plan():
    assert [next_id("tianjin", year) for year in (2026, 2031)] == ["tianjin_15", "tianjin_16"]
    assert next_id("tianjin_15", 2031) == "tianjin_16"


def test_the_command_says_what_it_wrote_and_what_is_to_be_done(office, repository):
    environment = {**os.environ, "ANLAN_LANG": "zh", "PYTHONUTF8": "1"}
    words = ["--root", str(office.root), "plan", "new", "--from", "tianjin", "--period", "2026-2030"]
    command = [sys.executable, "-m", "pipelines.cli", *words]
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert told[0] == "已写出草稿 data/plans/tianjin_15.yml：20 项目标，指标值均待填。"
    assert "2025 年没有数值（没有可用的数据仓库）" in told[2] and "anlan check" in told[-1]
    assert load_plans(office.path("plans"))["tianjin_15"].draft


def test_a_base_of_several_years_names_all_that_are_missing():
    from pipelines.plans.draft import _no_year
    from pipelines.texts import in_language

    with in_language("zh"):
        said = [_no_year(2025), _no_year(2024, 2025), _no_year(2021, 2024, 2025)]
    assert said == ["没有 2025 年的数据", "没有 2024–2025 年的数据", "没有 2021、2024、2025 年的数据"]
