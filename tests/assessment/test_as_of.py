"""Nothing that became known after the as-of date is seen, and equally old prints are compared."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.assessment.arithmetic import exact
from tests.assessment.world import YI, World, make_target

RATE = make_target("work_deaths_per_100m_yuan_gdp", "reduction", "<=", 33, unit="%", id="rate", gdp_basis="unconfirmed")
MAJOR = make_target("major_accidents", "every_year", "<=", 0, id="major")
RELIEF = make_target("relief_hours", "events", "<=", 10, id="relief", due_year=2022)
DEATHS = make_target("work_deaths", "monitored", id="deaths")

days = st.dates(dt.date(2020, 1, 1), dt.date(2024, 6, 30))
deltas = st.lists(
    st.tuples(
        st.sampled_from(["accidents", "work_deaths", "major_accidents"]),
        st.sampled_from(["120113101", "120113102", "120113"]),
        st.integers(2020, 2023),
        st.integers(1, 12),
        st.integers(0, 400),
        st.integers(-2, 5),
    ),
    max_size=12,
)
returns = st.lists(
    st.tuples(st.integers(2020, 2023), st.integers(1, 700), st.integers(1, 9), st.booleans()), max_size=8
)
events = st.lists(st.tuples(days, st.integers(0, 500), st.integers(0, 400), st.integers(1, 20)), max_size=5)


def fill(world, as_of, cut, deltas, returns, events):
    """All rows; with `cut`, only what was known at `as_of`, as the models would have left it then."""
    world.reported(2020, 2023)
    for measure, region, year, month, lag, amount in deltas:
        known = dt.date(year, month, 1) + dt.timedelta(days=lag)
        if amount and not (cut and known > as_of):
            world.count(measure, f"{year}-{month:02d}", amount, known.isoformat(), region=region)
    for year, lag, value, superseded in returns:
        known = dt.date(year, 12, 31) + dt.timedelta(days=lag)
        until = known + dt.timedelta(days=90) if superseded else None
        if cut and known > as_of:
            continue
        if cut and until and until > as_of:
            until = None
        until = until.isoformat() if until else None
        world.statistic("gdp", year, value * YI, known.isoformat(), until=until, vintage=f"print {lag % 2}")
    for on, lag, life, hours in events:
        known = on + dt.timedelta(days=lag)
        until = known + dt.timedelta(days=life)
        if cut and known > as_of:
            continue
        gone = None if cut and until > as_of else until.isoformat()
        world.event(on.isoformat(), relief=hours, known=known.isoformat(), until=gone)
    if cut:
        world.con.execute("UPDATE mart_reporting_status SET known_on = NULL WHERE known_on > ?", [as_of])
    world.statistic("population", "2019-12-31", 1.0)  # so that the region has a fact at all
    return world


def said(world, as_of):
    from pipelines.assessment.assess import assess_plan

    office = world.office(RATE, MAJOR, RELIEF, DEATHS)
    return [
        (
            one.years,
            one.progress,
            one.baseline,
            one.comparison,
            one.verdict,
            one.flags,
            one.facts,
            one.parts,
            one.watched,
        )
        for one in assess_plan(world.ask, office, "somewhere", as_of)
    ]


@settings(max_examples=20, deadline=None)
@given(st.dates(dt.date(2021, 1, 1), dt.date(2024, 12, 31)), deltas, returns, events)
def test_what_became_known_later_changes_nothing(as_of, deltas, returns, events):
    everything = fill(World(), as_of, False, deltas, returns, events)
    known_then = fill(World(), as_of, True, deltas, returns, events)
    assert said(everything, as_of) == said(known_then, as_of)


@pytest.fixture
def world():
    return World()


def test_year_to_date_compares_equally_old_prints(world):
    world.reported(2020, 2024, late={"2023-09-30": "2023-09-20", "2024-09-30": "2024-09-20"})
    world.count("work_deaths", "2023-08", 5).count("work_deaths", "2023-08", 4, "2023-12-20")  # four came late
    world.count("work_deaths", "2024-08", 6)
    comparison = world.assess(make_target("work_deaths", "monitored"), "2024-09-30").comparison
    assert (comparison.through_month, comparison.now, comparison.before) == (9, 6, 5)
    assert comparison.rolling == 6  # the twelve months to September 2024
    world.count("work_deaths", "2023-11", 2)
    assert world.assess(make_target("work_deaths", "monitored"), "2024-09-30").comparison.rolling == 8


def test_year_to_date_of_a_rate_waits_for_the_quarter_whose_gdp_is_known(world):
    world.reported(2020, 2024, late={"2024-09-30": "2024-09-20"})
    for year, deaths in {2023: 8, 2024: 6}.items():
        world.count("work_deaths", f"{year}-05", deaths).count("work_deaths", f"{year}-08", 10)
        world.statistic("gdp", f"{year}-06-30", 500 * YI, f"{year}-07-20", frequency="quarter_ytd")
        world.statistic("gdp", f"{year}-09-30", 800 * YI, f"{year}-10-20", frequency="quarter_ytd")
    world.statistics("gdp", {2022: 900 * YI, 2023: 1000 * YI})
    comparison = world.assess(RATE, "2024-09-30").comparison
    assert comparison.through_month == 6
    assert (comparison.now, comparison.before) == (exact(0.012), exact(0.016))
    assert comparison.rolling == Fraction(10 + 6, 1000)


def test_baseline_and_judged_year_use_one_print_of_gdp(world):
    world.reported(2020, 2024).counts("work_deaths", {2020: 20, 2023: 20})
    for year, first, revised in ((2020, 1000, 1050), (2023, 1200, None)):
        until = f"{year + 1}-12-01" if revised else None
        world.statistic("gdp", year, first * YI, f"{year + 1}-02-01", vintage="first-published (a)", until=until)
        if revised:
            world.statistic("gdp", year, revised * YI, f"{year + 1}-12-01", vintage="revised")
    judged = world.assess(RATE, "2024-03-31")
    assert judged.baseline == Fraction(20, 1050)  # 2020 as it stood when 2023 was first printed
    assert "denominator_revisions_differ" not in judged.flags
    world.statistic("gdp", 2023, 1260 * YI, "2024-12-01", vintage="revised")
    judged = world.assess(RATE, "2024-12-31")
    assert (judged.baseline, judged.progress.value) == (Fraction(20, 1050), Fraction(20, 1260))
    world.statistic("gdp", 2023, 1300 * YI, "2025-12-01", vintage="census")
    assert "denominator_revisions_differ" in world.assess(RATE, "2025-12-31").flags


def test_a_census_that_finds_more_gdp_makes_no_rate_fall(world):
    world.reported(2020, 2025).counts("work_deaths", {2020: 300, 2025: 201})
    for year in range(2020, 2026):
        until = "2024-12-26" if year < 2024 else None
        world.statistic(
            "gdp", year, (1000 + 100 * (year - 2020)) * YI, f"{year + 1}-01-20", vintage="first", until=until
        )
    for year in range(2020, 2024):
        world.statistic("gdp", year, (1200 + 120 * (year - 2020)) * YI, "2024-12-26", vintage="revised")
    judged = world.assess(RATE, "2026-02-01")
    assert judged.baseline == Fraction(300, 1200)
    assert judged.progress.value == Fraction(201, 1500)
    assert "denominator_revisions_differ" not in judged.flags


def test_a_baseline_printed_only_before_the_census_is_flagged(world):
    world.reported(2020, 2023).counts("work_deaths", {2020: 20, 2023: 20})
    world.statistic("gdp", 2020, 1000 * YI, "2021-01-20", vintage="first")
    world.statistic("gdp", 2023, 1200 * YI, "2024-01-20", vintage="first", until="2024-12-26")
    assert "denominator_revisions_differ" not in world.assess(RATE, "2024-03-31").flags
    world.statistic("gdp", 2023, 1300 * YI, "2024-12-26", vintage="revised")
    assert "denominator_revisions_differ" in world.assess(RATE, "2024-12-31").flags


def test_a_year_with_a_missing_return_is_not_complete_and_never_zero(world):
    world.reported(2020, 2023, late={"2023-12-31": None}).counts("work_deaths", {2020: 11, 2021: 10, 2022: 9, 2023: 3})
    target = make_target("work_deaths", "reduction", "<=", 15, unit="%")
    judged = world.assess(target, "2024-06-30")
    assert (judged.progress.year, judged.progress.value) == (2022, 9)
    assert "latest_year_incomplete" in judged.flags
    unreported = World().reported(2020, 2021).counts("work_deaths", {2020: 11})
    unreported.reported(2022, 2022, late={f"2022-{end}": None for end in ("03-31", "06-30", "09-30", "12-31")})
    years = unreported.assess(target, "2023-06-30").years
    assert (years[2021].value, years[2022].value) == (0, None)
    assert years[2022].missing_reason == "not_reported"
    assert years[2023].missing_reason == "not_over"


def test_yearly_rates_use_the_mean_of_two_year_ends_and_stocks_the_year_end(world):
    world.reported(2020, 2024).counts("disaster_deaths", {2021: 1})
    world.statistics("population", {2020: 900_000, 2021: 1_100_000}).statistics("firefighters", {2021: 330})
    deaths = world.assess(make_target("disaster_deaths_per_million", "period_mean", "<", 1), "2022-06-30")
    assert deaths.years[2021].value == 1
    fighters = world.assess(make_target("firefighters_share", "end_value", ">=", 0.4, unit="‰"), "2022-06-30")
    assert fighters.years[2021].value == exact(0.0003)
