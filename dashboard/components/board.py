"""The board of targets: one row each, the whole row a link to the target's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import format as shown
from dashboard import frame, modes, sentences
from dashboard.address import Place
from dashboard.charts import sparkline
from dashboard.charts.sparkline import HEIGHT, WIDTH
from dashboard.components import html
from pipelines.standing import has_regressed, pace_share, told_verdict
from pipelines.texts import current_language, say

SAME_PACE = 0.02  # shares closer than this are the same pace
SHORT_FLAGS = (
    "sources_differ",
    "target_is_loose",
    "definition_to_confirm",
    "fell_back",
    "crosses_break",
    "break_compared",
)
HINTS = {"now": "app.board.foot_source", "chance": "app.board.foot_chance", "name": "app.board.foot_click"}
SHORT_HEADS = ("progress", "line")
HEADS = ("nature", "name", "now", "target", "progress", "line", "chance", "verdict")


def heads(due_year: int | None) -> str:
    """The headings above the rows."""
    cells = []
    for head in HEADS:
        key = "app.board.target_year" if head == "target" and due_year else f"app.board.{head}"
        key = f"{key}_wall" if modes.mode() == modes.WALL and head in SHORT_HEADS else key
        more = f' title="{html.esc(say(HINTS[head]))}"' if head in HINTS else ""
        cells.append(f'<span class="{_kind(head)}"{more}>{html.esc(say(key, year=due_year))}</span>')
    return f'<div class="a-row a-heads{_wide()}">{"".join(cells)}</div>'


def _wide() -> str:
    """English words are longer: another division of the row."""
    return " a-en" if current_language() == "en" else ""


def _kind(head: str) -> str:
    return {"now": "a-num", "target": "a-num a-mid", "progress": "a-mid", "line": "a-wide", "chance": "a-wide"}.get(
        head, ""
    )


def row(target: Mapping, years: Sequence[Mapping], fan: Sequence[Mapping] = ()) -> str:
    """One target as HTML.

    Args:
        target: An assessed row.
        years: Its yearly values, oldest first.
        fan: Its forecast, where there is one.
    """
    name = shown.named(target)
    small = f"<small>{html.esc(below(target))}</small>"
    cells = [
        html.nature_tag(target["nature"]),
        f'<span class="a-name" title="{html.esc(name)}">{html.esc(name)}{small}</span>',
        f'<span class="a-num">{html.amount(_now(target), shown.unit(target))}</span>',
        f'<span class="a-num a-mid a-goal">{_goal_label(target)}{html.esc(shown.target(target))}</span>',
        f'<span class="a-mid">{_progress(target)}</span>',
        f'<span class="a-wide">{_line(target, years, fan)}</span>',
        f'<span class="a-wide a-odds">{_chance(target)}</span>',
        html.badge(told_verdict(target)),
    ]
    return f'<div class="a-row{_wide()}">{"".join(cells)}</div>'


def draw(
    rows: Sequence[Mapping], years: Mapping[str, Sequence[Mapping]], fans: Mapping, place: Place, key: str
) -> None:
    """Headings and rows on the page.

    Args:
        rows: Assessed rows in the order in which they stand.
        years: Yearly values by target.
        fans: Forecasts by target.
        place: Where we are; the links keep it.
        key: Name of this board, unique on the page.
    """
    due = {target["due_year"] for target in rows}
    with st.container(key=key, gap=None):
        st.html(heads(due.pop() if len(due) == 1 else None))
        for target in rows:
            name = target["target_id"]
            with st.container(key=f"row_{name}", gap=None):
                st.html(row(target, years.get(name, ()), fans.get(name, ())))
                frame.link("indicator", shown.named(target), place.query(target=name))


def below(target: Mapping) -> str:
    """The small line under a name: how the target is judged, and what a reader must know about the value."""
    flags = shown.flags(target)
    printed = target.get("printed") if target["kind"] == "reduction" and current_language() == "zh" else None
    parts = [printed or shown.kind(target)]
    if target["due_year"] and target["kind"] not in ("monitored", "every_year"):
        parts.append(say("app.by_year", year=target["due_year"]))
    if shown.furthest(target):
        parts.insert(0, sentences.reason(target))  # first, because the line is cut where the page is narrow
    if target["value_year"]:
        words = say("app.value_of", years=sentences.years_of(target))
        parts.append(say("app.value_provisional", value=words) if target["is_provisional"] else words)
    if target.get("total_so_far") is not None:
        amount = shown.with_unit(shown.in_display_unit(target["total_so_far"], target), shown.unit(target))
        parts.append(say("app.total_so_far", amount=amount))
    parts += [say(f"app.flags.{flag}") for flag in SHORT_FLAGS if flag in flags]
    if shown.parsed(target["doubts"], []):
        parts.append(say("app.flags.doubt"))
    return shown.capital(" · ".join(parts))


def _now(target: Mapping) -> str:
    return shown.at_least(target) + shown.in_display_unit(target["value_now"], target)


def _goal_label(target: Mapping) -> str:
    """What the number is, for a telephone, where the headings do not stand."""
    year = target["due_year"]
    words = say("app.board.target_year", year=year) if year else say("app.board.target")
    return f'<small class="a-narrow">{html.esc(words)} </small>'


def _progress(target: Mapping) -> str:
    done, elapsed = pace_share(target), sentences.elapsed_then(target)
    is_used = sentences.is_cap(target)
    key = "used" if is_used else "progress"
    words = say(f"app.board.{key}_words", done=shown.share(done), elapsed=shown.share(elapsed))
    below = say(f"app.board.{key}_short", done=shown.share(done))
    if has_regressed(target):
        words = below = say("app.board.regressed")
    bar = html.progress(done, elapsed, words, is_used=is_used)
    return bar if done is None else f"{bar}<small>{html.esc(below)}</small>"


def _line(target: Mapping, years: Sequence[Mapping], fan: Sequence[Mapping]) -> str:
    source = sparkline(years, target["target_value"], target["due_year"], fan, shown.target(target))
    if not source:
        asked = [year for year in years if target["due_year"] is None or year["year"] <= target["due_year"]]
        reasons = [year["missing_reason"] for year in asked if year["missing_reason"]]
        return f"<small>{html.esc(shown.missing(reasons[-1] if reasons else None))}</small>"
    points = [year for year in years if year["value"] is not None]
    words = sentences.listed([f"{year['year']} {shown.in_display_unit(year['value'], target)}" for year in points[-5:]])
    return html.image(source, words, width=WIDTH, height=HEIGHT)


def _chance(target: Mapping) -> str:
    probability = sentences.chance_of(target)
    if probability is not None:
        return html.chance(probability)
    return f"<small>{html.esc(shown.capital(pace_words(target)))}</small>"


def pace_words(target: Mapping) -> str:
    """What can be said without a probability: how the value now stands to the target and to its path."""
    if target["verdict"] not in ("undecided", "no_forecast") or target["value_now"] is None:
        return shown.NOTHING
    if target["required_now"] is None:
        return say("app.pace.meets" if sentences.meets(target) else "app.pace.misses")
    if sentences.is_behind(target):
        return say("app.pace.behind")
    if sentences.is_cap(target):
        return say("app.pace.within", used=shown.share(target["pace_share"]))
    if sentences.meets(target):
        return say("app.pace.meets")
    done, elapsed = target["pace_share"], sentences.elapsed_then(target)
    is_ahead = done is not None and elapsed is not None and done > elapsed + SAME_PACE
    return say("app.pace.ahead" if is_ahead else "app.pace.on_path")
