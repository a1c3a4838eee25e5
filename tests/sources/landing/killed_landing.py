"""Lands the files of one office and stands still at a named point until somebody kills it; for `test_killed.py`."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path

from pipelines.settings import load_settings
from pipelines.sources import land_all, land_file, landing, receipts

TODAY = date(2026, 11, 22)


# Where to stand still: the module or class, and its function, before it works.
POINTS = {
    "half_a_line_of_the_journal": (receipts.Journal, "_write"),
    "journal_written": (receipts.Journal, "archive"),
    "original_half_copied": (receipts.shutil, "copyfileobj"),
    "rows_written": (land_file, "finish"),
    "before_the_folder_is_named": (land_file, "_publish"),
    "one_file_landed": (landing, "_forget_older"),
}


def stand_still(marker: Path) -> None:
    marker.touch()
    time.sleep(60)


def main(root: Path, point: str) -> None:
    if point in POINTS:
        place, name = POINTS[point]
        work = getattr(place, name)

        def wrapped(*arguments, **named):
            if point == "half_a_line_of_the_journal":
                journal = arguments[0]
                journal.folder.mkdir(parents=True, exist_ok=True)
                with journal.path.open("ab") as file:
                    file.write(b'{"event": "seen", "kind": "acc')
            if point == "original_half_copied":
                arguments[1].write(b"half")
                arguments[1].flush()
            stand_still(root / "reached")
            return work(*arguments, **named)

        setattr(place, name, wrapped)
    land_all(load_settings(root), today=TODAY)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
