"""回放: the board as it stood at any quarter-end, verdicts over time, what changed and why, how the forecasts did."""

from __future__ import annotations

import streamlit as st

from dashboard import controls, frame, modes, questions, sentences, series, without_records
from dashboard.components import board, grid, html, replay_parts, trust
from pipelines.texts import say

view = frame.view()
place, reader, as_of = view.place, view.reader, view.as_of
key = view.plan["plan_id"], as_of
rows = sentences.by_risk(reader.with_last_forecast(*key))
if not rows:
    without_records.stop(view)

earlier = [day for day in view.dates if day < as_of]
days = {day.isoformat(): day for day in view.dates}
since = days.get(controls.asked(view, "since", [day.isoformat() for day in earlier]), max(earlier, default=None))
before = reader.with_last_forecast(view.plan["plan_id"], since) if since else []
causes = reader.value_changes(view.plan["plan_id"], since, as_of) if since else []

simulated = say("product.synthetic") if view.plan["is_synthetic"] else ""
above = [html.esc(say("app.replay.stand", day=replay_parts.date_words(as_of)))]
above += [html.esc(words)] if (words := sentences.forecast_of(rows)) else []
above += [html.synthetic_mark()] if simulated else []
above += [modes.links("replay", place)] if not view.mode else []
st.html(html.page_head(" · ".join(above), html.esc(sentences.judgement(rows))))

if len(days) > 1 and not view.mode:
    left, right = st.columns([3, 1], gap="medium")
    with left:
        controls.stops(
            "as_of",
            say("app.replay.slide"),
            list(days),
            as_of.isoformat(),
            lambda day: replay_parts.date_words(days[day]),
            key="replay_as_of",
        )
    with right:
        if since:
            controls.pick(
                "since",
                say("app.replay.since"),
                [day.isoformat() for day in reversed(earlier)],
                since.isoformat(),
                lambda day: replay_parts.date_words(days[day]),
            )

with st.container(border=True, key="card_strip", gap="xxsmall"):
    st.html(f'<h2 class="a-h2">{html.esc(say("app.replay.strip"))}</h2>')
    drawn = sentences.main_group(rows) or rows if view.mode == modes.WALL else rows
    st.html(replay_parts.strip(drawn, reader.replay(*key), view.dates, as_of, place))
    if view.mode != modes.WALL:
        st.html(
            trust.of_targets(view, rows, formula=say("app.replay.formula_strip"), more=(say("app.replay.strip_foot"),))
        )
if view.mode == modes.WALL:
    st.stop()

with st.container(border=True, key="card_changed", gap="xxsmall"):
    title = (
        say(
            "app.replay.changed",
            then=replay_parts.date_words(since),
            now=replay_parts.date_words(as_of),
        )
        if since
        else say("app.replay.first")
    )
    st.html(f'<h2 class="a-h2">{html.esc(title)}</h2>')
    lines = replay_parts.changed(rows, before, causes, reader.data_behind(*key), place)
    if lines:
        heads = [say(f"app.replay.{name}") for name in ("target", "verdict", "value", "chance", "why")]
        st.html(grid.table(heads, lines, caption=title))
        foot = say("app.replay.changed_foot") if causes else questions.why_no_forecast(reader, *key)
        st.html(trust.of_targets(view, rows, formula=say("app.replay.formula_changed"), more=(foot,)))
    elif since:
        st.html(f"<p>{html.esc(say('app.cards.no_changes'))}</p>")

with modes.details(say("app.replay.board", day=replay_parts.date_words(as_of))):
    known, start = reader.years_by_target(*key), frame.first_year(view.plan)
    years = {row["target_id"]: series.drawn(row, known.get(row["target_id"], ()), start) for row in rows}
    board.draw(rows, years, series.fans(rows, reader.fans_by_target(*key)), place, key="board_then")
    st.html(trust.of_targets(view, rows))

evidence = (
    ("held", replay_parts.held(rows, reader.forecasts_against_outcomes(*key), place)),
    ("backtests", replay_parts.backtests(reader.driver_backtests(*key), questions.measure_names(reader))),
    ("reliability", replay_parts.reliability(reader.forecast_tests())),
)
with st.container(border=True, key="card_skill", gap="xxsmall"):
    for name, found in evidence:
        st.html(f'<h2 class="a-h2">{html.esc(say(f"app.replay.{name}"))}</h2>')
        if found and name == "reliability":  # other publishers' series, which have nothing to do with this plan
            st.html(found + html.trust_line((say("app.replay.reliability_foot"),)))
        elif found:
            more = (say(f"app.replay.{name}_foot"),)
            st.html(found + trust.of_targets(view, rows, formula=say(f"app.replay.formula_{name}"), more=more))
        else:
            why = questions.why_no_forecast(reader, *key) or say(f"app.replay.no_{name}")
            st.html(f"<p>{html.esc(why)}</p>")
