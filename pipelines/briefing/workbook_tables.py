"""Tables of a quarter whose every cell is a number with a unit of its own, as a workbook needs them."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines import shown, situation
from pipelines.assessment.significance import SMALLEST_BASE
from pipelines.briefing.blocks import Quoted, Table, Words, fill
from pipelines.briefing.facts import Fact
from pipelines.briefing.forms import MONEY_SIGNED, SHARE_SIGNED, SIGNED, Form
from pipelines.briefing.moulds import in_table, sentence
from pipelines.briefing.quarterly.accidents import industrial_sum
from pipelines.briefing.quarterly.scene import Scene
from pipelines.situation import Row
from pipelines.texts import say

INDUSTRIAL = "industrial"
MORE = ("more", "more_share")


def count(scene: Scene, row: Row, measure: str, back: int = 0) -> Fact:
    """A count of a part, or of the industrial sectors together."""
    if row.get("cut") == INDUSTRIAL:
        return industrial_sum(scene, measure, back)
    return scene.quarter.count(row, measure, back)


def part_name(scene: Scene, row: Row) -> Words:
    """What a part is called."""
    return say("app.quarterly.industrial") if row.get("cut") == INDUSTRIAL else scene.part_name(row)


def sectors(scene: Scene) -> list[Row]:
    """The total, road traffic and fire apart, the industrial sectors with their sum, then the rest."""
    apart, industrial, rest = situation.sector_groups(scene.quarter.cuts)
    group = [industrial_row(industrial)] if len(industrial) > 1 else []
    return [scene.quarter.total, *apart, *group, *industrial, *rest]


def industrial_row(rows: Sequence[Row]) -> Row:
    """The industrial sectors as one part."""
    sums = {name: sum(row[name] for row in rows) for name in ("accidents", "accidents_before")}
    return {"cut": INDUSTRIAL, "code": "", "finding": rows[0]["finding_of_industrial"], **sums}


def places(scene: Scene) -> list[Row]:
    """The total, then the regions directly below by official code; what is assigned to none of them stands last."""
    parts = scene.quarter.cut("region")
    none = [row for row in parts if not row["code"] and situation.happened(row)]
    return [scene.quarter.total, *[row for row in parts if row["code"]], *none]


def is_sum(row: Row) -> bool:
    """Whether a row is a sum of others."""
    return row.get("cut") in ("total", INDUSTRIAL)


def signal(row: Row) -> str:
    """Whether the accidents of a part differ from last year's by more than chance."""
    found = row.get("finding")
    if not found or not (row["accidents"] or row["accidents_before"]):
        return shown.NOTHING
    return say(f"slides.finding.{found}")


def in_full(scene: Scene, rows: Sequence[Row], head: Words, key: str) -> Table:
    """Every count of three years, part by part, for the workbook."""
    heads: list[Words] = [head]
    measures = ("accidents", "deaths", "serious_injuries", "loss_fen")
    for measure in measures:
        heads += [
            fill("slides.column.of_year", name=fill(f"workbook.column.{measure}"), year=scene.year(back))
            for back in range(3)
        ]
    heads += [say("workbook.column.difference"), say("workbook.column.change"), say("app.quarterly.signal")]
    body = []
    for row in rows:
        cells: list[Words] = [part_name(scene, row)]
        cells += [count(scene, row, measure, back) for measure in measures for back in range(3)]
        now, before = count(scene, row, "accidents"), count(scene, row, "accidents", 1)
        cells += [*_difference(scene, now, before), signal(row)]
        body.append(cells)
    last = 1 + 3 * len(measures)
    sums = [n for n, row in enumerate(rows) if is_sum(row)]
    return Table.of(key, head, heads, body, numbers=range(1, last + 2), sums=sums)


def _difference(scene: Scene, now: Fact, before: Fact) -> list[Words]:
    """The change of a count, and in per cent from a base of ten on."""
    if scene.quarter.breaks or now.value is None or before.value is None:
        return [shown.NOTHING, shown.NOTHING]
    more = scene.book.work(f"{now.address}/more-than-last-year", "difference", (now, before), SIGNED)
    if before.value < SMALLEST_BASE:
        return [more, shown.NOTHING]
    share = scene.book.work(f"{more.address}/share", "change_share", (now, before), SHARE_SIGNED)
    return [more, share]


def measures(scene: Scene, names: Sequence[str], key: str, *, years: int = 2, plain: bool = False) -> Table:
    """Measures of one kind of record: this year and those before, with the change.

    Args:
        scene: The quarter.
        names: Measures, in the order in which they stand.
        key: Stable name of the table.
        years: How many years.
        plain: Whether zeros and changes are numbers, as a workbook needs them.
    """
    q = scene.quarter
    heads = [say("app.quarterly.item"), say("slides.column.unit"), *[scene.year(back) for back in range(years)]]
    heads += [say(f"workbook.column.{one}") for one in MORE] if plain else [say("app.quarterly.against")]
    body = []
    for one in names:
        facts = [q.measure(one, back) for back in range(years)]
        is_comparable = q.is_comparable(situation.measure_kind(one))
        changed = _changed(scene, one, facts[0], facts[1], is_comparable=is_comparable, plain=plain)
        cells = [q.plain(fact) if plain else q.in_full(fact, one) for fact in facts]
        body.append([measure_name(scene, one), _unit(one, plain=plain), *cells, *changed])
    return Table.of(key, say(f"slides.{key}"), heads, body, numbers=range(2, len(heads)))


