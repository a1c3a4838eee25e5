"""A demand on each year in each of several regions: who has kept it, who has lost it and in which year."""

import pytest

from pipelines.assessment.reasons import tell_furthest, tell_reason
from tests.assessment.world import YI, World, make_target

TOWNS = ("120113101", "120113102")
SHELTERS = make_target("central_shelters_new", "every_year", ">=", 2, unit="处", each_region=dict.fromkeys(TOWNS, 2))


def shelters(lost=None):
    """Two a year in both towns, but one in the year `lost` of the second."""
    world = World()
    for town in TOWNS:
        by_year = dict.fromkeys(range(2021, 2026), 2) | ({lost: 1} if lost and town == TOWNS[1] else {})
        world.statistics("central_or_fixed_shelters_new", by_year, region=town)
    return world


def told(judged):
    return tell_reason(judged.finding.reason, judged.facts, "zh")


def test_a_region_that_lost_a_year_is_shown_by_that_year_and_not_by_a_later_good_one():
    judged = shelters(lost=2023).assess(SHELTERS, "2026-02-28")
    assert judged.verdict == "not_met"
    assert told(judged) == "2个地区中1个达到各自的目标，双街镇未达到；双街镇（最低）2023年1处"
    assert (judged.progress.value, judged.progress.year) == (1, 2023)
    assert tell_furthest(judged.facts, "zh") == "双街镇（最低）"
    assert [(one.value, one.year) for one in judged.regions] == [(2, 2025), (1, 2023)]


def test_before_the_last_year_nothing_is_met_already():
    judged = shelters().assess(SHELTERS, "2022-03-02")
    assert (judged.verdict, judged.finding.reason) == ("undecided", "regions_open")
    assert told(judged).startswith("2个地区中2个至今各年均达到各自的目标；")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_when_all_years_are_in_every_region_is_told_as_kept(language):
    judged = shelters().assess(SHELTERS, "2026-02-28")
    assert judged.verdict == "met"
    assert "2" in tell_reason(judged.finding.reason, judged.facts, language)


def test_the_parts_of_a_change_are_those_of_the_region_that_is_shown():
    target = make_target("work_deaths", "end_value", "<=", 1, each_region=dict.fromkeys(TOWNS, 1))
    world = World().reported(2020, 2025)
    for town, before, now in ((TOWNS[0], 1, 1), (TOWNS[1], 9, 4)):
        world.counts("work_deaths", {2020: before, 2025: now}, region=town, sector="fire")
        world.counts("accidents", {2020: before, 2025: now}, region=town, sector="fire")
    judged = world.assess(target, "2026-02-28")
    parts = {one.part: one.amount for one in judged.parts if one.from_year == 2020}
    assert judged.progress.value == 4
    assert parts == {"numerator": -5, "sector:fire": -5}


@pytest.mark.parametrize(
    ("basis", "verdict"), [("current", "met"), ("constant", "not_met"), ("unconfirmed", "no_forecast")]
)
def test_each_region_is_divided_by_gdp_at_the_prices_that_the_target_means(basis, verdict):
    """Two deaths over 200 hundred million yuan at current prices, over 100 of them at those of 2020."""
    world = World().reported(2020, 2025)
    for town in TOWNS:
        world.counts("work_deaths", dict.fromkeys(range(2020, 2026), 2), region=town)
        world.counts("accidents", dict.fromkeys(range(2020, 2026), 2), region=town)
        world.statistic("gdp", 2025, 200 * YI, region=town).statistic("gdp_at_2020_prices", 2025, 100 * YI, region=town)
    rate = make_target(
        "work_deaths_per_100m_yuan_gdp",
        "end_value",
        "<=",
        0.015,
        gdp_basis=basis,
        each_region=dict.fromkeys(TOWNS, 0.015),
    )
    judged = world.assess(rate, "2026-04-30")
    assert judged.verdict == verdict
    assert judged.finding.definition_to_confirm == (basis == "unconfirmed")
