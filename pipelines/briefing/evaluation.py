"""Yearly monitoring, mid-term and final evaluation of a plan, as known on a day: what was promised, what came of it."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipelines import shown, standing
from pipelines.assessment.verdict import DECIDED
from pipelines.briefing import evaluation_causes, evaluation_forecasts, forms, word
from pipelines.briefing import target_words as words
from pipelines.briefing.blocks import (
    Block,
    Heading,
    PageBreak,
    Paragraph,
    Passage,
    Quoted,
    Report,
    Table,
    fill,
    passage,
)
from pipelines.briefing.documents import Made, compared, file_name, plan_row, scene_of
from pipelines.briefing.moulds import listed, named, sentence
from pipelines.briefing.quarterly import pictures, targets
from pipelines.briefing.quarterly.advice import counted
from pipelines.briefing.quarterly.scene import Scene, text_of
from pipelines.briefing.trajectory_facts import Trajectories
from pipelines.errors import PipelineError
from pipelines.original import original
from pipelines.quarters import Quarter
from pipelines.settings import Settings
from pipelines.situation import Row
from pipelines.texts import in_language, say

if TYPE_CHECKING:
    from pipelines.warehouse import Warehouse

KINDS = ("yearly", "midterm", "final")
REPORTED_BY = (6, 30)
"""Month and day of the following year by which the values of a year are in."""

SHOWN = 5


def make_evaluation(
    house: Warehouse,
    settings: Settings,
    plan: str,
    kind: str,
    year: int | None = None,
    as_of: datetime.date | None = None,
    language: str = "zh",
) -> Made:
    """The report on a plan up to a year, compared with the build.

    Args:
        house: The build.
        settings: Where users keep what they write.
        plan: Plan id.
        kind: yearly, midterm or final.
        year: The last year that is evaluated; without it the plan's third year (midterm), its last one (final), or
            the newest year whose values are due (yearly).
        as_of: Only what was known then counts; without it the last as-of date by the middle of the following year, or
            where nothing was known then (the history came later) the newest one, which a notice of the document tells.
        language: `zh` or `en`.

    Raises:
        PipelineError: `no_plan`, `no_data_for_plan`, `not_an_evaluation`, `year_outside_plan`, `not_an_as_of_date`,
            `document_differs`.
    """
    row = plan_row(house, plan)
    if kind not in KINDS:
        raise PipelineError("not_an_evaluation", where="--kind", kind=kind, names=", ".join(KINDS))
    days = [one["as_of_on"] for one in house.as_of_dates(plan)]
    year = year or _default_year(row, kind, max(days))
    due = _day(row, kind, year, as_of, days)
    day = due if as_of or _has_values(house, plan, due) else max(days)
    with in_language(language):
        report = evaluation_report(house, settings, row, kind, year, day, language)
        made = compared(word.draw(report), report.book, house, file_name(plan, str(year), kind, language))
    if day == due:
        return made
    notice = say("evaluation.cli.nothing_then", due=due.isoformat(), day=day.isoformat())
    return replace(made, notices=(*made.notices, notice))


def _has_values(house: Warehouse, plan: str, day: datetime.date) -> bool:
    """Whether any target of a plan had a value, as known at a day."""
    return any(row["value_now"] is not None for row in house.assessments(plan, day))


def _default_year(plan: Any, kind: str, newest: datetime.date) -> int:
    if kind == "midterm":
        return plan["period_start"] + 2
    if kind == "final":
        return plan["period_end"]
    return min(max(newest.year - 1, plan["period_start"]), plan["period_end"])


def _day(plan: Any, kind: str, year: int, as_of: datetime.date | None, days: list[datetime.date]) -> datetime.date:
    """The as-of date at which a year is evaluated."""
    first, last = plan["period_start"], plan["period_end"]
    if not first <= year <= last:
        raise PipelineError("year_outside_plan", where="--year", year=year, first=first, last=last)
    if as_of is not None:
        if as_of not in days:
            raise PipelineError("not_an_as_of_date", where="--as-of", day=as_of, names=", ".join(map(str, days[-8:])))
        return as_of
    due = [day for day in days if day <= datetime.date(year + 1, *REPORTED_BY)]
    if not due or (max(due).year < year and kind != "final"):  # a final evaluation may be looked at beforehand
        raise PipelineError("year_too_new", where="--year", year=year, newest=max(days))
    return max(due)


def evaluation_report(
    house: Warehouse,
    settings: Settings,
    plan: Any,
    kind: str,
    year: int,
    day: datetime.date,
    language: str = "zh",
) -> Report:
    """The report as data: what `make_evaluation` renders."""
    with in_language(language):
        scene = scene_of(house, settings, plan, Quarter(day.year, (day.month + 2) // 3, day), language)
        is_open = _is_open(plan, kind, day, scene.plan.rows)
        marks = [passage(say("product.synthetic"))] if scene.book.is_synthetic else []
        if is_open:
            marks.append(passage(say("evaluation.preview_mark")))
        title = fill(
            f"evaluation.title.{kind}",
            plan=Quoted(shown.named(plan, "title"), "plan"),
            year=Quoted(str(year), "period"),
        )
        subtitle = fill("evaluation.subtitle", day=_date(day))
        made = _blocks(scene, kind, year, is_open=is_open)
        return Report(title, subtitle, tuple(marks), tuple(made), scene.book, say("product.name"))


def _date(day: datetime.date) -> Quoted:
    return Quoted(forms.print_value(day, forms.DATE), "period")


def _is_open(plan: Any, kind: str, day: datetime.date, rows: list[Row]) -> bool:
    """Whether a final evaluation is only a preview: the period is not over, or values of due years are missing."""
    if kind != "final":
        return False
    is_over = day >= datetime.date(plan["period_end"], 12, 31)
    due = [row for row in rows if row["due_year"] == plan["period_end"] and row["nature"] not in ("monitored", "task")]
    return not is_over or any(row["value_year"] != row["due_year"] or row["is_provisional"] for row in due)


def _blocks(scene: Scene, kind: str, year: int, *, is_open: bool) -> list[Block]:
    ways = Trajectories(scene.plan)
    return [
        *_overall(scene, kind, year, is_open=is_open),
        *_progress(scene),
        *evaluation_causes.blocks(scene, ways),
        *evaluation_forecasts.blocks(scene, ways, year),
        *_advice(scene, kind),
        *_notes(scene, is_open=is_open),
        PageBreak(),
        *_tables(scene, ways, year),
    ]


def _overall(scene: Scene, kind: str, year: int, *, is_open: bool) -> list[Block]:
    """How the plan stands, in a sentence and in a table of verdicts by nature."""
    day = _date(scene.book.as_of)
    made: list[Block] = [Heading(1, passage(say("evaluation.overall")))]
    if is_open:
        end = Quoted(str(scene.book.plan["period_end"]), "plan")
        made.append(Paragraph(fill("evaluation.preview", end=end, day=day)))
    opening = fill(f"evaluation.opening.{kind}", year=Quoted(str(year), "period"), day=day)
    made.append(Paragraph(text_of([opening, words.judgement(scene.plan)])))
    made.append(_verdicts(scene))
    return [*made, _conclusions(scene)] if kind == "final" else made


def _conclusions(scene: Scene) -> Table:
    """What can be concluded of each target: decided ones as they are, open ones have no data for a conclusion yet."""
    p = scene.plan
    heads = [say(f"evaluation.conclusion.{one}") for one in ("name", "nature", "target", "due", "final", "now")]
    rows = []
    for row in p.rows:
        if row["nature"] == "monitored":
            continue
        due = Quoted(str(row["due_year"]), "plan") if row["due_year"] else shown.NOTHING
        open_text = passage(say("verdicts.no_data"), fill("evaluation.conclusion.open", year=due))
        final = p.fact(row, "verdict") if row["verdict"] in DECIDED else open_text
        now = p.fact(row, "verdict")
        nature = say(f"app.nature.{row['nature']}")
        rows.append([named(row), nature, words.bound_with_unit(p, row), due, final, now])
    return Table.of("conclusions", say("evaluation.conclusion.title"), heads, rows)


def _verdicts(scene: Scene) -> Table:
    p = scene.plan
    natures = sorted({row["nature"] for row in p.rows}, key=lambda one: standing.NATURE_ORDER.get(one, 9))
    verdicts = sorted({standing.told_verdict(row) for row in p.rows}, key=standing.risk)
    heads = [say("slides.board.nature"), say("evaluation.n"), *[say(f"verdicts.{one}") for one in verdicts]]
    rows = []
    for nature in natures:
        group = [row for row in p.rows if row["nature"] == nature]
        counts = Counter(standing.told_verdict(row) for row in group)
        cells = [p.verdict_count(group, one, f"nature-{nature}") if counts[one] else shown.NOTHING for one in verdicts]
        rows.append([say(f"app.nature.{nature}"), p.verdict_count(group, "", f"nature-{nature}"), *cells])
    everything = [p.verdict_count(p.rows, one, "every") for one in verdicts]
    rows.append([say("app.quarterly.total"), p.verdict_count(p.rows, "", "every"), *everything])
    numbers = range(1, len(heads))
    return Table.of("verdicts", say("evaluation.verdicts"), heads, rows, numbers=numbers, sums=[len(rows) - 1])


def _progress(scene: Scene) -> list[Block]:
    """Every target of the plan's table in words, by nature; tasks by their verdict, the rest in the tables."""
    p = scene.plan
    said: set[str] = set()
    made: list[Block] = [Heading(1, passage(say("evaluation.progress")))]
    for nature in standing.NATURE_ORDER:
        rows = standing.by_risk([row for row in p.rows if row["nature"] == nature])
        if not rows:
            continue
        made.append(Heading(2, passage(say(f"evaluation.nature.{nature}"))))
        if nature in standing.SECOND_GROUP:
            parts = [_in_short(scene, row) for row in rows]
            made.append(Paragraph(sentence(listed(parts, say("slides.semicolon")))))
            continue
        for row in rows:
            made += [Heading(3, passage(named(row))), Paragraph(text_of([_rule(row), targets.told(scene, row, said)]))]
    return [*made, *pictures.fans(scene, p.binding)]


