"""Marts in sight: rows in memory, as the models would leave them, and what the assessments say about them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from pipelines.assessment.assess import assess_plan
from pipelines.assessment.assessor import Office
from pipelines.catalogue import load_catalogue
from pipelines.plans import Plan
from pipelines.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
REGIONS = (
    ("000000", None),
    ("120000", "000000"),
    ("120113", "120000"),
    ("120113101", "120113"),
    ("120113102", "120113"),
    ("120116", "120000"),
    ("120116403", "120116"),
    ("110109", "000000"),
    ("350212", "000000"),
)
KINDS = ("accidents", "disasters", "inspections", "training")
YI = 10_000_000_000
"""100 million yuan in 分."""

_SCHEMA = """
CREATE TABLE mart_regions (region_code VARCHAR, parent_code VARCHAR, level VARCHAR, name_zh VARCHAR,
    name_en VARCHAR, sort_order INTEGER);
CREATE TABLE core_regions__ancestors (region_code VARCHAR, ancestor_code VARCHAR, distance INTEGER);
CREATE TABLE mart_sectors (sector_code VARCHAR, sort_order INTEGER);
CREATE TABLE mart_measure_deltas (region_code VARCHAR, sector_code VARCHAR, month DATE, measure VARCHAR,
    known_on DATE, delta BIGINT);
CREATE VIEW mart_measure_quarters AS
    SELECT region_code, sector_code, month, measure, CAST(DATE_TRUNC('quarter', known_on) AS DATE) AS known_quarter,
        SUM(delta) AS delta
    FROM mart_measure_deltas GROUP BY ALL;
CREATE TABLE mart_statistics (region_code VARCHAR, measure VARCHAR, sector_code VARCHAR, period_start DATE,
    period_end DATE, frequency VARCHAR, value DOUBLE, vintage VARCHAR, known_on DATE, superseded_on DATE,
    source VARCHAR, file_id VARCHAR, line_number BIGINT, doubted_on DATE, doubted_until DATE);
CREATE TABLE mart_disaster_events (region_code VARCHAR, record_id VARCHAR, hazard_code VARCHAR, started_on DATE,
    affected_person_times BIGINT, hours_to_first_supplies DOUBLE, hours_to_basic_relief DOUBLE,
    warning_delay_seconds DOUBLE, known_on DATE, superseded_on DATE);
CREATE TABLE mart_blank_records (region_code VARCHAR, measure VARCHAR, month DATE, kind VARCHAR, file_id VARCHAR,
    line_number BIGINT, known_on DATE, superseded_on DATE);
CREATE TABLE mart_reporting_status (kind VARCHAR, region_code VARCHAR, period_start DATE, period_end DATE,
    known_on DATE, lapsed_on DATE);
CREATE TABLE mart_files (file_id VARCHAR, is_synthetic BOOLEAN, kind VARCHAR, path VARCHAR, remarks VARCHAR,
    received_on DATE, withdrawn_on DATE, source VARCHAR);
CREATE TABLE core_reports__received (region_code VARCHAR, kind VARCHAR, month DATE, file_id VARCHAR, known_on DATE,
    gone_on DATE);
CREATE TABLE mart_rejects (file_id VARCHAR, kind VARCHAR, sheet VARCHAR, record_number BIGINT, line_number BIGINT,
    source VARCHAR, record_id VARCHAR,
    original_line VARCHAR, reasons VARCHAR);
