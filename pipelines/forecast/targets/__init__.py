"""Forecasts of targets: from the marts to the `forecast_*` tables."""

from pipelines.forecast.targets.live import forecast_at, is_quarter_end, with_forecast
from pipelines.forecast.targets.reasons import tell_forecast
from pipelines.forecast.targets.tables import write_forecasts
from pipelines.forecast.targets.whatif import Changes, DriverPaths, what_if

__all__ = [
    "Changes",
    "DriverPaths",
    "forecast_at",
    "is_quarter_end",
    "tell_forecast",
    "what_if",
    "with_forecast",
    "write_forecasts",
]
