"""`anlan check` finds in the definitions what a build would stop on, without reading a row."""

import shutil
from datetime import date

import pytest
from typer.testing import CliRunner

from pipelines.build import build
from pipelines.cli import app
from pipelines.errors import PipelineError, SeveralErrors
from pipelines.selfcheck import check_everything
from pipelines.settings import Settings

TODAY = date(2026, 11, 22)


@pytest.fixture
def office(repository, tmp_path):
    for folder in ("plans", "codes"):
        shutil.copytree(repository / "data" / folder, tmp_path / "data" / folder)
    write(tmp_path, "raw/accidents/q3.csv", "x\n")
    return tmp_path


def write(root, path, text):
    target = root / "data" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def faults(root):
    with pytest.raises(PipelineError) as caught:
        check_everything(Settings(root=root), TODAY)
    found = caught.value
    return [(each.code, each.where) for each in (found.errors if isinstance(found, SeveralErrors) else [found])]


def test_an_office_in_order_has_no_fault(office):
    assert check_everything(Settings(root=office), TODAY).plans > 0


@pytest.mark.parametrize(
    ("path", "text", "code"),
    [
        ("codes/causes.csv", "code\n", "code_list_invalid"),
        ("codes/reporting_calendar.yml", "- kind: tea\n", "reporting_calendar_invalid"),
        ("raw/accidents/provenance.yml", "q3.csv: {received_on: 2027-01-01}\n", "provenance_odd"),
        ("raw/accidents/provenance.yml", "q3.csv: {mapping: m.yml}\n", "mapping_missing"),
        ("raw/accidents/corrections.yml", "- file: q3.csv\n", "corrections_invalid"),
    ],
)
def test_faults_of_the_definitions_are_found(office, path, text, code):
    write(office, path, text)
    assert [found for found, _ in faults(office)] == [code]


def test_a_mapping_that_is_none_is_found_once_for_all_its_files(office):
    write(office, "raw/accidents/q4.csv", "y\n")
    write(office, "raw/accidents/provenance.yml", "default: {mapping: m.yml}\n")
    write(office, "raw/accidents/m.yml", "- a\n")
    assert [found for found, _ in faults(office)] == ["mapping_invalid"]


def test_an_indicator_that_the_catalogue_lacks_is_a_fault(office):
    path = office / "data/plans/nation.yml"
    text = path.read_text(encoding="utf-8")
    name = text.split("indicator: ", 1)[1].split()[0].strip(",")
    path.write_text(text.replace(f"indicator: {name}", "indicator: no_such_thing", 1), encoding="utf-8")
    (office / "data/raw/accidents/q3.csv").unlink()
    line = path.read_text(encoding="utf-8").splitlines().index("    indicator: no_such_thing") + 1
    assert faults(office) == [("assessment_indicator", f"data/plans/nation.yml:{line}")]
    with pytest.raises(PipelineError) as caught:  # and a build stops on it with the same sentence
        build(Settings(root=office), today=TODAY)
    assert (caught.value.code, caught.value.where) == ("assessment_indicator", f"data/plans/nation.yml:{line}")


@pytest.mark.parametrize(
    ("code", "fault", "told"),
    [
        ("base_2032", "plan_break_unknown", "没有口径变化 base_2032"),
        ("scope_2021_07", "plan_break_elsewhere", "scope_2021_07 不涉及本规划的地区"),
        ("missing_merged_2019", "plan_break_elsewhere", "不涉及该指标"),
        ("scope_2016", "plan_break_outside", "scope_2016 不在基期与到期年之间"),
    ],
)
def test_a_comparison_across_what_is_no_break_of_the_series_is_a_fault(office, code, fault, told):
    path = office / "data/plans/nation.yml"
    text = path.read_text(encoding="utf-8").replace("- breaks: [base_2023]", f"- breaks: [{code}]", 1)
    path.write_text(text, encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), start=1) if f"[{code}]" in row)
    with pytest.raises(PipelineError) as caught:
        check_everything(Settings(root=office), TODAY)
    assert (caught.value.code, caught.value.where) == (fault, f"data/plans/nation.yml:{line}")
    assert told in caught.value.tell("zh") and "可用：base_2023" in caught.value.tell("zh")


def test_an_empty_list_of_facts_and_a_folder_without_plans_are_told(office):
    for path in (office / "data/plans").glob("*.yml"):
        path.unlink()
    facts = (office / "data/plans/published-facts.csv").read_text(encoding="utf-8").splitlines()
    write(office, "plans/published-facts.csv", "")
    assert [code for code, _ in faults(office)] == ["facts_invalid"]
    write(office, "plans/published-facts.csv", facts[0] + "\n")
    told = CliRunner().invoke(app, ["--root", str(office), "check"], env={"ANLAN_LANG": "zh"})
    assert told.exit_code == 0 and "中没有规划" in told.output
