"""`anlan said`: what was published of a plan before, each statement once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from pipelines.settings import Settings
from pipelines.texts import say


def add_commands(app: typer.Typer, settings_of: Callable[[], Settings], tell: Callable[[str], None]) -> None:
    """Add the command to the command line.

    Args:
        app: The command line.
        settings_of: Reads the settings when a command runs.
        tell: Prints a sentence.
    """

    @app.command("said", help=say("cli.said"))
    def said(
        plan: Annotated[str, typer.Option("--plan", help=say("cli.assess_plan"))],
        target: Annotated[str | None, typer.Option("--target", help=say("cli.said_target"))] = None,
    ) -> None:
        from pipelines import warehouse
        from pipelines.errors import PipelineError
        from pipelines.statements import tell_statement

        with warehouse.open(settings_of()) as house:
            told = house.statements(plan, target)
            newest = next(row["newest_as_of"] for row in house.plans() if row["plan_id"] == plan)
            if newest is None:
                raise PipelineError("no_data_for_plan", where=plan)
            rows = {row["target_id"]: row for row in house.assessments(plan, newest)}
            if target is not None and target not in rows:
                raise PipelineError("no_target", where=target, names=", ".join(rows))
            tell(say("said.head" if told else "said.nothing"))
            for name in rows:
                for row in told:
                    if row["target_id"] == name:
                        tell(tell_statement(row, rows[name]))
