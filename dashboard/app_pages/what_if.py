"""推演: what growth, a flood or fewer deaths would do to the chances; the control figures by town and sector."""

from __future__ import annotations

import streamlit as st

from dashboard import controls, frame, modes, questions, sentences, without_records
from dashboard import format as shown
from dashboard.components import html, record_table, trust, what_if_parts
from pipelines.texts import say

LINES_OF_WALL = 16
"""Targets and parts with control figures that one screen holds together."""


view = frame.view()
place, reader, as_of = view.place, view.reader, view.as_of
key = view.plan["plan_id"], as_of
rows = sentences.by_risk(reader.assessments(*key))
if not rows:
    without_records.stop(view)

ground = reader.what_if_ground(view.plan["plan_id"])
simulated = say("product.synthetic") if view.plan["is_synthetic"] else ""
until = say("app.trust.until", day=shown.day(as_of))
names = reader.names()
above = [html.esc(shown.named(view.plan, "title")), html.esc(say("app.data_until", day=shown.day(as_of)))]
above += [html.synthetic_mark()] if simulated else []
above += [modes.links("what_if", place)] if not view.mode else []
can = ground is not None and ground["as_of_on"] == as_of
inside = []

if can:
    drivers = {name.partition("@")[0] for name in ground["drivers"]}
    floods = ["", *map(str, range(as_of.year - 1, ground["first_year"] - 1, -1))] if "disasters" in drivers else [""]
    growth = controls.asked(view, "growth", what_if_parts.GROWTHS) if "gdp" in drivers else ""
    flood = controls.asked(view, "flood", floods)
    fewer = controls.asked(view, "fewer", what_if_parts.FEWER)
    falls = ["", *ground["sectors"]]
    fall = controls.asked(view, "fall", falls)
    drop = controls.asked(view, "drop", what_if_parts.DROPS) if fall else ""
    inside = [row for row in rows if row["target_id"] in ground["targets"] and sentences.chance_of(row) is not None]
    sector = shown.named(names[f"sector:{fall}"]) if f"sector:{fall}" in names else fall
    phrase = what_if_parts.assumed(growth, flood, fewer, sector, drop, ground["last_year"])
    after = {row["target_id"]: row["probability"] for row in inside}
    if phrase:
        after = reader.what_if(
            view.plan["plan_id"],
            int(growth) / 100 if growth else None,
            int(flood) if flood else None,
            float(fewer) if fewer else None,
            ((fall, int(drop) / 100),) if fall and drop else (),
        )
    n = what_if_parts.turned(inside, after)
    sentence = (
        say("app.what_if.head", assumed=phrase, n=n, of=len(inside))
        if phrase
        else say("app.what_if.head_still" if view.mode else "app.what_if.head_start", of=len(inside))
    )
    st.html(html.page_head(" · ".join(above), html.esc(sentence)))
    right = st.container()
    if not view.mode:  # nobody can move an assumption on a wall or on paper; the headline says what is assumed
        left, right = st.columns([1, 2.4], gap="medium")
        with left, st.container(border=True, key="card_assume", gap="small"):
            st.html(f'<h2 class="a-h2">{html.esc(say("app.what_if.assume"))}</h2>')
            if "gdp" in drivers:
                controls.stops(
                    "growth", say("app.what_if.growth"), what_if_parts.GROWTHS, growth, what_if_parts.growth_words
                )
            if len(floods) > 1:
                controls.pick(
                    "flood",
                    say("app.what_if.flood", year=ground["last_year"]),
                    floods,
                    flood,
                    lambda year: say("app.what_if.like_year", year=year) if year else say("app.what_if.as_forecast"),
                )
            if drivers & {"industrial_deaths", "other_deaths"}:
                controls.stops("fewer", say("app.what_if.fewer"), what_if_parts.FEWER, fewer, what_if_parts.fewer_words)
            if len(falls) > 1:
                controls.pick(
                    "fall",
                    say("app.what_if.fall"),
                    falls,
                    fall,
                    lambda code: shown.named(names[f"sector:{code}"]) if code else say("app.what_if.no_sector"),
                )
                if fall:
                    controls.stops("drop", say("app.what_if.drop"), what_if_parts.DROPS, drop, what_if_parts.drop_words)
            if phrase:
                back = place.query(growth="", flood="", fewer="", fall="", drop="")
                frame.link("what_if", say("app.what_if.reset"), back)
    with right, st.container(border=True, key="card_after", gap="xxsmall"):
        st.html(f'<h2 class="a-h2">{html.esc(say("app.what_if.table"))}</h2>')
        if inside:
            st.html(what_if_parts.before_and_after(inside, after, place))
        part = {row["target_id"] for row in inside}
        rest = what_if_parts.without([row for row in rows if row["target_id"] not in part])
        if view.mode != modes.WALL:
            more = (rest, say("app.what_if.foot"))
            st.html(
                trust.of_targets(view, inside, formula=say("app.what_if.formula"), more=[one for one in more if one])
            )
elif as_of.year > getattr(view.plan["period_end"], "year", view.plan["period_end"]):
    below = f"<p>{html.esc(say('app.what_if.over'))}</p>"
    st.html(html.page_head(" · ".join(above), html.esc(say("app.what_if.over_title")), below=below))
else:
    newest = shown.day(ground["as_of_on"]) if ground else ""
    title = say("app.what_if.not_now" if ground else "app.what_if.no_paths_title")
    why = say("app.what_if.only_newest", day=newest)
    if not ground:
        why = questions.why_no_forecast(reader, *key) or say("app.what_if.no_paths")
    st.html(html.page_head(" · ".join(above), html.esc(title), below=f"<p>{html.esc(why)}</p>"))
    if ground:
        there = place.query(as_of=ground["as_of_on"])
        frame.link("what_if", say("app.what_if.go_there", day=newest), there)

figures = reader.control_figures(*key)
chances = reader.control_chances(*key)
returns = reader.control_returns(*key) if figures and view.mode != modes.WALL else []
whole = view.plan["region_code"]
for measure in what_if_parts.measures(figures)[: 1 if view.mode == modes.WALL else None]:
    own = [row for row in figures if row["measure"] == measure]
    with st.container(border=True, key=f"card_control_{measure}", gap="xxsmall"):
        title = say("app.what_if.control", year=own[0]["year"], measure=say(f"app.controlled.{measure}"))
        st.html(f'<h2 class="a-h2">{html.esc(title)}</h2><p>{html.esc(what_if_parts.agreement(own, whole))}</p>')
        tables = what_if_parts.by_part(own, whole)
        columns = [st.container(), st.container()] if view.mode == modes.PRINT else st.columns(2, gap="medium")
        for column, (part, listed) in zip(columns, tables.items(), strict=True):
            if len(listed) > 1 or part == "region":
                some = listed[: max(1, LINES_OF_WALL - len(inside))] if view.mode == modes.WALL else listed
                column.html(
                    what_if_parts.control(some, chances, names, whole, part, returns, None if view.mode else place)
                )
        if view.mode != modes.WALL:
            more, formula = (say("app.what_if.control_foot"),), say("app.what_if.formula_control")
            sources = reader.senders(whole).get("accidents", ())
            where = {"kind": "accidents", "year": own[0]["year"]}
            st.html(trust.line(view, sources=sources, formula=formula, more=more, records=where))
            with modes.details(say("app.what_if.control_returns")):
                behind = [row for row in returns if row["figure_of"] == measure]
                st.html(record_table.as_html("statistics", behind, None if view.mode else place))
if not figures:
    st.html(f"<p>{html.esc(say('app.what_if.no_control'))}</p>")
