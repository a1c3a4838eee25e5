"""Forecasts: paths of single series, their baselines, scores and backtests, and what is built on them.

The two doors are `simulate_annual` and `simulate_monthly`. Importing this package imports numpy only;
statsmodels and scipy are imported inside the functions that fit with them.
"""

from pipelines.forecast.annual import simulate_annual
from pipelines.forecast.monthly import simulate_monthly

__all__ = ["simulate_annual", "simulate_monthly"]
