"""What every group of questions to a build rests on: the warehouse answers a SELECT and knows its relations."""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pipelines.engine import Row

NATION = "000000"
"""Code of the nation, whose figures are published totals."""


class Asking(abc.ABC):
    """Base of the groups of questions that `Warehouse` is made of."""

    @abc.abstractmethod
    def query(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """Answer one SELECT."""

    @abc.abstractmethod
    def tables(self) -> set[str]:
        """Names of the relations of this build."""

    @abc.abstractmethod
    def columns(self, table: str) -> list[str]:
        """Columns of one relation."""

    def rests_on_records(self, plan: str) -> bool:
        """Whether a plan's figures are counted from records, and not published totals to which no record adds."""
        if "assess_months" not in self.tables():
            return True
        return bool(self.query("SELECT 1 AS n FROM assess_months WHERE plan_id = $plan LIMIT 1", {"plan": plan}))

    def _if_there(self, table: str, sql: str, params: Mapping[str, Any] | None = None) -> list[Row]:
        return self.query(sql, params or {}) if table in self.tables() else []

    def _at_day(self, table: str, order: str, plan: str, as_of: date, more: str = "", **params: Any) -> list[Row]:
        sql = f"SELECT * FROM {table} WHERE plan_id = $plan AND as_of_on = $as_of{more} ORDER BY {order}"
        return self._if_there(table, sql, {"plan": plan, "as_of": as_of, **params})
