"""形势研判: forecasts, seasons and holidays, risks by number, and how uncertain all that is."""

from __future__ import annotations

import datetime

from pipelines import meetings, shown, situation
from pipelines.assessment.significance import SMALLEST_BASE
from pipelines.briefing import forms
from pipelines.briefing.blocks import Block, Heading, Paragraph, Passage, Quoted, fill
from pipelines.briefing.moulds import listed, name, named, sentence
from pipelines.briefing.quarterly.overall import above_pace, late
from pipelines.briefing.quarterly.scene import Scene, text_of
from pipelines.briefing.quarterly.targets import has_chance
from pipelines.proof_readers import FEWEST_FOR_A_SHARE
from pipelines.quarters import first_day, last_day
from pipelines.situation import Row
from pipelines.texts import say

MEANS = ("accidents", "work_deaths", "disaster_events")
SHOWN = 3


def blocks(scene: Scene) -> list[Block]:
    """The section."""
    made: list[Block] = [Heading(1, fill("briefing.outlook.title"))]
    parts = (
        ("forecast", [_forecast(scene)]),
        ("season", [_calendar(scene), _same_quarter(scene)]),
        ("risk", [_risks(scene)]),
        ("uncertainty", [_uncertainty(scene)]),
        ("views", _views(scene)),
    )
    for key, texts in parts:
        told = [text for text in texts if text]
        if told:
            made += [Heading(2, fill(f"briefing.outlook.{key}", quarter=scene.following_name))]
            made += [Paragraph(text) for text in told]
    return made


def _forecast(scene: Scene) -> Passage:
    """The chance of each binding target, of all together, and of keeping to the year's control figures."""
    p = scene.plan
    rows = [row for row in p.binding if has_chance(row)]
    told = [fill("briefing.outlook.chance", name=named(row), chance=p.fact(row, "probability")) for row in rows]
    texts = []
    if told:
        texts.append(sentence(fill("briefing.outlook.chances", parts=listed(told, say("briefing.semicolon")))))
    else:
        texts.append(sentence(say("briefing.outlook.no_forecast")))
    together = [one for one in scene.quarter.chances["binding"] if one["met"] == one["of"] and one["of"] > 1]
    for one in together:
        facts = {"n": p.binding_chance(one, "of"), "chance": p.binding_chance(one)}
        texts.append(sentence(fill("briefing.outlook.together", **facts)))
    own = [one for one in scene.quarter.chances["control"]
           if one["region_code"] == scene.quarter.region and not one["sector_code"]
           and one["probability_within"] is not None and one["year"] == scene.quarter.quarter.year]  # fmt: skip
    for one in own:
        measure = say(f"app.controlled.{one['measure']}")
        facts = {"year": scene.year(), "chance": p.control_chance(one)}
        texts.append(sentence(fill("briefing.outlook.control", measure=measure, **facts)))
    return text_of(texts)


def calendar(scene: Scene) -> tuple[list[tuple], list[meetings.Holiday]]:
    """Seasons and holidays of the coming quarter: (season, first day, last day), and the holidays."""
    q = scene.quarter
    first, last = first_day(*q.quarter.following), last_day(*q.quarter.following)
    above = situation.upwards(q.regions, q.region)
    seasons = meetings.seasons_between(q.seasons.seasons, above, first, last)
    return seasons, meetings.holidays_between(q.seasons.holidays, first, last)


def _calendar(scene: Scene) -> Passage:
    first, last = (edge(*scene.quarter.quarter.following) for edge in (first_day, last_day))
    seasons, holidays = calendar(scene)
    texts = []
    for season, begins, ends in seasons:
        span = _span(begins, ends, first, last)
        kind = say(f"app.quarterly.season_{season.kind}")
        basis = fill("briefing.outlook.basis", basis=Quoted(season.basis, "said")) if season.basis else Passage()
        texts.append(fill("briefing.outlook.in_season", kind=kind, span=span, basis=basis))
    parts = [fill("briefing.outlook.holiday", name=name(shown.named(one.model_dump())),
                  span=_span(one.begins_on, one.ends_on, first, last)) for one in holidays]  # fmt: skip
    if parts:
        texts.append(fill("briefing.outlook.holidays", parts=listed(parts, say("briefing.and"))))
    if not texts:
        return sentence(fill("briefing.outlook.no_season", quarter=scene.following_name))
    return sentence(fill("briefing.outlook.coming", quarter=scene.following_name, parts=listed(texts)))


def _span(begins: datetime.date, ends: datetime.date, first: datetime.date, last: datetime.date) -> Passage:
    if begins <= first and ends >= last:
        return fill("briefing.outlook.whole")
    days = {"begins": _day(begins), "ends": _day(ends)}
    return (
        fill("briefing.outlook.one_day", day=_day(begins)) if begins == ends else fill("briefing.outlook.span", **days)
    )


def _day(day: datetime.date) -> Quoted:
    text = say("briefing.day_of_year", month=str(day.month), day=day.day, name=say(f"app.quarterly.month_{day.month}"))
    return Quoted(text, "period")


def _same_quarter(scene: Scene) -> Passage | None:
    """The mean of the same quarter of the five years before, as known now."""
    q = scene.quarter
    if not q.has_records:
        return None
    means = [(measure, q.mean(measure, "ahead")) for measure in MEANS]
    if any(fact.value is None for _, fact in means):
        return None
    parts = [
        fill(f"briefing.outlook.{'mean' if fact.value else 'mean_none'}_{measure}", n=fact) for measure, fact in means
    ]
    return sentence(fill("briefing.outlook.same_quarter", parts=listed(parts)))


