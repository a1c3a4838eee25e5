"""What goes back to the sender of a file: rejected rows as they were received, and which cells are at fault."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence

import duckdb

from pipelines.sources.cast import text
from pipelines.sources.contract import NAME_FIELDS, Contract
from pipelines.sources.personal import mask
from pipelines.sources.quarantine import reason_text
from pipelines.sources.readers import RawTable
from pipelines.sources.rejects_workbook import MAX_ROWS, RejectedRow, RejectedSheet, headings_with_units

_DELIMITERS = ",\t;|"


def rejected_sheet(
    con: duckdb.DuckDBPyConnection, contract: Contract, table: str, raw: RawTable, labels: Mapping[str, str]
) -> RejectedSheet:
    """The rejected rows of one table under the sender's own headings; of a mapped file, the publisher's own.

    Args:
        con: Holds the table `rejects`, `original_lines` and the rows of the table.
        contract: Of the kind.
        table: Name of the filled table.
        raw: As received.
        labels: Field → heading, for the reasons.
    """
    found = con.execute(
        "SELECT j.record_number, j.line_number, j.reasons, o.original_line FROM rejects AS j "
        "LEFT JOIN original_lines AS o ON o.sheet = j.sheet AND o.line_number = j.line_number "
        f"WHERE j.sheet = {text(raw.sheet)} ORDER BY j.line_number, j.record_number LIMIT {MAX_ROWS}"
    ).fetchall()
    sender = raw.sender
    if sender is not None:
        headings, places = list(sender.headings), sender.places
        received = sender.rows(con, [number for number, *_ in found])
    else:
        headings = headings_with_units(raw.headings, raw.columns, raw.heading_units)
        places = {name: (int(column[1:]),) for name, column in raw.columns.items() if int(column[1:]) < len(headings)}
        received = _received(con, table, raw)
    plain = {place for item in contract.fields if item.personal == "keep" for place in places.get(item.name, ())}
    plain -= {place for item in contract.fields if item.personal == "mask" for place in places.get(item.name, ())}
    sheet = RejectedSheet(raw.sheet, headings, has_records=sender is not None)
    for number, line, said, original in found:
        reasons = json.loads(said)
        why = "\n".join(reason_text(reason, labels.get(reason["field"] or "")) for reason in reasons)
        cells = received.get(number) or ()
        if not any(cells) and original:
            cells = _split(original, len(headings))
        shown = [cell if i in plain else mask(cell or "") for i, cell in enumerate(cells)]
        faulty = {place for reason in reasons for place in _places(places, reason["field"])}
        sheet.rows.append(RejectedRow(line, number, why, shown, frozenset(faulty)))
    return sheet


def _received(con: duckdb.DuckDBPyConnection, table: str, raw: RawTable) -> dict[int, Sequence[str | None]]:
    """The cells of the rejected records as they were received, without personal columns."""
    there = {row[0] for row in con.execute(f"DESCRIBE {table}").fetchall()}
    columns = [f"c{i}" for i in range(len(raw.headings))]
    cells = [f"t.{column}" if column in there and column not in raw.dropped else "NULL" for column in columns]
    rows = con.execute(
        f"SELECT t.number_{''.join(f', {cell}' for cell in cells)} FROM "
        f"(SELECT *, {raw.record_number} AS number_ FROM {table}) AS t "
        f"SEMI JOIN (SELECT record_number AS number_ FROM rejects WHERE sheet = {text(raw.sheet)}) USING (number_)"
    ).fetchall()
    return {number: texts for number, *texts in rows}


def _places(places: Mapping[str, Sequence[int]], name: str | None) -> list[int]:
    """Where the cells of a field stand; a region may be given by its names."""
    names = ("region_code", *NAME_FIELDS) if name == "region_code" else (name or "",)
    return [place for each in names for place in places.get(each, ())]


def _split(line: str, width: int) -> list[str]:
    """A line that is no row, parted where it most likely should be, so that its cells need only be moved."""
    whole = re.sub(r"[\r\n\x00]", " ", line)
    try:
        parts = [next(csv.reader([whole], delimiter=sign), [line]) for sign in _DELIMITERS]
    except csv.Error:  # a cell of more than 131,072 signs
        return [line]
    best = max(parts, key=lambda cells: (len(cells) > 1, -abs(len(cells) - width)))
    return best if len(best) <= width else [line]
