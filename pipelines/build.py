"""The order of a build: land, run the models, check, assess, publish.

A build takes over every table of the former one whose inputs and SQL are unchanged, and makes the others anew. When
nothing changed it publishes nothing. When anything fails, the former build stays current.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import logging
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from pipelines import clock, publish
from pipelines.at_work import NotedProgress
from pipelines.clock import clock_warnings
from pipelines.engine import DuckDBEngine, reading
from pipelines.errors import PipelineError, cannot_write
from pipelines.fingerprints import code_fingerprint, definitions_fingerprint, inputs_fingerprint
from pipelines.inputs import Inputs, gather
from pipelines.manifest import DATABASE_NAME, SCHEMA_VERSION, Manifest, sha256_of
from pipelines.model_run import drop_tables, keep_checks, places_text, run_checks, run_models
from pipelines.plan_checks import require_fitting_plans
from pipelines.preferred_sources import preferred_warnings
from pipelines.progress import Progress, Silent
from pipelines.renewal import LARGEST_DEAD_SHARE, Renewal, dead_share, is_mostly_changed
from pipelines.settings import Settings
from pipelines.texts import say

ENGINES = ("duckdb", "spark")
# The marts that assessments rest on.
WATCHED = (
    "mart_blank_records",
    "mart_disaster_events",
    "mart_measure_deltas",
    "mart_reporting_status",
    "mart_statistics",
)
STEP_PREFIXES = {"assessments": "assess_", "forecasts": "forecast_"}

Step = Callable[[DuckDBEngine, Settings, Progress], None]
_log = logging.getLogger("anlan.build")


@dataclass(frozen=True)
class BuildResult:
    """What a build did.

    Attributes:
        build_id: The build that is current now.
        is_new: False when nothing had changed and nothing was published.
        manifest: Of the current build.
        made, renewed, taken_over: Tables computed whole, those of which only the touched parts were computed, and those
            kept from the former build as they were.
        warnings: What the checks of severity `warn` found, in words.
        removed: Old builds that were removed.
    """

    build_id: str
    is_new: bool
    manifest: Manifest
    made: tuple[str, ...] = ()
    renewed: tuple[str, ...] = ()
    taken_over: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def files(self) -> int:
        """Files that were read."""
        return self.manifest.files

    @property
    def records(self) -> int:
        """Rows that they hold."""
        return self.manifest.records

    @property
    def rejected(self) -> int:
        """Rows that were not accepted."""
        return self.manifest.rejected


def build(
    settings: Settings,
    *,
    today: date,
    progress: Progress | None = None,
    full: bool = False,
    engine: str = "duckdb",
    withdraw: bool = False,
) -> BuildResult:
    """Bring the warehouse up to date with the raw files, codes, plans and catalogue.

    Args:
        settings: The office's settings.
        today: Day on which files that are new count as received, and missing ones as withdrawn.
        progress: Who watches; None means nobody.
        full: Make every table anew, and publish even when nothing changed.
        engine: One of `ENGINES`, which runs the models; the build is a DuckDB file whichever it is.
        withdraw: Files that are gone were taken away on purpose, however many they are.

    Raises:
        PipelineError: Another build is running; no such engine, or it lacks something; bad input beyond the limit; a
            check of severity `stop` found rows.
            Nothing was published.
    """
    from pipelines.sources import land_all
    from pipelines.sources.receipts import note_published

    progress = progress or Silent()
    if engine not in ENGINES:
        raise PipelineError("engine_unknown", where="--engine", engine=engine, known=", ".join(ENGINES))
    with publish.writer(settings) as folder:
        progress = NotedProgress(progress, folder)
        landing = land_all(settings, today=today, progress=progress, withdraw=withdraw)
        fingerprint = inputs_fingerprint(settings, landing)
        former = publish.current(folder)
        if former and not full and _is_up_to_date(former.manifest, fingerprint):
            note_published(settings, landing.files, today)
            told = (*clock_warnings(former.manifest, landing.files, today), *_told(former))
            return BuildResult(former.build_id, False, former.manifest, warnings=told)
        require_fitting_plans(settings)
        inputs = gather(settings, landing, fingerprint)
        assess = functools.partial(write_assessments, today=today)
        same = {"former": former, "progress": progress, "full": full, "on": engine}
        made = make(settings, folder, inputs, assess=assess, renews=True, **same)
        note_published(settings, landing.files, today)
    behind = clock_warnings(former.manifest if former else None, landing.files, today)
    return dataclasses.replace(made, warnings=(*landing.warnings, *behind, *made.warnings))


def write_assessments(
    engine: DuckDBEngine,
    settings: Settings,
    progress: Progress,
    today: date | None = None,
    compared: Collection[str] | None = None,
) -> None:
    """Judge the targets of every plan and write the `assess_*` tables, at no date later than `today`.

    `compared` names the marts that changed since the tables that are there were written, with their rows before and
    after beside them; None writes the tables whole.
    """
    from pipelines.assessment import write_assessments as write
    from pipelines.catalogue import load_catalogue
    from pipelines.plans import load_plans

    plans = load_plans(settings.path("plans"))
    write(engine.connection, settings, load_catalogue(settings.path("catalogue")), plans, progress, today, compared)


def build_forecasts(settings: Settings, *, progress: Progress | None = None) -> BuildResult:
    """Publish the current build once more with the forecasts of its targets; nothing happens when it has them."""
    current = publish.current(settings.path("warehouse"))
    fingerprint = "" if current is None else f"{current.manifest.fingerprint}-{code_fingerprint()}"
    return extend(settings, "forecasts", fingerprint, write_forecasts, progress)


def write_forecasts(engine: DuckDBEngine, settings: Settings, progress: Progress) -> None:
    """Forecast the targets of every plan and write the `forecast_*` tables."""
    from pipelines.catalogue import load_catalogue
    from pipelines.forecast.targets import write_forecasts as write
    from pipelines.plans import load_plans

    plans, catalogue = load_plans(settings.path("plans")), load_catalogue(settings.path("catalogue"))
    write(engine.connection, settings, catalogue, plans, progress=progress, processes=settings.build.threads)


def make(
    settings: Settings,
    folder: Path,
    inputs: Inputs,
    *,
    former: publish.Published | None = None,
    progress: Progress | None = None,
    full: bool = False,
    assess: Callable[..., None] | None = None,
    renews: bool = False,
    on: str = "duckdb",
) -> BuildResult:
    """Make and publish one build; the caller holds the writer's lock.

    Args:
        settings: The office's settings.
        folder: The warehouse.
        inputs: Everything that the models read.
        former: Build whose unchanged tables may be taken over.
        progress: Who watches.
        full: Take nothing over.
        assess: Writes the assessment tables (a `Step`); None leaves them out.
        renews: `assess` takes the names of the marts that were compared and writes only what they change.
        on: The engine that runs the models; one that is not DuckDB takes nothing over.
    """
    from pipelines.model_files import as_shipped, fingerprints, load_models

    progress = progress or Silent()
    code = code_fingerprint()
    is_same_program = former is not None and _same_program(former.manifest, code)
    models = load_models(is_proven=is_same_program or as_shipped())
    prints = fingerprints(models, inputs.fingerprints)
    is_partial = is_same_program and not full and on == "duckdb"
    build_id = publish.new_build_id(folder, inputs.fingerprint)
    publish.note_writer(folder, build_id)
    draft = publish.draft_folder(folder, build_id)
    try:
        database = draft / DATABASE_NAME
        is_partial = is_partial and former is not None and _copied(former, inputs, database)
        definitions = definitions_fingerprint(settings) if renews else ""
        keeps_assessments = renews and is_partial and former.manifest.steps.get("definitions") == definitions
        limits = {"memory_limit": settings.build.memory_limit, "threads": settings.build.threads}
        with DuckDBEngine(database, temp_folder=draft / "spill", holds_small=not is_partial, **limits) as engine:
            with _runner(on, settings, draft, engine) as runner:
                renewal = Renewal(engine, former.manifest, inputs, WATCHED) if is_partial and former else None
                ran = run_models(
                    runner,
                    inputs,
                    models,
                    prints,
                    progress,
                    renewal,
                    lambda name: keeps_assessments and name.startswith(STEP_PREFIXES["assessments"]),
                )
                checks = run_checks(runner, models, prints, progress, renewal)
                if runner is not engine:
                    runner.bring_home(engine, models)
            keep_checks(engine, checks)
            warnings = (*_warnings(checks), *preferred_warnings(settings, engine))
            if assess is not None:
                with progress.task(say("build.assessing")):
                    compared = renewal.compared_to(former.manifest, prints) if keeps_assessments and renewal else None
                    assess(engine, settings, progress, **({"compared": compared} if renews else {}))
        for scratch in ("spill", on):
            shutil.rmtree(draft / scratch, ignore_errors=True)
        steps = {"assessments": inputs.fingerprint, "definitions": definitions} if assess is not None else {}
        manifest = _manifest(build_id, inputs, code, prints, checks, steps, database, former if is_partial else None)
        manifest = dataclasses.replace(manifest, engine=on)
        published = publish.publish(folder, draft, manifest, settings.path("journal"))
    except duckdb.Error as fault:
        failed = PipelineError("build_failed", where=build_id, reason=str(fault), exit_code=1)
        raise (cannot_write(fault) or failed) from fault
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    removed = publish.keep_within_limits(settings, folder)
    told = (tuple(ran.made), tuple(ran.renewed), tuple(ran.taken))
    _log.info("published %s: %d tables made, %d in part, %d taken over", build_id, *map(len, told))
    return BuildResult(published.build_id, True, manifest, *told, warnings, tuple(removed))


def extend(
    settings: Settings, step: str, fingerprint: str, write: Step, progress: Progress | None = None
) -> BuildResult:
    """Publish the current build once more with the tables of a later step, such as the forecasts.

    Args:
        settings: The office's settings.
        step: Key of `STEP_PREFIXES`; tables of that prefix are dropped before the step writes its own.
        fingerprint: Of what the step reads; when the current build already holds it, nothing happens.
        write: Writes the tables.
        progress: Who watches.

    Raises:
        PipelineError: There is no build to extend, or another build is running.
    """
    progress = progress or Silent()
    with publish.writer(settings) as folder:
        progress = NotedProgress(progress, folder)
        former = publish.current(folder)
        if former is None:
            raise PipelineError("no_warehouse", where=settings.paths.warehouse.as_posix())
        publish.require_schema(former)
        if former.manifest.steps.get(step) == fingerprint:
            return BuildResult(former.build_id, False, former.manifest)
        build_id = publish.new_build_id(folder, former.manifest.fingerprint)
        publish.note_writer(folder, build_id)
        draft = publish.draft_folder(folder, build_id)
        try:
            database = draft / DATABASE_NAME
            shutil.copyfile(former.database, database)
            limits = {"memory_limit": settings.build.memory_limit, "threads": settings.build.threads}
            with DuckDBEngine(database, temp_folder=draft / "spill", **limits) as engine:
                drop_tables(engine, lambda name: name.startswith(STEP_PREFIXES[step]))
                write(engine, settings, progress)
                made = tuple(name for name in engine.tables() if name.startswith(STEP_PREFIXES[step]))
            shutil.rmtree(draft / "spill", ignore_errors=True)
            manifest = _renewed(former.manifest, build_id, database, {**former.manifest.steps, step: fingerprint})
            published = publish.publish(folder, draft, manifest, settings.path("journal"))
        except duckdb.Error as fault:
            failed = PipelineError("build_failed", where=build_id, reason=str(fault), exit_code=1)
            raise (cannot_write(fault) or failed) from fault
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        removed = publish.keep_within_limits(settings, folder)
    return BuildResult(published.build_id, True, manifest, made, removed=tuple(removed))


def _same_program(manifest: Manifest, code: str) -> bool:
    return manifest.schema_version == SCHEMA_VERSION and manifest.code == code


def _copied(former: publish.Published, inputs: Inputs, database: Path) -> bool:
    """Begin with a copy of the former build, unless an empty file would cost no more and leave no dead room."""
    if is_mostly_changed(inputs, former.manifest):
        return False
    shutil.copyfile(former.database, database)
    with reading(database) as copy:
        is_worn = dead_share(copy) > LARGEST_DEAD_SHARE
    if is_worn:
        database.unlink()
    return not is_worn


def _is_up_to_date(manifest: Manifest, fingerprint: str) -> bool:
    return manifest.schema_version == SCHEMA_VERSION and manifest.fingerprint == fingerprint


def _runner(on: str, settings: Settings, draft: Path, house: DuckDBEngine) -> contextlib.AbstractContextManager[Any]:
    """The engine that runs the models: the build's own database, or another that hands its tables over."""
    if on == "duckdb":
        return contextlib.nullcontext(house)
    from pipelines.spark import SparkEngine

    return SparkEngine(settings, draft / on)


