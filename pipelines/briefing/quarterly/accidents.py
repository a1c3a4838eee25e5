"""分行业领域 and 分镇街: accidents by sector, type, cause, grade and place, this year beside last year."""

from __future__ import annotations

from pipelines import situation
from pipelines.assessment.significance import SMALLEST_BASE
from pipelines.briefing import forms
from pipelines.briefing.blocks import Block, Heading, Paragraph, Passage, fill, passage
from pipelines.briefing.moulds import TOLD, change, finding, listed, named, sentence
from pipelines.briefing.quarterly.scene import Scene, text_of
from pipelines.situation import Row
from pipelines.texts import say

SHOWN = 5
LEVELS = ("town", "district", "city")
REST = "other"
"""Code of the sector that holds what is none of the others; it is told last."""


def sectors(scene: Scene) -> list[Block]:
    """By sector, with road traffic and fire apart, and by type, cause and grade."""
    made: list[Block] = [Heading(1, fill("briefing.accidents.sectors"))]
    if not _is_known(scene):
        return [*made, Paragraph(_unknown(scene))]
    apart, industrial, rest = situation.sector_groups(scene.quarter.cuts)
    now = [[row for row in group if row["accidents"]] for group in (apart, industrial, rest)]
    texts = [text_of([_group(scene, now[0]), _industrial(scene, now[1]), _group(scene, now[2])]), _share(scene, now)]
    none = [row for row in scene.quarter.cut("sector") if not row["accidents"] and row["code"]]
    none.sort(key=lambda row: row["code"] == REST)
    if none:
        texts.append(_without(scene, none))
    made += [Paragraph(text) for text in texts if text]
    cuts = text_of([_by(scene, "type"), _by(scene, "cause"), _by(scene, "grade")])
    return [*made, *([Paragraph(cuts)] if cuts else [])]


def _is_known(scene: Scene) -> bool:
    return "accidents" not in scene.quarter.missing or bool(scene.quarter.total["accidents"])


def _unknown(scene: Scene) -> Passage:
    return sentence(fill("briefing.overall.not_reported", months=scene.months, region=scene.region))


def _group(scene: Scene, rows: list[Row]) -> Passage | None:
    return sentence(listed([scene.counted(row) for row in rows], say("briefing.semicolon"))) if rows else None


def _industrial(scene: Scene, rows: list[Row]) -> Passage | None:
    """The industrial sectors, with their sum where there are several."""
    if not rows:
        return None
    parts = listed([scene.counted(row) for row in rows], say("briefing.semicolon"))
    if len(rows) == 1:
        return sentence(parts)
    return sentence(fill("briefing.accidents.industrial", sum=_sum(scene), parts=parts))


def industrial_sum(scene: Scene, measure: str, back: int = 0):
    """The sum of the industrial sectors, a fact worked out of theirs; of what was reported where returns are out."""
    _, rows, _ = situation.sector_groups(scene.quarter.cuts)
    counted = [scene.quarter.count(row, measure, back) for row in rows]
    parts = [fact for fact in counted if fact.value is not None] or counted
    when = ("now", "before", "before2")[back]
    address = f"quarter/{scene.quarter.quarter.code}/to_date/industrial/all/{measure}/{when}"
    return scene.book.work(address, "sum", parts, parts[0].form, parts[0].unit, parts[0].missing)


def _sum(scene: Scene) -> Passage:
    accidents, deaths = (industrial_sum(scene, name) for name in ("accidents", "deaths"))
    text = fill("briefing.accidents.sum", accidents=accidents, deaths=deaths)
    if not deaths.value:
        text = fill("briefing.accidents.sum_without", accidents=accidents)
    if not scene.quarter.is_comparable("accidents"):
        return text
    changes = [
        change(scene.book, now, industrial_sum(scene, name, 1), say(f"briefing.units.{name}"))
        for now, name in ((accidents, "accidents"), (deaths, "deaths"))
    ]
    _, rows, _ = situation.sector_groups(scene.quarter.cuts)
    return text + scene.compared(*changes, finding(rows[0]["finding_of_industrial"]))


def _share(scene: Scene, groups: list[list[Row]]) -> Passage | None:
    """The sectors that most of the deaths fell into; only from a sum of ten on."""
    rows = [row for group in groups for row in group]
    total = scene.quarter.total
    if not rows or total["deaths"] < SMALLEST_BASE:
        return None
    first = situation.leading(rows, "deaths")
    if not first:
        return None
    parts = scene.quarter.count(first[0], "deaths"), scene.quarter.count(total, "deaths")
    address = f"quarter/{scene.quarter.quarter.code}/to_date/sector/{first[0]['code'] or 'none'}/deaths/share"
    share = scene.book.work(address, "share", parts, forms.SHARE)
    names = listed([scene.part_name(row) for row in first], say("briefing.and"))
    return sentence(fill(f"briefing.accidents.most{'_tied' if len(first) > 1 else ''}", name=names, share=share))


