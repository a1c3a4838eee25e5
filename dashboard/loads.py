"""Tables of the page of data: files, rejected rows, missing returns, reconciliation, checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from dashboard import format as shown
from dashboard import modes, sentences
from dashboard.components import grid, html
from pipelines.sources.remarks import remarks_text
from pipelines.texts import current_language, say

SHOWN = 12
MANY = 500  # more than anybody reads on a page


def newest(files: Sequence[Mapping]) -> str:
    """The day on which the newest file came in."""
    return shown.day(max((file["received_on"] for file in files if file["received_on"]), default=None))


def rejected_share(files: Sequence[Mapping]) -> str:
    """Rejected rows as a share of all rows of the files that are there, in words."""
    files = [file for file in files if file["withdrawn_on"] is None]
    rows = sum(file["records"] or 0 for file in files)
    return (
        say("app.loads.share", share=shown.share(sum(file["rejected"] or 0 for file in files) / rows, 2))
        if rows
        else ""
    )


def agreement(rows: Sequence[Mapping]) -> str:
    """How many printed figures the records meet, of how many that can be compared."""
    known = [row for row in rows if row["computed_value"] is not None]
    return f"{sum(bool(row['agrees']) for row in known)} / {len(known)}" if known else shown.NOTHING


def owed_table(rows: Sequence[Mapping]) -> tuple[str, str]:
    """Missing returns: one line for each region and kind, with the periods that are missing."""
    heads = [say(f"app.loads.{name}") for name in ("region", "kind", "periods", "due")]
    grouped: dict[tuple, list[Mapping]] = {}
    for row in rows:
        grouped.setdefault((row["region_code"], row["kind"]), []).append(row)
    cells = []
    for (_, kind), missing in grouped.items():
        missing.sort(key=lambda row: row["period_start"], reverse=True)
        periods = [shown.period(row["period_start"], row["period_end"]) for row in missing[:3]]
        more = say("app.missing_more", n=len(missing)) if len(missing) > 3 else ""
        name = shown.named(missing[0], "region_name") or missing[0]["region_code"]
        cells.append(
            (
                name,
                shown.capital(say(f"app.kinds.{kind}")),
                sentences.listed(periods) + more,
                shown.day(missing[0]["due_on"]),
            )
        )
    return _table(heads, cells)


def rejects_table(rows: Sequence[Mapping]) -> tuple[str, str]:
    """Rejected rows with file, line and the reasons in words."""
    heads = [say(f"app.loads.{name}") for name in ("file", "sheet", "line", "reasons")]
    cells = [(row["path"], row["sheet"] or shown.NOTHING, row["line_number"], row["reasons_text"]) for row in rows]
    return _table(heads, cells, numbers=(2,))


def reconciliation_table(rows: Sequence[Mapping], measures: Mapping[str, Mapping]) -> tuple[str, str]:
    """What the plan prints for the years before it, beside what the records add up to; disagreements first."""
    heads = [say(f"app.loads.{name}") for name in ("measure", "period", "published", "computed", "agrees", "note")]
    ordered = sorted(rows, key=lambda row: (row["agrees"] is not False, row["kind"], row["measure"]))
    cells = [
        (
            shown.named(measures.get(row["measure"], {})) or row["measure"],
            f"{row['period_start_year']}–{row['period_end_year']}",
            *shown.side_by_side(row["published_value"], row["computed_value"], row["unit"]),
            say("app.loads.unknown")
            if row["agrees"] is None
            else say("app.loads.yes" if row["agrees"] else "app.loads.no"),
            (row["note"] if current_language() == "en" else row.get("quote")) or "",
        )
        for row in ordered
    ]
    return _table(heads, cells, numbers=(2, 3))


def disagreements(rows: Sequence[Mapping], view) -> str:
    """Other plans whose printed figures the records do not add up to, each with the way there (HTML); empty without."""
    counts = Counter(row["plan_id"] for row in rows if row["agrees"] is False)
    others = [plan for plan in view.plans if counts[plan["plan_id"]] and plan["plan_id"] != view.plan["plan_id"]]
    if not others:
        return ""
    named = [say("app.loads.of_plan", plan=shown.named(one, "title"), n=counts[one["plan_id"]]) for one in others]
    links = [
        html.esc(words) if modes.mode() else grid.link("data_loads", view.place, words, plan=one["plan_id"])
        for one, words in zip(others, named, strict=True)
    ]
    return f'<p class="a-trust">{html.esc(say("app.loads.disagree_elsewhere"))}{sentences.listed(links)}</p>'


def checks_table(rows: Sequence[Mapping]) -> tuple[str, str]:
    """Checks of the build with how many rows each found; those that are told alike, kind by kind, are one line."""
    heads = [say(f"app.loads.{name}") for name in ("check", "severity", "found")]
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        found[row["text"], row["severity"]] += row["offending_rows"]
    cells = [
        (text, shown.capital(say(f"app.loads.severity_{severity}")), n) for (text, severity), n in found.most_common()
    ]
    return _table(heads, cells, numbers=(2,))


def files_table(rows: Sequence[Mapping]) -> tuple[str, str]:
    """Every file with what became of its rows."""
    names = ("file", "kind", "source", "received_on", "format", "records", "accepted", "rejected_rows", "withdrawn")
    cells = [
        (
            " · ".join(part for part in (row["path"], remarks_text(row.get("remarks"))) if part),
            shown.capital(say(f"app.kinds.{row['kind']}")),
            _sender(row),
            shown.day(row["received_on"]),
            "/".join(part for part in (row["format"], row["encoding"]) if part),
            shown.number(row["records"]),
            shown.number(row["accepted"]),
            shown.number(row["rejected"]),
            shown.day(row["withdrawn_on"]),
        )
        for row in rows
    ]
    return _table([say(f"app.loads.{name}") for name in names], cells, numbers=(5, 6, 7))


def _sender(row: Mapping) -> str:
    """Who sent a file; a source that nobody named has the name of its kind's folder, which tells readers nothing."""
    named = shown.named(row, "publisher")
    return named or (say("app.loads.unnamed") if row["source"] == row["kind"] else row["source"])


def _table(heads: Sequence[str], cells: Sequence[Sequence[object]], numbers: Sequence[int] = ()) -> tuple[str, str]:
    """The first rows, and the others for whoever asks; empty texts where there are none."""
    some = MANY if modes.mode() == modes.PRINT else SHOWN
    first, rest = cells[:some], cells[some:MANY]
    tables = [html.table(heads, rows, numbers=numbers) if rows else "" for rows in (first, rest)]
    if len(cells) > MANY:  # what a page does not list is said, and stands in the build and its workbooks
        tables[bool(rest)] += html.trust_line(
            (say("app.loads.cut", n=shown.number(MANY), of=shown.number(len(cells))),)
        )
    return tables[0], tables[1]
