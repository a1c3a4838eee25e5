"""Writers of the simulated files: CSV, XLSX, Parquet and JSON lines; each takes rows one at a time."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from pipelines.demo.cells import CodeNames, Style, headings, writers
from pipelines.demo.columns import COLUMNS, EVENT_DATE
from pipelines.demo.scenario import Row

_PARQUET_ROWS = 100_000
_MADE_AT = datetime(2024, 9, 30)


class Sink(Protocol):
    """A file that is being written.

    Attributes:
        path: Where it is.
        kind: Kind of record.
        style: How it looks.
    """

    path: Path
    kind: str
    style: Style

    def cells(self, row: Row) -> list[object]:
        """The cells of a record in this file's style."""

    def place_of(self, field: str) -> int:
        """Position of a field's cell."""

    def add(self, row: Row) -> None:
        """Write one record."""

    def add_cells(self, cells: list[object], row: Row) -> None:
        """Write cells as they stand (a faulty line); `row` says to which part of the file they belong."""

    def close(self) -> None:
        """Finish the file."""


class _Base:
    def __init__(self, path: Path, kind: str, style: Style, codes: CodeNames):
        self.path, self.kind, self.style = path, kind, style
        self.headings = headings(kind, style)
        self.writers: list[Callable[[Row], object]] = writers(kind, style, codes)
        path.parent.mkdir(parents=True, exist_ok=True)

    def cells(self, row: Row) -> list[object]:
        """The cells of a record in this file's style."""
        return [write(row) for write in self.writers]

    def place_of(self, field: str) -> int:
        """Position of a field's cell; for a region written as two names, the first of them."""
        fields = [column.field for column in COLUMNS[self.kind]]
        shift = self.style.regions == "names" and fields.index(field) > fields.index("region_code")
        return fields.index(field) + shift

    def add(self, row: Row) -> None:
        """See `Sink`."""
        self.add_cells(self.cells(row), row)


class CsvSink(_Base):
    """CSV; lines end as Windows programs end them, which is what bureaus send."""

    def __init__(self, path: Path, kind: str, style: Style, codes: CodeNames):
        super().__init__(path, kind, style, codes)
        self.file = path.open("w", encoding=style.encoding, newline="")
        self.out = csv.writer(self.file, delimiter=style.delimiter)
        self.out.writerow(self.headings)

    def add_cells(self, cells: list[object], row: Row) -> None:
        """See `Sink`."""
        self.out.writerow(cells)

    def close(self) -> None:
        """See `Sink`."""
        self.file.close()


