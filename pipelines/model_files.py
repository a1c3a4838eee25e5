"""The SQL files of `pipelines/models`: their headers, what they read, their order, and the rules they keep.

A file is a header of comments and one bare SELECT. The header states the grain and what is read; both are checked, the
second against the SQL, the first by the build. A file with KIND in its name is one model for each kind of record that
its header names in `kinds`: the same SELECT with the kind's name in the place of KIND, and a table of its own, so that
a new file of accidents makes nothing of the inspections anew. See `docs/models.md` for all of them.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from pipelines.errors import PipelineError, SeveralErrors

MODELS_FOLDER = Path(__file__).parent / "models"
PROOF = "proven.sha256"
KIND = "KIND"
LAYERS = {"staging": "stg_", "core": "core_", "marts": "mart_", "checks": "chk_"}
SEVERITIES = ("stop", "warn")
_FIELDS = ("kinds", "grain", "part", "approximate", "reads", "caveat", "severity", "tell")


@dataclass(frozen=True)
class Model:
    """One file of SQL.

    Attributes:
        name: Name of the relation that it makes, which is the file's name.
        layer: `staging`, `core`, `marts` or `checks`.
        summary: What a row is, in one sentence.
        grain: Columns that together are unique and never NULL; empty for a check.
        part: Columns by which the rows fall apart: those with one value of them depend only on rows with that value
            in the relations that have all of these columns. A build may then make only some parts anew. Empty where
            every row may depend on every other.
        approximate: Columns of DOUBLE whose last digits depend on the order in which the rows are summed.
        reads: Relations that it reads, sorted.
        caveats: What a reader must know before using it.
        severity: `stop` or `warn`, of a check.
        tell: Key of the sentence that a check says when it returns rows.
        sql: The bare SELECT.
    """

    name: str
    layer: str
    summary: str
    grain: tuple[str, ...]
    part: tuple[str, ...]
    approximate: tuple[str, ...]
    reads: tuple[str, ...]
    caveats: tuple[str, ...]
    severity: str
    tell: str
    sql: str

    @property
    def is_kept(self) -> bool:
        """Whether the build keeps its rows: staging is only read on the way."""
        return self.layer in ("core", "marts")


def load_models(folder: Path = MODELS_FOLDER, *, is_proven: bool = False) -> list[Model]:
    """Read every model and check, in an order in which each finds what it reads.

    Args:
        folder: Where the files are.
        is_proven: A build was published with these very files, or they are those that the product ships (`as_shipped`):
            the headers are believed and no SQL is parsed.

    Raises:
        PipelineError: A header is wrong, the SQL breaks a rule, or models read each other in a circle; all faults of
            all files together.
    """
    models: dict[str, Model] = {}
    faults: list[PipelineError] = []
    for layer in LAYERS:
        for file in sorted((folder / layer).glob("*.sql")):
            try:
                for name, text in _one_for_each_kind(file.read_text(encoding="utf-8"), file.stem, layer):
                    models[name] = read_model(text, name=name, layer=layer, file=file.stem, is_proven=is_proven)
            except PipelineError as fault:
                faults.append(fault)
    if faults:
        raise faults[0] if len(faults) == 1 else SeveralErrors(faults)
    return in_order(models.values())


def digest(folder: Path = MODELS_FOLDER) -> str:
    """Of every model and check, whatever the line ends of a checkout."""
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*.sql")):
        found.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_text(encoding="utf-8").encode())
    return found.hexdigest()


def as_shipped(folder: Path = MODELS_FOLDER) -> bool:
    """Whether the files are those of which `python -m pipelines.model_docs` wrote down that they keep every rule."""
    proof = folder / PROOF
    return proof.exists() and proof.read_text(encoding="utf-8").strip() == digest(folder)


def _one_for_each_kind(text: str, stem: str, layer: str) -> Iterator[tuple[str, str]]:
    """Names and texts of the models that a file makes: itself, or one for each kind that its header names."""
    if KIND not in stem:
        yield stem, text
        return
    kinds = re.findall(r"\w+", _header(text)[0].get("kinds", ""))
    if not kinds:
        raise _rules_broken(stem, layer, [f"a file with {KIND} in its name says in kinds which kinds it is for"])
    for kind in kinds:
        yield stem.replace(KIND, kind), text.replace(KIND, kind)


@functools.lru_cache(maxsize=256)
def read_model(text: str, *, name: str, layer: str, file: str = "", is_proven: bool = False) -> Model:
    """Take one model's text apart and hold it against the rules; the same text is parsed once in a process.

    With `is_proven` the rules are taken as kept and the SQL is not parsed. `file` is the name of the file that the text
    came from where that is not the model's own.

    Raises:
        PipelineError: `model_rules`, with one sentence per fault.
    """
    fields, sql = _header(text)
    stated = _names(fields.get("reads", ""))
    if not is_proven:
        faults = list(_faults(fields, sql, stated, name, layer))
        if faults:
            raise _rules_broken(file or name, layer, faults)
    summary = fields["summary"]
    return Model(
        name=name,
        layer=layer,
        summary=summary,
        grain=tuple(re.findall(r"\w+", fields.get("grain", "").split("  ")[0])),
        part=tuple(re.findall(r"\w+", fields.get("part", "").split("  ")[0])),
        approximate=tuple(re.findall(r"\w+", fields.get("approximate", "").split("  ")[0])),
        reads=tuple(stated),
        caveats=tuple(filter(None, (part.strip() for part in fields.get("caveat", "").split(";")))),
        severity=fields.get("severity", ""),
        tell=fields.get("tell", ""),
        sql=sql,
    )


def _faults(fields: Mapping[str, str], sql: str, stated: list[str], name: str, layer: str) -> Iterator[str]:
    """What is wrong with a header or breaks a rule of the SQL; `stated` is what the header says it reads."""
    # Only here: a build that renews proven tables does without sqlglot, which takes a quarter of its start.
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    from pipelines.portable import lint

    yield from _header_faults(fields, name, layer)
    try:
        statements = [tree for tree in sqlglot.parse(sql, read="duckdb") if tree is not None]
    except SqlglotError as fault:
        yield f"not readable as SQL: {fault}"
        return
    if len(statements) != 1 or not isinstance(statements[0], exp.Query):
        yield "must be one bare SELECT"
        return
    own = {cte.alias for cte in statements[0].find_all(exp.CTE)}
    reads = sorted({table.name for table in statements[0].find_all(exp.Table) if table.name} - own)
    if stated != reads:
        yield f"the header reads {', '.join(stated) or 'nothing'}; the SQL reads {', '.join(reads)}"
    yield from lint(statements[0])


def in_order(models: Iterable[Model]) -> list[Model]:
    """Models so that each stands after what it reads; ties by layer and name, so the order never changes by chance."""
    by_name = {model.name: model for model in models}
    sorter = TopologicalSorter({name: [r for r in model.reads if r in by_name] for name, model in by_name.items()})
    try:
        sorter.prepare()
    except CycleError as fault:
        raise PipelineError("models_in_a_circle", exit_code=1, circle=" → ".join(fault.args[1])) from None
    ordered: list[Model] = []
    layers = list(LAYERS)
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda name: (layers.index(by_name[name].layer), name))
        ordered += (by_name[name] for name in ready)
        sorter.done(*ready)
    return ordered


def fingerprints(models: Iterable[Model], inputs: Mapping[str, str]) -> dict[str, str]:
    """What each model's rows depend on: its SQL and the fingerprints of all that it reads.

    Args:
        models: In order.
        inputs: Fingerprint of each source relation.

    Returns:
        Fingerprint by model name; equal fingerprints mean equal rows.
    """
    known = dict(inputs)
    for model in models:
        parts = [model.sql, *(f"{name}={known.get(name, '')}" for name in model.reads)]
        known[model.name] = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    return {model.name: known[model.name] for model in models}


def _header(text: str) -> tuple[dict[str, str], str]:
    """Split a file into its header's fields and its SQL."""
    lines = text.splitlines()
    count = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    fields: dict[str, str] = {}
    current = ""
    for line in lines[:count]:
        said = line[2:].strip()
        key, colon, rest = said.partition(":")
        if "summary" not in fields:
            fields["name"], fields["summary"], current = key, rest.strip(), "summary"
        elif colon and key in _FIELDS and line.startswith("-- " + key):
            current = key
            fields[key] = rest.strip()
        else:
            fields[current] = f"{fields[current]} {said}"
    return fields, "\n".join(lines[count:]).strip().rstrip(";")


def _header_faults(fields: Mapping[str, str], name: str, layer: str) -> Iterator[str]:
    if fields.get("name") != name or not fields.get("summary"):
        yield f'the header begins with "-- {name}: <what a row is>"'
    if not name.startswith(LAYERS[layer]):
        yield f"names in {layer} begin with {LAYERS[layer]}"
    if layer == "checks":
        if fields.get("severity") not in SEVERITIES:
            yield "severity is stop or warn"
        if not fields.get("tell"):
            yield "tell names the sentence of the check"
    elif layer != "staging" and not fields.get("grain"):
        yield "grain is not stated"


def _names(text: str) -> list[str]:
    return sorted(re.findall(r"\w+", text.split("  ")[0]))


def _rules_broken(file: str, layer: str, faults: list[str]) -> PipelineError:
    where = f"pipelines/models/{layer}/{file}.sql"
    return PipelineError("model_rules", where=where, rows=faults, exit_code=1, n=len(faults))
