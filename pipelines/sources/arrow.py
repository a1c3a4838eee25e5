"""Columns of Arrow made from Python values by hand: `pyarrow.array` of a list would import pandas."""

from __future__ import annotations

import operator
from array import array
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate, repeat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow

_DAY_0 = date(1970, 1, 1).toordinal()
_EPOCH, _MICROSECOND = datetime(1970, 1, 1), timedelta(microseconds=1)
_ZERO = {"DATE": date(1970, 1, 1), "TIMESTAMP": _EPOCH}
_DIGITS = b"01" + bytes(range(2, 256))
_CODES = {"INTEGER": "i", "DATE": "i", "BIGINT": "q", "TIMESTAMP": "q", "DOUBLE": "d"}


def arrow_column(values: Sequence[object], kind: str) -> pyarrow.Array:
    """One column.

    Args:
        values: What it holds, None where nothing; a text that is no Unicode (half a surrogate pair) gets a `?` there.
        kind: VARCHAR, INTEGER, BIGINT, DOUBLE, BOOLEAN, DATE or TIMESTAMP, as DuckDB calls them.

    >>> arrow_column([date(2024, 3, 1), None], "DATE").to_pylist()
    [datetime.date(2024, 3, 1), None]
    """
    import pyarrow

    types = {
        "VARCHAR": pyarrow.string(),
        "INTEGER": pyarrow.int32(),
        "BIGINT": pyarrow.int64(),
        "DOUBLE": pyarrow.float64(),
        "BOOLEAN": pyarrow.bool_(),
        "DATE": pyarrow.date32(),
        "TIMESTAMP": pyarrow.timestamp("us"),
    }
    validity = _bits([value is not None for value in values]) if None in values else None
    if kind == "VARCHAR":
        texts = (
            ["" if value is None else str(value) for value in values]
            if validity is not None
            else list(map(str, values))
        )
        whole, pieces = "".join(texts), texts
        if not whole.isascii():  # elsewhere a sign is a byte
            pieces = [text.encode("utf-8", "replace") for text in texts]
        offsets = array("i", [0])
        offsets.extend(accumulate(map(len, pieces)))
        joined = whole.encode() if pieces is texts else b"".join(pieces)
        buffers = [validity, pyarrow.py_buffer(offsets), pyarrow.py_buffer(joined)]
    elif kind == "BOOLEAN":
        buffers = [validity, _bits([bool(value) for value in values])]
    else:
        zero = _ZERO.get(kind, 0)
        numbers: Iterable = [zero if value is None else value for value in values] if validity is not None else values
        numbers = _NUMBERS[kind](numbers) if kind in _NUMBERS else numbers
        buffers = [validity, pyarrow.py_buffer(array(_CODES[kind], numbers))]
    return pyarrow.Array.from_buffers(types[kind], len(values), buffers)


def arrow_table(columns: Mapping[str, str], values: Sequence[Sequence[object]]) -> pyarrow.Table:
    """A table of columns and their types, and of the values column by column."""
    import pyarrow

    arrays = [arrow_column(column, kind) for column, kind in zip(values, columns.values(), strict=True)]
    return pyarrow.table(arrays, names=list(columns))


def write_parquet(path: Path, columns: Mapping[str, str], values: Sequence[Sequence[object]]) -> None:
    """A Parquet file of the same."""
    from pyarrow import parquet

    parquet.write_table(arrow_table(columns, values), path, compression="snappy")


def _days(values: Iterable[date]) -> Iterable[int]:
    return (value.toordinal() - _DAY_0 for value in values)


def _microseconds(values: Iterable[datetime]) -> Iterable[int]:
    return map(operator.floordiv, map(operator.sub, values, repeat(_EPOCH)), repeat(_MICROSECOND))


_NUMBERS = {"DATE": _days, "TIMESTAMP": _microseconds}


def _bits(flags: Sequence[bool]) -> pyarrow.Buffer:
    """A bitmap, the first flag in the lowest bit."""
    import pyarrow

    if not flags:
        return pyarrow.py_buffer(b"")
    text = bytes(reversed(flags)).translate(_DIGITS)
    return pyarrow.py_buffer(int(text, 2).to_bytes((len(flags) + 7) // 8, "little"))
