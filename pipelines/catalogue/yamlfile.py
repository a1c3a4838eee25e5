"""Read one YAML file that a user edits: safely, with the line of every entry, and without silent overwriting."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from pipelines.errors import PipelineError
from pipelines.faults import in_words
from pipelines.texts import say

Model = TypeVar("Model", bound=BaseModel)
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_model(path: Path, model: type[Model], *, shown_as: str | None = None) -> Model:
    """Read `path` and check it against `model`.

    Args:
        path: A YAML file in UTF-8 that holds one mapping.
        model: The pydantic class whose fields the mapping must have.
        shown_as: Name of the file in messages; the file's own name unless given.

    Raises:
        PipelineError: The file is no YAML (`yaml_unreadable`), or fields are missing, unknown or wrong
            (`yaml_invalid`, one row for each, with its line).
    """
    where = shown_as or path.name
    return _checked(_text_of(path, where), model, where)


@functools.lru_cache(maxsize=512)
def _checked(text: str, model: type[Model], where: str) -> Model:
    """What a text says; a build asks for the same plans and indicators several times, and they never change."""
    node, data = _parsed(text, where)
    try:
        return model.model_validate(data)
    except ValidationError as fault:
        rows = [fault_row(node, error) for error in fault.errors()]
        raise PipelineError("yaml_invalid", where=where, rows=rows, n=len(rows)) from None


def read_mapping(path: Path, shown_as: str) -> tuple[dict[str, int], dict]:
    """The line of each key and the content of a YAML file that holds one mapping.

    Raises:
        PipelineError: As `read_model`, where the file is no YAML or repeats a key.
    """
    node, data = _parsed(_text_of(path, shown_as), shown_as)
    return {str(key.value): key.start_mark.line + 1 for key, _ in node.value}, data


def read_list(
    path: Path, model: type[Model], shown_as: str, code: str, also: Callable[[int, Model], Iterable[str]]
) -> list[tuple[int, Model]]:
    """Read a YAML file that holds a list of entries, and check each against `model`.

    Args:
        path: A YAML file in UTF-8; an empty one is an empty list.
        model: The pydantic class of an entry.
        shown_as: Name of the file in messages.
        code: Of the error for wrong entries.
        also: What else is wrong with an entry that has the right form, by its line and content.

    Returns:
        Line and content of every entry.

    Raises:
        PipelineError: The file is no YAML (`yaml_unreadable`), or entries are wrong (`code`, one row for each fault,
            with its line).
    """
    node, data = _parsed(_text_of(path, shown_as), shown_as, yaml.SequenceNode)
    if node is None:
        return []
    found, rows = [], []
    for place, entry in zip(node.value, data, strict=True):
        line = place.start_mark.line + 1
        try:
            made = model.model_validate(entry)
            found.append((line, made))
            rows += also(line, made)
        except ValidationError as fault:
            rows += [fault_row(place, error) for error in fault.errors()]
    if rows:
        raise PipelineError(code, where=shown_as, rows=rows, n=len(rows))
    return found


def _text_of(path: Path, where: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as fault:
        raise PipelineError("yaml_unreadable", where=where, reason=reason_unreadable(fault)) from None


def _parsed(text: str, where: str, kind: type[yaml.Node] = yaml.MappingNode) -> tuple[yaml.Node, Any]:
    """The root and the content of a text; no root where a list is asked for and it is empty."""
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None and kind is yaml.SequenceNode:
            return None, []
        if not isinstance(node, kind):
            wanted = "not_a_list" if kind is yaml.SequenceNode else "not_a_mapping"
            raise PipelineError("yaml_unreadable", where=where, reason=say(f"catalogue.{wanted}"))
        _refuse_repeated_keys(node, where)
        return node, _constructed(loader, node)
    except (yaml.YAMLError, RecursionError) as fault:
        raise PipelineError("yaml_unreadable", where=where, reason=reason_unreadable(fault)) from None


def _constructed(loader: yaml.Loader, node: yaml.Node) -> dict:
    try:
        return loader.construct_document(node)
    except ValueError:  # 2023-13-45 has the form of a date
        for scalar in _scalars(node, set()):
            try:
                _Loader("").construct_object(scalar)
            except ValueError:
                problem = yaml.constructor.ConstructorError(problem=scalar.value, problem_mark=scalar.start_mark)
                raise problem from None
        raise


def _scalars(node: yaml.Node, seen: set[int]) -> Iterator[yaml.ScalarNode]:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        yield node
        return
    for child in node.value:
        for part in child if isinstance(child, tuple) else (child,):
            yield from _scalars(part, seen)


def reason_unreadable(fault: Exception) -> str:
    """Why a file is no YAML of ours, in the user's language, with the place where there is one."""
    if isinstance(fault, UnicodeDecodeError):
        return say("catalogue.unreadable.not_utf8", offset=fault.start + 1)
    if isinstance(fault, RecursionError):
        return say("catalogue.unreadable.too_deep")
    mark = getattr(fault, "problem_mark", None)
    if mark is None:
        return say("catalogue.unreadable.no_file")
    place = {"line": mark.line + 1, "column": mark.column + 1}
    if not isinstance(fault, yaml.constructor.ConstructorError):
        return say("catalogue.unreadable.syntax", **place)
    is_tag = "tag" in str(fault.problem)
    return say("catalogue.unreadable.tag" if is_tag else "catalogue.unreadable.value", **place, value=fault.problem)


def _refuse_repeated_keys(node: yaml.Node, where: str, seen: set[int] | None = None) -> None:
    # An alias may point back at the node that holds it: every node is looked at once.
    seen = set() if seen is None else seen
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _refuse_repeated_keys(child, where, seen)
    if isinstance(node, yaml.MappingNode):
        keys: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            name = str(key.value)
            if name in keys:
                raise PipelineError("yaml_repeats", where=where, line=line, key=name, first=keys[name])
            keys[name] = line
            _refuse_repeated_keys(value, where, seen)


def fault_row(node: yaml.Node, error: Mapping[str, Any]) -> str:
    """The sentence for one entry of `ValidationError.errors()`, with line and place in the YAML below `node`."""
    line, path = _find(node, error["loc"])
    return say("catalogue.fault_row", line=line, path=path, reason=in_words(error))


def _find(node: yaml.Node, location: tuple) -> tuple[int, str]:
    """Line of the deepest entry on the way to `location`, and the way as the user wrote it."""
    line = node.start_mark.line + 1
    steps: list[str] = []
    for step in location:
        steps.append(str(step))
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
            name = _identity(node)
            if name:
                steps[-1] = name
        elif isinstance(node, yaml.MappingNode):
            hit = next(((k, v) for k, v in node.value if str(k.value) == str(step)), None)
            if hit:
                line = hit[0].start_mark.line + 1
                node = hit[1]
    return line, ".".join(steps) or "-"


def _identity(node: yaml.Node) -> str:
    """A list's entry is named by its id where it has one: `t3` says more than `14`."""
    if isinstance(node, yaml.MappingNode):
        return next((str(v.value) for k, v in node.value if k.value == "id"), "")
    return ""


@functools.cache
def relative_to_project(path: Path) -> str:
    """`data/plans/beichen.yml` rather than the whole path of one machine."""
    parts = path.parts
    for root in ("data", "pipelines"):
        if root in parts:
            return "/".join(parts[len(parts) - 1 - parts[::-1].index(root) :])
    return path.name
