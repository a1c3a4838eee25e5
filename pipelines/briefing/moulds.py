"""Sentence moulds of bulletins: changes in absolute numbers first, per cent only from a base of ten, never a cause."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines import shown
from pipelines.assessment.significance import SMALLEST_BASE
from pipelines.briefing import forms
from pipelines.briefing.blocks import Passage, Quoted, Words, fill, joined, passage
from pipelines.briefing.facts import Fact, FactBook
from pipelines.briefing.forms import Form
from pipelines.situation import Row, change_of
from pipelines.texts import say

TOLD = ("higher", "lower", "within_chance")


def change(
    book: FactBook, now: Fact, before: Fact, unit: str = "", *, smallest: float = SMALLEST_BASE
) -> Passage | None:
    """From before to now: 增加4起、上升18.2%; 持平; 减少3人. None where one is not known, or neither had anything.

    Args:
        book: Where the difference and the percentage are written down.
        now: Count of this period.
        before: Count of the earlier one; below `smallest` only the absolute change is told, and none from zero.
        unit: 起, 人, 家次 and so on.
        smallest: Base from which on a percentage is told; amounts of money carry one from any base.
    """
    if not _is_comparable(now, before):
        return None
    told = change_of(_as_shown(now), _as_shown(before), smallest=smallest)
    if told.key == "same":
        return passage(say("briefing.change.same"))
    at = f"{now.address}/vs/{before.address.rpartition('/')[2]}"
    money = now.form.kind.startswith("money")
    decimals = max(now.form.decimals, before.form.decimals)
    form = forms.MONEY_SIZE if money else Form("size", decimals, now.form.factor)
    size = book.work(at, "difference", (now, before), form, now.unit)
    text = fill(f"briefing.change.{told.key}", n=size, unit="" if money else unit)
    if told.has_share:
        share = book.work(f"{at}/share", "change_share", (now, before), forms.SHARE_SIZE)
        text += fill(f"briefing.change.{told.key}_share", share=share)
    return text


def _as_shown(fact: Fact) -> float:
    """A mean that is told with one digit must not differ by less than that."""
    return round(fact.value, fact.form.decimals) if isinstance(fact.value, float) else fact.value


def in_table(book: FactBook, now: Fact, before: Fact, *, smallest: float = SMALLEST_BASE) -> Passage:
    """The same for the cell of a table, with signs: +4（+18.2%）; "—" where there is nothing to compare."""
    if not _is_comparable(now, before):
        return passage(shown.NOTHING)
    told = change_of(_as_shown(now), _as_shown(before), smallest=smallest)
    if told.key == "same":
        return passage(say("briefing.change.same"))
    at = f"{now.address}/vs/{before.address.rpartition('/')[2]}"
    decimals = max(now.form.decimals, before.form.decimals)
    kind = "full_signed" if now.form.kind == "full" else "signed"
    form = forms.MONEY_SIGNED if now.form.kind.startswith("money") else Form(kind, decimals, now.form.factor)
    size = book.work(f"{at}/signed", "difference", (now, before), form, now.unit)
    if not told.has_share:
        return passage(size)
    share = book.work(f"{at}/share/signed", "change_share", (now, before), forms.SHARE_SIGNED)
    return fill("briefing.change.signed", n=size, share=share)


def _is_comparable(now: Fact, before: Fact) -> bool:
    """Whether both are known, neither is a least amount, and one is not zero: from none to none there is no change."""
    if now.form.least or before.form.least:
        return False
    return now.value is not None and before.value is not None and bool(now.value or before.value)


def finding(key: str | None) -> str:
    """Signal or noise in words, in brackets behind a change; empty where nothing was tested."""
    return say(f"briefing.finding.{key}") if key in TOLD else ""


def name(text: str) -> Quoted:
    """A name out of a code list or a plan, which may hold digits."""
    return Quoted(text, "name")


def named(row: Row, stem: str = "name") -> Quoted:
    """The name of a row in the language of the document."""
    return name(shown.named(row, stem))


def listed(parts: Sequence[Words], between: str = "") -> Passage:
    """Parts of one sentence with the language's own comma."""
    return joined(parts, between or say("briefing.comma"))


def sentence(*parts: Words) -> Passage:
    """Words with the full stop of the language."""
    return passage(*parts, say("app.full_stop"))