def _warnings(checks: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(f"{_with_places(row)} ({row['offending_rows']})" for row in checks if row["offending_rows"])


def _with_places(row: Mapping[str, Any]) -> str:
    places = places_text(row["places"], row["offending_rows"])
    return say("build.at_places", text=say(row["tell"]), places=places) if places else say(row["tell"])


def _told(former: publish.Published) -> tuple[str, ...]:
    found = former.manifest.checks.items()
    return tuple(f"{say('build.checks.' + name.removeprefix('chk_'))} ({n})" for name, n in found if n)


def _manifest(
    build_id: str,
    inputs: Inputs,
    code: str,
    prints: Mapping[str, str],
    checks: Iterable[Mapping[str, Any]],
    steps: Mapping[str, str],
    database: Path,
    former: publish.Published | None,
) -> Manifest:
    in_force = [row for row in inputs.files if row.get("withdrawn_on") is None]
    return Manifest(
        build_id=build_id,
        schema_version=SCHEMA_VERSION,
        made_at=clock.now().isoformat(timespec="seconds"),
        fingerprint=inputs.fingerprint,
        code=code,
        database_sha256=sha256_of(database),
        database_bytes=database.stat().st_size,
        is_synthetic=inputs.is_synthetic,
        files=len(in_force),
        records=sum(row.get("records") or 0 for row in in_force),
        rejected=sum(row.get("rejected") or 0 for row in in_force),
        inputs=[{"kind": row["kind"], "path": row["path"], "sha256": row["sha256"]} for row in inputs.files],
        models={**prints, **inputs.fingerprints},
        files_landed=inputs.file_prints,
        checks={row["check_name"]: row["offending_rows"] for row in checks},
        steps=dict(steps),
        made_from=former.build_id if former else "",
    )


def _renewed(manifest: Manifest, build_id: str, database: Path, steps: Mapping[str, str]) -> Manifest:
    return dataclasses.replace(
        manifest,
        build_id=build_id,
        made_at=clock.now().isoformat(timespec="seconds"),
        database_sha256=sha256_of(database),
        database_bytes=database.stat().st_size,
        steps=dict(steps),
        made_from=manifest.build_id,
        extends=manifest.build_id,
    )
