"""Rejected rows as they were landed, for an office whose first build has not come about."""

from __future__ import annotations

from typing import Any

from pipelines.settings import Settings
from pipelines.sources.quarantine import reasons_text, rejected_rows
from pipelines.sources.receipts import Journal


def landed_rejects(settings: Settings) -> list[dict[str, Any]]:
    """Every rejected row of the files that are there: kind, path, sheet, line_number, reasons_text.

    Rows that came back mended are still among them until a build is published.
    """
    landed = settings.path("warehouse") / "landed"
    found: list[dict[str, Any]] = []
    present = Journal(settings.path("journal"), is_dry=True).present()
    for receipt in sorted(present, key=lambda one: one.path):
        for file in sorted((landed / receipt.kind).glob(f"{receipt.file_id}-*/rejected.parquet")):
            found += [
                {
                    **row,
                    "kind": receipt.kind,
                    "path": receipt.path,
                    "reasons_text": reasons_text(receipt.kind, str(row["reasons"])),
                }
                for row in rejected_rows(file)
            ]
    return found
