import datetime as dt
from fractions import Fraction

from pipelines.assessment.comparisons import last_full_month, one_year_before
from pipelines.assessment.control_figures import control_figures
from pipelines.assessment.control_spans import control_spans
from pipelines.assessment.series import Facts
from pipelines.texts import _texts
from tests.assessment.world import World


def facts_of(world, as_of):
    regions = ["120113"]
    return Facts(
        world.ask,
        regions,
        ["work_deaths", "accidents"],
        ["control_work_deaths", "control_accidents"],
        [as_of],
        ["120113101", "120113102"],
    )


def test_a_figure_of_zero_has_no_share_and_any_use_is_over_pace():
    as_of = dt.date(2024, 6, 30)
    world = World().statistic("control_work_deaths", 2024, 0, "2024-01-31")
    [row] = control_figures(facts_of(world, as_of), "120113", ["120113101"], [], as_of)
    assert (row.used, row.used_share, row.is_over_pace) == (0, None, False)
    world.count("work_deaths", "2024-03", 1)
    [row] = control_figures(facts_of(world, as_of), "120113", ["120113101"], [], as_of)
    assert (row.used, row.is_over_pace) == (1, True)


def test_figures_of_another_year_or_known_later_do_not_count():
    as_of = dt.date(2024, 6, 30)
    world = World().statistic("control_work_deaths", 2023, 9, "2023-01-31")
    world.statistic("control_work_deaths", 2024, 9, "2024-07-01")
    assert control_figures(facts_of(world, as_of), "120113", ["120113101"], [], as_of) == []


def test_parts_that_do_not_sum_are_told():
    as_of = dt.date(2024, 6, 30)
    world = World().statistic("control_accidents", 2024, 10, "2024-01-31")
    world.statistic("control_accidents", 2024, 9, "2024-01-31", region="120113101")
    own, town = control_figures(facts_of(world, as_of), "120113", ["120113101"], [], as_of)
    assert (own.regions_agree, own.sectors_agree, town.regions_agree) == (False, None, None)


def test_words_never_tell_how_many_may_still_die():
    assert not [text for text in _texts("zh").values() if "还可死亡" in text]


def test_dates_one_year_before_and_the_last_full_month():
    assert one_year_before(dt.date(2024, 2, 29)) == dt.date(2023, 2, 28)
    assert one_year_before(dt.date(2025, 2, 28)) == dt.date(2024, 2, 29)
    assert one_year_before(dt.date(2024, 2, 28)) == dt.date(2023, 2, 28)
    assert last_full_month(dt.date(2024, 9, 30)) == 9
    assert last_full_month(dt.date(2024, 9, 29)) == 8
    assert last_full_month(dt.date(2024, 1, 30)) == 0


def spans_of(world, as_of, sectors=()):
    return control_spans(facts_of(world, as_of), "120113", ["120113101", "120113102"], list(sectors), as_of, 2021)


def test_quarters_of_the_year_and_the_plan_tell_what_they_use():
    as_of = dt.date(2024, 5, 31)
    world = World().statistic("control_work_deaths", 2024, 20, "2024-01-31")
    world.statistic("control_work_deaths", 2020, 99, "2020-01-31")  # before the plan
    world.statistic("control_work_deaths", 2022, 30, "2022-01-31").counts("work_deaths", {2021: 50, 2022: 24})
    for month, deaths in {"2024-01": 2, "2024-03": 3, "2024-04": 4}.items():
        world.count("work_deaths", month, deaths)
    first, second, plan = [row for row in spans_of(world, as_of) if row.region_code == "120113"]
    assert (first.used, first.used_share, first.elapsed_share) == (5, Fraction(1, 4), Fraction(91, 366))
    assert (second.begins_on, second.ends_on) == (dt.date(2024, 4, 1), dt.date(2024, 6, 30))
    assert (second.used, second.used_share, second.used_so_far_share) == (4, Fraction(1, 5), Fraction(9, 20))
    assert second.elapsed_share == Fraction(152, 366), "no further than the date"
    assert (plan.span, plan.used, plan.figure) == ("plan", 33, 50), "2021 has no figure, so its deaths do not count"
    assert (plan.begins_on, plan.ends_on) == (dt.date(2022, 1, 1), dt.date(2024, 12, 31))
    assert plan.elapsed_share == Fraction(365 + 152, 365 + 366)


def test_quarters_sum_to_the_year_and_parts_to_the_region():
    as_of = dt.date(2024, 12, 31)
    world = World().statistic("control_accidents", 2024, 10, "2024-01-31")
    world.statistic("control_accidents", 2024, 4, "2024-01-31", sector="construction")
    for code, figure in {"120113101": 6, "120113102": 4}.items():
        world.statistic("control_accidents", 2024, figure, "2024-01-31", region=code)
        for month in range(1, 13):
            world.count("accidents", f"2024-{month:02d}", month % 3, region=code, sector="construction")
    found = spans_of(world, as_of, ["construction"])
    years = {
        (row.region_code, row.sector_code): row
        for row in control_figures(
            facts_of(world, as_of), "120113", ["120113101", "120113102"], ["construction"], as_of
        )
    }
    for place, year in years.items():
        quarters = [row for row in found if (row.region_code, row.sector_code, row.span) == (*place, "quarter")]
        assert len(quarters) == 4 and sum(row.used for row in quarters) == year.used
        assert quarters[-1].used_so_far_share == year.used_share and quarters[-1].elapsed_share == 1
    own = [row.used for row in found if (row.region_code, row.sector_code) == ("120113", "")]
    towns = [[row.used for row in found if row.region_code == code] for code in ("120113101", "120113102")]
    assert own == [sum(pair) for pair in zip(*towns, strict=True)]


def test_a_plan_without_a_figure_has_no_span_and_a_figure_of_zero_no_share():
    as_of = dt.date(2024, 6, 30)
    assert spans_of(World().count("accidents", "2024-01", 1), as_of) == []
    world = World().statistic("control_accidents", 2024, 0, "2024-01-31")
    assert {row.used_share for row in spans_of(world, as_of)} == {None}
