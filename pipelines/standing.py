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
    "unset": 10,
    "watched": 11,
}
"""Order of the verdicts, 1 = most urgent."""

URGENT = 4
"""Up to this risk a verdict asks for somebody's attention."""


def risk(verdict: str | None) -> int:
    """How urgent a verdict is; an unknown one counts as missing data, never as good news."""
    return RISK.get(verdict or "no_data", RISK["no_data"])


def told_verdict(row: Mapping[str, Any]) -> str:
    """The key under which a verdict is told: 数据不足 of a target that its plan leaves open is 目标未定."""
    return "unset" if row.get("verdict_reason_code") == "target_unset" else row["verdict"]


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


def pace_share(row: Mapping[str, Any]) -> float | None:
    """Share of the way that is made, or of the whole that is used; None beside 数据不足, where it would look judged."""
    return None if row["verdict"] == "no_data" else row["pace_share"]


def has_regressed(row: Mapping[str, Any]) -> bool:
    """Whether the value lies on the wrong side of where it began: a share of the way below nothing is told in words."""
    done = pace_share(row)
    return done is not None and done < 0


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


def falls_short(row: Mapping[str, Any], fan: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The due year's forecast of a target that keeps to its path now and is all the same unlikely to be met.

    That is what a reader asks who sees a value better than its path beside a chance of one in ten. Means and totals of
    a plan are judged on all its years, of which one year's forecast says nothing.

    Args:
        row: An assessed row.
        fan: Its forecast, `year, median`.
    """
    if row["kind"] not in ("end_value", "reduction") or row["verdict"] not in ("unlikely", "needs_effort"):
        return None
    if row["required_now"] is None or is_behind(row):
        return None
    due = next((one for one in fan if one["year"] == row["due_year"] and one["median"] is not None), None)
    return due if due and not meets({**row, "value_now": due["median"]}) else None


def none_urgent(rows: Sequence[Mapping[str, Any]]) -> str:
    """Key of what is said where no target needs attention; what cannot be judged is not on its path either."""
    unknown = sum(row["verdict"] == "no_data" for row in rows)
    if not unknown:
        return "app.cards.no_alerts"
    return f"app.cards.{'none_judged' if unknown == len(rows) else 'no_alerts_of_judged'}"


def main_group(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The targets of the plan's table, without tasks from the text and what is only watched."""
    return [row for row in rows if row["nature"] not in SECOND_GROUP]
