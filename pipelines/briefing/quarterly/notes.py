"""数据说明: as of when, late reports, scope, who has not reported, synthetic or not, which build."""

from __future__ import annotations

from pipelines import shown, situation
from pipelines.briefing import forms
from pipelines.briefing.blocks import Block, Heading, Paragraph, Passage, Quoted, fill, passage
from pipelines.briefing.facts import Cell, Fact, Query
from pipelines.briefing.moulds import listed, name, sentence
from pipelines.briefing.quarterly.scene import Scene, not_all_in, older_records, returns_in
from pipelines.situation import Row
from pipelines.texts import say

SHOWN = 8


def blocks(scene: Scene) -> list[Block]:
    """The section, a numbered paragraph a note."""
    texts = [text for text in (_as_of(scene), *_records(scene), _owed(scene), _synthetic(scene), _build(scene)) if text]
    numbered = [passage(Quoted(say("briefing.number_item", n=n), "number"), text) for n, text in enumerate(texts, 1)]
    return [Heading(1, fill("briefing.notes.title")), *[Paragraph(text) for text in numbered]]


def _as_of(scene: Scene) -> Passage:
    day = Quoted(forms.print_value(scene.quarter.known, forms.DATE), "period")
    return sentence(fill("briefing.notes.as_of", day=day))


def _records(scene: Scene) -> list[Passage]:
    """Scope, maturity, late reports, rejected rows, changes of definition."""
    q = scene.quarter
    if situation.is_nation(scene.book.plan):
        return [sentence(say("briefing.notes.nation"))]
    if not q.has_records:
        return [sentence(fill("briefing.notes.scope", region=scene.region))]
    notes = [sentence(fill("briefing.notes.scope", region=scene.region)), sentence(say("briefing.notes.same_age"))]
    if q.news is not None:
        earlier = Quoted(forms.print_value(q.quarter.earlier, forms.DATE), "period")
        facts = {
            key: scene.book.as_printed(q.news[key], forms.COUNT, "notes")
            for key in ("late_accidents", "revised", "removed")
        }
        key = "late" if any(fact.value for fact in facts.values()) else "none_late"
        text = fill(f"briefing.notes.{key}", day=earlier, **facts)
        notes.append(sentence(text + older_records(scene, "briefing.overall.older")))
    notes.append(_loaded(scene))
    notes += [sentence(fill("briefing.notes.broken", what=name(shown.named(row)), day=_day(row))) for row in q.breaks]
    notes.append(sentence(say("briefing.notes.chance")))
    return notes


def _day(row: Row) -> Quoted:
    return Quoted(forms.print_value(row["begins_on"], forms.DATE), "period")


def _loaded(scene: Scene) -> Passage:
    files, rejected, shared = loads(scene)
    key = "files_in_part" if shared.value else "files"
    return sentence(fill(f"briefing.notes.{key}", files=files, rejected=rejected, shared=shared))


def loads(scene: Scene) -> tuple[Fact, ...]:
    """How many files brought the records that were known at the day, and how many of their rows were sent back.

    Of files that hold other regions' records too a restricted reader is told no count: how many such there are.
    """
    sql = (
        "SELECT COUNT(*) AS files, CAST(COALESCE(SUM(f.rejected), 0) AS BIGINT) AS rejected, "
        "COUNT(*) FILTER (WHERE f.rejected IS NULL) AS shared FROM mart_files AS f "
        "WHERE f.file_id IN (SELECT r.file_id FROM core_reports__received AS r "
        "JOIN core_regions__ancestors AS a ON a.region_code = r.region_code WHERE a.ancestor_code = $region "
        "AND r.known_on <= $known AND (r.gone_on IS NULL OR r.gone_on > $known))"
    )
    q = scene.quarter
    query = Query.of(sql, region=q.region, known=q.known)
    row = q.house.query(query.sql, dict(query.params))[0]
    words = say("briefing.source.loads")
    return tuple(scene.book.add(f"loads/{key}", row[key], Cell(words, query, key)) for key in row)


def _owed(scene: Scene) -> Passage:
    """Who owes which return."""
    owed = scene.quarter.owed
    is_nation = situation.is_nation(scene.book.plan)
    if scene.quarter.is_ahead or (is_nation and not owed):
        return Passage()  # a plan that rests on published figures owes nobody a return
    waiting = scene.quarter.partly - {row["kind"] for row in owed}
    later = fill("briefing.notes.not_due", kinds=not_all_in(scene, waiting)) if waiting else Passage()
    if not owed:
        n = scene.plan.without_value()
        rest = fill("briefing.notes.without_value", n=n) if n.value else Passage()
        return sentence(passage(returns_in(scene, waiting), rest))
    parts = [
        fill(
            "briefing.notes.owes",
            region=name(shown.named(row, "region_name") or row["region_code"]),
            period=Quoted(shown.period(row["period_start"], row["period_end"]), "period"),
            kind=say(f"app.kinds.{row['kind']}"),
        )
        for row in owed[:SHOWN]
    ]
    text = fill("briefing.notes.owed", n=owed_count(scene), parts=listed(parts, say("briefing.semicolon")))
    return sentence((text + say("briefing.accidents.and_others") if len(owed) > SHOWN else text) + later)


def owed_count(scene: Scene) -> Fact:
    """How many returns were due at the day and not there."""
    q = scene.quarter
    sql = (
        "SELECT COUNT(*) AS n FROM (SELECT s.kind, s.region_code, s.period_start, s.period_end "
        "FROM mart_reporting_status AS s JOIN core_regions__ancestors AS a ON a.region_code = s.region_code "
        "WHERE a.ancestor_code = $region AND s.due_on <= $known AND ($far OR a.distance = 0) "
        "AND ($owing = '' OR CONTAINS($owing, ',' || s.region_code || ',')) GROUP BY ALL "
        "HAVING COUNT(*) FILTER (WHERE s.known_on <= $known AND (s.lapsed_on IS NULL OR s.lapsed_on > $known)) = 0"
        ") AS due"
    )
    owing = q.house.regions_owing()
    query = Query.of(
        sql,
        region=q.region,
        known=q.known,
        far=not situation.is_nation(scene.book.plan),
        owing="" if owing is None else f",{','.join(sorted(owing))},",
    )
    return scene.book.add(f"owed/{q.known}", len(q.owed), Cell(say("briefing.source.owed"), query, "n"))


def _synthetic(scene: Scene) -> Passage:
    return sentence(say(f"briefing.notes.{'synthetic' if scene.book.is_synthetic else 'reported'}"))


def _build(scene: Scene) -> Passage:
    return sentence(fill("briefing.notes.build", build=Quoted(scene.book.build, "build")))
