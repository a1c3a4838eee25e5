"""Why a verdict is what it is: the facts behind it, and the sentence that tells them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from pipelines.assessment import digits
from pipelines.assessment.arithmetic import Bound, exact, printed
from pipelines.assessment.caveats import (
    caveats_of,
    join_words,
    tell_blanks,
    tell_compared,
    tell_disputes,
    tell_lacking,
    tell_least,
    tell_rejected,
    tell_years,
)
from pipelines.assessment.comparisons import Comparison
from pipelines.assessment.judgement import count_events, lost_year, missing_years
from pipelines.assessment.mostly import display_of
from pipelines.assessment.regions import RegionResult, facts_of_regions
from pipelines.assessment.values import YearValue
from pipelines.assessment.view import View
from pipelines.catalogue.model import Display, Indicator, Words
from pipelines.plans import Target
from pipelines.texts import current_language, say

_TWO_DIGITS = re.compile(r"[0.,]*[1-9][.,]?\d")
SIGNS = {"<": "＜", "<=": "≤", ">": "＞", ">=": "≥"}


def facts_of(
    view: View,
    target: Target,
    as_of: dt.date,
    inherited: tuple[str, str] | None,
    regions: Sequence[RegionResult],
    other: View | None,
    comparison: Comparison | None,
    names: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, object]:
    """Plain numbers and words (fit for JSON) that the sentences and pages name; what does not apply is absent.

    Args:
        view: The target as it stands.
        target: The target itself.
        as_of: The date.
        inherited: Plan and target above, for an inherited target.
        regions: Results by region.
        other: The same at constant prices, where the plan leaves the prices open.
        comparison: Year to date.
        names: Names of the regions, `{"zh": …, "en": …}` by code.
    """
    progress, bound = view.progress, view.shown_bound
    shown = display_of(target, view.rule, view.indicator)
    due = view.years.get(view.rule.due_year)
    decisive = view.frozen or due
    facts: dict[str, object | None] = {
        "display": _display(shown, _decimals(view, shown), bound),
        "start": min(progress.path, default=None),
        "due": view.rule.due_year,
        "year": progress.year,
        "value": _number(progress.value),
        "operator": bound.operator if bound else None,
        "bound": _number(bound.value) if bound else None,
        "due_value": _number(decisive.value) if decisive else None,
        "baseline_year": view.baseline_year,
        "baseline": _number(view.start_value),
        "total": _number(progress.total),
        "so_far": _number(progress.so_far),
        "open_years": list(progress.open_years) or None,
        "so_far_on": as_of.isoformat() if progress.open_years else None,
        "years_used": progress.years_used or None,
        "room": _number(progress.room),
        "rate": _number(progress.rate),
        "rate_kind": progress.rate_kind or None,
        "ratio_of_sums": _number(progress.ratio_of_sums),
        "done_on": view.done_on.isoformat() if view.done_on else None,
        "missing_year": view.finding.year,
        "missing_reason": _missing_reason(view),
        "ytd_through_month": comparison.through_month if comparison else None,
    }
    facts |= (
        _lost_year(view, as_of)
        | _event_facts(view, target.display or view.indicator.display)
        | _plan_years(view, as_of)
        | caveats_of(view)
    )
    if inherited:
        facts |= {"from_plan": inherited[0], "from_target": inherited[1]}
    if regions:
        facts |= facts_of_regions(regions, names or {}, each_year=view.rule.kind == "every_year")
    if other and other.progress.value is not None:
        facts["constant_prices"] = {
            "value": _number(other.progress.value),
            "year": other.progress.year,
            "bound": _number(other.bound.value) if other.bound else None,
            "settled": other.finding.settled,
        }
    return {name: fact for name, fact in facts.items() if fact is not None}


def tell_reason(reason: str, facts: Mapping[str, object], language: str | None = None) -> str:
    """The sentence of a reason.

    Args:
        reason: Key below `assessment.reasons`.
        facts: What `facts_of` gave (also after a way through JSON).
        language: `zh`, `en`, or None for the current one.
    """
    language = language or current_language()
    if reason in ("mean_open", "total_open") and not facts.get("years_in"):
        reason = "period_open"
    if reason == "regions_open" and facts.get("each_year"):
        reason = "regions_kept"
    if reason == "events_open" and "each" in facts:
        reason = "events_open_by_share"
    words: dict[str, object] = {name: "—" for name in _NUMBERS}
    words |= {name: "—" for name in _PLAIN}
    words |= {name: facts[name] for name in _PLAIN if name in facts}
    words |= {name: tell_number(facts[name], facts["display"], language) for name in _NUMBERS if name in facts}
    words["demand"] = tell_bound(facts.get("each") or facts, language) if "bound" in facts else "—"
    if "worst" in facts and "each" in facts:
        words["worst"] = tell_number(facts["worst"], facts["each"]["display"], language)
    words |= {name: tell_years(facts.get(name) or (), language) or "—" for name in ("years_in", "missing_years")}
    lacks = facts.get("baseline_lacks") or {}
    words["broken"] = join_words([one[language] for one in facts.get("broken") or ()], language)
    words["baseline_lacks"] = lacks.get(language) or say("assessment.missing.baseline_data", language)
    words |= {name: _listed(facts.get(name) or (), facts, language) or "—" for name in _REGIONS}
    out = facts.get("returns_out") if reason in _UNREPORTED else None
    if "silent" in facts and reason in _UNREPORTED:
        sentence = say("assessment.out.silent", language, n=facts["silent"])
    elif out:
        sentence = _returns_out(reason, out, words, language)
    else:
        sentence = say(f"assessment.reasons.{reason}", language, **words)
    parts = (
        _furthest_part(reason, facts, words, language),
        _required_share(facts, language),
        _overdraft(reason, facts, language),
        tell_so_far(facts, language),
        tell_compared(reason, facts, language),
        _what_is_missing(reason, facts, words, language),
        tell_lacking(facts, language),
        tell_least(facts, language),
        tell_blanks(facts, language),
        tell_disputes(facts, language),
        tell_rejected(facts, language),
    )
    return sentence + "".join(parts)


def tell_furthest(facts: Mapping[str, object], language: str | None = None) -> str:
    """Of which region the value of a demand on each of several is, to stand before it: 和平区（最低）; else nothing."""
    if "furthest" not in facts:
        return ""
    language = language or current_language()
    key = "highest" if facts.get("operator") in ("<", "<=") else "lowest"
    return say(f"assessment.furthest.{key}", language, place=_listed([facts["furthest"]], facts, language))


def tell_at_least(facts: Mapping[str, object], language: str | None = None) -> str:
    """至少, to stand before a value now that can only be higher; else nothing."""
    return say("assessment.at_least", language) if facts.get("at_least") else ""


def tell_so_far(facts: Mapping[str, object], language: str | None = None) -> str:
    """What a total has come to with the part of the running year that is reported, to stand behind it; else nothing."""
    if "so_far" not in facts:
        return ""
    language = language or current_language()
    amount = tell_number(facts["so_far"], facts["display"], language)
    years = tell_years(facts["open_years"], language)
    return say("assessment.so_far", language, amount=amount, years=years, day=facts["so_far_on"])


def _listed(codes: Sequence[str], facts: Mapping[str, object], language: str) -> str:
    names = facts.get("region_names") or {}
    return join_words([names.get(code, {}).get(language) or code for code in codes], language)


def _what_is_missing(
    reason: str, facts: Mapping[str, object], words: Mapping[str, object], language: str | None
) -> str:
    """What follows a sentence about several years or regions of which some are not reported; else nothing."""
    if reason.startswith(_OF_YEARS) and facts.get("missing_years"):
        key = "years" if reason.endswith("_open") else "years_settled"
        return say(f"assessment.missing.{key}", language, **words)
    if reason in _OF_REGIONS and facts.get("regions_missing"):
        return say("assessment.missing.regions", language, **words)
    return ""


def _overdraft(reason: str, facts: Mapping[str, object], language: str) -> str:
    """By how much the sum of the years so far is beyond what a mean or a total allows for all of them; else nothing."""
    room = facts.get("room")
    if reason not in _OVERDRAWN or room is None or room >= 0 or facts.get("operator") not in ("<", "<="):
        return ""
    display = dict(facts["display"])
    if display["unit_zh"] == "%":  # a difference of shares
        display |= {"unit_zh": say("assessment.points", "zh"), "unit_en": say("assessment.points", "en")}
    most = int(display["decimals"])
    prints = (
        tell_number(-room, display | {"decimals": n}, language) for n in range(min(most, _OVERDRAFT_DECIMALS), most)
    )
    amount = next(filter(_TWO_DIGITS.match, prints), None) or tell_number(-room, display, language)
    return say("assessment.overdraft", language, amount=amount)


def tell_number(value: float, display: Mapping[str, object], language: str) -> str:
    """A value as it is shown: multiplied, rounded half up, with its unit.

    Args:
        value: In the indicator's own unit.
        display: factor, decimals, unit_zh, unit_en.
        language: `zh` or `en`.
    """
    comma = "," if language == "en" else ""
    number = printed(exact(value) * exact(display["factor"]), int(display["decimals"]), comma)
    unit = display[f"unit_{language}"]
    return f"{number}{unit}" if unit in ("%", "‰", "") or language == "zh" else f"{number} {unit}"


def tell_done(is_done: bool, language: str | None = None) -> str:
    """The value of a milestone in words."""
    return say("assessment.milestone.done" if is_done else "assessment.milestone.not_done", language)


def tell_bound(facts: Mapping[str, object], language: str) -> str:
    """The demand as operator and number, such as `≤ 1.2`."""
    sign = (
        SIGNS[facts["operator"]] if language == "zh" else SIGNS[facts["operator"]].replace("＜", "<").replace("＞", ">")
    )
    display = dict(facts["display"])
    decimals = display.get("bound_decimals")
    if decimals is None:  # of an earlier build
        decimals = digits.of_bound(exact(facts["bound"]) * exact(display["factor"]), int(display["decimals"]))
    return f"{sign} {tell_number(facts['bound'], display | {'decimals': decimals}, language)}"


def measured_as(target: Target, rule: Target, indicator: Indicator) -> Words | None:
    """What a target is measured by, where that is not what its name says: of events, the share that is in time."""
    if rule.required_share is None or not rule.is_set:
        return target.measured_as
    shown = target.display or indicator.display
    value = exact(rule.value_in_unit)
    each = {"operator": rule.operator, "bound": float(value), "display": _display(shown, shown.decimals, None)}
    told = {one: say("assessment.mostly.measured", one, demand=tell_bound(each, one)) for one in ("zh", "en")}
    return Words(**told)


_OVERDRAFT_DECIMALS = 2
_OVERDRAWN = ("mean_not_met", "mean_out_of_reach", "total_not_met", "total_out_of_reach")
_OF_YEARS = ("mean_", "total_", "every_year_")
_UNREPORTED = ("year_not_reported", "years_not_reported", "no_year_reported")
_OF_REGIONS = ("regions_not_met", "regions_out_of_reach", "regions_open")
_REGIONS = ("regions_met", "regions_lost", "regions_missing")
_NUMBERS = ("value", "due_value", "baseline", "total", "room", "ratio_of_sums", "lost_value", "worst")
_PLAIN = (
    "start",
    "due",
    "year",
    "years_used",
    "baseline_year",
    "lost_year",
    "missing_year",
    "done_on",
    "from_plan",
    "events",
    "events_met",
    "untimed",
    "regions",
    "regions_on_target",
)


def _decimals(view: View, shown: Display) -> int:
    """Decimals of the values of a target: as many as tell on which side of the bound each of them lies."""
    due = view.frozen or view.years.get(view.rule.due_year)
    values = (view.progress.value, due.value if due else None)
    if view.shown_bound is None:
        return shown.decimals
    factor = exact(shown.factor)
    bound = view.shown_bound.value * factor
    told = [digits.of_value(value * factor, bound, shown.decimals) for value in values if value is not None]
    return max(told, default=shown.decimals)


def _number(value: Fraction | float | None) -> float | None:
    return None if value is None else float(value)


def _missing_reason(view: View) -> str | None:
    """Why there are no data, as a `missing_reason` of a year."""
    if view.finding.settled != "no_data":
        return None
    return "not_reported" if view.finding.reason in _UNREPORTED else view.finding.reason


def _out(view: View, years: Sequence[int]) -> dict[str, object]:
    """How many districts never reported; else how many returns of each of these years are out, where some are in."""
    known = [view.years.get(year) or YearValue(year) for year in years]
    if silent := max((one.n_silent for one in known), default=0):
        return {"silent": silent}
    out = [one.n_out for one in known]
    return {"returns_out": out} if any(one.is_part for one in known) and all(out) else {}


def _returns_out(reason: str, out: Sequence[int], words: Mapping[str, object], language: str) -> str:
    """That there are no data, for years that are reported in part only."""
    each = "" if len(out) == 1 else say(f"assessment.out.{'each' if len(set(out)) == 1 else 'together'}", language)
    n = out[0] if len(set(out)) == 1 else sum(out)
    return say(f"assessment.out.{reason}", language, **{**words, "each": each, "n": n})


def _plan_years(view: View, as_of: dt.date) -> dict[str, object]:
    """For what is asked of several years: those that have a value, and those that are over and are not reported."""
    if view.rule.kind not in ("period_mean", "period_total", "every_year") or not view.progress.path:
        return _out(view, [view.finding.year]) if view.finding.reason == "year_not_reported" else {}
    start, due = min(view.progress.path), view.rule.due_year
    missing = [
        year
        for year in missing_years(view.years, start, due, as_of)
        if (view.years.get(year) or YearValue(year, missing_reason="not_reported")).missing_reason == "not_reported"
    ]
    known = [year for year in range(start, due + 1) if year in view.years and view.years[year].value is not None]
    return {"years_in": known or None, "missing_years": missing or None} | _out(view, missing)


def _furthest_part(reason: str, facts: Mapping, words: Mapping[str, object], language: str) -> str:
    """Which region is furthest behind, and its value, after a sentence about several regions; else nothing."""
    is_told = reason.startswith("regions_") and reason != "regions_not_reported"
    place = tell_furthest(facts, language) if is_told else ""
    if not place:
        return ""
    key = "part_of_year" if facts.get("each_year") else "part"
    return say(f"assessment.furthest.{key}", language, place=place, value=words["value"], year=words["year"])


def _lost_year(view: View, as_of: dt.date) -> dict[str, object]:
    """The first plan year that by itself breaks a demand on each year."""
    year = lost_year(view.rule.kind, view.years, view.bound, view.progress.path, as_of)
    if year is None:
        return {}
    known = view.years[year]
    return {"lost_year": year, "lost_value": float(known.numerator if known.value is None else known.value)}


def _required_share(facts: Mapping[str, object], language: str) -> str:
    """Which share of the events must meet the demand, where the plan does not ask it of each; else nothing."""
    return say("assessment.mostly.part", language, demand=tell_bound(facts, language)) if "each" in facts else ""


def _display(shown: Display, decimals: int, bound: Bound | None) -> dict[str, object]:
    return {
        "factor": shown.factor,
        "decimals": decimals,
        "bound_decimals": digits.of_bound(bound.value * exact(shown.factor), shown.decimals) if bound else None,
        "unit_zh": shown.unit.zh,
        "unit_en": shown.unit.en,
    }


def _event_facts(view: View, each: Display) -> dict[str, object]:
    """Events of the due year, or before it has any, of the newest year that has some.

    Args:
        view: The target as it stands.
        each: How the value of one event is shown.
    """
    if view.rule.kind != "events" or view.bound is None:
        return {}
    due = view.frozen or view.years.get(view.rule.due_year)
    with_events = [known for known in view.years.values() if known.events]
    known = due if due and due.events else max(with_events, key=lambda one: one.year, default=None)
    if known is None:
        return {}
    met, untimed = count_events(known.events, view.bound)
    timed = [value for value, _ in known.events if value is not None]
    facts: dict[str, object] = {"events": len(known.events), "events_met": met, "untimed": untimed, "year": known.year}
    if view.rule.required_share is not None:
        one = view.bound
        shown = _display(each, each.decimals, one)
        facts["each"] = {"operator": one.operator, "bound": float(one.value), "display": shown}
    return facts | ({"worst": float(max(timed))} if timed else {})
