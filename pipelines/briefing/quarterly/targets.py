"""主要指标进展: every target with value, required path, pace, verdict, probability, and how far that can be trusted."""

from __future__ import annotations

from collections import Counter

from pipelines import shown, situation, standing
from pipelines.assessment.verdict import DECIDED
from pipelines.briefing import forms
from pipelines.briefing.blocks import Block, Heading, Paragraph, Passage, Quoted, Table, fill, passage
from pipelines.briefing.moulds import listed, named, sentence
from pipelines.briefing.quarterly import pictures
from pipelines.briefing.quarterly.scene import Scene, text_of
from pipelines.briefing.target_words import value_now, value_years
from pipelines.situation import Row
from pipelines.texts import has, say

PACED = ("end_value", "reduction")
MOST = 6  # targets beside the binding ones that are told in words


def blocks(scene: Scene) -> list[Block]:
    """The section; nothing where the plan has no target."""
    p = scene.plan
    if not p.rows:
        return []
    made: list[Block] = [Heading(1, fill("briefing.targets.title")), Paragraph(_opening(scene))]
    rows = p.binding
    if rows:
        made.append(Heading(2, fill(f"briefing.targets.{'binding' if p.is_printed else 'table'}")))
        said: set[str] = set()
        for row in rows:
            made += [Heading(3, passage(named(row))), Paragraph(told(scene, row, said))]
        made += pictures.fans(scene, rows)
    others = [row for row in p.rows if row not in rows and row["verdict"] != "watched"]
    if others:
        made += [Heading(2, fill("briefing.targets.others"))]
        made += [Paragraph(text) for text in _others(scene, others) if text]
    return [*made, table(scene)]


def _opening(scene: Scene) -> Passage:
    """Time passed, and what the words for chances are worth."""
    plan = scene.book.plan
    years = Quoted(say("briefing.targets.period", first=plan["period_start"], last=plan["period_end"]), "plan")
    row = next((row for row in scene.plan.rows if row["due_year"] == plan["period_end"] and row["elapsed_share"]), None)
    text = fill("briefing.targets.opening", years=years)
    if row is not None:
        share = scene.plan.fact(row, "elapsed_share")
        text = fill(f"briefing.targets.{'over' if share.value >= 1 else 'elapsed'}", years=years, share=share)
    note = scene.plan.forecast_note()
    return text_of([sentence(text), *([sentence(note)] if note else []), say("briefing.targets.reading")])


def told(scene: Scene, row: Row, said: set[str]) -> Passage:
    """One target in sentences: value, path, pace, verdict, chance, what it depends on, and its track record.

    Args:
        scene: The plan.
        row: The target.
        said: Track records and flags that the document has told; what is new is added, and nothing is told again.
    """
    flags = p_flags(row)
    parts = [_value(scene, row), _to_date(scene, row), _verdict(scene, row), *_chance(scene, row, said)]
    parts += [flags] if str(flags) not in said else []  # the table's notes name all whom they are about
    said.add(str(flags))
    return text_of(parts)


def _value(scene: Scene, row: Row) -> Passage:
    p = scene.plan
    if row["value_now"] is None:
        is_published = situation.is_nation(scene.book.plan)
        why = say("briefing.targets.not_published") if is_published else p.reason(row)
        text = fill("briefing.targets.no_value", why=why)
        if row["target_value"] is not None:
            text += fill("briefing.targets.no_value_bound", year=p.fact(row, "due_year"), target=bound(scene, row))
        return sentence(text)
    key = {"period_mean": "mean_first", "period_total": "total_first"}.get(row["kind"], "value")
    facts = {"year": p.fact(row, "value_year"), "value": value_now(p, row, bare=True), "unit": unit_of(row)}
    text = fill(f"briefing.targets.{key}", **facts)
    if row["is_provisional"]:
        text += say("briefing.targets.provisional")
    has_begun = row["elapsed_share_at_value"] != 0  # a value from before the plan has no path and no progress
    if row["required_now"] is not None and row["kind"] != "period_mean" and has_begun:
        pace = say("briefing.targets.on_path")
        if standing.is_behind(row):
            gap = p.gap(row)
            pace = fill("briefing.targets.behind", gap=gap, unit=_unit(gap.unit))
        text += fill("briefing.targets.path", required=p.fact(row, "required_now"), unit=unit_of(row), pace=pace)
    if row["target_value"] is not None:
        text += fill("briefing.targets.bound", year=p.fact(row, "due_year"), target=bound(scene, row))
    share = standing.pace_share(row)
    if share is not None and row["kind"] in PACED and row["verdict"] not in DECIDED and has_begun:
        elapsed = p.fact(row, "elapsed_share_at_value")
        if share <= 0:
            text += fill("briefing.targets.no_progress", elapsed=elapsed)
        else:
            text += fill("briefing.targets.pace", share=p.fact(row, "pace_share"), elapsed=elapsed)
    return sentence(text)


