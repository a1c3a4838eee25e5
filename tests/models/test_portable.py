"""The subset of SQL that means the same on DuckDB and Spark: every rule has a case that breaks it."""

from __future__ import annotations

import pytest
import sqlglot

from pipelines import portable, portable_types
from pipelines.errors import PipelineError
from pipelines.model_files import load_models, read_model
from pipelines.portable import lint
from pipelines.portable_types import lint_types, require_portable
from pipelines.relations import SOURCE_RELATIONS

BROKEN = [
    ("SELECT a / b FROM t", "NULLIF"),
    ("SELECT a / 2 FROM t", "NULLIF"),
    ("SELECT a // b FROM t", "whole numbers"),
    ("SELECT a % 2 FROM t", "whole numbers"),
    ("SELECT * FROM t", "star"),
    ("WITH x AS (SELECT * FROM t JOIN s ON s.a = t.a) SELECT a FROM x", "star"),
    ("SELECT DATE_TRUNC('month', a) FROM t", "cast to DATE"),
    ("SELECT CAST(DATE_TRUNC('week', a) AS DATE) FROM t", "weeks begin"),
    ("SELECT a + INTERVAL 1 DAY FROM t", "cast to DATE"),
    ("SELECT CAST(a + INTERVAL 1 HOUR AS DATE) FROM t", "shift a date"),
    ("SELECT a AT TIME ZONE 'UTC' FROM t", "no zone"),
    ("SELECT a FROM t ASOF JOIN s ON s.a >= t.a", "ASOF"),
    ("SELECT a FROM t SEMI JOIN s ON s.a = t.a", "EXISTS"),
    ("SELECT a FROM t JOIN s USING (a)", "ON"),
    ("SELECT a FROM t NATURAL JOIN s", "JOIN"),
    ("SELECT a FROM (PIVOT t ON a USING SUM(b))", "PIVOT"),
    ("SELECT a FROM READ_CSV('f.csv')", "bare names"),
    ("SELECT a FROM 'f.csv'", "bare names"),
    ("SELECT a FROM other.t", "bare names"),
    ("SELECT QUANTILE_CONT(a, 0.5) FROM t", "outside the portable subset"),
    ("SELECT MEDIAN(a) FROM t", "interpolated"),
    ("SELECT APPROX_COUNT_DISTINCT(a) FROM t", "approximate"),
    ("SELECT ISODOW(a) FROM t", "outside the portable subset"),
    ("SELECT EXTRACT(DOW FROM a) FROM t", "days of the week"),
    ("SELECT EXTRACT(EPOCH FROM a) FROM t", "take years"),
    ("SELECT DATE_DIFF('month', a, b) FROM t", "outside the portable subset"),
    ("SELECT AGE(a) FROM t", "outside the portable subset"),
    ("SELECT ROUND(a, 2) FROM t", "round only at display"),
    ("SELECT LIST(a ORDER BY b) FROM t", "order of gathered values"),
    ("SELECT STRING_AGG(a, ',') FROM t", "order of gathered values"),
    ("SELECT [1, 2] FROM t", "no list"),
    ("SELECT {'a': 1} FROM t", "no list"),
    ("SELECT UNNEST(a) FROM t", "outside the portable subset"),
    ("SELECT LIST_TRANSFORM(a, lambda x: x + 1) FROM t", "outside the portable subset"),
    ("SELECT ARG_MAX(a, b) FROM t", "outside the portable subset"),
    ("SELECT FIRST(a) FROM t", "outside the portable subset"),
    ("SELECT ANY_VALUE(a) FROM t", "outside the portable subset"),
    ("SELECT GREATEST(a, b) FROM t", "outside the portable subset"),
    ("SELECT ISNAN(a) FROM t", "outside the portable subset"),
    ("SELECT SUBSTRING(a, 0, 2) FROM t", "places in a text"),
    ("SELECT STRPOS(a, 'x') FROM t", "places in a text"),
    ("SELECT a FROM t WHERE a LIKE 'x\\_%'", "patterns"),
    ("SELECT a FROM t WHERE a ~ 'x'", "patterns"),
    ("SELECT 'a\\nb' FROM t", "escape"),
    ("SELECT LENGTH(a) FROM t", "outside the portable subset"),
    ("SELECT CURRENT_DATE FROM t", "the same rows"),
    ("SELECT NOW() FROM t", "outside the portable subset"),
    ("SELECT RANDOM() FROM t", "the same rows"),
    ("SELECT TRY_CAST(a AS INTEGER) FROM t", "TRY_CAST"),
    ("SELECT CAST(a AS DECIMAL(18, 2)) FROM t", "cast to VARCHAR"),
    ("SELECT CAST(a AS HUGEINT) FROM t", "cast to VARCHAR"),
    ("SELECT CAST(a AS TIMESTAMPTZ) FROM t", "cast to VARCHAR"),
    ("SELECT a * 1.5 FROM t", "DECIMAL"),
    ("SELECT 9223372036854775808 FROM t", "beyond BIGINT"),
    ("SELECT ROW_NUMBER() OVER (PARTITION BY a) FROM t", "total order"),
    ("SELECT LAG(b) OVER (PARTITION BY a) FROM t", "total order"),
    ("SELECT LAG(b, 1, 0) OVER (ORDER BY a) FROM t", "COALESCE"),
    ("SELECT FIRST_VALUE(b) OVER (ORDER BY a) FROM t", "outside the portable subset"),
    ("SELECT SUM(b) OVER (ORDER BY a RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t", "ROWS"),
    ("SELECT a FROM t ORDER BY a", "no order"),
    ("SELECT a FROM t LIMIT 1", "LIMIT"),
    ("SELECT a FROM t QUALIFY ROW_NUMBER() OVER (ORDER BY a) = 1", "QUALIFY"),
    ("SELECT a, COUNT(*) FROM t GROUP BY ALL", "name the columns of GROUP BY"),
    ("SELECT a, COUNT(*) FROM t GROUP BY ROLLUP (a)", "outside the portable subset"),
    ("SELECT a, COUNT(*) FROM t GROUP BY 1", "not by its number"),
    ("SELECT COALESCE(a, '') AS a, COUNT(*) FROM t GROUP BY a", "alias in one engine"),
    ("SELECT DISTINCT ON (a) a, b FROM t", "DISTINCT ON"),
    ("SELECT COUNT(DISTINCT (a, b)) FROM t", "distinct values of one expression"),
    ("SELECT a FROM t UNION BY NAME SELECT a FROM s", "by position"),
    ("SELECT a FROM t EXCEPT SELECT a FROM s", "outside the portable subset"),
]


