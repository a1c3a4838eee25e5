"""What every section of the quarterly brief is given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipelines import shown
from pipelines.briefing.blocks import Passage, Quoted, fill, passage
from pipelines.briefing.facts import Fact, FactBook
from pipelines.briefing.moulds import change, finding, listed
from pipelines.briefing.plan_facts import PlanFacts
from pipelines.briefing.quarter_facts import QuarterFacts
from pipelines.quarters import first_day
from pipelines.situation import Row, below, name_of, news_key, news_since, none_owed
from pipelines.texts import say

NAMED = 3
"""Up to so many regions that owe a return are named."""


@dataclass(frozen=True)
class Scene:
    """One quarter, its plan, and the plan as it stood at the meeting before.

    Args:
        quarter: Facts of the records.
        plan: Facts of the targets.
        before: The targets at the meeting before; None where there was none.
        book: Where all facts are written down.
    """

    quarter: QuarterFacts
    plan: PlanFacts
    before: PlanFacts | None
    book: FactBook

    @property
    def region(self) -> Quoted:
        """Name of the plan's region."""
        return Quoted(self.quarter.region_name, "name")

    @property
    def months(self) -> Quoted:
        """The months that count, such as 1—9月."""
        month = self.quarter.quarter.month
        if month == 1:
            return Quoted(say("app.quarterly.month_1"), "period")
        name = say(f"app.quarterly.month_{month}")
        return Quoted(say("app.quarterly.months", month=str(month), name=name), "period")

    @property
    def quarter_name(self) -> Quoted:
        """The quarter, such as 2024年三季度."""
        return Quoted(shown.quarter(self.quarter.quarter.last), "period")

    @property
    def following_name(self) -> Quoted:
        """The quarter after it."""
        return Quoted(shown.quarter(first_day(*self.quarter.quarter.following)), "period")

    @property
    def former_name(self) -> Quoted:
        """The quarter before it."""
        year, n = self.quarter.quarter.year, self.quarter.quarter.n
        return Quoted(shown.quarter(first_day(*((year, n - 1) if n > 1 else (year - 1, 4)))), "period")

    def year(self, back: int = 0) -> Quoted:
        """The quarter's year, or one so many years back."""
        return Quoted(str(self.quarter.quarter.year - back), "period")

    def against_last_year(self, row: Row, measure: str) -> Passage | None:
        """The change of a part against last year; None where it cannot be computed."""
        if not self.quarter.is_comparable("accidents"):
            return None
        unit = say(f"briefing.units.{measure}")
        return change(self.book, self.quarter.count(row, measure), self.quarter.count(row, measure, 1), unit)

    def counted(self, row: Row) -> Passage:
        """A part as bulletins tell it: 道路运输事故17起、死亡19人，同比……."""
        accidents, deaths = self.quarter.count(row), self.quarter.count(row, "deaths")
        text = fill("briefing.accidents.part_without", name=self.part_name(row), accidents=accidents)
        if deaths.value:
            text = fill("briefing.accidents.part", name=self.part_name(row), accidents=accidents, deaths=deaths)
        return text + self.compared(self.against_last_year(row, "accidents"), self.against_last_year(row, "deaths"),
                                    finding(row["finding"]))  # fmt: skip

    def compared(self, accidents: Passage | None, deaths: Passage | None, signal: str = "") -> Passage:
        """The changes of a part behind its numbers; nothing of what cannot be compared or never happened."""
        same = say("briefing.change.same")
        if accidents and deaths and str(accidents) == str(deaths) == same:
            return fill("briefing.accidents.part_same")
        told = [fill("briefing.accidents.part_accidents", change=accidents, finding=signal)] if accidents else []
        told += [fill("briefing.accidents.part_deaths", change=deaths)] if deaths else []
        return fill("briefing.accidents.part_change", parts=listed(told, say("briefing.and"))) if told else Passage()

    def part_name(self, row: Row) -> Quoted:
        """The name of a part of a cut."""
        return Quoted(row.get("name") or name_of(row), "name")

    def short(self, row: Row) -> Passage:
        """A part in its shortest form: 车辆伤害9起9人."""
        if not row["deaths"]:
            return fill("briefing.accidents.short_without", name=self.part_name(row), accidents=self.quarter.count(row))
        facts = {"accidents": self.quarter.count(row), "deaths": self.quarter.count(row, "deaths")}
        return fill("briefing.accidents.short", name=self.part_name(row), **facts)


def text_of(pieces: Iterable[Passage | str | Fact | None]) -> Passage:
    """Sentences of one paragraph, without those that say nothing; English puts a gap between them."""
    told = [passage(piece) for piece in pieces if piece]
    found = Passage()
    for number, piece in enumerate(told):
        found += passage(say("briefing.gap"), piece) if number else piece
    return found


def returns_in(scene: Scene, waiting: Iterable[str] | None = None) -> Passage:
    """What is said of the returns where none is overdue; nothing of a plan that waits for none.

    Args:
        scene: The quarter.
        waiting: Kinds that are not complete; None = those of the quarter's months.
    """
    q = scene.quarter
    partly = q.partly if waiting is None else set(waiting)
    key = none_owed(scene.book.plan, q.house.returns_asked(q.region), partly)
    return fill(key, region=scene.region, kinds=not_all_in(scene, partly)) if key else Passage()


def new_records(scene: Scene) -> Passage:
    """Accidents that are new since the meeting before; where none is and returns are out, no zero."""
    news = scene.quarter.news
    came = news["new_accidents"].value + news["older_accidents"].value
    key = news_key(came, "accidents" not in scene.quarter.missing)
    text = fill(key, n=news["new_accidents"], deaths=news["new_deaths"])
    if news["late_accidents"].value:
        text += fill("app.quarterly.late", n=news["late_accidents"])
    return text + older_records(scene, "app.quarterly.older")


def older_records(scene: Scene, key: str) -> Passage:
    """Accidents that are new too, but happened before what counts as news; nothing where there are none."""
    older = scene.quarter.news["older_accidents"]
    year = Quoted(str(news_since(scene.quarter.quarter.year).year), "period")
    return fill(key, n=older, year=year) if older.value else Passage()


def not_all_in(scene: Scene, kinds: Iterable[str] | None = None) -> Passage:
    """Kinds of record of which a return of these months is out; by name whose it is, where few below owe one.

    Args:
        scene: The quarter.
        kinds: Only these; None = all of them.
    """
    q = scene.quarter
    told: list[Passage] = []
    inside = {row["region_code"] for row in below(q.regions.values(), q.region)}  # not those above, who owe for it
    for kind in sorted(q.partly if kinds is None else kinds):
        found = q.reporting(kind)
        out = sorted((found.absent & inside) - {q.region})
        text = passage(say(f"app.kinds.{kind}"))
        if found.silent:
            text += say("briefing.some_never")
        elif 0 < len(out) <= NAMED:
            names = [Quoted(shown.named(q.regions.get(code, {})) or code, "name") for code in out]
            text += fill("briefing.not_in_of", names=listed(names, say("briefing.and")))
        told.append(text)
    return listed(told, say("briefing.and"))


def kinds(names: Iterable[str]) -> Passage:
    """Kinds of record by name."""
    return listed([say(f"app.kinds.{name}") for name in sorted(names)], say("briefing.and"))
