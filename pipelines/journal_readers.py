"""What was said before: statements that were published, also by builds that are long gone."""

from __future__ import annotations

import abc
from pathlib import Path

from pipelines import journal
from pipelines.asking import Asking
from pipelines.engine import Row
from pipelines.errors import no_plan


class JournalReaders(Asking):
    """Questions about the journal of published assessments.

    Attributes:
        journal: The office's folder `data/journal`.
    """

    journal: Path

    @abc.abstractmethod
    def plans(self) -> list[Row]:
        """The plans that the asker may see."""

    def statements(self, plan: str, target: str | None = None) -> list[Row]:
        """What was published of a target, each statement once, the newest first.

        Args:
            plan: Plan id.
            target: Target id; None means all targets of the plan.

        Returns:
            `at` (when it became what readers see), `event` (`published` or `rolled_back`), `build`, `target_id`,
            `as_of_on`, `value_now`, `value_year`, `verdict`, `probability`, `displayed_tenths` and `forecast_on`.

        Raises:
            PipelineError: `no_plan`; the asker is told the same of a plan that is another's.
        """
        names = [row["plan_id"] for row in self.plans()]
        if plan not in names:
            raise no_plan(plan, names)
        return [{name: row[name] for name in _COLUMNS} for row in journal.statements(self.journal, plan, target)]


_COLUMNS = (
    "at",
    "event",
    "build",
    "target_id",
    "as_of_on",
    "value_now",
    "value_year",
    "verdict",
    "probability",
    "displayed_tenths",
    "forecast_on",
)
