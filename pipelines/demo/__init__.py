"""Synthetic records for the five plans, from a fixed seed; said so in their provenance."""

from pipelines.demo.make import make_demo, remove_demo

__all__ = ["make_demo", "remove_demo"]
