"""Where no waterfall can be drawn, the page says which of four reasons it is."""

from __future__ import annotations

import json

import pytest

from dashboard.components import indicator_parts, trust
from pipelines.texts import in_language


def year(number, value):
    return {"year": number, "value": value}


def part(name, amount):
    return {"part": name, "from_year": 2020, "to_year": 2023, "amount": amount}


@pytest.mark.parametrize(
    ("contributions", "years", "flags", "said"),
    [
        ([], [year(2023, 4.0)], None, "没有可以比较的两个年份。"),
        ([part("numerator", 0.0)], [year(2020, 4.0), year(2023, 4.0)], None, "2020→2023 年没有变化。"),
        ([], [year(2016, 0.7), year(2023, 0.9)], None, "这项数值是直接填报的，没有可以分开的组成部分。"),
        ([part("sector:fire", 2.0)], [year(2020, 4.0), year(2023, 6.0)], None, "2020→2023 年的变化全部来自“火灾”。"),
        ([], [year(2020, 4.0), year(2023, 6.0)], ["crosses_break"], "没有可以比较的两个年份。"),
    ],
)
def test_the_true_reason_is_told(contributions, years, flags, said):
    names = {"sector:fire": {"name_zh": "火灾"}}
    with in_language("zh"):
        row = {"flags": None if flags is None else json.dumps(flags)}
        assert indicator_parts.why_no_parts(row, contributions, years, names) == said


def test_files_whose_sender_nobody_named_are_not_called_by_the_name_of_a_folder():
    class Reader:
        def titles(self):
            return {}

    with in_language("zh"):
        assert trust.named(Reader(), ["accidents", "own"]) == ["生产安全事故报表（未注明报送单位）", "own"]
