"""Lines with a fault, put between the good ones: each must land in quarantine, and none belongs to any sum."""

from __future__ import annotations

import zlib

from pipelines.demo.scenario import Row
from pipelines.demo.sinks import Sink

# After which records of a file a faulty line follows (never more than one in a hundred);
# of kinds with many files every third file has some.
AFTER = (120, 300, 520, 660)
_EVERY = 3
_RARE = ("disasters", "statistics")

# Field and what stands in it; `None` repeats the record before word for word (a duplicate id).
FAULTS: dict[str, tuple[tuple[str, str] | None, ...]] = {
    "accidents": (("sector_code", "建筑施工 待核"), ("deaths", "-1"), ("occurred_at", "2021-02-30 08:00"), None),
    "disasters": (("hazard_code", "暴雨待定"), ("deaths", "-2")),
    "inspections": (
        ("inspection_kind_code", "临时抽查"),
        ("inspected_on", "2022-02-30"),
        ("hazards_found", "若干"),
        None,
    ),
    "training": (("training_kind_code", "观摩交流"), ("participants", "-20"), ("held_on", "2023-11-31"), None),
    "statistics": (("value", "待定"),),
}


def has_faults(sink: Sink) -> bool:
    """Whether faulty lines belong in a file; only where a cell can hold any text (CSV, XLSX)."""
    if sink.style.form not in ("csv", "xlsx"):
        return False
    return sink.kind in _RARE or zlib.crc32((sink.path.name + sink.kind).encode()) % _EVERY == 0


def add_fault(sink: Sink, row: Row, turn: int) -> None:
    """Write one faulty line after `row`.

    Args:
        sink: The file.
        row: The record just written.
        turn: How many faulty lines this file has already.
    """
    kinds = FAULTS[sink.kind]
    fault = kinds[(zlib.crc32(sink.path.name.encode()) + turn) % len(kinds)]
    if fault is None:
        sink.add_cells(sink.cells(row), row)
        return
    field, text = fault
    cells = sink.cells(row | {"record_id": f"{row['record_id']}-X", "status": "reported"})
    cells[sink.place_of(field)] = text
    sink.add_cells(cells, row)
