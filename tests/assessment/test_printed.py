"""How numbers are rounded and told: one rule for pages, papers, sentences and the flag of the printed precision."""

from fractions import Fraction

import pytest

from pipelines import shown
from pipelines.assessment.arithmetic import Bound, flips_when_rounded
from pipelines.assessment.reasons import tell_number, tell_reason
from tests.assessment.world import World, make_target

DISPLAY = {"factor": 1, "decimals": 0, "unit_zh": "", "unit_en": ""}
CAP = {"operator": "<", "display_factor": 100, "display_decimals": 4, "display_unit": "%", "form": "ratio"}
COUNT = {"operator": ">=", "display_factor": 1, "display_decimals": 0, "display_unit": "个", "form": "count"}


@pytest.mark.parametrize(("value", "decimals", "text"), [(2.5, 0, "3"), (0.125, 2, "0.13"), (1.005, 2, "1.01")])
def test_sentences_tables_and_the_flag_round_halves_alike(value, decimals, text):
    assert shown.number(value, decimals) == text
    assert tell_number(value, DISPLAY | {"decimals": decimals}, "zh") == text
    below = Bound("<", Fraction(text))
    assert flips_when_rounded(Fraction(str(value)), below, Fraction(1), decimals)  # printed, it is no longer below


@pytest.mark.parametrize(
    ("value", "text"),
    [(99_999_999, "1亿"), (99_994_999, "9999.5万"), (9_999.6, "1万"), (9_999.4, "9999"), (-99_999_999, "−1亿")],
)
def test_what_rounds_up_to_the_next_unit_is_told_in_it(value, text):
    assert shown.number(value) == text
    assert shown.money(9_999_999_960) == "1 亿元"


@pytest.mark.parametrize(
    ("share", "text"), [(287 / 288, "99.7%"), (0.9996, "99.96%"), (1, "100%"), (0.0004, "0.04%"), (0, "0%")]
)
def test_a_share_is_whole_or_nothing_only_where_it_is(share, text):
    assert shown.share(share) == text


@pytest.mark.parametrize(
    ("row", "rate", "text"),
    [
        (CAP, -0.045114, "已无余量"),
        (CAP, 0.0, "已无余量"),
        (CAP, 0.004, "年均不超过 0.4000%"),
        (COUNT, -2.0, "已达到"),
        (COUNT, 0.5, "每年 0.5 个"),
        (COUNT, 0.04, "每年 0.04 个"),
        (COUNT, 5.5, "每年 5.5 个"),
        (COUNT, 5.0, "每年 5 个"),
        (COUNT, 12.5, "每年 13 个"),
    ],
)
def test_what_the_remaining_years_must_bring_keeps_its_sign_and_its_tenths(row, rate, text):
    assert shown.required_rate(row | {"required_rate": rate, "required_rate_kind": "budget"}) == text


def test_a_target_that_is_met_already_asks_for_nothing_more():
    assert shown.required_rate(COUNT | {"required_rate": 0.0, "required_rate_kind": "absolute"}) == "已达到"


def test_the_reason_names_what_is_overdrawn():
    facts = {"display": DISPLAY | {"factor": 100, "decimals": 2, "unit_zh": "%", "unit_en": "%"}, "operator": "<"}
    facts |= {"bound": 0.01, "start": 2021, "due": 2025, "room": -0.090228}
    assert tell_reason("mean_out_of_reach", facts, "zh").endswith("；各年合计已超出限额9.02个百分点")
    assert "9.02 percentage points" in tell_reason("mean_out_of_reach", facts, "en")
    assert "限额" not in tell_reason("mean_out_of_reach", facts | {"room": 0.01}, "zh")


@pytest.mark.parametrize(
    ("room", "decimals", "amount"),
    [(-0.0055, 4, "0.0055"), (-0.0123, 4, "0.012"), (-0.5, 4, "0.50"), (-3.0, 0, "3"), (-0.00004, 4, "0.0000")],
)
def test_what_is_overdrawn_is_told_with_two_digits_that_say_something(room, decimals, amount):
    units = {"unit_zh": "人/10万人", "unit_en": "per 100,000"}
    facts = {"display": DISPLAY | units | {"factor": 1, "decimals": decimals}, "operator": "<=", "room": room}
    told = tell_reason("mean_out_of_reach", facts | {"bound": 0.01, "start": 2021, "due": 2025}, "zh")
    assert told.endswith(f"；各年合计已超出限额{amount}人/10万人")


def flags_of_rate(value, target):
    """Flags of a target on a rate that stands at `value` per 100,000 employed in its due year."""
    world = World().reported(2020, 2025, kinds=["accidents"])
    for year in range(2020, 2026):
        world.count("industrial_deaths", f"{year}-06", int(value * 100)).count("accidents", f"{year}-06", 1)
    world.statistics("industrial_employed", dict.fromkeys(range(2019, 2026), 10_000_000))
    judged = world.assess(target, "2026-12-31")
    assert judged.progress.value == Fraction(str(value))
    return judged.verdict, "flips_when_rounded" in judged.flags


@pytest.mark.parametrize(
    ("value", "said"), [(1.24, ("not_met", True)), (1.26, ("not_met", False)), (1.2, ("met", False))]
)
def test_a_miss_that_the_plans_own_digits_hide_is_flagged(value, said):
    cap = make_target("industrial_deaths_per_100k_employed", "end_value", "<=", 1.2, unit="人/10万人")
    assert flags_of_rate(value, cap) == said


@pytest.mark.parametrize(("cut", "said"), [(33, ("not_met", True)), (34, ("not_met", False)), (32, ("met", False))])
def test_of_a_reduction_the_fall_is_rounded(cut, said):
    """From 300 to 202 deaths is a fall of 32.67 %."""
    world = World().reported(2020, 2025, kinds=["accidents"]).counts("accidents", dict.fromkeys(range(2020, 2026), 1))
    world.counts("work_deaths", {2020: 300, 2021: 250, 2022: 240, 2023: 230, 2024: 220, 2025: 202})
    judged = world.assess(make_target("work_deaths", "reduction", "<=", cut, unit="%"), "2026-12-31")
    assert (judged.verdict, "flips_when_rounded" in judged.flags) == said
