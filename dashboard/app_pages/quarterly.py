"""季度形势: what a quarterly meeting goes through: the first minute, then one part for each further question."""

from __future__ import annotations

import streamlit as st

from dashboard import controls, data, frame, modes, questions, without_records
from dashboard import format as shown
from dashboard.components import html
from dashboard.quarterly import first_minute, handout, period, reports, sections, tables
from dashboard.quarterly.scene import Scene
from pipelines.texts import say

view = frame.view()
if view.as_of is None:
    without_records.stop(view)

options = period.quarters(view.dates, view.as_of)
quarter = period.chosen(options, view.place.filters.get("quarter", ""))
parts = list(sections.PARTS)
if view.mode == modes.WALL:
    parts = parts[:1]
elif view.mode != modes.PRINT:
    parts = [controls.asked(view, "part", parts, parts[0])]
scene = Scene(view, quarter, tuple(cut for part in parts for cut in sections.CUTS_OF.get(part, ())))
above = first_minute.above(scene)
st.html(f"<style>{data.asset('quarterly.css')}</style>")
frame.tell_otherwise("quarter", quarter.code, shown.quarter(quarter.last))
if view.mode:
    st.html(f'<div class="a-data">{above}</div>')
else:
    left, right = st.columns([6, 1], vertical_alignment="center")
    left.html(f'<div class="a-data">{above} · {modes.links("quarterly", view.place)}</div>')
    with right:
        names = {one.code: shown.quarter(one.last) for one in options}
        frame.picker("quarter", list(names), quarter.code, names.get, width=190)

if questions.is_nation(view.plan):
    st.html(html.empty(say("app.quarterly.nation_title"), say("app.quarterly.nation")))
    if not view.mode:
        handout.button(view, quarter)
        reports.buttons(view, quarter)
    st.stop()

first_minute.draw(scene)
if view.mode == modes.WALL:
    sections.trend(scene, height=230, is_bare=True)
    st.stop()

if view.mode != modes.PRINT:
    controls.choice(
        "part",
        say("app.quarterly.part_label"),
        list(sections.PARTS),
        parts[0],
        lambda one: say(f"app.quarterly.parts.{one}"),
    )
for part in parts:
    if view.mode == modes.PRINT:
        st.html(f'<h2 class="q-part">{html.esc(say(f"app.quarterly.parts.{part}"))}</h2>')
    sections.PARTS[part](scene)

with st.container(horizontal=True, gap="small", vertical_alignment="center"):
    handout.button(view, quarter)
    reports.buttons(view, quarter)
    frame.downloads(
        f"{view.plan['plan_id']}_{quarter.code}",
        lambda: tables.plain(Scene(view, quarter).cuts, quarter.year),
        view,
    )