@pytest.mark.parametrize(("sql", "said"), BROKEN)
def test_what_means_something_else_elsewhere_is_refused(sql, said):
    found = list(lint(sqlglot.parse_one(sql, read="duckdb")))
    assert any(said in fault for fault in found), found


def test_every_rule_has_a_case_that_breaks_it():
    """Each rule, and each kind of node that is refused by name, finds something in some case above."""
    trees = [sqlglot.parse_one(sql, read="duckdb") for sql, _ in BROKEN]
    nodes = [node for tree in trees for node in tree.walk()]
    idle = [rule.__name__ for rule in portable._RULES if not any(rule(node) for node in nodes)]
    assert idle == []
    reasons = {portable._named(node) for node in nodes}
    written_only = "a model is a bare SELECT"  # a statement that writes is no query, and refused before the rules
    assert [reason for _, reason in portable._BANNED if reason not in reasons] == [written_only]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a / NULLIF(b, 0) FROM t",
        "WITH x AS (SELECT * FROM t) SELECT a FROM x",
        "SELECT CAST(DATE_TRUNC('month', a) AS DATE) FROM t",
        "SELECT CAST(a + INTERVAL 1 MONTH AS DATE) FROM t",
        "SELECT COUNT(*) FILTER (WHERE a > 1), EXTRACT(YEAR FROM b) FROM t GROUP BY EXTRACT(YEAR FROM b)",
        "SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) FROM t",
        "SELECT SUM(b) OVER (ORDER BY a ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM t",
        "SELECT a FROM t WHERE NOT EXISTS (SELECT 1 FROM s WHERE s.a = t.a) AND b IS DISTINCT FROM c AND d > 1e300",
        "SELECT COALESCE(a, '') AS b, COUNT(*) FROM t GROUP BY COALESCE(a, '')",
        "SELECT a FROM t UNION ALL SELECT a FROM s",
    ],
)
def test_the_portable_subset_passes(sql):
    assert list(lint(sqlglot.parse_one(sql, read="duckdb"))) == []


