"""对照: city and districts side by side, what is inherited, what is doubtful in print, and what the data cover."""

from __future__ import annotations

import streamlit as st

from dashboard import controls, frame, modes, questions, sentences, without_records
from dashboard import format as shown
from dashboard.components import html, plan_parts, trust
from pipelines.texts import say

PARTS = ("side", "inheritance", "doubts", "coverage")
FEET = {
    "side": ("side_foot", "side_less", "side_dates"),
    "inheritance": ("inheritance_foot",),
    "doubts": (),
    "coverage": ("coverage_foot",),
}

view = frame.view()
place, reader = view.place, view.reader
every = reader.targets_of_all_plans(view.as_of)
if not every:
    without_records.stop(view)

part = controls.asked(view, "part", PARTS, PARTS[0])
# The nation's real figures never stand beside simulated ones.
alike = [plan for plan in view.plans if plan["is_synthetic"] == view.plan["is_synthetic"]]
assessed = {row["plan_id"] for row in every}
plans = plan_parts.in_families([plan for plan in alike if plan["plan_id"] in assessed], reader.regions())
family = {plan["plan_id"] for plan in plans}
rows = [row for row in every if row["plan_id"] in family]
regions = {row["region_code"]: shown.named(row) for row in reader.regions()}
heads = plan_parts.short_names(view.plans, regions)
names = {(row["plan_id"], row["target_id"]): shown.named(row) for row in every}
doubts = [row for row in reader.doubts() if row["plan_id"] in family]
less = {(row["plan_id"], row["target_id"]): shown.named(row, "text") for row in doubts if row["code"] == "asks_less"}
inherited = [row for row in reader.inherited_targets() if row["plan_id"] in family]
found = plan_parts.by_indicator(rows)
shared = {name: own for name, own in found.items() if len(own) > 1}
alone = {name: own for name, own in found.items() if len(own) == 1}

above = [html.esc(say("app.data_until", day=shown.day(view.as_of)))]
above += [html.esc(words)] if (words := sentences.forecast_of(rows)) else []
if view.plan["is_synthetic"]:
    above.append(html.synthetic_mark())
if not view.mode:
    above.append(modes.links("plans", place))
if len(plans) < len(alike):
    above.append(html.esc(say("app.plans.without_records", n=len(alike) - len(plans))))
if len(alike) < len(view.plans):
    above.append(html.esc(say("app.plans.apart")))
sentence = say(
    "app.plans.head" if len(plans) > 1 else "app.plans.head_one",
    plans=len(plans),
    targets=len(rows),
    shared=len(shared),
    less=len(less),
    unset=sum(row["from_target_id"] is None for row in inherited),
    doubts=len(doubts),
)
st.html(html.page_head(" · ".join(above), html.esc(sentence)))
if not view.mode:
    controls.choice("part", say("app.plans.part"), PARTS, part, lambda one: say(f"app.plans.parts.{one}"))


def foot(part: str) -> None:
    """The trust line of a part; a wall has no room for it."""
    if view.mode == modes.WALL:
        return
    keys = FEET[part]
    more, formula = tuple(say(f"app.plans.{key}") for key in keys), say(f"app.plans.formula_{part}")
    st.html(trust.of_targets(view, rows, scope=say("app.plans.scope", n=len(plans)), formula=formula, more=more))


def side() -> None:
    """What each plan asks of the same indicator."""
    st.html(plan_parts.side_by_side(shared or alone, plans, heads, less, place, is_short=view.mode == modes.WALL))
    foot("side")
    if shared and alone and view.mode != modes.WALL:
        with modes.details(say("app.plans.alone", n=len(alone))):
            st.html(plan_parts.side_by_side(alone, plans, heads, less, place))


def inheritance() -> None:
    """Which plan stands above which, and what its targets take over."""
    st.html(plan_parts.inheritance(plans, inherited, names, place))
    foot("inheritance")
    published = questions.published_above(reader, view.plan["region_code"], view.as_of)
    if published and view.mode != modes.WALL:
        region = regions.get(view.plan["region_code"], "")
        st.html(f'<h2 class="a-h2">{html.esc(say("app.plans.above.title", region=region))}</h2>')
        st.html(plan_parts.published_above(published, regions, questions.measure_names(reader)))
        sources = [row["source"] or say("app.plans.above.plan") for row in published]
        words = {"scope": say("app.plans.above.scope"), "formula": say("app.plans.above.formula")}
        st.html(trust.line(view, sources=sources, is_synthetic=False, **words))


def all_doubts() -> None:
    """What is doubtful in print, by group."""
    st.html(f"<p>{html.esc(say('app.plans.doubts_words'))}</p>")
    for group in plan_parts.GROUPS:
        own = [row for row in doubts if plan_parts.group_of(row["code"]) == group]
        if own:
            title = say("app.plans.group", name=say(f"app.plans.groups.{group}"), n=len(own))
            with modes.details(title, is_open=group in ("less", "unset", "suspect")):
                st.html(plan_parts.doubts(own, heads, names, place))
    if not doubts:
        st.html(f"<p>{html.esc(say('app.plans.no_doubts'))}</p>")
    foot("doubts")


def coverage() -> None:
    """Which years of each target have data, and who sends them."""
    own = [row for row in rows if row["plan_id"] == place.plan]
    years = reader.years_by_target(place.plan, own[0]["as_of_on"]) if own else {}
    start, end = frame.first_year(view.plan), getattr(view.plan["period_end"], "year", view.plan["period_end"])
    last = min(view.as_of.year - 1, end)
    words = say("app.plans.covered", n=plan_parts.covered(own, years, last), of=len(own), year=last)
    st.html(f"<p>{html.esc(shown.named(view.plan, 'title'))}{html.esc(say('app.colon') + words)}</p>")
    measures = questions.measure_names(reader)
    behind = {
        target: [{**one, "sources": trust.named(reader, one["sources"])} for one in operands]
        for target, operands in reader.data_behind(place.plan, view.as_of).items()
    }
    st.html(plan_parts.coverage(own, years, behind, measures, range(start - 1, end + 1), view.as_of.year, place))
    foot("coverage")


DRAWN = {"side": side, "inheritance": inheritance, "doubts": all_doubts, "coverage": coverage}
for one in PARTS if view.mode == modes.PRINT else (part,):
    with st.container(border=True, key=f"card_plans_{one}", gap="xsmall"):
        if view.mode == modes.PRINT:
            st.html(f'<h2 class="a-h2">{html.esc(say(f"app.plans.parts.{one}"))}</h2>')
        DRAWN[one]()
