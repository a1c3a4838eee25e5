"""Figures, each built by a pure function from rows to a plain dict (plotly) or text (SVG); pages only place them."""

from dashboard.charts.months import months
from dashboard.charts.sparkline import sparkline
from dashboard.charts.trajectory import trajectory
from dashboard.charts.waterfall import waterfall

__all__ = ["months", "sparkline", "trajectory", "waterfall"]
