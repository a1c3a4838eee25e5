import datetime as dt

from pipelines.assessment.comparisons import last_full_month, one_year_before
from pipelines.assessment.control_figures import control_figures, tell_control_figure
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
        ["120113101"],
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


def test_words_tell_shares_and_never_how_many_may_still_die():
    assert tell_control_figure(0.6, 0.75, "zh") == "已占年度控制指标 60.0 %，时序进度 75.0 %"
    assert tell_control_figure(0.8, 0.75, "zh") == "已占年度控制指标 80.0 %，快于时序进度 75.0 %"
    assert "50.0 %" in tell_control_figure(0.5, 0.75, "en")
    assert not [text for text in _texts("zh").values() if "还可死亡" in text]


def test_dates_one_year_before_and_the_last_full_month():
    assert one_year_before(dt.date(2024, 2, 29)) == dt.date(2023, 2, 28)
    assert one_year_before(dt.date(2025, 2, 28)) == dt.date(2024, 2, 29)
    assert one_year_before(dt.date(2024, 2, 28)) == dt.date(2023, 2, 28)
    assert last_full_month(dt.date(2024, 9, 30)) == 9
    assert last_full_month(dt.date(2024, 9, 29)) == 8
    assert last_full_month(dt.date(2024, 1, 30)) == 0
