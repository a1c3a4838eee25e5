"""A cluster's shape on one machine: Spark's own standalone master, two workers, executors in processes of their own.

What local mode cannot show: the driver is another process than the executors, tasks and their answers go over the
network, and every table is written by several processes into the folder that they share.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path

import pytest

from pipelines.engine import DuckDBEngine
from pipelines.model_files import load_models
from pipelines.settings import Settings
from pipelines.spark.engine import SparkEngine
from pipelines.spark.environment import find_python, spark_variables
from tests.spark.comparing import differences
from tests.spark.conftest import QUICK
from tests.spark.golden import awkward_inputs
from tests.spark.test_parity import run

pytestmark = [pytest.mark.xdist_group("spark"), pytest.mark.slow]

HOST = "127.0.0.1"
SMALL = "-Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@pytest.fixture(scope="module")
def cluster(quick_settings, tmp_path_factory):
    """Address of the master, and where it and the workers write down what they do."""
    folder = tmp_path_factory.mktemp("cluster")
    lib = find_python(quick_settings).parent.parent
    home = next(lib.glob("lib/python*/site-packages/pyspark"), lib / "Lib/site-packages/pyspark")
    variables = {**spark_variables(), "SPARK_HOME": str(home), "SPARK_SCALA_VERSION": "2.13", "SPARK_LOCAL_IP": HOST}
    java = Path(os.environ["JAVA_HOME"]) / "bin" / "java" if os.environ.get("JAVA_HOME") else "java"
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    master = f"spark://{HOST}:{port}"
    running = []

    def start(name: str, *words: str) -> None:
        log = (folder / f"{name}.log").open("wb")
        deploy = [str(java), "-cp", f"{home}/jars/*", *SMALL.split(), f"org.apache.spark.deploy.{words[0]}", *words[1:]]
        running.append(subprocess.Popen(deploy, env=variables, cwd=folder, stdout=log, stderr=log))
        log.close()

    try:
        start("master", "master.Master", "--host", HOST, "--port", str(port), "--webui-port", "0")
        _wait(folder / "master.log", "I have been elected leader")
        for name in ("one", "two"):
            (folder / name).mkdir()
            work = ["-c", "1", "-m", "1g", "--host", HOST, "--webui-port", "0", "-d", str(folder / name)]
            start(name, "worker.Worker", *work, master)
        for name in ("one", "two"):
            _wait(folder / f"{name}.log", "Successfully registered with master")
        yield master, folder
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait(30)


def _wait(log: Path, words: str) -> None:
    until = time.monotonic() + 120
    while words not in log.read_text(encoding="utf-8", errors="replace"):
        assert time.monotonic() < until, log.read_text(encoding="utf-8", errors="replace")[-2000:]
        time.sleep(0.2)


def test_a_master_with_two_workers_gives_the_same_tables(cluster, tmp_path):
    master, folder = cluster
    config = {
        **QUICK, "spark.driver.host": HOST, "spark.executor.cores": "1", "spark.executor.memory": "512m",
        "spark.sql.shuffle.partitions": "2", "spark.default.parallelism": "2",
        "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }  # fmt: skip
    inputs = awkward_inputs(tmp_path)
    ours, theirs = tmp_path / "duckdb.duckdb", tmp_path / "spark.duckdb"
    with DuckDBEngine(ours) as engine:
        found = run(engine, inputs)
    settings = Settings(root=tmp_path, spark={"master": master, "config": config})
    with SparkEngine(settings, tmp_path / "shared") as spark:
        assert run(spark, inputs) == found
        with DuckDBEngine(theirs) as home:
            spark.bring_home(home, load_models())
    assert differences(ours, theirs, load_models()) == []
    assert (folder / "master.log").read_text(encoding="utf-8", errors="replace").count("Launching executor") == 2
