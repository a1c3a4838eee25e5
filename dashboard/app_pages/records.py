"""记录: the records themselves, filtered by kind, region and time, or those behind one number of an indicator."""

from __future__ import annotations

import streamlit as st

from dashboard import export, frame, modes, questions, selection
from dashboard import format as shown
from dashboard.charts import months
from dashboard.components import html, record_table
from pipelines.texts import say

view = frame.view()
reader = view.reader
if view.as_of is None:
    frame.no_assessment()

regions = questions.below(reader.regions(), view.plan["region_code"])
if questions.is_nation(view.plan):
    regions = regions[:1]
chosen = selection.chosen(view, [row["region_code"] for row in regions])
names = {row["region_code"]: shown.named(row) for row in regions}
start, end = chosen.span

with st.container(key="filters", horizontal=True, gap="small", vertical_alignment="center"):
    frame.picker("kind", record_table.KINDS, chosen.kind, lambda kind: say(f"app.kinds.{kind}"), width=170)
    frame.picker("region", list(names), chosen.region, names.get, width=200)
    years = ["", *[str(year) for year in range(view.as_of.year, chosen.first_year - 1, -1)]]
    frame.picker("year", years, chosen.year, lambda year: year or say("app.pick.all"), width=120)
    if chosen.target or chosen.month:
        query = view.place.query(target="", month="", page="", kind=chosen.kind)
        st.page_link("app_pages/records.py", label=say("app.records.clear"), query_params=query)

if chosen.target:
    found = reader.lineage(
        view.plan["plan_id"], chosen.target, int(chosen.year), view.as_of, chosen.rows, chosen.offset
    )
    kind, total, rows = found["kind"], found["total"], found["rows"]
    row = reader.assessment(view.plan["plan_id"], chosen.target, view.as_of) or {}
    title = say("app.records.behind", name=shown.named(row), year=chosen.year, n=total)
else:
    region, only = questions.region_filter(view.plan, chosen.region)
    ask = (chosen.kind, region, start, end, view.as_of, only)
    kind, total = chosen.kind, reader.count_records(*ask)
    rows = reader.records(*ask, chosen.rows, chosen.offset)
    title = say("app.records.title", kind=say(f"app.kinds.{kind}"), n=shown.number(total))

head = say(
    "app.records.head",
    region=names.get(chosen.region, chosen.region),
    start=shown.day(start),
    end=shown.day(end),
    day=shown.day(view.as_of),
)
mark = f" · {html.synthetic_mark()}" if view.plan["is_synthetic"] else ""
st.html(html.page_head(html.esc(head) + mark, html.esc(title)))

if not chosen.target:
    first, last = chosen.shown_span
    counts = questions.records_by_month(
        reader, chosen.kind, chosen.region, first, last, view.as_of, is_alone=questions.is_nation(view.plan)
    )
    with st.container(border=True, key="card_months", gap="xxsmall"):
        st.html(f'<h2 class="a-h2">{html.esc(say("app.records.by_month"))}</h2>')
        event = modes.chart(
            months(counts, first, last, chosen.month, view.colours),
            say("app.records.month_alt", counts=selection.counted(counts)),
            f"months_{chosen.kind}_{chosen.region}_{chosen.year}",
            on_select="rerun",
            selection_mode="points",
        )
        st.html(html.trust_line((head, say("app.records.foot"))))
    with modes.details(say("app.records.month_twin")):
        st.html(selection.counts_table(counts))
    frame.take_month(event, chosen.month)

if not rows:
    st.html(html.empty(say("app.records.none_title"), say("app.records.none")))
    st.stop()

with st.container(border=True, key="card_records", gap="xsmall"):
    st.html(record_table.as_html(kind, rows))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        span = say("app.records.of", start=chosen.offset + 1, end=chosen.offset + len(rows), n=total)
        st.html(f"<small>{html.esc(span)}</small>", width="content")
        for key, page in (("app.records.before", chosen.page - 1), ("app.records.after", chosen.page + 1)):
            if 1 <= page <= chosen.pages(total):
                query = view.place.query(page=page, kind=chosen.kind)
                st.page_link("app_pages/records.py", label=say(key), query_params=query)
        st.space("stretch")

        def table():
            """All rows of the selection, not only those of this page."""
            if chosen.target:
                key = (view.plan["plan_id"], chosen.target, int(chosen.year), view.as_of, export.MOST, 0)
                return record_table.plain(kind, reader.lineage(*key)["rows"])
            return record_table.plain(kind, reader.records(*ask, export.MOST, 0))

        frame.downloads(f"{view.plan['plan_id']}_{kind}", table, view.plan["is_synthetic"])
foot = (say("product.synthetic") if view.plan["is_synthetic"] else "", say("app.records.foot"))
st.html(html.trust_line(foot, modes.links("records", view.place)))
