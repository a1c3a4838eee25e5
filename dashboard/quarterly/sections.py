"""The parts behind the first minute: one a question of the meeting, each drawn only when it is looked at."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from dashboard import data, modes
from dashboard import format as shown
from dashboard.charts import years
from dashboard.components import html
from dashboard.quarterly import outcomes, outlook, places, tables
from dashboard.quarterly.scene import Scene
from pipelines.situation import BACKS
from pipelines.texts import say


def card(key: str, title: str, hint: str = ""):
    """A bordered container with its heading."""
    box = st.container(border=True, key=f"card_q_{key}", gap="xxsmall")
    text = f"{title} · {hint}" if hint else title
    box.html(f'<h2 class="a-h2">{html.esc(text)}</h2>')
    return box


def _details(name: str):
    return modes.details(say("app.quarterly.twin", name=name))


def trend(scene: Scene, *, height: int = 230, is_bare: bool = False) -> None:
    """Running totals by month beside the two years before.

    Args:
        scene: What is shown.
        height: Pixels of each figure.
        is_bare: Without trust line and table, for a wall, where the head says date and scope.
    """
    by_month = {int(row["code"]): row for row in scene.cut("month")}
    last = scene.quarter.month
    labels = [shown.short_month(month) for month in range(1, last + 1)]
    backs = [back for back in range(3) if back not in scene.total["unknown"] or _any(by_month, back)]
    for column, measure in zip(st.columns(2, gap="small"), ("accidents", "deaths"), strict=True):
        title = say("app.quarterly.running_title", name=say(f"app.quarterly.{measure}"))
        counts = {
            scene.year - back: [
                by_month.get(month, {}).get(f"{measure}{tables.SUFFIXES[back]}", 0) for month in range(1, last + 1)
            ]
            for back in backs
        }
        with column, card(f"running_{measure}", title, "" if is_bare else scene.span):
            letters = modes.LARGE if scene.view.mode == modes.WALL else 1.0
            figure = years.running_totals(counts, labels, scene.view.colours, height=height, letters=letters)
            now = counts.get(scene.year, [])
            modes.chart(figure, years.alt(title, labels[: len(now)], now, scene.year), f"running_{measure}", width=640)
            if not is_bare:
                st.html(scene.trust(formula=say("app.quarterly.formula_running")))
    if not is_bare:
        with _details(say("app.quarterly.cuts.month")):
            st.html(_table(scene, "month"))


def _any(by_month: Mapping[int, Mapping], back: int) -> bool:
    return any(row[f"accidents{tables.SUFFIXES[back]}"] for row in by_month.values())


def _table(scene: Scene, cut: str, rows: Sequence[Mapping] | None = None, **more: bool) -> str:
    place = None if modes.mode() else scene.view.place
    head = say(f"app.quarterly.cuts.{cut}")
    there = {back: keys for back in range(3) if (keys := scene.counted("accidents", back))}
    return tables.comparison(
        scene.cut(cut) if rows is None else rows, scene.year, head, place=place, there=there, **more
    )


def sector(scene: Scene) -> None:
    """By sector, road traffic and fire apart."""
    hint = say("app.quarterly.bar_hint", year=scene.year, before=scene.year - 1)
    with card("sector", say("app.quarterly.cuts.sector"), hint):
        st.html(_table(scene, "sector", tables.sectors(scene.cuts)))
        st.html(scene.trust(say("app.quarterly.test_note")))


def places_(scene: Scene) -> None:
    """By town: the map of shrunk rates, and the counts."""
    rates = scene.view.reader.town_rates(scene.region, scene.quarter.end, scene.known)
    if rates["places"]:
        with card("rates", say("app.quarterly.rates_title"), places.unit(rates)):
            st.html(places.tile_map(rates))
            st.html(scene.trust(formula=places.formula(rates), records={"year": ""}))
            with _details(say("app.quarterly.rates_title")):
                st.html(places.twin(rates))
    with card("places", say("app.quarterly.cuts.region"), scene.span):
        every = tables.places(scene.cuts)
        some = [row for row in every if row.get("is_sum") or tables.happened(row) or 0 in row["unknown"]]
        st.html(_table(scene, "region", some))
        none = len(every) - len(some)
        rest = say("app.quarterly.places_none", n=none) if none else ""
        st.html(scene.trust(say("app.quarterly.test_note"), rest))


def nature(scene: Scene) -> None:
    """By type, cause and grade."""
    for cut in ("type", "cause"):
        with card(cut, say(f"app.quarterly.cuts.{cut}"), scene.span):
            parts = [row for row in tables.by_number(scene.cut(cut)) if tables.happened(row)]
            st.html(_table(scene, cut, parts[: tables.SHOWN]))
            if len(parts) > tables.SHOWN:
                with modes.details(say("app.quarterly.more_parts", n=len(parts) - tables.SHOWN)):
                    st.html(_table(scene, cut, parts[tables.SHOWN :]))
            st.html(scene.trust(say("app.quarterly.test_note")))
    with card("grade", say("app.quarterly.grade_title"), say("app.quarterly.grade_hint")):
        both = (_table(scene, cut, bars=False, tested=False) for cut in ("grade", "official_grade"))
        st.html(f'<div class="q-two">{"".join(both)}</div>')
        notes = [say("app.quarterly.grades_open")] if scene.quarter.may_change_grades else []
        st.html(scene.trust(*notes, formula=say("app.quarterly.formula_grade")))


def time(scene: Scene) -> None:
    """By weekday and hour."""
    hint = say("app.quarterly.mark_hint", year=scene.year, before=scene.year - 1)
    cuts = (("weekday", [str(n) for n in range(1, 8)]), ("hour", [str(n) for n in range(24)]))
    for column, (cut, codes) in zip(st.columns([1, 2], gap="small"), cuts, strict=True):
        parts = {row["code"]: row for row in scene.cut(cut)}
        now, last = ([parts.get(code, {}).get(name, 0) for code in codes] for name in ("accidents", "accidents_before"))
        labels = [code if cut == "hour" else say(f"app.quarterly.weekday_{code}") for code in codes]
        title = say(f"app.quarterly.cuts.{cut}")
        with column, card(cut, title, hint + (_without_hour(scene, parts) if cut == "hour" else "")):
            figure = years.bars(now, last, labels, scene.view.colours, years=(scene.year, scene.year - 1))
            alt = years.alt(title, labels, now, scene.year)
            modes.chart(figure, alt, f"by_{cut}", width=420 if cut == "weekday" else 840)
            st.html(scene.trust(say("app.quarterly.test_note")))
    for cut, _ in cuts:
        with _details(say(f"app.quarterly.cuts.{cut}")):
            st.html(_table(scene, cut, bars=False))


def _without_hour(scene: Scene, parts: Mapping[str, Mapping]) -> str:
    """How many accidents have no hour, and stand in no bar."""
    row = parts.get("")
    if not row or not tables.happened(row):
        return ""
    counts = {"n": row["accidents"], "n_before": row["accidents_before"]}
    return say("app.quarterly.without_hour", year=scene.year, before=scene.year - 1, **counts)


def done(scene: Scene) -> None:
    """Inspections and training beside outcomes; hazards."""
    names, value, year = scene.measure_names, scene.value, scene.year
    with card("beside", say("app.quarterly.beside_title"), say("app.quarterly.beside_hint")):

        def measures(chosen: Sequence[str], kind: str) -> str:
            is_broken = not scene.is_comparable(kind)
            return tables.measures(names, chosen, value, year, scene.why_missing, is_broken=is_broken)

        blocks = (
            ("outcomes", measures(outcomes.OUTCOMES, "accidents")),
            ("inspections", measures(outcomes.INSPECTIONS, "inspections")),
            ("training", measures(outcomes.TRAINING, "training")),
            ("shares", outcomes.rates(value, year)),
        )
        both = (
            f'<div><h2 class="a-h2">{html.esc(say(f"app.quarterly.{name}"))}</h2>{body}</div>' for name, body in blocks
        )
        st.html(f'<div class="q-two">{"".join(both)}</div>')
        st.html(
            scene.trust(
                say("app.quarterly.beside_note"),
                kinds=("inspections", "training", "accidents"),
                scope=say("app.quarterly.scope_beside"),
                formula=say("app.quarterly.formula_beside"),
            )
        )
    start = datetime.date(year, 1, 1)
    hazards = scene.view.reader.major_hazards(scene.region, start, scene.known)
    with card("hazards", say("app.quarterly.hazards_title")):
        st.html(outcomes.hazard_tiles(hazards["places"], value, scene.why_missing))
        by_place = outcomes.hazard_table(hazards["places"], scene.regions)
        late = outcomes.overdue_table(hazards["overdue"], scene.known)
        if by_place or late:
            oldest = f'<div><h2 class="a-h2">{html.esc(say("app.quarterly.oldest"))}</h2>{late}</div>' if late else ""
            st.html(f'<div class="q-two"><div>{by_place}</div>{oldest}</div>')
        st.html(
            scene.trust(
                kinds=("inspections",),
                scope=say("app.quarterly.scope_hazards"),
                formula=say("app.quarterly.hazards_note"),
            )
        )


def ahead(scene: Scene) -> None:
    """Disasters against the five-year mean; the next quarter."""
    with card("disasters", say("app.quarterly.disasters_title"), scene.span):
        st.html(
            outcomes.disasters(
                scene.measure_names,
                scene.value,
                scene.year,
                scene.why_missing,
                is_comparable=scene.is_comparable("disasters", BACKS),
            )
        )
        st.html(
            scene.trust(
                kinds=("disasters",),
                scope=say("app.quarterly.scope_disasters"),
                formula=say("app.quarterly.formula_mean"),
            )
        )
    with card("outlook", outlook.title(scene.quarter)):
        st.html(outlook.same_quarter(scene.measure_names, scene.value, scene.why_missing, scene.quarter))
        above = outlook.upwards(scene.regions, scene.region)
        meeting = data.meeting(scene.plan["plan_id"])
        st.html(
            '<div class="a-grid a-three">'
            + html.card(say("app.quarterly.calendar_title"), outlook.dates(data.seasons(), above, scene.quarter))
            + html.card(say("app.quarterly.forecast_title"), outlook.forecasts(scene.rows, scene.chances, scene.region))
            + html.card(say("app.quarterly.views_title"), outlook.views(meeting, scene.plan["plan_id"], scene.quarter))
            + "</div>"
        )
        st.html(
            scene.trust(
                kinds=("accidents", "disasters"),
                scope=say("app.quarterly.scope_outlook"),
                formula=say("app.quarterly.outlook_note"),
                records={"year": ""},
            )
        )


def _trend_and_sector(scene: Scene) -> None:
    trend(scene)
    sector(scene)


CUTS_OF = {"trend": ("month",), "nature": ("type", "official_grade", "cause"), "time": ("weekday", "hour")}
"""Cuts that a part needs beside those of the first minute."""

PARTS: dict[str, Callable[[Scene], None]] = {
    "trend": _trend_and_sector,
    "places": places_,
    "nature": nature,
    "time": time,
    "done": done,
    "ahead": ahead,
}