def _in_short(scene: Scene, row: Row) -> Passage:
    """A task with its verdict; what is only watched with its value, because nothing is judged."""
    p = scene.plan
    if row["verdict"] != "watched":
        return fill("evaluation.in_short", name=named(row), verdict=p.fact(row, "verdict"))
    if row["value_now"] is None:
        return fill("evaluation.watched", name=named(row), why=p.fact(row, "value_now"))
    value = words.value_now(p, row)
    told = fill("evaluation.watched_value", name=named(row), year=words.value_years(p, row), value=value)
    years = p.house.watched(p.plan_id, row["target_id"], p.as_of)
    return told + _test(p, row, years[-1]) if years else told


def _test(p: Any, row: Row, year: Row) -> Passage:
    """What was tested of the newest year of what is only watched, against the year before."""
    return fill(
        "evaluation.watched_test",
        year=Quoted(str(year["year"]), "period"),
        tested=say(f"assessment.watched.measures.{year['tested_measure']}"),
        now=p.watched(row, year, "count_now"),
        before=p.watched(row, year, "count_before"),
        finding=say(f"assessment.watched.findings.{year['finding']}"),
    )


def _rule(row: Row) -> Passage:
    """How this kind of target is judged, and which clause sets it."""
    kind = say(f"evaluation.rule.{row['kind']}")
    if not row["clause"]:
        return passage(kind)
    return fill("evaluation.rule_clause", rule=kind, clause=Quoted(original(str(row["clause"])), "clause"))


