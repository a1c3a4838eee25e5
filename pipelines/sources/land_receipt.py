"""What a landed file leaves beside its accepted rows: its rejected rows, the sender's workbook, and the receipt."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipelines.sources.bare_amounts import bare_amounts
from pipelines.sources.cast import text
from pipelines.sources.contract import NAME_FIELDS
from pipelines.sources.corrections import Correction
from pipelines.sources.dates_by_title import dates_by_title
from pipelines.sources.file_work import ACCEPTED, PARQUET, REJECTED, WORKBOOK, Work
from pipelines.sources.named_records import NAMED, name_records
from pipelines.sources.original_lines import keep_lines, show_rejected
from pipelines.sources.quarantine import COLUMNS
from pipelines.sources.rejects_workbook import write_rejects
from pipelines.sources.returned import is_heading_of, number_in
from pipelines.sources.sent_back import rejected_sheet
from pipelines.sources.totals import differing_totals
from pipelines.sources.uncounted import uncounted
from pipelines.sources.unusual import unusual

MAX_LINES = 100_000


def finish(con: duckdb.DuckDBPyConnection, work: Work, shown: str, corrections: Sequence[Correction]) -> dict:
    """Write rejected.parquet and the sender's workbook where there are rejects; tell what happened."""
    context = work.context
    accepted = work.accepted
    rejected = con.execute("SELECT count(*) FROM rejects").fetchall()[0][0] if work.has_rejects else 0
    labels = {name: raw.heading_of(name) for _, raw in work.tables for name in raw.columns}
    places = [labels[name] for name in NAME_FIELDS if name in labels]  # by which the sender names a region
    labels.setdefault("region_code", "/".join(places) or "region_code")
    if rejected:
        for table, raw in work.tables:
            if table in work.few:
                show_rejected(con, table, raw, work.few[table])
            keep_lines(con, table, raw, MAX_LINES)
        name_records(con, work.tables, context.source)
        known = {"file_id": text(context.file_id), "kind": text(work.contract.kind)}
        columns = ", ".join(f"{known[name]} AS {name}" if name in known else name for name in COLUMNS)
        lines = "SELECT sheet, line_number, any_value(original_line) AS original_line FROM original_lines GROUP BY ALL"
        con.execute(
            f"COPY (SELECT {columns} FROM rejects LEFT JOIN ({lines}) USING (sheet, line_number) "
            f"LEFT JOIN {NAMED} USING (sheet, record_number) "
            f"ORDER BY sheet, line_number, record_number) TO {text(work.folder / REJECTED)} {PARQUET}"
        )
        every = [rejected_sheet(con, work.contract, name, raw, labels) for name, raw in work.tables]
        sheets = [sheet for sheet in every if sheet.rows]
        file = shown.split(f"/{work.contract.kind}/", 1)[-1]
        write_rejects(work.folder / WORKBOOK, shown, sheets, rejected, context.file_id, file)
    return {
        "file_id": context.file_id,
        "kind": work.contract.kind,
        "format": work.tables[0][1].format if work.tables else "",
        "encoding": work.tables[0][1].encoding if work.tables else "",
        "records": accepted + rejected,
        "accepted": accepted,
        "rejected": rejected,
        "dropped_by_correction": work.dropped,
        "labels": labels,
        "returns": _returns(con, work),
        "uncounted": uncounted(con, work.contract, [raw for _, raw in work.tables], work.folder / ACCEPTED),
        "unusual": unusual(con, work.contract, work.unusual, work.folder / ACCEPTED),
        "sheets": [
            {
                "sheet": raw.sheet,
                "unmatched_headings": raw.unmatched_headings,
                "heading_units": raw.heading_units,
                "without_unit": bare_amounts(con, work.contract, name, raw, work.few.get(name)),
                "dates_by_title": dates_by_title(con, work.contract, name, raw, work.few.get(name)),
                "totals": differing_totals(con, work.contract, name, raw, work.few.get(name)),
                "notes": [{"code": note.code, "facts": dict(note.facts)} for note in raw.notes],
            }
            for name, raw in work.tables
        ],
        "corrections": [
            {"line": c.line, "applied": work.applied.get(c.line, 0), "found": work.found.get(c.line, [])[:5]}
            for c in corrections
        ],
    }


def _returns(con: duckdb.DuckDBPyConnection, work: Work) -> dict | None:
    """Which rejected rows of which file came back in this one: `file_id`, and `lines` by sheet of that file."""
    if work.returned is None:
        return None
    lines: dict[str, list[int]] = {}
    for name, raw in work.tables:
        headings = raw.sender.headings if raw.sender is not None else raw.headings
        table = raw.sender.table if raw.sender is not None else name
        at = next((i for i, heading in enumerate(headings) if is_heading_of(heading, "line")), None)
        if at is None:
            continue
        if raw.sender is None and name in work.few:
            cells = [cells[at] for _, _, cells in work.few[name]]
        else:
            cells = [cell for (cell,) in con.execute(f"SELECT c{at} FROM {table}").fetchall()]
        numbers = {number for cell in cells if (number := number_in(cell)) is not None}
        lines.setdefault(work.returned.sheets.get(raw.sheet, raw.sheet), []).extend(sorted(numbers))
    return {"file_id": work.returned.file_id, "lines": lines}