BROKEN_BY_TYPE = [
    ("SELECT sheet AS a FROM src_rejects WHERE record_number = '1'", "text and whole number meet"),
    ("SELECT sheet AS a FROM src_rejects WHERE record_number IN ('1', '2')", "text and whole number meet"),
    ("SELECT path AS a FROM src_files WHERE received_on BETWEEN '2024-01-01' AND '2024-12-31'", "date and text meet"),
    ("SELECT COALESCE(record_number, '') AS a FROM src_rejects", "text and whole number meet"),
    ("SELECT CASE WHEN kind = 'x' THEN 1 ELSE '' END AS a FROM src_rejects", "text and whole number meet"),
    ("SELECT source AS a FROM src_accidents WHERE occurred_at > DATE '2024-01-01'", "date and time meet"),
    ("SELECT record_number AS a FROM src_rejects UNION ALL SELECT sheet FROM src_rejects", "column of a UNION"),
    ("SELECT CAST(sheet AS INTEGER) AS a FROM src_rejects", "read when it lands"),
    ("SELECT CAST(value AS BIGINT) AS a FROM src_statistics", "rounds and the other cuts off"),
    ("SELECT CAST(value AS VARCHAR) AS a FROM src_statistics", "written differently"),
    ("SELECT CAST(is_history AS VARCHAR) AS a FROM src_files", "written differently"),
    ("SELECT CAST(is_history AS INTEGER) AS a FROM src_files", "CASE WHEN"),
    ("SELECT SUM(is_history) AS a FROM src_files", "sums are of numbers"),
    ("SELECT received_on - withdrawn_on AS a FROM src_files", "no arithmetic with a date"),
    ("SELECT CAST(occurred_at + INTERVAL 1 DAY AS DATE) AS a FROM src_accidents", "shift dates, not times"),
    ("SELECT SUM(value) AS a FROM src_statistics", "order of the rows"),
    ("SELECT AVG(value) AS a FROM src_statistics", "order of the rows"),
    ("SELECT SUM(records) AS a FROM src_files", "a is HUGEINT"),
    ("SELECT nothing AS a FROM src_files", "cannot be followed"),
]


def typed(sql, columns="", header=""):
    """What the rules that know types say of one mart."""
    reads = [name for name in SOURCE_RELATIONS if f"FROM {name}" in sql][:1]
    text = f"-- mart_x: rows.\n-- grain: a\n-- reads: {reads[0]}\n{header}{sql}"
    model = read_model(text, name="mart_x", layer="marts")
    kind = columns or ("HUGEINT" if "SUM(records)" in sql else "DOUBLE")
    return list(lint_types(model, {**SOURCE_RELATIONS, "mart_x": {"a": kind}}))


@pytest.mark.parametrize(("sql", "said"), BROKEN_BY_TYPE)
def test_what_the_types_make_ambiguous_is_refused(sql, said):
    found = typed(sql)
    assert any(said in fault for fault in found), found


def test_a_sum_of_doubles_passes_where_its_columns_are_named():
    sql = "SELECT SUM(value) AS a FROM src_statistics"
    assert typed(sql, header="-- approximate: a\n") == []
    assert "no DOUBLE" in " ".join(typed(sql, columns="BIGINT", header="-- approximate: a\n"))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT CAST(SUM(records) AS BIGINT) AS a FROM src_files",
        "SELECT CAST(record_number AS VARCHAR) AS a FROM src_rejects",
        "SELECT value AS a FROM src_statistics WHERE period_start > DATE '2024-01-01' AND value > 1e300",
        "SELECT COALESCE(value, 0) AS a FROM src_statistics",
    ],
)
def test_typed_queries_of_the_subset_pass(sql):
    assert typed(sql, columns="BIGINT") == []


def test_every_rule_that_knows_types_has_a_case_that_breaks_it():
    told = " ".join(fault for sql, _ in BROKEN_BY_TYPE for fault in typed(sql))
    for rule, words in {
        "_mixed": "turns one into the other",
        "_union": "UNION",
        "_cast": "cuts off",
        "_arithmetic": "no arithmetic",
        "_summed": "sums are of numbers",
    }.items():
        assert rule in {found.__name__ for found in portable_types._RULES} and words in told
    assert len(portable_types._RULES) == 5


def test_every_model_and_check_is_portable():
    require_portable(load_models())


def test_the_faults_of_all_models_are_told_together():
    models = [
        read_model(
            f"-- mart_{name}: rows.\n-- grain: path\n-- reads: src_files\n"
            "SELECT path, CAST(path AS INTEGER) AS number FROM src_files",
            name=f"mart_{name}",
            layer="marts",
        )
        for name in ("x", "y")
    ]
    with pytest.raises(PipelineError) as caught:
        require_portable(models)
    assert caught.value.code == "model_rules" and [row.split(":")[0] for row in caught.value.rows] == [
        "mart_x",
        "mart_y",
    ]