def _advice(scene: Scene, kind: str) -> list[Block]:
    """Recommendations that follow from the facts, marked as a draft."""
    p = scene.plan
    main = standing.main_group(p.rows)
    rest = [row for row in p.rows if row not in main]
    late = [
        row
        for row in [*standing.by_risk(main), *standing.by_risk(rest)]
        if standing.risk(row["verdict"]) <= standing.URGENT
    ]
    no_data = [row for row in p.rows if row["verdict"] == "no_data"]
    unclear = [row for row in main if shown.parsed(row["doubts"], []) or "definition_to_confirm" in shown.flags(row)]
    loose = [row for row in main if "target_is_loose" in shown.flags(row)]
    texts = [
        fill(f"evaluation.advice.{key}", names=_names(rows), more=say("evaluation.more") if len(rows) > SHOWN else "")
        for key, rows in (("late", late), ("no_data", no_data), ("unclear", unclear), ("loose", loose))
        if rows and (key != "loose" or kind != "yearly")
    ]  # fmt: skip
    texts = texts or [passage(say("evaluation.advice.keep"))]
    return [
        Heading(1, passage(say("evaluation.advice.title"))),
        Paragraph(passage(say("evaluation.advice.draft")), "draft"),
        *[Paragraph(text) for text in counted(texts)],
    ]


def _names(rows: list[Row]) -> Passage:
    """The first of some targets by name, in quotation marks."""
    names = [fill("briefing.targets.one_name", name=named(row)) for row in rows[:SHOWN]]
    return listed(names, say("slides.pause"))


def _notes(scene: Scene, *, is_open: bool) -> list[Block]:
    day = _date(scene.book.as_of)
    texts = [fill("evaluation.notes.as_of", day=day), passage(say("evaluation.notes.provisional"))]
    texts += [fill("evaluation.notes.chance"), passage(say("evaluation.notes.missing"))]
    if is_open:
        texts.append(passage(say("evaluation.notes.preview")))
    texts.append(sentence(say(f"briefing.notes.{'synthetic' if scene.book.is_synthetic else 'reported'}")))
    texts.append(sentence(fill("briefing.notes.build", build=Quoted(scene.book.build, "build"))))
    return [
        Heading(1, passage(say("evaluation.notes.title"))),
        *[
            Paragraph(passage(Quoted(say("briefing.number_item", n=n), "number"), text))
            for n, text in enumerate(texts, 1)
        ],
    ]


def _tables(scene: Scene, ways: Trajectories, year: int) -> list[Block]:
    """Every target with its verdict, and its values year by year."""
    first = scene.book.plan["baseline_year"]
    span = range(first, year + 1)
    heads = [say("slides.board.name"), say("slides.board.unit"), *[Quoted(str(one), "period") for one in span]]
    rows = []
    for row in scene.plan.rows:
        known = {one.year: one for one in ways.of(row).years}
        cells = [known[one].value if one in known else shown.NOTHING for one in span]
        rows.append([named(row), Quoted(shown.unit(row) or shown.NOTHING, "name"), *cells])
    yearly = Table.of("years", say("evaluation.years"), heads, rows, numbers=range(2, len(heads)))
    made: list[Block] = [Heading(1, passage(say("evaluation.tables"))), targets.table(scene), yearly]
    said = evaluation_forecasts.verdicts(scene, ways)
    return [*made, *([said] if said else [])]
