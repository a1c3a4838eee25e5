"""How bulletins say a change: in absolute numbers first, per cent only from a base of ten, and never a cause."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence

from dashboard import format as shown
from dashboard import sentences
from dashboard.components import html
from dashboard.theme import mark
from pipelines.assessment.verdict import probability_words
from pipelines.situation import FINE, Change, change_of
from pipelines.standing import told_verdict
from pipelines.texts import say

OPEN = ("undecided", "no_forecast")
SHAPES = {"higher": "▲", "lower": "▼", "within_chance": "≈", "too_few": "·"}


def change(now: float, before: float, unit: str = "") -> str:
    """From before to now: 增加 3 起, 持平, 减少 12 起，下降 13.0%.

    Args:
        now: Count of this period.
        before: Count of the earlier one; under ten only the absolute change is told.
        unit: 起, 人, 家次 …
    """
    told = change_of(now, before)
    if told.key == "same":
        return say("app.change.same")
    text = _tidy(say(f"app.quarterly.change.{told.key}", n=shown.number(abs(now - before)), unit=unit))
    return text + _with_share(told, now, before)


def of_row(row: Mapping, measure: str) -> str:
    """The change of a part against last year; none across a change of definition, or where there is nothing at all.

    Args:
        row: A part of a cut.
        measure: accidents or deaths.
    """
    now, before = row[measure], row[f"{measure}_before"]
    if row.get("is_broken") or not (now or before):
        return shown.NOTHING
    return change(now, before, say(f"app.quarterly.unit.{measure}"))


def money_change(now: int, before: int) -> str:
    """Likewise for an amount of 分; "—" where nothing was lost before."""
    told = change_of(now, before, smallest=0)
    if told.key == "same":
        return say("app.change.same")
    text = _tidy(say(f"app.quarterly.change.{told.key}", n=shown.money(abs(now - before)), unit=""))
    return text + _with_share(told, now, before)


def _tidy(text: str) -> str:
    """Without the gap that an empty unit leaves."""
    return " ".join(text.split())


def _with_share(told: Change, now: float, before: float) -> str:
    """The percentage behind a change whose base carries one."""
    if not told.has_share:
        return ""
    return say(f"app.quarterly.change.{told.key}_share", share=shown.share(abs(now - before) / before, 1))


def finding(key: str | None) -> str:
    """Signal or noise in words, with a shape."""
    return f"{SHAPES[key]} {say(f'app.quarterly.finding.{key}')}" if key else shown.NOTHING


def tag(key: str | None) -> str:
    """The same as a small tag (HTML); empty where nothing was tested."""
    return f'<span class="a-tag q-{key}">{html.esc(finding(key))}</span>' if key else ""


def months(month: int) -> str:
    """1—9月, January–September."""
    if month == 1:
        return say("app.quarterly.month_1")
    return say("app.quarterly.months", month=str(month), name=say(f"app.quarterly.month_{month}"))


def judgement(
    region: str,
    month: int,
    total: Mapping,
    larger: Mapping,
    rows: Sequence[Mapping],
    known: datetime.date,
    *,
    is_reported: bool = True,
    heard: Sequence[str] = (),
) -> str:
    """The one sentence of the meeting.

    Args:
        region: Name of the region.
        month: Last month that counts.
        total: Row of the cut `total`.
        larger: `n` larger accidents of the months, `last_on`, `first_on`, `is_partial` where returns are out.
        rows: Assessed targets.
        known: Day at which all this is known.
        is_reported: Whether the region's accident returns of these months are in.
        heard: Names of the only districts that ever reported; empty where none is silent.
    """
    if total["accidents"]:
        text = say(
            f"app.quarterly.judgement.{'counts_heard' if heard else 'counts'}",
            months=months(month),
            region=region,
            heard=sentences.listed(heard),
            n=len(heard),
            accidents=shown.number(total["accidents"]),
            deaths=shown.number(total["deaths"]),
        )
        if not total.get("is_broken"):
            text += say(
                "app.quarterly.judgement.changes",
                accidents=of_row(total, "accidents"),
                finding=say(f"app.quarterly.finding.{total['finding']}"),
                deaths=of_row(total, "deaths"),
            )
    else:
        key = "none" if is_reported else "not_reported"
        text = say(f"app.quarterly.judgement.{key}", months=months(month), region=region)
    return text + _larger(larger, known) + _binding(rows) + say("app.full_stop")


def _larger(larger: Mapping, known: datetime.date) -> str:
    if larger["first_on"] is None:
        return ""
    days = (larger.get("until", known) - (larger["last_on"] or larger["first_on"])).days
    is_least = larger.get("is_least", (False,))[0]
    if larger["n"]:
        n = say("assessment.at_least") * is_least + str(larger["n"])
        return say("app.quarterly.judgement.larger", n=n, days=days)
    if larger.get("is_partial") or is_least:
        return ""  # what has not been reported, or was left blank, may hold one
    key = "none_larger" if larger.get("is_gap") else "no_larger" if larger["last_on"] else "never_larger"
    return say(f"app.quarterly.judgement.{key}", days=days)


def _binding(rows: Sequence[Mapping]) -> str:
    binding = [row for row in rows if row["nature"] == "binding"]
    if not binding:
        return ""
    counts = Counter(told_verdict(row) for row in binding)
    parts = [
        say("app.judgement.part", n=n, verdict=shown.verdict_word(verdict, n))
        for verdict, n in sorted(counts.items(), key=lambda item: mark(item[0]).risk)
    ]
    text = say("app.quarterly.judgement.binding", n=len(binding), parts=sentences.listed(parts))
    behind = sum(row["verdict"] in OPEN and sentences.is_behind(row) for row in binding)
    return text + (say("app.judgement.behind", n=behind) if behind else "")


def probability(value: float) -> str:
    """A chance in tens of per cent."""
    return probability_words(value)


def mean_change(now: float, mean: float) -> str:
    """From a mean to a count: the difference with one digit, per cent from a mean of ten on."""
    if abs(now - mean) < 0.05:
        return say("app.change.same")
    told = change_of(now, mean)
    size = abs(now - mean)
    n = shown.number(size, int(size < FINE), trim=size < FINE)
    return _tidy(say(f"app.quarterly.change.{told.key}", n=n, unit="")) + _with_share(told, now, mean)