def _risks(scene: Scene) -> Passage | None:
    """What stands out by number: figures that are ahead of time, overdue major hazards, the sectors most die in."""
    q = scene.quarter
    if not q.has_records:
        return None
    texts = []
    ahead = above_pace(scene)
    if ahead:
        parts = [control_line(scene, one) for one in ahead[:SHOWN]]
        elapsed = scene.plan.control(ahead[0], "elapsed_share")
        text = fill("briefing.outlook.ahead", elapsed=elapsed, parts=listed(parts, say("briefing.semicolon")))
        if len(ahead) > SHOWN:
            text += say("briefing.accidents.and_others")
        texts.append(sentence(text))
    deadly = _deadliest(q.cut("sector")) if q.total["deaths"] >= SMALLEST_BASE else []
    if deadly:
        parts = [_deadly(scene, row) for row in deadly]
        texts.append(sentence(fill("briefing.outlook.deadliest", parts=listed(parts, say("briefing.and")))))
    texts.append(_higher(scene))
    overdue = q.hazard_places("overdue")
    if overdue.value:
        texts.append(sentence(fill("briefing.outlook.overdue", n=overdue)))
    return text_of(texts)


def _higher(scene: Scene) -> Passage:
    """Parts with clearly more accidents than last year; that none was tested, where there is nothing to compare."""
    parts = [row for cut in ("sector", "region", "type", "cause") for row in scene.quarter.cut(cut)]
    signals = [row for row in parts if row["finding"] == "higher"]
    if signals:
        names = listed([scene.part_name(row) for row in signals], say("briefing.and"))
        return sentence(fill("briefing.outlook.higher", names=names))
    was_tested = scene.quarter.is_comparable("accidents")
    return sentence(say(f"briefing.outlook.{'none_higher' if was_tested else 'none_tested'}"))


def _deadly(scene: Scene, row: Row) -> Passage:
    facts = {name: scene.quarter.count(row, name) for name in ("accidents", "deaths")}
    return fill("briefing.outlook.deadly", name=scene.part_name(row), **facts)


def _deadliest(rows: list[Row]) -> list[Row]:
    """The two sectors in which most died; with those that share the second place, or without it where many do."""
    first = situation.leading(rows, "deaths")
    if len(first) != 1:
        return first
    second = situation.leading([row for row in rows if row is not first[0]], "deaths")
    return [*first, *second] if len(second) < situation.MOST_TIED else first


def control_line(scene: Scene, one: Row) -> Passage:
    """A part's control figure, and how much of it is used."""
    facts = {key: scene.plan.control(one, key) for key in ("used", "figure", "used_share")}
    rows = scene.quarter.cut("sector" if one["sector_code"] else "region")
    row = next((row for row in rows if row["code"] == (one["sector_code"] or one["region_code"])), None)
    part = scene.part_name(row) if row else name(one["sector_code"] or one["region_code"])
    measure = say(f"app.controlled.{one['measure']}")
    unit = say(f"briefing.units.{one['measure']}")
    told = late(scene, one, "late_besides")
    return fill("briefing.outlook.control_line", name=part, measure=measure, unit=unit, late=told, **facts)


def _uncertainty(scene: Scene) -> Passage:
    """How much of the newest month is in, and how often such forecasts have come true."""
    texts = []
    months = scene.plan.newest_completeness() if scene.quarter.has_records else []
    if months:
        parts = []
        for row in months:
            facts = {key: scene.plan.completeness(row, key) for key in ("reported_share", "lo80", "hi80")}
            parts.append(fill(f"briefing.outlook.{row['measure']}", **facts))
        month = months[0]["month"]
        month_name = Quoted(say(f"app.quarterly.month_{month.month}"), "period")
        texts.append(sentence(fill("briefing.outlook.incomplete", month=month_name, parts=listed(parts))))
    record = scene.plan.track_record()
    if record:
        names = ("likely", "unlikely", "likely_share", "unlikely_share")
        text = fill("forecast.proof.record", **{key: record[key] for key in names})
        if record["n"].value:
            key = "record_own" if record["n"].value >= FEWEST_FOR_A_SHARE else "record_own_few"
            text += fill(f"forecast.proof.{key}", **{name: record[name] for name in ("n", "inside", "share")})
        texts.append(sentence(text))
        texts.append(fill("forecast.proof.basis"))
    texts.append(fill("briefing.outlook.chance_words"))
    return text_of(texts)


def _views(scene: Scene) -> list[Passage]:
    """What other offices expect of the coming quarter, in their own words."""
    year, n = scene.quarter.quarter.following
    code = f"{year}Q{n}"
    said = [one for one in scene.quarter.meeting.outlook if one.quarter == code]
    return [
        sentence(
            fill(
                "briefing.outlook.view",
                source=Quoted(one.source, "said"),
                text=Quoted(one.text.rstrip("。."), "said"),
                day=fill("briefing.outlook.said_on", day=Quoted(forms.print_value(one.said_on, forms.DATE), "said"))
                if one.said_on
                else Passage(),
            )
        )
        for one in said
    ]
