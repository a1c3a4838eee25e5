"""`anlan template`: blank workbooks for reporting units."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.texts import LANGUAGES, say


def add_commands(app: typer.Typer, settings_of: Callable[[], Settings], tell: Callable[[str], None]) -> None:
    """Add the command to the command line.

    Args:
        app: The command line.
        settings_of: Reads the settings when a command runs.
        tell: Prints a sentence.
    """

    @app.command("template", help=say("cli.template"))
    def template(
        kind: Annotated[str, typer.Argument(help=say("cli.template_kind"))],
        out: Annotated[Path, typer.Option("--out", help=say("cli.template_out"))] = Path("."),
        region: Annotated[str, typer.Option("--region", help=say("cli.template_region"))] = "",
        language: Annotated[str, typer.Option("--language", help=say("cli.template_language"))] = "",
    ) -> None:
        from pipelines.templates import make_template

        if language and language not in LANGUAGES:
            raise PipelineError("language_unknown", where="--language", language=language)
        made = make_template(settings_of(), kind, out, region or None, language or None)
        tell(say("template.made", path=made))