def _without(scene: Scene, rows: list[Row]) -> Passage:
    """Sectors without an accident; those that had some in the same months of last year are told with their number."""
    q = scene.quarter
    names = []
    for row in rows:
        name = passage(say("briefing.accidents.rest") if row["code"] == REST else scene.part_name(row))
        if row["accidents_before"] and q.is_comparable("accidents"):
            name = fill("briefing.accidents.had", name=name, n=q.count(row, "accidents", 1))
        names.append(name)
    key = "without" if q.reporting("accidents").is_whole else "without_reported"
    return sentence(fill(f"briefing.accidents.{key}", names=listed(names, say("briefing.and"))))


def _by(scene: Scene, cut: str) -> Passage | None:
    """The parts of another cut, the largest first."""
    rows = [row for row in situation.by_number(scene.quarter.cut(cut)) if row["accidents"]]
    if not rows:
        return None
    stated = [row for row in rows if row["code"]]
    parts = [scene.short(row) for row in (stated if cut == "grade" else stated[:SHOWN])]
    unstated = [row for row in rows if not row["code"]]
    may_change = cut == "grade" and scene.quarter.quarter.may_change_grades
    caveat = say("briefing.accidents.grades_open") if may_change else ""
    if cut == "grade" and len(rows) == len(stated) == 1:
        return sentence(fill("briefing.accidents.one_grade", name=scene.part_name(stated[0])) + caveat)
    parts += [fill("briefing.accidents.unstated", n=scene.quarter.count(row)) for row in unstated]
    text = fill(f"briefing.accidents.by_{cut}", parts=listed(parts, say("briefing.and")))
    if cut != "grade" and len(stated) > SHOWN:
        text += say("briefing.accidents.and_others")
    return sentence(text + caveat)


def places(scene: Scene) -> list[Block]:
    """By town, district or city; nothing where the region has none below it."""
    level = level_of(scene)
    if level is None:
        return []
    made: list[Block] = [Heading(1, fill(f"briefing.places.title_{level}"))]
    if not _is_known(scene):
        return [*made, Paragraph(_unknown(scene))]
    parts = [row for row in scene.quarter.cut("region") if row["code"]]
    now = [row for row in situation.by_number(parts) if row["accidents"]]
    texts = []
    if now:
        told = listed([scene.counted(row) for row in now[:SHOWN]], say("briefing.semicolon"))
        has_more = now[0]["accidents"] > 1  # one accident each puts no place before the others
        text = fill(f"briefing.places.{'most' if has_more else 'some'}_{level}", parts=told)
        texts.append(sentence(text if has_more or len(now) <= SHOWN else text + say("briefing.accidents.and_others")))
    n = scene.quarter.places_without()
    if n.value:
        texts.append(sentence(fill(f"briefing.places.without_{level}", n=n)))
    unassigned = [row for row in scene.quarter.cut("region") if not row["code"] and row["accidents"]]
    texts += [sentence(fill("briefing.places.unassigned", n=scene.quarter.count(row))) for row in unassigned]
    texts.append(_signal(scene, parts, level))
    return [*made, Paragraph(text_of(texts))]


def level_of(scene: Scene) -> str | None:
    """What the regions directly below are: town, district or city."""
    levels = {row.get("level") for row in scene.quarter.children}
    return next((level for level in LEVELS if level in levels), None)


def _signal(scene: Scene, rows: list[Row], level: str) -> Passage | None:
    """Which places differ from last year by more than chance; that small differences of rank mean nothing."""
    if not scene.quarter.is_comparable("accidents"):
        return None
    tested = [row for row in rows if row["finding"] in TOLD]
    signals = [row for row in tested if row["finding"] != "within_chance"]
    if signals:
        names = [fill(f"briefing.places.{row['finding']}", name=named(row)) for row in signals]
        text = fill("briefing.places.signals", parts=listed(names, say("briefing.and")))
    elif tested:
        text = fill("briefing.places.within_chance")
    else:
        text = fill(f"briefing.places.too_few_{level}")
    return text_of([sentence(text), sentence(say("briefing.places.ranks"))])
