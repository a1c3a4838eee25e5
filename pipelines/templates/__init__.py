"""Blank workbooks for reporting units, made from the contracts and the code lists."""

from pipelines.templates.make import make_template

__all__ = ["make_template"]