class JsonLinesSink(_Base):
    """One JSON object per line; what is not known is left out."""

    def __init__(self, path: Path, kind: str, style: Style, codes: CodeNames):
        super().__init__(path, kind, style, codes)
        self.file = path.open("w", encoding="utf-8", newline="\n")

    def add_cells(self, cells: list[object], row: Row) -> None:
        """See `Sink`."""
        known = {name: _plain(cell) for name, cell in zip(self.headings, cells, strict=True) if cell is not None}
        self.file.write(json.dumps(known, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """See `Sink`."""
        self.file.close()


def _plain(cell: object) -> object:
    return cell.isoformat() if isinstance(cell, date) else cell


class ParquetSink(_Base):
    """Parquet with typed columns, a row group at a time."""

    def __init__(self, path: Path, kind: str, style: Style, codes: CodeNames):
        import pyarrow as pa
        import pyarrow.parquet as pq

        super().__init__(path, kind, style, codes)
        types = {"integer": pa.int64(), "money": pa.int64(), "number": pa.float64(), "date": pa.date32(),
                 "time": pa.timestamp("us"), "yes_no": pa.bool_()}  # fmt: skip
        kinds = [types.get(column.kind, pa.string()) for column in COLUMNS[kind]]
        self.schema = pa.schema(list(zip(self.headings, kinds, strict=True)))
        self.pa, self.rows = pa, []
        self.out = pq.ParquetWriter(path, self.schema, compression="zstd")

    def add_cells(self, cells: list[object], row: Row) -> None:
        """See `Sink`."""
        self.rows.append(cells)
        if len(self.rows) >= _PARQUET_ROWS:
            self._flush()

    def _flush(self) -> None:
        columns = zip(*self.rows, strict=True)
        arrays = [self.pa.array(column, type=field.type) for column, field in zip(columns, self.schema, strict=True)]
        self.out.write_table(self.pa.Table.from_arrays(arrays, schema=self.schema))
        self.rows = []

    def close(self) -> None:
        """See `Sink`."""
        if self.rows:
            self._flush()
        self.out.close()


class WorkbookSink(_Base):
    """XLSX as an office makes it: a merged title, a line on who filled it in, several sheets, merged districts.

    Where the regions are names, the rows of a sheet are put in order of district and the cells of a district merged.
    """

    def __init__(self, path: Path, kind: str, style: Style, codes: CodeNames):
        super().__init__(path, kind, style, codes)
        self.sheets: dict[str, list[list[object]]] = {}

    def add_cells(self, cells: list[object], row: Row) -> None:
        """See `Sink`."""
        self.sheets.setdefault(self._sheet_of(row), []).append(cells)

    def _sheet_of(self, row: Row) -> str:
        event = row.get(EVENT_DATE.get(self.kind, ""))
        if self.style.sheets == "one" or not isinstance(event, date):
            return "台账"
        half = ("上半年" if event.month <= 6 else "下半年") if self.style.sheets == "half" else ""
        return f"{event.year}年{half}"

    def close(self) -> None:
        """See `Sink`."""
        import xlsxwriter

        book = xlsxwriter.Workbook(self.path, {"in_memory": True})
        book.set_properties({"title": "模拟数据", "author": "模拟数据 simulated", "created": _MADE_AT})
        looks = {
            "title": book.add_format({"bold": True, "align": "center", "font_size": 14}),
            "head": book.add_format({"bold": True, "border": 1, "text_wrap": True}),
            "place": book.add_format({"valign": "vcenter"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: book.add_format({"num_format": "yyyy/m/d"}),
        }
        for name in sorted(self.sheets):
            self._write_sheet(book.add_worksheet(name), name, self.sheets[name], looks)
        book.close()

    def _write_sheet(self, sheet, name: str, rows: list[list[object]], looks: dict) -> None:
        last = len(self.headings) - 1
        sheet.merge_range(0, 0, 0, last, f"{_TITLES[self.kind]}（{name}，模拟数据）", looks["title"])
        sheet.merge_range(1, 0, 1, last, "填报单位：模拟填报单位　　数据均为模拟，不代表任何实际情况")
        sheet.write_row(2, 0, self.headings, looks["head"])
        sheet.freeze_panes(3, 1)
        place = self.headings.index("所属区县") if "所属区县" in self.headings else None
        if place is not None:
            rows = sorted(rows, key=lambda cells: str(cells[place]))
        for i, cells in enumerate(rows, start=3):
            for j, cell in enumerate(cells):
                if cell is None or cell == "" or j == place:
                    continue
                if isinstance(cell, date):
                    sheet.write_datetime(i, j, cell, looks[type(cell)])
                elif isinstance(cell, int | float):
                    sheet.write_number(i, j, cell)
                else:
                    sheet.write_string(i, j, str(cell))
        if place is not None:
            self._merge_places(sheet, [str(cells[place]) for cells in rows], place, looks["place"])

    @staticmethod
    def _merge_places(sheet, names: list[str], column: int, look) -> None:
        start = 0
        for i in range(1, len(names) + 1):
            if i == len(names) or names[i] != names[start]:
                if i - start > 1:
                    sheet.merge_range(start + 3, column, i + 2, column, names[start], look)
                else:
                    sheet.write_string(start + 3, column, names[start])
                start = i


_TITLES = {
    "accidents": "生产安全事故台账",
    "disasters": "自然灾害灾情台账",
    "inspections": "执法检查台账",
    "training": "培训演练台账",
    "statistics": "统计数据报表",
}
_SINKS = {"csv": CsvSink, "jsonl": JsonLinesSink, "parquet": ParquetSink, "xlsx": WorkbookSink}


def open_sink(path: Path, kind: str, style: Style, codes: CodeNames) -> Sink:
    """A writer for one file in one style."""
    return _SINKS[style.form](path, kind, style, codes)
