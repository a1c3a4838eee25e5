"""The commands `anlan slides`, `anlan workbook`, `anlan page` and `anlan evaluate`."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.texts import LANGUAGES, current_language, in_language, say

if TYPE_CHECKING:
    from pipelines.briefing.brief import Made
    from pipelines.warehouse import Warehouse

Make = Callable[["Warehouse", Settings, str], "Made"]
OfPlan = Annotated[str, typer.Option("--plan", help=say("briefing.cli.plan"))]
OfQuarter = Annotated[str, typer.Option("--quarter", help=say("briefing.cli.quarter"))]
Out = Annotated[Path, typer.Option("--out", help=say("briefing.cli.out"))]
Language = Annotated[str, typer.Option("--language", help=say("briefing.cli.language"))]


def add_commands(app: typer.Typer, settings: Callable[[], Settings], tell: Callable[[str], None]) -> None:
    """Add the commands.

    Args:
        app: The program.
        settings: Reads the office's settings.
        tell: Prints a sentence.
    """

    def hand(make: Make, out: Path, language: str) -> None:
        """Make a document, and hand it out when it has been compared with the build."""
        from pipelines import warehouse
        from pipelines.briefing.brief import hand_out

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

    @app.command("slides", help=say("slides.cli"))
    def slides(plan: OfPlan, quarter: OfQuarter, out: Out = Path("."), language: Language = "") -> None:
        from pipelines.briefing.slides import make_slides

        hand(lambda house, office, chosen: make_slides(house, office, plan, quarter, chosen), out, language)

    @app.command("workbook", help=say("workbook.cli"))
    def workbook(plan: OfPlan, quarter: OfQuarter, out: Out = Path("."), language: Language = "") -> None:
        from pipelines.briefing.workbook import make_workbook

        hand(lambda house, office, chosen: make_workbook(house, office, plan, quarter, chosen), out, language)

    @app.command("page", help=say("leader_page.cli"))
    def page(plan: OfPlan, quarter: OfQuarter, out: Out = Path("."), language: Language = "") -> None:
        from pipelines.briefing.leader_page import make_leader_page

        hand(lambda house, office, chosen: make_leader_page(house, office, plan, quarter, chosen), out, language)

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

        day = _day(as_of) if as_of else None
        hand(lambda house, office, chosen: make_evaluation(house, office, plan, kind, year, day, chosen), out, language)


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise PipelineError("not_a_date", where="--as-of", text=text) from None
