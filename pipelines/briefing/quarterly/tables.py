"""附表: every cut and measure in numbers, this year beside the two before."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines import shown, situation
from pipelines.assessment.control_figures import pace_key
from pipelines.briefing.blocks import Block, Heading, Passage, Quoted, Table, fill, passage
from pipelines.briefing.facts import Fact
from pipelines.briefing.moulds import in_table, name, named
from pipelines.briefing.quarterly.accidents import industrial_sum, level_of
from pipelines.briefing.quarterly.overall import late
from pipelines.briefing.quarterly.scene import Scene
from pipelines.briefing.quarterly.work import mean_unit, not_compared
from pipelines.situation import Row
from pipelines.texts import say

TESTED = ("higher", "lower", "within_chance", "too_few")


def blocks(scene: Scene) -> list[Block]:
    """All tables of the appendix that hold something."""
    made = [table for table in _tables(scene) if table is not None and table.rows]
    if not made:
        return []
    return [Heading(1, fill("briefing.tables.title")), *made]


def _tables(scene: Scene) -> list[Table | None]:
    q = scene.quarter
    if not q.has_records:
        return []
    by = [comparison(scene, cut) for cut in ("type", "cause", "grade", "month")]
    measures = [
        measures_table(scene, key, getattr(situation, key.upper())) for key in ("outcomes", "inspections", "training")
    ]
    return [
        sectors(scene),
        places(scene),
        *by,
        *measures,
        disasters(scene),
        ahead(scene),
        control(scene),
        overdue(scene),
    ]


def _heads(scene: Scene, first: str) -> list[Passage | str]:
    years = [scene.year(back) for back in range(3)]
    accidents = [fill("briefing.tables.accidents", year=year) for year in years]
    deaths = [fill("briefing.tables.deaths", year=year) for year in years[:2]]
    return [
        first,
        *accidents,
        say("briefing.tables.change"),
        *deaths,
        say("briefing.tables.change"),
        say("briefing.tables.finding"),
    ]


def _cells(scene: Scene, row: Row) -> list[Passage | str | Fact]:
    q = scene.quarter
    counts = [q.count(row, "accidents", back) for back in range(3)]
    deaths = [q.count(row, "deaths", back) for back in range(2)]
    changes = [passage(shown.NOTHING)] * 2
    if q.is_comparable("accidents"):
        changes = [in_table(scene.book, *counts[:2]), in_table(scene.book, *deaths)]
    key = row["finding"] if (row["accidents"] or row["accidents_before"]) else None
    return [*counts, changes[0], *deaths, changes[1], _finding(key)]


def _finding(key: str | None) -> str:
    return say(f"briefing.tables.{key}") if key in TESTED else shown.NOTHING


def sectors(scene: Scene) -> Table:
    """The total, road traffic and fire, the industrial sectors with their sum, the rest."""
    apart, industrial, rest = situation.sector_groups(scene.quarter.cuts)
    rows = [[scene.part_name(scene.quarter.total), *_cells(scene, scene.quarter.total)]]
    rows += [[scene.part_name(row), *_cells(scene, row)] for row in apart]
    sums = [0]
    if len(industrial) > 1:
        sums.append(len(rows))
        rows.append([say("app.quarterly.industrial"), *_industrial(scene)])
    rows += [[scene.part_name(row), *_cells(scene, row)] for row in [*industrial, *rest]]
    return _table(scene, "sector", _heads(scene, fill("app.quarterly.cuts.sector")), rows, sums)


def _industrial(scene: Scene) -> list[Passage | str | Fact]:
    counts = [industrial_sum(scene, "accidents", back) for back in range(3)]
    deaths = [industrial_sum(scene, "deaths", back) for back in range(2)]
    changes = [passage(shown.NOTHING)] * 2
    if scene.quarter.is_comparable("accidents"):
        changes = [in_table(scene.book, *counts[:2]), in_table(scene.book, *deaths)]
    _, rows, _ = situation.sector_groups(scene.quarter.cuts)
    return [*counts, changes[0], *deaths, changes[1], _finding(rows[0]["finding_of_industrial"])]


def places(scene: Scene) -> Table | None:
    """The regions directly below, by official code; those without anything in three years are left out."""
    if level_of(scene) is None:
        return None
    found = [row for row in scene.quarter.cut("region") if situation.happened(row)]
    rows = [[scene.part_name(scene.quarter.total), *_cells(scene, scene.quarter.total)]]
    rows += [[scene.part_name(row), *_cells(scene, row)] for row in sorted(found, key=lambda row: not row["code"])]
    return _table(
        scene, "region", _heads(scene, fill("app.quarterly.cuts.region")), rows, [0], places_left_out(scene, found)
    )


def places_left_out(scene: Scene, found: Sequence[Row]) -> list[Passage]:
    """A note on the places that the table leaves out."""
    return [fill("briefing.tables.left_out")] if len(found) < len(scene.quarter.cut("region")) else []


def comparison(scene: Scene, cut: str) -> Table:
    """The parts of another cut in which something happened."""
    found = [row for row in scene.quarter.cut(cut) if situation.happened(row) or cut == "month"]
    if cut in ("type", "cause"):
        found = situation.by_number(found)
    if cut == "grade" and len(found) < 2:
        found = []  # the only grade is the total once more
    rows = [[scene.part_name(row), *_cells(scene, row)] for row in found]
    return _table(scene, cut, _heads(scene, fill(f"app.quarterly.cuts.{cut}")), rows)


def _table(
    scene: Scene, key: str, heads: list, rows: list, sums: Sequence[int] = (), notes: Sequence[Passage] = ()
) -> Table:
    title = fill("briefing.tables.by", months=scene.months, cut=say(f"briefing.tables.cut_{key}"))
    told = [*notes, fill("briefing.tables.zero_base")]
    if key in ("sector", "region"):
        told.append(fill("app.quarterly.test_note"))
    return Table.of(key, title, heads, rows, numbers=range(1, 8), sums=sums, notes=told)


def measures_table(scene: Scene, key: str, measures: Sequence[str]) -> Table:
    """Measures of one kind of record: this year, the two before, and the change."""
    q = scene.quarter
    heads = [say("app.quarterly.item"), *[scene.year(back) for back in range(3)], say("briefing.tables.change")]
    rows = []
    for measure in measures:
        counts = [q.in_full(q.measure(measure, back), measure) for back in range(3)]
        smallest = 1.0 if measure.endswith("_fen") else 10.0
        compared = shown.NOTHING
        if q.is_comparable(situation.measure_kind(measure)):
            compared = in_table(scene.book, counts[0], counts[1], smallest=smallest)
        rows.append([measure_name(scene, measure), *counts, compared])
    title = fill("briefing.tables.by", months=scene.months, cut=say(f"briefing.tables.cut_{key}"))
    kind = situation.measure_kind(measures[0])
    notes = [fill("briefing.tables.same_age")]
    if told := not_compared(scene, kind):
        notes.append(told)
    return Table.of(key, title, heads, rows, numbers=range(1, 5), notes=notes)


def measure_name(scene: Scene, measure: str) -> Passage:
    """A measure with its unit in brackets."""
    text = name(shown.named(scene.quarter.names.get(measure, {})) or measure)
    unit = say("briefing.tables.money") if measure.endswith("_fen") else mean_unit(measure)
    return fill("briefing.targets.with_unit", name=text, unit=unit) if unit else passage(text)


def disasters(scene: Scene) -> Table:
    """Disasters beside last year and the mean of the same months of five years."""
    q = scene.quarter
    years = Quoted(
        say("app.quarterly.five_years", first=q.quarter.year - situation.YEARS, last=q.quarter.year - 1), "period"
    )
    heads = [say("app.quarterly.item"), scene.year(), scene.year(1), years, say("app.quarterly.against_mean")]
    rows = []
    for measure in situation.DISASTERS:
        facts = (q.measure(measure), q.measure(measure, 1), q.mean(measure))
        now, before, mean = (q.in_full(fact, measure) for fact in facts)
        smallest = 1.0 if measure.endswith("_fen") else 10.0
        is_whole = q.is_comparable("disasters", backs=situation.BACKS)
        compared = in_table(scene.book, now, mean, smallest=smallest) if is_whole else shown.NOTHING
        rows.append([measure_name(scene, measure), now, before, mean, compared])
    title = fill("briefing.tables.by", months=scene.months, cut=say("briefing.tables.cut_disasters"))
    return Table.of("disasters", title, heads, rows, numbers=range(1, 5), notes=[fill("briefing.tables.same_age")])


def ahead(scene: Scene) -> Table:
    """The coming quarter in the five years before, as known now."""
    q = scene.quarter
    year = q.quarter.following[0]
    backs = range(situation.YEARS, 0, -1)
    heads = [
        say("app.quarterly.item"),
        *[Quoted(str(year - back), "period") for back in backs],
        say("app.quarterly.mean"),
    ]
    rows = []
    for measure in situation.AHEAD:
        facts = [*[q.measure(measure, back, "ahead") for back in backs], q.mean(measure, "ahead")]
        rows.append([measure_name(scene, measure), *[q.in_full(fact, measure) for fact in facts]])
    title = fill("briefing.tables.ahead", quarter=scene.following_name)
    return Table.of("ahead", title, heads, rows, numbers=range(1, situation.YEARS + 2))


def control(scene: Scene) -> Table:
    """The year's control figures beside what is used of them."""
    q, p = scene.quarter, scene.plan
    heads = [
        say(f"briefing.tables.control_{key}")
        for key in ("part", "measure", "figure", "used", "share", "elapsed", "pace")
    ]
    rows = []
    sums = []
    for one in q.control:
        whole = one["is_own"] and not one["sector_code"]
        cut, code = ("sector", one["sector_code"]) if one["sector_code"] else ("region", one["region_code"])
        row = next((row for row in q.cut(cut) if row["code"] == code), None)
        part = scene.region if whole else scene.part_name(row) if row else name(code)
        sums += [len(rows)] if whole else []
        facts = [p.control(one, key) for key in ("figure", "used", "used_share", "elapsed_share")]
        key = pace_key(one).removesuffix("_with_late").replace("over_figure", "exceeded")
        pace = passage(say(f"assessment.control.{key}"), late(scene, one, "late_in"))
        rows.append([part, say(f"app.controlled.{one['measure']}"), *facts, pace])
    title = fill("briefing.tables.control", year=scene.year())
    return Table.of("control", title, heads, rows, numbers=(2, 3, 4, 5), sums=sums)


def overdue(scene: Scene) -> Table:
    """The oldest major hazards past their date, with the line of the file that says so."""
    q = scene.quarter
    heads = [say(f"app.quarterly.{key}") for key in ("enterprise", "where", "inspected", "due_on", "days_over", "file")]
    rows = []
    for row in q.hazards["overdue"]:
        file = Quoted((row["path"] or "").rsplit("/", 1)[-1], "name")
        where = named(row, "region_name") if row["region_name_zh"] else name(row["region_code"])
        days = [q.overdue(row, key) for key in ("inspected_on", "major_due_on", "days")]
        line = fill("briefing.tables.line", file=file, line=q.overdue(row, "line_number"))
        rows.append([Quoted(row["enterprise"] or shown.NOTHING, "name"), where, *days, line])
    return Table.of(
        "overdue", say("app.quarterly.oldest"), heads, rows, numbers=(4,), notes=[fill("briefing.tables.all_years")]
    )
