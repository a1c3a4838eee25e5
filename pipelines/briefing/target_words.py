"""What every document says of a plan's targets: value, bound, pace, chance, verdict; judgement, alerts, changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines import marks, shown, standing
from pipelines.assessment.caveats import tell_years
from pipelines.assessment.verdict import DECIDED
from pipelines.briefing.blocks import Passage, Quoted, Table, fill, joined, passage
from pipelines.briefing.facts import Fact
from pipelines.briefing.forms import sign_of
from pipelines.briefing.moulds import listed
from pipelines.briefing.plan_facts import PlanFacts
from pipelines.texts import current_language, say

Row = Mapping[str, Any]
MOST = 3
SAME_PACE = 0.02  # shares of the way and of the time that differ by less are told as equal
_OPEN = ("undecided", "no_forecast", "possible")


def name(row: Row) -> Quoted:
    """The name of a target, as its plan prints it."""
    return Quoted(shown.named(row), "plan")


def with_unit(fact: Fact, unit: str = "") -> Passage:
    """A value with its unit; a missing one says why and has none."""
    unit = unit or fact.unit
    if fact.value is None or not unit:
        return passage(fact)
    gap = " " if current_language() == "en" and unit not in ("%", "‰") else ""
    return passage(fact, Quoted(f"{gap}{unit}", "name"))


def value_now(facts: PlanFacts, row: Row, *, bare: bool = False) -> Passage:
    """The value now; of a demand on each of several regions, behind the region that it is of; 至少 where it is that.

    Args:
        facts: The plan's facts.
        row: The target.
        bare: Without its unit, where a heading or the sentence says it.
    """
    fact = facts.fact(row, "value_now")
    value = passage(fact) if bare else with_unit(fact)
    before = shown.furthest(row) + shown.at_least(row) if fact.value is not None else ""
    return passage(Quoted(before, "name"), value) if before else value


def bound(facts: PlanFacts, row: Row) -> Passage:
    """Operator and value of a target; "—" where it has none."""
    fact = facts.fact(row, "target_value")
    if fact.value is None:
        return passage(shown.NOTHING)
    return passage(sign_of(row), fact)


def bound_with_unit(facts: PlanFacts, row: Row) -> Passage:
    """The same with the unit."""
    fact = facts.fact(row, "target_value")
    return passage(shown.NOTHING) if fact.value is None else passage(*bound(facts, row).pieces[:1], with_unit(fact))


def pace(facts: PlanFacts, row: Row) -> Passage:
    """Share of the way that is made (or used) against the share of the time; "—" where it has no meaning."""
    done = facts.fact(row, "pace_share")
    elapsed = facts.fact(row, "elapsed_share_at_value")
    if standing.pace_share(row) is None or elapsed.value is None:
        return passage(shown.NOTHING)
    return passage(say("app.board.regressed") if standing.has_regressed(row) else done, "\u00a0/\u00a0", elapsed)


def chance(facts: PlanFacts, row: Row) -> Passage:
    """The chance in tens of per cent; without one, how the value stands to the path; "—" where all is decided."""
    if row["verdict"] in DECIDED:
        return passage(shown.NOTHING)
    fact = facts.fact(row, "probability")
    return passage(fact) if fact.value is not None else pace_words(facts, row)


def pace_words(facts: PlanFacts, row: Row) -> Passage:
    """What can be said without a chance: how the value now stands to the target and to its path."""
    if row["verdict"] not in ("undecided", "no_forecast") or row["value_now"] is None:
        return passage(shown.NOTHING)
    if row["required_now"] is None:
        return passage(say("app.pace.meets" if standing.meets(row) else "app.pace.misses"))
    if standing.is_behind(row):
        return passage(say("app.pace.behind"))
    if row["kind"] in ("period_mean", "period_total", "every_year") and row["operator"] in ("<", "<="):
        return fill("app.pace.within", used=facts.fact(row, "pace_share"))
    if standing.meets(row):
        return passage(say("app.pace.meets"))
    done, elapsed = row["pace_share"], row.get("elapsed_share_at_value", row["elapsed_share"])
    is_ahead = done is not None and elapsed is not None and done > elapsed + SAME_PACE
    return passage(say("app.pace.ahead" if is_ahead else "app.pace.on_path"))


def verdict(facts: PlanFacts, row: Row) -> Passage:
    """Shape and word."""
    return passage(f"{marks.shape(row['verdict'])}\u00a0", facts.fact(row, "verdict"))


def value_year(facts: PlanFacts, row: Row) -> Passage:
    """The year of the value now, with a word where it is provisional."""
    if row["value_year"] is None or row["value_now"] is None:
        return passage(shown.NOTHING)
    key = "slides.year_provisional" if row["is_provisional"] else "slides.year_final"
    return fill(key, year=value_years(facts, row))


def value_years(facts: PlanFacts, row: Row) -> Passage:
    """The year of the value now; of a mean or a total of the plan period, the years that it was made from."""
    if row["kind"] in ("period_mean", "period_total"):
        first, last = facts.book.plan["period_start"], row["value_year"]
        years = [
            one["year"]
            for one in facts.years.get(row["target_id"], [])
            if first <= one["year"] <= last and one["value"] is not None
        ]
        if len(years) > 1:
            return passage(Quoted(tell_years(years).replace("年", ""), "period"))
    return passage(facts.fact(row, "value_year"))


def board(facts: PlanFacts, rows: Sequence[Row], key: str = "board") -> Table:
    """The board of targets, in the order in which the rows come."""
    heads = [say(f"slides.board.{one}") for one in
             ("nature", "name", "unit", "now", "year", "required", "target", "pace", "chance", "verdict")]  # fmt: skip
    body = [
        [
            say(f"app.nature.{row['nature']}"),
            name(row),
            Quoted(shown.unit(row), "name"),
            value_now(facts, row, bare=True),
            value_year(facts, row),
            facts.fact(row, "required_now"),
            bound(facts, row),
            pace(facts, row),
            chance(facts, row),
            verdict(facts, row),
        ]
        for row in rows
    ]
    return Table.of(key, say("slides.board.title"), heads, body, numbers=(3, 5, 6, 7))


def judgement(facts: PlanFacts) -> Passage:
    """The sentence of the overview: time passed, how the targets of the table stand, and the binding ones."""
    rows = standing.by_risk(standing.main_group(facts.rows))
    if not rows:
        return passage(say("slides.no_targets"))
    counts = Counter(standing.told_verdict(row) for row in rows)
    parts = [
        fill("app.judgement.part", n=facts.verdict_count(rows, key, "main"), verdict=shown.verdict_word(key, n))
        for key, n in sorted(counts.items(), key=lambda item: standing.risk(item[0]))
    ]
    text = fill("app.judgement.targets", n=facts.verdict_count(rows, "", "main"), parts=listed(parts, _pause()))
    elapsed = facts.fact(rows[0], "elapsed_share")
    if elapsed.value is not None:
        text = fill(f"app.judgement.{'over' if elapsed.value >= 1 else 'elapsed'}", share=elapsed) + text
    binding = [row for row in rows if row["nature"] == "binding"]
    if binding:
        text += _of_binding(facts, binding)
    return text + say("app.full_stop")


def _of_binding(facts: PlanFacts, rows: Sequence[Row]) -> Passage:
    worst = rows[0]
    n = facts.verdict_count(list(rows), "", "binding")
    likely = facts.fact(worst, "probability")
    verdict = standing.told_verdict(worst)
    if len({standing.told_verdict(row) for row in rows}) == 1 and likely.value is None:
        key = "app.judgement.binding_one" if len(rows) == 1 else "app.judgement.binding_all"
        return fill(key, n=n, name=name(worst), verdict=shown.verdict_word(verdict, len(rows)))
    said = fill("app.judgement.chance", chance=likely) if likely.value is not None else shown.verdict_word(verdict)
    return fill("app.judgement.binding_worst", n=n, name=name(worst), verdict=said)


def _pause() -> str:
    return "、" if current_language() == "zh" else ", "


def alerts(facts: PlanFacts, most: int = MOST) -> list[tuple[Row, Passage]]:
    """Targets that need somebody's attention, the most urgent first, each with its sentence."""
    urgent = [
        row
        for row in standing.by_risk(facts.rows)
        if standing.risk(row["verdict"]) <= standing.URGENT or (row["verdict"] in _OPEN and standing.is_behind(row))
    ]
    urgent.sort(key=lambda row: (standing.risk(row["verdict"]) > standing.URGENT,
                                 row["nature"] in standing.SECOND_GROUP))  # fmt: skip
    return [(row, alert(facts, row)) for row in urgent[:most]]


