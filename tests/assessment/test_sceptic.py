"""What a sceptical reader tried: later years for the due one, changes across a break, prints of unequal age, gaps."""

import datetime as dt
from fractions import Fraction

import pytest

from pipelines.assessment.assess import assess_plan
from pipelines.assessment.assessor import SeriesBreak
from pipelines.assessment.series import Facts
from pipelines.assessment.year_on_year import year_on_year
from tests.assessment.world import YI, World, day, make_target

DEATHS = make_target("work_deaths", "end_value", "<=", 30)
WATCHED = make_target("accidents", "monitored")
LOSS = make_target("disaster_loss_gdp_share", "period_mean", "<", 1, unit="%")
MILESTONE = make_target("risk_survey_done", "milestone", ">=", 1, due_year=2022)


def deaths(world, by_year, **said):
    return world.counts("work_deaths", by_year, **said).counts("accidents", by_year, **said)


def test_once_due_the_value_is_that_of_the_due_year_and_a_later_worse_one_stands_beside_it():
    world = deaths(World().reported(2025, 2026, kinds=["accidents"]), {2025: 25, 2026: 40})
    judged = world.assess(DEATHS, "2027-06-30")
    assert (judged.verdict, judged.progress.year, judged.progress.value) == ("met", 2025, 25)
    assert "fell_back" in judged.flags


def facts_of(world, *dates):
    points = [day(one) for one in dates]
    return Facts(world.ask, ["120113"], ["accidents"], [], points)


@pytest.mark.parametrize(("begins_on", "periods"), [("2023-01-01", []), ("2021-07-01", ["2023"]), (None, ["2023"])])
def test_no_change_year_on_year_is_computed_across_a_break(begins_on, periods):
    world = deaths(World().reported(2021, 2023, kinds=["accidents"]), {2022: 40, 2023: 60})
    breaks = () if begins_on is None else (SeriesBreak("scope", day(begins_on)),)
    found = year_on_year(facts_of(world, "2024-02-15", "2023-02-15"), "120113", day("2024-02-15"), breaks)
    assert sorted({row.period for row in found}) == periods


def test_a_year_to_date_before_a_break_is_compared_and_one_after_it_is_not():
    world = World().reported(2020, 2021, kinds=["accidents"]).count("accidents", "2020-02", 12)
    world.count("accidents", "2021-02", 14)
    breaks = (SeriesBreak("scope", day("2021-07-01")),)
    for as_of, earlier, n in (("2021-06-30", "2020-06-30", 1), ("2021-10-31", "2020-10-31", 0)):
        found = year_on_year(facts_of(world, as_of, earlier), "120113", day(as_of), breaks)
        assert sum(row.period.startswith("2021") and row.region_code == "120113" for row in found) == n


def test_what_is_watched_is_compared_at_one_age_and_never_across_a_break():
    """Of 2022 thirty accidents were known a year ago; fifteen more came since. Of 2023 forty-five are known."""
    world = World().reported(2021, 2023, kinds=["accidents"])
    world.counts("accidents", {2022: 30, 2023: 45}).count("accidents", "2022-06", 15, known="2023-06-20")
    early, late = (world.assess(WATCHED, on).watched for on in ("2024-03-31", "2024-06-30"))
    assert [(one.year, one.before, one.now) for one in early if one.year == 2023] == [(2023, 30, 45)]
    assert [(one.year, one.before, one.now) for one in late if one.year == 2023] == [(2023, 45, 45)]
    office = world.office(WATCHED)
    office.breaks["120113"] = (SeriesBreak("base_2023", dt.date(2023, 1, 1)),)
    broken = assess_plan(world.ask, office, "somewhere", day("2024-06-30"))[0].watched
    assert 2023 not in [one.year for one in broken]


def test_a_rate_that_is_only_watched_stands_with_its_own_value_beside_the_test_of_the_accidents():
    world = deaths(World().reported(2021, 2023, kinds=["accidents"]), {2022: 30, 2023: 45})
    world.statistics("gdp", {2022: 1000 * YI, 2023: 1000 * YI})
    (one,) = world.assess(make_target("work_deaths_per_100m_yuan_gdp", "monitored"), "2024-06-30").watched
    assert (one.year, one.before, one.now) == (2023, Fraction(3, 100), Fraction(45, 1000))
    assert (one.measure, one.tested_before, one.tested_now) == ("accidents", 30, 45)


def losses(world, by_year):
    for year, amount in by_year.items():
        world.count("disaster_events", f"{year}-07", 1).count("disaster_loss_fen", f"{year}-07", amount)
    return world.statistics("gdp", dict.fromkeys(range(2020, 2026), 1_000_000_000_000))


def test_a_past_year_without_a_value_is_no_year_in_which_anything_can_be_saved():
    world = losses(
        World().reported(2021, 2025, kinds=["disasters"], late={"2022-12-31": None}),
        {2021: 5_000_000_000, 2023: 10_000_000_000},
    )
    judged = world.assess(LOSS, "2024-06-30")
    assert (judged.progress.years_used, judged.progress.rate, judged.progress.rate_kind) == (2, None, "")
    assert judged.facts["missing_years"] == [2022]
    whole = losses(
        World().reported(2021, 2025, kinds=["disasters"]),
        dict.fromkeys((2021, 2022), 5_000_000_000) | {2023: 10_000_000_000},
    )
    assert whole.assess(LOSS, "2024-06-30").progress.rate == Fraction(15, 1000)


