"""自然灾害, 执法检查与隐患整改, 宣传培训与演练: what happened and what was done, side by side and without a cause."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines import shown, situation
from pipelines.assessment.significance import SMALLEST_BASE
from pipelines.briefing import forms
from pipelines.briefing.blocks import Block, Heading, Paragraph, Passage, fill, passage
from pipelines.briefing.facts import Fact
from pipelines.briefing.moulds import change, listed, name, sentence
from pipelines.briefing.quarterly.scene import Scene, text_of
from pipelines.texts import say

DISASTER_LINE = ("affected_person_times", "relocated", "houses_collapsed", "disaster_loss_fen")
AGAINST_MEAN = ("affected_person_times", "relocated", "disaster_loss_fen")
INSPECTION_LINE = ("rectification_orders", "cases_opened", "fines_fen", "enterprises_called_in")
PREVENTION = ("disaster_prevention_checks", "disaster_hazards_found", "forest_fire_hazards_found")


def disasters(scene: Scene) -> list[Block]:
    """Events, what they did, by hazard, beside the mean of five years."""
    q = scene.quarter
    heading = Heading(1, fill("briefing.disasters.title"))
    events = q.measure("disaster_events")
    if events.value is None:
        return [heading, Paragraph(_not_reported(scene, "disasters"))]
    if not events.value:
        texts = [sentence(fill("briefing.disasters.none", months=scene.months, region=scene.region)), _mean(scene)]
        return [heading, Paragraph(text_of(texts))]
    lines = _lines(scene, DISASTER_LINE)
    deaths = q.measure("disaster_deaths")
    none = "no_deaths" if deaths.value == 0 and not deaths.form.least else "deaths_partial"
    told = fill("briefing.disasters.deaths", n=deaths) if deaths.value else say(f"briefing.disasters.{none}")
    if deaths.missing == "not_collected":
        told = _uncounted(scene, "disaster_deaths")
    text = fill("briefing.disasters.events", months=scene.months, region=scene.region, n=events)
    first = sentence(listed([text, *lines, told]))
    hazards = [fill("briefing.disasters.hazard", name=name(shown.named(row, "hazard_name")), n=n)
               for row, n in q.hazard_events()]  # fmt: skip
    second = sentence(fill("briefing.disasters.hazards", parts=listed(hazards, say("briefing.and"))))
    return [heading, Paragraph(text_of([first, second])), Paragraph(_mean(scene))]


def _mean(scene: Scene) -> Passage:
    """This year's months beside the mean of the same months of five years."""
    q = scene.quarter
    parts = []
    for measure in ("disaster_events", *AGAINST_MEAN) if q.is_comparable("disasters", backs=situation.BACKS) else ():
        mean = q.mean(measure)
        smallest = 1.0 if measure.endswith("_fen") else 10.0
        compared = change(scene.book, q.measure(measure), mean, mean_unit(measure), smallest=smallest)
        if compared and mean.value:
            parts.append(fill("briefing.against_part", name=_name(scene, measure), change=compared))
    if not parts:
        return Passage()
    return sentence(fill("briefing.disasters.mean", parts=listed(parts)))


def mean_unit(measure: str) -> str:
    """The unit of a measure; money carries its own."""
    return "" if measure.endswith("_fen") else say(f"briefing.units.{measure}")


def _name(scene: Scene, measure: str) -> Passage:
    return passage(name(shown.named(scene.quarter.names.get(measure, {})) or measure))


def _lines(scene: Scene, measures: Sequence[str]) -> list[Passage]:
    """Measures of which there was something, each in its own mould."""
    facts = [(measure, scene.quarter.measure(measure)) for measure in measures]
    return [fill(f"briefing.lines.{measure}", n=fact) for measure, fact in facts if fact.value]


def _known(scene: Scene, part: str, key: str, measure: str) -> Passage:
    """A sum behind others, or that it is not known where files lack its column."""
    fact = scene.quarter.measure(measure)
    if fact.missing == "not_collected":
        return _uncounted(scene, measure)
    return fill(f"briefing.{part}.{key}", n=scene.quarter.plain(fact))


def _uncounted(scene: Scene, measure: str) -> Passage:
    return fill("briefing.uncounted", name=_name(scene, measure))


def _not_reported(scene: Scene, kind: str) -> Passage:
    return sentence(fill("briefing.not_reported", months=scene.months, kind=say(f"app.kinds.{kind}")))


def _against(scene: Scene, measures: Sequence[str]) -> Passage | None:
    """The same months of last year, measure by measure; where returns are owed, that they are not compared."""
    q = scene.quarter
    if told := not_compared(scene, situation.measure_kind(measures[0])):
        return told
    parts = []
    for measure in measures:
        compared = change(scene.book, q.measure(measure), q.measure(measure, 1), mean_unit(measure))
        if compared:
            parts.append(fill("briefing.against_part", name=_name(scene, measure), change=compared))
    return sentence(fill("briefing.against", parts=listed(parts))) if parts else None


def not_compared(scene: Scene, kind: str) -> Passage | None:
    """Why months of a kind of record are not compared with last year's; None where they are."""
    why = scene.quarter.why_not_compared(kind)
    return sentence(fill(f"briefing.not_compared.{why}", kind=say(f"app.kinds.{kind}"))) if why else None


