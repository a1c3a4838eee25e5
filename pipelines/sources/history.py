"""For which editions of a file `history: true` holds: those before which nobody read another one in a build."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipelines.sources.provenance import Provenance
from pipelines.sources.receipts import Receipt

Place = tuple[str, str]


def first_published(receipts: Iterable[Receipt]) -> dict[Place, Receipt]:
    """The first edition at each place that a published build holds."""
    firsts: dict[Place, Receipt] = {}
    for receipt in receipts:
        place = receipt.kind, receipt.path
        if receipt.is_published and (place not in firsts or receipt.arrival < firsts[place].arrival):
            firsts[place] = receipt
    return firsts


def former_edition(receipt: Receipt | None, firsts: Mapping[Place, Receipt]) -> Receipt | None:
    """What was published of the same place before a file came; None where it is the first there."""
    first = firsts.get((receipt.kind, receipt.path)) if receipt is not None else None
    return first if first is not None and receipt is not None and first.arrival < receipt.arrival else None


def declared_at_first(declared: Provenance, receipt: Receipt | None, firsts: Mapping[Place, Receipt]) -> Provenance:
    """What is declared of a file, where history is only what no other edition was published before.

    A later edition tells on its own day what nobody knew before; else it would rewrite what was said at earlier dates.
    """
    is_later = declared.history and not declared.synthetic and former_edition(receipt, firsts) is not None
    return declared.model_copy(update={"history": False}) if is_later else declared
