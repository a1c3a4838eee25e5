"""Tables of the command line: rows of the warehouse in, rich tables out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from pipelines.assessment.verdict import DECIDED, probability_words
from pipelines.returns_in import out_by_year
from pipelines.standing import has_regressed, pace_share
from pipelines.texts import current_language, say

Row = Mapping[str, Any]
DASH = "—"


def _table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(say(f"cli.column.{column}"), justify="right" if column in right else "left", overflow="fold")
    return table


def _add(table: Table, *cells: object) -> None:
    table.add_row(*[Text(DASH if cell is None else str(cell)) for cell in cells])


def _number(value: float | int | None) -> str:
    return DASH if value is None else f"{value:,}"


def _share(value: float | None) -> str:
    return DASH if value is None else f"{value:.0%}"


def _in_language(row: Row, name: str) -> str:
    return row[f"{name}_{current_language()}"]


def _kind(row: Row) -> str:
    return say(f"app.kinds.{row['kind']}")


def files_table(files: Iterable[Row]) -> Table:
    """What was loaded: one row per file."""
    table = _table(
        "kind",
        "file",
        "received",
        "withdrawn",
        "records",
        "accepted",
        "rejected",
        right=("records", "accepted", "rejected"),
    )
    for row in files:
        counts = [_number(row[name]) for name in ("records", "accepted", "rejected")]
        _add(table, _kind(row), row["path"], row["received_on"], row["withdrawn_on"], *counts)
    return table


def missing_table(missing: Iterable[Row]) -> Table:
    """Returns that are owed and have not come: how many of each region and kind, and of which years."""
    table = _table("kind", "region", "missing", "period", "due", right=("missing",))
    grouped: dict[tuple[str, str], list[Row]] = {}
    for row in missing:
        grouped.setdefault((row["region_code"], row["kind"]), []).append(row)
    for rows in grouped.values():
        row = rows[0]
        name = f"{_in_language(row, 'name')} {row['region_code']}"
        _add(table, _kind(row), name, len(rows), _years_out(rows), min(r["due_on"] for r in rows))
    return table


def _years_out(rows: Iterable[Row]) -> str:
    told = [
        say("cli.out_in_years" if first < last else "cli.out_in_year", first=first, last=last, n=n)
        for first, last, n in out_by_year(rows)
    ]
    return say("sources.comma").join(told)


def rejects_table(rejects: Iterable[Row]) -> Table:
    """Rejected rows with the reasons in words."""
    table = _table("file", "line", "reasons", right=("line",))
    for row in rejects:
        sheet = f"{row['sheet']} · " if row["sheet"] else ""
        _add(table, row["path"], f"{sheet}{row['line_number']}", row["reasons_text"])
    return table


def builds_table(builds: Iterable[Any]) -> Table:
    """Published builds, the newest first."""
    table = _table("current", "build", "made", "size", right=("size",))
    for build in builds:
        made = build.made_at.isoformat(sep=" ", timespec="seconds") if build.made_at else None
        _add(table, "●" if build.is_current else "", build.build_id, made, f"{build.size_bytes / 1e6:,.1f} MB")
    return table


def assessment_table(rows: Iterable[Row]) -> Table:
    """The targets of a plan in its order: value, demand, pace, verdict, chance, reason; for wide terminals."""
    numbers = ("value", "demand", "pace", "elapsed")
    table = _table("target", "nature", *numbers, "verdict", "chance", "reason", right=numbers)
    for row in rows:
        name = f"{row['target_id']} {_in_language(row, 'name')}"
        shares = (_pace(row), _share(_elapsed_then(row)))
        _add(table, name, _nature(row), *_value_and_demand(row), *shares, _verdict(row), _chance(row), _reason(row))
    return table


def assessment_lines(rows: Iterable[Row]) -> Iterable[Text]:
    """The same in three lines a target, for terminals that are too narrow for a table."""
    for row in rows:
        verdict = _verdict(row) if _chance(row) == DASH else f"{_verdict(row)} · {_chance(row)}"
        yield Text.assemble(
            (f"{row['target_id']} {_in_language(row, 'name')}", "bold"), f"  [{_nature(row)}]  {verdict}"
        )
        value, demand = _value_and_demand(row)
        shares = {"pace": _pace(row), "elapsed": _share(_elapsed_then(row))}
        key = "cli.value_line" if pace_share(row) is not None else "cli.value_line_unpaced"
        yield Text("    " + say(key, value=value, demand=demand, **shares))
        yield Text(f"    {_reason(row)}")


def _pace(row: Row) -> str:
    return say("app.board.regressed") if has_regressed(row) else _share(pace_share(row))


def _elapsed_then(row: Row) -> float | None:
    """The share of the plan's time that had passed at the end of the value's year: what its pace is held against."""
    return row.get("elapsed_share_at_value", row["elapsed_share"])


def _nature(row: Row) -> str:
    return say(f"cli.nature.{row['nature']}")


def _value_and_demand(row: Row) -> tuple[str, str]:
    value = row["value_text"] or DASH
    years = row["value_years_text"]
    return say("cli.value_of", value=value, years=years) if years else value, row["demand_text"] or DASH


def _verdict(row: Row) -> str:
    if row.get("reason_code") == "target_unset":
        return say("plans.target_unset")
    return say(f"verdicts.{row['verdict']}")


def _chance(row: Row) -> str:
    if row.get("probability") is None or row["verdict"] in DECIDED:
        return DASH
    return probability_words(row["probability"])


def _reason(row: Row) -> str:
    if row["verdict"] != "no_forecast" or not row.get("forecast_facts"):
        return row["reason_text"]
    from pipelines.forecast.targets import tell_forecast

    return say("cli.two_reasons", first=row["reason_text"], second=tell_forecast(row["forecast_facts"]))
