"""The card of the control figures: what year, quarters and plan have used, and the chance of staying within."""

from __future__ import annotations

import datetime as dt

import pytest

from dashboard.components import control_room
from pipelines.texts import in_language

PLACE = {"measure": "work_deaths", "region_code": "120113", "sector_code": ""}
FIGURE = {**PLACE, "year": 2024, "used": 9, "figure": 20, "used_share": 0.45, "elapsed_share": 0.5}
ROW = {"category": "work_safety"}
PLAN = {"region_code": "120113"}


def span(name, first, last, share, **more):
    days = {"begins_on": dt.date.fromisoformat(first), "ends_on": dt.date.fromisoformat(last)}
    return {**PLACE, "span": name, **days, "used_share": share, "elapsed_share": 0.7, **more}


SPANS = [
    span("quarter", "2024-01-01", "2024-03-31", 0.25),
    span("quarter", "2024-04-01", "2024-06-30", 0.2),
    span("plan", "2021-01-01", "2024-12-31", 0.6667),
    span("quarter", "2024-01-01", "2024-03-31", 0.99, region_code="120113101"),
]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "zh",
            [
                "各季度占全年控制指标：一季度 25%、二季度 20%",
                "2021—2024年控制指标合计：已占 67%，时序进度 70%",
                "年内不超出的把握：约七成",
            ],
        ),
        ("en", ["Used by quarter", "2021–2024, control figures together: 67% used", "Chance of staying within"]),
    ],
)
def test_the_card_tells_quarters_plan_and_chance(language, told):
    with in_language(language):
        card = control_room.room(ROW, [FIGURE], PLAN, SPANS, [{**FIGURE, "probability_within": 0.7}])
    assert all(text in card for text in told), card
    assert "99" not in card, "a town's figure is not the plan's"
    assert "还可" not in card


def test_the_first_year_of_a_plan_and_an_exceeded_figure_need_no_further_line():
    first = [span("plan", "2024-01-01", "2024-12-31", 0.45)]
    with in_language("zh"):
        card = control_room.room(ROW, [FIGURE], PLAN, first, [{**FIGURE, "probability_within": None}])
    assert "合计" not in card and "把握" not in card


def test_the_chance_is_told_to_the_end_of_quarters_not_over_and_over_the_plan():
    on = dt.date(2024, 6, 30)
    chances = [
        {**span(name, first, last, None), "as_of_on": on, "probability_within": p}
        for name, first, last, p in (
            ("quarter", "2024-01-01", "2024-03-31", 1.0),
            ("quarter", "2024-04-01", "2024-06-30", 0.5),
            ("quarter", "2024-07-01", "2024-09-30", 0.3),
            ("quarter", "2024-10-01", "2024-12-31", 0.2),
            ("plan", "2021-01-01", "2024-12-31", 0.6),
        )
    ]
    with in_language("zh"):
        card = control_room.room(ROW, [FIGURE], PLAN, (), [{**FIGURE, "probability_within": 0.2}], chances)
    assert "到季度末不快于时序的把握：二季度 约五成、三季度 约三成<" in card
    assert "2021—2024年合计不超出的把握：约六成" in card
