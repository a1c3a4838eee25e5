"""The relations that the models may read: their columns and types, as `docs/architecture.md` states them.

Types are DuckDB's names, all of which sqlglot carries to other engines.
"""

from __future__ import annotations

RECORD_KINDS = ("accidents", "disasters", "inspections", "training", "statistics")

LINEAGE = {
    "file_id": "VARCHAR",
    "sheet": "VARCHAR",
    "record_number": "BIGINT",
    "line_number": "BIGINT",
    "corrected_on": "DATE",  # the day from which the word of a correction stands for the sender's; else NULL
}
COMMON = {
    "source": "VARCHAR",
    "record_id": "VARCHAR",
    "status": "VARCHAR",
    "region_code": "VARCHAR",
    "reported_at": "TIMESTAMP",
}

_OWN_COLUMNS = {
    "accidents": {
        "occurred_at": "TIMESTAMP",
        "occurred_hour": "INTEGER",  # NULL where the report gives the day alone; occurred_at is then its beginning
        "sector_code": "VARCHAR",
        "industry_code": "VARCHAR",
        "type_code": "VARCHAR",
        "deaths": "INTEGER",
        "missing": "INTEGER",
        "serious_injuries": "INTEGER",
        "minor_injuries": "INTEGER",
        "direct_loss_fen": "BIGINT",
        "counts_as_work_safety": "BOOLEAN",
        "enterprise": "VARCHAR",
        "cause_code": "VARCHAR",
        "official_grade_code": "VARCHAR",
        "description": "VARCHAR",
    },
    "disasters": {
        "hazard_code": "VARCHAR",
        "started_on": "DATE",
        "ended_on": "DATE",
        "affected_person_times": "BIGINT",
        "deaths": "INTEGER",
        "missing": "INTEGER",
        "relocated": "BIGINT",
        "houses_collapsed": "BIGINT",
        "houses_damaged": "BIGINT",
        "crop_area_ha": "DOUBLE",
        "direct_loss_fen": "BIGINT",
        "housing_loss_fen": "BIGINT",
        "agriculture_loss_fen": "BIGINT",
        "industry_loss_fen": "BIGINT",
        "infrastructure_loss_fen": "BIGINT",
        "public_service_loss_fen": "BIGINT",
        "other_loss_fen": "BIGINT",
        "hours_to_first_supplies": "DOUBLE",
        "hours_to_basic_relief": "DOUBLE",
        "warning_delay_seconds": "DOUBLE",
    },
    "inspections": {
        "inspected_on": "DATE",
        "enterprise": "VARCHAR",
        "sector_code": "VARCHAR",
        "inspection_kind_code": "VARCHAR",
        "inspectors": "INTEGER",
        "hazards_found": "INTEGER",
        "hazards_rectified": "INTEGER",
        "major_hazards": "INTEGER",
        "major_due_on": "DATE",
        "major_rectified_on": "DATE",
        "orders_issued": "INTEGER",
        "cases_opened": "INTEGER",
        "fine_fen": "BIGINT",
        "enterprise_called_in": "BOOLEAN",
    },
    "training": {
        "held_on": "DATE",
        "training_kind_code": "VARCHAR",
        "topic": "VARCHAR",
        "participants": "BIGINT",
        "enterprises": "INTEGER",
        "due_new_employees": "INTEGER",
        "trained_new_employees": "INTEGER",
        "certified": "INTEGER",
    },
    "statistics": {
        "measure": "VARCHAR",
        "sector_code": "VARCHAR",
        "period_start": "DATE",
        "period_end": "DATE",
        "frequency": "VARCHAR",
        "value": "DOUBLE",
        "unit": "VARCHAR",
        "vintage": "VARCHAR",
        "rounding": "VARCHAR",
        "source_title": "VARCHAR",
        "source_url": "VARCHAR",
        "quote": "VARCHAR",
    },
}

_FILES = {
    "file_id": "VARCHAR",
    "kind": "VARCHAR",
    "path": "VARCHAR",
    "source": "VARCHAR",
    "publisher": "VARCHAR",
    "publisher_en": "VARCHAR",
    "sha256": "VARCHAR",
    "received_on": "DATE",
    "arrival": "BIGINT",  # turn in which files came: which of two of one day is the later
    "withdrawn_on": "DATE",
    "is_history": "BOOLEAN",
    "is_synthetic": "BOOLEAN",
    "is_published": "BOOLEAN",
    "format": "VARCHAR",
    "encoding": "VARCHAR",
    "records": "BIGINT",
    "accepted": "BIGINT",
    "rejected": "BIGINT",
    "remarks": "VARCHAR",  # JSON list of {code, …}: columns that nobody reads, and the like
}
_DATING = ("file_id", "received_on", "arrival", "withdrawn_on", "is_history")

