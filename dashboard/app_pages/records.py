"""记录: filters, charts that filter the table and each other, one record with all its versions, download."""

from __future__ import annotations

import streamlit as st

from dashboard import export, frame, modes, questions, selection, without_records
from dashboard import format as shown
from dashboard.charts import months
from dashboard.components import html, record_parts, record_table, trust
from pipelines.texts import say

view = frame.view()
reader = view.reader
if view.as_of is None:
    without_records.stop(view)

regions = questions.below(reader.regions(), view.plan["region_code"])
if questions.is_nation(view.plan):
    regions = regions[:1]
asked = view.place.target
target = reader.assessment(view.plan["plan_id"], asked, view.as_of) if asked else None
chosen = selection.chosen(view, [row["region_code"] for row in regions], has_target=target is not None)
names = {row["region_code"]: shown.named(row) for row in regions}
frame.tell_otherwise("region", chosen.region, names.get(chosen.region, chosen.region))
frame.tell_otherwise("kind", chosen.kind, say(f"app.kinds.{chosen.kind}"))
frame.tell_otherwise("target", asked if target else "")
for name in ("year", "month", "scope", "until"):
    frame.tell_otherwise(name, getattr(chosen, name) or "")
if not chosen.record:
    frame.tell_otherwise("record", "")
codes = reader.names_of_codes(chosen.kind)
start, end = chosen.span

if not view.mode:
    with st.container(key="filters", horizontal=True, gap="small", vertical_alignment="center"):
        frame.picker("kind", record_table.KINDS, chosen.kind, lambda kind: say(f"app.kinds.{kind}"), width=170)
        frame.picker("region", list(names), chosen.region, names.get, width=190)
        years = ["", *[str(year) for year in range(view.as_of.year, chosen.first_year - 1, -1)]]
        frame.picker("year", years, chosen.year, lambda year: year or say("app.pick.all"), width=110)
        if not chosen.target:
            record_parts.pickers(chosen, codes)
        if chosen.target or chosen.month or chosen.parts or chosen.scope or chosen.until:
            gone = dict.fromkeys((*selection.PARTS[chosen.kind], "scope", "until"), "")
            query = view.place.query(
                **{"target": "", "month": "", "page": "", "record": "", **gone, "kind": chosen.kind}
            )
            frame.link("records", say("app.records.clear"), query)

if chosen.target:
    key = (view.plan["plan_id"], chosen.target, int(chosen.year), view.as_of)
    found = reader.lineage(*key, chosen.rows, chosen.offset)
    kind, total, rows = found["kind"], found["total"], found["rows"]
    title = say("app.records.behind", name=shown.named(target), year=chosen.year, n=shown.number(total))
    clause, formula = target.get("clause") or "", shown.named(target, "formula")
else:
    kind, clause, formula = chosen.kind, "", ""
    region, only = questions.region_filter(view.plan, chosen.region)
    first, last = chosen.shown_span
    parts = {**(only or {}), **chosen.columns()}
    every = {**(only or {}), **chosen.columns(without=chosen.division)}
    column = selection.PARTS[kind][chosen.division]
    counts = reader.counts_by_month(kind, column, region, first, last, view.as_of, every or None)
    one = chosen.parts.get(chosen.division, "")
    by_month = selection.by_month(counts, one)
    listed = [row for row in by_month if not chosen.month or f"{row['month']:%Y-%m}" == chosen.month]
    total = sum(row["n"] for row in listed)
    chosen = selection.on_a_page(chosen, total)

    def stretch(rows: int, offset: int) -> list[dict]:
        """So many records of the list from one on, asked for among the months that hold them."""
        found = selection.lying(listed, rows, offset)
        if found is None:
            return []
        oldest, newest, before = found
        return reader.records(
            kind, region, max(start, oldest), min(end, newest), view.as_of, parts or None, rows, before
        )

    rows = stretch(chosen.rows, chosen.offset)
    title = say("app.records.title", kind=say(f"app.kinds.{kind}"), n=shown.number(total))
    title = shown.capital(title)
    if kind == "accidents" and not chosen.scope:
        others = {**parts, "counts_as_work_safety": selection.SCOPES["other"]}
        uncounted = reader.count_records(kind, region, start, end, view.as_of, others)
        title += say("app.records.uncounted", n=shown.number(uncounted)) if uncounted else ""

frame.tell_otherwise("page", chosen.page, str(chosen.page))
head = say(
    "app.records.head",
    region=names.get(chosen.region, chosen.region),
    start=shown.day(start),
    end=shown.day(end),
    day=shown.day(view.as_of),
)
mark = f" · {html.synthetic_mark()}" if view.plan["is_synthetic"] else ""
links = modes.links("records", view.place)
st.html(html.page_head(html.esc(head) + mark + (f" · {links}" if links else ""), html.esc(title)))
sources = reader.senders(view.plan["region_code"]).get(kind, ())
scope = " · ".join(
    [
        say(f"app.kinds.{kind}"),
        *([names[chosen.region]] if chosen.region != view.plan["region_code"] else []),
        say("app.records.scope_span", start=shown.day(start), end=shown.day(end)),
        *record_parts.chosen_words(chosen, codes),
    ]
)


def foot(words: str) -> str:
    """The trust line of a figure of this page; the records themselves stand below it."""
    return trust.line(view, sources=sources, scope=scope, clause=clause, formula=formula or words)


if chosen.record:
    record_parts.opened(view, kind, chosen.record)

if not chosen.target:
    left, right = st.columns([2, 1], gap="small")
    with left, st.container(border=True, key="card_months", gap="xxsmall"):
        st.html(f'<h2 class="a-h2">{html.esc(modes.clickable("app.records.by_month"))}</h2>')
        event = modes.chart(
            months(by_month, first, last, chosen.month, view.colours),
            say("app.records.month_alt", counts=selection.counted(by_month)),
            f"months_{kind}_{chosen.region}_{chosen.year}_{one}_{frame.month_clicks()}",
            width=760,
            on_select="rerun",
            selection_mode="points",
        )
        if view.mode != modes.WALL:
            st.html(foot(say("app.records.formula_count")))
    with right, st.container(border=True, key="card_parts", gap="xxsmall"):
        st.html(record_parts.by_part(chosen, selection.by_part(counts, chosen.month), codes, view.place))
    if view.mode != modes.WALL:
        with modes.details(say("app.records.month_twin")):
            st.html(selection.counts_table(by_month))
    frame.take_month(event, chosen.month)

if not rows:
    st.html(html.empty(say("app.records.none_title"), say("app.records.none")))
    st.stop()

with st.container(border=True, key="card_records", gap="xsmall"):
    st.html(record_table.as_html(kind, rows, None if view.mode else view.place))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        span = say("app.records.of", start=chosen.offset + 1, end=chosen.offset + len(rows), n=shown.number(total))
        st.html(f"<small>{html.esc(span)}</small>", width="content")
        if not view.mode:
            for key_, page in (("app.records.before", chosen.page - 1), ("app.records.after", chosen.page + 1)):
                if 1 <= page <= chosen.pages(total):
                    query = view.place.query(page=page, kind=chosen.kind)
                    frame.link("records", say(key_), query)
            st.space("stretch")

            def table():
                """All rows of the selection, not only those of this page."""
                if chosen.target:
                    return record_table.plain(kind, reader.lineage(*key, export.MOST, 0)["rows"])
                return record_table.plain(kind, stretch(export.MOST, 0))

            frame.downloads(f"{view.plan['plan_id']}_{kind}", table, view)
    if view.mode != modes.WALL:
        st.html(foot(say("app.records.formula_list")))
