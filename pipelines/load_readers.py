"""Questions about what was loaded: files, rejected rows, returns that are owed, checks, printed figures, code lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipelines import clock
from pipelines.asking import Asking
from pipelines.engine import Row
from pipelines.model_run import places_text
from pipelines.reporting import Reporting, Span, read_reporting
from pipelines.returns_in import returns_out
from pipelines.texts import has, say


class LoadReaders(Asking):
    """Questions about loads.

    Attributes:
        office_regions: What `[office] regions` of the settings names.
    """

    office_regions: tuple[str, ...] = ()

    def files(self) -> list[Row]:
        """Every file that was ever read, the newest first."""
        return self.query("SELECT * FROM mart_files ORDER BY withdrawn_on NULLS FIRST, received_on DESC, kind, path")

    def rejects(self) -> list[Row]:
        """Rejected rows of the files that are there, with file, line and `reasons_text`, the reasons in words."""
        sql = (
            "SELECT r.* EXCLUDE (source), f.path, f.source, f.received_on FROM mart_rejects AS r "
            "LEFT JOIN mart_files AS f ON f.file_id = r.file_id AND f.kind = r.kind "
            "WHERE f.withdrawn_on IS NULL "  # of a former edition nothing can be mended
            "ORDER BY f.path, r.sheet, r.record_number"
        )
        from pipelines.sources.quarantine import reasons_text

        return [{**row, "reasons_text": reasons_text(row["kind"], row["reasons"])} for row in self.query(sql)]

    def reporting_status(self) -> list[Row]:
        """What each region owes, and the spells in which it was there, one row each, with the regions' names."""
        return self.query(
            "SELECT s.*, r.name_zh AS region_name_zh, r.name_en AS region_name_en, r.name_zh, r.name_en "
            "FROM mart_reporting_status AS s LEFT JOIN mart_regions AS r ON r.region_code = s.region_code "
            "ORDER BY s.period_start DESC, s.kind, s.region_code, s.known_on"
        )

    def regions_owing(self) -> frozenset[str] | None:
        """Regions whose returns this office waits for; None means all of the reporting calendar.

        Those named by `[office] regions` of `anlan.toml` and all below them. Without it, the regions of which the
        office's own files speak, and the districts above them; what is shipped of a publisher is none of these. Where
        nothing of its own is loaded, as in the demonstration, all owe.
        """
        if self.office_regions:
            sql = "SELECT region_code FROM core_regions__ancestors WHERE list_contains($named, ancestor_code)"
            return frozenset(row["region_code"] for row in self.query(sql, {"named": list(self.office_regions)}))
        own = "SELECT f.file_id FROM mart_files AS f WHERE NOT f.is_published AND NOT f.is_synthetic"
        if not self.query(f"{own} LIMIT 1"):
            return None
        sql = (
            "SELECT DISTINCT a.ancestor_code AS region_code FROM core_regions__ancestors AS a "
            "JOIN mart_regions AS r ON r.region_code = a.ancestor_code "
            f"WHERE a.region_code IN (SELECT s.region_code FROM mart_file_regions AS s WHERE s.file_id IN ({own})) "
            "AND (a.distance = 0 OR r.level IN ('district', 'town'))"
        )
        return frozenset(row["region_code"] for row in self.query(sql)) or None

    def accidents_of(self, region: str, first: date, last: date, known: date) -> tuple[int, int]:
        """Accidents of some days, of a region and all below it: how many were known at a day, and how many are now."""
        sql = (
            "SELECT COUNT(DISTINCT (source, record_id, region_code)) FILTER (WHERE known_on <= $known) AS then_known, "
            "COUNT(DISTINCT (source, record_id, region_code)) FILTER (WHERE superseded_on IS NULL) AS now_known "
            "FROM core_accidents__versions WHERE occurred_on >= $first AND occurred_on <= $last AND region_code IN "
            "(SELECT a.region_code FROM core_regions__ancestors AS a WHERE a.ancestor_code = $region)"
        )
        (row,) = self.query(sql, {"region": region, "first": first, "last": last, "known": known})
        return row["then_known"], row["now_known"]

    def returns_asked(self, region: str) -> frozenset[str]:
        """Kinds of which the calendar asks a region or one below it for returns to this office, due yet or not."""
        sql = (
            "SELECT DISTINCT s.kind, s.region_code FROM mart_reporting_status AS s JOIN core_regions__ancestors AS a "
            "ON a.region_code = s.region_code WHERE a.ancestor_code = $region"
        )
        owing = self.regions_owing()
        rows = self.query(sql, {"region": region})
        return frozenset(row["kind"] for row in rows if owing is None or row["region_code"] in owing)

    def is_asked_of_nobody(self) -> bool:
        """Whether the reporting calendar asks nothing of any region whose returns this office waits for."""
        owing = self.regions_owing()
        asked = {row["region_code"] for row in self.query("SELECT DISTINCT region_code FROM mart_reporting_status")}
        return not (asked if owing is None else asked & owing)

    def missing_returns(self, on: date | None = None) -> list[Row]:
        """Returns that were due and are not there.

        Args:
            on: Day at which it is asked; None means today. Simulated records stand still: for them it is the day on
                which the newest file was received.
        """
        simulated = [row["received_on"] for row in self.files() if row["is_synthetic"] and row["received_on"]]
        day = on or max(simulated, default=clock.today())
        owing = self.regions_owing()
        rows = (row for row in self.reporting_status() if owing is None or row["region_code"] in owing)
        return [row for row in returns_out(rows, day).values() if row["due_on"] <= day]

    def reporting(self, region: str, spans: Sequence[Span]) -> list[dict[str, Reporting]]:
        """Whether the returns of some spans of months were there; see `pipelines.reporting.read_reporting`."""
        return read_reporting(self.query, region, spans)

    def reconciliation(self) -> list[Row]:
        """Figures printed in the plans beside what the records add up to."""
        return self.query("SELECT * FROM mart_reconciliation ORDER BY plan_id, kind, measure, aggregation")

    def checks(self) -> list[Row]:
        """Every check with how many rows it found and its sentence in `text`, which names the first places kept."""
        rows = self.query("SELECT * FROM mart_check_results ORDER BY offending_rows DESC, check_name")
        # A build outlives its texts: a check that is told otherwise by now still has its name.
        return [{**row, "text": _text_of(row)} for row in rows]

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


def _text_of(check: Row) -> str:
    text = say(check["tell"]) if has(check["tell"]) else str(check["check_name"])
    places = places_text(check.get("places"), check["offending_rows"])
    return say("build.at_places", text=text, places=places) if places else text