def test_after_the_due_date_no_rate_is_left():
    world = losses(
        World().reported(2021, 2025, kinds=["disasters"], late={"2022-12-31": None}),
        {2021: 5_000_000_000, 2023: 10_000_000_000},
    )
    assert world.assess(LOSS, "2026-06-30").progress.rate is None


def test_a_milestone_that_is_returned_as_not_done_is_not_met_and_not_unreported():
    world = World().statistic("risk_survey_done", 2022, 0.0)
    assert world.assess(MILESTONE, "2023-06-30").finding.reason == "milestone_not_done"
    silent = World().statistic("gdp", 2022, 1)
    assert silent.assess(MILESTONE, "2023-06-30").finding.reason == "not_reported"


@pytest.mark.parametrize(
    ("end", "frequency", "known", "as_of", "done_on"),
    [
        ("2022-12-31", "year", "2022-03-01", "2022-03-02", "2022-03-01"),  # a year's label, sent while the year runs
        ("2022-09-30", "point", "2022-03-01", "2022-06-30", None),  # a day to come is a plan
        ("2022-09-30", "point", "2022-03-01", "2022-09-30", "2022-09-30"),
        ("2022-11-30", "point", "2023-01-05", "2023-03-31", "2022-11-30"),
    ],
)
def test_a_milestone_is_done_on_no_day_that_has_not_come(end, frequency, known, as_of, done_on):
    judged = World().statistic("risk_survey_done", end, 1.0, known, frequency=frequency).assess(MILESTONE, as_of)
    assert (judged.verdict, judged.facts.get("done_on")) == ("met" if done_on else "undecided", done_on)


def test_a_return_from_before_the_end_of_the_year_does_not_deny_a_milestone():
    world = World().statistic("risk_survey_done", 2022, 0.0, "2022-12-20")
    assert world.assess(MILESTONE, "2022-12-31").finding.reason == "not_reported"


def test_a_milestone_that_a_later_return_takes_back_is_flagged():
    world = World().statistic("risk_survey_done", "2022-06-30", 1.0, frequency="point")
    assert "taken_back" not in world.assess(MILESTONE, "2022-12-31").flags
    world.statistic("risk_survey_done", 2022, 0.0)
    judged = world.assess(MILESTONE, "2023-06-30")
    assert judged.verdict == "met" and "taken_back" in judged.flags


def test_an_unconfirmed_basis_without_one_of_the_two_is_to_be_confirmed():
    rate = make_target("work_deaths_per_100m_yuan_gdp", "reduction", "<=", 33, unit="%", gdp_basis="unconfirmed")
    world = deaths(World().reported(2020, 2025, kinds=["accidents"]), dict.fromkeys(range(2020, 2025), 40) | {2025: 4})
    world.statistics("gdp", dict.fromkeys(range(2020, 2026), 1_000_000_000_000))
    judged = world.assess(rate, "2027-12-31")
    assert (judged.verdict, "definition_to_confirm" in judged.flags) == ("no_forecast", True)


def test_the_rolling_year_takes_the_year_before_and_its_first_quarters_from_one_print():
    """800 of 1000 were first told; the year was later verified as 1100, its quarters were not."""
    rate = make_target("work_deaths_per_100m_yuan_gdp", "reduction", "<=", 33, unit="%")
    world = World().reported(2022, 2024, kinds=["accidents"]).count("accidents", "2023-11", 6)
    world.count("work_deaths", "2023-11", 6).count("work_deaths", "2024-02", 4)
    for year in (2023, 2024):
        said = {"frequency": "quarter_ytd", "vintage": "first"}
        world.statistic("gdp", f"{year}-09-30", 800 * YI, f"{year}-10-20", **said)
    world.statistic("gdp", 2023, 1000 * YI, "2024-01-20", vintage="first")
    world.statistic("gdp", 2023, 1100 * YI, "2024-06-20", vintage="verified")
    assert world.assess(rate, "2024-11-30").comparison.rolling == Fraction(4 + 6, 800 + 200)
    alone = World().reported(2022, 2024, kinds=["accidents"]).count("accidents", "2024-02", 4)
    alone.count("work_deaths", "2024-02", 4)
    for year in (2023, 2024):
        alone.statistic("gdp", f"{year}-09-30", 800 * YI, f"{year}-10-20", **said)
    alone.statistic("gdp", 2023, 1100 * YI, "2024-06-20", vintage="verified")
    assert alone.assess(rate, "2024-11-30").comparison.rolling is None


def test_out_of_reach_is_not_taken_back_when_the_due_year_ends_before_its_last_month_is_closed():
    target = make_target("work_deaths", "end_value", "<=", 30, due_year=2024)
    world = World().reported(2023, 2024, kinds=["accidents"])
    world.count("work_deaths", "2023-03", 40).count("work_deaths", "2024-03", 35)
    dates = ("2024-12-30", "2024-12-31", "2025-01-29", "2025-03-31")
    judged = [world.assess(target, date) for date in dates]
    assert [one.verdict for one in judged] == ["out_of_reach", "out_of_reach", "out_of_reach", "not_met"]
    assert all("reopened" not in one.flags for one in judged)