def _to_date(scene: Scene, row: Row) -> Passage | None:
    """This year so far beside the same months of last year; told, never judged."""
    p = scene.plan
    month = row.get("year_to_date_month")
    if not month or row["year_to_date"] is None or row["year_to_date_before"] is None:
        return None
    name = say("app.quarterly.month_1")
    if month > 1:
        name = say("app.quarterly.months", month=str(month), name=say(f"app.quarterly.month_{month}"))
    facts = {"now": p.fact(row, "year_to_date"), "before": p.fact(row, "year_to_date_before"), "unit": unit_of(row)}
    year = Quoted(str(p.as_of.year), "period")
    return sentence(fill("briefing.targets.to_date", year=year, months=Quoted(name, "period"), **facts))


def _verdict(scene: Scene, row: Row) -> Passage:
    p = scene.plan
    why = p.why_not(row) if row["verdict"] == "no_forecast" else None
    if why is not None and str(why):
        return passage(why)  # a whole sentence of its own
    text = fill("briefing.targets.verdict", verdict=p.fact(row, "verdict"))
    if standing.told_verdict(row) == "no_data" and row["value_now"] is not None:
        text += fill("briefing.targets.why", why=p.reason(row))
    if has_chance(row):
        text += fill("briefing.targets.chance", chance=p.fact(row, "probability"))
    return sentence(text)


def _chance(scene: Scene, row: Row, said: set[str]) -> list[Passage]:
    """What the probability depends on, and how targets of which the same was said have fared."""
    p = scene.plan
    if row["verdict"] in DECIDED or row["verdict"] in ("no_data", "no_forecast", "watched"):
        return []
    why = p.why(row)
    parts = [passage(why)] if why is not None and str(why) else []
    found = p.evidence(row) if has_chance(row) else None
    if found:
        kind = say(f"forecast.proof.kinds.{p.evidence_kind(row)}")
        key = "said" if found["lead"].value else "said_any"
        chance = scene.book.as_printed(p.fact(row, "probability"), p.fact(row, "probability").form, "said")
        lead = {"lead": found["lead"]} if found["lead"].value else {}
        facts = {name: found[name] for name in ("n", "hit", "share")}
        record = fill(f"forecast.proof.{key}", kind=kind, chance=chance, **lead, **facts)
        parts += [record] if str(record) not in said else []
        said.add(str(record))
    return parts


def p_flags(row: Row) -> Passage:
    """What must be known beside a verdict, such as a loose target."""
    told = [say(f"assessment.flags.{flag}") for flag in shown.flags(row) if has(f"assessment.flags.{flag}")]
    return sentence(listed([Quoted(one, "text") for one in told], say("briefing.semicolon"))) if told else Passage()


def has_chance(row: Row) -> bool:
    """Whether a probability stands beside the verdict."""
    return row.get("probability") is not None and row["verdict"] not in DECIDED


def bound(scene: Scene, row: Row) -> Passage:
    """Operator and bound of a target with its unit, as the plan prints them."""
    fact = scene.plan.fact(row, "target_value")
    if shown.is_milestone(row):
        return passage(fact)
    return passage(forms.sign_of(row), fact, unit_of(row))


def unit_of(row: Row) -> Quoted:
    """The unit of a target's values as it stands behind a number."""
    return _unit(shown.unit(row))


def _unit(unit: str) -> Quoted:
    if not unit:
        return Quoted("", "name")
    gap = "" if unit in ("%", "‰") else say("briefing.unit_gap")
    return Quoted(gap + unit, "name")


