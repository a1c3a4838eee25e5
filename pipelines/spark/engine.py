"""Apache Spark as an engine of the build: the same models, in a process and an environment of its own.

pyspark must not meet our own libraries (it wants another pandas), so a worker runs in another environment and the two
talk over a pipe. What is large goes through Parquet files in a folder that both can reach.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipelines.engine import DuckDBEngine, Row, quoted
from pipelines.errors import PipelineError
from pipelines.model_files import Model
from pipelines.model_types import column_types
from pipelines.settings import Settings
from pipelines.spark.dialect import TYPES, to_spark
from pipelines.spark.environment import find_python, require_java, spark_variables

WORKER = Path(__file__).with_name("worker.py")
LOG = Path("logs/spark.log")
_STOP_SECONDS = 20

# The meaning of the models rests on these; an office cannot set them otherwise.
MEANING = {
    "spark.sql.ansi.enabled": "true",  # a bad cast and an overflow are faults, as on DuckDB, and never NULL
    "spark.sql.timestampType": "TIMESTAMP_NTZ",  # our times have no zone
    "spark.sql.session.timeZone": "UTC",  # a zone with summer time would move the hours that it skips
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",  # days before 1582 as they are
    "spark.sql.caseSensitive": "false",
}
# Nothing is fetched, shown or kept beside what the build asks for.
QUIET = {
    "spark.ui.enabled": "false",
    "spark.eventLog.enabled": "false",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.jars.packages": "",
}
# On one machine: loopback only, and no more tasks than it has cores.
LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
}


class SparkEngine:
    """A Spark session that a worker process holds open.

    Args:
        settings: Master, memory and further settings of Spark; limits of the DuckDB that writes small relations.
        folder: Where relations pass to Spark and tables come back; every machine of a cluster must reach it by this
            same name. Made when it is not there.

    Raises:
        PipelineError: No Java or one too old, no environment with pyspark, or Spark does not start.
    """

    dialect = "spark"

    def __init__(self, settings: Settings, folder: Path):
        variables = spark_variables()
        python = find_python(settings)
        require_java(variables)
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._tables: set[str] = set()
        self._is_waiting = False
        self._log_path = settings.root / LOG
        self._log_path.parent.mkdir(exist_ok=True)
        self._log = self._log_path.open("wb")
        self._scratch = DuckDBEngine(folder / "scratch.duckdb", memory_limit=settings.build.memory_limit, threads=1)
        asked = {"master": settings.spark.master, "config": spark_config(settings, folder)}
        if settings.spark.master.startswith("local"):
            variables["SPARK_LOCAL_IP"] = "127.0.0.1"
        self._worker = subprocess.Popen(
            [str(python), str(WORKER), json.dumps(asked)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, env=variables, cwd=folder,
            text=True, encoding="utf-8",
        )  # fmt: skip
        try:
            self.version = self._answer("spark_no_start", settings.spark.master)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> SparkEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def register_parquet(self, name: str, files: Sequence[Path], columns: Mapping[str, str]) -> None:
        """Make landed files readable as one view with the contract's types."""
        typed = {column: TYPES[kind] for column, kind in columns.items()}
        self._ask("parquet", name=name, files=[_address(file) for file in files], columns=typed)

    def register_rows(self, name: str, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
        """Make a short list of rows readable: DuckDB writes them as Parquet, so they are typed as it types them."""
        self._scratch.register_rows(name, rows, columns)
        if not self._scratch.rows(f"SELECT COUNT(*) AS n FROM {quoted(name)}")[0]["n"]:
            self.register_parquet(name, (), columns)
            return
        file = self.folder / "given" / f"{name}.parquet"
        file.parent.mkdir(exist_ok=True)
        self._scratch.write_parquet(f"SELECT * FROM {quoted(name)}", file)
        self.register_parquet(name, (file,), columns)

    def create_table(self, name: str, select: str) -> None:
        """Compute a table, keep it as Parquet in `folder`, and let later models read that."""
        self._ask("table", name=name, sql=to_spark(select), folder=_address(self._place(name)))
        self._tables.add(name)

    def create_view(self, name: str, select: str) -> None:
        """Make a relation that other models read and that nobody keeps."""
        self._ask("view", name=name, sql=to_spark(select))

    def rows(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """Answer a query in DuckDB's words, one dict a row; it takes no parameters."""
        if params:
            raise TypeError("a query of a model has no parameters")
        return [{name: _read(value) for name, value in row.items()} for row in self._ask("rows", sql=to_spark(sql))]

    def tables(self) -> list[str]:
        """Names of the tables made so far."""
        return sorted(self._tables)

    def drop_table(self, name: str) -> None:
        """Forget a table."""
        self._ask("drop", name=name)
        self._tables.discard(name)

    def bring_home(self, house: DuckDBEngine, models: Iterable[Model]) -> None:
        """Make every table that was made here a table of the build, with the very types that DuckDB gives it.

        Args:
            house: The build.
            models: All of them, in order.
        """
        types = column_types(models)
        for name in self.tables():
            files = sorted(self._place(name).glob("*.parquet"))
            house.register_parquet(f"from_spark_{name}", files, types[name])
            chosen = ", ".join(quoted(column) for column in types[name])
            house.create_table(name, f"SELECT {chosen} FROM {quoted(f'from_spark_{name}')}")

    def close(self) -> None:
        """End the session and the worker, whatever it is doing; twice does no harm."""
        if self._worker.poll() is None:
            try:
                if not self._is_waiting:
                    self._send({"do": "stop"})
                    self._worker.wait(timeout=_STOP_SECONDS)
            except (OSError, ValueError, subprocess.TimeoutExpired):
                pass  # it is ended below
            finally:
                self._worker.kill()
                self._worker.wait()
        for pipe in (self._worker.stdin, self._worker.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        self._scratch.close()
        self._log.close()

    def _place(self, name: str) -> Path:
        return self.folder / "tables" / name

    def _ask(self, order: str, **said: Any) -> Any:
        where = said.get("name", "")
        try:
            self._send({"do": order, **said})
        except (OSError, ValueError):
            raise self._gone(where) from None
        return self._answer("spark_query_failed", where)

    def _send(self, said: Mapping[str, Any]) -> None:
        self._worker.stdin.write(json.dumps(said, ensure_ascii=False) + "\n")
        self._worker.stdin.flush()

    def _answer(self, code: str, where: str) -> Any:
        self._is_waiting = True
        line = self._worker.stdout.readline()
        if not line:
            raise self._gone(where)
        self._is_waiting = False
        said = json.loads(line)
        if "error" in said:
            reason = " ".join(said["message"].split("\n\n")[0].split())
            raise PipelineError(code, where=where, reason=reason, kind=said["error"], log=LOG.as_posix(), exit_code=1)
        return said["ok"]

    def _gone(self, where: str) -> PipelineError:
        return PipelineError("spark_gone", where=where or "Spark", log=LOG.as_posix(), exit_code=1)


def spark_config(settings: Settings, folder: Path) -> dict[str, str]:
    """What Spark is told at its start: ours, then the office's own settings, then what the models rest on."""
    is_local = settings.spark.master.startswith("local")
    places = {
        "spark.local.dir": str(folder / "spill"),
        "spark.sql.warehouse.dir": _address(folder / "catalog"),
        "spark.driver.memory": settings.spark.driver_memory,
    }
    return {**QUIET, **(LOCAL if is_local else {}), **places, **settings.spark.config, **MEANING}


def _address(path: Path) -> str:
    """A path as Spark takes it: its own way of writing a URI, without escapes."""
    return f"file://{path.resolve().as_posix()}" if path.drive == "" else f"file:///{path.resolve().as_posix()}"


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return datetime.fromisoformat(value["timestamp"]) if "timestamp" in value else date.fromisoformat(value["date"])
    return value
