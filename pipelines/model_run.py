"""Run the models and the checks of a build, on whichever engine, and as little of them as the former build allows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.engine import DuckDBEngine, Engine, Row, quoted
from pipelines.errors import PipelineError
from pipelines.inputs import Inputs
from pipelines.manifest import Manifest
from pipelines.model_files import Model
from pipelines.progress import Progress
from pipelines.relations import RECORD_KINDS
from pipelines.renewal import Renewal
from pipelines.texts import say

CHECK_COLUMNS = {
    "check_name": "VARCHAR",
    "severity": "VARCHAR",
    "tell": "VARCHAR",
    "offending_rows": "BIGINT",
    "places": "VARCHAR",  # JSON list of where the first rows stand, by the columns of PLACED; NULL = not told
}
# Checks that warn of rows somebody has to look up in a file, and what tells where they stand.
_PLACE = "path, sheet, line_number, record_id"
_STRUCK_OFF = ("accidents", "disasters", "inspections", "training")
PLACED = {
    **dict.fromkeys(
        (
            "chk_one_id_in_two_regions",
            "chk_one_id_for_two_accidents",
            "chk_one_accident_of_two_sources",
            "chk_one_figure_of_two_sources",
            "chk_cumulative_figures_grow",
        ),
        f"{_PLACE}, other_path, other_line_number",
    ),
    "chk_losses_have_a_grade": _PLACE,
    "chk_stale_reports_are_passed_over": "path, sheet, record_number, record_id",
    **{f"chk_strike_offs_of_{kind}_meet_a_record": _PLACE for kind in _STRUCK_OFF},
    **{f"chk_corrections_of_{kind}_count": _PLACE for kind in RECORD_KINDS},
}
CHECK_TABLE = "mart_check_results"
SHOWN_OFFENDERS = 3


@dataclass
class Ran:
    """What became of each table: made whole, made anew in part, or taken over as it was."""

    made: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)


def run_models(
    engine: Engine,
    inputs: Inputs,
    models: Iterable[Model],
    prints: Mapping[str, str],
    progress: Progress,
    renewal: Renewal | None = None,
    keep: Callable[[str], bool] = lambda name: False,
) -> Ran:
    """Make every table that cannot be taken over.

    Args:
        engine: Where they are made.
        inputs: What the models read; registered first.
        models: In order.
        prints: Fingerprint of each model's rows.
        progress: Who watches.
        renewal: What changed since the former build, of which the engine holds a copy; None makes everything.
        keep: Tables that no model makes and that stay all the same.
    """
    for relation in inputs.relations.values():
        relation.register(engine)
    models = [model for model in models if model.layer != "checks"]
    made_here = {model.name for model in models if model.is_kept}
    drop_tables(engine, lambda name: name not in made_here and not keep(name))
    present = set(engine.tables()) if renewal else set()
    known = renewal.former.models if renewal else {}
    ran = Ran()
    with progress.task(say("build.running_models"), total=len(models)) as advance:
        for model in models:
            if not model.is_kept:
                engine.create_view(model.name, model.sql)
                if renewal:
                    renewal.stage(model)
            elif model.name in present and known.get(model.name) == prints[model.name]:
                ran.taken.append(model.name)
            elif renewal and model.name in present and renewal.can_renew(model):
                require_grain(engine, model, renewal.renew(model))
                ran.renewed.append(model.name)
            else:
                if renewal:
                    renewal.before_whole(model)
                engine.create_table(model.name, model.sql)
                require_grain(engine, model, model.name)
                ran.made.append(model.name)
            advance(1)
    return ran


def drop_tables(engine: Engine, unwanted: Callable[[str], bool]) -> None:
    """Remove the tables that nobody makes any more."""
    for name in engine.tables():
        if unwanted(name):
            engine.drop_table(name)


def require_grain(engine: Engine, model: Model, table: str) -> None:
    """Refuse rows of a model that repeat its grain or leave a column of it empty.

    Args:
        engine: Where they are.
        model: Says the grain.
        table: The model's table, or the new rows of some of its parts: those of other parts are other rows anyway.

    Raises:
        PipelineError: `grain_broken`, with the first rows.
    """
    if isinstance(engine, DuckDBEngine) and engine.is_unique(table, model.grain):
        return
    columns = ", ".join(quoted(column) for column in model.grain)
    missing = " OR ".join(f"{quoted(column)} IS NULL" for column in model.grain)
    offenders = engine.rows(
        f"SELECT {columns}, COUNT(*) AS n FROM {quoted(table)} GROUP BY {columns} "
        f"HAVING COUNT(*) > 1 OR {missing} ORDER BY ALL LIMIT 20"
    )
    if offenders:
        rows = [_in_words(row) for row in offenders]
        raise PipelineError("grain_broken", where=model.name, rows=rows, grain=", ".join(model.grain), exit_code=1)


def run_checks(
    engine: Engine,
    models: Iterable[Model],
    prints: Mapping[str, str],
    progress: Progress,
    renewal: Renewal | None = None,
) -> list[Row]:
    """Run every check; a check of severity `stop` that finds rows ends the build.

    What was unchanged since a build that was published is not looked at again: a check that stops had found nothing
    there, or it would not have been published, and one that warns is said to have found the same.
    """
    former = renewal.former if renewal else None
    checks = [model for model in models if model.layer == "checks"]
    results, stops = [], []
    with progress.task(say("build.checking"), total=len(checks)) as advance:
        for check in checks:
            n, sql = _found_before(check, prints, former), check.sql
            if n is None:
                if renewal and check.severity == "stop" and check.name in renewal.former.models:
                    sql = renewal.narrowed_check(check) if renewal.can_renew(check) else sql
                n = engine.rows(f"SELECT COUNT(*) AS n FROM ({sql})")[0]["n"]
            if n and check.severity == "stop":
                shown = engine.rows(f"SELECT * FROM ({sql}) LIMIT {SHOWN_OFFENDERS}")
                stops += [f"{say(check.tell)} ({n})", *(f"  {_in_words(row)}" for row in shown)]
            said = {"check_name": check.name, "severity": check.severity, "tell": check.tell, "offending_rows": n}
            results.append({**said, "places": _places(engine, check) if n and check.name in PLACED else None})
            advance(1)
    if stops:
        raise PipelineError("checks_failed", rows=stops, n=len([r for r in stops if not r.startswith("  ")]))
    return results


def _places(engine: Engine, check: Model) -> str:
    columns = PLACED[check.name]
    shown = f"SELECT {columns} FROM ({check.sql}) ORDER BY {columns} LIMIT {SHOWN_OFFENDERS}"
    return json.dumps(engine.rows(shown), ensure_ascii=False)


def places_text(encoded: str | None, n: int) -> str:
    """Where the first rows that a check found, and what they meet, stand: file, line and id; '' if not kept."""
    told = []
    for row in json.loads(encoded or "[]"):
        if "record_number" in row:
            in_sheet = f" [{row['sheet']}]" if row["sheet"] else ""
            place = say("build.place_of_record", **{**row, "path": f"{row['path']}{in_sheet}"})
        else:
            place = say("build.place_in_sheet" if row["sheet"] else "build.place", **row)
        told.append(say("build.place_and_other", place=place, **row) if row.get("other_path") else place)
    return say("sources.comma").join(told) + " …" * (len(told) < n) if told else ""


def _found_before(check: Model, prints: Mapping[str, str], former: Manifest | None) -> int | None:
    """How many rows an unchanged check found in the former build; None where it has to be run."""
    if former is None or former.models.get(check.name) != prints[check.name]:
        return None
    return former.checks.get(check.name)


def keep_checks(engine: DuckDBEngine, results: Iterable[Row]) -> None:
    """Keep what the checks found as a table of the build."""
    engine.register_rows("check_results", results, CHECK_COLUMNS)
    engine.create_table(CHECK_TABLE, f"SELECT {', '.join(CHECK_COLUMNS)} FROM check_results")


def _in_words(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {'—' if value is None else value}" for name, value in row.items())
