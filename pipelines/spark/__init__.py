"""The models on Apache Spark. `SparkEngine` is all that the build sees; see docs/other-engines.md."""

from pipelines.spark.engine import SparkEngine

__all__ = ["SparkEngine"]
