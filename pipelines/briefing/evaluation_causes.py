"""What fell short, and what moved it: numerator and denominator, the sectors and places that weighed most."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines import shown, standing
from pipelines.briefing.blocks import Block, Heading, Paragraph, Passage, Quoted, fill, passage
from pipelines.briefing.facts import Fact
from pipelines.briefing.moulds import listed, named, sentence
from pipelines.briefing.quarterly.scene import Scene, text_of
from pipelines.briefing.target_words import bound_with_unit, no_alerts, value_now, value_years, with_unit
from pipelines.briefing.trajectory_facts import Trajectories
from pipelines.situation import Row
from pipelines.texts import say

MOST = 2
BAD = ("not_met", "out_of_reach", "unlikely", "needs_effort")


def blocks(scene: Scene, ways: Trajectories) -> list[Block]:
    """The section: every target of the table that is behind, with what moved it; the tasks in one sentence."""
    rows = standing.by_risk(scene.plan.rows)
    late = [row for row in rows if row["verdict"] in BAD or (standing.is_behind(row) and row["nature"] != "monitored")]
    made: list[Block] = [Heading(1, passage(say("evaluation.causes")))]
    if not late:
        is_known = all(row["verdict"] != "no_data" for row in rows)
        return [*made, Paragraph(passage(say("evaluation.none_late")) if is_known else no_alerts(scene.plan))]
    names = scene.plan.house.names()
    has_parts = False
    for row in [row for row in late if row["nature"] not in standing.SECOND_GROUP]:
        moved = _moved(ways, row, names)
        has_parts = has_parts or bool(moved)
        made.append(Paragraph(text_of([_short(scene, row), moved])))
    tasks = [row for row in late if row["nature"] in standing.SECOND_GROUP]
    if tasks:
        parts = [_in_short(scene, row) for row in tasks]
        made.append(Paragraph(fill("evaluation.tasks_late", parts=listed(parts, say("slides.semicolon")))))
    return [*made, Paragraph(passage(say("evaluation.no_cause")), "note")] if has_parts else made


def _short(scene: Scene, row: Row) -> Passage:
    """The value, what was asked of it, and by how much it misses that."""
    p = scene.plan
    if row["value_now"] is None:
        return sentence(fill("evaluation.late_unknown", name=named(row), why=p.reason(row)))
    facts = {"name": named(row), "year": value_years(p, row), "value": value_now(p, row)}
    if row["required_now"] is None:
        return sentence(fill("evaluation.late_bound", bound=bound_with_unit(p, row), **facts))
    required = with_unit(p.fact(row, "required_now"))
    if not standing.is_behind(row):
        return sentence(fill("evaluation.late_on_path", required=required, verdict=p.fact(row, "verdict"), **facts))
    gap = p.gap(row)
    return sentence(fill("evaluation.late", required=required, gap=with_unit(gap), **facts))


def _in_short(scene: Scene, row: Row) -> Passage:
    p = scene.plan
    if row["verdict"] in ("not_met", "out_of_reach"):
        return fill("evaluation.in_short_lost", name=named(row), verdict=p.fact(row, "verdict"), why=p.reason(row))
    if row["value_now"] is None:
        return fill("evaluation.in_short", name=named(row), verdict=p.fact(row, "verdict"))
    value = value_now(p, row)
    return fill("evaluation.in_short_value", name=named(row), value=value, verdict=p.fact(row, "verdict"))


def _moved(ways: Trajectories, row: Row, names: Mapping[str, Row]) -> Passage:
    """What moved the value since the baseline, or since the year before where nothing older was taken apart."""
    spans = ways.moved(row)
    start = row["baseline_year"]
    span = next((one for one in spans if one[0] == start), None) or max(spans, default=None)
    if span is None:
        return Passage()
    parts = spans[span]
    both = [(key, parts[key]) for key in ("numerator", "denominator") if key in parts and _is_shown(parts[key])]
    told = [
        fill(f"evaluation.moved.{_direction(fact)}", part=say(f"evaluation.moved.{key}"), amount=with_unit(fact))
        for key, fact in both
    ]
    if not told:
        return Passage()
    years = {"start": Quoted(str(span[0]), "period"), "end": Quoted(str(span[1]), "period")}
    texts = [sentence(fill("evaluation.moved.since", parts=listed(told), **years))]
    worse = (lambda value: value > 0) if row["better"] == "lower" else (lambda value: value < 0)
    for kind in ("sector", "region"):
        found = [
            (part, fact)
            for part, fact in parts.items()
            if part.startswith(f"{kind}:") and part in names and worse(fact.value) and _is_shown(fact)
        ]
        found.sort(key=lambda one: -abs(one[1].value))
        if found:
            lines = [
                fill(f"evaluation.moved.{_direction(fact)}_short", part=Quoted(shown.named(names[part]), "name"),
                     amount=with_unit(fact))
                for part, fact in found[:MOST]
            ]  # fmt: skip
            texts.append(sentence(fill(f"evaluation.moved.{kind}", parts=listed(lines, say("slides.pause")))))
    return text_of(texts)


def _direction(fact: Fact) -> str:
    return "up" if fact.value > 0 else "down"


def _is_shown(fact: Fact) -> bool:
    """Whether an amount is not zero as it is printed."""
    return fact.value is not None and any(digit in fact.printed for digit in "123456789")
