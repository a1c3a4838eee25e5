"""What pydantic finds wrong in something that users edit, in the user's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.texts import has, say

# Several types of fault that read the same to a person.
_ALIKE = {
    "int_type": "int_parsing",
    "int_from_float": "int_parsing",
    "int_parsing_size": "int_parsing",
    "float_type": "float_parsing",
    "finite_number": "float_parsing",
    "bool_type": "bool_parsing",
    "date_type": "date_parsing",
    "date_from_datetime_parsing": "date_parsing",
    "date_from_datetime_inexact": "date_parsing",
    "model_type": "dict_type",
    "model_attributes_type": "dict_type",
    "tuple_type": "list_type",
    "decimal_parsing": "float_parsing",
    "decimal_type": "float_parsing",
    "date_from_datetime": "date_parsing",
    "mapping_type": "dict_type",
    "too_short": "string_too_short",
    "too_long": "string_too_long",
}
_LIMITS = ("expected", "pattern", "ge", "gt", "le", "lt", "min_length", "max_length")
SHOWN_CHARACTERS = 40


class Said(ValueError):
    """A fault found by a validator of ours, told by `catalogue.faults.<code>` in the user's language."""

    def __init__(self, code: str, **facts: object):
        super().__init__(code)
        self.code = code
        self.facts = facts

    def tell(self) -> str:
        """The sentence in the current language."""
        return say(f"catalogue.faults.{self.code}", **self.facts)


def in_words(error: Mapping[str, Any]) -> str:
    """The sentence for one entry of `ValidationError.errors()`; the library's own English words are not told."""
    facts = error.get("ctx", {})
    said = facts.get("error")
    if isinstance(said, Said):
        return said.tell()
    value = _shown(error.get("input"))
    key = f"catalogue.faults.{_ALIKE.get(error['type'], error['type'])}"
    if not has(key):
        return say("catalogue.faults.other", value=value)
    expected = next((facts[name] for name in _LIMITS if name in facts), "")
    return say(key, expected=str(expected).replace(" or ", ", "), value=value)


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
