"""Two databases, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipelines.engine import DuckDBEngine, literal, quoted
from pipelines.model_files import Model

CLOSE = 1e-12  # relative; for columns that a model's header names as approximate


def differences(one: Path, other: Path, models: Iterable[Model]) -> list[str]:
    """Every table that is not the same in both: columns, types, and rows as bags; approximate columns within `CLOSE`.

    Args:
        one: A database file that nobody has open.
        other: Likewise.
        models: Those that are kept are compared.
    """
    found = []
    with DuckDBEngine(Path(":memory:")) as engine:
        for name, path in (("one", one), ("other", other)):
            engine.connection.execute(f"ATTACH {literal(path.as_posix())} AS {name} (READ_ONLY)")
        for model in models:
            if model.is_kept:
                found += [f"{model.name}: {fault}" for fault in _table(engine, model)]
    return found


def rows_in(path: Path, models: Iterable[Model]) -> dict[str, int]:
    """How many rows each kept table has, so that a comparison of nothing is seen."""
    with DuckDBEngine(Path(":memory:")) as engine:
        engine.connection.execute(f"ATTACH {literal(path.as_posix())} AS one (READ_ONLY)")
        kept = [model.name for model in models if model.is_kept]
        return {name: engine.rows(f"SELECT COUNT(*) AS n FROM one.{quoted(name)}")[0]["n"] for name in kept}


def _table(engine: DuckDBEngine, model: Model) -> list[str]:
    types = [engine.columns(f"SELECT * FROM {name}.{quoted(model.name)}") for name in ("one", "other")]
    if types[0] != types[1]:
        return [f"columns differ: {sorted(set(types[0].items()) ^ set(types[1].items()))}"]
    exact = ", ".join(quoted(column) for column in types[0] if column not in model.approximate)
    said = []
    tables = {name: f"{name}.{quoted(model.name)}" for name in ("one", "other")}
    for left, right in (("one", "other"), ("other", "one")):
        only = engine.rows(f"SELECT {exact} FROM {tables[left]} EXCEPT ALL SELECT {exact} FROM {tables[right]}")
        said += [f"only in {left}: {row}" for row in only[:3]]
    grain = " AND ".join(f"a.{quoted(column)} = b.{quoted(column)}" for column in model.grain)
    for column in map(quoted, model.approximate):
        far = engine.rows(
            f"SELECT a.{column} AS one, b.{column} AS other FROM {tables['one']} AS a "
            f"JOIN {tables['other']} AS b ON {grain} WHERE (a.{column} IS NULL) <> (b.{column} IS NULL) "
            f"OR abs(a.{column} - b.{column}) > {CLOSE} * abs(a.{column})"
        )
        said += [f"{column} is far apart: {row}" for row in far[:3]]
    return said
