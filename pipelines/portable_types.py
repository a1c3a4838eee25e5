"""The rules of the portable subset that need to know types: what each expression of each model is, and what that bars.

The columns of every relation are DuckDB's own (`model_types`); sqlglot carries them into the expressions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from pipelines.errors import PipelineError
from pipelines.model_files import Model
from pipelines.model_types import column_types
from pipelines.portable import TYPES

Schema = Mapping[str, Mapping[str, str]]

_FAMILIES = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INT", "UINT", "BIGINT", "UBIGINT", "INT128"), "whole number"),
    **dict.fromkeys(("DOUBLE", "FLOAT", "DECIMAL"), "number"),
    **dict.fromkeys(("VARCHAR", "TEXT", "CHAR"), "text"),
    "BOOLEAN": "truth value",
    "DATE": "date",
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMPNTZ", "DATETIME"), "time"),
}
_NUMBERS = ("whole number", "number")
_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Nullif)


def require_portable(models: Iterable[Model]) -> None:
    """Refuse models whose meaning depends on the engine, by the types that they work on.

    Args:
        models: In order.

    Raises:
        PipelineError: `model_rules`, with all faults of all models.
    """
    models = list(models)
    types = column_types(models)
    rows = [f"{model.name}: {fault}" for model in models for fault in lint_types(model, types)]
    if rows:
        raise PipelineError("model_rules", where="pipelines/models", rows=rows, exit_code=1, n=len(rows))


def lint_types(model: Model, types: Schema) -> Iterator[str]:
    """Faults of one model, in words.

    Args:
        model: Its SQL has passed `portable.lint`.
        types: Columns and types of everything that it reads, and of itself.
    """
    known = {name: dict(types[name]) for name in model.reads}
    try:
        tree = annotate_types(qualify(_parsed(model.sql), schema=known, dialect="duckdb"), known, dialect="duckdb")
    except SqlglotError as fault:
        yield f"its columns cannot be followed: {' '.join(str(fault).split())[:120]}"
        return
    sums = False
    for node in tree.walk():
        for rule in _RULES:
            if fault := rule(node):
                yield f"{fault}: {node.sql(dialect='duckdb')[:80]}"
        sums = sums or (isinstance(node, exp.Sum | exp.Avg) and _family(node.this) == "number")
    if sums and not model.approximate and model.is_kept:
        yield "a sum of DOUBLE depends on the order of the rows: sum whole numbers, or name the columns as approximate"
    for column in model.approximate:
        if types[model.name].get(column) != "DOUBLE":
            yield f"approximate names {column}, which is no DOUBLE"
    if model.is_kept:
        for column, kind in types[model.name].items():
            if kind not in TYPES and kind != "INTEGER":
                yield f"{column} is {kind}: cast it to a type that both engines have"


def _parsed(sql: str) -> exp.Expression:
    return sqlglot.parse_one(sql, read="duckdb")


def _family(node: exp.Expression | None) -> str:
    """Family of an expression's type; empty where it is not known or NULL."""
    kind = node.type.this.name if node is not None and node.type is not None else ""
    return _FAMILIES.get(kind, "")


def _differ(nodes: Iterable[exp.Expression | None]) -> str:
    families = {family for family in map(_family, nodes) if family}
    if len(families - set(_NUMBERS)) + bool(families & set(_NUMBERS)) > 1:
        return " and ".join(sorted(families))
    return ""


def _mixed(node: exp.Expression) -> str:
    if isinstance(node, _COMPARED):
        sides: list[exp.Expression | None] = [node.this, node.expression]
    elif isinstance(node, exp.In):
        sides = [node.this, *node.expressions]
    elif isinstance(node, exp.Between):
        sides = [node.this, node.args["low"], node.args["high"]]
    elif isinstance(node, exp.Coalesce):
        sides = [node.this, *node.expressions]
    elif isinstance(node, exp.Case):
        sides = [*(branch.args["true"] for branch in node.args["ifs"]), node.args.get("default")]
    else:
        return ""
    found = _differ(sides)
    return f"{found} meet, and each engine turns one into the other in its own way; write the cast" if found else ""


def _union(node: exp.Expression) -> str:
    if not isinstance(node, exp.Union):
        return ""
    pairs = zip(node.left.selects, node.right.selects, strict=False)
    found = next((told for told in map(_differ, pairs) if told), "")
    return f"{found} meet in one column of a UNION" if found else ""


def _cast(node: exp.Expression) -> str:
    if type(node) is not exp.Cast:
        return ""
    given, wanted = _family(node.this), _FAMILIES.get(node.to.this.name, "")
    is_date = isinstance(node.this, exp.Literal) and re.fullmatch(r"\d{4}-\d\d-\d\d", node.this.name)
    if given == "text" and wanted != "text" and not (wanted == "date" and is_date):
        return "text is read when it lands, by the contract, and not by a cast"
    if given == "number" and wanted == "whole number":
        return "one engine rounds and the other cuts off"
    if wanted == "text" and given not in ("text", "whole number", "date", ""):
        return f"a {given} is written differently by each engine"
    if given and (given == "truth value") != (wanted == "truth value"):
        return "write CASE WHEN, not a cast to or from a truth value"
    return ""


def _arithmetic(node: exp.Expression) -> str:
    if not isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div | exp.Neg):
        return ""
    if isinstance(node.expression, exp.Interval):
        return "" if _family(node.this) in ("date", "") else "shift dates, not times"
    odd = [family for family in (_family(node.this), _family(node.expression)) if family not in ("", *_NUMBERS)]
    return f"no arithmetic with a {odd[0]}: dates apart are days here and an interval there" if odd else ""


def _summed(node: exp.Expression) -> str:
    is_odd = isinstance(node, exp.Sum | exp.Avg) and _family(node.this) not in ("", *_NUMBERS)
    return "sums are of numbers: write SUM(CASE WHEN … THEN 1 ELSE 0 END)" if is_odd else ""


_RULES = (_mixed, _union, _cast, _arithmetic, _summed)
