"""The words that the library puts into every `--help`, in the user's language: headings, placeholders, remarks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from pipelines.texts import say, template

_KEYS = (
    "usage",
    "arguments",
    "options",
    "commands",
    "some_options",
    "some_command",
    "show_help",
    "required",
    "default",
    "text",
    "number",
    "path",
)


def translated(text: str) -> str:
    """A help text of the library with its own words in the current language; those of our texts are so already."""
    ours = {template(f"cli.help_words.{key}", "en"): say(f"cli.help_words.{key}") for key in _KEYS}
    return re.sub("|".join(map(re.escape, ours)), lambda found: ours[found[0]], text)


class _Command(TyperCommand):
    def get_help(self, ctx: Any) -> str:
        return translated(super().get_help(ctx))


class _Group(TyperGroup):
    def get_help(self, ctx: Any) -> str:
        return translated(super().get_help(ctx))


class Commands(typer.Typer):
    """Commands whose help is wholly in the user's language."""

    def __init__(self, **said: Any):
        super().__init__(cls=_Group, add_completion=False, rich_markup_mode=None, no_args_is_help=True, **said)

    def command(self, name: str | None = None, **said: Any) -> Callable[[Callable], Callable]:
        """Declare a command; see `typer.Typer.command`."""
        return super().command(name, **{"cls": _Command, **said})
