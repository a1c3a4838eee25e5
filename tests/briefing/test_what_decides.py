"""What a document shows where two numbers or two reasons are there: the one that decides."""

import pytest

from pipelines import situation
from pipelines.briefing.documents import plan_row, quarter_of, scene_of
from pipelines.briefing.plan_facts import PlanFacts
from pipelines.briefing.quarter_facts import QuarterFacts
from pipelines.reporting import Reporting
from tests.briefing.office import PLANS


@pytest.mark.parametrize("plan", PLANS)
def test_the_baseline_is_the_printed_one_where_the_plan_prints_one(house, office, plan):
    row = plan_row(house, plan)
    facts = scene_of(house, office, row, quarter_of(house, row, "2024Q3"), "zh").plan
    assert isinstance(facts, PlanFacts) and facts.rows
    for target in facts.rows:
        printed, counted = target["baseline_printed"], target["baseline_value"]
        assert facts.baseline(target).value == (counted if printed is None else printed)


def test_some_plan_of_the_demonstration_prints_another_baseline_than_its_records_give(house):
    rows = [
        row for plan in PLANS for row in house.assessments(plan, max(d["as_of_on"] for d in house.as_of_dates(plan)))
    ]
    assert any(row["baseline_printed"] not in (None, row["baseline_value"]) for row in rows)


def test_a_column_that_nobody_sent_is_not_said_to_be_owed(house, office, monkeypatch):
    row = plan_row(house, "beichen")
    monkeypatch.setattr(situation, "is_uncounted", lambda sums, name, back, column: True)
    monkeypatch.setattr(QuarterFacts, "reporting", lambda self, kind, back=0, span="": Reporting(kind, owed=1))
    quarter = scene_of(house, office, row, quarter_of(house, row, "2024Q3"), "zh").quarter
    deaths = quarter.measure("disaster_deaths")
    assert deaths.value is None and deaths.missing == "not_collected"
