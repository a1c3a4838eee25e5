"""Figures of a plan in another unit than their indicator's are refused, and none is read as something else."""

from pathlib import Path

import pytest

from pipelines.catalogue import load_catalogue
from pipelines.errors import PipelineError
from pipelines.plans import load_plans
from pipelines.plans.units import require_units
from pipelines.sources.codes import read_codes
from pipelines.texts import in_language

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def factor():
    return read_codes(ROOT / "data/codes").units.factor


@pytest.fixture
def refused(write_plan, factor):
    """The whole message about a plan with one target; '' where there is none."""

    def say_why(indicator, entries, unit=None):
        said = "" if unit is None else f', unit: "{unit}"'
        folder = write_plan(target=entries + said)
        file = folder / "p.yml"
        file.write_text(file.read_text("utf-8").replace("indicator: work_deaths", f"indicator: {indicator}"), "utf-8")
        try:
            with in_language("en"):
                require_units(load_plans(folder), load_catalogue(), factor, folder)
        except PipelineError as error:
            return error.tell("en")
        return ""

    return say_why


def test_the_shipped_plans_are_in_the_units_of_their_indicators(factor):
    require_units(load_plans(ROOT / "data/plans"), load_catalogue(), factor, ROOT / "data/plans")


def test_another_unit_of_the_same_kind_is_told_whole(refused):
    assert refused("emergency_stock_people", 'kind: end_value, operator: ">=", value: 5', "万人") == (
        "p.yml:19: target 1: written as 5万人, but the indicator is in 人\n"
        "Rule: only % and ‰ are converted (the same holds for value, baseline, each_region and path)\n"
        "To do: write the figures and the unit in 人; the words of the document stand in printed"
    )


def test_a_share_without_its_per_cent_is_told_whole(refused):
    assert refused("warning_coverage_share", 'kind: end_value, operator: ">=", value: 80', "") == (
        "p.yml:18: target 1: in its unit (—) it reads as 80 (比例), which the indicator can never be (0 to 1)\n"
        'To do: check value, each_region and unit; per cent need unit: "%"'
    )


@pytest.mark.parametrize(
    ("indicator", "entries", "unit"),
    [
        ("relief_hours", 'kind: events, operator: "<=", value: 90', "分钟"),
        ("warning_coverage_share", 'kind: end_value, operator: ">=", value: 80', "百分之"),
        ("work_deaths", 'kind: end_value, operator: "<=", value: 80', "%"),
        ("work_deaths_per_100m_yuan_gdp", 'kind: end_value, operator: "<=", value: 3', "人/百亿"),
        ("drills_per_plan_holder", 'kind: every_year, operator: ">=", value: 2', "万次"),
        (
            "work_deaths",
            'kind: end_value, operator: "<=", value: 8, baseline: {year: 2020,printed: 9,unit: "%"}',
            "人",
        ),
        ("warning_coverage_share", 'kind: end_value, operator: ">=", value: 80, each_region: {"120113101": 110}', "%"),
    ],
)
def test_what_would_be_read_as_something_else_is_refused(refused, indicator, entries, unit):
    assert refused(indicator, entries, unit)


@pytest.mark.parametrize(
    ("indicator", "entries", "unit"),
    [
        ("warning_coverage_share", 'kind: end_value, operator: ">=", value: 80', "％"),
        ("warning_coverage_share", 'kind: end_value, operator: ">=", value: 0.8', ""),
        ("work_deaths", 'kind: end_value, operator: "<=", value: 80', "名"),
        ("drills_per_plan_holder", 'kind: every_year, operator: ">=", value: 2', "次"),
        ("work_deaths_per_100m_yuan_gdp", 'kind: reduction, operator: "<=", value: 33', "％"),
    ],
)
def test_what_says_the_same_is_accepted(refused, indicator, entries, unit):
    assert refused(indicator, entries, unit) == ""
