"""Events of which a share must be in time (基本实现…): their value is that share, and not the worst event."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.assessment.arithmetic import Bound, exact
from pipelines.assessment.values import YearValue
from pipelines.catalogue.model import Display, Indicator, Words
from pipelines.plans import Target

_PER_CENT = Display(unit=Words(zh="%", en="%"), factor=100, decimals=0)


def display_of(target: Target, rule: Target, indicator: Indicator) -> Display:
    """How the values of a target are shown; `rule` is the target that decides."""
    return _PER_CENT if rule.required_share is not None else target.display or indicator.display


def shown_bound(rule: Target, bound: Bound | None) -> Bound | None:
    """What the shown value is held against: the required share of the events, else what each value must meet."""
    is_mostly = rule.required_share is not None and bound is not None
    return Bound(">=", exact(rule.required_share)) if is_mostly else bound


def shares_in_time(years: Mapping[int, YearValue], bound: Bound) -> dict[int, YearValue]:
    """The same years with the share of their events that met the bound; an event without a time is none of them."""
    return {year: share_in_time(known, bound) for year, known in years.items()}


def share_in_time(known: YearValue, bound: Bound) -> YearValue:
    """One year with the share of its events that met the bound."""
    if known.value is None:
        return known
    met = sum(value is not None and bound.meets(value) for value, _ in known.events)
    return known._replace(value=exact(met) / len(known.events))
