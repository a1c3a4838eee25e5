"""Each kind of target, by the rule that the design prints for it."""

import datetime as dt
from fractions import Fraction

import pytest

from pipelines.assessment.arithmetic import Bound, exact
from pipelines.assessment.assess import assess_plan
from pipelines.assessment.assessor import Office
from pipelines.assessment.reasons import tell_furthest, tell_number, tell_reason
from pipelines.catalogue import load_catalogue
from pipelines.settings import Settings
from tests.assessment.world import ROOT, YI, World, day, make_plan, make_target


@pytest.fixture
def world():
    return World()


DEATHS = make_target("work_deaths", "reduction", "<=", 15, unit="%")
RATE = make_target("work_deaths_per_100m_yuan_gdp", "reduction", "<=", 33, unit="%")
LOSS = make_target("disaster_loss_gdp_share", "period_mean", "<", 1, unit="%")
MAJOR = make_target("major_accidents", "every_year", "<=", 0)
RELIEF = make_target("relief_hours", "events", "<=", 10, unit="小时")
COMMUNITIES = make_target("national_communities_new", "period_total", ">=", 5)
EQUIPMENT = make_target("equipment_standard_share", "end_value", ">=", 80, unit="%")


def test_reduction_from_eleven_is_met_by_nine_and_not_by_ten(world):
    world.reported(2020, 2025).counts("work_deaths", {2020: 11, 2021: 12, 2022: 12, 2023: 11, 2024: 10})
    world.count("accidents", "2020-06", 1)
    assert world.assess(DEATHS, "2026-02-15").finding.settled == "met"  # 2025: zero, and every return is in
    world.count("work_deaths", "2025-06", 9)
    judged = world.assess(DEATHS, "2026-02-15")
    assert (judged.finding.settled, judged.bound.value) == ("met", exact(9.35))
    world.count("work_deaths", "2025-08", 1)
    assert world.assess(DEATHS, "2026-02-15").finding.settled == "not_met"


def test_printed_baseline_decides_and_the_recomputed_one_stands_beside_it(world):
    world.reported(2020, 2025).counts("work_deaths", {2020: 13, 2023: 10})
    judged = world.assess({**DEATHS, "baseline": {"year": 2020, "printed": 11}}, "2024-03-31")
    assert (judged.baseline, judged.baseline_printed) == (13, 11)
    assert judged.bound.value == exact(9.35)
    assert "baseline_differs" in judged.flags


def test_zero_baseline_has_no_reduction(world):
    world.reported(2020, 2025).counts("accidents", {2020: 3}).counts("work_deaths", {2023: 1})
    judged = world.assess(DEATHS, "2024-03-31")
    assert (judged.verdict, judged.finding.reason) == ("no_data", "zero_baseline")


def test_baseline_is_that_of_the_records_as_known_at_the_date(world):
    world.reported(2020, 2025).count("work_deaths", "2020-05", 10).count("work_deaths", "2020-05", 2, "2023-05-05")
    assert world.assess(DEATHS, "2023-03-31").baseline == 10
    assert world.assess(DEATHS, "2023-06-30").baseline == 12


def test_rate_is_deaths_over_gdp_and_pace_is_a_share_of_the_change_asked_for(world):
    world.reported(2020, 2025).counts("work_deaths", {2020: 20, 2023: 20})
    world.statistics("gdp", {2020: 1000 * YI, 2021: 1100 * YI, 2022: 1150 * YI, 2023: 1250 * YI})
    judged = world.assess(RATE, "2024-03-31")
    assert judged.progress.value == exact(0.016)
    assert judged.progress.pace == Fraction(exact(0.02) - exact(0.016)) / (exact(0.02) * exact(0.33))
    assert judged.progress.required == exact(0.02) - exact(0.02) * exact(0.33) * 3 / 5
    assert judged.progress.elapsed_at_value == Fraction(1095, 1826)
    assert judged.progress.rate == pytest.approx((0.0134 / 0.016) ** 0.5 - 1)
    assert judged.verdict == "undecided"


