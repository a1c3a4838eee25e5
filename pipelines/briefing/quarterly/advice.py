"""下一步工作建议, drafted from the facts and marked as a draft; and what the meeting is asked to decide."""

from __future__ import annotations

from pipelines import standing
from pipelines.assessment.control_figures import pace_key
from pipelines.assessment.significance import SMALLEST_BASE
from pipelines.briefing import forms
from pipelines.briefing.blocks import Block, Heading, Paragraph, Passage, Quoted, fill, passage
from pipelines.briefing.moulds import listed, named, sentence
from pipelines.briefing.quarterly.outlook import calendar
from pipelines.briefing.quarterly.overall import above_pace, late
from pipelines.briefing.quarterly.scene import Scene, kinds, text_of
from pipelines.meetings import Decision
from pipelines.situation import leading
from pipelines.texts import say

SHOWN = 3
ORDINALS = 9


def blocks(scene: Scene) -> list[Block]:
    """Both sections."""
    made: list[Block] = []
    advice = [
        one
        for one in (_figures(scene), _targets(scene), _sectors(scene), _hazards(scene), _season(scene), _data(scene))
        if one
    ]
    if advice:
        made.append(Heading(1, fill("briefing.advice.title")))
        made.append(Paragraph(fill("briefing.advice.draft"), "draft"))
        made += [Paragraph(text) for text in counted(advice)]
    return [*made, *_decisions(scene)]


def counted(advice: list[Passage]) -> list[Passage]:
    """Each with its ordinal; one alone goes without."""
    if len(advice) == 1:
        first, *rest = advice[0].pieces
        return [passage(first[:1].upper() + first[1:] if isinstance(first, str) else first, *rest)]
    return [text_of([fill(f"briefing.ordinal.{n}"), one]) for n, one in enumerate(advice[:ORDINALS], 1)]


def _figures(scene: Scene) -> Passage | None:
    """Control figures that are used up faster than the year."""
    own = [one for one in scene.quarter.control if one["is_own"] and not one["sector_code"] and one["is_over_pace"]]
    parts = above_pace(scene)[:SHOWN]
    if not own and not parts:
        return None
    names = []
    for one in parts:
        cut, code = ("sector", one["sector_code"]) if one["sector_code"] else ("region", one["region_code"])
        row = next((row for row in scene.quarter.cut(cut) if row["code"] == code), None)
        names.append(scene.part_name(row) if row else Quoted(code, "name"))
    if own:
        facts = {
            "share": scene.plan.control(own[0], "used_share"),
            "elapsed": scene.plan.control(own[0], "elapsed_share"),
            "late": late(scene, own[0]),
            "pace": say(f"assessment.control.{pace_key(own[0])}"),
        }
        measure = say(f"app.controlled.{own[0]['measure']}")
        if own[0]["elapsed_share"] >= 1:
            share = scene.plan.control(own[0], "used_share")
            return sentence(fill("briefing.advice.figures_over", measure=measure, share=share))
        text = fill("briefing.advice.figures", measure=measure, **facts)
        if names:
            text += fill("briefing.advice.figures_parts", names=listed(names, say("briefing.and")))
        return sentence(text)
    return sentence(fill("briefing.advice.parts", names=listed(names, say("briefing.and"))))


def _targets(scene: Scene) -> Passage | None:
    """Targets of the plan's table that are not on their way."""
    rows = [
        row
        for row in standing.by_risk(standing.main_group(scene.plan.rows))
        if standing.risk(row["verdict"]) <= standing.URGENT
    ]
    if not rows:
        return None
    told = [
        fill("briefing.advice.target", name=named(row), verdict=scene.plan.fact(row, "verdict")) for row in rows[:SHOWN]
    ]
    text = fill("briefing.advice.targets", parts=listed(told, say("briefing.and")))
    return sentence(text)


