"""The way of one target as a native chart: years, required path, target, and the bands of the forecast."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.briefing.blocks import Passage, Quoted, passage
from pipelines.briefing.chart_xml import Series
from pipelines.briefing.charts import FactChart, FactColumn
from pipelines.briefing.facts import Fact
from pipelines.briefing.trajectory_facts import EDGES, Trajectory
from pipelines.texts import say

FAR = 3.0  # a target further away than this many times the span of the data would flatten them
BRAND, GREY, RUST, BLUE, BAND = "123a5c", "66727e", "a3500b", "1f6fb2", "3d7ab5"


def is_far(trajectory: Trajectory, target: Fact | None) -> bool:
    """Whether the target lies so far from the values that a chart would show nothing but a flat line."""
    values = [year.drawn.value for year in trajectory.known]
    values += [fan[edge].value for fan in trajectory.fan.values() for edge in ("lo80", "hi80")]
    if target is None or target.value is None or not values:
        return False
    low, high = min(values), max(values)
    low = 0.0 if 0 <= low < 0.5 * high else low
    span = high - low or abs(high) or 1.0
    return not low - FAR * span <= target.value <= high + FAR * span


def trajectory_chart(trajectory: Trajectory, target: Fact | None) -> FactChart | None:
    """A native chart of a target's way; None where no year is known, or the target is done or not done.

    Args:
        trajectory: Its years, path and forecast.
        target: Its bound; left out where it lies far outside the values.
    """
    row = trajectory.row
    if not trajectory.known or row.get("form") == "milestone":
        return None
    if is_far(trajectory, target):
        target = None
    last = max(year.year for year in trajectory.known)
    span = range(
        trajectory.known[0].year,
        max([last, *trajectory.fan, *([row["due_year"]] if target and row["due_year"] else [])]) + 1,
    )
    columns: list[FactColumn] = []
    series: list[Series] = []
    if trajectory.fan:
        _bands(trajectory, span, columns, series)
    if target is not None:
        _target(trajectory, target, span, columns, series)
    _observed(trajectory, span, columns, series)
    form = trajectory.known[-1].drawn.form
    return FactChart(
        f"target-{row['target_id']}",
        tuple(passage(Quoted(str(year), "period")) for year in span),
        tuple(columns),
        tuple(series),
        "",
        form.factor,
        form.decimals,
    )


def _observed(trajectory: Trajectory, span: Sequence[int], columns: list[FactColumn], series: list[Series]) -> None:
    """Final years as a solid line with full points, provisional ones hollow and joined by dots; gaps stay open."""
    known = {year.year: year for year in trajectory.known}
    hollow = [year for year in span if year in known and not known[year].is_final]
    final = tuple(known[year].drawn if year in known and known[year].is_final else None for year in span)
    last = max(n for n, year in enumerate(span) if year in known)
    ahead = trajectory.fan.get(span[last] + 1, {}).get("median")
    below = ahead is not None and ahead.value > known[span[last]].drawn.value  # where the forecast leaves room
    if any(final):
        labelled = (last,) if not hollow else ()
        series.append(Series(len(columns), "line", BRAND, marker="full", labelled=labelled, below=below))
        columns.append(FactColumn(passage(say("app.chart.final")), final))
    if hollow:
        joint = hollow[0] - 1  # the dotted line starts at the last final point, if there is one
        has_joint = joint in known and joint in span
        facts = tuple(known[year].drawn if year in hollow or (has_joint and year == joint) else None for year in span)
        unmarked = (span.index(joint),) if has_joint else ()
        dotted = {"dash": "sysDot", "marker": "hollow", "unmarked": unmarked, "labelled": (last,), "below": below}
        series.append(Series(len(columns), "line", BRAND, **dotted))
        columns.append(FactColumn(passage(say("app.chart.provisional")), facts))


def _target(
    trajectory: Trajectory, target: Fact, span: Sequence[int], columns: list[FactColumn], series: list[Series]
) -> None:
    path = tuple(trajectory.required.get(year) for year in span)
    if len({fact.value for fact in path if fact} - {target.value}) > 0:  # a level path is the target itself
        series.append(Series(len(columns), "line", GREY, dash="dash", width=1.6))
        columns.append(FactColumn(passage(say("app.chart.path")), path))
    series.append(Series(len(columns), "line", RUST, width=1.6, labelled=(0,)))
    columns.append(FactColumn(_target_name(trajectory), (target,) * len(span)))


def _target_name(trajectory: Trajectory) -> Passage:
    year = trajectory.row["due_year"]
    return passage(Quoted(say("slides.target_line", year=year), "plan") if year else say("slides.target_line_all"))


def _bands(trajectory: Trajectory, span: Sequence[int], columns: list[FactColumn], series: list[Series]) -> None:
    """The forecast, from the last year that is known; before it the bands have no width and lie under the line."""
    known = {year.year: year.drawn for year in trajectory.known}
    last = max(known)
    foot: Fact | None = None
    by_edge: dict[str, list[Fact | None]] = {edge: [] for edge in EDGES}
    for year in span:
        foot = known.get(year, foot)
        for edge in EDGES:
            fact = trajectory.fan[year][edge] if year in trajectory.fan else foot if year <= last else None
            by_edge[edge].append(None if edge == "median" and year < last else fact)
    start = len(columns)
    columns += [FactColumn(passage(_edge_name(edge)), tuple(by_edge[edge])) for edge in EDGES]
    low80, low50, middle, high50, high80 = range(start, start + len(EDGES))
    for low, high, opacity, share, in_legend in (
        (low80, low50, 0.22, 80, False),
        (low50, high50, 0.5, 50, True),
        (high50, high80, 0.22, 80, True),
    ):
        if low == low80:
            series.append(Series(low80, "area", "", in_legend=False))
        series.append(Series(len(columns), "area", BAND, opacity, in_legend=in_legend))
        columns.append(FactColumn(passage(Quoted(say("slides.band", share=share), "text")), between=(low, high)))
    series.append(Series(middle, "line", BLUE, dash="dash"))


def _edge_name(edge: str) -> Quoted | str:
    if edge == "median":
        return say("app.chart.median")
    return Quoted(say(f"slides.edge_{edge[:2]}", share=edge[2:]), "text")
