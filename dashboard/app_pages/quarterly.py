"""季度形势: what a quarterly meeting goes through, from the first minute to the outlook."""

from __future__ import annotations

import datetime

import streamlit as st

from dashboard import data, frame, questions, sentences
from dashboard import format as shown
from dashboard.charts import years
from dashboard.charts.frame import CONFIG
from dashboard.components import html
from dashboard.quarterly import first_minute, outcomes, outlook, period, places, tables, words
from pipelines.texts import say

view = frame.view()
reader, plan = view.reader, view.plan
if view.as_of is None:
    frame.no_assessment()

options = period.quarters(view.dates, view.as_of)
quarter = period.chosen(options, view.place.filters.get("quarter", ""))
region, known = plan["region_code"], quarter.known
rows = reader.assessments(plan["plan_id"], known)
regions = {row["region_code"]: row for row in reader.regions()}
inside = {row["region_code"] for row in questions.below(regions.values(), region)}
inside = {region} if questions.is_nation(plan) else inside
owing = [row for row in questions.owed(reader, known) if row["region_code"] in inside]
owed = sentences.not_reported(owing)
missing = {row["kind"] for row in owing if row["region_code"] == region and row["period_start"].year == quarter.year}

left, right = st.columns([6, 1], vertical_alignment="center")
left.html(
    f'<div class="a-data">{first_minute.above(view, quarter, owed)}</div><style>{data.asset("quarterly.css")}</style>'
)
with right:
    names = {one.code: shown.quarter(one.last) for one in options}
    frame.picker("quarter", list(names), quarter.code, names.get, width=190)

if questions.is_nation(plan):
    st.html(html.empty(say("app.quarterly.nation_title"), say("app.quarterly.nation")))
    st.stop()

# The questions, each asked once

start = datetime.date(quarter.year, 1, 1)
breaks = data.series_breaks(region, datetime.date(quarter.year - 1, 1, 1), quarter.end)
cuts = reader.situation(plan["plan_id"], region, quarter.year, quarter.month, known)
if breaks:
    cuts = [{**row, "is_broken": True, "finding": None} for row in cuts]
total = tables.of_cut(cuts, "total")[0]
value = tables.values(reader.measures_to_date(region, quarter.year, quarter.month, known))
larger = {
    **reader.last_larger_accident(region, known),
    "n": value("larger_accidents", 0),
    "before": value("larger_accidents", 1),
    "is_broken": bool(breaks),
}
control = [{**one, "is_own": one["region_code"] == region} for one in reader.control_figures(plan["plan_id"], known)]
chances = reader.quarter_chances(plan["plan_id"], known)
news = (
    reader.changes_between(region, datetime.date(quarter.year - 1, 1, 1), quarter.earlier, known)
    if quarter.earlier
    else None
)
before = reader.assessments(plan["plan_id"], quarter.earlier) if quarter.earlier else []
meeting, seasons = data.meeting(plan["plan_id"]), data.seasons()
measure_names = questions.measure_names(reader)
hazards = reader.major_hazards(region, start, known)
rates = reader.town_rates(region, quarter.end, known)
region_name = shown.named(regions.get(region, {})) or region
scope = say("app.trust.scope", region=region_name)


def trust(*more: str) -> str:
    """The trust line of a figure of records."""
    return html.trust_line(
        (
            say("app.quarterly.trust_source"),
            say("app.trust.until", day=shown.day(known)),
            scope,
            *more,
            say("product.synthetic") if plan["is_synthetic"] else "",
        )
    )


def card(key: str, title: str, hint: str = "", *, width: str | int = "stretch"):
    """A bordered container with its heading."""
    box = st.container(border=True, key=f"card_q_{key}", gap="xxsmall", width=width)
    text = f"{title} · {hint}" if hint else title
    box.html(f'<h2 class="a-h2">{html.esc(text)}</h2>')
    return box


# 1-6: the first minute

