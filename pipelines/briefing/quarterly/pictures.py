"""The figures of the brief: which facts they show, and how they are told to those who cannot see them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from pipelines import shown, situation
from pipelines.briefing.blocks import Block, Figure, Quoted, fill, passage
from pipelines.briefing.facts import Fact
from pipelines.briefing.figures import Lines, Style, Trajectory, running, trajectories
from pipelines.briefing.fonts import figure_font
from pipelines.briefing.moulds import listed, named
from pipelines.briefing.quarterly.scene import Scene
from pipelines.situation import Row
from pipelines.texts import say

MOST = 4
"""Panels of one figure."""

WIDE, NARROW = 22, 44
"""Signs of a panel's title in one line: Chinese, and other ones."""

PARTS = ("value", "provisional", "path", "target", "median", "band50", "band80")


def style_of(scene: Scene) -> Style | None:
    """How figures are drawn; None where this machine has no typeface for them."""
    font = figure_font(scene.book.language)
    mark = say("product.synthetic") if scene.book.is_synthetic else ""
    return Style(font, mark) if font else None


def running_totals(scene: Scene) -> list[Block]:
    """Accidents and deaths month by month, added up, beside the two years before."""
    q = scene.quarter
    style = style_of(scene)
    months = sorted(q.cut("month"), key=lambda row: int(row["code"]))
    if style is None or not q.has_records or "accidents" in q.missing or len(months) < 2:
        return []
    facts: list[Fact] = []
    panels = []
    for measure in situation.COUNTS:
        series = []
        for back in range(3):
            counts = [q.count(row, measure, back) for row in months]
            if any(fact.value is None for fact in counts):
                continue
            facts += counts
            series.append((str(q.quarter.year - back), _added([fact.value for fact in counts])))
        steps = [say(f"briefing.figures.month_{row['code']}") for row in months]
        panels.append(Lines(say(f"briefing.figures.{measure}"), steps, series))
    backs = range(len(panels[0].series))
    years = [
        fill("briefing.figures.running_year", year=scene.year(back), accidents=q.count(q.total, "accidents", back),
             deaths=q.count(q.total, "deaths", back))
        for back in backs
    ]  # fmt: skip
    alt = fill("briefing.figures.running_alt", months=scene.months, parts=listed(years, say("briefing.semicolon")))
    title = fill("briefing.figures.running", months=scene.months)
    return [
        Figure(
            "running",
            title,
            lambda: running(panels, style),
            alt,
            tuple(facts),
            (fill("briefing.figures.same_age"),),
        )
    ]


def _added(values: Sequence[float]) -> list[float]:
    total, sums = 0.0, []
    for value in values:
        total += value
        sums.append(total)
    return sums


def fans(scene: Scene, rows: Sequence[Row]) -> list[Block]:
    """Value, required path, target and forecast of the binding targets that have yearly values."""
    style = style_of(scene)
    chosen = [row for row in rows if len(_years(scene, row)) > 1 and not shown.is_milestone(row)][:MOST]
    if style is None or not chosen:
        return []
    facts: list[Fact] = []
    panels = [_panel(scene, row, facts, is_alone=len(chosen) == 1) for row in chosen]
    parts = []
    for row in chosen:
        newest = _years(scene, row)[-1]
        year = Quoted(str(newest["year"]), "period")
        text = fill("briefing.figures.fan_value", name=named(row), year=year, value=scene.plan.year(row, newest))
        fan = _fan(scene, row)
        if fan:
            last = fan[-1]
            edges = {edge: scene.plan.fan(row, last, edge) for edge in ("median", "lo80", "hi80")}
            text += fill("briefing.figures.fan_last", year=Quoted(str(last["year"]), "period"), **edges)
        parts.append(text)
    alt = fill("briefing.figures.fans_alt", parts=listed(parts, say("briefing.semicolon")))
    title = say("briefing.figures.fans")
    has_fans = any(panel.fan for panel in panels)
    notes = (fill(f"briefing.figures.{'fans_note' if has_fans else 'provisional_note'}"),)
    return [Figure("fans", passage(title), lambda: trajectories(panels, style), alt, tuple(facts), notes)]


def _years(scene: Scene, row: Row) -> list[Row]:
    found = scene.plan.years.get(row["target_id"], [])
    return [one for one in found if one["value"] is not None and one["year"] >= scene.book.plan["period_start"] - 5]


def _fan(scene: Scene, row: Row) -> list[Row]:
    """The years of the forecast that are not over."""
    return [one for one in scene.plan.fans.get(row["target_id"], []) if one["observed_share"] < 1]


def _panel(scene: Scene, row: Row, facts: list[Fact], *, is_alone: bool) -> Trajectory:
    p = scene.plan
    values = []
    for year in _years(scene, row):
        fact = p.year(row, year)
        facts.append(fact)
        values.append((year["year"], fact.value, bool(year["is_final"])))
    path = []
    for year in p.house.path(p.plan_id, row["target_id"], p.as_of):
        if year["required"] is not None:
            facts.append(p.path(row, year))
            path.append((year["year"], year["required"]))
    fan = []
    last_year, last, _ = values[-1]
    for year in _fan(scene, row):
        edges = [p.fan(row, year, edge) for edge in ("lo80", "lo50", "median", "hi50", "hi80")]
        facts.extend(edges)
        fan.append((year["year"], *[edge.value for edge in edges]))
    if fan and fan[0][0] == last_year + 1:
        fan.insert(0, (last_year, last, last, last, last, last))  # the band opens at the last value
    target = p.fact(row, "target_value") if row["target_value"] is not None else None
    facts += [target] if target else []
    title, unit = _in_lines(shown.named(row), 2 if is_alone else 1), shown.unit(row)
    words = {part: say(f"briefing.figures.{part}") for part in PARTS}
    factor = float(row["display_factor"] or 1)
    return Trajectory(title, unit, values, path, fan, target.value if target else None, words, factor)


def _in_lines(name: str, panels: int) -> str:
    """A name in two lines at most, broken where it would run into the next panel."""
    is_wide = any(ord(sign) > 0x2E80 for sign in name)
    broken = textwrap.wrap(
        name, panels * (WIDE if is_wide else NARROW), max_lines=2, placeholder="…", break_long_words=is_wide
    )
    return "\n".join(broken)
