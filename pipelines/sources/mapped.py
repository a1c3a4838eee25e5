"""Apply a mapping: from a publisher's columns to the contract's fields, as text in canonical form.

What cannot be understood (a date that is none, a code that is not listed, `5?` as a loss) is handed on as it stands, so
that the cast rejects it with a reason like any other cell. Everything is one SQL projection over the raw table.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePath

import duckdb

from pipelines.errors import PipelineError
from pipelines.sources.contract import Contract, normalise_heading
from pipelines.sources.headings import listed, nearest
from pipelines.sources.mapping import PLACEHOLDER, Condition, FieldMap, FileHints, Mapping
from pipelines.sources.readers.archive import unpack
from pipelines.sources.readers.csv_file import read_csv
from pipelines.sources.readers.encoding import head_of, real_kind
from pipelines.sources.readers.json_lines import read_json_lines
from pipelines.sources.readers.parquet_file import read_parquet
from pipelines.sources.readers.raw_table import (
    Note,
    RawTable,
    RowFault,
    SenderTable,
    Source,
    sql_text,
)
from pipelines.sources.readers.tables import fresh_name
from pipelines.sources.readers.workbook import read_workbook
from pipelines.sources.readers.working_copies import with_working_folder
from pipelines.sources.returned import Returned, is_heading_of, read_returned
from pipelines.texts import say

_RECORD = "(original record)"  # a column of ours in a workbook that came back; no heading of a mapping
_NUMBER = r"^([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))([^0-9.]*)$"
_ROC = r"^(?:民國|民国)?([0-9]{2,3})[年./-]([0-9]{1,2})[月./-]([0-9]{1,2})日?$"


def read_mapped(
    path: Path, con: duckdb.DuckDBPyConnection, contract: Contract, mapping: Mapping, shown: str
) -> list[RawTable]:
    """Read a file by its mapping; see `read_file`.

    Returns:
        Tables whose columns are the mapped fields, in the mapping's order; `mapped` is set.

    Raises:
        PipelineError: As the readers raise, and `mapping_headings` where the file lacks a column that is mapped.
    """
    if mapping.kind != contract.kind:
        row = say("readers.mapping.other_kind", said=mapping.kind, kind=contract.kind)
        raise PipelineError("mapping_invalid", where=mapping.path, rows=[row], n=1)
    returned = read_returned(path)
    if returned is not None:  # laid out as our workbooks are, whatever the file was like
        mapping = mapping.model_copy(update={"file": FileHints()})
    raws = _raw(path, con, contract, mapping, shown)
    return [_apply(raw, con, contract, mapping, shown, returned) for raw in raws]


def _raw(path: Path, con, contract: Contract, mapping: Mapping, shown: str) -> list[RawTable]:
    """The file in its own columns."""
    wanted = {normalise_heading(heading)[0] for name in mapping.reads for heading in mapping.headings_of(name)}
    means = lambda cell: normalise_heading(cell)[0] in wanted  # noqa: E731 - a predicate handed on, used nowhere else
    hints = mapping.file
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".xlsm", ".xls"):
        form = "xls" if real_kind(head_of(path)) == "ole" else "xlsx"
        sheet = int(hints.sheet) if isinstance(hints.sheet, str) and hints.sheet.isdigit() else hints.sheet
        rows = hints.heading_row
        return read_workbook(path, con, contract, shown, form=form, sheet=sheet, heading_row=rows, means=means)
    if suffix == ".parquet":
        return [read_parquet(path, con, contract, shown, means=means)]
    if suffix in (".jsonl", ".ndjson", ".json"):
        return [read_json_lines(path, con, contract, shown, encoding=hints.encoding, means=means)]
    delimiter = "\t" if hints.delimiter == "tab" else hints.delimiter
    options = {"encoding": hints.encoding, "delimiter": delimiter, "heading_row": hints.heading_row, "means": means}
    if suffix not in (".zip", ".gz"):
        return [read_csv(path, contract, shown, **options)]

    def read(folder: Path) -> RawTable:
        member, name = unpack(path, suffix.removeprefix(".").replace("gz", "gzip"), folder, shown, hints.member)
        return read_csv(member, contract, f"{shown} [{name}]" if suffix == ".zip" else shown, **options)

    return [with_working_folder(read)]


def _apply(raw: RawTable, con, contract: Contract, mapping: Mapping, shown: str, returned: Returned | None) -> RawTable:
    columns = _columns(raw, mapping, f"{shown} [{raw.sheet}]" if raw.sheet else shown)
    personal = {normalise_heading(heading)[0] for heading in mapping.personal}
    raw.dropped = [
        f"c{i}"
        for i, heading in enumerate(raw.headings)
        if normalise_heading(heading)[0] in personal or contract.match(heading).use == "dropped"
    ]
    if returned is not None:
        numbers = [f"c{i}" for i, heading in enumerate(raw.headings) if is_heading_of(heading, "record")]
        columns |= {_RECORD: numbers[0]} if numbers else {}
    table = fresh_name("raw_foreign")
    before = raw.fill(con, table)
    numbers = f"{raw.record_number} AS record_number, {raw.line_number} AS line_number"
    builder = _Projection(mapping, contract, columns, raw, returned.file if returned else shown)
    if returned is not None:
        builder.sheet = returned.sheets.get(raw.sheet, raw.sheet)
    target = fresh_name("raw_mapped")
    rows = f"(SELECT {', '.join(sorted(set(columns.values())))}, {numbers} FROM {table})"
    con.execute(f"CREATE TEMP TABLE {target} AS {builder.query(rows)}")
    kept = con.execute(f"SELECT COUNT(*) FROM {target}").fetchall()[0][0]
    notes = list(raw.notes)
    if kept != before:
        condition = say("readers.comma").join(each.column for each in mapping.keep)
        notes.append(Note("rows_left_out", {"n": before - kept, "condition": condition}))
    return RawTable(
        source=Source(target, is_temporary=True),
        columns={name: f"c{i}" for i, name in enumerate(mapping.fields)},
        headings=[_shown_heading(each, name) for name, each in mapping.fields.items()],
        format=raw.format,
        encoding=raw.encoding,
        sheet=raw.sheet,
        heading_line=raw.heading_line,
        heading_units={name: each.unit for name, each in mapping.fields.items() if each.unit},
        unmatched_headings=[heading for i, heading in enumerate(raw.headings) if f"c{i}" not in columns.values()],
        faults=_faults(raw, mapping, columns),
        notes=notes,
        mapped=True,
        sender=_sender(raw, table, rows, builder),
        lines_of=(lambda _, wanted: raw.original_lines(wanted)),
    )


def _sender(raw: RawTable, table: str, rows: str, builder: _Projection) -> SenderTable:
    """The file's own rows, for what goes back to its sender."""
    places = {
        name: [int(builder.columns[used][1:]) for used in each.uses()] for name, each in builder.mapping.fields.items()
    }
    places = {name: at for name, at in places.items() if at}

    def received(con: duckdb.DuckDBPyConnection, numbers: Sequence[int]) -> dict[int, Sequence[str | None]]:
        if not numbers:
            return {}
        wanted = ", ".join(str(int(number)) for number in sorted(set(numbers)))
        own = f"(SELECT *, {raw.record_number} AS number_ FROM {table})"
        filling = builder.filling
        cells = ", ".join(
            "NULL" if f"c{i}" in raw.dropped else f"f.c{i}" if f"c{i}" in filling else f"t.c{i}"
            for i in range(len(raw.headings))
        )
        found = con.execute(
            f"WITH {builder.with_filled(rows)} SELECT t.number_, {cells} FROM {own} AS t "
            f"JOIN filled AS f ON f.record_number = t.number_ WHERE t.number_ IN ({wanted})"
        ).fetchall()
        return {number: texts for number, *texts in found}

    return SenderTable(table, raw.headings, places, received)