def _sectors(scene: Scene) -> Passage | None:
    """The sectors in which most died; from so few deaths that chance alone may put one first, nothing follows."""
    if not scene.quarter.has_records:
        return None
    first = leading(scene.quarter.cut("sector"), "deaths")
    if not first or not all(row["code"] for row in first) or scene.quarter.total["deaths"] < SMALLEST_BASE:
        return None
    names, deaths = (
        listed([scene.part_name(row) for row in first], say("briefing.and")),
        scene.quarter.count(first[0], "deaths"),
    )
    if len(first) > 1:
        text = fill("briefing.advice.sector_tied", name=names, deaths=deaths)
    else:
        text = fill("briefing.advice.sector", name=names, accidents=scene.quarter.count(first[0]), deaths=deaths)
    types = leading([row for row in scene.quarter.cut("type") if row["code"]], "accidents")
    if len(types) == 1:
        text += fill("briefing.advice.type", name=scene.part_name(types[0]))
    return sentence(text)


def _hazards(scene: Scene) -> Passage | None:
    """Major hazards that are open, and overdue."""
    if not scene.quarter.has_records:
        return None
    still, late = scene.quarter.hazard_places("open"), scene.quarter.hazard_places("overdue")
    if not still.value:
        return None
    text = fill("briefing.advice.hazards", n=still)
    if late.value and late.value == still.value:
        text += fill("briefing.advice.hazards_all_late")
    elif late.value:
        text += fill("briefing.advice.hazards_late", n=late)
    return sentence(text)


def _season(scene: Scene) -> Passage | None:
    """Seasons and holidays of the coming quarter."""
    seasons, holidays = calendar(scene)
    found = list(dict.fromkeys(say(f"app.quarterly.season_{season.kind}") for season, _, _ in seasons))
    names: list[str | Quoted] = [*found, *[named(one.model_dump()) for one in holidays]]
    if not names:
        return None
    return sentence(
        fill("briefing.advice.season", names=listed(names, say("briefing.and")), quarter=scene.following_name)
    )


def _data(scene: Scene) -> Passage | None:
    """Returns that are owed."""
    if not scene.quarter.owed:
        return None
    found = {row["kind"] for row in scene.quarter.owed}
    return sentence(fill("briefing.advice.data", kinds=kinds(found)))


def _decisions(scene: Scene) -> list[Block]:
    """What this meeting is asked to decide, and what became of the decisions before."""
    code = scene.quarter.quarter.code
    all_of_them = scene.quarter.meeting.decisions
    asked = [one for one in all_of_them if one.quarter == code]
    former = sorted((one for one in all_of_them if one.quarter < code), key=lambda one: one.quarter, reverse=True)
    if not asked and not former:
        return []
    made: list[Block] = [Heading(1, fill("briefing.decisions.title"))]
    for key, rows in (("asked", asked), ("former", former)):
        if rows:
            made.append(Heading(2, fill(f"briefing.decisions.{key}")))
            made += [Paragraph(_matter(one, n, with_state=key == "former")) for n, one in enumerate(rows, 1)]
        elif key == "asked":
            made.append(Paragraph(sentence(say("briefing.decisions.none_asked"))))
    return made


def _matter(one: Decision, n: int, *, with_state: bool) -> Passage:
    """A decision in the words of whoever wrote it, with owner, date and what became of it."""
    parts = [Quoted(one.text, "said")]
    if one.owner:
        parts.append(fill("briefing.decisions.owner", owner=Quoted(one.owner, "said")))
    if one.due_on:
        parts.append(fill("briefing.decisions.due", day=Quoted(forms.print_value(one.due_on, forms.DATE), "said")))
    if with_state:
        parts.append(fill(f"app.quarterly.state_{one.state}"))
        if one.outcome:
            parts.append(passage(Quoted(one.outcome, "said")))
    return passage(
        Quoted(say("briefing.number_item", n=n), "number"), sentence(listed(parts, say("briefing.semicolon")))
    )
