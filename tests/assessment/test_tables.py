"""The stored tables: every plan at every date, and what is read back."""

import json

import pytest

from pipelines.assessment import write_assessments
from pipelines.assessment.reasons import tell_reason
from pipelines.assessment.schema import TABLES
from pipelines.catalogue import load_catalogue
from pipelines.settings import Settings
from pipelines.texts import has
from tests.assessment.world import ROOT, YI, World, make_plan, make_target


@pytest.fixture(scope="module")
def written():
    world = World()
    still_to_come = {"2024-03-31": None, "2024-06-30": None, "2024-09-30": None, "2024-12-31": None}
    world.reported(2020, 2024, late=still_to_come)
    for town, share in (("120113101", 2), ("120113102", 1)):
        for year, accidents in {2020: 20, 2021: 15, 2022: 12, 2023: 6, 2024: 4}.items():
            for sector in ("construction", "fire"):
                world.count("accidents", f"{year}-03", share * accidents, region=town, sector=sector)
                world.count("work_deaths", f"{year}-03", share * accidents, region=town, sector=sector)
    world.count("work_deaths", "2023-03", 5, region="120113", sector="fire")
    world.statistics("gdp", {year: (1000 + 50 * (year - 2020)) * YI for year in range(2020, 2024)})
    world.statistics("control_work_deaths", {2024: 40})
    world.statistics("control_work_deaths", {2024: 25}, region="120113101")
    world.statistics("control_work_deaths", {2024: 15}, region="120113102")
    world.statistics("control_work_deaths", {2024: 30}, sector="construction")
    world.con.execute("UPDATE mart_statistics SET known_on = '2024-01-31' WHERE measure = 'control_work_deaths'")
    world.con.execute("INSERT INTO mart_files (file_id, is_synthetic) VALUES ('f', TRUE)")
    world.con.execute("INSERT INTO mart_file_regions VALUES ('f', '120113101')")
    targets = [
        make_target("work_deaths_per_100m_yuan_gdp", "reduction", "<=", 33, unit="%", id="rate"),
        make_target("major_accidents", "every_year", "<=", 0, id="major"),
        make_target("work_deaths", "monitored", id="deaths"),
    ]
    plan = make_plan(*targets)
    settings = Settings(root=ROOT)
    write_assessments(world.con, settings, load_catalogue(), {plan.id: plan})
    return world


def rows(world, sql):
    found = world.con.execute(sql)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_every_table_is_there_with_its_columns_and_types(written):
    for name, columns in TABLES.items():
        found = rows(
            written, f"SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '{name}'"
        )
        assert {row["column_name"]: row["data_type"] for row in found} == columns, name


def test_dates_are_every_quarter_end_and_the_newest(written):
    found = rows(written, "SELECT * FROM assess_as_of_dates ORDER BY as_of_on")
    assert [str(row["as_of_on"]) for row in found][:2] == ["2021-03-31", "2021-06-30"]
    assert str(found[-1]["as_of_on"]) == "2024-03-31"
    assert [row["is_newest"] for row in found].count(True) == 1
    assert rows(written, "SELECT is_synthetic, newest_as_of FROM assess_plans")[0]["is_synthetic"] is True


def test_each_date_has_each_target_once(written):
    found = rows(written, "SELECT as_of_on, COUNT(*) AS n FROM assess_assessments GROUP BY as_of_on")
    assert {row["n"] for row in found} == {3}
    assert len(found) == 13


def test_contributions_sum_to_the_change_and_parts_to_the_numerator(written):
    sums = rows(
        written,
        """SELECT from_year, to_year,
                  SUM(amount) FILTER (part IN ('numerator', 'denominator')) AS change,
                  SUM(amount) FILTER (part = 'numerator') AS numerator,
                  SUM(amount) FILTER (part LIKE 'sector:%') AS sectors,
                  SUM(amount) FILTER (part LIKE 'region:%') AS regions
           FROM assess_contributions WHERE target_id = 'rate' AND as_of_on = '2024-03-31' GROUP BY ALL""",
    )
    years = {
        row["year"]: row["value"]
        for row in rows(
            written, "SELECT year, value FROM assess_years WHERE target_id = 'rate' AND as_of_on = '2024-03-31'"
        )
    }
    assert {(row["from_year"], row["to_year"]) for row in sums} == {(2020, 2023), (2022, 2023)}
    for row in sums:
        assert row["change"] == pytest.approx(years[row["to_year"]] - years[row["from_year"]], abs=1e-15)
        assert row["sectors"] == pytest.approx(row["numerator"], abs=1e-15)
        assert row["regions"] == pytest.approx(row["numerator"], abs=1e-15)
    unassigned = rows(written, "SELECT 1 FROM assess_contributions WHERE part = 'region:120113'")
    assert unassigned


