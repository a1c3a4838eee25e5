"""Who may see which regions, and how a query of theirs is kept within them."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from pipelines.engine import fetch, literal, quoted
from pipelines.errors import PipelineError
from pipelines.manifest import DATABASE_NAME
from pipelines.settings import Settings

# Relations without a region in them that everybody may read: code lists, definitions, and counts of the checks.
PUBLIC = frozenset(
    {
        "core_regions__ancestors",
        "mart_regions",
        "mart_sectors",
        "mart_hazards",
        "mart_grades",
        "mart_codes",
        "mart_check_results",
        "assess_indicators",
        "forecast_reliability",
        "forecast_skill",
    }
)


# Whole names, because `main` alone would find the temporary views themselves.
_BUILD = f"{Path(DATABASE_NAME).stem}.main"


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


def region_filters(columns: Mapping[str, Collection[str]], principal: Principal) -> dict[str, str]:
    """For every relation of a build the SELECT that leaves the rows of a principal's regions.

    A relation that nobody declared public and that names neither region, nor plan, nor file, shows nothing.

    Returns:
        SELECT by relation.
    """
    codes = ", ".join(literal(code) for code in sorted(principal.regions or ())) or "NULL"
    regions = f"(SELECT region_code FROM {_BUILD}.core_regions__ancestors WHERE ancestor_code IN ({codes}))"
    plans = f"(SELECT plan_id FROM {_BUILD}.assess_plans WHERE region_code IN {regions})"
    files = f"(SELECT file_id FROM {_BUILD}.mart_file_regions WHERE region_code IN {regions})"
    return {
        name: f"SELECT * FROM {_BUILD}.{quoted(name)} WHERE "
        + _condition(name, has, regions, plans if "assess_plans" in columns else "(NULL)", files)
        for name, has in columns.items()
    }


def _condition(name: str, has: Collection[str], regions: str, plans: str, files: str) -> str:
    if name in PUBLIC:
        return "TRUE"
    if name == "mart_rejects":
        return "FALSE"  # a line that was not understood may speak of any region
    conditions = []
    if "region_code" in has:
        # Tests and control figures of a plan as a whole name no region; the plan decides there.
        empty = "region_code IS NULL OR region_code = '' OR " if "plan_id" in has else ""
        conditions.append(f"({empty}region_code IN {regions})")
    if "plan_id" in has:
        conditions.append(f"plan_id IN {plans}")
    if not conditions and "file_id" in has:
        conditions.append(f"file_id IN {files}")
    return " AND ".join(conditions) or "FALSE"


@functools.lru_cache(maxsize=512)
def guarded(sql: str, known: frozenset[str]) -> str:
    """A restricted principal's query, once it is sure that it names only the relations of the build.

    Returns:
        The query as the parser understood it, so that the database cannot understand it otherwise.

    Raises:
        PipelineError: `query_refused`, with the reason.
    """
    try:
        statements = [tree for tree in sqlglot.parse(sql, read="duckdb") if tree is not None]
    except SqlglotError as fault:
        raise PipelineError("query_refused", reason=str(fault)) from None
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        raise PipelineError("query_refused", reason="SELECT")
    tree = statements[0]
    own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.db or not isinstance(table.this, exp.Identifier) or table.name.lower() not in own | known:
            raise PipelineError("query_refused", reason=table.sql(dialect="duckdb"))
    return tree.sql(dialect="duckdb")
