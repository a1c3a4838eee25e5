"""总体情况: what happened, against last year and the quarter before, and what changed since the last meeting."""

from __future__ import annotations

from collections import Counter

from pipelines import situation, standing
from pipelines.assessment.control_figures import beyond_pace, late_of, pace_key
from pipelines.briefing import forms
from pipelines.briefing.blocks import Block, Heading, Paragraph, Passage, Quoted, fill
from pipelines.briefing.facts import Fact
from pipelines.briefing.moulds import change, finding, listed, name, named, sentence
from pipelines.briefing.quarterly.scene import Scene, not_all_in, older_records, text_of
from pipelines.quarters import first_day, last_day
from pipelines.situation import Row
from pipelines.texts import say

MOST_TURNED = 6


def blocks(scene: Scene) -> list[Block]:
    """The section."""
    heading = Heading(1, fill("briefing.overall.title"))
    plan = binding(scene)
    if situation.is_nation(scene.book.plan):
        texts = [sentence(say("briefing.overall.nation")), plan, turned(scene)]
    elif not scene.quarter.has_records:
        texts = [_nothing(scene), plan]
    else:
        texts = [
            text_of([counts(scene), _quarter(scene)]),
            text_of([larger(scene), control(scene)]),
            plan,
            text_of([_news(scene), turned(scene)]),
        ]
    return [heading, *[Paragraph(text) for text in texts if text]]


def counts(scene: Scene) -> Passage:
    """Accidents, deaths, injuries and loss from January on, with the change against the same months of last year."""
    q = scene.quarter
    total = q.total
    said = {"months": scene.months, "region": scene.region}
    if q.heard:
        said["region"] = fill("briefing.overall.heard", region=scene.region, heard=_heard(scene))
    parts = []
    if total["accidents"]:
        facts = {name: q.count(total, name) for name in ("accidents", "deaths", "serious_injuries", "loss_fen")}
        hurt, loss = facts.pop("serious_injuries"), facts.pop("loss_fen")
        facts |= {"injured": _known("injured", hurt), "loss": _known("loss", loss)}
        key = "counts" if total["deaths"] else "counts_without"
        parts.append(sentence(fill(f"briefing.overall.{key}", **said, **facts)))
    else:
        key = "not_reported" if "accidents" in q.missing else "none"
        parts.append(sentence(fill(f"briefing.overall.{key}", **said)))
    if q.breaks:
        parts.append(sentence(fill("briefing.overall.broken", what=listed([named(row) for row in q.breaks]))))
    elif q.is_comparable("accidents") and (total["accidents"] or total["accidents_before"]):
        changes = {name: scene.against_last_year(total, name) for name in ("accidents", "deaths", "serious_injuries")}
        told = _changes(changes, finding(total["finding"]))
        if changes["deaths"] or changes["serious_injuries"]:  # said once, and true of the quarter's below as well
            told += say("briefing.overall.untested")
        parts.append(sentence(fill("briefing.overall.against", parts=told)))
    partly = q.partly if total["accidents"] else q.partly - {"accidents"}
    if partly:
        parts.append(sentence(fill("briefing.overall.partly", kinds=not_all_in(scene, partly))))
    if q.quarter.is_running:
        parts.append(sentence(fill("briefing.overall.running", day=q.as_of)))
    return text_of(parts)


def _known(key: str, fact: Fact) -> Passage:
    """A sum, or that it is not known where files lack its column."""
    return fill(f"briefing.overall.{key}", n=fact) if fact.value is not None else fill(f"briefing.overall.no_{key}")


def _heard(scene: Scene) -> Passage:
    return listed([name(one) for one in scene.quarter.heard], say("briefing.and"))


def _changes(changes: dict[str, Passage | None], signal: str) -> Passage:
    """The changes of accidents, deaths and serious injuries, without those of which there is none to tell."""
    told = [
        fill(f"briefing.overall.part_{name}", change=one, finding=signal if name == "accidents" else "")
        for name, one in changes.items()
        if one
    ]
    return listed(told)


