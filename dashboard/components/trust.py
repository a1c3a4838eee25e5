"""The trust line under a figure: source, data date, scope, clause, formula, and the way to its records."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from dashboard import format as shown
from dashboard import modes, sentences
from dashboard.components import grid, html
from pipelines.original import original
from pipelines.texts import has, say

MOST = 3
"""Clauses that are named; the others are counted."""
_WIDE = str.maketrans("()", "（）")  # as clauses of a Chinese plan are written


def line(
    view,
    *,
    sources: Iterable[str] = (),
    until: datetime.date | None = None,
    scope: str = "",
    clause: str = "",
    formula: str = "",
    more: Iterable[str] = (),
    records: Mapping[str, object] | None = None,
    link: str = "",
    is_synthetic: bool | None = None,
) -> str:
    """One line of HTML; what a figure does not have is said as such and not left out.

    Args:
        view: The view of this run.
        sources: Who reported what the figure is made of.
        until: Data date; that of the view where the figure has no other.
        scope: What is counted beside the region, in words.
        clause: The clause of the plan that the figure stands for.
        formula: How the figure is computed.
        more: Further remarks of the figure.
        records: Query keys of the page of records that lists what the figure counts; None where there is none.
        link: Instead of that a link of the figure's own (HTML).
        is_synthetic: Whether the figure is made of simulated records; None means as the plan's are.
    """
    from_whom = sentences.listed(named(view.reader, sources)) or say("app.trust.no_source")
    region = view.region_name
    parts = [
        say("product.synthetic") if (view.plan["is_synthetic"] if is_synthetic is None else is_synthetic) else "",
        say("app.trust.source", source=from_whom),
        say("app.trust.until", day=shown.day(until or view.as_of)),
        say("app.trust.scope", region=say("app.trust.region_and", region=region, scope=scope) if scope else region),
        say("app.trust.clause", clause=original(clause) or shown.missing("not_applicable")),
        say("app.trust.formula", formula=formula or shown.missing("not_applicable")),
        *more,
    ]
    return html.trust_line(parts, link or to_records(view, records))


def named(reader, sources: Iterable[str]) -> list[str]:
    """Who stands behind each source as `provenance.yml` names it, each once; a source without a name stands as it is.

    Files in the folder of a kind of which nobody wrote down who sent them have that folder's name as their source.

    Args:
        reader: The pinned build.
        sources: Names of sources.
    """
    known = reader.titles()
    return list(dict.fromkeys(shown.named(known.get(source, {})) or _unnamed(source) for source in sources))


def _unnamed(source: str) -> str:
    key = f"app.kinds.{source}"
    return say("app.trust.unnamed", kind=say(key)) if has(key) else source


def of_targets(
    view, rows: Iterable[Mapping], *, formula: str = "", scope: str = "", more: Iterable[str] = (), link: bool = True
) -> str:
    """The trust line of a figure about several targets of the plan.

    Args:
        view: The view of this run.
        rows: The targets.
        formula: How the figure is computed; the targets' own formulas stand on their pages.
        scope: As for `line`.
        more: As for `line`.
        link: Whether it leads to the records.
    """
    sections = list(dict.fromkeys(row["section"].translate(_WIDE) for row in rows if row["section"]))
    clause = sentences.listed(sections[:MOST]) + (say("app.missing_more", n=len(sections)) if sections[MOST:] else "")
    sent = view.reader.senders(view.plan["region_code"])
    sources = sorted({name for names in sent.values() for name in names})
    return line(
        view,
        sources=sources,
        scope=scope,
        clause=clause,
        formula=formula or say("app.trust.formula_each"),
        more=more,
        records={} if link else None,
    )


def to_records(view, records: Mapping[str, object] | None) -> str:
    """The link to the records (HTML); none on a wall or on paper, where nobody can follow it."""
    if records is None or modes.mode():
        return ""
    there = {"target": "", "quarter": "", "part": "", **records}
    return grid.link("records", view.place, say("app.trust.records"), **there)