def test_months_are_zero_where_reported_and_absent_where_not(written):
    found = rows(
        written,
        "SELECT month, value FROM assess_months WHERE target_id = 'deaths' AND as_of_on = '2024-03-31' ORDER BY month",
    )
    months = {str(row["month"])[:7]: row["value"] for row in found}
    assert (months["2023-02"], months["2023-03"]) == (0, 41)
    assert months["2024-03"] == 24  # a record is there, although the quarter's return is not in yet
    assert "2024-02" not in months


def test_control_figures_show_use_against_time_and_whether_parts_sum(written):
    found = rows(written, "SELECT * FROM assess_control_figures WHERE as_of_on = '2024-03-31'")
    own = next(row for row in found if row["region_code"] == "120113" and not row["sector_code"])
    assert (own["used"], own["figure"], own["used_share"]) == (24, 40, 0.6)
    assert own["elapsed_share"] == pytest.approx(91 / 366)
    assert own["is_over_pace"] is True
    assert (own["regions_agree"], own["sectors_agree"]) == (True, False)
    assert {row["used"] for row in found if row["region_code"] == "120113101"} == {16}


def test_year_on_year_tests_compare_equally_old_prints(written):
    found = rows(written, "SELECT * FROM assess_tests WHERE as_of_on = '2023-12-31' AND period = '2023'")
    assert found == []  # the fourth quarter's return is not in
    found = rows(written, "SELECT * FROM assess_tests WHERE as_of_on = '2024-03-31' AND period = '2023'")
    whole = next(row for row in found if row["region_code"] == "120113" and not row["sector_code"])
    assert (whole["count_now"], whole["count_before"], whole["finding"]) == (36, 72, "lower")
    assert whole["change_share"] == -0.5
    towns = [row for row in found if row["region_code"] != "120113"]
    assert {row["region_code"] for row in towns} == {"120113101", "120113102"}
    assert all(row["q_value"] >= row["p_value"] for row in towns)


def test_every_reason_and_flag_that_occurs_has_its_sentence_in_both_languages(written):
    for row in rows(
        written, "SELECT DISTINCT verdict, verdict_reason_code, reason_facts, flags FROM assess_assessments"
    ):
        assert has(f"verdicts.{row['verdict']}")
        for language in ("zh", "en"):
            sentence = tell_reason(row["verdict_reason_code"], json.loads(row["reason_facts"]), language)
            assert sentence and "{" not in sentence
        assert all(has(f"assessment.flags.{flag}") for flag in json.loads(row["flags"]))


def test_writing_twice_gives_the_same_tables(written):
    before = rows(written, "SELECT * FROM assess_assessments ORDER BY ALL")
    plan = make_plan(
        make_target("work_deaths_per_100m_yuan_gdp", "reduction", "<=", 33, unit="%", id="rate"),
        make_target("major_accidents", "every_year", "<=", 0, id="major"),
        make_target("work_deaths", "monitored", id="deaths"),
    )
    write_assessments(written.con, Settings(root=ROOT), load_catalogue(), {plan.id: plan})
    assert rows(written, "SELECT * FROM assess_assessments ORDER BY ALL") == before


def test_every_doubt_of_the_lint_is_kept_with_its_clause(written):
    found = rows(written, 'SELECT * FROM assess_doubts ORDER BY "order"')
    assert ("rate", "baseline_not_printed") in {(row["target_id"], row["code"]) for row in found}
    of_targets = [row for row in found if row["target_id"]]
    listed = rows(written, "SELECT target_id, doubts FROM assess_targets")
    assert len(of_targets) == sum(len(json.loads(row["doubts"])) for row in listed)
    assert all(row["text_zh"] and row["text_en"] and row["text_zh"] != row["text_en"] for row in found)


def test_a_change_of_definition_is_kept_for_the_indicators_of_the_plans_whose_region_it_touches(written):
    assert rows(written, "SELECT * FROM assess_breaks") == []  # 120113 has none
    world = World()
    plan = make_plan(
        make_target("work_deaths", "monitored", id="deaths"),
        make_target("drills_per_plan_holder", "end_value", ">=", 1, id="drills"),
        region_code="110109",
    )
    write_assessments(world.con, Settings(root=ROOT), load_catalogue(), {plan.id: plan})
    [only] = rows(world, "SELECT * FROM assess_breaks")
    assert (only["break_code"], only["plan_id"], only["indicator_id"]) == ("scope_2021_07", plan.id, "work_deaths")
    assert str(only["begins_on"]) == "2021-07-01"
    assert "道路运输" in only["name_zh"] and "road accidents" in only["name_en"]


def test_indicators_name_the_units_of_both_sides_and_assessments_their_baseline_year(written):
    found = rows(written, "SELECT indicator_id, unit, numerator_unit, denominator_unit FROM assess_indicators")
    units = {row.pop("indicator_id"): row for row in found}
    assert units["work_deaths_per_100m_yuan_gdp"]["numerator_unit"] == "人"
    assert units["work_deaths_per_100m_yuan_gdp"]["denominator_unit"] == "分"
    assert units["major_accidents"]["denominator_unit"] is None
    assert {row["baseline_year"] for row in rows(written, "SELECT baseline_year FROM assess_assessments")} == {2020}
