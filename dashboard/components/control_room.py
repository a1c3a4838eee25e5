"""How much of the year's control figures is used, and the chance of staying within them, on a target's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard import format as shown
from dashboard import sentences
from dashboard.components import html
from pipelines.assessment.caveats import tell_years
from pipelines.assessment.verdict import probability_words
from pipelines.texts import say

CONTROLLED = ("work_safety", "work safety", "safety")


def room(
    row: Mapping,
    figures: Sequence[Mapping],
    plan: Mapping,
    spans: Sequence[Mapping] = (),
    chances: Sequence[Mapping] = (),
    span_chances: Sequence[Mapping] = (),
) -> str:
    """How much of the year's control figures is used against the time that has passed; never how many may still die.

    Args:
        row: The target.
        figures: Rows of the gate's `control_figures`.
        plan: The plan.
        spans: Rows of its `control_spans`: the quarters of the year and the plan, told below.
        chances: Rows of its `control_chances`, likewise.
        span_chances: Rows of its `control_span_chances`, likewise.
    """
    whole = [f for f in figures if f["region_code"] == plan["region_code"] and not f["sector_code"]]
    if row["category"] not in CONTROLLED or not whole:
        return ""
    body = ""
    for figure in whole:
        words = say(
            "app.indicator.control_used",
            measure=shown.capital(say(f"app.controlled.{figure['measure']}")),
            share=shown.share(figure["used_share"]),
            elapsed=shown.share(figure["elapsed_share"]),
        ) + sentences.late_besides(figure)
        bar = html.progress(figure["used_share"], figure["elapsed_share"], words, is_used=True)
        body += f"<p>{html.esc(words)}</p>{bar}"
        lines = [*_used_by_span(figure, spans), *_chance_within(figure, chances, span_chances)]
        body += "".join(f"<small>{html.esc(line)}</small><br>" for line in lines)
    return html.card(say("app.indicator.control", year=whole[0]["year"]), body)


def _of_figure(figure: Mapping, rows: Sequence[Mapping]) -> list[Mapping]:
    place = ("measure", "region_code", "sector_code")
    return [row for row in rows if all(row[name] == figure[name] for name in place)]


def _used_by_span(figure: Mapping, spans: Sequence[Mapping]) -> list[str]:
    """What each quarter used of the year's control figure, and the years of the plan of theirs."""
    mine = _of_figure(figure, spans)
    quarters = [
        say("app.indicator.control_quarter", quarter=say(f"app.quarter_{(one['begins_on'].month + 2) // 3}"),
            share=shown.share(one["used_share"]))
        for one in mine if one["span"] == "quarter"
    ]  # fmt: skip
    lines = [say("app.indicator.control_quarters", parts=sentences.listed(quarters))] if quarters else []
    for one in mine:
        if one["span"] == "plan" and one["begins_on"].year < one["ends_on"].year:
            years = tell_years(range(one["begins_on"].year, one["ends_on"].year + 1))
            lines.append(say("app.indicator.control_plan", years=years, share=shown.share(one["used_share"]),
                             elapsed=shown.share(one["elapsed_share"])))  # fmt: skip
    return lines


def _chance_within(figure: Mapping, chances: Sequence[Mapping], spans: Sequence[Mapping]) -> list[str]:
    """The chance of staying within the figure: to the end of each quarter not yet over, in the year, over the plan."""
    known = [one["probability_within"] for one in _of_figure(figure, chances) if one["year"] == figure["year"]]
    told = [say("app.indicator.control_chance", chance=probability_words(p)) for p in known if p is not None]
    open_still = [one for one in _of_figure(figure, spans) if one["probability_within"] is not None]
    quarters = [
        say("app.indicator.control_quarter", quarter=say(f"app.quarter_{(one['ends_on'].month + 2) // 3}"),
            share=probability_words(one["probability_within"]))
        for one in open_still
        if one["span"] == "quarter" and one["as_of_on"] <= one["ends_on"] and one["ends_on"].month < 12
    ]  # fmt: skip
    if quarters:
        told.insert(0, say("app.indicator.control_chance_quarters", parts=sentences.listed(quarters)))
    for one in open_still:
        if one["span"] == "plan":
            years = tell_years(range(one["begins_on"].year, one["ends_on"].year + 1))
            chance = probability_words(one["probability_within"])
            told.append(say("app.indicator.control_chance_plan", years=years, chance=chance))
    return told
