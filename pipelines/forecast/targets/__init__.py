"""Forecasts of targets: from the marts to the `forecast_*` tables."""

from pipelines.forecast.targets.live import forecast_at, is_quarter_end
from pipelines.forecast.targets.reasons import tell_forecast
from pipelines.forecast.targets.tables import write_forecasts

__all__ = ["forecast_at", "is_quarter_end", "tell_forecast", "write_forecasts"]
