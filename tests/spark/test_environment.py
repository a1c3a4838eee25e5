"""What Spark lacks is told before anything is built, in both languages; none of this starts Spark."""

from __future__ import annotations

import os
import sys
from datetime import date

import pytest

from pipelines.build import build
from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.spark import engine as spark_engine
from pipelines.spark.engine import MEANING, SparkEngine, spark_config
from pipelines.spark.environment import find_python, java_number, require_java, spark_variables


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def told(caught, code):
    assert caught.value.code == code
    for language in ("zh", "en"):
        said = caught.value.tell(language)
        assert len(said.splitlines()) >= 3 and "{" not in said, said
    return caught.value.tell("en")


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment', 17),
        ('java version "1.8.0_401"', 8),
        ('openjdk version "21" 2023-09-19', 21),
        ("bash: java: something else", None),
    ],
)
def test_the_number_of_a_java_is_read_from_what_it_prints(said, number):
    assert java_number(said) == number


def test_no_java_is_told(tmp_path):
    with pytest.raises(PipelineError) as caught:
        require_java({"PATH": str(tmp_path)})
    assert "Java 17" in told(caught, "spark_no_java")
    with pytest.raises(PipelineError) as caught:
        require_java({"PATH": os.environ["PATH"], "JAVA_HOME": str(tmp_path)})
    assert str(tmp_path) in told(caught, "spark_no_java")


@pytest.mark.skipif(sys.platform == "win32", reason="writes a shell script")
def test_a_java_that_is_too_old_is_told(tmp_path):
    program(tmp_path / "bin" / "java", "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    with pytest.raises(PipelineError) as caught:
        require_java({"JAVA_HOME": str(tmp_path)})
    assert "this is Java 11" in told(caught, "spark_java_version")


def test_an_environment_without_pyspark_is_told(tmp_path):
    settings = Settings(root=tmp_path, spark={"python": sys.executable})  # ours holds no pyspark
    with pytest.raises(PipelineError) as caught:
        find_python(settings)
    assert "make spark" in told(caught, "spark_no_environment")
    with pytest.raises(PipelineError) as caught:
        find_python(Settings(root=tmp_path, spark={"python": "no/such/python"}))
    assert "no/such/python" in told(caught, "spark_no_environment")


def test_an_engine_that_does_not_exist_is_told_before_anything_is_read(tmp_path):
    with pytest.raises(PipelineError) as caught:
        build(Settings(root=tmp_path), today=date(2024, 4, 1), engine="sprak")
    assert "duckdb, spark" in told(caught, "engine_unknown")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def answering(tmp_path, monkeypatch):
    """A function that makes an engine whose worker is a few lines of Python instead of Spark."""
    monkeypatch.setattr(spark_engine, "find_python", lambda settings: sys.executable)
    monkeypatch.setattr(spark_engine, "require_java", lambda variables: 17)

    def make(text):
        worker = tmp_path / "worker.py"
        worker.write_text(text)
        monkeypatch.setattr(spark_engine, "WORKER", worker)
        return SparkEngine(Settings(root=tmp_path), tmp_path / "spark")

    return make


def test_a_spark_that_does_not_start_is_told_with_its_reason(answering):
    with pytest.raises(PipelineError) as caught:
        answering('print(\'{"error": "PySparkRuntimeError", "message": "no master\\\\nat java.lang"}\')')
    assert "no master" in told(caught, "spark_no_start") and caught.value.exit_code == 1


def test_a_spark_that_dies_is_told_and_leaves_no_process(answering):
    engine = answering('print(\'{"ok": "4"}\', flush=True); input(); raise SystemExit(9)')
    with pytest.raises(PipelineError) as caught:
        engine.create_view("stg_x", "SELECT 1 AS a")
    assert "driver_memory" in told(caught, "spark_gone") and caught.value.where == "stg_x"
    with pytest.raises(PipelineError):
        engine.create_view("stg_y", "SELECT 1 AS a")
    engine.close()
    assert engine._worker.returncode is not None
    engine.close()


def test_a_spark_that_is_still_busy_is_ended_at_once(answering):
    engine = answering('print(\'{"ok": "4"}\', flush=True)\nimport time\nwhile True: time.sleep(60)')
    engine._is_waiting = True  # as after an interrupt in the middle of a query
    engine.close()
    assert engine._worker.returncode is not None


def test_an_office_can_say_more_to_spark_but_not_change_what_the_models_mean(tmp_path):
    said = {"spark.sql.ansi.enabled": "false", "spark.executor.memory": "8g", "spark.ui.enabled": "true"}
    settings = Settings(root=tmp_path, spark={"master": "spark://host:7077", "config": said})
    config = spark_config(settings, tmp_path)
    assert config["spark.executor.memory"] == "8g" and config["spark.ui.enabled"] == "true"
    assert {name: config[name] for name in MEANING} == MEANING
    assert "spark.driver.bindAddress" not in config
    assert spark_config(Settings(root=tmp_path), tmp_path)["spark.driver.bindAddress"] == "127.0.0.1"


def test_nothing_of_our_own_python_reaches_the_worker(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "here")
    monkeypatch.setenv("SPARK_HOME", "there")
    assert not {"PYTHONPATH", "SPARK_HOME", "VIRTUAL_ENV"} & set(spark_variables())
