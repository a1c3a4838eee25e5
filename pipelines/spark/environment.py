"""What Spark needs of a machine: Java, and a Python environment that holds pyspark; each lack is told in words."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from pipelines.errors import PipelineError
from pipelines.settings import Settings

OLDEST_JAVA = 17  # Spark 4 runs on nothing older
ENVIRONMENT = ".venv-spark"
_PROGRAM = Path(__file__).resolve().parents[2]
_ANSWER_SECONDS = 60


def find_python(settings: Settings) -> Path:
    """The Python that holds pyspark: the one that the settings name, else `.venv-spark` of the office or the program.

    Raises:
        PipelineError: `spark_no_environment`, when it is not there or has no pyspark.
    """
    inside = Path("Scripts/python.exe") if sys.platform == "win32" else Path("bin/python")
    places = [home / ENVIRONMENT / inside for home in (settings.root, _PROGRAM)]
    if settings.spark.python:
        places = [settings.root / settings.spark.python]
    found = next((place for place in places if place.is_file()), None)
    if found is None:
        raise PipelineError("spark_no_environment", where=settings.spark.python or ENVIRONMENT)
    asked = "import importlib.util, sys; sys.exit(importlib.util.find_spec('pyspark') is None)"
    if _run([str(found), "-c", asked]).returncode != 0:
        raise PipelineError("spark_no_environment", where=str(settings.spark.python or ENVIRONMENT))
    return found


def require_java(environment: dict[str, str]) -> int:
    """The number of the Java that Spark would start: of JAVA_HOME, else the one on the path.

    Args:
        environment: The variables that Spark will see.

    Raises:
        PipelineError: `spark_no_java`, or `spark_java_version` when it is older than Spark needs.
    """
    home = environment.get("JAVA_HOME", "")
    name = "java.exe" if sys.platform == "win32" else "java"
    java = str(Path(home) / "bin" / name) if home else shutil.which("java", path=environment.get("PATH"))
    if not java or not Path(java).is_file():
        raise PipelineError(
            "spark_no_java", where="JAVA_HOME" if home else "java", needed=OLDEST_JAVA, home=home or "—"
        )
    said = _run([java, "-version"], environment)
    number = java_number(said.stderr + said.stdout)
    if number is None:
        raise PipelineError("spark_no_java", where=java, needed=OLDEST_JAVA, home=home or "—")
    if number < OLDEST_JAVA:
        raise PipelineError("spark_java_version", where=java, found=number, needed=OLDEST_JAVA)
    return number


def java_number(said: str) -> int | None:
    """The feature number in what `java -version` prints; None where there is none.

    >>> java_number('openjdk version "17.0.15" 2025-04-15'), java_number('java version "1.8.0_401"')
    (17, 8)
    """
    found = re.search(r'version "(?:1\.)?(\d+)', said)
    return int(found[1]) if found else None


def spark_variables() -> dict[str, str]:
    """The environment's variables for the worker: nothing of our own Python, and no other Spark than the worker's."""
    ours = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV", "SPARK_HOME", "SPARK_CONF_DIR")
    return {name: value for name, value in os.environ.items() if name not in ours} | {"PYTHONUTF8": "1"}


def _run(command: list[str], environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, errors="replace", timeout=_ANSWER_SECONDS,
            check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as fault:
        return subprocess.CompletedProcess(command, 1, "", str(fault))
