"""Every entry of the catalogue, enumerated; an indicator from YAML alone; and what is said of a wrong one."""

import re
from pathlib import Path

import pytest

from pipelines.catalogue import check_catalogue, load_catalogue
from pipelines.catalogue.dictionary import targets_by_indicator
from pipelines.catalogue.model import Operand
from pipelines.catalogue.read import OURS, names_used
from pipelines.errors import PipelineError
from pipelines.plans import load_plans
from pipelines.texts import in_language

ROOT = Path(__file__).resolve().parents[2]
CODES = ROOT / "data/codes"
CATALOGUE = load_catalogue()

SERIOUS_INJURIES = """\
id: serious_injuries_per_100k
title: {zh: 十万人重伤率, en: "Serious injuries per 100,000"}
unit: {zh: 人/10万人, en: "people per 100,000"}
display: {unit: {zh: 人/10万人, en: "people per 100,000"}, factor: 1, decimals: 2}
form: ratio
kind: rate
numerator: {measure: serious_injuries}
denominator: {statistic: population, at: mean_of_year_ends}
scale: 100000
better: lower
bounds: {value: [0, null], denominator_growth: [-0.03, 0.03]}
minimum: {denominator: 50000, years: 8}
revise: {years: 2}
owner: {zh: 安全生产监管部门, en: Work-safety supervision}
formula: {zh: 重伤人数 ÷ 人口, en: Serious injuries / population}
explain:
  what: {zh: 重伤人数。, en: Serious injuries.}
  how_we_compute: {zh: 相除。, en: Divided.}
  do_not_use_for: {zh: 排名。, en: Ranking.}
"""


def refusal(folder):
    with pytest.raises(PipelineError) as caught, in_language("en"):
        load_catalogue(folder)
    return caught.value


@pytest.fixture
def write(tmp_path):
    def write(right="", wrong="", name="serious_injuries_per_100k"):
        assert right in SERIOUS_INJURIES
        text = SERIOUS_INJURIES.replace(right, wrong, 1) if right else SERIOUS_INJURIES
        (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_every_file_is_an_entry():
    assert set(CATALOGUE) == {file.stem for file in OURS.glob("*.yml")}
    assert len(CATALOGUE) == 49


def test_every_name_stands_in_the_code_lists():
    check_catalogue(CATALOGUE, CODES)


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_indicator_is_used_by_a_target(name):
    assert targets_by_indicator(ROOT / "data/plans").get(name), "an unused indicator must be listed here with a reason"


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_text_is_said_in_its_language(name):
    entry = CATALOGUE[name]
    words = (entry.title, entry.formula, entry.owner, *(text for _, text in entry.explain))
    for text in words:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in text.zh), text
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in text.en), text


@pytest.mark.parametrize("name", CATALOGUE)
def test_shares_are_shown_in_per_cent_or_per_mille_and_bounded(name):
    entry = CATALOGUE[name]
    if entry.unit.zh == "比例":
        assert (entry.display.unit.zh, entry.display.factor) in (("%", 100), ("‰", 1000))
        # A loss may exceed a year's GDP; coverage cannot exceed everything.
        assert entry.bounds.value[1] == (None if entry.better == "lower" else 1)
        assert (entry.kind == "share") is (entry.better == "higher")


@pytest.mark.parametrize("name", CATALOGUE)
def test_yearly_event_rates_use_mean_population_and_stocks_the_year_end(name):
    entry = CATALOGUE[name]
    if entry.denominator and entry.denominator.statistic == "population":
        counted = entry.numerator.measure is not None
        assert entry.denominator.at == ("mean_of_year_ends" if counted else "year_end")


def test_deaths_per_hundred_million_yuan_are_scaled_from_fen():
    entry = CATALOGUE["work_deaths_per_100m_yuan_gdp"]
    gdp_fen = 591 * 10**8 * 100  # Tong'an 2020: about 591 hundred million yuan, 11 deaths, printed 0.0186
    assert round(11 / gdp_fen * entry.scale, 4) == 0.0186
    assert entry.denominator.constant_prices == "gdp_at_2020_prices"


def test_losses_need_no_scale_because_both_sides_are_fen():
    assert CATALOGUE["disaster_loss_gdp_share"].scale == 1


def test_an_earthquake_warning_counts_earthquakes_only():
    assert CATALOGUE["earthquake_warning_seconds"].numerator.hazards == ("earthquake",)
    assert CATALOGUE["relief_hours"].numerator.hazards is None