CREATE TABLE mart_file_regions (file_id VARCHAR, region_code VARCHAR);
"""


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


class World:
    """The marts of one district (120113) in memory; dates are ISO text, a year's figures are known the month after."""

    def __init__(self):
        self.con = duckdb.connect()
        self.con.execute(_SCHEMA)
        parents = dict(REGIONS)
        for place, (code, parent) in enumerate(REGIONS):
            self._add("mart_regions", code, parent, "", code, code, place)
            distance, above = 0, code
            while above is not None:
                self._add("core_regions__ancestors", code, above, distance)
                above, distance = parents[above], distance + 1
        for place, sector in enumerate(("construction", "fire")):
            self._add("mart_sectors", sector, place)

    def _add(self, table, *values):
        marks = ", ".join("?" for _ in values)
        self.con.execute(f"INSERT INTO {table} VALUES ({marks})", list(values))

    def ask(self, sql, params):
        return self.con.execute(sql, params).fetchall()

    def count(self, measure, month, amount, known=None, region="120113101", sector=""):
        """`amount` of a measure in a month (`2024-03`), known on the last day of that month unless said."""
        first = day(f"{month}-01")
        last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
        self._add("mart_measure_deltas", region, sector, first, measure, day(known) if known else last, amount)
        return self

    def counts(self, measure, by_year, **said):
        """One amount in June of each year."""
        for year, amount in by_year.items():
            self.count(measure, f"{year}-06", amount, **said)
        return self

    def statistic(
        self,
        measure,
        end,
        value,
        known=None,
        *,
        region="120113",
        frequency="year",
        vintage="final",
        until=None,
        sector=None,
        source="",
        doubted=(None, None),
    ):
        """A return for the period that ends on `end` (a year: its last day), known a month later unless said."""
        closes = dt.date(end, 12, 31) if isinstance(end, int) else day(end)
        known_on = day(known) if known else closes + dt.timedelta(days=31)
        until = day(until) if until else None
        start = dt.date(closes.year, 1, 1)
        said = (sector, start, closes, frequency, value, vintage, known_on, until, source, f"{source}.csv", 2, *doubted)
        self._add("mart_statistics", region, measure, *said)
        return self

    def statistics(self, measure, by_year, **said):
        for year, value in by_year.items():
            self.statistic(measure, year, value, **said)
        return self

    def event(
        self,
        on,
        *,
        relief=None,
        supplies=None,
        warning=None,
        hazard="flood",
        affected=100,
        known=None,
        until=None,
    ):
        until = day(until) if until else None
        known_on = day(known) if known else day(on)
        self._add(
            "mart_disaster_events",
            "120113101",
            f"D{on}",
            hazard,
            day(on),
            affected,
            supplies,
            relief,
            warning,
            known_on,
            until,
        )
        return self

    def blank(self, measure, month, known, *, region="120113101", kind="disasters", until=None):
        """A record of a month that leaves blank what a measure adds up, from and until a day."""
        until = day(until) if until else None
        said = (day(f"{month}-01"), kind, "blank.csv", 2, day(known), until)
        self._add("mart_blank_records", region, measure, *said)
        return self

    def reported(self, first, last, *, kinds=KINDS, region="120113", late=None):
        """Quarterly returns, in fifteen days after each quarter; `late` maps a quarter-end to its day or None."""
        for kind in kinds:
            for year in range(first, last + 1):
                for month, end in ((1, (3, 31)), (4, (6, 30)), (7, (9, 30)), (10, (12, 31))):
                    closes = dt.date(year, *end)
                    came = closes + dt.timedelta(days=15)
                    if late and closes.isoformat() in late:
                        told = late[closes.isoformat()]
                        came = day(told) if told else None
                    self._add("mart_reporting_status", kind, region, dt.date(year, month, 1), closes, came, None)
        return self

    def office(self, *targets, **head):
        plan = make_plan(*targets, **head)
        return Office.open(Settings(root=ROOT), load_catalogue(), {plan.id: plan})

    def assess(self, target, as_of, **head):
        """The assessment of a single target."""
        return assess_plan(self.ask, self.office(target, **head), "somewhere", day(as_of))[0]


def make_plan(*targets, **head):
    return Plan.model_validate(
        {
            "id": "somewhere",
            "title": {"zh": "某规划", "en": "Some plan"},
            "region_code": "120113",
            "period": {"start": 2021, "end": 2025},
            "baseline_year": 2020,
            "targets": targets,
            **head,
        }
    )


def make_target(indicator, kind, operator=None, value=None, **said):
    return {
        "id": "t",
        "section": "一",
        "category": "work_safety",
        "name": {"zh": "某指标", "en": "Some indicator"},
        "indicator": indicator,
        "kind": kind,
        "due_year": 2025,
        "nature": "monitored" if kind == "monitored" else "binding",
        "clause": "一",
        "quote": "原文",
        **({} if operator is None else {"operator": operator, "value": value}),
        **said,
    }
