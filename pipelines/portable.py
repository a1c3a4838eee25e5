"""The subset of SQL that means the same on DuckDB and on Spark: what a model may be made of, and what it may not.

Two engines that both accept a query may still answer it differently, so nothing is allowed because it was not thought
of: the kinds of node of the syntax tree that may occur are listed, and each of them was compared. The rules below them
say in words what is wrong with the rest. What needs to know the types of columns is in `portable_types.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

# Anything else is outside the subset.
ALLOWED = frozenset({
    exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.With, exp.CTE, exp.Subquery, exp.Union,
    exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier, exp.Star, exp.Distinct, exp.Literal,
    exp.Boolean, exp.Null, exp.Paren, exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Cast, exp.DataType,
    exp.Interval, exp.Var, exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE,
    exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is, exp.In, exp.Between, exp.Exists, exp.Add, exp.Sub, exp.Mul, exp.Div,
    exp.Neg, exp.Abs, exp.Concat, exp.Count, exp.Sum, exp.Min, exp.Max, exp.Avg, exp.Filter, exp.Window,
    exp.WindowSpec, exp.Order, exp.Ordered, exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead,
    exp.TimestampTrunc, exp.DateTrunc, exp.Extract,
})  # fmt: skip
TYPES = ("VARCHAR", "TEXT", "BIGINT", "INT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP")
_TRUNCATED_TO = ("YEAR", "QUARTER", "MONTH")
_EXTRACTED = ("YEAR", "QUARTER", "MONTH", "DAY")
_LARGEST_BIGINT = 2**63 - 1


def lint(tree: exp.Expression) -> Iterator[str]:
    """Faults of a query against the subset, in words, each with the piece of SQL that it is about."""
    for node in tree.walk():
        for rule in _RULES:
            if fault := rule(node):
                yield f"{fault}: {node.sql(dialect='duckdb')[:80]}"
                break


def _named(node: exp.Expression) -> str:
    """What is known to mean something else elsewhere; the general rule can only say that a thing is not listed."""
    return next((reason for kinds, reason in _BANNED if isinstance(node, kinds)), "")


def _listed(node: exp.Expression) -> str:
    if type(node) in ALLOWED:
        return ""
    word = type(node).__name__
    if isinstance(node, exp.Func):
        word = node.name if isinstance(node, exp.Anonymous) else node.sql_name()
    return f"{word.lower()} is outside the portable subset"


def _division(node: exp.Expression) -> str:
    is_free = isinstance(node, exp.Div) and not isinstance(node.expression, exp.Nullif)
    return "divide by NULLIF(y, 0): one engine answers infinity, the other stops" if is_free else ""


def _star(node: exp.Expression) -> str:
    if not isinstance(node, exp.Star) or not isinstance(node.parent, exp.Select):
        return ""
    select = node.parent
    is_import = isinstance(select.parent, exp.CTE) and not select.args.get("joins") and not select.args.get("group")
    return "" if is_import else "name the columns; a star stands only in an import"


def _date_arithmetic(node: exp.Expression) -> str:
    truncated = isinstance(node, exp.TimestampTrunc | exp.DateTrunc)
    shifted = isinstance(node, exp.Add | exp.Sub) and isinstance(node.expression, exp.Interval)
    if (truncated or shifted) and not isinstance(node.parent, exp.Cast):
        return "cast to DATE: a timestamp in DuckDB is a date in Spark"
    if truncated and str(node.args.get("unit")).upper() not in _TRUNCATED_TO:
        return "truncate to years, quarters or months: weeks begin on other days elsewhere"
    return ""


def _extract(node: exp.Expression) -> str:
    if not isinstance(node, exp.Extract) or node.name.upper() in _EXTRACTED:
        return ""
    if re.search("dow|dayofweek|week", node.name, re.IGNORECASE):
        return "days of the week are counted differently elsewhere"
    return "take years, quarters, months or days out of a date"


def _join(node: exp.Expression) -> str:
    if not isinstance(node, exp.Join):
        return ""
    if str(node.args.get("method") or "").upper() == "ASOF":
        return "no ASOF join: Spark has none"
    if node.args.get("method") or node.kind not in ("", "INNER", "CROSS", "OUTER"):
        return "join with JOIN, LEFT JOIN, FULL JOIN or CROSS JOIN; ask with EXISTS"
    return "" if node.args.get("on") or node.kind == "CROSS" else "say what a join is ON"


def _group(node: exp.Expression) -> str:
    if not isinstance(node, exp.Group):
        return ""
    if node.args.get("all"):
        return "name the columns of GROUP BY"
    select = node.parent
    renamed = {e.alias for e in select.expressions if isinstance(e, exp.Alias) and e.this.name != e.alias}
    for column in node.expressions:
        if isinstance(column, exp.Literal):
            return "group by the column itself, not by its number"
        if isinstance(column, exp.Column) and not column.table and column.name in renamed:
            return "a name in GROUP BY is an alias in one engine and a column in the other"
    return ""


def _order(node: exp.Expression) -> str:
    if isinstance(node, exp.Order) and not isinstance(node.parent, exp.Window):
        return "a table has no order; ORDER BY stands only in a window"
    if isinstance(node, exp.RowNumber | exp.Rank | exp.DenseRank | exp.Lag | exp.Lead):
        window = node.parent
        if not isinstance(window, exp.Window) or not window.args.get("order"):
            return "row numbers and neighbours need a total order"
    if isinstance(node, exp.WindowSpec) and (str(node.args.get("kind")).upper() != "ROWS" or node.args.get("exclude")):
        return "a frame is counted in ROWS"
    if isinstance(node, exp.Lag | exp.Lead) and node.args.get("default") is not None:
        return "no default in LAG or LEAD: write COALESCE"
    return ""


def _distinct(node: exp.Expression) -> str:
    if not isinstance(node, exp.Distinct):
        return ""
    if node.args.get("on"):
        return "no DISTINCT ON: write ROW_NUMBER"
    is_pair = isinstance(node.parent, exp.Count) and (
        len(node.expressions) != 1 or isinstance(node.expressions[0], exp.Tuple)
    )
    return "count the distinct values of one expression: NULLs in several are counted differently" if is_pair else ""


def _literal(node: exp.Expression) -> str:
    if not isinstance(node, exp.Literal):
        return ""
    if node.is_string:
        odd = "\\" in node.name or any(ord(sign) < 32 for sign in node.name)
        return "no backslash or control sign in a text: Spark reads it as an escape" if odd else ""
    if "." in node.name and "e" not in node.name.lower():
        return "a number with a point is a DECIMAL, which overflows and rounds differently: write 15e-1 for 1.5"
    is_whole = node.name.isdigit()
    return "a number beyond BIGINT" if is_whole and int(node.name) > _LARGEST_BIGINT else ""


def _cast(node: exp.Expression) -> str:
    if isinstance(node, exp.Interval) and str(node.args.get("unit")).upper() not in (
        *("DAY", "DAYS", "MONTH", "MONTHS", "YEAR", "YEARS"),
    ):
        return "shift a date by days, months or years"
    if not isinstance(node, exp.DataType) or isinstance(node.parent, exp.Interval):
        return ""
    if node.this.name in TYPES and not node.expressions:
        return ""
    return "cast to VARCHAR, BIGINT, INTEGER, DOUBLE, BOOLEAN, DATE or TIMESTAMP"


def _set_operation(node: exp.Expression) -> str:
    is_by_name = isinstance(node, exp.Union) and node.args.get("by_name")
    return "a UNION goes by position: name every column in every branch" if is_by_name else ""


def _other_database(node: exp.Expression) -> str:
    if isinstance(node, exp.Table) and (node.db or not re.fullmatch(r"\w+", node.name) or node.args.get("sample")):
        return "read relations by their bare names, not files, functions, samples or other databases"
    return ""


_BANNED: tuple[tuple[tuple[type, ...], str], ...] = (
    ((exp.Create, exp.Drop, exp.Insert, exp.Update, exp.Delete, exp.Command), "a model is a bare SELECT"),
    ((exp.IntDiv, exp.Mod), "take whole numbers apart with a cast, not with // or %"),
    ((exp.Pivot,), "no PIVOT or UNPIVOT: write UNION ALL"),
    ((exp.Array, exp.List, exp.Struct, exp.Unnest, exp.Lambda, exp.Bracket), "no list, struct or lambda types"),
    ((exp.TryCast,), "no TRY_CAST: what cannot be read is rejected when it lands"),
    ((exp.Round, exp.Floor, exp.Ceil), "round only at display"),
    ((exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentTime, exp.Rand), "the same rows must come out every time"),
    ((exp.AtTimeZone,), "our times have no zone"),
    ((exp.Limit, exp.Offset), "no LIMIT in a model"),
    ((exp.Qualify,), "no QUALIFY: number the rows in a CTE and choose outside it"),
    ((exp.Substring, exp.StrPosition, exp.Left, exp.Right), "places in a text are counted differently elsewhere"),
    ((exp.Like, exp.ILike, exp.RegexpLike, exp.RegexpFullMatch, exp.SimilarTo), "patterns are read differently"),
    ((exp.ApproxDistinct, exp.ApproxQuantile, exp.Quantile, exp.Median), "approximate and interpolated values differ"),
    ((exp.GroupConcat, exp.ArrayAgg), "the order of gathered values is lost on the way"),
)

_RULES = (
    _named, _other_database, _listed, _division, _star, _date_arithmetic, _extract, _join, _group, _order, _distinct,
    _literal, _cast, _set_operation,
)  # fmt: skip
