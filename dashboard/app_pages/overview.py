"""总览: one sentence, the verdicts, what needs attention, what changed, and the board of targets."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from dashboard import format as shown
from dashboard import frame, modes, questions, sentences, series, without_records
from dashboard.components import board, evidence, html, trust
from dashboard.quarterly import reports
from pipelines.texts import say

view = frame.view()
rows = view.reader.with_last_forecast(view.plan["plan_id"], view.as_of)

if not rows:
    without_records.stop(view)

main = sentences.by_risk(sentences.main_group(rows))
rest = sentences.by_risk([row for row in rows if row["nature"] in sentences.SECOND_GROUP])
inside = {row["region_code"] for row in questions.below(view.reader.regions(), view.plan["region_code"])}
if questions.is_nation(view.plan):
    inside = {view.plan["region_code"]}
owed = sentences.not_reported([row for row in questions.owed(view.reader, view.as_of) if row["region_code"] in inside])
earlier = [day for day in view.dates if day < view.as_of]
before = view.reader.assessments(view.plan["plan_id"], earlier[-1]) if earlier else []

above = " · ".join(
    part
    for part in (
        html.esc(say("app.data_until", day=shown.day(view.as_of))),
        html.esc(say("app.build", build=view.reader.build)),
        html.esc(sentences.forecast_of(rows)),
        html.synthetic_mark() if view.plan["is_synthetic"] else "",
        html.esc(questions.returns(view, view.as_of, owed)),
        modes.links("", view.place),
    )
    if part
)
fans = series.fans(rows, view.reader.fans_by_target(view.plan["plan_id"], sentences.forecast_on(rows) or view.as_of))
attention = html.lines((html.badge(verdict), html.esc(text)) for verdict, text in sentences.alerts(rows, fans))
moved = sentences.changes(rows, before)
changed = html.lines((html.turn(old, new), html.esc(text)) for old, new, text in moved[: sentences.SHOWN_CHANGES])
cards = (
    html.card(say("app.cards.verdicts", n=len(main)), html.verdict_bar(Counter(row["verdict"] for row in main)))
    + html.card(say("app.cards.alerts"), attention or f"<p>{html.esc(sentences.no_alerts(main or rest))}</p>")
    + html.card(
        say("app.cards.changes", day=shown.day(earlier[-1])) if earlier else say("app.cards.changes_none"),
        changed or f"<p>{html.esc(say('app.cards.no_changes'))}</p>",
    )
)
front = f'<div class="a-grid a-three a-front">{cards}</div>'
st.html(html.page_head(above, html.esc(sentences.judgement(rows)), below=front))

known = view.reader.years_by_target(view.plan["plan_id"], view.as_of)
start = frame.first_year(view.plan)
years = {row["target_id"]: series.drawn(row, known.get(row["target_id"], ()), start) for row in rows}
board.draw(main or rest, years, fans, view.place, key="board")
if main and rest and view.mode != modes.WALL:
    with modes.details(say("app.board.more", n=len(rest))):
        board.draw(rest, years, fans, view.place, key="board_more")
if view.mode != modes.WALL:
    record = evidence.record(view.reader, view.plan["plan_id"], view.as_of)
    words = () if view.mode == "" else (say("app.board.foot_chance"), say("app.board.foot_source"))
    foot = trust.of_targets(view, main or rest) + html.trust_line((record, *words))
    if view.mode:
        st.html(foot)
    else:  # beside the foot, so that the board keeps its screen
        with st.container(key="foot", horizontal=True, vertical_alignment="top", gap="small"):
            st.html(foot, width="stretch")
            with st.popover(say("slides.button.all"), width="content"):
                reports.buttons(view)
