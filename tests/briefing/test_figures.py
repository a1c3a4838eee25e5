"""Figures: the same input gives the same bytes, simulated data are marked, gaps are no slopes."""

import math

import pytest

from pipelines.briefing import figures, fonts
from pipelines.briefing.arrangement import numeral
from pipelines.briefing.figures import Lines, Style, Trajectory, running, trajectories

FONT = fonts.figure_font("en")
WORDS = dict.fromkeys(("value", "provisional", "path", "target", "median", "band50", "band80"), "x")
FAN = [(2023, 2.0, 2.0, 2.0, 2.0, 2.0), (2025, 1.0, 1.5, 1.8, 2.2, 3.0)]


def drawn(mark="", scale=1.0):
    panel = Trajectory("Rate", "per 100", [(2020, 2.4, True), (2023, 2.0, False)], [(2020, 2.4), (2025, 1.6)], FAN, 1.6,
                       WORDS, scale)  # fmt: skip
    return trajectories([panel], Style(FONT, mark))


def test_the_same_facts_give_the_same_picture():
    assert drawn() == drawn() and drawn().startswith(b"\x89PNG")


def test_other_facts_and_the_mark_of_simulated_data_give_another_picture():
    assert len({drawn(), drawn(mark="SIM"), drawn(scale=2.0)}) == 3


def test_running_totals_are_drawn_for_one_to_three_years():
    for years in (1, 2, 3):
        panel = Lines("Accidents", ["J", "F"], [(str(2024 - n), [1.0 + n, 3.0]) for n in range(years)])
        assert running([panel, panel], Style(FONT)).startswith(b"\x89PNG")


def test_a_missing_year_is_a_gap_in_the_line():
    years, values = figures._with_gaps([2020, 2023], [2.4, 2.0])
    assert years == [2020, 2021, 2022, 2023] and math.isnan(values[1]) and values[3] == 2.0


@pytest.mark.parametrize(
    ("there", "found"),
    [({"DejaVu Sans", "SimSun", "Microsoft YaHei"}, "Microsoft YaHei"), ({"DejaVu Sans", "WenQuanYi Zen Hei"},
     "WenQuanYi Zen Hei"), ({"DejaVu Sans"}, None)],
)  # fmt: skip
def test_the_best_typeface_with_chinese_signs_is_taken(there, found):
    assert fonts._first_of(frozenset(there)) == found


@pytest.mark.parametrize(("n", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (23, "二十三")])
def test_numerals(n, said):
    assert numeral(n) == said
