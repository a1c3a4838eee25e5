"""The same models on DuckDB and on Spark: every table of core and marts, cell by cell."""

from __future__ import annotations

import contextlib
import dataclasses
from datetime import date

import duckdb
import pytest

from pipelines import publish
from pipelines.build import build
from pipelines.demo import make_demo
from pipelines.engine import DuckDBEngine
from pipelines.errors import PipelineError
from pipelines.model_files import fingerprints, load_models
from pipelines.model_run import run_checks, run_models
from pipelines.progress import Silent
from tests.spark.comparing import differences, rows_in
from tests.spark.golden import awkward_inputs

pytestmark = [pytest.mark.xdist_group("spark"), pytest.mark.slow]


def run(engine, inputs):
    """All models and checks on one engine, as a build runs them; the offending rows of each check."""
    models = load_models()
    prints = fingerprints(models, inputs.fingerprints)
    run_models(engine, inputs, models, prints, Silent())
    return {row["check_name"]: row["offending_rows"] for row in run_checks(engine, models, prints, Silent())}


@pytest.fixture(scope="module")
def awkward(spark, tmp_path_factory):
    """The awkward records on both engines: the two databases, and what the checks found on each."""
    folder = tmp_path_factory.mktemp("awkward")
    inputs = awkward_inputs(folder)
    ours, theirs = folder / "duckdb.duckdb", folder / "spark.duckdb"
    with DuckDBEngine(ours) as engine:
        found_ours = run(engine, inputs)
    found_theirs = run(spark, inputs)
    with DuckDBEngine(theirs) as home:
        spark.bring_home(home, load_models())
    return ours, theirs, found_ours, found_theirs


def test_awkward_records_give_the_same_tables_on_both(awkward):
    ours, theirs, *_ = awkward
    assert differences(ours, theirs, load_models()) == []


def test_the_awkward_records_reach_every_table(awkward):
    rows = rows_in(awkward[0], load_models())
    assert {name for name, n in rows.items() if not n} <= {"mart_codes"}
    assert rows["core_accidents__versions"] >= 40 and rows["mart_reporting_status"] >= 48


def test_the_checks_find_the_same_on_both(awkward):
    *_, ours, theirs = awkward
    assert ours == theirs
    assert ours["chk_disaster_losses_sum"] == 1 and ours["chk_grades_agree"] >= 1


def test_the_comparison_sees_one_cell_that_differs(awkward, tmp_path):
    ours, theirs, *_ = awkward
    changed = tmp_path / "changed.duckdb"
    changed.write_bytes(theirs.read_bytes())
    with duckdb.connect(str(changed)) as con:
        con.execute("UPDATE mart_measure_deltas SET delta = delta + 1 WHERE measure = 'drills'")
        con.execute("UPDATE mart_reconciliation SET computed_value = computed_value * (1 + 1e-10)")
    said = " ".join(differences(ours, changed, load_models()))
    assert "mart_measure_deltas: only in one" in said and "computed_value" in said


def test_the_demonstration_gives_the_same_build_on_both(
    spark, quick_settings, repository, tmp_path_factory, monkeypatch
):
    """The whole way: an office's demonstration records, built on DuckDB, then anew on Spark, as the command does."""
    borrowed = contextlib.nullcontext(spark)  # a second session would only cost a minute
    monkeypatch.setattr("pipelines.spark.SparkEngine", lambda settings, folder: borrowed)
    root = tmp_path_factory.mktemp("office")
    for name in ("codes", "plans"):
        (root / "data").mkdir(exist_ok=True)
        (root / "data" / name).symlink_to(repository / "data" / name)
    settings = quick_settings.model_copy(update={"root": root})
    make_demo(settings, scale="small", quarter=None, progress=Silent())
    with monkeypatch.context() as patch:  # the assessments of one of the two are enough
        patch.setattr("pipelines.build.write_assessments", lambda *_, **__: None)
        first = build(settings, today=date(2026, 3, 1))
    second = build(settings, today=date(2026, 3, 1), full=True, engine="spark")
    warehouse = settings.path("warehouse")
    databases = [warehouse / publish.BUILDS / result.build_id / publish.DATABASE_NAME for result in (first, second)]
    assert differences(*databases, load_models()) == []
    assert second.manifest.checks == first.manifest.checks
    assert (first.manifest.engine, second.manifest.engine) == ("duckdb", "spark")
    assert second.taken_over == () and len(second.made) == sum(model.is_kept for model in load_models())
    with duckdb.connect(str(databases[1]), read_only=True) as con:
        judged = con.execute("SELECT COUNT(*) FROM assess_assessments WHERE value_now IS NOT NULL").fetchall()[0][0]
    assert judged > 100
    # What Spark made may be taken over by the next build on DuckDB: nothing changed, so nothing is made.
    assert not build(settings, today=date(2026, 3, 1)).is_new


def test_a_grain_that_repeats_is_refused_on_spark_too(spark, tmp_path):
    inputs = awkward_inputs(tmp_path)
    models = [model for model in load_models() if model.name in ("mart_files", "mart_hazards")]
    broken = [dataclasses.replace(model, grain=("kind",)) if model.name == "mart_files" else model for model in models]
    with pytest.raises(PipelineError) as caught:
        run_models(spark, inputs, broken, fingerprints(broken, inputs.fingerprints), Silent())
    assert caught.value.code == "grain_broken" and caught.value.rows[0].startswith("kind accidents, n ")


def test_a_query_that_spark_cannot_run_is_told_with_the_model(spark):
    with pytest.raises(PipelineError) as caught:
        spark.create_view("mart_x", "SELECT nothing FROM src_files")
    assert caught.value.code == "spark_query_failed" and caught.value.where == "mart_x"
    assert "nothing" in caught.value.facts["reason"] and "JVM" not in caught.value.tell("en")


def test_an_overflow_is_a_fault_and_not_null(spark):
    spark.create_view("numbers", "SELECT 9223372036854775807 AS n UNION ALL SELECT 1 AS n")
    with pytest.raises(PipelineError) as caught:
        spark.rows("SELECT CAST(SUM(n) AS BIGINT) AS n FROM numbers")
    assert caught.value.facts["kind"] == "ArithmeticException"