def _shown_heading(each: FieldMap, name: str) -> str:
    uses = each.uses()
    return "+".join(uses) if uses else name


def _columns(raw: RawTable, mapping: Mapping, shown: str) -> dict[str, str]:
    """Column of the mapping → column of the raw table."""
    places: dict[str, list[int]] = {}
    for i, heading in enumerate(raw.headings):
        places.setdefault(normalise_heading(heading)[0], []).append(i)
    found: dict[str, str] = {}
    missing: list[str] = []
    for name in mapping.reads:
        plain = list(dict.fromkeys(normalise_heading(heading)[0] for heading in mapping.headings_of(name)))
        at = [i for heading in plain for i in places.get(heading, [])]
        if len(at) > 1:
            row = say("readers.rows.twice", field=name, headings=listed([raw.headings[i] for i in at]))
            raise PipelineError("duplicate_headings", where=shown, rows=[row], n=1, fields=[name])
        if at:
            found[name] = f"c{at[0]}"
            continue
        near = nearest(mapping.headings_of(name), raw.headings)
        key = "readers.rows.mapping_missing_near" if near else "readers.rows.mapping_missing"
        missing.append(say(key, heading=mapping.headings_of(name)[0], near=near or ""))
    if missing:
        said = listed([heading for heading in raw.headings if heading.strip()][:20])
        raise PipelineError(
            "mapping_headings", where=shown, rows=missing, n=len(missing), mapping=mapping.path, headings=said
        )
    return found