def _share(scene: Scene, part: Fact, whole: Fact) -> Fact | None:
    """How much of what was found or due was done; None where it is not known, a least amount, or below ten of them."""
    if part.value is None or (whole.value or 0) < SMALLEST_BASE or part.form.least or whole.form.least:
        return None
    return scene.book.work(f"{part.address}/share", "share", (part, whole), forms.SHARE)


def inspections(scene: Scene) -> list[Block]:
    """Inspections, hazards, orders and fines; major hazards listed, rectified, open, overdue."""
    q = scene.quarter
    heading = Heading(1, fill("briefing.inspections.title"))
    n = q.measure("inspections")
    if n.value is None:
        return [heading, Paragraph(_not_reported(scene, "inspections")), *_major(scene)]
    if not n.value:
        texts = [sentence(fill("briefing.inspections.none", months=scene.months))]
    else:
        found, done = q.measure("hazards_found"), q.measure("hazards_rectified")
        text = fill("briefing.inspections.counts", months=scene.months, region=scene.region, n=n)
        measured = {"inspectors": "inspectors", "hazards_found": "found", "hazards_rectified": "done"}
        text = listed([text, *(_known(scene, "inspections", key, name) for name, key in measured.items())])
        share = _share(scene, done, found)
        if share is not None:
            text += fill("briefing.inspections.share", share=share)
        against = _against(scene, ("inspections", "hazards_found"))
        texts = [sentence(listed([text, *_lines(scene, INSPECTION_LINE)])), against]
    more = _lines(scene, ("hazards_self_reported", *PREVENTION))
    texts += [sentence(fill("briefing.inspections.also", parts=listed(more)))] if more else []
    texts.append(fill("briefing.inspections.note"))
    return [heading, Paragraph(text_of(texts)), *_major(scene)]


def _major(scene: Scene) -> list[Block]:
    """Major hazards: of this year, and all that are still open."""
    q = scene.quarter
    keys = ("listed", "rectified", "open", "overdue", "untold", "undated")
    facts = {key: q.hazard_places(key) for key in keys}
    untold = facts["untold"].value
    if facts["listed"].value is None:
        return []
    if not any(fact.value for fact in facts.values()):
        if q.measure("major_hazards").missing == "not_collected":
            return [Paragraph(sentence(say("briefing.inspections.not_told")))]
        return [Paragraph(sentence(say("briefing.inspections.no_major")))]
    parts = []
    if facts["listed"].value:
        whole = facts["rectified"].value is not None
        done = _of_all(facts["rectified"], facts["listed"], "rectified", is_part=bool(untold)) if whole else None
        text = fill("briefing.inspections.listed", listed=facts["listed"])
        parts.append(listed([text, done]) if done else text)
    else:
        parts.append(fill("briefing.inspections.none_listed"))
    if facts["open"].value:
        late = _of_all(facts["overdue"], facts["open"], "overdue", is_part=bool(facts["undated"].value))
        if facts["undated"].value:
            late = listed([late, fill("briefing.inspections.undated", n=facts["undated"])], say("briefing.and"))
        parts.append(fill("briefing.inspections.open", day=q.as_of, n=facts["open"], late=late))
    elif not untold:
        parts.append(fill("briefing.inspections.none_open"))
    if untold:
        parts.append(fill("briefing.inspections.untold", n=facts["untold"]))
    return [Paragraph(sentence(listed(parts, say("briefing.semicolon"))))]


def _of_all(part: Fact, whole: Fact, key: str, *, is_part: bool) -> Passage:
    """How many of some hazards: none, all, or the number, where of some it is not told; one alone is not called all."""
    if is_part or (part.value and part.value != whole.value):
        return fill(f"briefing.inspections.{key}", n=part)
    which = "all" if part.value else "none"
    return fill(f"briefing.inspections.{key}_{which if whole.value > 1 else f'{which}_of_one'}")


def training(scene: Scene) -> list[Block]:
    """Training sessions, drills, new employees."""
    q = scene.quarter
    heading = Heading(1, fill("briefing.training.title"))
    sessions, drills = q.measure("training_sessions"), q.measure("drills")
    if sessions.value is None and drills.value is None:
        return [heading, Paragraph(_not_reported(scene, "training"))]
    parts = []
    if sessions.value:
        text = fill("briefing.training.sessions", months=scene.months, region=scene.region, n=sessions)
        measured = {"people_trained": "people", "enterprises_trained": "enterprises"}
        parts.append(listed([text, *(_known(scene, "training", key, name) for name, key in measured.items())]))
    if drills.value:
        people = _known(scene, "training", "drilled", "drill_participants")
        parts.append(listed([fill("briefing.training.drills", n=drills), people]))
    due, done = q.measure("new_employees_due"), q.measure("new_employees_trained")
    share = _share(scene, done, due)
    if share is not None:
        parts.append(fill("briefing.training.new", due=due, done=q.plain(done), share=share))
    elif due.value and done.value is not None:
        parts.append(fill("briefing.training.new_few", due=due, done=q.plain(done)))
    parts += _lines(scene, ("volunteer_trainings", "first_aid_certified"))
    if not parts:
        return [heading, Paragraph(sentence(fill("briefing.training.none", months=scene.months)))]
    texts = [
        sentence(listed(parts, say("briefing.semicolon"))),
        _against(scene, ("training_sessions", "people_trained", "drills")),
    ]
    return [heading, Paragraph(text_of(texts))]
