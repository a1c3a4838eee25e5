"""Doubts in plans, found by rule: what a careful reader would ask the author of the document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from pipelines.catalogue.model import Indicator
from pipelines.plans.inherit import ancestors, resolve
from pipelines.plans.model import LOWER, PRINTED_FACTORS, Plan, Target
from pipelines.plans.read import PublishedFact
from pipelines.texts import LANGUAGES, current_language, say

OUTLIER_FACTOR = 10
LOOSE_FACTOR = 10


@dataclass(frozen=True)
class Doubt:
    """One doubt.

    Attributes:
        code: Rule that found it; the sentence is `plans.doubts.<code>`.
        plan_id, target_id: Where; target_id is "" for a doubt about a printed figure or the plan's head.
        clause: Place in the document, or the words of the figure.
        facts: Figures that the sentence names. A value of type dict holds one text per language.
        written: Both sentences, where the plan's file itself writes the doubt.
    """

    code: str
    plan_id: str
    target_id: str
    clause: str
    facts: dict[str, object] = field(default_factory=dict, compare=False)
    written: dict[str, str] | None = field(default=None, compare=False)

    def tell(self, language: str | None = None) -> str:
        """The sentence in `zh` or `en`; None means the current language."""
        language = language or current_language()
        if self.written:
            return self.written[language]
        facts = {name: value[language] if isinstance(value, dict) else value for name, value in self.facts.items()}
        return say(f"plans.doubts.{self.code}", language, **facts)

    @property
    def zh(self) -> str:
        """The Chinese sentence."""
        return self.tell("zh")

    @property
    def en(self) -> str:
        """The English sentence."""
        return self.tell("en")


@dataclass(frozen=True)
class _Case:
    """One target with everything a rule may look at."""

    plan: Plan
    target: Target
    indicator: Indicator | None
    plans: Mapping[str, Plan]
    parents: Mapping[str, str]

    def doubt(self, code: str, **facts: object) -> Doubt:
        return Doubt(code, self.plan.id, self.target.id, self.target.clause, facts)


def lint(
    plans: Mapping[str, Plan],
    catalogue: Mapping[str, Indicator],
    facts: Sequence[PublishedFact],
    parents: Mapping[str, str],
) -> list[Doubt]:
    """Every doubt in the order of plans and targets; first those of each target, then those of printed figures.

    Args:
        plans: From `load_plans`.
        catalogue: From `load_catalogue`.
        facts: Figures printed for the period before, from `load_facts`.
        parents: Region code → region above, from `load_parents`; says which plan stands above which.
    """
    found: list[Doubt] = []
    for plan in plans.values():
        if plan.region_code not in parents:
            found.append(Doubt("unknown_region", plan.id, "", "", {"region": plan.region_code}))
        for target in plan.targets:
            case = _Case(plan, target, catalogue.get(target.indicator), plans, parents)
            for rule in RULES_OF_DRAFTS if target.is_draft else RULES:
                found += rule(case)
            found += [
                Doubt(d.code, plan.id, target.id, target.clause, written={"zh": d.zh, "en": d.en})
                for d in target.doubts
            ]
        found += _means_that_disagree([fact for fact in facts if fact.plan_id == plan.id])
    return found


def _no_indicator(case: _Case) -> Iterator[Doubt]:
    if case.indicator is None:
        yield case.doubt("no_indicator", indicator=case.target.indicator)


def _unknown_regions(case: _Case) -> Iterator[Doubt]:
    for code in case.target.each_region or ():
        if code not in case.parents:
            yield case.doubt("unknown_region", region=code)


def _unit_not_printed(case: _Case) -> Iterator[Doubt]:
    if not case.target.unit_printed:
        yield case.doubt("unit_not_printed", printed=case.target.printed, unit=case.target.unit)


def _unit_outlier(case: _Case) -> Iterator[Doubt]:
    """A share many times that of every other plan: % printed where ‰ is meant, or the other way round."""
    target = case.target
    if target.unit not in ("%", "‰") or target.kind == "reduction" or not target.value_in_unit:
        return
    others = [
        (plan, other)
        for plan in case.plans.values()
        for other in plan.targets
        if plan.id != case.plan.id and _comparable(other, target) and other.value_in_unit
    ]
    if not others:
        return
    usual = median(other.value_in_unit for _, other in others)
    factor = target.value_in_unit / usual
    if factor < OUTLIER_FACTOR and factor > 1 / OUTLIER_FACTOR:
        return
    # Of several equally near, the plan of the highest region speaks: its code ends in the most zeros.
    plan, other = min(others, key=lambda pair: (abs(pair[1].value_in_unit - usual), -_zeros(pair[0].region_code)))
    yield case.doubt(
        "unit_outlier",
        printed=_bound(target, case.indicator),
        times=_plain(round(max(factor, 1 / factor))),
        other=_bound(other, case.indicator),
        other_plan=_title(plan),
        likely="‰" if target.unit == "%" else "%",
    )


def _asks_less(case: _Case) -> Iterator[Doubt]:
    """A district that asks less than a plan for a region above it."""
    target, indicator = case.target, case.indicator
    if indicator is None or target.value_in_unit is None:
        return
    # Amounts and numbers are divided among districts; only shares, rates, times and reductions can be compared.
    if not (indicator.is_intensive or target.kind == "reduction") or target.kind == "period_total":
        return
    for plan in _plans_above(case):
        for other in plan.targets:
            if not _comparable(other, target) or other.value_in_unit is None:
                continue
            weaker = target.value_in_unit - other.value_in_unit
            if target.operator in LOWER and target.kind != "reduction":
                weaker = -weaker
            if weaker < 0:
                yield case.doubt(
                    "asks_less",
                    own=_bound(target, indicator),
                    other=_bound(other, indicator),
                    other_plan=_title(plan),
                    other_clause=other.clause,
                )


def _printed_twice(case: _Case) -> Iterator[Doubt]:
    target = case.target
    for place in target.elsewhere:
        if place.operator and target.operator and place.operator != target.operator:
            yield case.doubt(
                "strictness_differs", here=target.printed, there=place.quote, clause=target.clause, other=place.clause
            )
        if place.value is not None and place.value != target.value:
            yield case.doubt(
                "value_differs",
                here=target.printed,
                there=_plain(place.value),
                clause=target.clause,
                other=place.clause,
            )
        if place.of:
            yield case.doubt("denominator_differs", of=place.of, there=place.quote, other=place.clause)


def _nature_not_printed(case: _Case) -> Iterator[Doubt]:
    if case.target.nature == "not_printed":
        yield case.doubt("nature_not_printed")


def _operator_not_printed(case: _Case) -> Iterator[Doubt]:
    target = case.target
    if not target.operator_printed:
        yield case.doubt(
            "operator_not_printed",
            printed=target.printed,
            reading=_texts(f"plans.operators.{target.operator}"),
        )


def is_trivially_loose(target: Target) -> bool:
    """Whether the printed baseline is already ten times better than the bound (Tianjin's 0.0256 % against < 1 %)."""
    baseline = target.baseline.value_in_unit if target.baseline else None
    # A baseline of zero proves nothing about rare events, so it is no ground for calling a target loose.
    if not baseline or not target.value_in_unit or target.kind == "reduction":
        return False
    return target.operator in LOWER and baseline * LOOSE_FACTOR <= target.value_in_unit


def _trivially_loose(case: _Case) -> Iterator[Doubt]:
    target = case.target
    if is_trivially_loose(target):
        yield case.doubt(
            "trivially_loose",
            bound=_bound(target, case.indicator),
            baseline=f"{_plain(target.baseline.printed)}{target.baseline.unit}",
            times=_plain(round(target.value_in_unit / target.baseline.value_in_unit)),
        )


def _inherited(case: _Case) -> Iterator[Doubt]:
    """Why an inherited target is not set, or by which other year the plan above asks for it."""
    target, period = case.target, case.plan.period
    if target.kind != "inherited":
        return
    found = resolve(case.plans, case.plan.id, target.id)
    asking = [
        (plan, other)
        for plan in ancestors(case.plans, case.plan.id)
        for other in plan.targets
        if other.indicator == target.indicator and other.kind != "monitored"
    ]
    plan, other = asking[0] if asking else (None, None)
    if found:
        above = case.plans[found.plan_id].target(found.target.id)
        if above.due_year != target.due_year:
            title = _title(case.plans[found.plan_id])
            yield case.doubt("inherited_other_year", other_plan=title, above=above.due_year, due=target.due_year)
    elif other is not None and not period.start <= other.due_year <= period.end:
        place = {"other_plan": _title(plan), "above": other.due_year, "start": period.start, "end": period.end}
        yield case.doubt("inherited_other_period", **place)
    elif other is not None and other.each_region is not None:
        yield case.doubt("inherited_not_here")
    else:
        yield case.doubt("inherited_unset", printed=target.printed)


def _baseline_not_printed(case: _Case) -> Iterator[Doubt]:
    target = case.target
    if target.kind == "reduction" and (target.baseline is None or target.baseline.printed is None):
        year = target.baseline.year if target.baseline else case.plan.baseline_year
        yield case.doubt("baseline_not_printed", year=year, figures=_texts(f"plans.figures.{case.plan.figures}"))


def _due_year(case: _Case) -> Iterator[Doubt]:
    target, period = case.target, case.plan.period
    if not period.start <= target.due_year <= period.end:
        yield case.doubt("due_outside_period", due=target.due_year, start=period.start, end=period.end)
    if not target.due_year_printed:
        yield case.doubt("due_not_printed", due=target.due_year)


def _readings_of_ours(case: _Case) -> Iterator[Doubt]:
    target = case.target
    if target.required_share is not None:
        yield case.doubt("mostly_is_our_share", share=_plain(round(100 * target.required_share, 6)))
    if target.measured_as:
        yield case.doubt("measured_differently", how={"zh": target.measured_as.zh, "en": target.measured_as.en})
    decides = resolve(case.plans, case.plan.id, target.id)
    if (decides.target if decides else target).gdp_basis == "unconfirmed":
        yield case.doubt("gdp_basis_unconfirmed")


RULES: tuple[Callable[[_Case], Iterator[Doubt]], ...] = (
    _no_indicator,
    _unknown_regions,
    _unit_not_printed,
    _unit_outlier,
    _asks_less,
    _printed_twice,
    _nature_not_printed,
    _operator_not_printed,
    _trivially_loose,
    _inherited,
    _baseline_not_printed,
    _due_year,
    _readings_of_ours,
)

# What can be doubted of a document that has not been read.
RULES_OF_DRAFTS = (_no_indicator, _unknown_regions, _inherited)


def _means_that_disagree(facts: Sequence[PublishedFact]) -> Iterator[Doubt]:
    """A printed yearly mean that is not the printed total over the number of years, at the printed precision."""
    totals = {(f.kind, f.measure, f.first_year, f.last_year): f for f in facts if f.aggregation == "total"}
    for mean in facts:
        total = totals.get((mean.kind, mean.measure, mean.first_year, mean.last_year))
        if mean.aggregation != "yearly_mean" or total is None:
            continue
        years = mean.last_year - mean.first_year + 1
        expected = float(total.printed_value) / years
        half_a_digit = 0.5 * 10 ** -len(mean.printed_value.partition(".")[2])
        if abs(float(mean.printed_value) - expected) > half_a_digit:
            yield Doubt(
                "mean_disagrees",
                mean.plan_id,
                "",
                mean.quote,
                {
                    "mean": mean.printed_value,
                    "total": total.printed_value,
                    "unit": {"zh": mean.printed_unit, "en": mean.printed_unit_en},
                    "years": years,
                    "expected": _plain(round(expected, 6)),
                },
            )


def _comparable(other: Target, target: Target) -> bool:
    return (
        other.indicator == target.indicator
        and other.kind == target.kind
        and (other.operator in LOWER) == (target.operator in LOWER)
    )


def _plans_above(case: _Case) -> list[Plan]:
    """Plans of the same years for a region above this one, the nearest first, whether named as parent or not."""
    chain: list[str] = []
    region = case.parents.get(case.plan.region_code, "")
    while region and region not in chain:
        chain.append(region)
        region = case.parents.get(region, "")
    by_region = {plan.region_code: plan for plan in case.plans.values() if plan.period == case.plan.period}
    return [by_region[code] for code in chain if code in by_region]


def _bound(target: Target, indicator: Indicator | None) -> dict[str, str]:
    """The bound as printed; English readers get the indicator's unit in place of a Chinese one."""
    number = _plain(target.value)
    if target.unit in PRINTED_FACTORS or indicator is None:
        return {"zh": f"{number}{target.unit}", "en": f"{number} {target.unit}"}
    return {"zh": f"{number} {target.unit}", "en": f"{number} {indicator.display.unit.en}"}


def _texts(key: str) -> dict[str, str]:
    return {language: say(key, language) for language in LANGUAGES}


def _zeros(code: str) -> int:
    return len(code) - len(code.rstrip("0"))


def _title(plan: Plan) -> dict[str, str]:
    return {"zh": f"《{plan.title.zh}》", "en": plan.title.en}


def _plain(value: float) -> str:
    return f"{value:.10g}"