is_reported = "accidents" not in missing
partly = sentences.listed([say(f"app.kinds.{kind}") for kind in sorted(missing)])
sentence = words.judgement(
    region_name, quarter.month, total, larger, rows, known, is_reported="accidents" not in missing
)
st.html(
    f'<h1 class="a-h1">{html.esc(sentence)}</h1>'
    + (html.trust_line((say("app.quarterly.partly", kinds=partly),)) if missing else "")
    + "".join(html.trust_line((say("app.quarterly.broken", what=shown.named(one)),)) for one in breaks)
)
st.html(first_minute.tiles(total, larger, control, rows, quarter))
earlier = shown.day(quarter.earlier)
st.html(
    '<div class="a-grid a-three">'
    + html.card(say("app.quarterly.ahead_title"), first_minute.ahead(control, cuts, chances["control"], region_name))
    + html.card(
        say("app.quarterly.changes_title", day=earlier) if quarter.earlier else say("app.quarterly.changes_none"),
        first_minute.changes(news, rows, before),
    )
    + html.card(say("app.quarterly.decisions_title"), first_minute.decisions(meeting, plan["plan_id"], quarter))
    + "</div>"
)

# Appendix

same_months = say("app.quarterly.same_age", months=words.months(quarter.month))
year_pair = (quarter.year, quarter.year - 1)
month_labels = [say(f"app.quarterly.month_{month}") for month in range(1, quarter.month + 1)]
by_month = {int(row["code"]): row for row in tables.of_cut(cuts, "month")}
for column, measure in zip(st.columns(2, gap="small"), ("accidents", "deaths"), strict=True):
    title = say("app.quarterly.running_title", name=say(f"app.quarterly.{measure}"))
    counts = {
        quarter.year - back: [
            by_month.get(month, {}).get(f"{measure}{suffix}", 0) for month in range(1, quarter.month + 1)
        ]
        for back, suffix in enumerate(("", "_before", "_before2"))
    }
    with column, card(f"running_{measure}", title, same_months):
        st.plotly_chart(
            years.running_totals(counts, month_labels, view.colours),
            theme=None,
            config=CONFIG,
            alt=years.alt(title, month_labels, counts[quarter.year], quarter.year),
            key=f"running_{measure}",
        )
        st.html(trust())
with st.expander(say("app.quarterly.twin", name=say("app.quarterly.cuts.month"))):
    st.html(tables.comparison(tables.of_cut(cuts, "month"), quarter.year, say("app.quarterly.cuts.month")))

with card(
    "sector",
    say("app.quarterly.cuts.sector"),
    say("app.quarterly.bar_hint", year=quarter.year, before=quarter.year - 1),
):
    st.html(tables.comparison(tables.sectors(cuts), quarter.year, say("app.quarterly.cuts.sector")))
    st.html(trust(say("app.quarterly.test_note")))

if rates["places"]:
    with card("rates", say("app.quarterly.rates_title"), places.unit(rates)):
        st.html(places.tile_map(rates))
        st.html(trust(places.formula(rates)))
        more = st.expander(say("app.quarterly.twin", name=say("app.quarterly.rates_title")))
        more.html(places.twin(rates))
    with card("places", say("app.quarterly.cuts.region"), same_months):
        shown_places = tables.places(cuts)
        some = [row for row in shown_places if row.get("is_sum") or tables.happened(row)]
        st.html(tables.comparison(some, quarter.year, say("app.quarterly.cuts.region")))
        none = len(shown_places) - len(some)
        st.html(trust(say("app.quarterly.test_note"), say("app.quarterly.places_none", n=none) if none else ""))

for cut in ("type", "cause"):
    with card(cut, say(f"app.quarterly.cuts.{cut}"), same_months):
        parts = [row for row in tables.by_number(tables.of_cut(cuts, cut)) if tables.happened(row)]
        st.html(tables.comparison(parts[: tables.SHOWN], quarter.year, say(f"app.quarterly.cuts.{cut}")))
        if len(parts) > tables.SHOWN:
            more = st.expander(say("app.quarterly.more_parts", n=len(parts) - tables.SHOWN))
            more.html(tables.comparison(parts[tables.SHOWN :], quarter.year, say(f"app.quarterly.cuts.{cut}")))
        st.html(trust())