def _changed(scene: Scene, name: str, now: Fact, base: Fact, *, is_comparable: bool, plain: bool) -> list[Words]:
    """A change as bulletins tell it; for a workbook its amount and its share, where the base carries one."""
    now = scene.quarter.plain(now)
    is_known = is_comparable and now.value is not None and base.value is not None
    is_money = now.form.kind.startswith("money")
    smallest = 1.0 if is_money else SMALLEST_BASE
    if not plain:
        both = [scene.quarter.in_full(one, name) for one in (now, base)]
        return [in_table(scene.book, *both, smallest=smallest) if is_known else shown.NOTHING]
    if not is_known:
        return [shown.NOTHING, shown.NOTHING]
    place = f"{now.address}/more-than/{base.address.rsplit('/', 1)[-1]}"
    form = MONEY_SIGNED if is_money else Form("signed", max(now.form.decimals, base.form.decimals))
    more = scene.book.work(place, "difference", (now, base), form)
    if base.value < smallest:
        return [more, shown.NOTHING]
    return [more, scene.book.work(f"{place}/share", "change_share", (now, base), SHARE_SIGNED)]


def measure_name(scene: Scene, name: str) -> Quoted:
    """What a measure is called."""
    return Quoted(shown.named(scene.quarter.names.get(name, {})) or name, "name")


def _unit(name: str, *, plain: bool) -> Words:
    if not name.endswith("_fen"):
        return say(f"briefing.units.{name}") or shown.NOTHING
    return Quoted(say("workbook.money" if plain else "briefing.tables.money"), "name")


def disasters(scene: Scene, *, plain: bool = False) -> Table:
    """Disasters beside last year and the mean of the same months of five years; `plain` as in `measures`."""
    q = scene.quarter
    first, last = (Quoted(str(q.quarter.year - back), "period") for back in (situation.YEARS, 1))
    heads = [
        say("app.quarterly.item"),
        say("slides.column.unit"),
        scene.year(),
        scene.year(1),
        fill("app.quarterly.five_years", first=first, last=last),
    ]
    heads += [say(f"workbook.column.{one}") for one in MORE] if plain else [
        say("app.quarterly.against_mean")
    ]  # fmt: skip
    body = []
    is_comparable = q.is_comparable("disasters", backs=situation.BACKS)
    for one in situation.DISASTERS:
        now, before, mean = q.measure(one), q.measure(one, 1), q.mean(one)
        changed = _changed(scene, one, now, mean, is_comparable=is_comparable, plain=plain)
        cells = [q.plain(now), before, mean] if plain else [q.in_full(fact, one) for fact in (now, before, mean)]
        body.append([measure_name(scene, one), _unit(one, plain=plain), *cells, *changed])
    return Table.of("disasters", say("slides.disasters"), heads, body, numbers=range(2, len(heads)))


def hazards(scene: Scene) -> Table | None:
    """Major hazards by place, those with overdue ones first; None where there are none."""
    q = scene.quarter
    names = ("listed", "rectified", "open", "overdue")
    rows = [row for row in q.hazards["places"] if row["listed"] or row["open"] or row["untold"]]
    if not rows:
        return None
    rows.sort(key=lambda row: (-row["overdue"], -row["open"], row["code"]))
    heads = [say("app.quarterly.cuts.region"), *[say(f"slides.column.major_{name}") for name in names]]
    body: list[list[Words]] = [[say("app.quarterly.total"), *[q.hazard_places(name) for name in names]]]
    for row in rows:
        region = q.regions.get(row["code"])
        title = Quoted(shown.named(region), "name") if region else say("app.quarterly.unassigned")
        body.append([title, *[q.hazard_places(name, row["code"]) for name in names]])
    untold = q.hazard_places("untold")
    note = [sentence(fill("briefing.inspections.untold", n=untold))] if untold.value else []
    return Table.of("hazards", say("slides.hazards"), heads, body, numbers=range(1, 5), sums=[0], notes=note)


def ahead(scene: Scene) -> Table:
    """The coming quarter in the five years before, as known now, with its mean."""
    q = scene.quarter
    year = q.quarter.following[0]
    backs = range(situation.YEARS, 0, -1)
    years = [Quoted(str(year - back), "period") for back in backs]
    heads = [say("app.quarterly.item"), say("slides.column.unit"), *years, say("app.quarterly.mean")]
    body = [
        [
            measure_name(scene, one),
            _unit(one, plain=True),
            *[q.measure(one, back, "ahead") for back in backs],
            q.mean(one, "ahead"),
        ]
        for one in situation.AHEAD
    ]
    title = fill("briefing.tables.ahead", quarter=scene.following_name)
    return Table.of("ahead", title, heads, body, numbers=range(2, situation.YEARS + 3))
