"""For which editions of a file `history: true` holds: those of the day on which something first came to its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pipelines.sources.provenance import Provenance
from pipelines.sources.receipts import Receipt


def first_days(receipts: Iterable[Receipt]) -> dict[tuple[str, str], date]:
    """The day on which something was first received at each place."""
    days: dict[tuple[str, str], date] = {}
    for receipt in receipts:
        place = receipt.kind, receipt.path
        days[place] = min(days.get(place, receipt.first_seen), receipt.first_seen)
    return days


def declared_at_first(
    declared: Provenance, receipt: Receipt | None, firsts: Mapping[tuple[str, str], date]
) -> Provenance:
    """What is declared of a file, where history is only what came there on the first day.

    A later edition tells on its own day what nobody knew before; else it would rewrite what was said at earlier dates.
    """
    if receipt is None or not declared.history or declared.synthetic:
        return declared
    is_first = receipt.first_seen <= firsts[receipt.kind, receipt.path]
    return declared if is_first else declared.model_copy(update={"history": False})