with card("grade", say("app.quarterly.grade_title"), say("app.quarterly.grade_hint")):
    st.html(
        '<div class="q-two">'
        + "".join(
            tables.comparison(
                tables.of_cut(cuts, cut), quarter.year, say(f"app.quarterly.cuts.{cut}"), bars=False, tested=False
            )
            for cut in ("grade", "official_grade")
        )
        + "</div>"
    )
    st.html(trust())

for column, (cut, codes) in zip(
    st.columns([1, 2], gap="small"),
    (("weekday", [str(n) for n in range(1, 8)]), ("hour", [str(n) for n in range(24)])),
    strict=True,
):
    known_parts = {row["code"]: row for row in tables.of_cut(cuts, cut)}
    now, last = (
        [known_parts.get(code, {}).get(name, 0) for code in codes] for name in ("accidents", "accidents_before")
    )
    labels = [code if cut == "hour" else say(f"app.quarterly.weekday_{code}") for code in codes]
    title = say(f"app.quarterly.cuts.{cut}")
    hint = say("app.quarterly.mark_hint", year=quarter.year, before=quarter.year - 1)
    with column, card(cut, title, hint):
        figure = years.bars(now, last, labels, view.colours, years=year_pair)
        st.plotly_chart(
            figure, theme=None, config=CONFIG, alt=years.alt(title, labels, now, quarter.year), key=f"by_{cut}"
        )
        st.html(trust())
        more = st.expander(say("app.quarterly.twin", name=title))
        more.html(tables.comparison(list(known_parts.values()), quarter.year, title, bars=False))

with card("beside", say("app.quarterly.beside_title"), say("app.quarterly.beside_hint")):
    blocks = (
        (
            "outcomes",
            tables.measures(measure_names, outcomes.OUTCOMES, value, quarter.year, missing, is_broken=bool(breaks)),
        ),
        ("inspections", tables.measures(measure_names, outcomes.INSPECTIONS, value, quarter.year, missing)),
        ("training", tables.measures(measure_names, outcomes.TRAINING, value, quarter.year, missing)),
        ("shares", outcomes.rates(value, quarter.year)),
    )
    st.html(
        '<div class="q-two">'
        + "".join(
            f'<div><h2 class="a-h2">{html.esc(say(f"app.quarterly.{name}"))}</h2>{body}</div>' for name, body in blocks
        )
        + "</div>"
    )
    st.html(trust(say("app.quarterly.beside_note")))

with card("hazards", say("app.quarterly.hazards_title")):
    st.html(outcomes.hazard_tiles(hazards["places"], value))
    by_place = outcomes.hazard_table(hazards["places"], regions)
    late = outcomes.overdue_table(hazards["overdue"], known)
    if by_place or late:
        oldest = f'<div><h2 class="a-h2">{html.esc(say("app.quarterly.oldest"))}</h2>{late}</div>' if late else ""
        st.html(f'<div class="q-two"><div>{by_place}</div>{oldest}</div>')
    st.html(trust(say("app.quarterly.hazards_note")))

with card("disasters", say("app.quarterly.disasters_title"), same_months):
    st.html(outcomes.disasters(measure_names, value, quarter.year, missing))
    st.html(trust())

with card("outlook", outlook.title(quarter)):
    st.html(outlook.same_quarter(measure_names, value, quarter))
    above = outlook.upwards(regions, region)
    views = outlook.views(meeting, plan["plan_id"], quarter)
    st.html(
        '<div class="a-grid a-three">'
        + html.card(say("app.quarterly.calendar_title"), outlook.dates(seasons, above, quarter))
        + html.card(say("app.quarterly.forecast_title"), outlook.forecasts(rows, chances, region))
        + html.card(say("app.quarterly.views_title"), views)
        + "</div>"
    )
    st.html(trust(say("app.quarterly.outlook_note")))

with st.container(horizontal=True, gap="small", vertical_alignment="center"):
    frame.downloads(f"{plan['plan_id']}_{quarter.code}", lambda: tables.plain(cuts, quarter.year), plan["is_synthetic"])
    query = view.place.query(kind="accidents", year=quarter.year, quarter="")
    st.page_link("app_pages/records.py", label=say("app.trust.records"), query_params=query)
