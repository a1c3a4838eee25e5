"""One model, two dialects: the SQL of a model file, written for Spark."""

from __future__ import annotations

import functools

import sqlglot
from sqlglot.errors import ErrorLevel

# DuckDB's types as Spark names them. A time of ours has no zone; Spark's TIMESTAMP has one.
TYPES = {
    "VARCHAR": "STRING",
    "BIGINT": "BIGINT",
    "INTEGER": "INT",
    "DOUBLE": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMP_NTZ",
}


@functools.lru_cache(maxsize=512)
def to_spark(sql: str) -> str:
    """A query in DuckDB's words as Spark says it.

    Every name is quoted, since Spark reserves words that DuckDB does not; comments are left out, since a comment may
    hold the sign that ends one. The order of NULLs is written into every ORDER BY: the two engines differ in it.

    >>> to_spark("SELECT list FROM t ORDER BY list")
    'SELECT `list` FROM `t` ORDER BY `list` NULLS LAST'
    """
    return sqlglot.transpile(
        sql, read="duckdb", write="spark", identify=True, comments=False, unsupported_level=ErrorLevel.RAISE
    )[0]
