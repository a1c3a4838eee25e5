"""What type each column of each model has: DuckDB is asked, over relations without a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pipelines.engine import DuckDBEngine, quoted
from pipelines.model_files import Model
from pipelines.relations import SOURCE_RELATIONS


def column_types(models: Iterable[Model]) -> dict[str, Mapping[str, str]]:
    """Columns and types of the source relations and of all models, as DuckDB names the types.

    Args:
        models: In order.
    """
    types: dict[str, Mapping[str, str]] = dict(SOURCE_RELATIONS)
    with DuckDBEngine(Path(":memory:"), memory_limit="200MB", threads=1) as empty:
        for name, columns in SOURCE_RELATIONS.items():
            empty.register_parquet(name, (), columns)
        for model in models:
            empty.create_view(model.name, model.sql)
            types[model.name] = empty.columns(f"SELECT * FROM {quoted(model.name)}")
    return types
