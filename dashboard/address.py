"""The address of a view: which plan, as of when, which target and filters, in which language.

The query string is the only truth, so that an address can be passed on and opened again. Widgets take their value from
it and write to it; links carry the whole place along.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pipelines.texts import LANGUAGES

_ID = re.compile(r"[\w.:-]{1,80}")
FILTERS = ("kind", "region", "sector", "year", "page", "month", "hazard", "grade", "quarter", "part", "type", "cause",
           "inspection_kind", "training_kind", "measure", "record", "since", "growth", "flood", "fewer", "fall", "drop",
           "mode", "scope", "until")  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One view.

    Args:
        plan: Plan id, empty for the first plan of the build.
        as_of: The as-of date asked for; None means the newest, whatever that is when the address is opened.
        target: Target id, empty for the first of the board.
        lang: `zh` or `en`.
        filters: Further query keys of one page, by name.
    """

    plan: str = ""
    as_of: datetime.date | None = None
    target: str = ""
    lang: str = "zh"
    filters: Mapping[str, str] = field(default_factory=dict)

    def query(self, **changes: object) -> dict[str, str]:
        """The query string's keys and values, with `changes` applied; empty ones are left out.

        >>> Place(plan="beichen").query(target="t1")
        {'plan': 'beichen', 'target': 't1', 'lang': 'zh'}
        """
        own = {key: value for key, value in changes.items() if key in Place.__dataclass_fields__}
        there = replace(self, **own)
        more = {**there.filters, **{key: str(value) for key, value in changes.items() if key not in own}}
        said = {
            "plan": there.plan,
            "as_of": there.as_of.isoformat() if there.as_of else "",
            "target": there.target,
            "lang": there.lang,
            **more,
        }
        return {key: value for key, value in said.items() if value}


def parse(query: Mapping[str, str], language: str = "zh") -> Place:
    """The place that a query string names; what cannot be read is left at its default, never an error.

    Args:
        query: Keys and values as the browser sent them.
        language: Language when the address names none.
    """
    lang = query.get("lang", language)
    return Place(
        plan=_id(query.get("plan")),
        as_of=as_date(query.get("as_of")),
        target=_id(query.get("target")),
        lang=lang if lang in LANGUAGES else language,
        filters={key: query[key][:200] for key in FILTERS if query.get(key)},
    )


def _id(text: str | None) -> str:
    return text if text and _ID.fullmatch(text) else ""


def as_date(text: str | None) -> datetime.date | None:
    """A date written as 2024-09-30, or None."""
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def settled(place: Place, plans: Iterable[str], dates: Iterable[datetime.date] = ()) -> Place:
    """The same place with plan and as-of date that this build really has.

    An as-of date between two of the build's becomes the later one that is not after it; before the first, the first.
    """
    known = list(plans)
    plan = place.plan if place.plan in known else (known[0] if known else "")
    as_of = place.as_of
    days = sorted(dates)
    if as_of and days and as_of not in days:
        as_of = max((d for d in days if d <= as_of), default=days[0])
    return replace(place, plan=plan, as_of=as_of)
