"""Slides about a quarter's records: the first minute, sectors, places, months, disasters, inspections and hazards."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines import marks, shown, situation
from pipelines.briefing import target_words as words
from pipelines.briefing.blocks import Block, Paragraph, Passage, Quoted, Table, Words, fill, passage
from pipelines.briefing.chart_xml import Series
from pipelines.briefing.charts import FactChart, FactColumn
from pipelines.briefing.facts import Fact
from pipelines.briefing.forms import DATE, print_value
from pipelines.briefing.moulds import listed, sentence
from pipelines.briefing.quarterly import outlook, overall, tables, work
from pipelines.briefing.quarterly.scene import Scene, new_records
from pipelines.briefing.slide_canvas import Deck, Slide
from pipelines.briefing.slide_layout import BOTTOM, LEFT, MUTED, RIGHT, TOP, Box, Line
from pipelines.briefing.slide_tables import keeps_words, table_height
from pipelines.briefing.target_charts import BLUE
from pipelines.briefing.workbook_tables import hazards, measures
from pipelines.situation import Row
from pipelines.texts import say

PALE = marks.ON_PAPER["pale"]
WIDE = RIGHT - LEFT
TEXT = (15, 14, 13, 12, 11, 10.5, 10)
FEW = (24, 22, 20, 18, 16, 14, 12)
SMALL = (15, 14, 13, 12, 11, 10.5, 10, 9.5, 9)
BESIDE = (330, 370, 410, 450)
"""Widths of the table of major hazards by place, beside the list of the oldest."""

LEGIBLE = 12
TABLE = (14, 13, 12, 11, 10.5, 10, 9.5, 9, 8.5, 8, 7.5)
MOST_BARS = 12
TILES = 5
TILE = 112  # points of a tile's height
DEATH_RATE = "work_deaths_per_100m_yuan_gdp"
LOSS_SHARE = "disaster_loss_gdp_share"


def first_minute(deck: Deck, scene: Scene) -> Slide:
    """The judgement, five numbers, what needs attention, what changed, who is ahead of the control figure."""
    has_records = scene.quarter.has_records
    slide = deck.slide(_headline(scene) if has_records else say("slides.title.judgement"))
    texts = [words.judgement(scene.plan)]
    if has_records:
        texts.insert(0, passage(overall.counts(scene)))
    elif not situation.is_nation(scene.book.plan):
        texts.insert(0, fill("slides.nothing", region=scene.region, quarter=scene.quarter_name))
    lines = [Line(text) for text in texts]
    sizes = (16, 15, 14, 13, 12, 11, 10) if has_records else FEW
    end = TOP + slide.text(Box(LEFT, TOP, WIDE, 112 if has_records else 200), lines, sizes, gap=5) + 10
    if has_records:
        wide = (WIDE - 10 * (TILES - 1)) / TILES
        slide.tiles(Box(LEFT, end, wide, TILE), _tiles(scene), gap=10)
        end += TILE + 12
    columns = _columns(scene)
    wide = (WIDE - 24 * (len(columns) - 1)) / len(columns)
    told = [[Line(passage(title), colour=MUTED, is_bold=True), *lines] for title, lines in columns]
    slide.columns(Box(LEFT, end, wide, BOTTOM - end), told, SMALL if has_records else FEW, space=24, gap=5)
    return slide


def _headline(scene: Scene) -> Passage:
    q = scene.quarter
    if not q.total["accidents"]:
        key = "none" if q.reporting("accidents").is_whole else "not_reported"
        return fill(f"slides.title.{key}", months=scene.months)
    accidents, deaths = q.count(q.total), q.count(q.total, "deaths")
    return fill("slides.title.counts", months=scene.months, accidents=accidents, deaths=deaths)


def _tiles(scene: Scene) -> list[tuple[Passage, Passage, list[Passage]]]:
    """Deaths against the control figure, accidents, larger accidents, and the two targets that everybody asks for."""
    targets = [_target(scene, one) for one in (DEATH_RATE, LOSS_SHARE)]
    return [_deaths(scene), _accidents(scene), _larger(scene), *targets]


def _against(scene: Scene, row: Row, measure: str) -> Passage:
    changed = scene.against_last_year(row, measure)
    if changed:
        return fill("app.quarterly.against_last", change=changed)
    if not scene.quarter.is_comparable("accidents"):
        return passage(say("slides.tile.not_compared"))
    return passage(say("slides.tile.nothing_before"))


def _deaths(scene: Scene) -> tuple[Passage, Passage, list[Passage]]:
    q, p = scene.quarter, scene.plan
    deaths = words.with_unit(q.count(q.total, "deaths"), say("briefing.units.deaths"))
    below = [_against(scene, q.total, "deaths")]
    own = next((one for one in q.control if one["is_own"] and not one["sector_code"]
                and one["measure"] == "work_deaths"), None)  # fmt: skip
    if own and q.count(q.total, "deaths").value is not None:
        facts = {name: p.control(own, name) for name in ("figure", "used_share", "elapsed_share")}
        below.append(fill("slides.tile.control", **facts))
    elif not own:
        below.append(passage(say("app.quarterly.no_control")))
    return passage(say("app.quarterly.deaths")), deaths, below


def _accidents(scene: Scene) -> tuple[Passage, Passage, list[Passage]]:
    q = scene.quarter
    below = [_against(scene, q.total, "accidents")]
    if q.total["finding"] and (q.total["accidents"] or q.total["accidents_before"]):
        below.append(passage(say(f"app.quarterly.finding.{q.total['finding']}")))
    n = words.with_unit(q.count(q.total), say("briefing.units.accidents"))
    return passage(say("app.quarterly.accidents")), n, below


def _larger(scene: Scene) -> tuple[Passage, Passage, list[Passage]]:
    q = scene.quarter
    n = q.plain(q.measure("larger_accidents"))
    name = "last_on" if q.larger["last_on"] else "first_on"
    key = "days_since" if q.larger["last_on"] else "never"
    days = {one: q.last_larger(fact) for one, fact in (("days", f"days_{name}"), ("until", "until"))}
    if not n.value and (n.form.least or not q.reporting("accidents").is_whole):
        below = [passage(say("app.quarterly.larger_partial"))]
    elif q.larger["is_gap"]:
        below = [passage(say("app.quarterly.larger_gap"))]
    else:
        below = [fill(f"app.quarterly.{key}", day=q.last_larger(name), **days)]
    value = words.with_unit(n, say("briefing.units.accidents"))
    return passage(say("app.quarterly.larger")), value, below


def _target(scene: Scene, indicator: str) -> tuple[Passage, Passage, list[Passage]]:
    p = scene.plan
    label = passage(Quoted(say(f"app.quarterly.tile_{indicator}"), "name"))
    row = next((one for one in p.rows if one["indicator_id"] == indicator), None)
    if row is None:
        return label, passage(shown.NOTHING), [passage(say("app.quarterly.not_in_plan"))]
    now = p.fact(row, "value_now")
    below = []
    if now.value is not None:
        key = "mean_so_far" if row["kind"] == "period_mean" else "value_year"
        year = fill(f"app.quarterly.{key}", year=p.fact(row, "value_year"))
        if row["kind"] == "period_mean" or row["required_now"] is None:
            told = fill("app.quarterly.target", target=words.bound(p, row))
        else:
            told = fill("app.quarterly.required", required=p.fact(row, "required_now"))
        below.append(passage(year, " · ", told))
    below.append(words.verdict(p, row))
    if now.value is not None and shown.unit(row) in ("%", "‰"):
        return label, words.with_unit(now), below
    label = fill("slides.name_unit", name=label, unit=Quoted(shown.unit(row), "name"))
    return label, passage(now), below


def _columns(scene: Scene) -> list[tuple[Words, list[Line]]]:
    """What needs attention, what changed, and who has used more of the control figure than of the year."""
    found: list[tuple[Words, list[Line]]] = []
    urgent = [
        Line(text, mark=marks.shape(row["verdict"]), mark_colour=marks.colour(row["verdict"]))
        for row, text in words.alerts(scene.plan)
    ]
    found.append((say("app.cards.alerts"), urgent or [Line(words.no_alerts(scene.plan))]))
    found.append((_since(scene), _changes(scene)))
    if scene.quarter.has_records:
        ahead = [Line(outlook.control_line(scene, one), mark="▲", mark_colour=marks.ON_PAPER["amber"])
                 for one in overall.above_pace(scene)[:3]]  # fmt: skip
        if not scene.quarter.control:
            ahead = [Line(passage(say("app.quarterly.no_control")))]
        found.append((say("app.quarterly.ahead_title"), ahead or [Line(_own_pace(scene))]))
    return found


def _own_pace(scene: Scene) -> Passage:
    if scene.quarter.count(scene.quarter.total).value is None:
        return passage(say("app.missing.not_reported"))
    own = next((one for one in scene.quarter.control if one["is_own"] and not one["sector_code"]), None)
    if own is None or not own["is_over_pace"]:
        return passage(say("app.quarterly.none_ahead"))
    facts = {name: scene.plan.control(own, name) for name in ("figure", "used", "used_share", "elapsed_share")}
    measure = say(f"app.controlled.{own['measure']}")
    text = fill("app.quarterly.ahead", name=scene.region, measure=measure, share=facts["used_share"],
                elapsed=facts["elapsed_share"], used=facts["used"], figure=facts["figure"])  # fmt: skip
    return text + overall.late(scene, own, "late_besides")


def _since(scene: Scene) -> Passage:
    if scene.quarter.quarter.earlier is None:
        return passage(say("app.quarterly.changes_none"))
    day = Quoted(print_value(scene.quarter.quarter.earlier, DATE), "period")
    return fill("app.quarterly.changes_title", day=day)


def _changes(scene: Scene) -> list[Line]:
    news = scene.quarter.news
    lines = []
    if news is not None:
        lines.append(Line(new_records(scene)))
    if scene.before is None:
        return lines or [Line(passage(say("app.quarterly.no_earlier")))]
    moved = words.changes(scene.plan, scene.before)
    lines += [
        Line(text, mark=marks.shape(now["verdict"]), mark_colour=marks.colour(now["verdict"]))
        for now, _, text in moved[:3]
    ]
    return lines if moved else [*lines, Line(passage(say("app.quarterly.no_verdicts")))]


def parts(deck: Deck, scene: Scene) -> list[Slide]:
    """Sectors, places, months: two native charts each, with the sentence that bulletins would write."""
    q = scene.quarter
    made = []
    sectors = situation.by_number([row for row in q.cut("sector") if situation.happened(row)])
    if sectors:
        made.append(_pair(deck, scene, "sector", sectors, "bar"))
    places = situation.by_number([row for row in q.cut("region") if situation.happened(row)])
    if len([row for row in places if row["code"]]) > 0:
        made.append(_pair(deck, scene, "region", places, "bar"))
    if any(situation.happened(row) for row in q.cut("month")):
        made.append(_pair(deck, scene, "month", q.cut("month"), "column"))
    return made


def _pair(deck: Deck, scene: Scene, cut: str, rows: Sequence[Row], shape: str) -> Slide:
    """Accidents and deaths side by side, this year and last year."""
    slide = deck.slide(_title(scene, cut, rows))
    texts = _told(scene, cut, rows)
    lines = [Line(text) for text in texts]
    used = slide.text(Box(LEFT, TOP, WIDE, 84), lines, TEXT, gap=4) if lines else -10.0
    kept = rows[:MOST_BARS] if shape == "bar" else rows
    top = TOP + used + 10
    wide = (WIDE - 20) / 2
    for place, measure in enumerate(("accidents", "deaths")):
        box = Box(LEFT + place * (wide + 20), top, wide, BOTTOM - top - 18)
        name = fill("slides.name_unit", name=say(f"app.quarterly.{measure}"), unit=say(f"briefing.units.{measure}"))
        slide.text(Box(box.left, top, wide, 18), [Line(name, colour=MUTED, is_bold=True)], (12,))
        chart = _compared(scene, kept, cut, measure, shape)
        size = 11 if shape == "column" or len(kept) <= 10 else 10 if len(kept) <= 14 else 9
        alt = fill("slides.alt_compared", name=name, year=scene.year(), before=scene.year(1))
        slide.chart(Box(box.left, top + 18, wide, box.height - 18), chart, str(alt), size=size)
    notes = [Line(fill("slides.same_age", months=scene.months), colour=MUTED)]
    if len(kept) < len(rows):
        notes = [Line(passage(notes[0].text, say("slides.only_largest")), colour=MUTED)]
    slide.text(Box(LEFT, BOTTOM - 14, WIDE, 16), notes, (10.5, 10, 9.5, 9))
    return slide


def _title(scene: Scene, cut: str, rows: Sequence[Row]) -> Passage:
    first = situation.leading([row for row in rows if row["code"]], "accidents")
    if not first:
        return passage(say(f"slides.title.{cut}"))
    accidents = scene.quarter.count(first[0])
    if len(first) > 1:
        names = listed([scene.part_name(row) for row in first], say("briefing.and"))
        return fill(f"slides.title.{cut}_tied", name=names, accidents=accidents)
    deaths = scene.quarter.count(first[0], "deaths")
    return fill(f"slides.title.{cut}_most", name=scene.part_name(first[0]), accidents=accidents, deaths=deaths)


def _told(scene: Scene, cut: str, rows: Sequence[Row]) -> list[Passage]:
    if cut == "month":
        return []
    now = [row for row in rows if row["accidents"] and row["code"]][:4]
    return [sentence(listed([scene.counted(row) for row in now], say("briefing.semicolon")))] if now else []


def _compared(scene: Scene, rows: Sequence[Row], cut: str, measure: str, shape: str) -> FactChart:
    columns = []
    for back in range(2):
        facts: tuple[Fact | None, ...] = tuple(scene.quarter.count(row, measure, back) for row in rows)
        columns.append(FactColumn(passage(scene.year(back)), facts))
    everything = tuple(range(len(rows)))
    series = (
        Series(0, shape, BLUE, labelled=everything),
        Series(1, shape, PALE, labelled=everything),
    )
    names = tuple(passage(scene.part_name(row)) for row in rows)
    return FactChart(f"{cut}-{measure}", names, tuple(columns), series, "", from_zero=True)


def disasters(deck: Deck, scene: Scene) -> Slide:
    """Disasters in words, and beside the mean of five years."""
    return _text_and_table(deck, say("slides.title.disasters"), _texts(work.disasters(scene)), tables.disasters(scene))


def inspections(deck: Deck, scene: Scene) -> list[Slide]:
    """Inspections, training, and major hazards; side by side with no cause implied."""
    made = []
    slide = deck.slide(say("slides.title.inspections"))
    said = _texts(work.inspections(scene))
    lines = [Line(text) for text in said[:1]]
    end = TOP + slide.text(Box(LEFT, TOP, WIDE, 96), lines, TEXT, gap=4) + 10
    wide = (WIDE - 20) / 2
    both = [measures(scene, getattr(situation, key.upper()), key) for key in ("inspections", "training")]
    room = BOTTOM - end
    size = min(_fitting(table, wide, room) for table in both)
    for place, table in enumerate(both):
        slide.table(Box(LEFT + place * (wide + 20), end, wide, room), table, size)
    made.append(slide)
    by_place, late = hazards(scene), tables.overdue(scene)
    if by_place is not None:
        slide = deck.slide(_hazard_title(scene))
        lines = [Line(text) for text in said[1:2]]
        end = TOP + slide.text(Box(LEFT, TOP, WIDE, 70), lines, TEXT, gap=4) + 10
        room = BOTTOM - end
        narrow = next((one for one in BESIDE if keeps_words(by_place, one, LEGIBLE)), BESIDE[-1])
        left = narrow if late.rows else WIDE
        slide.table(Box(LEFT, end, left, room), by_place, _fitting(by_place, left, room))
        if late.rows:
            late = without_last(late)  # the line of the file stands in the notes and in the workbook
            wide = WIDE - left - 20
            slide.text(Box(LEFT + left + 20, end, wide, 18), [Line(late.title, colour=MUTED, is_bold=True)], (12,))
            place = Box(LEFT + left + 20, end + 20, wide, room - 22)
            slide.table(place, late, _fitting(late, wide, room - 22))
        made.append(slide)
    return made


def without_last(table: Table) -> Table:
    """A table without its last column."""
    return Table(
        table.key,
        table.title,
        table.columns[:-1],
        tuple(row[:-1] for row in table.rows),
        table.numbers,
        table.sums,
        table.notes,
    )


def _fitting(table: Table, width: float, room: float) -> float:
    """The size of letters in which a table fits; a table of these slides has a known number of rows."""
    high = [size for size in TABLE if table_height(table, width, size) <= room] or [TABLE[-1]]
    return next((size for size in high if keeps_words(table, width, size)), high[0])


def _hazard_title(scene: Scene) -> Passage:
    still, late = (scene.quarter.hazard_places(name) for name in ("open", "overdue"))
    if still.value is None:
        return fill("slides.title.hazards_untold", n=scene.quarter.hazard_places("untold"))
    return fill("slides.title.hazards", open=still, overdue=late)


def _texts(blocks: Sequence[Block]) -> list[Passage]:
    """The paragraphs of a section of the brief."""
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def _text_and_table(deck: Deck, title: Words, texts: Sequence[Passage], table: Table) -> Slide:
    slide = deck.slide(title)
    lines = [Line(text) for text in texts]
    end = TOP + slide.text(Box(LEFT, TOP, WIDE, 150), lines, TEXT, gap=5) + 12
    room = BOTTOM - end
    slide.table(Box(LEFT, end, WIDE, room), table, _fitting(table, WIDE, room))
    return slide
