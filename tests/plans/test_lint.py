"""Doubts found by rule: exactly those that the documents give rise to, and none where the rule does not hold."""

from dataclasses import replace

import pytest

from pipelines.plans import PublishedFact, load_plans
from pipelines.plans.lint import RULES, Doubt, is_trivially_loose, lint
from pipelines.texts import say

# What a reader of the five documents and of the nation's targets must be told: rule → plan and target.
EXPECTED = {
    "unit_outlier": {("mentougou", "s5")},
    "asks_less": {("dongjiang", "1"), ("dongjiang", "2")},
    "unit_not_printed": {("dongjiang", "1")},
    "strictness_differs": {("mentougou", "1"), ("mentougou", "5")},
    "denominator_differs": {("mentougou", "5")},
    "trivially_loose": {("tianjin", "3")},
    "inherited_unset": {("mentougou", "1")},
    "mean_disagrees": {("mentougou", "")},
    "nature_not_printed": {("dongjiang", "1"), ("dongjiang", "2")}
    | {("nation", t) for t in ("deaths", "major", "loss", "disaster_deaths", "affected", "relief", "warning")},
    "baseline_not_printed": {
        ("beichen", "1"),
        ("dongjiang", "1"),
        ("nation", "deaths"),
        ("nation", "major"),
        ("tianjin", "1"),
    },
    "operator_not_printed": {("beichen", "t3"), ("beichen", "t7"), ("dongjiang", "3"), ("tongan", "s11")}
    | {("mentougou", t) for t in ("4", "7", "s9", "s10")}
    | {("tianjin", t) for t in ("6", "7", "9", "13", "t4", "t5")},
    "due_not_printed": {("mentougou", "t2"), ("mentougou", "t3"), ("tongan", "s10")},
    "mostly_is_our_share": {("tongan", "s3")},
    "measured_differently": {("beichen", "t6")},
    "gdp_basis_unconfirmed": {
        ("beichen", "1"),
        ("dongjiang", "1"),
        ("mentougou", "1"),
        ("tianjin", "1"),
        ("tongan", "2"),
    },
    # written by a reader into the plan's file
    "comparison_words": {("beichen", "11")},
    "scope_unclear": {("beichen", "t3")},
    "zero_is_our_reading": {("dongjiang", "3")},
    "range_printed": {("mentougou", "7")},
    "condition_of_award": {("mentougou", "t2"), ("mentougou", "t3")},
    "mean_or_end_value": {("tongan", "5")},
    "second_date": {("tongan", "s10")},
}


@pytest.fixture(scope="module")
def doubts(plans, catalogue, facts, parents):
    return lint(plans, catalogue, facts, parents)


def test_exactly_the_known_doubts_are_found(doubts):
    found: dict[str, set] = {}
    for doubt in doubts:
        found.setdefault(doubt.code, set()).add((doubt.plan_id, doubt.target_id))
    assert found == EXPECTED


def test_no_doubt_is_told_twice_but_the_two_means(doubts):
    told = [(d.code, d.plan_id, d.target_id) for d in doubts]
    assert {key for key in told if told.count(key) > 1} == {("mean_disagrees", "mentougou", "")}
    assert told.count(("mean_disagrees", "mentougou", "")) == 2


def test_every_doubt_speaks_both_languages_and_says_where(doubts):
    for doubt in doubts:
        assert doubt.zh and doubt.en and doubt.zh != doubt.en
        assert doubt.clause
        assert "{" not in doubt.zh + doubt.en


def sentence(doubts, code, plan, target="", language="zh"):
    return [d.tell(language) for d in doubts if (d.code, d.plan_id, d.target_id) == (code, plan, target)]


def test_the_sentences_carry_the_figures(doubts):
    assert sentence(doubts, "unit_outlier", "mentougou", "s5") == [
        "印作 0.65%，与《天津市应急管理“十四五”规划》所定的 0.4‰ 相差约 16 倍，可能应为 ‰；按所印判断。"
    ]
    assert sentence(doubts, "asks_less", "dongjiang", "2", "en") == [
        "Asks for 1.7 deaths per 100,000 employed, which is less strict than the 1.2 deaths per 100,000 employed of "
        "Tianjin Municipal "
        "Emergency Management Plan for the 14th Five-Year Period (三（三） 第2项)."
    ]
    assert sentence(doubts, "mean_disagrees", "mentougou") == [
        "印出的年均 1230家次 与合计 6573家次 不符：合计按 5 年平均为 1314.6家次。",
        "印出的年均 339.107022万元 与合计 1663.735万元 不符：合计按 5 年平均为 332.747万元。",
    ]


