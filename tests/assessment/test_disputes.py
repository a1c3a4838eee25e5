"""Two sources that print different figures: the newest counts unless one is preferred, and the sentence names both."""

import pytest

from pipelines.assessment.assess import assess_plan
from pipelines.assessment.reasons import tell_reason
from tests.assessment.world import YI, World, day, make_target

RATE = make_target("disaster_loss_gdp_share", "end_value", "<", 1, unit="%", gdp_basis="current")


def world():
    made = World().reported(2020, 2024, kinds=["disasters"]).counts("disaster_events", {2023: 1, 2024: 1})
    made.counts("disaster_loss_fen", {2023: YI, 2024: YI})
    for source, known, by_year in (
        ("bureau", "2025-01-20", {2023: 1000, 2024: 4000}),
        ("yearbook", "2025-02-20", {2023: 1000.5, 2024: 2000}),
    ):
        made._add("mart_files", f"{source}.csv", False, "statistics", f"{source}.csv", None, None, None, source)
        for year, value in by_year.items():
            made.statistic("gdp", year, value * YI, known, source=source, vintage="")
    return made


def assess(made, as_of, *preferred):
    office = made.office(RATE)
    settings = office.settings.model_copy(
        update={"statistics": office.settings.statistics.model_copy(update={"preferred": preferred})}
    )
    office = type(office)(**{**vars(office), "settings": settings})
    return assess_plan(made.ask, office, "somewhere", day(as_of))[0]


@pytest.mark.parametrize(
    ("preferred", "value", "told"),
    [
        ((), 1 / 2000, "采用“yearbook”（yearbook.csv）所报，“bureau”（bureau.csv）所报高100.0%"),
        (("bureau",), 1 / 4000, "采用“bureau”（bureau.csv）所报，“yearbook”（yearbook.csv）所报低50.0%"),
        (("nobody",), 1 / 2000, "采用“yearbook”"),
        (("nobody", "bureau", "yearbook"), 1 / 4000, "采用“bureau”"),
    ],
)
def test_the_newest_counts_unless_another_source_is_preferred(preferred, value, told):
    one = assess(world(), "2025-06-30", *preferred)
    assert float(one.years[2024].value) == value
    assert "sources_differ" in one.flags
    sentence = tell_reason(one.finding.reason, one.facts, "zh")
    assert "；2024年地区生产总值各来源所报不一致：" + told in sentence
    assert "2023年地区生产总值" not in sentence  # the two agree but for their rounding


def test_nothing_is_in_dispute_before_the_second_source_speaks():
    one = assess(world(), "2025-01-31")
    assert float(one.years[2024].value) == 1 / 4000
    assert "sources_differ" not in one.flags and "disputes" not in one.facts


def test_a_preferred_source_that_has_not_printed_a_year_leaves_it_to_the_others():
    made = world().statistic("gdp", 2022, 500 * YI, "2023-02-01", source="yearbook", vintage="")
    made.counts("disaster_loss_fen", {2022: YI}).counts("disaster_events", {2022: 1})
    assert float(assess(made, "2025-06-30", "bureau").years[2022].value) == 1 / 500


def test_a_revision_by_one_source_is_no_dispute():
    made = World().reported(2020, 2024, kinds=["disasters"]).counts("disaster_loss_fen", {2024: YI})
    made.statistic("gdp", 2024, 1000 * YI, "2025-01-20", source="bureau", until="2025-02-20")
    made.statistic("gdp", 2024, 2000 * YI, "2025-02-20", source="bureau")
    assert "sources_differ" not in assess(made, "2025-06-30").flags
