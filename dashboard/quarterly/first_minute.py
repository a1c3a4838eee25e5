"""The first minute of the meeting: what a leader must have heard before anybody asks."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import data, modes, questions, sentences
from dashboard import format as shown
from dashboard.address import Place
from dashboard.components import grid, html
from dashboard.quarterly import tables, words
from pipelines import situation
from pipelines.assessment.control_figures import beyond_pace
from pipelines.meetings import Meeting, decisions_file
from pipelines.quarters import last_day
from pipelines.standing import told_verdict
from pipelines.texts import say

MOST = 3
DEATH_RATE = "work_deaths_per_100m_yuan_gdp"
LOSS_SHARE = "disaster_loss_gdp_share"


def above(scene) -> str:
    """As-of date, build, and who has not reported."""
    view, quarter = scene.view, scene.quarter
    parts = [
        html.esc(shown.named(view.plan, "title")),
        html.esc(say("app.quarterly.seen", day=shown.day(quarter.known))),
        html.esc(sentences.forecast_of(scene.rows)),
        html.esc(say("app.build", build=view.reader.build)),
        html.synthetic_mark() if view.plan["is_synthetic"] else "",
        html.esc(questions.returns(view, scene.known, scene.owed_words(), _partly(scene))),
    ]
    if quarter.is_running:
        parts.append(html.esc(say("app.quarterly.running")))
    return " · ".join(part for part in parts if part)


def draw(scene) -> None:
    """The sentence, the five tiles, who is ahead of their figure, what changed, what is to be decided.

    Args:
        scene: A `dashboard.quarterly.scene.Scene`.
    """
    notes = [say("app.quarterly.partly", kinds=_partly(scene))] if scene.missing else []
    notes += [say("app.quarterly.broken", what=shown.named(one)) for one in scene.breaks]
    st.html(
        f'<h1 class="a-h1">{html.esc(scene.sentence())}</h1>'
        + "".join(html.trust_line((note,)) for note in notes)
        + tiles(scene.total, scene.larger, scene.control, scene.rows, scene.quarter)
    )
    earlier = scene.quarter.earlier
    title = say("app.quarterly.changes_title", day=shown.day(earlier)) if earlier else say("app.quarterly.changes_none")
    place = None if modes.mode() else scene.view.place
    over = ahead(scene.control, scene.cuts, scene.chances, scene.region_name, place)
    if scene.control and _is_unknown(scene.total, "accidents"):
        over = f"<p>{html.esc(shown.missing('not_reported'))}</p>"
    plan = scene.plan["plan_id"]
    st.html(
        '<div class="a-grid a-three">'
        + html.card(say("app.quarterly.ahead_title"), over)
        + html.card(title, changes(scene.news, scene.rows, scene.before, scene.year, "accidents" not in scene.missing))
        + html.card(say("app.quarterly.decisions_title"), decisions(data.meeting(plan), plan, scene.quarter))
        + "</div>"
    )
    if modes.mode() != modes.WALL:
        st.html(
            scene.trust(
                clause=_clauses(scene.rows),
                scope=say("app.quarterly.scope_accidents"),
                formula=say("app.quarterly.formula_first"),
            )
        )


def _partly(scene) -> str:
    """Kinds of record of which a return of these months is out, in words."""
    return sentences.listed([say(f"app.kinds.{kind}") for kind in sorted(scene.missing)])


def _clauses(rows: Sequence[Mapping]) -> str:
    """The clauses of the targets that stand among the tiles."""
    found = [row for row in rows if row["indicator_id"] in (DEATH_RATE, LOSS_SHARE)]
    return sentences.listed(list(dict.fromkeys(row["clause"] or row["section"] for row in found)))


def tiles(total: Mapping, larger: Mapping, control: Sequence[Mapping], rows: Sequence[Mapping], quarter) -> str:
    """The five tiles."""
    own = [one for one in control if one["measure"] == "work_deaths" and _is_whole(one) and one["year"] == quarter.year]
    figure = own[0] if own else None
    return (
        '<div class="a-grid a-five">'
        + "".join(
            (
                _deaths(total, figure, quarter.known),
                _counted(
                    "accidents",
                    total,
                    html.esc(_against(total, "accidents")),
                    words.tag(total["finding"] if total["accidents"] or total["accidents_before"] else None),
                ),
                _larger(larger),
                _target(rows, DEATH_RATE),
                _target(rows, LOSS_SHARE),
            )
        )
        + "</div>"
    )


def tile(label: str, value: str, unit: str, below: str, more: str = "") -> str:
    """A number, its label, a line of context (HTML) and a bar or tag (HTML)."""
    number = f"<p>{html.amount(value, unit)} {more}</p>"
    return f'<div class="a-tile"><span>{html.esc(label)}</span>{number}<small>{below}</small></div>'


def _counted(measure: str, total: Mapping, below: str, more: str = "") -> str:
    """The tile of a count of accidents or deaths; where nobody has reported, that stands there instead of a zero."""
    text, unit = tables.count(total, measure), say(f"app.quarterly.unit.{measure}")
    return tile(say(f"app.quarterly.{measure}"), text, "" if _is_unknown(total, measure) else unit, below, more)


def _is_unknown(total: Mapping, measure: str) -> bool:
    return not total[measure] and 0 in total.get("unknown", ())


def _against(row: Mapping, measure: str) -> str:
    if row.get("is_broken"):
        return say(f"app.quarterly.not_compared.{row.get('why_broken') or 'reported'}")
    unit = say(f"app.quarterly.unit.{measure}")
    return say("app.quarterly.against_last", change=words.change(row[measure], row[f"{measure}_before"], unit))


def _deaths(total: Mapping, figure: Mapping | None, known: datetime.date) -> str:
    against = html.esc(_against(total, "deaths"))
    if figure is None:
        return _counted("deaths", total, f"{against}<br>{html.esc(say('app.quarterly.no_control'))}")
    if _is_unknown(total, "deaths"):
        return _counted("deaths", total, against)
    said = say(
        "app.quarterly.control_used",
        figure=shown.number(figure["figure"]),
        used=shown.share(figure["used_share"], 1),
        elapsed=shown.share(figure["elapsed_share"], 1),
        day=shown.day(known),
    )
    bar = html.progress(figure["used_share"], figure["elapsed_share"], said, is_used=True)
    return _counted("deaths", total, against + bar + html.esc(said))


def _larger(larger: Mapping) -> str:
    is_least, was_least = larger.get("is_least", (False, False))
    if (larger.get("is_partial") or is_least) and not larger["n"]:
        below = say("app.quarterly.larger_partial")
    elif larger["first_on"] is None:
        below = ""
    elif larger["is_gap"]:
        below = say("app.quarterly.larger_gap")
    elif larger["last_on"]:
        days = (larger["until"] - larger["last_on"]).days
        facts = {"day": shown.day(larger["last_on"]), "until": shown.day(larger["until"])}
        below = say("app.quarterly.days_since", days=days, **facts)
    else:
        below = say("app.quarterly.never", day=shown.day(larger["first_on"]))
    counts = {**larger, "accidents": larger["n"], "accidents_before": larger["before"]}
    before = "" if is_least or was_least else _against(counts, "accidents")
    is_unknown = not larger["n"] and larger.get("is_partial")
    n = shown.missing("not_reported") if is_unknown else shown.number(larger["n"])
    n = say("assessment.at_least") * (is_least and not is_unknown) + n
    unit = "" if is_unknown else say("app.quarterly.unit.accidents")
    return tile(say("app.quarterly.larger"), n, unit, f"{html.esc(before)}<br>{html.esc(below)}")


def _target(rows: Sequence[Mapping], indicator: str) -> str:
    row = next((one for one in rows if one["indicator_id"] == indicator), None)
    label = say(f"app.quarterly.tile_{indicator}")
    if row is None:
        return tile(label, shown.NOTHING, "", html.esc(say("app.quarterly.not_in_plan")))
    if row["value_now"] is None:
        return tile(label, shown.missing(None), "", html.esc(say("app.quarterly.target", target=shown.target(row))))
    key = "mean_so_far" if row["kind"] == "period_mean" else "value_year"
    said = [say(f"app.quarterly.{key}", year=row["value_year"])]
    if row["target_value"] is None:
        said += [shown.target(row)] if shown.target(row) != shown.NOTHING else []
    elif row["kind"] == "period_mean" or row["required_now"] is None:
        said.append(say("app.quarterly.target", target=shown.target(row)))
    else:
        said.append(say("app.quarterly.required", required=shown.required(row)))
    if row["is_provisional"]:
        said.append(say("app.chart.provisional"))
    below = html.esc(" · ".join(said)) + "<br>" + html.badge(told_verdict(row))
    return tile(label, shown.at_least(row) + shown.in_display_unit(row["value_now"], row), shown.unit(row), below)


def ahead(
    control: Sequence[Mapping],
    rows: Sequence[Mapping],
    chances: Sequence[Mapping],
    whole: str,
    here: Place | None = None,
) -> str:
    """At most three parts that have used more of their control figure than of the year; the whole where no part has.

    Args:
        control: Control figures of the year; `is_own` marks those of the plan's own region.
        rows: Parts of every cut.
        chances: Forecast chances of staying within the figures, where there are any.
        whole: Name of the plan's region.
        here: Where we are; a last line then leads to all of them and to their returns.
    """
    cuts = {(row["cut"], row["code"]): row for row in rows}
    chance = {(one["measure"], one["region_code"], one["sector_code"]): one["probability_within"] for one in chances}
    over = [one for one in control if one["is_over_pace"]]
    parts = [one for one in over if not _is_whole(one)] or over
    parts.sort(key=beyond_pace, reverse=True)
    lines = []
    for one in parts[:MOST]:
        place = ("sector", one["sector_code"]) if one["sector_code"] else ("region", one["region_code"])
        row = cuts.get(("total", "") if _is_whole(one) else place)
        text = say(
            "app.quarterly.ahead",
            name=whole if _is_whole(one) else tables.name_of(row) if row else one["sector_code"] or one["region_code"],
            measure=say(f"app.controlled.{one['measure']}"),
            used=shown.number(one["used"]),
            figure=shown.number(one["figure"]),
            share=shown.share(one["used_share"], 1),
            elapsed=shown.share(one["elapsed_share"], 1),
        ) + sentences.late_besides(one)
        if row and not row.get("is_broken"):
            text += say(
                "app.quarterly.ahead_accidents",
                change=words.of_row(row, "accidents"),
            )
        if one["used"] > one["figure"]:
            text += say("app.quarterly.ahead_exceeded", n=shown.number(one["used"] - one["figure"]))
        within = chance.get((one["measure"], one["region_code"], one["sector_code"]))
        if within is not None:
            text += say("app.quarterly.ahead_chance", chance=words.probability(within))
        lines.append(
            ('<span class="a-c-amber">▲</span>', html.esc(text) + " " + (words.tag(row["finding"]) if row else ""))
        )
    if not control:
        return f"<p>{html.esc(say('app.quarterly.no_control'))}</p>"
    more = len(parts) - MOST
    others = say("app.quarterly.ahead_more", n=more) if more > 0 else say("app.quarterly.ahead_returns")
    link = grid.link("what_if", here, others, quarter="", part="") if here else html.esc(others) if more > 0 else ""
    rest = f'<p class="a-trust">{link}</p>' if link else ""
    if not lines:
        return f"<p>{html.esc(say('app.quarterly.none_ahead'))}</p>{rest}"
    return f'<div class="q-lines">{html.lines(lines)}</div>{rest}'


def _is_whole(one: Mapping) -> bool:
    return bool(one.get("is_own")) and not one["sector_code"]


def changes(
    news: Mapping | None, rows: Sequence[Mapping], before: Sequence[Mapping], year: int, is_whole: bool = True
) -> str:
    """New events, revisions and verdicts that changed since the meeting before.

    Args:
        news: What became known since then.
        rows: The assessed targets.
        before: The assessed targets at the meeting before.
        year: Year of the meeting.
        is_whole: Whether the accident returns of the months are in; else none that is new says nothing.
    """
    if news is None:
        return f"<p>{html.esc(say('app.quarterly.no_earlier'))}</p>"
    unit = say("app.quarterly.unit.deaths")
    key = situation.news_key(news["new_accidents"] + news["older_accidents"], is_whole)
    lines = [say(key, n=shown.number(news["new_accidents"]), deaths=shown.number(news["new_deaths"]))]
    if news["late_accidents"]:
        lines[0] += say("app.quarterly.late", n=shown.number(news["late_accidents"]))
    if news["older_accidents"]:
        older = shown.number(news["older_accidents"])
        lines[0] += say("app.quarterly.older", n=older, year=situation.news_since(year).year)
    if news["revised"] or news["removed"]:
        lines.append(
            say(
                "app.quarterly.revised",
                n=news["revised"],
                change=words.change(news["deaths_revised"], 0, unit),
                removed=news["removed"],
            )
        )
    else:
        lines.append(say("app.quarterly.none_revised"))
    body = html.lines(("·", html.esc(line)) for line in lines)
    moved = [one for one in sentences.changes(rows, before) if one[0] != one[1]]
    if moved:
        body += html.lines((html.turn(old, new), html.esc(text)) for old, new, text in moved[:2])
        if len(moved) > 2:
            body += f"<small>{html.esc(say('app.quarterly.more_verdicts', n=len(moved) - 2))}</small>"
    else:
        body += html.lines([("·", html.esc(say("app.quarterly.no_verdicts")))])
    return body


def decisions(meeting: Meeting, plan: str, quarter) -> str:
    """What this meeting is asked to decide, and what became of the decisions before."""
    asked = [one for one in meeting.decisions if one.quarter == quarter.code]
    last = sorted((one for one in meeting.decisions if one.quarter < quarter.code), key=lambda one: one.quarter)
    if not asked and not last:
        quarter_end = last_day(*quarter.following)
        return (
            f"<p>{html.esc(say('app.quarterly.no_decisions'))}</p>"
            f"<small class=q-howto>{html.esc(say('app.quarterly.add_decision', file=decisions_file(plan)))}</small>"
            f"<pre class=q-sample>{html.esc(say('app.quarterly.sample', quarter=quarter.code, due=quarter_end))}</pre>"
        )
    lines = [("?", _matter(one)) for one in asked[:MOST]] or [("·", html.esc(say("app.quarterly.none_asked")))]
    marks = {"asked": "?", "agreed": "…", "done": "✓", "dropped": "✕"}
    lines += [(marks[one.state], _matter(one, with_state=True)) for one in last[::-1][:MOST]]
    return f'<div class="q-lines">{html.lines(lines)}</div>'


def _matter(one, *, with_state: bool = False) -> str:
    parts = [one.text, one.owner, say("app.quarterly.due", day=shown.day(one.due_on)) if one.due_on else ""]
    text = html.esc(" · ".join(part for part in parts if part))
    if with_state:
        state = say(f"app.quarterly.state_{one.state}")
        text += html.esc(
            " · " + (say("app.quarterly.outcome", state=state, outcome=one.outcome) if one.outcome else state)
        )
    return text
