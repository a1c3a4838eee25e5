"""Who may see which regions: a stated rule for every relation of a build, and nothing where no rule is stated."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from pipelines.engine import fetch, literal, quoted
from pipelines.errors import PipelineError
from pipelines.rejected_regions import SPEAKING
from pipelines.settings import Settings


@dataclass(frozen=True)
class Principal:
    """Somebody who asks.

    Attributes:
        name: As signed in; empty for the office itself.
        regions: Codes of the regions whose records, and those of all regions below, may be seen; None means all.
    """

    name: str = ""
    regions: frozenset[str] | None = None

    @classmethod
    def everyone(cls) -> Principal:
        """The office itself, which sees all regions."""
        return cls()

    @property
    def key(self) -> tuple[str, ...] | None:
        """The regions in a fixed order: two principals with the same key are given the same answers."""
        return None if self.regions is None else tuple(sorted(self.regions))


def find_principal(settings: Settings, name: str) -> Principal:
    """The principal of a sign-in name, from the settings' roles; a name that has no role sees nothing."""
    role = settings.roles.get(name)
    if role is None:
        return Principal(name, frozenset())
    return Principal(name, None if "*" in role.regions else frozenset(role.regions))


def relations(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Every relation of a build with its columns, in their order."""
    found = fetch(
        connection,
        "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal "
        "ORDER BY table_name, column_index",
    )
    columns: dict[str, list[str]] = {}
    for row in found:
        columns.setdefault(row["table_name"], []).append(row["column_name"])
    return columns


@dataclass(frozen=True)
class Scope:
    """Subqueries that say what a principal may see.

    Attributes:
        regions: Codes of its regions and of all below them.
        above: Codes of all regions above its own, which it sees only as far as they were published.
        plans, plans_above: Ids of the plans of either.
    """

    regions: str
    above: str
    plans: str
    plans_above: str


def _everything(scope: Scope) -> str:
    return "SELECT * FROM {table}"


def _nothing(scope: Scope) -> str:
    return "SELECT * FROM {table} WHERE FALSE"


def _own_regions(scope: Scope) -> str:
    return f"SELECT * FROM {{table}} WHERE region_code IN {scope.regions}"


def _without_places(scope: Scope, places: Sequence[str] = ("record_number", "line_number")) -> str:
    """Columns of a record, its place in a file left out where others' rows lie between the own ones.

    The distance between two own rows would tell how many records the others sent.
    """
    shared = (
        f"SELECT r.file_id FROM ({SPEAKING}) AS r JOIN mart_files AS f ON f.file_id = r.file_id "
        f"WHERE r.region_code NOT IN {scope.regions} AND NOT f.is_published"
    )
    replaced = ", ".join(f"CASE WHEN file_id NOT IN ({shared}) THEN {name} END AS {name}" for name in places)
    return f"SELECT * REPLACE ({replaced}) FROM {{table}}"


def _own_records(scope: Scope) -> str:
    return f"{_without_places(scope)} WHERE region_code IN {scope.regions}"


def _own_blanks(scope: Scope) -> str:
    return f"{_without_places(scope, ('line_number',))} WHERE region_code IN {scope.regions}"


def _own_plans(scope: Scope) -> str:
    return f"SELECT * FROM {{table}} WHERE plan_id IN {scope.plans}"


def _parts_of_own_plans(scope: Scope) -> str:
    """A row without a region speaks of the plan as a whole."""
    own = f"region_code IS NULL OR region_code = '' OR region_code IN {scope.regions}"
    return f"SELECT * FROM {{table}} WHERE plan_id IN {scope.plans} AND ({own})"


def _plans_in_print(scope: Scope) -> str:
    """A plan's own words and bounds are a public document; what was computed of it is in other relations."""
    return f"SELECT * FROM {{table}} WHERE plan_id IN {scope.plans} OR plan_id IN {scope.plans_above}"


def _published_returns(scope: Scope) -> str:
    """Own returns, and those of the regions above that a publisher printed."""
    printed = "SELECT file_id FROM mart_files WHERE is_published"
    return (
        f"{_without_places(scope)} WHERE region_code IN {scope.regions} "
        f"OR (region_code IN {scope.above} AND file_id IN ({printed}))"
    )


def _printed_figures(scope: Scope) -> str:
    """What the plans above print, without what all districts' records add up to."""
    own = f"plan_id IN {scope.plans}"
    hidden = ("computed_value", "agrees")
    replaced = ", ".join(f"CASE WHEN {own} THEN {name} END AS {name}" for name in hidden)
    return (
        f"SELECT * REPLACE ({replaced}) FROM {{table}} "
        f"WHERE {own} OR (plan_id IN {scope.plans_above} AND published_value IS NOT NULL)"
    )


def _files_in_part(scope: Scope) -> str:
    """Files that hold a row one may see; counts and remarks of a file that holds others' rows too would tell theirs."""
    mine = f"SELECT file_id FROM mart_file_regions WHERE region_code IN {scope.regions}"
    others = f"SELECT file_id FROM ({SPEAKING}) WHERE region_code NOT IN {scope.regions}"
    printed = f"is_published AND file_id IN (SELECT file_id FROM mart_file_regions WHERE region_code IN {scope.above})"
    counts = ("records", "accepted", "rejected", "sha256", "remarks")
    replaced = ", ".join(f"CASE WHEN file_id NOT IN ({others}) THEN {name} END AS {name}" for name in counts)
    return f"SELECT * REPLACE ({replaced}) FROM {{table}} WHERE file_id IN ({mine}) OR ({printed})"


Rule = Callable[[Scope], str]
# Every relation that a build may hold. A relation that is not named here shows a restricted principal nothing.
RULES: dict[str, Rule] = {
    # Code lists, definitions, and evidence on series that are no office's own.
    "core_regions__ancestors": _everything,
    "mart_regions": _everything,
    "mart_sectors": _everything,
    "mart_hazards": _everything,
    "mart_grades": _everything,
    "mart_codes": _everything,
    "assess_indicators": _everything,
    "assess_preferred_sources": _everything,
    "forecast_reliability": _everything,
    "forecast_skill": _everything,
    # Whole-office counts, rows that were not understood and may speak of any region, and places inside files.
    "mart_check_results": _nothing,
    "mart_rejects": _nothing,
    "core_accidents__intervals": _nothing,
    "core_disasters__intervals": _nothing,
    "core_inspections__intervals": _nothing,
    "core_statistics__intervals": _nothing,
    "core_statistics__doubted": _nothing,
    "core_training__intervals": _nothing,
    "core_accidents__strays": _nothing,
    "core_disasters__strays": _nothing,
    "core_inspections__strays": _nothing,
    "core_training__strays": _nothing,
    "core_accidents__resent": _nothing,
    "core_disasters__resent": _nothing,
    "core_inspections__resent": _nothing,
    "core_training__resent": _nothing,
    # Records and what is counted from them.
    "core_reports__received": _own_regions,
    "core_accidents__deltas": _own_regions,
    "core_accidents__versions": _own_records,
    "core_disasters__deltas": _own_regions,
    "core_disasters__versions": _own_records,
    "core_inspections__deltas": _own_regions,
    "core_inspections__versions": _own_records,
    "core_training__deltas": _own_regions,
    "core_measures__unknown": _own_regions,
    "core_training__versions": _own_records,
    "core_statistics__versions": _published_returns,
    "mart_statistics": _published_returns,
    "mart_blank_records": _own_blanks,
    "mart_disaster_events": _own_records,
    "mart_file_regions": _own_regions,
    "mart_files": _files_in_part,
    "mart_measure_deltas": _own_regions,
    "mart_measure_quarters": _own_regions,
    "mart_reconciliation": _printed_figures,
    "mart_reporting_status": _own_regions,
    # Plans in print, and what was computed of them.
    "assess_plans": _plans_in_print,
    "assess_targets": _plans_in_print,
    "assess_as_of_dates": _own_plans,
    "assess_assessments": _own_plans,
    "assess_breaks": _own_plans,
    "assess_contributions": _own_plans,
    "assess_control_figures": _parts_of_own_plans,
    "assess_control_spans": _parts_of_own_plans,
    "assess_doubts": _own_plans,
    "assess_months": _own_plans,
    "assess_path": _own_plans,
    "assess_regions": _parts_of_own_plans,
    "assess_tests": _parts_of_own_plans,
    "assess_watched": _own_plans,
    "assess_years": _own_plans,
    "forecast_backtests": _own_regions,
    "forecast_binding": _own_plans,
    "forecast_changes": _own_plans,
    "forecast_choices": _own_regions,
    "forecast_completeness": _own_plans,
    "forecast_control_figures": _parts_of_own_plans,
    "forecast_control_spans": _parts_of_own_plans,
    "forecast_driver_paths": _own_plans,
    "forecast_evidence": _own_plans,
    "forecast_fans": _own_plans,
    "forecast_probabilities": _own_plans,
    "forecast_recipes": _own_plans,
    "forecast_sector_shares": _own_plans,
}
PUBLIC = frozenset(name for name, rule in RULES.items() if rule is _everything)


def visible(name: str, known: Collection[str], principal: Principal) -> str:
    """The SELECT that leaves of one relation what a restricted principal may see.

    Args:
        name: Relation of the build.
        known: All relations of the build; without `assess_plans` nobody has a plan.
        principal: Who asks; `regions` must not be None.
    """
    codes = ", ".join(literal(code) for code in sorted(principal.regions or ())) or "NULL"
    regions = f"(SELECT region_code FROM core_regions__ancestors WHERE ancestor_code IN ({codes}))"
    above = (
        f"(SELECT ancestor_code FROM core_regions__ancestors WHERE region_code IN ({codes}) "
        f"AND ancestor_code NOT IN {regions})"
    )
    has_plans = "assess_plans" in known
    plans, plans_above = (
        f"(SELECT plan_id FROM assess_plans WHERE region_code IN {places})" if has_plans else "(NULL)"
        for places in (regions, above)
    )
    rule = RULES.get(name, _nothing)
    return rule(Scope(regions, above, plans, plans_above)).replace("{table}", quoted(name))


def own_regions(ancestors: Collection[Mapping[str, str]], principal: Principal) -> frozenset[str] | None:
    """Codes of a principal's regions and of all below them; None means all.

    Args:
        ancestors: Rows of `core_regions__ancestors`.
        principal: Who asks.
    """
    if principal.regions is None:
        return None
    return frozenset(row["region_code"] for row in ancestors if row["ancestor_code"] in principal.regions)


@functools.lru_cache(maxsize=512)
def guarded(sql: str, known: frozenset[str]) -> tuple[str, frozenset[str]]:
    """A restricted principal's query, once it is sure that it names only the relations of the build.

    Returns:
        The query as the parser understood it, so that the database cannot understand it otherwise, and the relations
        that it reads.

    Raises:
        PipelineError: `query_refused`, with the reason.
    """
    import sqlglot  # only here: it takes a third of a second, and whoever sees all regions never needs it
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        statements = [tree for tree in sqlglot.parse(sql, read="duckdb") if tree is not None]
    except SqlglotError as fault:
        raise PipelineError("query_refused", reason=str(fault)) from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise PipelineError("query_refused", reason="SELECT")
    tree = statements[0]
    own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    read = set()
    for table in tree.find_all(exp.Table):
        name = table.name.lower()
        if table.db or not isinstance(table.this, exp.Identifier) or name not in own | known:
            raise PipelineError("query_refused", reason=table.sql(dialect="duckdb"))
        if name in known:
            read.add(name)
    return tree.sql(dialect="duckdb"), frozenset(read)
