"""The other side of the pipe: a Spark session that does what the build asks, one line of JSON after another.

This file runs in an environment of its own, which holds pyspark and nothing else of the product, so it may import only
the standard library and pyspark. It knows no model: it reads Parquet, runs SQL that was written for Spark, and writes
Parquet. No Python runs on the executors, so a cluster needs nothing of ours installed.

    worker.py '{"master": "local[2]", "config": {"spark.driver.memory": "1g"}}'

A line in is `{"do": "parquet" | "view" | "table" | "rows" | "drop" | "stop", …}`; a line out is `{"ok": …}` or
`{"error": class, "message": text}`.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from datetime import date, datetime

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

MESSAGE_LENGTH = 2000


def main() -> int:
    """Start Spark, then answer line by line until told to stop; without a parent the process ends at once."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else writes to standard output must not mix with the answers
    said = json.loads(sys.argv[1])
    lines: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(lines,), daemon=True).start()
    try:
        session = _session(said["master"], said["config"])
    except Exception as fault:  # noqa: BLE001 - whatever kept Spark from starting is told, and ends the process
        _answer(answers, _failure(fault))
        return 1
    _answer(answers, {"ok": session.version})
    while True:
        asked = json.loads(lines.get())
        if asked["do"] == "stop":
            session.stop()
            _answer(answers, {"ok": True})
            return 0
        try:
            done = _ORDERS[asked["do"]](session, asked)
        except (PySparkException, Py4JError) as fault:
            _answer(answers, _failure(fault))
        else:
            _answer(answers, {"ok": done})


def _listen(lines: queue.Queue[str]) -> None:
    for line in sys.stdin:
        lines.put(line)
    os._exit(3)  # the build is gone, perhaps killed: a query that nobody waits for must not go on


def _session(master: str, config: dict[str, str]) -> SparkSession:
    builder = SparkSession.builder.master(master).appName("anlan")
    for name, value in config.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _parquet(session: SparkSession, asked: dict) -> int:
    """Make files readable as one relation; columns that a file does not have are NULL, other columns are left out."""
    schema = ", ".join(f"`{name}` {kind}" for name, kind in asked["columns"].items())
    if asked["files"]:
        # Without this option Spark would take brackets and stars in a folder's name for patterns.
        found = session.read.option("__globPaths__", "false").schema(schema).parquet(*asked["files"])
    else:
        empty = ", ".join(f"CAST(NULL AS {kind}) AS `{name}`" for name, kind in asked["columns"].items())
        found = session.sql(f"SELECT {empty} WHERE FALSE")
    found.createOrReplaceTempView(asked["name"])
    return len(asked["files"])


def _view(session: SparkSession, asked: dict) -> int:
    session.sql(asked["sql"]).createOrReplaceTempView(asked["name"])
    return 0


def _table(session: SparkSession, asked: dict) -> int:
    """Write the rows of a query as Parquet and read that from now on, so that nothing is computed twice."""
    made: DataFrame = session.sql(asked["sql"])
    made.write.mode("overwrite").option("compression", "zstd").parquet(asked["folder"])
    written = session.read.option("__globPaths__", "false").schema(made.schema).parquet(asked["folder"])
    written.createOrReplaceTempView(asked["name"])
    return 0


def _rows(session: SparkSession, asked: dict) -> list[dict]:
    return [
        {name: _plain(value) for name, value in row.asDict().items()} for row in session.sql(asked["sql"]).collect()
    ]


def _drop(session: SparkSession, asked: dict) -> bool:
    return session.catalog.dropTempView(asked["name"])


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return {"timestamp": value.isoformat(sep=" ")}
    return {"date": value.isoformat()} if isinstance(value, date) else value


_ORDERS = {"parquet": _parquet, "view": _view, "table": _table, "rows": _rows, "drop": _drop}


def _failure(fault: Exception) -> dict[str, str]:
    return {"error": type(fault).__name__, "message": str(fault)[:MESSAGE_LENGTH]}


def _answer(answers: object, said: dict) -> None:
    answers.write(json.dumps(said, ensure_ascii=False) + "\n")
    answers.flush()


if __name__ == "__main__":
    sys.exit(main())