def test_an_indicator_is_added_from_yaml_alone(write):
    both = load_catalogue(write())
    added = both["serious_injuries_per_100k"]
    assert len(both) == len(CATALOGUE) + 1
    assert (added.numerator.source(), added.denominator.source()) == (
        ("measure", "serious_injuries"),
        ("statistic", "population"),
    )
    check_catalogue(both, CODES)
    assert list(both) == sorted(both)


def test_a_misspelt_measure_is_named(write):
    both = load_catalogue(write("measure: serious_injuries", "measure: serious_injurys"))
    with pytest.raises(PipelineError) as caught, in_language("en"):
        check_catalogue(both, CODES)
    assert caught.value.rows == (
        'indicator serious_injuries_per_100k: the measure "serious_injurys" is in no code list',
    )


@pytest.mark.parametrize(
    ("right", "wrong", "row"),
    [
        ("form: ratio", "form: rate", None),
        ("form: ratio", "form: count", "line 1 -: a ratio needs a denominator, and only a ratio may have one"),
        (
            "{measure: serious_injuries}",
            "{measure: a, statistic: b}",
            "line 7 numerator: exactly one of measure, statistic and event must be given",
        ),
        (
            "{measure: serious_injuries}",
            "{statistic: a, published: b}",
            "line 7 numerator: published needs a measure beside it",
        ),
        (
            "{measure: serious_injuries}",
            "{measure: a, hazards: [flood]}",
            "line 7 numerator: hazards needs an event beside it",
        ),
        (
            "{measure: serious_injuries}",
            "{event: hours_to_basic_relief}",
            "line 1 -: worst_event needs an event as its numerator, and only worst_event may have one",
        ),
        (
            "[-0.03, 0.03]",
            "[0.03, -0.03]",
            "line 11 bounds: denominator_growth must be [lowest, highest], the lowest above -1",
        ),
        ("value: [0, null]", "value: [1, 0]", "line 11 bounds: value must be [lowest, highest]"),
        ("kind: rate", "kind: share", "line 1 -: the highest value of a share must be 1"),
        ("better: lower\n", "", "line 1 better: this entry is missing"),
        ("scale: 100000", "scale: many", 'line 9 scale: "many" is no number'),
    ],
)
def test_a_wrong_entry_is_named_with_its_line(write, right, wrong, row):
    error = refusal(write(right, wrong))
    assert error.code == "yaml_invalid"
    if row:
        assert error.rows == (row,)
    else:
        assert error.rows == (
            "line 5 form: \"rate\" is not allowed; allowed: 'count', 'ratio', 'stock', 'worst_event', 'milestone'",
        )


@pytest.mark.parametrize("kind", ["plan", "indicator"])
def test_the_examples_of_the_guide_are_accepted(tmp_path, kind):
    guide = (ROOT / "docs/plans.md").read_text(encoding="utf-8")
    example = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)[("plan", "indicator").index(kind)]
    name = re.match(r"id: (\w+)", example)[1]
    (tmp_path / f"{name}.yml").write_text(example.replace("parent: tianjin", "parent: null"), encoding="utf-8")
    if kind == "plan":
        assert load_plans(tmp_path)[name].target("1").baseline.printed == 11
    else:
        assert load_catalogue(tmp_path)[name].numerator.measure == name


def test_ids_are_never_used_twice(write):
    error = refusal(write("id: serious_injuries_per_100k", "id: work_deaths", name="work_deaths"))
    assert error.tell("en") == (
        "work_deaths.yml: indicator work_deaths is already defined in pipelines/catalogue/indicators/work_deaths.yml\n"
        "Rule: ids are permanent and never used twice\n"
        "To do: choose another id"
    )


def test_a_caveat_without_a_text_is_refused(write):
    error = refusal(write("revise: {years: 2}", "revise: {years: 2}\ncaveats: [unheard_of]"))
    assert (error.code, error.facts["codes"]) == ("catalogue_caveat", "unheard_of")


def test_the_file_is_named_like_the_id(write):
    assert refusal(write(name="other")).code == "catalogue_name"


def test_an_operand_without_published_total_reads_records_even_where_totals_are_asked_for():
    assert Operand(measure="drills").source("published") == ("measure", "drills")


def test_names_used_are_all_of_an_entry():
    assert set(names_used(CATALOGUE["work_deaths_per_100m_yuan_gdp"])) == {
        ("measure", "work_deaths"),
        ("statistic", "published_work_deaths"),
        ("statistic", "gdp"),
        ("statistic", "gdp_at_2020_prices"),
        ("break", "scope_2016"),
        ("break", "scope_2021_07"),
        ("break", "base_2023"),
    }
