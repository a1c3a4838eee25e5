"""Which parts of a former build's tables new files touch, and how only these parts are made anew.

A model says in its header by which columns its rows fall apart (`part:`). What a new, changed or withdrawn file touches
is followed from relation to relation as a small table of the parts' columns, of the rows that go and of those that
come; the model's own SELECT then runs over the rows of these parts alone. What cannot be followed is made whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import duckdb

from pipelines.engine import DuckDBEngine, literal, quoted
from pipelines.inputs import Inputs
from pipelines.manifest import Manifest
from pipelines.model_files import Model
from pipelines.relations import RECORD_KINDS

# Every column by which any model's rows fall apart.
PART_COLUMNS = ("file_id", "source", "record_id", "region_code", "month")
# What it says of a file changes only where the file is landed anew, and that is followed from the file's rows.
TOLD_OF_FILES = ("src_uncounted",)
# Above this share of a kind's rows a table is made whole: following the parts would cost more.
LARGEST_SHARE = 0.5
# Above this share of rows that were deleted and still take room a build begins with an empty file.
LARGEST_DEAD_SHARE = 0.25
# Rows of a table that was made whole, up to which it is compared with the former one.
COMPARED_AT_MOST = 1_000_000


@dataclass(frozen=True)
class Touched:
    """What changed in a relation.

    Attributes:
        table: Temporary table of the parts' columns of every row that is gone or new; empty where anything may have
            changed.
        columns: Its columns.
    """

    table: str = ""
    columns: frozenset[str] = frozenset()


WHOLE = Touched()


@dataclass
class Renewal:
    """What changed since the former build, relation by relation; a relation that is not in `touched` did not change.

    Args:
        engine: Has the copy of the former build open.
        former: The manifest of that build.
        inputs: What this build reads.
        watched: Tables of which the rows before and after are kept, as `before__<table>` and `after__<table>`.
    """

    engine: DuckDBEngine
    former: Manifest
    inputs: Inputs
    watched: Collection[str] = ()
    touched: dict[str, Touched] = field(default_factory=dict)
    compared: set[str] = field(default_factory=set)
    _columns: dict[str, frozenset[str]] = field(default_factory=dict)
    _narrowed: dict[str, tuple[str, str]] = field(default_factory=dict)
    _known_keys: dict[tuple[tuple[str, ...], frozenset[str]], str] = field(default_factory=dict)
    _origins: dict[tuple[str, tuple[str, ...]], frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, fingerprint in self.inputs.fingerprints.items():
            if self.former.models.get(name) != fingerprint and name not in TOLD_OF_FILES:
                self.touched[name] = WHOLE

    def stage(self, model: Model) -> None:
        """Find what the files that came, went or changed touch in a staging view, which must be there already."""
        kind = model.name.removeprefix("stg_")
        changed = {name for name in model.reads if name in self.touched}
        if not changed:
            return
        self.touched[model.name] = WHOLE
        if model.name == "stg_rejects":
            self._stage_rejects(model.name)
            return
        kept = [f"core_{kind}__intervals", f"core_{kind}__versions"]
        is_known = kind in RECORD_KINDS and changed <= {f"src_{kind}", f"src_{kind}__files"}
        tables = set(self.engine.tables())
        if not is_known or not set(kept) <= tables:
            return
        files = changed_files(self.inputs, self.former, kind)
        if not files:
            return
        listed = ", ".join(map(literal, sorted(files)))
        strays = {f"core_{kind}__strays"} & tables  # returns have none
        columns = "file_id, source, record_id, region_code"
        # Rows of a file that is gone are found where they went; one that left none, such as a zero return, by its id.
        found = [f"SELECT {columns} FROM {name} WHERE file_id IN ({listed})" for name in (model.name, *kept, *strays)]
        alone = f"SELECT unnest([{listed}]) AS file_id, NULL AS source, NULL AS record_id, NULL AS region_code"
        self._note(model.name, " UNION ".join([*found, alone]), columns.split(", "))

    def _stage_rejects(self, name: str) -> None:
        """Find the records of rejected rows that came or went: a row may go because it came back mended."""
        columns = "file_id, kind, source, record_id"
        now, before = (f"SELECT DISTINCT {columns} FROM {rows}" for rows in (name, "mart_rejects"))
        if "mart_rejects" in self.engine.tables():
            self._note(name, f"({now} EXCEPT {before}) UNION ALL ({before} EXCEPT {now})", columns.split(", "))

    def can_renew(self, model: Model) -> bool:
        """Whether every change in what a model reads can be followed to parts of it."""
        part = frozenset(model.part)
        changes = [self.touched[name] for name in model.reads if name in self.touched]
        return bool(part and changes) and all(change.table and part <= change.columns for change in changes)

    def renew(self, model: Model) -> str:
        """Make the touched parts of a table anew.

        Returns:
            Name of the temporary table of the rows that came; it lives until the next call.
        """
        run, name = self.engine.connection.execute, model.name
        keys = self._keys(model)
        run(f"CREATE OR REPLACE TEMP TABLE fresh AS {self.narrowed(model, keys)}")
        columns = "m.*" if name in self.watched else ", ".join(f"m.{column}" for column in self._tracked(name))
        run(
            f"CREATE OR REPLACE TEMP TABLE gone AS SELECT m.rowid AS row_number_of_table, {columns} "
            f"FROM {name} AS m SEMI JOIN {keys} AS k ON {_same(model.part)}"
        )
        tracked = ", ".join(self._tracked(name))
        self._note(name, f"SELECT {tracked} FROM gone UNION SELECT {tracked} FROM fresh", self._tracked(name))
        self._origins[self.touched[name].table, model.part] = self._sources(model)
        if name in self.watched:
            run(f"CREATE OR REPLACE TEMP TABLE before__{name} AS SELECT * EXCLUDE (row_number_of_table) FROM gone")
            run(f"CREATE OR REPLACE TEMP TABLE after__{name} AS SELECT * FROM fresh")
            self.compared.add(name)
        run(f"DELETE FROM {name} WHERE rowid IN (SELECT row_number_of_table FROM gone)")
        run(f"INSERT INTO {name} BY NAME SELECT * FROM fresh")
        run("DROP TABLE gone")
        return "fresh"

    def before_whole(self, model: Model) -> None:
        """Note that a table is about to be made whole; of a watched one the former rows are kept."""
        name = model.name
        self.touched[name] = WHOLE
        if name not in self.watched or name not in self.engine.tables():
            return
        # To compare a large table row by row would cost more than to assess every date anew.
        if self.engine.rows(f"SELECT COUNT(*) AS n FROM {name}")[0]["n"] <= COMPARED_AT_MOST:
            self.engine.connection.execute(f"CREATE OR REPLACE TEMP TABLE before__{name} AS SELECT * FROM {name}")
            self.engine.connection.execute(f"CREATE OR REPLACE TEMP VIEW after__{name} AS SELECT * FROM {name}")
            self.compared.add(name)

    def compared_to(self, former: Manifest, prints: Mapping[str, str]) -> frozenset[str] | None:
        """The watched tables that changed and whose rows before and after are there; None where some are not."""
        changed = {name for name in self.watched if former.models.get(name) != prints[name]}
        return frozenset(self.compared) if changed <= self.compared else None

    def narrowed_check(self, check: Model) -> str:
        """The SELECT of a check over the touched parts alone: the others passed in the former build."""
        return self.narrowed(check, self._keys(check))

    def narrowed(self, model: Model, keys: str) -> str:
        """A model's SELECT in which each relation that falls apart like it is cut down to the parts in `keys`."""
        sql = model.sql
        for name in model.reads:
            if frozenset(model.part) <= self._columns_of(name):
                self._cut_down(name, model.part, keys)
                sql = re.sub(rf"\b{name}\b", f"part_of__{name}", sql)
        return sql

    def _keys(self, model: Model) -> str:
        """A temporary table of the touched parts of a model; models with the same parts and sources have the same."""
        sources = self._sources(model)
        if (model.part, sources) not in self._known_keys:
            part = ", ".join(model.part)
            there = " AND ".join(f"{column} IS NOT NULL" for column in model.part)
            found = " UNION ".join(f"SELECT DISTINCT {part} FROM {table} WHERE {there}" for table in sorted(sources))
            keys = self._known_keys[model.part, sources] = f"keys__{len(self._known_keys)}"
            self.engine.connection.execute(f"CREATE OR REPLACE TEMP TABLE {keys} AS {found}")
        return self._known_keys[model.part, sources]

    def _sources(self, model: Model) -> frozenset[str]:
        """Tables of what is touched in the relations that a model reads.

        Without those of which the parts are among the others' anyway, being of tables that were renewed for these.
        """
        found = {self.touched[name].table for name in model.reads if name in self.touched}
        for table in sorted(found):
            origin = self._origins.get((table, model.part))
            if origin and origin <= found - {table}:
                found.remove(table)
        return frozenset(found)

    def _cut_down(self, name: str, part: Collection[str], keys: str) -> None:
        run = self.engine.connection.execute
        view = f"CREATE OR REPLACE TEMP VIEW part_of__{name} AS SELECT m.* FROM"
        if tuple(part) == ("file_id",):
            # Written out, the ids reach the statistics of the Parquet files, and most are not opened.
            files = [file_id for (file_id,) in run(f"SELECT file_id FROM {keys}").fetchall()]
            run(f"{view} {name} AS m WHERE file_id IN ({', '.join(map(literal, files)) or 'NULL'})")
            return
        wider = name
        if name.startswith("stg_"):
            # Reading the keys of all landed files is the dearest part of it, and is done once.
            wider, of_keys = self._narrowed.get(name, ("", ""))
            if not wider or (of_keys != keys and not self._holds(of_keys, keys, part)):
                wider, of_keys = f"rows_of__{name}_{keys}", keys
                rows = f"SELECT m.* FROM {name} AS m SEMI JOIN {keys} AS k ON {_same(part)}"
                run(f"CREATE OR REPLACE TEMP TABLE {wider} AS {rows}")
                self._narrowed[name] = wider, of_keys
            if of_keys == keys:
                run(f"{view} {wider} AS m")
                return
        run(f"{view} {wider} AS m SEMI JOIN {keys} AS k ON {_same(part)}")

    def _holds(self, wider: str, keys: str, part: Iterable[str]) -> bool:
        """Whether all of `keys` are among those of `wider`."""
        listed = ", ".join(part)
        more = f"SELECT 1 FROM (SELECT {listed} FROM {keys} EXCEPT SELECT {listed} FROM {wider}) LIMIT 1"
        return not self.engine.connection.execute(more).fetchall()

    def _note(self, name: str, select: str, columns: Iterable[str]) -> None:
        table = f"touched__{name}"
        self.engine.connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {select}")
        self.touched[name] = Touched(table, frozenset(columns))

    def _columns_of(self, name: str) -> frozenset[str]:
        if name not in self._columns:
            self._columns[name] = frozenset(row["column_name"] for row in self.engine.rows(f"DESCRIBE {quoted(name)}"))
        return self._columns[name]

    def _tracked(self, name: str) -> list[str]:
        return [column for column in PART_COLUMNS if column in self._columns_of(name)]


