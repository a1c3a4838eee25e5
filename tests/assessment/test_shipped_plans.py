"""Every target of every shipped plan can be assessed at any date, with next to nothing known and with a lot."""

import datetime as dt
import random

import pytest

from pipelines.assessment.assess import assess_plan
from pipelines.assessment.assessor import Office
from pipelines.assessment.reasons import tell_reason
from pipelines.assessment.verdict import ORDER
from pipelines.catalogue import load_catalogue
from pipelines.plans import load_plans
from pipelines.settings import Settings
from tests.assessment.world import ROOT, World

SETTINGS = Settings(root=ROOT)
CATALOGUE = load_catalogue()
PLANS = load_plans(SETTINGS.path("plans"))
DATES = ("2019-06-30", "2021-01-01", "2022-12-31", "2024-02-29", "2024-09-30", "2026-03-31", "2031-01-01")


def filled(plan):
    """Something for every operand of a plan, from a fixed seed."""
    chance = random.Random(7)
    world = World().reported(2016, 2025, region=plan.region_code)
    for target in plan.targets:
        indicator = CATALOGUE[target.indicator]
        for operand in filter(None, (indicator.numerator, indicator.denominator)):
            source, name = operand.source(plan.figures)
            for region in (plan.region_code, *(target.each_region or ())):
                for year in range(2016, 2026):
                    if source == "measure":
                        world.count(name, f"{year}-{chance.randint(1, 12):02d}", chance.randint(0, 30), region=region)
                    elif source == "statistic":
                        value = chance.random() if indicator.kind == "share" else chance.randint(1, 10**6)
                        world.statistic(name, year, value, region=region)
    for year in range(2018, 2026):
        world.event(f"{year}-07-05", relief=chance.choice([None, 5, 12]), supplies=4, warning=7, hazard="flood")
    return world


@pytest.mark.parametrize("plan_id", list(PLANS))
@pytest.mark.parametrize("is_filled", [False, True])
def test_every_target_has_a_verdict_and_a_sentence_at_any_date(plan_id, is_filled):
    plan = PLANS[plan_id]
    world = filled(plan) if is_filled else World()
    world.statistic("population", 2015, 1_000_000, region=plan.region_code)
    office = Office.open(SETTINGS, CATALOGUE, PLANS)
    open_or_settled = set()
    for day in DATES:
        found = assess_plan(world.ask, office, plan_id, dt.date.fromisoformat(day))
        assert [one.target.id for one in found] == [target.id for target in plan.targets]
        for one in found:
            assert one.verdict in ORDER
            open_or_settled.add(one.verdict)
            for language in ("zh", "en"):
                assert tell_reason(one.finding.reason, one.facts, language)
    if is_filled:
        assert open_or_settled & {"met", "not_met"}
    else:
        assert open_or_settled <= {"no_data", "undecided"}