def _others(scene: Scene, rows: list[Row]) -> list[Passage]:
    """The other targets: how many have each verdict by nature, and in words those that need attention."""
    p = scene.plan
    parts = []
    for nature in dict.fromkeys(
        row["nature"] for row in sorted(rows, key=lambda one: standing.NATURE_ORDER[one["nature"]])
    ):
        group = [row for row in rows if row["nature"] == nature]
        counts = Counter(standing.told_verdict(row) for row in group)
        told = [
            fill("briefing.overall.verdict_part", n=p.verdict_count(group, verdict, f"other_{nature}"),
                 verdict=_word(verdict))
            for verdict in sorted(counts, key=standing.risk)
        ]  # fmt: skip
        n = p.verdict_count(group, "", f"other_{nature}")
        facts = {"nature": say(f"evaluation.nature.{nature}"), "n": n, "parts": listed(told, say("briefing.and"))}
        parts.append(sentence(fill("briefing.targets.nature", **facts)))
    urgent = [row for row in standing.by_risk(rows) if standing.risk(row["verdict"]) <= standing.URGENT]
    texts = [text_of(parts)]
    if urgent:
        lines = [_in_one_line(scene, row) for row in urgent[:MOST]]
        text = fill("briefing.targets.attention", parts=listed(lines, say("briefing.semicolon")))
        texts.append(sentence(text))
    return texts


def _word(verdict: str) -> str:
    return forms.print_value(verdict, forms.VERDICT)


def _in_one_line(scene: Scene, row: Row) -> Passage:
    p = scene.plan
    text = fill("briefing.targets.one", name=named(row))
    if row["verdict"] in ("not_met", "out_of_reach"):
        facts = {"why": p.reason(row), "verdict": p.fact(row, "verdict")}
        return text + fill("briefing.targets.one_lost", **facts)
    if row["value_now"] is not None:
        facts = {"year": p.fact(row, "value_year"), "value": value_now(p, row, bare=True), "unit": unit_of(row)}
        key = {"period_mean": "mean", "period_total": "total"}.get(row["kind"], "value")
        text += fill(f"briefing.targets.{key}", **facts)
    if row["target_value"] is not None:
        text += fill("briefing.targets.one_bound", target=bound(scene, row))
    text += fill("briefing.targets.one_verdict", verdict=p.fact(row, "verdict"))
    if has_chance(row):
        text += fill("briefing.targets.one_chance", chance=p.fact(row, "probability"))
    return text


def table(scene: Scene) -> Table:
    """Every target of the plan in its order."""
    p = scene.plan
    names = ("name", "nature", "value", "year", "path", "bound", "verdict", "chance")
    columns = [say(f"briefing.targets.column.{name}") for name in names]
    rows = []
    for row in p.rows:
        has_value = row["value_now"] is not None
        rows.append(
            [
                _with_unit(row),
                say(f"briefing.nature.{row['nature']}"),
                value_now(p, row, bare=True),
                value_years(p, row) if has_value else shown.NOTHING,
                p.fact(row, "required_now") if row["required_now"] is not None else shown.NOTHING,
                _bound_in_year(scene, row),
                p.fact(row, "verdict"),
                p.fact(row, "probability") if has_chance(row) else shown.NOTHING,
            ]
        )
    notes = _flag_notes(p.rows)
    return Table.of(
        "targets",
        say("briefing.targets.table_title"),
        columns,
        rows,
        numbers=(2, 3, 4, 5),
        notes=[*notes, fill("briefing.targets.reading_table", year=Quoted(str(scene.book.plan["period_end"]), "plan"))],
    )


def _flag_notes(rows: list[Row]) -> list[Passage]:
    """What must be known beside some verdicts, with the targets that it is about; once for all of them."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        for flag in shown.flags(row):
            if has(f"assessment.flags.{flag}"):
                found.setdefault(flag, []).append(row)
    notes = []
    for flag, about in found.items():
        names = listed([fill("briefing.targets.one_name", name=named(row)) for row in about], say("briefing.and"))
        text = Quoted(say(f"assessment.flags.{flag}"), "text")
        notes.append(sentence(fill("briefing.targets.note", name=names, flags=text)))
    return notes


def _with_unit(row: Row) -> Passage:
    unit = shown.unit(row)
    return (
        fill("briefing.targets.with_unit", name=named(row), unit=Quoted(unit, "name")) if unit else passage(named(row))
    )


def _bound_in_year(scene: Scene, row: Row) -> Passage:
    if row["target_value"] is None:
        return passage(shown.NOTHING)
    fact = scene.plan.fact(row, "target_value")
    value = passage(forms.sign_of(row), fact)
    if row["due_year"] == scene.book.plan["period_end"]:
        return value
    return fill("briefing.targets.in_year", value=value, year=scene.plan.fact(row, "due_year"))
