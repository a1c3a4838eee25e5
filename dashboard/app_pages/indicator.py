"""指标: one target, from its headline and trajectory to the clause, the formula and the records behind the number."""

from __future__ import annotations

import streamlit as st

from dashboard import format as shown
from dashboard import frame, modes, sentences, series, without_records
from dashboard.charts import trajectory, waterfall
from dashboard.components import control_room, evidence, grid, html, indicator_parts, lineage, said_parts, watched
from pipelines.standing import told_verdict
from pipelines.texts import say

view = frame.view()
plan, reader, as_of = view.plan, view.reader, view.as_of
rows = sentences.by_risk(reader.with_last_forecast(plan["plan_id"], as_of))

if not rows:
    without_records.stop(view)

chosen = next((one for one in rows if one["target_id"] == view.place.target), rows[0])
row = {**chosen, "baseline_year": chosen.get("baseline_year") or plan["baseline_year"]}
target = row["target_id"]
frame.tell_otherwise("target", target, shown.named(row))

key = (plan["plan_id"], target, as_of)
forecast = (*key[:2], row.get("forecast_on") or as_of)
years, path, fan = reader.years(*key), reader.path(*key), series.fan(row, reader.fan(*forecast))
breaks = indicator_parts.breaks(reader.series_breaks(plan["plan_id"], row["indicator_id"]))
told = (row, reader.contributions(*key), years, reader.names())
parts = indicator_parts.parts(*told)

if not view.mode:
    left, right = st.columns([5, 2], vertical_alignment="center")
    left.html(f'<div class="a-data">{indicator_parts.above(row, view)} · {modes.links("indicator", view.place)}</div>')
    with right:
        frame.target_picker(view, rows, target)
st.html(f'<h1 class="a-h1">{html.esc(indicator_parts.headline(row))}{html.badge(told_verdict(row), large=True)}</h1>')

asked = () if view.mode == modes.WALL else (reader.control_spans, reader.control_chances, reader.control_span_chances)
more = [one(key[0], as_of) for one in asked]
room = control_room.room(row, reader.control_figures(key[0], as_of), plan, *more)
wide, narrow = st.columns([1.75, 1], gap="small")
with wide, st.container(border=True, key="card_trajectory", gap="xxsmall"):
    nothing = indicator_parts.nothing_to_draw(row, years, fan, view.place)
    hint = "" if nothing else say(f"app.indicator.trajectory_hint{'_fan' if fan else ''}")
    title = " · ".join(part for part in (say("app.indicator.trajectory"), hint) if part)
    st.html(f'<h2 class="a-h2">{html.esc(title)}</h2>{nothing}')
    if not nothing:
        points = series.drawn(row, years, frame.first_year(plan))
        tall = {modes.WALL: 755, modes.PRINT: 430}.get(view.mode, (580 if room else 470) if parts else 380)
        figure = trajectory(points, path, row, view.colours, fan=fan, breaks=breaks, height=tall)
        modes.chart(figure, indicator_parts.alt(row, years), "trajectory", width=760)
    trust = indicator_parts.trust(row, view, reader.sources(plan["plan_id"], target, as_of))
    st.html(trust)
proof = evidence.card(*evidence.of(reader, *forecast), is_open=bool(view.mode))
if proof and view.mode != modes.WALL:
    wide.html(proof)
with narrow:
    st.html(indicator_parts.why(row) + watched.card(row, reader.watched(plan["plan_id"], target, as_of)))
    if room:
        to_returns = "" if view.mode else grid.link("what_if", view.place, say("app.quarterly.ahead_returns"))
        st.html(f'{room}<p class="a-trust">{to_returns}</p>')
    with st.container(border=True, key="card_parts", gap="xxsmall"):
        if parts is None:
            st.html(
                f'<h2 class="a-h2">{html.esc(say("app.cards.changes_from"))}</h2>'
                f"<small>{html.esc(indicator_parts.why_no_parts(*told))}</small>"
            )
        else:
            title, start, steps, end = parts
            st.html(f'<h2 class="a-h2">{html.esc(title)}</h2>')
            alt = sentences.listed([f"{name} {amount:+.4g}" for name, amount in steps])
            tall = (215 if room else 330) if view.mode == modes.WALL else 210
            figure = waterfall(start, steps, end, row, view.colours, height=tall)
            modes.chart(figure, alt, "parts", width=440, larger=1.25)
            if view.mode != modes.WALL:  # the same line stands under the trajectory, and a wall has one screen
                st.html(trust)

if view.mode == modes.WALL:
    st.stop()
st.html(
    '<div class="a-grid a-three">'
    + indicator_parts.clause(row, plan)
    + indicator_parts.definition(row)
    + indicator_parts.doubts(row)
    + "</div>"
)
said, replay = reader.statements(plan["plan_id"], target), reader.replay(plan["plan_id"], as_of)
st.html(said_parts.card(row, said, replay, view.dates, as_of, view.place, is_whole=view.mode == modes.PRINT))
with modes.details(say("app.indicator.twin")):
    st.html(indicator_parts.twin(row, years, path))
    if parts:
        st.html(indicator_parts.parts_twin(parts, row))
st.html('<span id="records"></span>')
lineage.draw(row, years, view)
