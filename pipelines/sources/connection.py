"""The DuckDB connection on which files are landed: in memory, bounded, and without any extension."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator

import duckdb

from pipelines.errors import PipelineError
from pipelines.settings import Settings

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}


def memory_for_landing(limit: str) -> int:
    """Bytes that DuckDB may take while landing: two thirds of the limit, for Python, buffers and the writer need some.

    >>> memory_for_landing("3GB")
    2000000000
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?i?)b?\s*", limit, re.IGNORECASE)
    if not found or found[2].lower() not in _UNITS:
        raise PipelineError("settings_invalid", where="anlan.toml", rows=[f"build.memory_limit: {limit}"], n=1)
    return int(float(found[1]) * _UNITS[found[2].lower()] * 2 / 3)


@contextlib.contextmanager
def landing_connection(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory that may spill to a folder of its own, and loads no extension."""
    warehouse = settings.path("warehouse")
    warehouse.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".landing-", dir=warehouse) as spill:
        con = duckdb.connect(
            config={
                "threads": str(settings.build.threads),
                "memory_limit": f"{memory_for_landing(settings.build.memory_limit)}B",
                "temp_directory": spill,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
        )
        try:
            yield con
        finally:
            con.close()
