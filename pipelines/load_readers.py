"""Questions about what was loaded: files, rejected rows, returns that are owed, checks, printed figures, code lists."""

from __future__ import annotations

import json
from datetime import date

from pipelines.asking import Asking
from pipelines.engine import Row
from pipelines.reporting import Reporting, read_reporting
from pipelines.texts import has, say


class LoadReaders(Asking):
    """Questions about loads."""

    def files(self) -> list[Row]:
        """Every file that was ever read, the newest first."""
        return self.query("SELECT * FROM mart_files ORDER BY withdrawn_on NULLS FIRST, received_on DESC, kind, path")

    def rejects(self) -> list[Row]:
        """Rejected rows with file, line and `reasons_text`, the reasons in words."""
        sql = (
            "SELECT r.*, f.path, f.source, f.received_on FROM mart_rejects AS r "
            "LEFT JOIN mart_files AS f ON f.file_id = r.file_id AND f.kind = r.kind "
            "ORDER BY f.path, r.sheet, r.record_number"
        )
        return [{**row, "reasons_text": _reasons(row["kind"], row["reasons"])} for row in self.query(sql)]

    def reporting_status(self) -> list[Row]:
        """What each region owes, and the spells in which it was there, one row each, with the regions' names."""
        return self.query(
            "SELECT s.*, r.name_zh AS region_name_zh, r.name_en AS region_name_en, r.name_zh, r.name_en "
            "FROM mart_reporting_status AS s LEFT JOIN mart_regions AS r ON r.region_code = s.region_code "
            "ORDER BY s.period_start DESC, s.kind, s.region_code, s.known_on"
        )

    def missing_returns(self, on: date | None = None) -> list[Row]:
        """Returns that were due and are not there.

        Args:
            on: Day at which it is asked; None means today. Simulated records stand still: for them it is the day on
                which the newest file was received.
        """
        simulated = [row["received_on"] for row in self.files() if row["is_synthetic"] and row["received_on"]]
        day = on or max(simulated, default=date.today())
        due: dict[tuple, Row] = {}
        reported: set[tuple] = set()
        for row in self.reporting_status():
            key = (row["kind"], row["region_code"], row["period_start"], row["period_end"])
            if row["due_on"] <= day:
                due.setdefault(key, row)
            if row["known_on"] and row["known_on"] <= day and (row["lapsed_on"] is None or row["lapsed_on"] > day):
                reported.add(key)
        return [row for key, row in due.items() if key not in reported]

    def reporting(self, region: str, first: date, last: date, known: date) -> dict[str, Reporting]:
        """Whether the returns of some months were there; see `pipelines.reporting.read_reporting`."""
        return read_reporting(self.query, region, first, last, known)

    def reconciliation(self) -> list[Row]:
        """Figures printed in the plans beside what the records add up to."""
        return self.query("SELECT * FROM mart_reconciliation ORDER BY plan_id, kind, measure, aggregation")

    def checks(self) -> list[Row]:
        """Every check with how many rows it found and its sentence in `text`."""
        rows = self.query("SELECT * FROM mart_check_results ORDER BY offending_rows DESC, check_name")
        # A build outlives its texts: a check that is told otherwise by now still has its name.
        return [{**row, "text": say(row["tell"]) if has(row["tell"]) else row["check_name"]} for row in rows]

    def regions(self) -> list[Row]:
        """The regions of the code list."""
        return self.query("SELECT * FROM mart_regions ORDER BY sort_order, region_code")

    def names(self) -> dict[str, Row]:
        """Names by part of a contribution: `sector:<code>` and `region:<code>`."""
        rows = self.query(
            "SELECT 'sector:' || sector_code AS part, name_zh, name_en FROM mart_sectors "
            "UNION ALL SELECT 'region:' || region_code AS part, name_zh, name_en FROM mart_regions"
        )
        return {row["part"]: row for row in rows}


def _reasons(kind: str, encoded: str | None) -> str:
    from pipelines.sources.contract import load_contract
    from pipelines.sources.headings import label
    from pipelines.sources.quarantine import READER, knows, reason_text

    try:
        reasons = json.loads(encoded or "[]")
    except ValueError:
        return encoded or ""
    told = []
    for reason in reasons:
        code = str(reason.get("code"))
        has_words = code.startswith(READER) or knows(code)
        field = label(load_contract(kind), str(reason.get("field") or ""))
        plain = " ".join(str(value) for value in reason.values() if value)
        told.append(reason_text(reason, field) if has_words else plain)
    return say("sources.between_reasons").join(told)
