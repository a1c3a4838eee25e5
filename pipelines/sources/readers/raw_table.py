"""What a reader hands over: one table of text per file or sheet, and what leads a value back to its line.

How to use one (this is the whole contract with the landing):

    raw.fill(con, "raw_rows", f"*, {error_list} AS faults")     # CREATE TEMP TABLE raw_rows AS SELECT …, one pass
    con.execute(f"SELECT {raw.record_number}, {raw.line_number}, c3 FROM raw_rows …")
    raw.encoding, raw.faults, raw.notes                          # complete only now
    raw.few_records(con, 5000)                                   # instead of fill: the records of a small table
    raw.original_lines([12, 40])                                 # {12: "…", 40: "…"}, dropped cells blotted out

A plain CSV is read by DuckDB straight from the file, so nothing is known about its rows before `fill`. `fill` then
proves that every physical line became one row; where that does not hold (ragged rows, line breaks in quotes, blank
lines, stray quotes, NUL bytes, another encoding further down) the file is read again, line by line, and the rows that
are no records end in `faults`. Workbooks, Parquet, JSON lines and mapped files are temporary tables from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

MAX_COLUMNS = 2_000
MAX_FAULTS = 100_000
BLOT = "＊"


@dataclass(frozen=True)
class RowFault:
    """A row that is no record, found while reading. `code` is a text below `readers.faults`, `facts` fill its braces.

    `field` names the contract field where one cell is at fault (a formula without a value); the row itself is then in
    the table as well. Without a field the row is not in the table: `original_line` is all there is of it.
    """

    record_number: int
    line_number: int
    code: str
    facts: dict[str, object]
    original_line: str | None = None
    field: str | None = None


@dataclass(frozen=True)
class Note:
    """Something left out on purpose and said so: a text below `readers.notes` with its facts."""

    code: str
    facts: dict[str, object]


@dataclass(frozen=True)
class TotalRow:
    """A row that adds up others: where it stands, and its cells."""

    line_number: int
    cells: Sequence[str | None]


@dataclass
class Source:
    """A FROM text and the expressions that number its rows once they stand in a table in file order.

    With `is_temporary` the text is a temporary table of the reader, which is dropped once it is filled into another.
    """

    from_sql: str
    is_temporary: bool = False
    record_number: str = "record_number"
    line_number: str = "line_number"


@dataclass(frozen=True)
class SenderTable:
    """The rows of a mapped file in the publisher's own columns, in the temporary table `table` (`c0` …).

    `places` leads from our fields to the columns that they come from. `rows` gives the cells of records by number, with
    what continuation rows take from above, and without personal columns.
    """

    table: str
    headings: Sequence[str]
    places: Mapping[str, Sequence[int]]
    rows: Callable[[duckdb.DuckDBPyConnection, Sequence[int]], dict[int, Sequence[str | None]]]


@dataclass
class RawTable:
    """One table as received, all text.

    Attributes:
        source: Where the rows come from; see `Source`. Columns are `c0` … `cN`, VARCHAR, NULL where empty.
        columns: Contract field (or name field: region_name, district_name, town_name) → column.
        headings: As printed, by position.
        heading_units: Field → unit that stands in its heading or in a line above (万元); absent = none is said.
        unmatched_headings: Headings that the contract does not know; they are left out.
        dropped: Columns with personal data, left out and blotted in `original_lines`.
        format: csv, xlsx, xls, parquet, jsonl.
        encoding: Of a text file, as read; '' otherwise.
        heading_line: Physical line (sheet row) of the last heading row; 0 without one.
        totals: Rows that were left out since they add up others.
        own_places: Columns that only a record fills: its date and its number; see `not_records`.
        periods: Columns of statistics of which each holds the figures of one period, with their headings.
        mapped: Values come from a mapping and are in canonical form.
        sender: Of a mapped file, its rows before the mapping.
        few: Reads a small text file into records (number, line, cells) without the database; `faults` and `encoding`
            are then complete. To be called instead of `fill`. None = `fill`.
    """

    source: Source
    columns: dict[str, str]
    headings: list[str]
    format: str
    encoding: str = ""
    sheet: str = ""
    heading_line: int = 0
    heading_units: dict[str, str] = field(default_factory=dict)
    unmatched_headings: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    totals: list[TotalRow] = field(default_factory=list)
    own_places: Sequence[int] = ()
    periods: dict[str, str] = field(default_factory=dict)
    mapped: bool = False
    sender: SenderTable | None = None
    few: Callable[[RawTable], list[tuple[int, int, list[str | None]]]] | None = None
    again: Callable[[RawTable, duckdb.DuckDBPyConnection], Source] | None = None
    holds: Callable[[RawTable, int], bool] | None = None
    lines_of: Callable[[RawTable, list[int]], dict[int, str]] | None = None

    def heading_of(self, field_name: str) -> str:
        """The heading of a field as printed in the file; its name where the file has none."""
        column = self.columns.get(field_name)
        at = int(column[1:]) if column else len(self.headings)
        return self.headings[at] if at < len(self.headings) else field_name

    @property
    def from_sql(self) -> str:
        """Text for FROM. Prefer `fill`, which also proves that the rows are the lines."""
        return self.source.from_sql

    @property
    def record_number(self) -> str:
        """Expression over a table made by `fill`: 1-based record below the heading."""
        return self.source.record_number

    @property
    def line_number(self) -> str:
        """Expression over a table made by `fill`: physical line, or sheet row."""
        return self.source.line_number

    def fill(self, con: duckdb.DuckDBPyConnection, name: str, projection: str = "*") -> int:
        """Make the temporary table `name` of the rows, in file order, and return how many there are; to be called once.

        Args:
            con: Connection on which the file was read.
            name: Table to create; one of the same name is replaced.
            projection: What to select. Keep the `*`: a cast as the only use of a column is pushed into the CSV scanner
                of DuckDB 2.0 and raises there (duckdb/duckdb#23818).

        Raises:
            PipelineError: The file breaks off, or its bytes are no encoding.
        """
        try:
            rows = self._create(con, name, projection)
        except duckdb.InvalidInputException:
            if self.again is None:
                raise
            rows = -1
        if self.again is not None and (rows < 0 or (self.holds is not None and not self.holds(self, rows))):
            con.execute(f'DROP TABLE IF EXISTS "{name}"')
            again, self.again = self.again, None
            self.source = again(self, con)
            rows = self._create(con, name, projection)
        if self.source.is_temporary:
            con.execute(f"DROP TABLE {self.source.from_sql}")
            self.source.from_sql, self.source.is_temporary = name, False
        return rows

    def few_records(
        self, con: duckdb.DuckDBPyConnection, limit: int
    ) -> list[tuple[int, int, Sequence[str | None]]] | None:
        """Number, line and cells of the records of a small text file, or of a table of at most `limit` rows; else None.

        Where it gives records, the rows are not in the database, and `fill` is not to be called.
        """
        if self.few is not None:
            records = self.few(self)
        elif not self.source.is_temporary:
            return None
        else:
            if con.execute(f"SELECT count(*) FROM {self.source.from_sql}").fetchall()[0][0] > limit:
                return None
            cells = "".join(f", c{i}" for i in range(len(self.headings)))
            numbers = f"{self.source.record_number} AS number_, {self.source.line_number} AS line_"
            found = con.execute(f"SELECT {numbers}{cells} FROM {self.source.from_sql} ORDER BY number_").fetchall()
            records = [(number, line, texts) for number, line, *texts in found]
            con.execute(f"DROP TABLE {self.source.from_sql}")
        self.source = Source("", record_number="record_number", line_number="line_number")
        return records

    def _create(self, con: duckdb.DuckDBPyConnection, name: str, projection: str) -> int:
        sql = f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT {projection} FROM {self.source.from_sql}'
        return con.execute(sql).fetchall()[0][0]

    def original_lines(self, lines: Iterable[int]) -> dict[int, str]:
        """The lines as received, by physical number of their first line; cells of dropped columns are blotted out."""
        wanted = sorted(set(lines))
        return self.lines_of(self, wanted) if self.lines_of is not None and wanted else {}

    def blotted(self, cells: list[str]) -> list[str]:
        """Cells of one row without the dropped ones; in a row of another width, without all from the first such on."""
        places = [int(column[1:]) for column in self.dropped]
        if not places:
            return cells
        if len(cells) == len(self.headings):
            return [BLOT if i in places else cell for i, cell in enumerate(cells)]
        return [BLOT if i >= min(places) else cell for i, cell in enumerate(cells)]


def sql_text(value: str) -> str:
    """A string as an SQL literal.

    >>> sql_text("it's")
    "'it''s'"
    """
    return "'" + value.replace("'", "''") + "'"