def _quarter(scene: Scene) -> Passage:
    """The quarter alone, against the same quarter of last year and against the quarter before."""
    q = scene.quarter
    if "accidents" in q.missing:
        return Passage()
    now = [q.plain(q.measure(name, 0, "quarter")) for name in ("accidents", "work_deaths")]
    parts = []
    if q.quarter.n > 1:
        key = "quarter" if now[0].value else "quarter_none"
        facts = {"accidents": now[0], "deaths": now[1]} if now[0].value else {}
        parts.append(fill(f"briefing.overall.{key}", quarter=scene.quarter_name, **facts))
    if q.reporting("accidents").is_whole and not q.breaks:
        year_ago = [q.measure(name, 1, "quarter") for name in ("accidents", "work_deaths")]
        earlier = [q.measure(name, 0, "former") for name in ("accidents", "work_deaths")]
        for key, base, days, is_comparable in (
            ("year_ago", year_ago, _days(q.quarter.year - 1, q.quarter.n), q.is_comparable("accidents", "quarter")),
            (
                "former",
                earlier,
                _days(*_former(q.quarter.year, q.quarter.n)),
                q.is_comparable("accidents", "former", (0,)),
            ),
        ):
            if not is_comparable or (key == "year_ago" and q.quarter.n == 1):
                continue  # from January on is the first quarter itself
            changes = {
                unit: change(scene.book, one, other, say(f"briefing.units.{unit}"))
                for one, other, unit in zip(now, base, ("accidents", "deaths"), strict=True)
            }
            told = _changes(changes, finding(q.quarter_finding(base[0], days)))
            if told:
                parts.append(fill(f"briefing.overall.{key}", former=scene.former_name, parts=told))
    return sentence(listed(parts, say("briefing.semicolon"))) if parts else Passage()


def _days(year: int, n: int) -> int:
    return (last_day(year, n) - first_day(year, n)).days + 1


def _former(year: int, n: int) -> tuple[int, int]:
    return (year, n - 1) if n > 1 else (year - 1, 4)


def larger(scene: Scene) -> Passage:
    """Larger accidents of the months, and how long ago the last one was."""
    q = scene.quarter
    if "accidents" in q.missing:
        return Passage()
    n, last = q.measure("larger_accidents"), q.larger["last_on"]
    if n.value:
        compared = change(scene.book, n, q.measure("larger_accidents", 1), say("briefing.units.accidents"))
        against = (
            fill("briefing.overall.larger_against", change=compared)
            if compared and q.is_comparable("accidents")
            else ""
        )
        facts = {"day": q.last_larger("last_on"), "days": q.last_larger("days_last_on")}
        return sentence(fill("briefing.overall.larger", n=n, against=against, **facts))
    if not q.reporting("accidents").is_whole or n.form.least:
        return sentence(say("briefing.overall.larger_partial"))  # what has not been reported may hold one
    if q.larger["is_gap"]:
        return sentence(say("briefing.overall.none_larger"))  # nor do days count across what has not been reported
    if last is None:
        facts = {"day": q.last_larger("first_on"), "days": q.last_larger("days_first_on")}
        return sentence(fill("briefing.overall.never_larger", **facts))
    facts = {"day": q.last_larger("last_on"), "days": q.last_larger("days_last_on")}
    return sentence(fill("briefing.overall.no_larger", **facts))


def control(scene: Scene) -> Passage:
    """How much of the region's own control figures is used, beside elapsed time, and the chance of keeping to them."""
    q, p = scene.quarter, scene.plan
    own = [one for one in q.control if one["is_own"] and not one["sector_code"]]
    if not own:
        return sentence(say("briefing.overall.no_control"))
    if "accidents" in q.missing and not any(one["used"] for one in own):
        return Passage()  # nobody has reported what would be used
    chances = {(one["measure"], one["region_code"], one["sector_code"]): one for one in q.chances["control"]
               if one["year"] == q.quarter.year}  # fmt: skip
    parts = []
    for one in own:
        facts = {name: p.control(one, name) for name in ("figure", "used", "used_share", "elapsed_share")}
        facts |= {"pace": say(f"assessment.control.{pace_key(one)}"), "late": late(scene, one)}
        unit = say(f"briefing.units.{one['measure']}")
        measure = say(f"app.controlled.{one['measure']}")
        text = fill("briefing.overall.control", measure=measure, unit=unit, **facts)
        chance = chances.get((one["measure"], one["region_code"], one["sector_code"]))
        if chance and chance["probability_within"] is not None:
            text += fill("briefing.overall.control_chance", chance=p.control_chance(chance))
        parts.append(text)
    if q.quarter.end < q.known:  # the months before it end earlier
        parts.append(fill("briefing.overall.control_until", day=q.as_of))
    return sentence(listed(parts, say("briefing.semicolon")))


