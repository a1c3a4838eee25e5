"""One Spark session for all tests of this folder; without Java or the environment they are skipped, in CI they fail."""

from __future__ import annotations

import os

import pytest

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.spark.engine import SparkEngine
from pipelines.spark.environment import find_python, require_java, spark_variables

# What a short run on two cores wants: nothing compiled that runs once, one heap of a gigabyte, one shuffle partition.
QUICK = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.maxPlanStringLength": "100",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@pytest.fixture(scope="session")
def quick_settings(tmp_path_factory):
    """Settings of an office in a folder whose name needs care: Chinese, a space, and signs that are patterns elsewhere.

    Skips, or fails in CI, when this machine cannot run Spark.
    """
    settings = Settings(root=tmp_path_factory.mktemp("安澜 [x]{1}*"), spark={"config": QUICK})
    try:
        find_python(settings)
        require_java(spark_variables())
    except PipelineError as lack:
        if os.environ.get("CI"):
            pytest.fail(lack.tell("en"))
        pytest.skip(lack.tell("en"))
    return settings


@pytest.fixture(scope="session")
def spark(quick_settings):
    """A running session."""
    with SparkEngine(quick_settings, quick_settings.root / "spark") as engine:
        yield engine