def two_plans(write_plan, city, district):
    write_plan("city", "120000", target=city)
    return load_plans(write_plan("district", "120113", target=district))


def codes(plans, catalogue, parents, facts=()):
    return {d.code for d in lint(plans, catalogue, facts, parents)}


@pytest.mark.parametrize(
    ("city", "district", "less"),
    [(33, 32.7, True), (33, 33, False), (33, 40, False)],
)
def test_a_district_that_asks_less_than_its_city(write_plan, catalogue, parents, city, district, less):
    ask = 'kind: reduction, operator: "<=", value: {}, unit: "%"'
    plans = two_plans(write_plan, ask.format(city), ask.format(district))
    assert ("asks_less" in codes(plans, catalogue, parents)) is less


def test_numbers_that_a_city_divides_among_its_districts_are_not_compared(write_plan, catalogue, parents):
    ask = 'kind: end_value, operator: "<=", value: {}'
    plans = two_plans(write_plan, ask.format(10), ask.format(20))
    assert "asks_less" not in codes(plans, catalogue, parents)


def test_plans_of_another_period_are_not_compared(write_plan, catalogue, parents):
    ask = 'kind: reduction, operator: "<=", value: {}, unit: "%"'
    plans = two_plans(write_plan, ask.format(33), ask.format(10))
    city = plans["city"].model_copy(update={"period": plans["city"].period.model_copy(update={"start": 2026})})
    assert "asks_less" not in codes({**plans, "city": city}, catalogue, parents)


@pytest.mark.parametrize(("mean", "disagrees"), [("1230", True), ("1314.6", False), ("1315", False), ("1314", True)])
def test_a_mean_disagrees_only_beyond_its_printed_precision(write_plan, catalogue, parents, mean, disagrees):
    total = PublishedFact(
        plan_id="p", kind="inspections", measure="inspections", aggregation="total", first_year=2016, last_year=2020,
        value=6573, unit="家次", printed_value="6573", printed_unit="家次", printed_unit_en="inspections",
        is_exact=True, quote="6573家次", note="",
    )  # fmt: skip
    printed = replace(total, aggregation="yearly_mean", value=float(mean), printed_value=mean)
    plans = load_plans(write_plan())
    assert ("mean_disagrees" in codes(plans, catalogue, parents, [total, printed])) is disagrees


def test_a_due_year_outside_the_plan_an_unknown_region_and_an_unknown_indicator(write_plan, catalogue, parents):
    folder = write_plan(region="999999")
    text = (folder / "p.yml").read_text(encoding="utf-8")
    text = text.replace("due_year: 2025", "due_year: 2030").replace(
        "indicator: work_deaths", "indicator: nothing_known"
    )
    (folder / "p.yml").write_text(text, encoding="utf-8")
    found = codes(load_plans(folder), catalogue, parents)
    assert {"due_outside_period", "unknown_region", "no_indicator"} <= found


def test_a_bound_for_an_unknown_region_is_found(write_plan, catalogue, parents):
    plans = load_plans(write_plan(target='kind: end_value, operator: ">=", value: 3, each_region: {"120119": 3}'))
    assert "unknown_region" not in codes(plans, catalogue, parents)
    plans = load_plans(write_plan(target='kind: end_value, operator: ">=", value: 3, each_region: {"120199": 3}'))
    assert "unknown_region" in codes(plans, catalogue, parents)


def test_a_baseline_of_zero_makes_no_target_loose(plans):
    assert not is_trivially_loose(plans["tianjin"].target("4"))
    assert not is_trivially_loose(plans["tongan"].target("4"))
    assert is_trivially_loose(plans["tianjin"].target("3"))


def test_every_rule_is_used_and_has_its_words(doubts):
    assert len(RULES) == 13
    for code in ("value_differs", "due_outside_period", "no_indicator", "unknown_region"):
        assert say(f"plans.doubts.{code}", "en", **dict.fromkeys(
            ("clause", "here", "other", "there", "due", "start", "end", "indicator", "region"), "x"))  # fmt: skip


def test_a_doubt_is_told_in_the_current_language_by_default():
    doubt = Doubt("nature_not_printed", "p", "1", "表1")
    assert doubt.tell() == doubt.zh