def binding(scene: Scene) -> Passage:
    """How the binding targets stand; where a plan prints no nature, those of its table."""
    p = scene.plan
    rows = p.binding
    if not rows:
        return sentence(say("briefing.overall.no_targets")) if not p.rows else Passage()
    verdicts = Counter(standing.told_verdict(row) for row in rows)
    group = "binding" if p.is_printed else "not_printed"
    parts = [
        fill(
            "briefing.overall.verdict_part",
            n=p.verdict_count(rows, verdict, group),
            verdict=_verdict(verdict),
        )
        for verdict in sorted(verdicts, key=standing.risk)
    ]
    n = p.verdict_count(rows, "", group)
    if len(verdicts) == 1:
        (verdict,) = verdicts
        alike = fill(f"briefing.overall.{'alike' if len(rows) > 1 else 'alone'}", verdict=_verdict(verdict))
        return sentence(fill(f"briefing.overall.{group}", n=n, parts=alike))
    told = fill("briefing.overall.apart", parts=listed(parts, say("briefing.and")))
    return sentence(fill(f"briefing.overall.{group}", n=n, parts=told))


def _verdict(key: str) -> str:
    return forms.print_value(key, forms.VERDICT)


def _nothing(scene: Scene) -> Passage:
    """A quarter of which there is no record at all."""
    q = scene.quarter
    said = {"day": Quoted(forms.print_value(q.known, forms.DATE), "period"), "quarter": scene.quarter_name}
    return sentence(fill("briefing.overall.nothing", region=scene.region, **said))


def _news(scene: Scene) -> Passage:
    """What became known of accidents since the meeting before."""
    news = scene.quarter.news
    if news is None:
        return Passage()
    earlier = Quoted(forms.print_value(scene.quarter.quarter.earlier, forms.DATE), "period")
    facts = {"n": news["new_accidents"], "deaths": news["new_deaths"]}
    came = news["new_accidents"].value + news["older_accidents"].value
    none = "no_returns" if "accidents" in scene.quarter.missing else "no_news"
    text = fill(f"briefing.overall.{'news' if came else none}", day=earlier, **facts)
    if news["late_accidents"].value:
        text += fill("briefing.overall.late", n=news["late_accidents"])
    text += older_records(scene, "briefing.overall.older")
    if news["revised"].value or news["removed"].value:
        for key in ("revised", "removed"):
            if news[key].value:
                text += fill(f"briefing.overall.{key}", n=news[key])
    else:
        text += say("briefing.overall.none_revised")
    return sentence(text)


def turned(scene: Scene) -> Passage:
    """Targets whose verdict is another one than at the meeting before."""
    if scene.before is None:
        return Passage()
    old = {row["target_id"]: row for row in scene.before.rows}
    parts = [
        fill(
            "briefing.overall.turn",
            name=named(row),
            before=scene.before.fact(old[row["target_id"]], "verdict"),
            now=scene.plan.fact(row, "verdict"),
        )
        for row in standing.by_risk(scene.plan.rows)
        if row["target_id"] in old and old[row["target_id"]]["verdict"] != row["verdict"]
    ]
    if not parts:
        return sentence(say("briefing.overall.none_turned"))
    text = fill("briefing.overall.turned", parts=listed(parts[:MOST_TURNED], say("briefing.semicolon")))
    return sentence(text + say("briefing.accidents.and_others") if len(parts) > MOST_TURNED else text)


def above_pace(scene: Scene) -> list[Row]:
    """Parts that have used more of their control figure than of the year, the furthest ahead first."""
    over = [one for one in scene.quarter.control if one["is_over_pace"]]
    parts = [one for one in over if not (one["is_own"] and not one["sector_code"])]
    return sorted(parts, key=beyond_pace, reverse=True)


def late(scene: Scene, one: Row, key: str = "late") -> Passage:
    """What is still to be reported, in words (`late`, `late_in`, `late_besides`); nothing where it is none."""
    if not late_of(one):
        return Passage()
    unit = say(f"briefing.units.{one['measure']}")
    return fill(f"assessment.control.{key}", late=scene.plan.control(one, "expected_late"), unit=unit)
