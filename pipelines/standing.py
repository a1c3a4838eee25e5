"""How a target stands: whether it is behind its path, and which targets a reader should see first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SECOND_GROUP = ("task", "monitored")
NATURE_ORDER = {"binding": 0, "anticipatory": 1, "not_printed": 2, "task": 3, "monitored": 4}
RISK = {
    "not_met": 1,
    "out_of_reach": 2,
    "unlikely": 3,
    "needs_effort": 4,
    "undecided": 5,
    "no_forecast": 5,
    "possible": 6,
    "likely": 7,
    "secured": 8,
    "met": 9,
    "no_data": 10,
    "watched": 11,
}
"""Order of the verdicts, 1 = most urgent."""

URGENT = 4
"""Up to this risk a verdict asks for somebody's attention."""


def risk(verdict: str | None) -> int:
    """How urgent a verdict is; an unknown one counts as missing data, never as good news."""
    return RISK.get(verdict or "no_data", RISK["no_data"])


def by_risk(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Binding targets first, each nature in the order of risk; among equals those behind their path come first."""
    return sorted(
        rows,
        key=lambda row: (
            NATURE_ORDER.get(row["nature"], 5),
            risk(row["verdict"]),
            not is_behind(row),
            chance if (chance := row.get("probability")) is not None else 1.0,
            row["order"],
        ),
    )


def is_behind(row: Mapping[str, Any]) -> bool:
    """Whether the value now misses what its path requires; where there is no path, whether it misses the target."""
    now, bound = row["value_now"], row["required_now"]
    if now is None:
        return False
    if bound is None and row["kind"] in ("events", "every_year"):
        return not meets(row)
    return bound is not None and (now < bound if row["operator"] in (">", ">=") else now > bound)


def meets(row: Mapping[str, Any]) -> bool:
    """Whether the value now would meet the target if it were the one that is judged; strictness as printed."""
    now, bound = row["value_now"], row["target_value"]
    if now is None or bound is None:
        return False
    return {"<": now < bound, "<=": now <= bound, ">": now > bound, ">=": now >= bound}.get(row["operator"], False)


def main_group(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The targets of the plan's table, without tasks from the text and what is only watched."""
    return [row for row in rows if row["nature"] not in SECOND_GROUP]
