"""What we said then and what happened: every forecast of a year that was made when the year before it ended."""

from __future__ import annotations

import datetime

from pipelines import shown, standing
from pipelines.assessment.significance import SMALLEST_BASE
from pipelines.assessment.verdict import DECIDED
from pipelines.briefing.blocks import Block, Heading, Paragraph, Passage, Quoted, Table, Words, fill, passage
from pipelines.briefing.facts import Cell, Query
from pipelines.briefing.forms import Form
from pipelines.briefing.moulds import named, sentence
from pipelines.briefing.quarterly.scene import Scene, text_of
from pipelines.briefing.trajectory_facts import Trajectories
from pipelines.texts import say

_HELD = (
    "SELECT COUNT(*) AS n, COUNT(*) FILTER (WHERE y.value BETWEEN f.lo80 AND f.hi80) AS inside "
    "FROM forecast_fans AS f JOIN assess_years AS y ON y.plan_id = f.plan_id AND y.target_id = f.target_id "
    "AND y.year = f.year WHERE f.plan_id = $plan AND y.as_of_on = $as_of AND f.year BETWEEN $first AND $last "
    "AND f.as_of_on = MAKE_DATE(f.year - 1, 12, 31) AND f.observed_share < 1 AND y.is_complete "
    "AND y.value IS NOT NULL"
)


def blocks(scene: Scene, ways: Trajectories, year: int) -> list[Block]:
    """The section."""
    made: list[Block] = [Heading(1, passage(say("evaluation.forecasts")))]
    table = said_and_happened(scene, ways, year)
    if table is None:
        return [*made, Paragraph(passage(say("evaluation.no_forecasts")))]
    return [*made, Paragraph(text_of([_held(scene, year), _record(scene)])), table]


def _held(scene: Scene, year: int) -> Passage:
    """How many of the forecasts came true within their bands; below ten without a percentage."""
    book = scene.book
    first = book.plan["period_start"]
    query = Query.of(_HELD, plan=book.plan["plan_id"], as_of=book.as_of, first=first, last=year)
    row = scene.plan.house.query(query.sql, dict(query.params))[0]
    place, words = f"evaluation/held/{first}-{year}", say("evaluation.source.fan")
    facts = {name: book.add(f"{place}/{name}", row[name], Cell(words, query, name)) for name in ("n", "inside")}
    if facts["n"].value < SMALLEST_BASE:
        return sentence(fill("evaluation.held_few", **facts))
    share = book.work(f"{place}/share", "share", (facts["inside"], facts["n"]), Form("share", 0))
    return sentence(fill("evaluation.held", share=share, **facts))


def _record(scene: Scene) -> Passage:
    """How often the words for chances have come true elsewhere."""
    record = scene.plan.track_record()
    if not record:
        return Passage()
    names = ("likely", "unlikely", "likely_share", "unlikely_share")
    return sentence(fill("forecast.proof.record", **{name: record[name] for name in names}))


def said_and_happened(scene: Scene, ways: Trajectories, year: int) -> Table | None:
    """A row for each forecast of a plan's year that was made when the year before it ended; None without any."""
    first = scene.book.plan["period_start"]
    columns = ("name", "year", "unit", "median", "band", "happened", "inside")
    heads = [fill(f"evaluation.said.{name}") for name in columns]
    rows: list[list[Words]] = []
    for row in scene.plan.rows:
        for one in ways.of(row).years:
            if not first <= one.year <= year or not one.is_complete or one.value.value is None:
                continue
            said = ways.said_then(row, datetime.date(one.year - 1, 12, 31), one.year)
            if not said:
                continue
            is_inside = said["lo80"].value <= one.value.value <= said["hi80"].value
            rows.append(
                [
                    named(row),
                    Quoted(str(one.year), "period"),
                    Quoted(shown.unit(row), "name"),
                    said["median"],
                    fill("evaluation.said.span", lo=said["lo80"], hi=said["hi80"]),
                    one.value,
                    say(f"evaluation.said.{'within' if is_inside else 'outside'}"),
                ]
            )
    if not rows:
        return None
    title, note = say("evaluation.said.title"), fill("evaluation.said.note")
    return Table.of("said", title, heads, rows, numbers=(3, 4, 5), notes=[note])


def verdicts(scene: Scene, ways: Trajectories) -> Table | None:
    """Verdict and chance of the table's targets at the end of each year, and on the day of the report."""
    rows = standing.by_risk(standing.main_group(scene.plan.rows) or scene.plan.rows)
    said = {row["target_id"]: {one.day: one for one in ways.history(row)} for row in rows}
    days = sorted({day for found in said.values() for day in found})
    days = [day for day in days if (day.month, day.day) == (12, 31) or day == scene.book.as_of]
    if not days:
        return None
    heads: list[Words] = [say("slides.board.name"), *[Quoted(shown.day(day), "period") for day in days]]
    body = []
    for row in rows:
        cells: list[Words] = []
        for day in days:
            one = said[row["target_id"]].get(day)
            if one is None:
                cells.append(shown.NOTHING)
            elif one.chance.value is None or one.verdict.value in DECIDED:
                cells.append(one.verdict)
            else:
                cells.append(fill("evaluation.said.verdict", verdict=one.verdict, chance=one.chance))
        body.append([named(row), *cells])
    return Table.of("history", say("evaluation.said.history"), heads, body)
