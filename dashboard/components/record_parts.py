"""The parts of the page of records: pickers of its filters, the bars by part, and one record with its versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard import format as shown
from dashboard import frame, modes
from dashboard.address import Place
from dashboard.components import grid, html, record_table, trust
from dashboard.selection import PARTS, SCOPES, Selection
from pipelines.texts import say

SHOWN = 8


def pickers(chosen: Selection, codes: Mapping[str, Mapping[str, Mapping]]) -> None:
    """One picker for each filter of the kind; each value stands in the address."""
    for name, column in PARTS[chosen.kind].items():
        known = codes.get(column, {})
        value = chosen.parts.get(name, "")
        options = ["", *known, *([value] if value and value not in known else [])]

        def words(code: str, name: str = name, known: Mapping = known) -> str:
            return _name(known, code) if code else say("app.records.all_of", part=say(f"app.pick.{name}"))

        frame.picker(name, options, value, words, width=170)
    if chosen.kind == "accidents":
        frame.picker(
            "scope", ["", *SCOPES], chosen.scope, lambda one: say(f"app.records.scopes.{one or 'all'}"), width=190
        )


def chosen_words(chosen: Selection, codes: Mapping[str, Mapping[str, Mapping]]) -> list[str]:
    """The chosen filters in words."""
    scope = [say(f"app.records.scopes.{chosen.scope}")] if chosen.scope else []
    return scope + [_name(codes.get(PARTS[chosen.kind][name], {}), code) for name, code in chosen.parts.items()]


def _name(known: Mapping[str, Mapping], code: str | None) -> str:
    if not code:
        return say("app.records.not_stated")
    return shown.named(known[code]) if code in known else code


def by_part(
    chosen: Selection,
    counts: Sequence[tuple[str | None, int]],
    codes: Mapping[str, Mapping[str, Mapping]],
    place: Place,
) -> str:
    """The records by part as bars (HTML), which are their own table; a part's name shows only it, or all again.

    Args:
        chosen: The selection.
        counts: Part and number of records, the largest first.
        codes: Names by column and code.
        place: Where we are.
    """
    part = say(f"app.pick.{chosen.division}")
    key = "app.records.part_of" if chosen.month else "app.records.by_part"
    heading = f'<h2 class="a-h2">{html.esc(modes.clickable(key, part=part, month=chosen.month))}</h2>'
    known, one = codes.get(PARTS[chosen.kind][chosen.division], {}), chosen.parts.get(chosen.division, "")
    most = max((n for _, n in counts), default=0)
    shown_counts = counts if modes.mode() == modes.PRINT else counts[:SHOWN]
    shown_counts += [item for item in counts[SHOWN:] if item[0] == one and item not in shown_counts]
    lines = []
    for code, n in shown_counts:
        words = html.esc(_name(known, code))
        if code and not modes.mode():
            there = {"kind": chosen.kind, "target": "", "page": "", "record": ""}
            there[chosen.division] = "" if code == one else code
            words = grid.link("records", place, _name(known, code), **there)
        mark = ' class="a-on"' if code == one else ""
        bar = f'<span class="a-count"><b style="width:{n / most * 100:.0f}%"></b></span>'
        lines.append(f'<tr{mark}><th scope="row">{words}</th><td>{bar}</td><td class="a-n">{shown.number(n)}</td></tr>')
    rest = counts[len(shown_counts) :]
    more = ""
    if rest:
        words = say("app.records.rest", n=len(rest), sum=shown.number(sum(n for _, n in rest)))
        more = f"<small>{html.esc(words)}</small>"
    return f'{heading}<table class="a-counts"><tbody>{"".join(lines)}</tbody></table>{more}'


def opened(view, kind: str, record: tuple[str, ...]) -> None:
    """The card of one record: every field of every version, with file, sheet and line.

    Args:
        view: The view of this run.
        kind: Kind of record.
        record: Source, number and region.
    """
    versions = view.reader.versions(kind, *record, view.as_of)
    with st.container(border=True, key="card_opened", gap="xxsmall"):
        title = say("app.records.opened", record=record[1], source=record[0])
        st.html(f'<h2 class="a-h2">{html.esc(title)}</h2>')
        if versions:
            st.html(record_table.opened(kind, versions))
            foot = say("app.records.opened_foot")
            st.html(trust.line(view, sources=record[:1], scope=say(f"app.kinds.{kind}"), formula=foot))
        else:
            st.html(f"<p>{html.esc(say('app.records.no_record'))}</p>")
        if not view.mode:
            query = view.place.query(kind=kind, record="")
            frame.link("records", say("app.records.close"), query)
