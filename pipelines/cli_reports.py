"""The commands that write documents: `brief`, `slides`, `workbook`, `page` of a quarter, and `evaluate` of a plan."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import clock
from pipelines.errors import PipelineError
from pipelines.quarters import first_day, last_day
from pipelines.settings import Settings
from pipelines.texts import LANGUAGES, current_language, in_language, say

if TYPE_CHECKING:
    from pipelines.briefing.documents import Made
    from pipelines.warehouse import Warehouse

Make = Callable[["Warehouse", Settings, str], "Made"]
Day = datetime.date | None
OfPlan = Annotated[str, typer.Option("--plan", help=say("briefing.cli.plan"))]
OfQuarter = Annotated[str, typer.Option("--quarter", help=say("briefing.cli.quarter"))]
AsOf = Annotated[str, typer.Option("--as-of", help=say("briefing.cli.as_of"))]
Out = Annotated[Path, typer.Option("--out", help=say("briefing.cli.out"))]
Language = Annotated[str, typer.Option("--language", help=say("briefing.cli.language"))]


def asked_day(text: str) -> Day:
    """The day of an option `--as-of`; None where nothing is asked for.

    Raises:
        PipelineError: `not_a_date`, `date_to_come`.
    """
    if not text:
        return None
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise PipelineError("not_a_date", where="--as-of", text=text) from None
    if day > clock.today():  # what is not known yet would look like what did not happen
        raise PipelineError("date_to_come", where="--as-of", text=text)
    return day


def _parts(quarter: str) -> tuple[int, int]:
    return int(quarter[:4]), int(quarter[-1])


def came_later(house: Warehouse, plan: str, quarter: str, known: datetime.date) -> int:
    """Accidents of a quarter that all came after the day of its document, which says therefore that none is reported.

    So it is where an office loads the registers of former quarters without their times of report.
    """
    region = next(row["region_code"] for row in house.plans() if row["plan_id"] == plan)
    then, now = house.accidents_of(region, first_day(*_parts(quarter)), last_day(*_parts(quarter)), known)
    return 0 if then else now


def add_commands(app: typer.Typer, settings: Callable[[], Settings], tell: Callable[[str], None]) -> None:
    """Add the commands.

    Args:
        app: The program.
        settings: Reads the office's settings.
        tell: Prints a sentence.
    """

    def hand(make: Make, out: Path, language: str) -> Made:
        """Make a document, and hand it out when it has been compared with the build."""
        from pipelines import warehouse
        from pipelines.briefing.documents import hand_out

        office = settings()
        chosen = language or current_language()
        if chosen not in LANGUAGES:
            raise PipelineError("language_unknown", where="--language", language=chosen)
        with warehouse.open(office) as house:
            if house.fell_back_from:
                tell(say("cli.fell_back", build=house.build_id, damaged=house.fell_back_from))
            made = make(house, office, chosen)
        path = hand_out(made, out)
        with in_language(current_language()):
            for notice in made.notices:
                tell(notice)
            tell(say("briefing.cli.made", path=path, numbers=made.proof.numbers, facts=made.proof.facts))
        return made

    def of_quarter(kind: str, plan: str, quarter: str, as_of: str, out: Path, language: str) -> None:
        """Make a document of a quarter, and tell as known at which day."""
        from pipelines.briefing.documents import make_document

        day = asked_day(as_of)
        late: list[int] = []

        def make(house: Warehouse, office: Settings, one: str) -> Made:
            made = make_document(kind, house, office, plan, quarter, one, day)
            late.append(came_later(house, plan, quarter, made.known))
            return made

        made = hand(make, out, language)
        said = {"quarter": quarter, "day": made.known.isoformat()}
        if first_day(*_parts(quarter)) > made.known:
            tell(say("briefing.cli.ahead", **said))
        elif last_day(*_parts(quarter)) > made.known:
            tell(say("briefing.cli.running", **said))
        elif day not in (None, made.known):
            tell(say("briefing.cli.known", **said, asked=day.isoformat()))
        if late[-1]:
            tell(say("briefing.cli.came_later", **said, n=late[-1]))

    @app.command("brief", help=say("briefing.cli.brief"))
    def brief(
        plan: OfPlan, quarter: OfQuarter, as_of: AsOf = "", out: Out = Path("."), language: Language = ""
    ) -> None:
        of_quarter("brief", plan, quarter, as_of, out, language)

    @app.command("slides", help=say("slides.cli"))
    def slides(
        plan: OfPlan, quarter: OfQuarter, as_of: AsOf = "", out: Out = Path("."), language: Language = ""
    ) -> None:
        of_quarter("slides", plan, quarter, as_of, out, language)

    @app.command("workbook", help=say("workbook.cli"))
    def workbook(
        plan: OfPlan, quarter: OfQuarter, as_of: AsOf = "", out: Out = Path("."), language: Language = ""
    ) -> None:
        of_quarter("workbook", plan, quarter, as_of, out, language)

    @app.command("page", help=say("leader_page.cli"))
    def page(plan: OfPlan, quarter: OfQuarter, as_of: AsOf = "", out: Out = Path("."), language: Language = "") -> None:
        of_quarter("page", plan, quarter, as_of, out, language)

    @app.command("evaluate", help=say("evaluation.cli.evaluate"))
    def evaluate(
        plan: OfPlan,
        kind: Annotated[str, typer.Option("--kind", help=say("evaluation.cli.kind"))],
        year: Annotated[int | None, typer.Option("--year", help=say("evaluation.cli.year"))] = None,
        as_of: Annotated[str, typer.Option("--as-of", help=say("evaluation.cli.as_of"))] = "",
        out: Out = Path("."),
        language: Language = "",
    ) -> None:
        from pipelines.briefing.evaluation import make_evaluation

        day = asked_day(as_of)
        hand(lambda house, office, chosen: make_evaluation(house, office, plan, kind, year, day, chosen), out, language)
