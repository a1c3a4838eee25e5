"""数据: what was loaded, what is missing, what was rejected, and whether the records sum to what the plans print."""

from __future__ import annotations

import streamlit as st

from dashboard import format as shown
from dashboard import frame, loads, modes, questions
from dashboard.components import html, trust
from pipelines.texts import say

SECTIONS_OF_WALL = 2

view = frame.view()
reader = view.reader
files, rejects = reader.files(), reader.rejects()
in_force = [file for file in files if file["withdrawn_on"] is None]
sees_all = reader.seen is None  # a line that was not understood may speak of any region
rejected = shown.number(len(rejects)) if sees_all else shown.missing("suppressed")
owed = questions.owed(reader, view.as_of)
printed = reader.reconciliation()
agreed = [row for row in printed if row["plan_id"] == view.plan["plan_id"]]

above = html.esc(say("app.build", build=reader.build)) + (
    f" · {modes.links('data_loads', view.place)}" if not view.mode else ""
)
if any(file["is_synthetic"] for file in files):
    above += f" · {html.synthetic_mark()}"
key = "app.loads.head" if sees_all else "app.loads.head_part"
st.html(html.page_head(above, html.esc(say(key, files=len(in_force), owed=len(owed), rejected=rejected))))
tiles = [
    (say("app.loads.files"), shown.number(len(in_force)), "", say("app.loads.received", day=loads.newest(in_force))),
    (say("app.loads.accepted"), shown.number(sum(file["accepted"] or 0 for file in in_force)), "", ""),
    (say("app.loads.rejected"), rejected, "", loads.rejected_share(in_force) if sees_all else ""),
    (say("app.loads.owed"), shown.number(len(owed)), "", say("app.data_until", day=shown.day(view.as_of))),
    (say("app.loads.agree"), loads.agreement(agreed), "", say("app.loads.agree_of")),
]
st.html(f'<div class="a-grid a-five">{"".join(html.tile(*tile) for tile in tiles)}</div>')

measures = questions.measure_names(reader)
sections = {
    "owed": loads.owed_table(owed),
    "reconciliation": loads.reconciliation_table(agreed, measures),
    "rejects": loads.rejects_table(rejects),
    "checks": loads.checks_table(reader.checks()),
    "files": loads.files_table(files),
}
for name, (table, rest) in list(sections.items())[: SECTIONS_OF_WALL if view.mode == modes.WALL else None]:
    with st.container(border=True, key=f"card_{name}", gap="xxsmall"):
        heading = html.esc(say(f"app.loads.section_{name}"))
        nothing = say("app.loads.nothing") if sees_all or name != "rejects" else shown.missing("suppressed")
        st.html(f'<h2 class="a-h2">{heading}</h2>' + (table or f"<small>{html.esc(nothing)}</small>"))
        if name == "reconciliation" and (elsewhere := loads.disagreements(printed, view)):
            st.html(elsewhere)
        if rest and not view.mode:
            more = st.expander(say("app.loads.more", n=rest.count("<tr>") - 1), on_change="rerun", key=f"more_{name}")
            if more.open:
                more.html(rest)
        if view.mode != modes.WALL:
            st.html(
                trust.line(
                    view,
                    sources=[say("app.loads.of_build", build=reader.build)],
                    scope=say(f"app.loads.scope_{name}"),
                    formula=say(f"app.loads.formula_{name}"),
                )
            )
