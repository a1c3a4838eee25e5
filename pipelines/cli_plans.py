"""`anlan plan`: what one does with plans on the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from pipelines.help_words import Commands
from pipelines.settings import Settings
from pipelines.texts import say


def add_commands(app: typer.Typer, settings_of: Callable[[], Settings], tell: Callable[[str], None]) -> None:
    """Add the commands to the command line.

    Args:
        app: The command line.
        settings_of: Reads the settings when a command runs.
        tell: Prints a sentence.
    """
    plan = Commands()
    app.add_typer(plan, name="plan", help=say("cli.plan"))

    @plan.callback()
    def _plan() -> None:
        """Keep `new` a subcommand although it is the only one."""

    @plan.command("new", help=say("cli.plan_new"))
    def new(
        source: Annotated[str, typer.Option("--from", help=say("cli.plan_new_from"))],
        period: Annotated[str, typer.Option("--period", help=say("cli.plan_new_period"))],
    ) -> None:
        from pipelines.plans.draft import draft_plan

        settings = settings_of()
        drafted = draft_plan(settings, source, period)
        tell(
            say(
                "plan_draft.made",
                path=f"{settings.paths.plans.as_posix()}/{drafted.path.name}",
                targets=drafted.targets,
            )
        )
        tell(say("plan_draft.bases"))
        for line in drafted.bases:
            tell(line)
        tell(say("plan_draft.next"))
