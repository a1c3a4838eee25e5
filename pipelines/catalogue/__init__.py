"""Indicators: one definition each, in `indicators/<id>.yml`."""

from pipelines.catalogue.model import Indicator, Operand, Words
from pipelines.catalogue.read import check_catalogue, load_catalogue

__all__ = ["Indicator", "Operand", "Words", "check_catalogue", "load_catalogue"]