def _faults(raw: RawTable, mapping: Mapping, columns: dict[str, str]) -> list[RowFault]:
    """The faults of the raw table, with the contract's fields instead of the publisher's columns."""
    users: dict[str, list[str]] = {}
    for name, each in mapping.fields.items():
        for used in each.uses():
            users.setdefault(columns[used], []).append(name)
    found: list[RowFault] = []
    for fault in raw.faults:
        if fault.field is None:
            found.append(fault)
            continue
        for name in users.get(fault.field, []):
            at = (fault.record_number, fault.line_number, fault.code, fault.facts, fault.original_line)
            found.append(RowFault(*at, name))
    return found


class _Projection:
    """The SQL of one mapping over one raw table."""

    def __init__(self, mapping: Mapping, contract: Contract, columns: dict[str, str], raw: RawTable, shown: str):
        self.mapping, self.contract, self.columns = mapping, contract, columns
        self.sheet, self.stem = raw.sheet, PurePath(shown).name.split(".")[0]

    def query(self, rows: str) -> str:
        """SELECT c0 … (the fields, in the mapping's order), record_number, line_number."""
        fields = [f"{self._field(name, each)} AS c{i}" for i, (name, each) in enumerate(self.mapping.fields.items())]
        kept = " AND ".join(self._condition(each) for each in self.mapping.keep) or "TRUE"
        return (
            f"WITH {self.with_filled(rows)} "
            f"SELECT {', '.join(fields)}, record_number, line_number FROM filled WHERE {kept} ORDER BY record_number"
        )

    def with_filled(self, rows: str) -> str:
        """The rows without blanks of their own kind and with what is filled down, as `filled`; for a WITH."""
        used = sorted(set(self.columns.values()))
        cleaned = ", ".join(f"{self._blanked(f'trim({c})', self.mapping.missing)} AS {c}" for c in used)
        return f"cleaned AS (SELECT {cleaned}, record_number, line_number FROM {rows}), {self._filled(used)}"

    @property
    def filling(self) -> set[str]:
        """The columns that continuation rows take from above."""
        down = self.mapping.fill_down
        return {self.columns[name] for name in (down.where_blank, *down.columns)} if down else set()

    def _filled(self, used: list[str]) -> str:
        down = self.mapping.fill_down
        if down is None:
            return "filled AS (SELECT * FROM cleaned)"
        key, filling = self.columns[down.where_blank], self.filling
        over = "OVER (PARTITION BY belongs ORDER BY record_number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
        shown = ", ".join(f"last_value({c} IGNORE NULLS) {over} AS {c}" if c in filling else c for c in used)
        above = "OVER (ORDER BY record_number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        begins = f"CASE WHEN {key} <> last_value({key} IGNORE NULLS) {above} THEN 1 ELSE 0 END"
        return (
            f"starts AS (SELECT *, {begins} AS begins FROM cleaned), "
            "groups AS (SELECT *, SUM(begins) OVER (ORDER BY record_number) AS belongs FROM starts), "
            f"filled AS (SELECT {shown}, record_number, line_number FROM groups)"
        )

    def _condition(self, each: Condition) -> str:
        cell = self.columns[each.column]
        if each.filled is not None:
            return f"{cell} IS {'NOT ' if each.filled else ''}NULL"
        if each.matches is not None:
            return f"coalesce(regexp_matches({cell}, {sql_text(each.matches)}), FALSE)"
        texts = ", ".join(sql_text(text) for text in (each.equals or each.differs or ()))
        return f"coalesce({cell} IN ({texts}), FALSE)" if each.equals else f"coalesce({cell} NOT IN ({texts}), TRUE)"

    @staticmethod
    def _blanked(expression: str, missing: tuple[str, ...]) -> str:
        """An expression whose blank texts are NULL."""
        texts = ", ".join(sql_text(text) for text in dict.fromkeys(["", *missing]))
        return f"CASE WHEN {expression} IN ({texts}) THEN NULL ELSE {expression} END"

    def _field(self, name: str, each: FieldMap) -> str:
        """The canonical text of one field."""
        if each.sum is not None or each.factor is not None or each.suffixes is not None:
            cells = each.sum or ([each.column] if each.column else [])
            value = self._number(name, each, [self._extracted(each, self.columns[cell]) for cell in cells])
        else:
            value = self._extracted(each, self._origin(each))
        if each.dates:
            value = self._date(name, each, value)
        return self._coded(each, value)

    def _extracted(self, each: FieldMap, value: str) -> str:
        if each.extract:
            value = f"NULLIF(regexp_extract({value}, {sql_text(each.extract)}, 1), '')"
        return self._blanked(value, each.missing) if each.missing else value

    def _origin(self, each: FieldMap) -> str:
        if each.constant is not None:
            return sql_text(each.constant)
        if each.column is not None:
            return self.columns[each.column]
        if each.join is not None:
            cells = ", ".join(self.columns[name] for name in each.join)
            return f"NULLIF(concat_ws({sql_text(each.separator)}, {cells}), '')"
        if each.template is not None:
            return self._template(each.template)
        return self._date_parts(each)

    def _template(self, template: str) -> str:
        pieces = []
        for i, piece in enumerate(PLACEHOLDER.split(template)):
            if i % 2 == 0:
                pieces.append(sql_text(piece))
            elif piece == "record_number":
                own = "CAST(record_number AS VARCHAR)"
                pieces.append(f"coalesce({self.columns[_RECORD]}, {own})" if _RECORD in self.columns else own)
            elif piece in ("file", "sheet"):
                pieces.append(sql_text(self.stem if piece == "file" else self.sheet))
            else:
                pieces.append(f"coalesce({self.columns[piece]}, '')")
        return f"NULLIF({' || '.join(pieces)}, '')"

    def _date_parts(self, each: FieldMap) -> str:
        parts = each.date_parts
        year, month, day = (
            sql_text(part) if part.isdigit() else self.columns[part] for part in (parts.year, parts.month, parts.day)
        )
        date = f"{year} || '-' || {two_digits(month)} || '-' || {two_digits(day)}"
        if parts.time is None:
            return f"({date})"
        time = self.columns[parts.time]
        return f"({date} || coalesce(' ' || {time}, ''))"

    def _number(self, name: str, each: FieldMap, cells: list[str]) -> str:
        """A number, or a sum of numbers, times the factor; the text as it stands where one is not understood."""
        parsed = [self._parsed(each, cell) for cell in cells]
        factor = f"CAST('{each.factor if each.factor is not None else 1:f}' AS DECIMAL(14, 8))"
        total = " + ".join(f"coalesce({number}, 0)" for number in parsed)
        wrong = " OR ".join(
            f"({cell} IS NOT NULL AND {number} IS NULL)" for cell, number in zip(cells, parsed, strict=True)
        )
        field = self.contract.by_name.get(name)
        is_yuan = field is not None and field.type == "money" and each.unit in (None, "元")
        value = f"CAST({total} AS DECIMAL(24, 4)) * {factor}"
        value = f"round({value}, 2)" if is_yuan else value
        text = f"CAST({value} AS VARCHAR)"
        text = f"regexp_replace(regexp_replace({text}, '([.][0-9]*?)0+$', '\\1'), '[.]$', '')"
        blank = " AND ".join(f"{cell} IS NULL" for cell in cells)
        said = f"concat_ws(' + ', {', '.join(cells)})"
        return f"CASE WHEN {blank} THEN NULL WHEN {wrong} THEN {said} ELSE {text} END"

    @staticmethod
    def _parsed(each: FieldMap, cell: str) -> str:
        plain = f"regexp_replace({cell}, '[,\\s]', '', 'g')"
        digits = f"regexp_extract({plain}, '{_NUMBER}', 1)"
        number = f"TRY_CAST(CASE WHEN {digits} LIKE '%.' THEN {digits} || '0' ELSE {digits} END AS DECIMAL(18, 4))"
        letter = f"upper(regexp_extract({plain}, '{_NUMBER}', 2))"
        known = "".join(
            f" WHEN {sql_text(suffix.upper())} THEN CAST('{times:f}' AS DECIMAL(18, 4))"
            for suffix, times in (each.suffixes or {}).items()
        )
        times = f"CASE {letter} WHEN '' THEN CAST(1 AS DECIMAL(18, 4)){known} END"
        return f"TRY(CAST({number} * {times} AS DECIMAL(24, 4)))"

    def _date(self, name: str, each: FieldMap, value: str) -> str:
        field = self.contract.by_name.get(name)
        forms = []
        for form in each.dates:
            if form == "roc":
                plain = f"regexp_replace({value}, '\\s', '', 'g')"
                year, month, day = (f"regexp_extract({plain}, '{_ROC}', {i})" for i in (1, 2, 3))
                said = f"CAST(TRY_CAST({year} AS INTEGER) + 1911 AS VARCHAR)"
                forms.append(f"({said} || '-' || {two_digits(month)} || '-' || {two_digits(day)})")
                continue
            moment = f"try_strptime({value}, {sql_text(form)})"
            if "%y" in form and each.pivot is not None:
                century = f"CASE WHEN year({moment}) % 100 < {each.pivot} THEN 2000 ELSE 1900 END"
                year = f"CAST({century} + year({moment}) % 100 AS VARCHAR)"
            else:
                year = f"CASE WHEN year({moment}) >= 1000 THEN strftime({moment}, '%Y') END"  # %Y also reads a year 104
            has_time = any(part in form for part in ("%H", "%I")) and not (field is not None and field.type == "date")
            rest = "-%m-%d %H:%M:%S" if has_time else "-%m-%d"
            forms.append(f"({year} || strftime({moment}, '{rest}'))")
        return f"coalesce({', '.join(forms)}, {value})"

    @staticmethod
    def _coded(each: FieldMap, value: str) -> str:
        default = sql_text(each.default) if each.default is not None else None
        if each.codes is None:
            return f"coalesce({value}, {default})" if default else value
        known = "".join(f" WHEN {sql_text(theirs)} THEN {sql_text(ours)}" for theirs, ours in each.codes.items())
        return f"CASE {value}{known} ELSE {default or value} END"


def two_digits(text: str) -> str:
    """SQL for a number of one digit with a nought before it (`lpad` would cut longer ones)."""
    return f"CASE WHEN length({text}) = 1 THEN '0' || {text} ELSE {text} END"
