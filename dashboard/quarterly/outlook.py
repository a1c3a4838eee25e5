"""The quarter ahead: the same quarter of five years, seasons and holidays by date, forecasts, and others' views."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from dashboard import format as shown
from dashboard import sentences
from dashboard.components import html
from dashboard.quarterly import outcomes, period, tables, words
from pipelines.meetings import Meeting, Seasons, decisions_file, holidays_between, seasons_between
from pipelines.situation import AHEAD, YEARS
from pipelines.situation import upwards as upwards
from pipelines.texts import say


def title(quarter) -> str:
    """The heading with the quarter that is looked ahead to."""
    return say("app.quarterly.outlook", quarter=shown.quarter(period.first_day(*quarter.following)))


def same_quarter(names: Mapping[str, Mapping], value: tables.Value, why: tables.Why, quarter) -> str:
    """The same quarter of the five years before, as known now, with its mean.

    Args:
        names: Names of the measures.
        value: Their sums.
        why: Why one of them is not known.
        quarter: The one of the meeting.
    """
    year = quarter.following[0]
    heads = [
        say("app.quarterly.item"),
        *[str(year - back) for back in range(YEARS, 0, -1)],
        say("app.quarterly.mean"),
    ]
    body = []
    for measure in AHEAD:
        backs = range(YEARS, 0, -1)
        cells = [tables.cell(measure, value, why, back, "next_quarter") for back in backs]
        no_mean = outcomes.mean_missing(why(measure, back, "next_quarter") for back in backs)
        cells.append(shown.missing(no_mean) if no_mean else tables.mean(measure, value, "next_quarter")[1])
        body.append([shown.named(names.get(measure, {})) or measure, *cells])
    return html.table(heads, body, numbers=range(1, YEARS + 2))


def dates(seasons: Seasons, regions: tuple[str, ...], quarter) -> str:
    """Flood season, forest-fire season and holidays of the quarter, by date."""
    first, last = period.first_day(*quarter.following), period.last_day(*quarter.following)
    lines = [
        (
            say(f"app.quarterly.season_{season.kind}"),
            html.esc(_days(begins, ends) + (say("app.quarterly.basis", basis=season.basis) if season.basis else "")),
        )
        for season, begins, ends in seasons_between(seasons.seasons, regions, first, last)
    ]
    days = [
        say("app.quarterly.holiday", name=shown.named(one.model_dump()), span=_days(one.begins_on, one.ends_on))
        for one in holidays_between(seasons.holidays, first, last)
    ]
    lines.append(
        (say("app.quarterly.holidays"), html.esc(sentences.listed(days) if days else say("app.quarterly.no_holidays")))
    )
    return html.facts(lines)


def _days(begins: datetime.date, ends: datetime.date) -> str:
    if begins == ends:
        return shown.day(begins)
    return say("app.quarterly.span", start=shown.day(begins), end=shown.day(ends))


def forecasts(rows: Sequence[Mapping], chances: Sequence[Mapping], region: str) -> str:
    """What the forecasts say of the binding targets and of the year's control figure."""
    lines = []
    for row in rows:
        if row["nature"] == "binding" and sentences.chance_of(row) is not None:
            said = say("app.quarterly.chance", chance=words.probability(row["probability"]))
            lines.append((html.badge(row["verdict"]), html.esc(f"{shown.named(row)}{say('app.colon')}{said}")))
    for one in chances:
        if one["region_code"] == region and not one["sector_code"] and one["probability_within"] is not None:
            said = say(
                "app.quarterly.within",
                year=one["year"],
                measure=say(f"app.controlled.{one['measure']}"),
                chance=words.probability(one["probability_within"]),
            )
            lines.append(("·", html.esc(shown.capital(said))))
    return html.lines(lines) if lines else f"<p>{html.esc(say('app.quarterly.no_forecasts'))}</p>"


def views(meeting: Meeting, plan: str, quarter) -> str:
    """What other offices expect, in their words; else how to add it."""
    code = f"{quarter.following[0]}Q{quarter.following[1]}"
    said = [one for one in meeting.outlook if one.quarter == code]
    if not said:
        return f"<p>{html.esc(say('app.quarterly.no_views', file=decisions_file(plan), quarter=code))}</p>"
    return "".join(
        f'<p class="a-quote">{html.esc(one.text)}<br><small>'
        f"{html.esc(one.source)}{f' · {shown.day(one.said_on)}' if one.said_on else ''}</small></p>"
        for one in said
    )
