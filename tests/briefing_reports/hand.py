"""Facts by hand, with a build that answers for them."""

import datetime

from pipelines.briefing.blocks import Quoted, passage
from pipelines.briefing.chart_xml import Series
from pipelines.briefing.charts import FactChart, FactColumn
from pipelines.briefing.facts import Cell, FactBook, Query
from pipelines.briefing.forms import COUNT, Form

DAY = datetime.datetime(2024, 9, 30)
VALUES = Query.of("SELECT code, n FROM v")
RATE = Form("number", 4)


class House:
    """A build that holds one value for each code."""

    def __init__(self, values):
        self.values = values

    def query(self, sql, params):
        return [{"code": code, "n": n} for code, n in self.values.items()]


class Facts:
    """A book that is filled by code, and the house that knows the same values."""

    def __init__(self, language="zh"):
        self.book = FactBook(language, "b1", {"plan_id": "x"}, DAY.date(), True)
        self.house = House({})

    def __call__(self, code, value, form=COUNT):
        self.house.values[code] = value
        return self.book.add(code, value, Cell("记录", VALUES, "n", (("code", code),)), form)


def years(first, last):
    return tuple(passage(Quoted(str(year), "period")) for year in range(first, last + 1))


def fan(facts):
    """A chart with observed years, a target and a forecast of two years."""
    seen = [facts(f"y{n}", value, RATE) for n, value in ((2021, 0.06), (2022, 0.054), (2023, 0.0518))]
    low = [facts("l24", 0.05, RATE), facts("l25", 0.033, RATE)]
    high = [facts("h24", 0.0657, RATE), facts("h25", 0.063, RATE)]
    goal = facts("goal", 0.0403, RATE)
    columns = (
        FactColumn(passage("实际值"), (*seen, None, None)),
        FactColumn(passage("目标"), (goal,) * 5),
        FactColumn(passage("下限"), (*seen, *low)),
        FactColumn(passage("上限"), (*seen, *high)),
        FactColumn(passage("区间"), between=(2, 3)),
    )
    series = (
        Series(2, "area", "", in_legend=False),
        Series(4, "area", "3d7ab5", 0.3),
        Series(1, "line", "a3500b", labelled=(4,)),
        Series(0, "line", "123a5c", marker="full"),
    )
    return FactChart("fan", years(2021, 2025), columns, series, "人/亿元", decimals=4)