SOURCE_RELATIONS: dict[str, dict[str, str]] = {
    **{f"src_{kind}": {**LINEAGE, **COMMON, **_OWN_COLUMNS[kind]} for kind in RECORD_KINDS},
    # The files of one kind apart, so that a new file of inspections does not touch the models of accidents.
    **{f"src_{kind}__files": {name: _FILES[name] for name in _DATING} for kind in RECORD_KINDS},
    "src_files": _FILES,
    # Measures of which the records of a file (or of a sheet of it) say nothing, for want of the column.
    "src_uncounted": {
        "kind": "VARCHAR",
        "file_id": "VARCHAR",
        "sheet": "VARCHAR",
        "measure": "VARCHAR",
        "counted_as": "VARCHAR",  # the measure that counts such records
    },
    "src_rejects": {
        "file_id": "VARCHAR",
        "kind": "VARCHAR",
        "sheet": "VARCHAR",
        "record_number": "BIGINT",
        "line_number": "BIGINT",
        "source": "VARCHAR",
        "record_id": "VARCHAR",  # as the row gives it; NULL where it gives none, or could not be taken apart
        "original_line": "VARCHAR",
        "reasons": "VARCHAR",
    },
    "src_regions": {
        "region_code": "VARCHAR",
        "parent_code": "VARCHAR",
        "level": "VARCHAR",
        "name_zh": "VARCHAR",
        "name_en": "VARCHAR",
        "sort_order": "INTEGER",
    },
    "src_sectors": {
        "sector_code": "VARCHAR",
        "name_zh": "VARCHAR",
        "name_en": "VARCHAR",
        "is_industrial": "BOOLEAN",
        "sort_order": "INTEGER",
    },
    "src_hazards": {"hazard_code": "VARCHAR", "name_zh": "VARCHAR", "name_en": "VARCHAR", "is_flood": "BOOLEAN"},
    "src_grades": {
        "grade_code": "VARCHAR",
        "name_zh": "VARCHAR",
        "name_en": "VARCHAR",
        "rank": "INTEGER",
        "min_deaths": "INTEGER",
        "min_serious_injuries": "INTEGER",
        "min_loss_fen": "BIGINT",
    },
    "src_measures": {
        "measure": "VARCHAR",
        "name_zh": "VARCHAR",
        "name_en": "VARCHAR",
        "unit": "VARCHAR",
        "kind": "VARCHAR",  # of the records it is counted from; statistics for a return
        "nature": "VARCHAR",  # of a statistic: flow, steady (a flow as large in every quarter), stock, share, …
    },
    "src_codes": {"list": "VARCHAR", "code": "VARCHAR", "name_zh": "VARCHAR", "name_en": "VARCHAR"},
    "src_calendar": {"month": "DATE", "year": "INTEGER", "quarter": "INTEGER", "quarter_end": "DATE"},
    "src_reporting_calendar": {
        "kind": "VARCHAR",
        "region_code": "VARCHAR",
        "period_start": "DATE",
        "period_end": "DATE",
        "due_on": "DATE",
    },
    "src_plans": {"plan_id": "VARCHAR", "region_code": "VARCHAR"},
    "src_published_facts": {
        "plan_id": "VARCHAR",
        "kind": "VARCHAR",
        "measure": "VARCHAR",
        "aggregation": "VARCHAR",
        "period_start_year": "INTEGER",
        "period_end_year": "INTEGER",
        "value": "DOUBLE",
        "unit": "VARCHAR",
        "tolerance": "DOUBLE",  # how far a figure may lie away and still be the printed one, same unit
        "is_exact": "BOOLEAN",
        "numerator": "VARCHAR",  # the measure itself, or the numerator of the indicator of that name
        "denominator": "VARCHAR",
        "denominator_at": "VARCHAR",
        "scale": "DOUBLE",
        "quote": "VARCHAR",
        "note": "VARCHAR",
    },
}