def changed_files(inputs: Inputs, former: Manifest, kind: str) -> set[str] | None:
    """Ids of the files of a kind that came, went or changed since a build; None where they are too many to follow."""
    now, before = inputs.file_prints[kind], former.files_landed.get(kind, {})
    changed = {file_id for file_id in {*now, *before} if now.get(file_id) != before.get(file_id)}
    rows = {row["file_id"]: row.get("accepted") or 0 for row in inputs.files if row["kind"] == kind}
    gone = changed - set(now)
    too_many_rows = sum(rows.get(file_id, 0) for file_id in changed) > LARGEST_SHARE * sum(rows.values())
    return None if too_many_rows or len(gone) > LARGEST_SHARE * len(before) else changed


def is_mostly_changed(inputs: Inputs, former: Manifest) -> bool:
    """Whether most rows are of kinds of which everything would be made whole.

    In a copy of the former build that would leave the room of the former tables empty, and the file twice as large.
    """
    rows = dict.fromkeys(RECORD_KINDS, 0)
    for row in inputs.files:
        rows[row["kind"]] += row.get("accepted") or 0
    whole = sum(n for kind, n in rows.items() if changed_files(inputs, former, kind) is None)
    return whole > LARGEST_SHARE * sum(rows.values())


def dead_share(connection: duckdb.DuckDBPyConnection) -> float:
    """Share of a database's rows that are deleted and still take room.

    DuckDB gives back the room of a deleted row only when all rows of its group are gone, and counts it in
    `estimated_size` until then.
    """
    sizes = connection.execute("SELECT table_name, estimated_size FROM duckdb_tables()").fetchall()
    counts = " UNION ALL ".join(f"SELECT COUNT(*) FROM {quoted(name)}" for name, _ in sizes)
    living = sum(n for (n,) in connection.execute(counts).fetchall()) if sizes else 0
    held = sum(size for _, size in sizes)
    return 1 - living / held if held else 0.0


def _same(part: Iterable[str]) -> str:
    return " AND ".join(f"m.{column} = k.{column}" for column in part)
