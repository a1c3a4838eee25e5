"""The command `anlan brief`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.texts import LANGUAGES, current_language, in_language, say


def add_commands(app: typer.Typer, settings: Callable[[], Settings], tell: Callable[[str], None]) -> None:
    """Add the command.

    Args:
        app: The program.
        settings: Reads the office's settings.
        tell: Prints a sentence.
    """

    @app.command("brief", help=say("briefing.cli.brief"))
    def brief(
        plan: Annotated[str, typer.Option("--plan", help=say("briefing.cli.plan"))],
        quarter: Annotated[str, typer.Option("--quarter", help=say("briefing.cli.quarter"))],
        out: Annotated[Path, typer.Option("--out", help=say("briefing.cli.out"))] = Path("."),
        language: Annotated[str, typer.Option("--language", help=say("briefing.cli.language"))] = "",
    ) -> None:
        from pipelines import warehouse
        from pipelines.briefing.brief import hand_out, make_brief

        office = settings()
        chosen = language or current_language()
        if chosen not in LANGUAGES:
            raise PipelineError("language_unknown", where="--language", language=chosen)
        with warehouse.open(office) as house:
            if house.fell_back_from:
                tell(say("cli.fell_back", build=house.build_id, damaged=house.fell_back_from))
            made = make_brief(house, office, plan, quarter, chosen)
        path = hand_out(made, out)
        with in_language(current_language()):
            for notice in made.notices:
                tell(notice)
            tell(say("briefing.cli.made", path=path, numbers=made.proof.numbers, facts=made.proof.facts))