def test_mean_is_of_yearly_ratios_each_on_its_own_denominator(world):
    world.reported(2020, 2025).counts("disaster_loss_fen", {2021: 3 * YI, 2022: YI // 10})
    world.statistics("gdp", {2020: 100 * YI, 2021: 100 * YI, 2022: 300 * YI})
    progress = world.assess(LOSS, "2023-03-31").progress
    assert progress.value == (Fraction(3, 100) + Fraction(1, 3000)) / 2
    assert progress.ratio_of_sums == Fraction(31, 4000)
    assert progress.room == Fraction(5, 100) - Fraction(3, 100) - Fraction(1, 3000)
    assert progress.rate == progress.room / 3
    assert "mean_and_ratio_disagree" in world.assess(LOSS, "2023-03-31").flags


def test_mean_is_lost_once_the_budget_of_five_years_is_spent_and_its_window_closed(world):
    world.reported(2020, 2025).counts("disaster_loss_fen", {2021: 3 * YI, 2022: 23 * YI // 10})
    world.statistics("gdp", {2020: 100 * YI, 2021: 100 * YI, 2022: 100 * YI})
    assert world.assess(LOSS, "2022-12-31").finding.settled is None  # GDP of 2022 not known: it may grow by its bound
    judged = world.assess(LOSS, "2023-03-31")
    assert (judged.verdict, judged.finding.reason) == ("out_of_reach", "mean_out_of_reach")


def test_one_major_accident_loses_every_year_but_only_after_its_window(world):
    world.reported(2020, 2025).counts("accidents", {2020: 5, 2021: 5}).count("major_accidents", "2023-05", 1)
    assert world.assess(MAJOR, "2023-04-30").finding.settled is None
    assert world.assess(MAJOR, "2023-06-15").finding.settled is None
    judged = world.assess(MAJOR, "2023-06-30")
    assert judged.verdict == "out_of_reach"
    assert judged.facts["lost_year"] == 2023


def test_a_strike_off_reopens_what_was_lost(world):
    world.reported(2020, 2025).counts("accidents", {2020: 5, 2021: 5})
    world.count("major_accidents", "2023-05", 1).count("major_accidents", "2023-05", -1, "2023-11-11")
    assert world.assess(MAJOR, "2023-09-30").verdict == "out_of_reach"
    judged = world.assess(MAJOR, "2023-12-31")
    assert judged.verdict == "undecided"
    assert "reopened" in judged.flags
    assert "reopened" not in world.assess(MAJOR, "2024-03-31").flags


def test_a_yearly_minimum_cannot_fail_before_the_year_is_over(world):
    drills = make_target("volunteer_trainings", "every_year", ">=", 2)
    world.reported(2020, 2025).counts("volunteer_trainings", {2020: 2, 2021: 2, 2022: 3, 2023: 1})
    assert world.assess(drills, "2023-12-31").finding.settled is None
    assert world.assess(drills, "2024-01-29").finding.settled is None
    assert world.assess(drills, "2024-01-30").finding.settled == "out_of_reach"


def test_total_is_net_of_withdrawn_titles_and_decided_after_the_due_year(world):
    world.statistics("national_communities_net", {2020: 1, 2021: 3, 2022: -1, 2023: 2})
    judged = world.assess(COMMUNITIES, "2024-03-31")
    assert (judged.progress.value, judged.finding.settled) == (4, None)
    assert judged.progress.rate == Fraction(1, 2)
    world.statistic("national_communities_net", 2024, 1)
    assert world.assess(COMMUNITIES, "2025-03-31").finding.settled is None, "a title can still be withdrawn"
    world.statistic("national_communities_net", 2025, -1)
    assert world.assess(COMMUNITIES, "2026-03-31").verdict == "not_met"


def test_a_total_of_what_is_not_taken_back_is_secured_when_it_is_reached(world):
    built = make_target("central_shelters_new", "period_total", ">=", 5)
    world.statistics("central_or_fixed_shelters_new", {2021: 2, 2022: 2, 2023: 1})
    assert world.assess(built, "2024-03-31").verdict == "secured"


BUDGET = make_target("work_deaths", "period_total", "<=", 15)


def test_a_total_in_progress_says_what_it_comes_to_with_the_running_year(world):
    world.reported(2020, 2024).counts("work_deaths", {2021: 3, 2022: 3, 2023: 4}).count("work_deaths", "2024-05", 8)
    judged = world.assess(BUDGET, "2024-09-30")
    progress = judged.progress
    assert (judged.verdict, progress.value, progress.so_far, progress.open_years) == ("out_of_reach", 10, 18, (2024,))
    assert progress.room == -3, "what the running year used up is used up"
    told = tell_reason(judged.finding.reason, judged.facts, "zh")
    assert "各年合计已超出限额3人" in told and told.endswith("；连同2024年已报部分（截至 2024-09-30），累计18人")
    done = world.reported(2025, 2025).assess(BUDGET, "2026-02-15")
    assert (done.progress.so_far, done.progress.value) == (None, 18)


def test_the_first_running_year_of_a_total_is_told_before_any_year_is_complete(world):
    world.reported(2020, 2021).count("work_deaths", "2021-05", 2)
    judged = world.assess(BUDGET, "2021-09-30")
    assert (judged.progress.value, judged.progress.so_far, judged.progress.room) == (None, 2, 13)
    assert tell_reason(judged.finding.reason, judged.facts, "en").endswith(
        "; with what is reported of 2021 up to 2021-09-30 the total is 2 deaths"
    )


def test_a_mean_of_ratios_sums_no_part_of_a_year(world):
    world.reported(2020, 2024, kinds=("disasters",)).counts("disaster_loss_fen", {2021: YI, 2024: YI})
    world.statistics("gdp", {2021: 1000 * YI, 2022: 1000 * YI, 2023: 1000 * YI})
    assert world.assess(LOSS, "2024-09-30").progress.so_far is None


def test_bare_share_is_at_least_and_equality_meets_it(world):
    for year, equipped in {2020: 5, 2025: 8}.items():
        world.statistic("emergency_departments_equipped", year, equipped)
        world.statistic("emergency_departments", year, 10)
    target = {**EQUIPMENT, "operator_printed": False}
    judged = world.assess(target, "2026-03-31")
    assert judged.verdict == "met"
    assert "operator_not_printed" in judged.flags
    assert world.assess({**target, "operator": ">"}, "2026-03-31").verdict == "not_met"


def test_worst_event_of_the_due_year_decides_and_an_untimed_one_blocks_met(world):
    world.reported(2020, 2025).event("2023-07-01", relief=30).event("2025-07-01", relief=8)
    assert world.assess(RELIEF, "2024-06-30").finding.settled is None
    assert world.assess(RELIEF, "2026-03-31").verdict == "met"
    world.event("2025-08-01")
    judged = world.assess(RELIEF, "2026-03-31")
    assert (judged.verdict, judged.finding.reason) == ("no_data", "untimed")
    world.event("2025-08-02", relief=11)
    assert world.assess(RELIEF, "2026-03-31").verdict == "not_met"
    assert world.assess(RELIEF, "2025-08-31").finding.settled is None
    assert world.assess(RELIEF, "2025-09-30").verdict == "out_of_reach"


def test_an_untimed_event_without_anybody_affected_asks_for_no_relief(world):
    world.reported(2020, 2025).event("2025-07-01", relief=8).event("2025-08-01", affected=0)
    assert world.assess(RELIEF, "2026-03-31").verdict == "met"


def test_no_event_in_the_due_year_is_not_tested(world):
    world.reported(2020, 2025).event("2024-07-01", relief=8)
    judged = world.assess(RELIEF, "2026-03-31")
    assert (judged.verdict, judged.finding.reason) == ("no_data", "not_tested")


@pytest.mark.parametrize(("came", "reason"), [(False, "not_reported"), (True, "not_tested")])
def test_before_the_due_year_no_return_is_not_the_same_as_no_event(world, came, reason):
    ends = [f"{year}-{end}" for year in range(2020, 2026) for end in ("03-31", "06-30", "09-30", "12-31")]
    world.statistic("emergency_departments", 2023, 10)  # something else is known of the region
    world.reported(2020, 2025, late={} if came else dict.fromkeys(ends))
    judged = world.assess(RELIEF, "2024-06-30")
    assert (judged.verdict, judged.finding.reason) == ("no_data", reason)


def test_mostly_means_the_stated_share_of_the_events(world):
    world.reported(2020, 2025)
    for month in range(1, 11):
        world.event(f"2025-{month:02d}-05", relief=12 if month == 1 else 5)
    assert world.assess({**RELIEF, "required_share": 0.9}, "2026-03-31").verdict == "met"
    assert world.assess({**RELIEF, "required_share": 0.95}, "2026-03-31").verdict == "not_met"


def test_where_a_share_of_the_events_decides_value_path_and_room_are_that_share(world):
    world.reported(2020, 2025)
    for month in range(1, 11):
        world.event(f"2025-{month:02d}-05", relief=12 if month == 1 else 5)
    judged = world.assess({**RELIEF, "required_share": 0.8}, "2026-03-31")
    progress = judged.progress
    assert (progress.value, progress.required, progress.room) == (Fraction(9, 10), Fraction(8, 10), Fraction(1, 10))
    assert (judged.shown_bound, judged.bound) == (Bound(">=", Fraction(8, 10)), Bound("<=", Fraction(10)))
    told = tell_reason(judged.finding.reason, judged.facts, "zh")
    assert told == "2025年10次事件中9次达到目标（≤ 10小时），最长12.0小时；须达到的比例为≥ 80%"
    assert tell_number(judged.facts["value"], judged.facts["display"], "zh") == "90%"


def test_target_due_in_2022_freezes_on_its_first_final_value_and_shows_a_later_fall(world):
    target = make_target("standardisation_self_assessment_share", "end_value", ">=", 100, unit="%", due_year=2022)
    world.statistics("enterprises_due_self_assessment", {2021: 100, 2022: 100, 2023: 100, 2024: 100})
    world.statistics("enterprises_self_assessed", {2021: 90, 2022: 100, 2023: 97})
    world.statistic("enterprises_self_assessed", 2022, 80, "2024-08-08", vintage="revised")
    assert world.assess(target, "2023-06-30").verdict == "met"
    judged = world.assess(target, "2024-09-30")
    assert (judged.verdict, judged.progress.value, judged.progress.year) == ("met", 1, 2022)
    assert {"frozen", "fell_back"} <= set(judged.flags)


def test_milestone_needs_a_dated_return(world):
    target = make_target("risk_survey_done", "milestone", ">=", 1, due_year=2022)
    world.statistic("gdp", 2020, YI)
    assert world.assess(target, "2022-06-30").verdict == "undecided"
    assert world.assess(target, "2023-03-31").verdict == "no_data"
    world.statistic("risk_survey_done", "2022-11-30", 1, "2022-12-05", frequency="point")
    assert world.assess(target, "2022-12-31").verdict == "met"
    late = make_target("risk_survey_done", "milestone", ">=", 1, due_year=2021)
    assert world.assess(late, "2022-12-31").verdict == "not_met"


CITY = {"title": {"zh": "市规划", "en": "City plan"}, "region_code": "120000", "baseline_year": 2020}
CITY_TARGET = make_target(
    "work_deaths", "reduction", "<=", 15, unit="%", baseline={"year": 2020, "printed": 400, "unit": "人"}
)


@pytest.mark.parametrize(
    ("own", "baseline", "verdict", "reason"),
    [
        (20, None, "not_met", "due_year_not_met"),
        (None, None, "no_data", "baseline_missing"),
        (20, {"year": 2020, "printed": 50, "unit": "人"}, "met", "due_year_met"),
    ],
    ids=["from its own records", "without any start of its own", "from the figure that its plan prints"],
)
def test_an_inherited_reduction_starts_from_the_baseline_of_the_one_that_inherits(own, baseline, verdict, reason):
    """The city fell from 400 deaths by 15 %; its district went from 20 to 35."""
    world = World().reported(2025, 2025, kinds=["accidents"])
    if own is not None:
        world.reported(2020, 2020, kinds=["accidents"]).counts("work_deaths", {2020: own}).counts(
            "accidents", {2020: own}
        )
    world.counts("work_deaths", {2025: 35}).counts("accidents", {2025: 30})
    said = {} if baseline is None else {"baseline": baseline}
    district = make_plan(make_target("work_deaths", "inherited", **said), parent="city")
    plans = {"city": make_plan(CITY_TARGET, id="city", **CITY), district.id: district}
    office = Office.open(Settings(root=ROOT), load_catalogue(), plans)
    judged = assess_plan(world.ask, office, district.id, day("2028-12-31"))[0]
    assert (judged.verdict, judged.finding.reason) == (verdict, reason)


def test_inherited_without_a_plan_above_is_not_set(world):
    world.reported(2020, 2025).counts("work_deaths", {2020: 20, 2023: 20})
    judged = world.assess(make_target("work_deaths_per_100m_yuan_gdp", "inherited"), "2024-03-31")
    assert (judged.verdict, judged.finding.reason, judged.bound) == ("no_data", "target_unset", None)


def test_watched_is_never_judged_and_each_year_is_tested(world):
    target = make_target("work_deaths", "monitored")
    world.reported(2020, 2023).counts("work_deaths", {2020: 30, 2021: 24, 2022: 8, 2023: 9})
    world.counts("accidents", {2020: 25, 2021: 24, 2022: 5, 2023: 9})
    judged = world.assess(target, "2024-03-31")
    assert judged.verdict == "watched"
    assert [(w.year, w.now, w.before, w.finding) for w in judged.watched] == [
        (2021, 24, 30, "within_chance"),
        (2022, 8, 24, "lower"),
        (2023, 9, 8, "within_chance"),
    ]
    assert {w.measure for w in judged.watched} == {"accidents"}


def test_each_region_of_a_reduction_must_fall_by_its_own_share(world):
    target = make_target("work_deaths", "reduction", "<=", 10, unit="%", each_region={"120113101": 10, "120113102": 60})
    world.reported(2020, 2025)
    for town in ("120113101", "120113102"):
        world.counts("work_deaths", {2020: 10, 2025: 8}, region=town)
        world.counts("accidents", {2020: 10, 2025: 8}, region=town)
    judged = world.assess(target, "2026-02-28")
    assert [(one.bound.value, one.finding.settled) for one in judged.regions] == [(9, "met"), (4, "not_met")]
    assert judged.verdict == "not_met"


def test_the_path_of_a_reduction_is_printed_as_reductions(world):
    target = make_target("work_deaths", "reduction", "<=", 33, unit="%", path={2023: 20, 2024: 30})
    world.reported(2020, 2023).counts("work_deaths", {2020: 300, 2023: 250}).counts("accidents", {2020: 300, 2023: 250})
    progress = world.assess(target, "2024-03-31").progress
    assert (progress.path, progress.required) == ({2023: 240, 2024: 210}, 240)


def test_a_total_is_required_as_the_plan_prints_it_and_in_straight_lines_between(world):
    target = make_target("central_shelters_new", "period_total", ">=", 50, path={2022: 8, 2024: 30})
    world.statistics("central_or_fixed_shelters_new", {2021: 5, 2022: 5, 2023: 5})
    progress = world.assess(target, "2024-03-31").progress
    assert (progress.path, progress.required) == ({2021: 4, 2022: 8, 2023: 19, 2024: 30, 2025: 50}, 19)


def test_a_year_without_an_accident_is_watched_like_any_other(world):
    by_year = {2020: 9, 2021: 8, 2023: 7, 2024: 3}
    world.reported(2020, 2024).counts("work_deaths", by_year).counts("accidents", by_year)
    judged = world.assess(make_target("work_deaths", "monitored"), "2025-03-31")
    told = [(w.year, w.now, w.before, w.tested_now, w.tested_before, w.finding) for w in judged.watched]
    assert told[1:3] == [(2022, 0, 8, 0, 8, "lower"), (2023, 7, 0, 7, 0, "higher")]
    assert [w[0] for w in told] == [2021, 2022, 2023, 2024]


def test_what_is_no_accident_is_not_tested_by_accidents(world):
    world.reported(2020, 2023).counts("accidents", {2020: 30, 2021: 3, 2022: 30, 2023: 3})
    world.counts("disaster_events", dict.fromkeys(range(2020, 2024), 1))
    world.counts("disaster_deaths", {2021: 1}).statistics("population", dict.fromkeys(range(2019, 2024), 900_000))
    judged = world.assess(make_target("disaster_deaths_per_million", "monitored"), "2024-03-31")
    assert (judged.verdict, judged.watched) == ("watched", ())


def test_each_region_must_meet_its_own_bound(world):
    target = make_target("central_shelters_new", "period_total", ">=", 3, each_region={"120113101": 3, "120113102": 6})
    world.statistic("central_or_fixed_shelters_new", 2021, 3, region="120113101")
    world.statistic("central_or_fixed_shelters_new", 2021, 3, region="120113102")
    judged = world.assess(target, "2022-03-31")
    assert judged.finding.settled is None
    assert judged.facts["regions_behind"] == ["120113102"]
    assert (judged.progress.value, judged.bound.value) == (3, 6)
    told = tell_reason(judged.finding.reason, judged.facts, "zh")
    assert told == "2个地区中1个已达到各自的目标；双街镇（最低）3处"  # the city's own value would be another number
    assert tell_furthest(judged.facts, "en") == "lowest: Shuangjie Town, "
    world.statistic("central_or_fixed_shelters_new", 2022, 3, region="120113102")
    assert world.assess(target, "2023-03-31").verdict == "secured"


def test_open_definition_that_matters_is_to_be_confirmed(world):
    world.reported(2020, 2025).counts("work_deaths", {2020: 100, 2025: 80})
    world.statistics("gdp", {2020: 1000 * YI, 2024: 1100 * YI, 2025: 1300 * YI})
    world.statistics("gdp_at_2020_prices", {2020: 1000 * YI, 2024: 1100 * YI, 2025: 1100 * YI})
    judged = world.assess({**RATE, "gdp_basis": "unconfirmed"}, "2026-02-15")
    assert judged.finding.settled == "met"
    assert judged.facts["constant_prices"]["settled"] == "not_met"
    assert judged.verdict == "no_forecast"
    assert "definition_to_confirm" in judged.flags
    assert world.assess({**RATE, "gdp_basis": "constant"}, "2026-02-15").verdict == "not_met"
    assert world.assess({**RATE, "gdp_basis": "current"}, "2026-02-15").verdict == "met"


def test_loose_bound_is_marked(world):
    world.reported(2020, 2025).counts("disaster_loss_fen", {2021: YI // 100, 2022: YI // 10})
    world.statistics("gdp", {2020: 100 * YI, 2021: 100 * YI, 2022: 100 * YI})
    assert "target_is_loose" in world.assess(LOSS, "2023-03-31").flags
    assert "target_is_loose" not in world.assess({**LOSS, "value": 0.3}, "2023-03-31").flags


def test_plan_without_any_facts_says_so(world):
    from pipelines.errors import PipelineError

    with pytest.raises(PipelineError) as caught:
        world.assess(MAJOR, "2024-03-31")
    assert caught.value.code == "assessment_no_facts"
    assert caught.value.facts["region"] == "120113"


def test_as_of_dates_are_the_quarter_ends_and_the_newest_day_of_the_own_region(world):
    from pipelines.assessment.assessor import as_of_dates

    world.count("accidents", "2021-05", 1).statistic("gdp", 2025, 1.0, "2026-01-19", region="000000")
    plan = world.office(MAJOR).plans["somewhere"]
    found = as_of_dates(world.ask, [plan], dt.date(2026, 6, 1))["somewhere"]
    assert found == [dt.date(2021, 3, 31), dt.date(2021, 5, 31)]


def test_the_day_after_a_period_is_no_newest_date_but_the_withdrawal_of_its_return_is(world):
    from pipelines.assessment.assessor import as_of_dates

    world.count("accidents", "2021-05", 1)
    plan = world.office(MAJOR).plans["somewhere"]
    period = ("accidents", "120113", dt.date(2021, 4, 1), dt.date(2021, 6, 30), dt.date(2021, 5, 31))
    for lapsed, newest in (("2021-07-01", "2021-05-31"), ("2021-08-10", "2021-08-10")):
        world._add("mart_reporting_status", *period, dt.date.fromisoformat(lapsed))
        found = as_of_dates(world.ask, [plan], dt.date(2026, 6, 1))["somewhere"]
        assert found[-1] == dt.date.fromisoformat(newest)