def no_alerts(facts: PlanFacts) -> Passage:
    """What is said where no target needs attention."""
    rows = standing.main_group(facts.rows) or facts.rows
    return fill(standing.none_urgent(rows), n=facts.verdict_count(list(rows), "no_data", "main"))


def alert(facts: PlanFacts, row: Row) -> Passage:
    """One target's trouble in one line: what settled it, or the value now against its path and where that leads."""
    if row["verdict"] in ("out_of_reach", "not_met"):
        return fill("app.alert.settled", name=name(row), reason=facts.reason(row))
    now = value_now(facts, row)
    if row["value_now"] is None:
        return fill("app.alert.no_value", name=name(row), target=bound(facts, row))
    if row["required_now"] is not None:
        required = facts.fact(row, "required_now")
        said = {"name": name(row), "year": value_years(facts, row), "now": now, "required": required}
        due = standing.falls_short(row, facts.fans.get(row["target_id"], ()))
        if due is None:
            return fill("app.alert.path", **said)
        year, median = Quoted(str(due["year"]), "period"), facts.fan(row, due, "median")
        return fill("app.alert.short", **said, due=year, median=median, target=bound(facts, row))
    return fill("app.alert.target", name=name(row), now=now, target=bound(facts, row))


def changes(facts: PlanFacts, earlier: PlanFacts) -> list[tuple[Row, Row, Passage]]:
    """What moved between two days: the row now, the row then, and the sentence; verdicts first, then values."""
    before = {row["target_id"]: row for row in earlier.rows}
    moved = []
    for row in standing.by_risk(facts.rows):
        was = before.get(row["target_id"])
        if was is None:
            continue
        now, then = facts.fact(row, "value_now"), earlier.fact(was, "value_now")
        has_turned = was["verdict"] != row["verdict"]
        has_value = None not in (now.value, then.value) and now.printed != then.printed
        if has_turned or has_value:
            parts = []
            if has_value:
                years, years_before = value_years(facts, row), value_years(earlier, was)
                key = "revised_value" if str(years) == str(years_before) else "changed_value"
                said = {"year": years, "year_before": years_before, "before": then, "now": with_unit(now)}
                parts.append(fill(f"slides.{key}", **said))
            if has_turned:
                old, new = (one.fact(of, "verdict") for one, of in ((earlier, was), (facts, row)))
                parts.append(fill("slides.changed_verdict", before=old, now=new))
            text = passage(name(row), say("app.colon"), joined(parts, say("slides.semicolon")))
            moved.append((not has_turned, row, was, text))
    moved.sort(key=lambda one: one[0])
    return [one[1:] for one in moved]
