"""One target at one as-of date: value, path, pace, rate, room, verdict, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from pipelines.assessment import contributions
from pipelines.assessment.arithmetic import Bound
from pipelines.assessment.assessor import Archive, Office, SeriesBreak, as_of_dates, quarter_ends
from pipelines.assessment.baselines import lacking_baseline
from pipelines.assessment.caveats import blank_facts, dispute_facts, rejected_facts
from pipelines.assessment.comparisons import Comparison, compare
from pipelines.assessment.contributions import Contribution
from pipelines.assessment.flags import flags_of
from pipelines.assessment.mostly import shown_bound
from pipelines.assessment.progress import Progress
from pipelines.assessment.reasons import facts_of
from pipelines.assessment.regions import RegionResult, of_regions
from pipelines.assessment.series import Ask
from pipelines.assessment.values import Reader, YearValue
from pipelines.assessment.verdict import Finding, verdict_of
from pipelines.assessment.view import View, view_of
from pipelines.assessment.watching import WatchedYear, watch
from pipelines.catalogue.model import Indicator
from pipelines.errors import PipelineError
from pipelines.plans import Plan, Target, resolve


@dataclass(frozen=True)
class Assessment:
    """Everything that is said of one target at one date; numbers are exact and in the indicator's own unit.

    Attributes:
        plan, target, indicator: What is assessed.
        rule: The target that decides, as it holds for the plan: the one above, for an inherited one.
        as_of: Only what was known by then counts.
        bound: What must be met (of events, by each); None where it is not set or there is none.
        years: Yearly values as known at the date.
        progress: Value now, path, pace, rate, room.
        baseline: Recomputed from the records; the printed one is in `baseline_printed`.
        comparison: Year to date and rolling four quarters.
        finding: What the arithmetic settles, and the reason.
        verdict: Key of `verdicts` in the texts.
        flags: Keys of `assessment.flags` in the texts.
        facts: What the reason's sentence names.
        parts: Contributions to changes and means.
        regions: Results by region, where each must meet its own bound.
        watched: Year against year, for what is only watched.
    """

    plan: Plan
    target: Target
    indicator: Indicator
    rule: Target
    as_of: dt.date
    bound: Bound | None
    years: dict[int, YearValue]
    progress: Progress
    baseline: Fraction | None
    baseline_printed: Fraction | None
    comparison: Comparison | None
    finding: Finding
    verdict: str
    flags: tuple[str, ...] = ()
    facts: dict[str, object] = field(default_factory=dict)
    parts: tuple[Contribution, ...] = ()
    regions: tuple[RegionResult, ...] = ()
    watched: tuple[WatchedYear, ...] = ()

    @property
    def shown_bound(self) -> Bound | None:
        """What the shown value is held against: of events of which a share must be in time, that share."""
        return shown_bound(self.rule, self.bound)

    @property
    def kind(self) -> str:
        """The kind that decides."""
        return self.rule.kind


def assess_plan(ask: Ask, office: Office, plan_id: str, as_of: dt.date | None = None) -> list[Assessment]:
    """Every target of one plan at any date.

    Args:
        ask: Answers a SELECT on the marts of a build.
        office: Settings, catalogue and plans (`Office.open`).
        plan_id: Which plan.
        as_of: The date; None = the newest at which anything is known.

    Raises:
        PipelineError: No such plan, or no data at all (before the date).
    """
    if plan_id not in office.plans:
        raise PipelineError("assessment_plan", where=plan_id, known=", ".join(office.plans))
    plan = office.plans[plan_id]
    newest = as_of_dates(ask, office.plans.values(), dt.date.max)[plan_id]
    if not newest:
        raise PipelineError("assessment_no_facts", where=plan_id, region=plan.region_code)
    date = as_of or newest[-1]
    dates = sorted({*quarter_ends(plan.period.start, date), date})
    archive = Archive(ask, office, [plan], {plan_id: dates})
    before = assess_targets(archive, plan, dates[-2]) if len(dates) > 1 else []
    earlier = {one.target.id: one.verdict for one in before}
    return with_reopenings(assess_targets(archive, plan, date), earlier)


def assess_targets(archive: Archive, plan: Plan, as_of: dt.date, *, only_judged: bool = False) -> list[Assessment]:
    """Every target of a plan at one date that the archive holds, in the plan's order.

    Args:
        archive: Facts at the date.
        plan: The plan.
        as_of: The date.
        only_judged: Leave out what is only told (comparison, flags, facts, parts, watched years): half of the work.
    """
    return [assess_target(archive, plan, target, as_of, only_judged=only_judged) for target in plan.targets]


def with_reopenings(now: list[Assessment], was: Mapping[str, str]) -> list[Assessment]:
    """Flag what was out of reach or secured at the date before and is no longer; `was` has its verdicts by target."""
    ends = {"out_of_reach": ("out_of_reach", "not_met"), "secured": ("secured", "met")}
    return [
        replace(one, flags=(*one.flags, "reopened"))
        if (kept := ends.get(was.get(one.target.id, ""))) and one.verdict not in kept
        else one
        for one in now
    ]


def assess_target(
    archive: Archive, plan: Plan, target: Target, as_of: dt.date, *, only_judged: bool = False
) -> Assessment:
    """One target at one date that the archive holds; arguments as for `assess_targets`."""
    office = archive.office
    thresholds = office.settings.verdict
    decides = resolve(office.plans, plan.id, target.id)
    rule = decides.target if decides else target
    reader = archive.reader(plan, target, constant_prices=rule.gdp_basis == "constant")
    view = view_of(archive, plan, rule, reader, as_of)
    regions: tuple[RegionResult, ...] = ()
    finding = view.finding
    if rule.each_region:
        whole = of_regions(archive, plan, target, rule, as_of, constant_prices=reader.constant_prices)
        regions, finding, view, reader = whole.results, whole.finding, whole.view, whole.reader
    other = None
    if rule.gdp_basis == "unconfirmed":
        if rule.each_region:
            at_constant = of_regions(archive, plan, target, rule, as_of, constant_prices=True)
            other, otherwise = at_constant.view, at_constant.finding
        else:
            other = view_of(archive, plan, rule, archive.reader(plan, target, constant_prices=True), as_of)
            otherwise = other.finding
        known = finding.settled not in (None, "no_data") or otherwise.settled not in (None, "no_data")
        differs = otherwise.settled != finding.settled
        finding = replace(finding, definition_to_confirm=known and finding.settled != "no_data" and differs)
    judged = Assessment(
        plan=plan,
        target=target,
        indicator=reader.indicator,
        rule=rule,
        as_of=as_of,
        bound=view.bound,
        years=view.years,
        progress=view.progress,
        baseline=view.baseline,
        baseline_printed=view.baseline_printed,
        comparison=None,
        finding=finding,
        verdict=verdict_of(finding, thresholds),
        regions=regions,
    )
    if only_judged:
        return judged
    breaks = office.breaks_of(plan.region_code, reader.indicator)
    comparison = compare(reader, as_of, breaks)
    inherited = None if decides is None or rule is target else (decides.plan_id, rule.id)
    flags = flags_of(view, target, finding, _uncompared(breaks, view), thresholds.loose, as_of.year)
    rejected = rejected_facts(archive.rejects, view, reader, as_of)
    return replace(
        judged,
        comparison=comparison,
        flags=(*flags, "rows_rejected") if rejected else flags,
        facts=facts_of(view, target, as_of, inherited, regions, other, comparison, office.regions)
        | lacking_baseline(view, reader, office)
        | blank_facts(view, reader)
        | dispute_facts(view, reader, office.measures)
        | rejected,
        parts=tuple(_parts(view, reader, plan, breaks, as_of)),
        watched=tuple(watch(archive, reader, view.years, plan, as_of)) if rule.kind == "monitored" else (),
    )


def _uncompared(breaks: list[SeriesBreak], view: View) -> list[SeriesBreak]:
    """Without those across which the publisher compares the baseline itself."""
    return [one for one in breaks if one not in view.compared]


def _parts(
    view: View, reader: Reader, plan: Plan, breaks: list[SeriesBreak], as_of: dt.date
) -> list[contributions.Contribution]:
    """Changes since the baseline and since the year before, none across a series break; years of a mean."""
    last = view.progress.year
    if last is None:
        return []
    firsts = sorted({view.baseline_year, last - 1})
    apart = {first: breaks for first in firsts} | {view.baseline_year: _uncompared(breaks, view)}
    pairs = [first for first in firsts if not any(one.lies_between(first, last) for one in apart[first])]
    found = [part for first in pairs for part in contributions.of_change(reader, view.years, first, last, as_of)]
    return found + (
        contributions.of_mean(view.years, plan.period.start, last) if view.rule.kind == "period_mean" else []
    )
