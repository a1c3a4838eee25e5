"""Forecasts: paths of single series, their baselines, scores and backtests, and what is built on them.

The two doors are `simulate_annual` and `simulate_monthly`. This package's modules import numpy only; statsmodels is
imported inside the functions that fit with it.
"""

from pipelines.forecast.annual import simulate_annual

__all__ = ["simulate_annual"]
