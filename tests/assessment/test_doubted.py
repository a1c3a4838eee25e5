"""What cannot be a cumulative figure is no year's figure, and the sentence says so."""

from datetime import date

from pipelines.assessment.reasons import tell_reason
from tests.assessment.world import YI, World, make_target

RATE = make_target("disaster_loss_gdp_share", "end_value", "<", 1, unit="%", due_year=2023, gdp_basis="current")


def world(**doubt):
    made = World().reported(2020, 2023, kinds=["disasters"]).counts("disaster_events", {2022: 1, 2023: 1})
    made.counts("disaster_loss_fen", {2022: YI, 2023: YI}).statistic("gdp", 2022, 1100 * YI)
    return made.statistic("gdp", 2023, 320 * YI, "2024-01-20", frequency="quarter_ytd", **doubt)


def test_a_doubted_figure_gives_no_verdict_and_the_sentence_says_why():
    assert float(world().assess(RATE, "2024-06-30").years[2023].value) == 1 / 320
    one = world(doubted=(date(2024, 1, 20), None)).assess(RATE, "2024-06-30")
    assert (one.years[2023].value, one.years[2023].missing_reason) == (None, "doubted")
    assert float(one.years[2022].value) == 1 / 1100
    assert one.finding.settled == "no_data"
    assert "很可能是单季数），未采用" in tell_reason(one.finding.reason, one.facts, "zh")


def test_a_doubt_counts_only_while_it_stands():
    made = world(doubted=(date(2024, 2, 1), date(2024, 5, 1)))
    found = {at: made.assess(RATE, at).years[2023].missing_reason for at in ("2024-01-31", "2024-03-31", "2024-06-30")}
    assert found == {"2024-01-31": None, "2024-03-31": "doubted", "2024-06-30": None}


def test_a_year_that_is_also_printed_whole_keeps_its_value():
    made = world(doubted=(date(2024, 1, 20), None)).statistic("gdp", 2023, 1200 * YI, "2024-03-01")
    assert float(made.assess(RATE, "2024-06-30").years[2023].value) == 1 / 1200
