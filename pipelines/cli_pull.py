"""The command `anlan pull`: fetch what is new from the databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from pipelines import clock
from pipelines.settings import Settings
from pipelines.texts import say


def pull_and_tell(settings: Settings, tell: Callable[[str], None], **options: Any) -> None:
    """Pull the database sources as the one writer, and say what came of each; `options` are those of `pull_all`."""
    from pipelines.progress import progress_bar
    from pipelines.publish import writer
    from pipelines.sources.database_pull import pull_all

    with writer(settings), progress_bar() as progress:
        found = pull_all(settings, today=clock.today(), progress=progress, **options)
    for pulled in found:
        tell(pulled.tell())
    if not found and not options.get("only"):
        tell(say("database.no_sources", raw=settings.paths.raw))


def add_commands(app: typer.Typer, settings: Callable[[], Settings], tell: Callable[[str], None]) -> None:
    """Add the command to `app`."""

    @app.command(help=say("cli.pull"))
    def pull(
        source: Annotated[str, typer.Option("--source", help=say("cli.pull_source"))] = "",
        accept_changes: Annotated[bool, typer.Option("--accept-changes", help=say("cli.pull_accept"))] = False,
    ) -> None:
        pull_and_tell(settings(), tell, only=source, accept_changes=accept_changes)
