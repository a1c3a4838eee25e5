"""From a number to its records: the year's numerator, who reported it, and the file, sheet and line of each record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import export, frame
from dashboard import format as shown
from dashboard.components import html, record_table
from pipelines.texts import say

SHOWN, SHOWN_ON_PAPER = 8, 40


def draw(row: Mapping, years: Sequence[Mapping], view) -> None:
    """The card with the sentence, a short table of records, the link to all of them and the download.

    Args:
        row: The assessed target.
        years: Its yearly values.
        view: The view of this run.
    """
    known = [year for year in years if year["value"] is not None]
    with st.container(border=True, key="card_lineage", gap="xsmall"):
        st.html(f'<h2 class="a-h2">{html.esc(say("app.indicator.lineage"))}</h2>')
        if not known:
            st.html(f"<small>{html.esc(say('app.indicator.lineage_none'))}</small>")
            return
        choices = [year["year"] for year in reversed(known)]
        asked = view.place.filters.get("year", "")
        year = int(asked) if asked.isdigit() and int(asked) in choices else (row["value_year"] or choices[0])
        if not view.mode:
            _years(choices, year, view)
        value = next((one for one in known if one["year"] == year), known[-1])
        most = SHOWN_ON_PAPER if view.mode else SHOWN
        found = view.reader.lineage(view.plan["plan_id"], row["target_id"], value["year"], view.as_of, most, 0)
        place = None if view.mode else view.place
        table = record_table.as_html(found["kind"], found["rows"], place)
        st.html(f"<p>{html.esc(_sentence(row, value, found))}</p>{table}")
        below = view.reader.denominators(view.plan["plan_id"], row["target_id"], value["year"], view.as_of)
        if below["rows"]:
            words = say(f"app.indicator.denominator_{below['at']}", year=value["year"], before=value["year"] - 1)
            st.html(f"<p>{html.esc(words)}</p>{record_table.as_html('statistics', below['rows'], place)}")
        if found["total"] and not view.mode:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                query = view.place.query(target=row["target_id"], kind=found["kind"], year=value["year"])
                frame.link("records", say("app.indicator.lineage_all"), query)
                key = (view.plan["plan_id"], row["target_id"], value["year"], view.as_of, export.MOST, 0)
                frame.downloads(
                    f"{view.plan['plan_id']}_{row['target_id']}_{value['year']}",
                    lambda: record_table.plain(found["kind"], view.reader.lineage(*key)["rows"]),
                    view,
                )


def _years(choices: Sequence[int], year: int, view) -> None:
    frame.follow("pick_year", year)
    st.segmented_control(
        say("app.indicator.lineage_year"),
        list(choices)[:10],
        key="pick_year",
        format_func=str,
        label_visibility="collapsed",
        required=True,
        on_change=frame.picked,
        args=("pick_year", "year"),
    )


def _sentence(row: Mapping, year: Mapping, found: Mapping) -> str:
    is_counted = found["kind"] != "statistics" and year["numerator"] is not None
    key = "lineage_sentence" if is_counted else "lineage_direct"
    return say(
        f"app.indicator.{key}",
        year=year["year"],
        value=shown.furthest(row) + shown.with_unit(shown.in_display_unit(year["value"], row), shown.unit(row)),
        numerator=shown.money(year["numerator"])
        if found["is_money"]
        else shown.number(year["numerator"], 2, trim=True),
        n=found["total"],
    )
