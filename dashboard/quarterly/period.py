"""Which quarter the page shows, and as known at which day: the same rule as the brief's."""

from pipelines.quarters import Quarter as Quarter
from pipelines.quarters import chosen as chosen
from pipelines.quarters import first_day as first_day
from pipelines.quarters import last_day as last_day
from pipelines.quarters import quarters as quarters
