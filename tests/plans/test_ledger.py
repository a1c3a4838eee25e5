"""Every row of the ledger of printed targets is a target, field by field, in the words of the document."""

import csv

import pytest

LEDGER_PLANS = ("beichen", "dongjiang", "tongan", "tianjin", "mentougou")
CATEGORIES = {
    "work safety": "work_safety",
    "disaster prevention": "disaster_prevention",
    "capability": "capability",
}
KINDS = {
    "reduce_by_percent": "reduction",
    "each_year_at_most": "every_year",
    "each_year_at_least": "every_year",
    "cumulative_at_least": "period_total",
    "same_as_parent": "inherited",
    "milestone": "milestone",
    "monitor": "monitored",
}
KINDS_OF_AGGREGATION = {"final year": "end_value", "plan-period mean": "period_mean", "final year, events": "events"}
OPERATORS = {
    "reduce_by_percent": "<=",
    "at_most": "<=",
    "each_year_at_most": "<=",
    "below": "<",
    "at_least": ">=",
    "each_year_at_least": ">=",
    "cumulative_at_least": ">=",
    "milestone": ">=",
    "above": ">",
    "same_as_parent": "<=",
    "monitor": None,
}
# 500 m or ten minutes on foot cannot be measured as printed: it is the share of places within reach.
MEASURED_OTHERWISE = {("beichen", "t6")}
UNITS = {
    "%": "%",
    "‰": "‰",
    "deaths per 100 million yuan": "%",
    "deaths per 100,000 employed": "人/10万人",
    "deaths per 100,000": "人/10万人",
    "deaths per million": "人/百万人",
    "person-times per 100,000": "人次/10万人",
    "hours": "小时",
    "seconds": "秒",
    "m": "米",
    "m² per person": "平方米",
    "people": "人",
    "accidents": "起",
    "communities": "个",
    "sub-centres": "个",
    "helipads": "个",
    "projects": "个",
    "shelters": "处",
    "shelters in each district": "处",
    "drills a year": "次",
    "trainings a year": "次",
    "done": "是否",
    "deaths": "%",
}


@pytest.fixture(scope="module")
def ledger(shared):
    with (shared / "plans/target-ledger.csv").open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def said_by_ledger(row):
    kind = KINDS.get(row["target_kind"]) or KINDS_OF_AGGREGATION[row["aggregation"]]
    operator = OPERATORS[row["target_kind"]]
    if (row["plan"], row["row"]) in MEASURED_OTHERWISE:
        operator = ">="
    return {
        "section": row["section"],
        "category": CATEGORIES[row["category"]],
        "zh": row["name_zh"],
        "en": row["name_en"],
        "kind": kind,
        "operator": operator,
        "value": float(row["target_value"]) if row["target_value"] else None,
        "unit": UNITS[row["unit"]] if row["target_value"] else "",
        "due": int(row["due"]),
        "nature": row["nature"].replace(" ", "_"),
        "quote": row["quote"],
    }


def said_by_target(target):
    return {
        "section": target.section,
        "category": target.category,
        "zh": target.name.zh,
        "en": target.name.en,
        "kind": target.kind,
        "operator": target.operator,
        "value": target.value,
        "unit": target.unit,
        "due": target.due_year,
        "nature": target.nature,
        "quote": target.quote,
    }


def test_every_row_is_a_target_and_every_target_a_row(ledger, plans):
    rows = {(row["plan"], row["row"]) for row in ledger}
    targets = {(plan, t.ledger_row) for plan in LEDGER_PLANS for t in plans[plan].targets}
    assert len(ledger) == len(rows) == 82
    assert targets == rows


@pytest.mark.parametrize("plan", LEDGER_PLANS)
def test_every_field_is_that_of_the_ledger(ledger, plans, plan):
    targets = {t.ledger_row: t for t in plans[plan].targets}
    for row in (row for row in ledger if row["plan"] == plan):
        assert said_by_target(targets[row["row"]]) == said_by_ledger(row), (plan, row["row"])


@pytest.mark.parametrize("plan", LEDGER_PLANS)
def test_baselines_are_those_of_the_ledger(ledger, plans, plan):
    targets = {t.ledger_row: t for t in plans[plan].targets}
    for row in (row for row in ledger if row["plan"] == plan and row["baseline_year"]):
        baseline = targets[row["row"]].baseline
        years = row["baseline_year"].split("-")
        assert baseline.year == int(years[-1]), (plan, row["row"])
        assert baseline.first_year == (int(years[0]) if len(years) == 2 else None), (plan, row["row"])
        assert baseline.printed == (float(row["baseline_value"]) if row["baseline_value"] else None), (plan, row["row"])


@pytest.mark.parametrize("plan", LEDGER_PLANS)
def test_every_quoted_word_stands_in_the_document(ledger, plans, plan, shared):
    seed = next(row["seed"] for row in ledger if row["plan"] == plan)
    text = (shared / "seeds" / seed).read_text(encoding="utf-8")
    for target in plans[plan].targets:
        quotes = [target.quote, target.printed, *(place.quote for place in target.elsewhere)]
        if target.baseline:
            quotes.append(target.baseline.quote)
        for quote in quotes:
            assert quote in text, (plan, target.id, quote)


def test_the_document_was_read_for_every_target_of_the_ledger(plans):
    for plan in LEDGER_PLANS:
        assert plans[plan].figures == "records"
        assert all(t.printed and t.source is None for t in plans[plan].targets)
