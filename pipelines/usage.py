"""What is wrong with a command line, in the user's language; the library that reads it knows only English."""

from __future__ import annotations

import difflib
import re

from typer.exceptions import TyperException

from pipelines.errors import PipelineError
from pipelines.texts import say

OF_ALL_COMMANDS = ("--lang", "--root")
_COMMAND = re.compile(r"No such command '([^']*)'")
_EXTRA = re.compile(r"Got unexpected extra argument\(?s?\)? \((.*)\)")


def is_help(fault: TyperException) -> bool:
    """Whether nothing is wrong: somebody asked for nothing and is shown the help."""
    return type(fault).__name__ == "NoArgsIsHelpError"


def usage_error(fault: TyperException) -> PipelineError:
    """The error that tells what a command line lacks, or has too much; exit code 2."""
    context = getattr(fault, "ctx", None)
    command = context.command_path if context is not None else "anlan"
    return PipelineError("usage", where=command, reason=_reason(fault, context), command=command)


def _reason(fault: TyperException, context: object) -> str:
    kind, said = type(fault).__name__, str(fault.message or "")
    if kind == "MissingParameter":
        return say("cli.usage.missing", name=_name(fault))
    if kind == "BadParameter":
        whole = _expects_integer(fault)
        return say("cli.usage.whole_number" if whole else "cli.usage.value", name=_name(fault))
    if kind == "NoSuchOption" and fault.option_name in OF_ALL_COMMANDS:
        return say("cli.usage.before", name=fault.option_name)
    if kind == "NoSuchOption":
        return say("cli.usage.no_option", name=fault.option_name) + _near(getattr(fault, "possibilities", None) or ())
    if kind == "BadOptionUsage":
        return say("cli.usage.no_value", name=fault.option_name)
    if found := _COMMAND.search(said):
        known = getattr(getattr(context, "command", None), "commands", {})
        return say("cli.usage.no_command", name=found[1]) + _near(difflib.get_close_matches(found[1], known, n=1))
    if found := _EXTRA.search(said):
        return say("cli.usage.extra", words=found[1])
    return say("cli.usage.no_command_given" if said.startswith("Missing command") else "cli.usage.other")


def _name(fault: TyperException) -> str:
    parameter = getattr(fault, "param", None)
    return "" if parameter is None else parameter.get_error_hint().strip("'").replace("' / '", " / ")


def _expects_integer(fault: TyperException) -> bool:
    parameter = getattr(fault, "param", None)
    return parameter is not None and "int" in parameter.bare_type()


def _near(names: object) -> str:
    found = list(names)
    return say("cli.usage.near", name=found[0]) if found else ""
