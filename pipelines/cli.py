"""The command `anlan`. Every command is a thin shell over the function that does the work."""

from __future__ import annotations

import datetime
import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.exceptions import TyperException

from pipelines import cli_journal, cli_plans, cli_pull, cli_reports, cli_templates, clock
from pipelines.console import make_printable
from pipelines.errors import PipelineError, cannot_write, no_plan
from pipelines.help_words import Commands
from pipelines.logs import log_to_file
from pipelines.office import require_office
from pipelines.settings import Settings, load_settings
from pipelines.texts import LANGUAGES, current_language, say, set_language
from pipelines.usage import is_help, usage_error


def _language_of(arguments: list[str]) -> str | None:
    """The value of --lang, read before the help texts are made."""
    for at, word in enumerate(arguments):
        if word == "--lang" and at + 1 < len(arguments):
            return arguments[at + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return None


def _help(key: str) -> str:
    return say(f"cli.{key}")


_asked = _language_of(sys.argv)
if _asked in LANGUAGES:
    set_language(_asked)

app = Commands(help=_help("about"), pretty_exceptions_enable=False)
PIPED = 10_000  # columns of an output that is no terminal, so that whole lines can be searched
# Titles and file names may hold brackets.
console = Console(
    highlight=False, markup=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPED
)
WIDE = 160  # columns of a terminal, from which on a table of targets can be read
_root: Path | None = None
_asks_as = ""


@app.callback()
def _main(
    lang: Annotated[str, typer.Option("--lang", help=_help("language"))] = "",
    root: Annotated[Path | None, typer.Option("--root", help=_help("root"))] = None,
    asks_as: Annotated[str, typer.Option("--as", help=_help("asks_as"))] = "",
) -> None:
    global _root, _asks_as
    _root, _asks_as = root, asks_as
    if lang and lang not in LANGUAGES:
        raise PipelineError("language_unknown", where="--lang", language=lang)


def _settings() -> Settings:
    settings = load_settings(_root).model_copy(update={"asks_as": _asks_as})
    if not _asked and "ANLAN_LANG" not in os.environ:
        set_language(settings.app.language)
    log_to_file(settings)
    if _asks_as and _asks_as not in settings.roles:
        raise PipelineError("role_unknown", where="--as", name=_asks_as, names=", ".join(settings.roles) or "—")
    return settings


def _office() -> Settings:
    """The settings of a folder in which there is something to read."""
    settings = _settings()
    require_office(settings)
    return settings


def _tell(sentence: str) -> None:
    console.print(sentence, soft_wrap=True, markup=False)


def _tell_fallback(shown: Any) -> None:
    """Say that an earlier build is shown; `shown` is an open warehouse or the published build itself."""
    if shown.fell_back_from:
        _tell(say("cli.fell_back", build=shown.build_id, damaged=shown.fell_back_from))


@app.command(help=_help("up"))
def up(
    port: Annotated[int | None, typer.Option(help=_help("serve_port"))] = None,
    is_apart: Annotated[bool, typer.Option("--only-prepare", hidden=True)] = False,
) -> None:
    from pipelines.serve import office_shown, own_app, require_free_port

    settings = _office()
    if is_apart:
        _make_demo_if_empty(settings)
        _build(settings, full=False)
        return
    chosen = settings.app.port if port is None else port
    if url := own_app(settings.app.address, chosen):
        root = office_shown(chosen)
        if root is not None and root.resolve() != settings.root.resolve():
            facts = {"port": chosen, "root": root, "other": chosen + 1}
            raise PipelineError("port_other_office", where=f"{settings.app.address}:{chosen}", **facts)
        _tell(say("cli.serving_already", url=url, office=say("cli.serving_office", root=root) if root else ""))
        return
    require_free_port(settings.app.address, chosen)
    _prepare_apart(settings)
    _serve(settings, settings.app.address, chosen, without_sign_in=False)


def _prepare_apart(settings: Settings) -> None:
    """Make records and build in a process of their own: this one stays beside the app and would hold their memory."""
    from pipelines.serve import end_on_request

    words = ["--root", str(settings.root), "--lang", current_language(), "up", "--only-prepare"]
    end_on_request()
    if code := subprocess.run([sys.executable, "-m", "pipelines.cli", *words], check=False).returncode:
        raise typer.Exit(code)


def _make_demo_if_empty(settings: Settings) -> None:
    from pipelines.sources.inbox import holds_demo_records, holds_own_records

    if not holds_own_records(settings) and not holds_demo_records(settings):
        _tell(say("cli.making_demo", raw=settings.paths.raw))
        _make_demo(settings, scale="small", quarter=None)


def _make_demo(settings: Settings, scale: str, quarter: str | None) -> None:
    from pipelines.demo import make_demo
    from pipelines.progress import progress_bar

    with progress_bar() as progress:
        made = make_demo(settings, scale=scale, quarter=quarter, progress=progress)
    _tell(say("cli.demo_made", files=len(made), folder=settings.paths.demo))


@app.command(help=_help("demo"))
def demo(
    scale: Annotated[str, typer.Option(help=_help("demo_scale"))] = "small",
    quarter: Annotated[str | None, typer.Option(help=_help("demo_quarter"))] = None,
    remove: Annotated[bool, typer.Option("--remove", help=_help("demo_remove"))] = False,
) -> None:
    settings = _office()
    if remove:
        from pipelines.demo import remove_demo

        remove_demo(settings)
        _tell(say("cli.demo_removed", folder=settings.paths.demo))
    else:
        _make_demo(settings, scale, quarter)


def _build(settings: Settings, *, full: bool, engine: str = "duckdb", withdraw: bool = False) -> None:
    from pipelines.build import build, build_forecasts
    from pipelines.progress import progress_bar

    started = time.perf_counter()
    with progress_bar() as progress:
        said = {"full": full, "engine": engine, "withdraw": withdraw}
        result = build(settings, today=clock.today(), progress=progress, **said)
    seconds = f"{time.perf_counter() - started:.1f}"
    _tell_build(result, seconds)
    if result.is_new:
        _tell(say("cli.forecasting"))
    started = time.perf_counter()
    with progress_bar() as progress:
        result = build_forecasts(settings, progress=progress)
    if result.is_new:
        _tell(say("cli.forecast", build=result.build_id, seconds=f"{time.perf_counter() - started:.1f}"))


def _tell_build(result: Any, seconds: str) -> None:
    if result.is_new:
        facts = {"files": result.files, "records": result.records, "rejected": result.rejected}
        _tell(say("cli.built", build=result.build_id, seconds=seconds, **facts))
        for warning in result.warnings:
            console.print(f"  {warning}")
    else:
        _tell(say("cli.unchanged", build=result.build_id, seconds=seconds))


@app.command("build", help=_help("build"))
def build_command(
    full: Annotated[bool, typer.Option("--full", help=_help("build_full"))] = False,
    engine: Annotated[str, typer.Option("--engine", help=_help("build_engine"))] = "duckdb",
    withdraw: Annotated[bool, typer.Option("--withdraw", help=_help("build_withdraw"))] = False,
    pull: Annotated[bool, typer.Option("--pull", help=_help("build_pull"))] = False,
) -> None:
    settings = _office()
    if pull:
        cli_pull.pull_and_tell(settings, _tell)
    _build(settings, full=full, engine=engine, withdraw=withdraw)


@app.command(help=_help("check"))
def check() -> None:
    from pipelines.selfcheck import check_everything

    checked = check_everything(_office())
    counts = {"contracts": checked.contracts, "indicators": checked.indicators, "plans": checked.plans}
    _tell(say("cli.checked", targets=checked.targets, **counts))
    if not checked.plans:
        _tell(say("cli.no_plans", folder=_settings().paths.plans))
    if checked.doubts:
        _tell(say("cli.doubts", n=len(checked.doubts)))
        for doubt in checked.doubts:
            console.print(
                f"  {f'{doubt.plan_id} {doubt.target_id}'.strip()}: {doubt.tell()}", soft_wrap=True, markup=False
            )
    else:
        _tell(say("cli.no_doubts"))


@app.command(help=_help("status"))
def status() -> None:
    from pipelines import warehouse
    from pipelines.cli_tables import files_table, missing_table
    from pipelines.sources.remarks import remarks_lines

    with warehouse.open(_settings()) as house:
        _tell_fallback(house)
        files = house.files()
        console.print(files_table(files))
        for line in remarks_lines(files):
            _tell(line)
        missing = house.missing_returns()
        key = "some" if missing else "unasked" if house.is_asked_of_nobody() else "none"
        console.print(say(f"cli.missing_{key}", n=len(missing)))
        if missing:
            console.print(missing_table(missing))
            _tell(say("cli.missing_ways"))
        for one in house.checks():
            if one["severity"] == "warn" and one["offending_rows"]:
                _tell(say("cli.warned", text=one["text"], n=one["offending_rows"]))


@app.command(help=_help("assess"))
def assess(
    plan: Annotated[str, typer.Option("--plan", help=_help("assess_plan"))],
    as_of: Annotated[str | None, typer.Option("--as-of", help=_help("assess_as_of"))] = None,
) -> None:
    from pipelines import warehouse
    from pipelines.assessment import assess_at
    from pipelines.cli_tables import assessment_lines, assessment_table
    from pipelines.forecast.targets import with_forecast

    settings = _settings()
    day = cli_reports.asked_day(as_of or "")
    with warehouse.open(settings) as house:
        plans = {row["plan_id"]: row for row in house.plans()}
        if plan not in plans:
            raise no_plan(plan, plans)
        row = plans[plan]
        if row["newest_as_of"] is None:
            raise PipelineError("no_data_for_plan", where=plan)
        day = day or row["newest_as_of"]
        first = datetime.date(row["period_start"], 1, 1)
        if day < first:
            raise PipelineError("assess_too_early", where="--as-of", day=day.isoformat(), first=first.isoformat())
        title = row["title_zh" if say("product.name") == "安澜" else "title_en"]
        _tell_fallback(house)
        _tell(say("cli.as_of", title=title, as_of=day.isoformat(), build=house.build_id))
        if row["is_synthetic"]:
            _tell(say("cli.synthetic"))
        forecast_on, rows = with_forecast(house, settings, plan, day, assess_at(house, settings, plan, day))
        if forecast_on != day and any(row.get("probability") is not None for row in rows):
            _tell(say("cli.between_quarters", day=forecast_on.isoformat()))
        if WIDE <= console.width < PIPED:
            console.print(assessment_table(rows))
        else:
            for line in assessment_lines(rows):
                console.print(line)


@app.command(help=_help("rejects"))
def rejects(file: Annotated[str, typer.Option("--file", help=_help("rejects_file"))] = "") -> None:
    from pipelines import publish, warehouse
    from pipelines.cli_tables import rejects_table
    from pipelines.sources.landed_rejects import landed_rejects
    from pipelines.sources.remarks import remarks_lines

    settings, nothing, files = _settings(), "cli.no_rejects", []
    if not settings.asks_as and publish.current(settings.path("warehouse")) is None:
        found = landed_rejects(settings)  # a first build that was stopped has read the files all the same
    else:
        with warehouse.open(settings) as house:
            found, files = house.rejects(), house.files()
            nothing = nothing if house.principal.regions is None else "cli.rejects_hidden"
    asked = file.replace(os.sep, "/")
    rows = [row for row in found if asked in row["path"]]
    console.print(rejects_table(rows) if rows else say(nothing))
    for line in remarks_lines(one for one in files if asked in one["path"]):
        _tell(line)


@app.command(help=_help("purge"))
def purge(
    file: Annotated[str, typer.Argument(help=_help("purge_file"))],
    reason: Annotated[str, typer.Option("--reason", help=_help("purge_reason"))],
) -> None:
    from pipelines.sources import purge as forget

    for receipt in forget(_settings(), file, reason, clock.today()):
        _tell(say("cli.purged", path=receipt.path))


@app.command(help=_help("builds"))
def builds() -> None:
    from pipelines.cli_tables import builds_table
    from pipelines.publish import current, list_builds

    settings = _settings()
    published = current(settings.path("warehouse"))
    if published is not None:
        _tell_fallback(published)
    console.print(builds_table(list_builds(settings)))


@app.command(help=_help("rollback"))
def rollback(build: Annotated[str, typer.Argument(help=_help("rollback_build"))]) -> None:
    from pipelines.publish import rollback as make_current

    _tell(say("cli.rolled_back", build=make_current(_settings(), build).build_id))


def _serve(settings: Settings, address: str, port: int, without_sign_in: bool) -> None:
    from pipelines.serve import has_desktop, serve

    def tell(url: str) -> None:
        _tell(say("cli.serving", url=url))

    options: dict[str, Any] = {"without_sign_in": without_sign_in, "open_browser": has_desktop(), "tell": tell}
    raise typer.Exit(serve(settings, address=address, port=port, **options))


@app.command("serve", help=_help("serve"))
def serve_command(
    address: Annotated[str | None, typer.Option(help=_help("serve_address"))] = None,
    port: Annotated[int | None, typer.Option(help=_help("serve_port"))] = None,
    without_sign_in: Annotated[bool, typer.Option("--without-sign-in", help=_help("serve_open"))] = False,
) -> None:
    settings = _settings()
    _serve(settings, address or settings.app.address, settings.app.port if port is None else port, without_sign_in)


cli_reports.add_commands(app, _settings, _tell)
cli_pull.add_commands(app, _settings, _tell)
cli_templates.add_commands(app, _office, _tell)
cli_plans.add_commands(app, _settings, _tell)
cli_journal.add_commands(app, _settings, _tell)


def main() -> None:
    """Run a command; bad input exits with 2 and our own fault with 1, both with a sentence and no traceback."""
    make_printable(sys.stdout, sys.stderr)
    try:
        sys.exit(app(prog_name="anlan", standalone_mode=False))
    except PipelineError as error:
        Console(stderr=True, highlight=False).print(error.tell(), markup=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except TyperException as fault:
        told = fault.format_message() if is_help(fault) else usage_error(fault).tell()
        Console(stderr=True, highlight=False).print(told, markup=False, soft_wrap=True)
        sys.exit(2)
    except typer.Abort:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except Exception as fault:
        unwritable = cannot_write(fault)
        if unwritable is not None:
            Console(stderr=True, highlight=False).print(unwritable.tell(), markup=False, soft_wrap=True)
            sys.exit(unwritable.exit_code)
        log_to_file(
            Settings(root=(_root or Path(".")).resolve())
        )  # the fault may have come before the settings were read
        logging.getLogger("anlan").exception("unexpected fault")
        reason = f"{type(fault).__name__}: {fault}"
        error = PipelineError("own_fault", reason=reason, log="logs/anlan.log", exit_code=1)
        Console(stderr=True, highlight=False).print(error.tell(), markup=False, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
