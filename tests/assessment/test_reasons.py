import re
from itertools import product
from pathlib import Path

import pytest

from pipelines.assessment import flags, judgement, view
from pipelines.assessment.reasons import tell_bound, tell_number, tell_reason
from pipelines.texts import has

DISPLAY = {"factor": 100, "decimals": 1, "unit_zh": "%", "unit_en": "%"}
COUNTED = {"factor": 1, "decimals": 0, "unit_zh": "起", "unit_en": "accidents"}
FACTS = {
    "display": DISPLAY,
    "start": 2021,
    "due": 2025,
    "year": 2023,
    "value": 0.79949,
    "due_value": 0.81,
    "operator": ">=",
    "bound": 0.8,
}


def reasons_of_the_code():
    """Every reason that a judge can give: those written out, and those put together from kind and outcome."""
    source = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in (judgement, view))
    written = set(re.findall(r'Finding\([^,()]+(?:\.\w+)?, "(\w+)"', source))
    outcomes = ("met", "not_met", "out_of_reach", "secured", "open")
    composed = {f"{what}_{how}" for what, how in product(("due_year", "mean", "total", "every_year"), outcomes)}
    composed |= {f"milestone_{how}" for how in ("met", "not_met")} | {f"regions_{how}" for how in outcomes}
    missing = {"not_reported", "year_not_reported", "not_collected", "not_applicable", "suppressed", "not_tested"}
    return sorted(written | composed | missing | {"baseline_missing", "zero_baseline", "target_unset"})


def test_the_list_of_reasons_is_not_empty():
    assert {"untimed", "watched", "milestone_open", "events_out_of_reach"} <= set(reasons_of_the_code())


@pytest.mark.parametrize("reason", reasons_of_the_code())
def test_every_reason_has_a_sentence_even_without_facts(reason):
    for language in ("zh", "en"):
        sentence = tell_reason(reason, FACTS, language)
        assert sentence and "{" not in sentence


def test_every_flag_has_a_text():
    names = re.findall(r'^        "(\w+)":', Path(flags.__file__).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(names) > 10
    assert all(has(f"assessment.flags.{name}") for name in [*names, "reopened"])


def test_numbers_are_rounded_half_up_in_the_shown_unit():
    assert tell_number(0.79949, DISPLAY, "zh") == "79.9%"
    assert tell_number(0.7995, DISPLAY, "zh") == "80.0%"
    assert tell_number(12345, COUNTED, "zh") == "12345起"
    assert tell_number(12345, COUNTED, "en") == "12,345 accidents"


def test_a_bound_shows_the_decimals_it_needs_and_no_more():
    facts = {"display": COUNTED, "operator": "<=", "bound": 9.35}
    assert tell_bound(facts, "zh") == "≤ 9.35起"
    assert tell_bound({**facts, "operator": "<", "bound": 15000}, "zh") == "＜ 15000起"
    assert tell_bound({**facts, "operator": "<", "bound": 15000}, "en") == "< 15,000 accidents"


def test_sentences_in_both_languages():
    assert tell_reason("due_year_met", FACTS, "zh") == "2025年为81.0%，达到目标（≥ 80%）"
    assert tell_reason("due_year_met", FACTS, "en") == "81.0% in 2025 meets the target (≥ 80%)"
    assert tell_reason("due_year_out_of_reach", FACTS, "zh").startswith("按现有记录")
    assert tell_reason("due_year_secured", FACTS, "en").startswith("On present records")
