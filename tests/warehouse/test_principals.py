"""Nobody sees a region that is not theirs."""

from __future__ import annotations

import pytest

from pipelines import warehouse
from pipelines.errors import PipelineError
from pipelines.principals import PUBLIC, Principal

DISTRICT = Principal("beichen", frozenset({"120113"}))
NOBODY = Principal("nobody", frozenset())
REGIONS = ("120113", "120113001", "120116403", "350212", "120000")
# What the plans above print is public; what is computed of them is not, and the test below looks at that itself.
IN_PRINT = {"assess_plans", "assess_targets", "mart_reconciliation"}
KINDS = ("accidents", "disasters", "inspections", "training", "statistics")


def assessments(engine, settings, progress):
    """A plan of a city and one of a district, as the assessment step would write them."""
    engine.create_table(
        "assess_plans",
        "SELECT 'tianjin' AS plan_id, '120000' AS region_code, NULL AS parent_plan_id "
        "UNION ALL SELECT 'beichen', '120113', 'tianjin'",
    )
    engine.create_table(
        "assess_assessments", "SELECT plan_id, 'T1' AS target_id, DATE '2024-09-30' AS as_of_on FROM assess_plans"
    )
    engine.create_table("assess_indicators", "SELECT 'deaths' AS indicator_id")
    engine.create_table(
        "assess_control_figures",
        "SELECT 'beichen' AS plan_id, '120113001' AS region_code, '' AS sector_code "
        "UNION ALL SELECT 'beichen', '', 'fire' UNION ALL SELECT 'tianjin', '120113', ''",
    )
    engine.create_table("forecast_backtests", "SELECT '120000' AS region_code, 'deaths' AS series, 1.0 AS crps")
    engine.create_table("forecast_of_tomorrow", "SELECT '120113' AS region_code, 'beichen' AS plan_id, 1.0 AS crps")


@pytest.fixture
def house(warehouse_from):
    """One record of each kind in each region, each in a file of its own."""
    rows = {
        kind: [{"region_code": region, "file": f"{kind}_{region}.csv"} for region in REGIONS for _ in range(2)]
        for kind in KINDS
    }
    due = [
        {"kind": "accidents", "region_code": region, "period_start": "2024-01-01", "period_end": "2024-03-31",
         "due_on": "2024-04-15"}
        for region in REGIONS
    ]  # fmt: skip
    rejected = {"file_id": "x", "kind": "accidents", "record_number": 1, "original_line": "Zhang San, 110101"}
    return lambda principal: warehouse_from(
        **rows,
        rejects=[rejected],
        reporting_calendar=due,
        plans={"tianjin": "120000", "beichen": "120113"},
        facts=[{"plan_id": p, "measure": "accidents", "aggregation": "total", "kind": "accidents",
                "period_start_year": 2016, "period_end_year": 2020, "value": 4.0} for p in ("tianjin", "beichen")],
        assess=assessments,
        principal=principal,
    )  # fmt: skip


def seen(house, sql):
    return {next(iter(row.values())) for row in house.query(sql)}


def test_the_office_itself_sees_everything(house):
    everything = house(None)
    assert seen(everything, "SELECT region_code FROM core_accidents__versions") == set(REGIONS)
    assert len(everything.rejects()) == 1
    assert {row["plan_id"] for row in everything.plans()} == {"tianjin", "beichen"}


def test_a_district_sees_itself_and_its_towns_in_every_relation(house):
    """Every relation of the build, enumerated: no row of another region, plan or file is in any of them."""
    mine = house(DISTRICT)
    files = seen(house(None), "SELECT file_id FROM mart_files WHERE path LIKE '%120113%'")
    assert len(mine.tables()) > 25
    for table in mine.tables() - PUBLIC - IN_PRINT:
        columns = mine.columns(table)
        rows = mine.query(f"SELECT * FROM {table}")
        for row in rows:
            if row.get("region_code"):
                assert row["region_code"] in ("120113", "120113001"), table
            if "plan_id" in columns:
                assert row["plan_id"] == "beichen", table
            if "file_id" in columns:
                assert row["file_id"] in files, table
        if not {"region_code", "plan_id", "file_id"} & set(columns):
            assert rows == [], f"{table} names nobody's region and is not public"
    assert mine.query("SELECT * FROM forecast_of_tomorrow") == [], "no rule is stated for it"
    for kind in KINDS:
        assert seen(mine, f"SELECT region_code FROM core_{kind}__versions") == {"120113", "120113001"}
    assert seen(mine, "SELECT plan_id FROM assess_assessments") == {"beichen"}
    assert len(mine.query("SELECT * FROM assess_control_figures")) == 2
    assert len(mine.files()) == 2 * len(KINDS)
    assert mine.rejects() == []


def test_the_readers_answer_a_district_too(house):
    mine = house(DISTRICT)
    assert len(mine.records("accidents")) == 4
    assert mine.count_records("inspections", region="350212") == 0
    assert {row["path"] for row in mine.records("accidents")} == {
        "accidents/accidents_120113.csv",
        "accidents/accidents_120113001.csv",
    }
    assert {row["region_code"] for row in mine.reporting_status()} == {"120113", "120113001"}
    assert {row["plan_id"] for row in mine.reconciliation()} == {"tianjin", "beichen"}
    assert {row["computed_value"] for row in mine.reconciliation() if row["plan_id"] == "tianjin"} == {None}
    assert [row["plan_id"] for row in mine.plans()] == ["beichen"]
    assert mine.names()["region:350212"]["name_en"] == "Tong'an"


def test_whoever_has_no_region_sees_no_row(house):
    none = house(NOBODY)
    for table in none.tables() - PUBLIC:
        assert none.query(f"SELECT * FROM {table}") == [], table


AROUND = [
    "SELECT * FROM main.core_accidents__versions",
    "SELECT * FROM anlan.main.core_accidents__versions",
    "SELECT * FROM anlan.core_accidents__versions",
    'SELECT * FROM "main"."core_accidents__versions"',
    "SELECT (SELECT COUNT(*) FROM main.core_accidents__versions)",
    "WITH x AS (SELECT * FROM main.mart_rejects) SELECT * FROM x",
    "SELECT * FROM query('SELECT * FROM main.mart_rejects')",
    "SELECT * FROM query_table('main.mart_rejects')",
    "SELECT * FROM duckdb_tables()",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_tables",
    "SELECT * FROM pragma_storage_info('core_accidents__versions')",
    "FROM main.mart_rejects",
    "TABLE main.mart_rejects",
    "SUMMARIZE main.mart_rejects",
    "DESCRIBE main.mart_rejects",
    "PIVOT main.mart_rejects ON kind USING COUNT(*)",
    "DROP VIEW mart_rejects",
    "SELECT 1 UNION ALL SELECT record_number FROM main.mart_rejects",
    "SELECT * FROM mart_sectors WHERE EXISTS (SELECT 1 FROM main.mart_rejects)",
    "SELECT /* /* */ 1 /* */ FROM main.mart_rejects */",
    "EXPLAIN ANALYZE SELECT * FROM main.mart_rejects",
]


@pytest.mark.parametrize("sql", AROUND)
def test_there_is_no_way_around_the_views(house, sql):
    mine = house(DISTRICT)
    with pytest.raises(PipelineError) as caught:
        mine.query(sql)
    assert caught.value.code == "query_refused"
    assert "Zhang" not in str(caught.value)


@pytest.mark.parametrize(
    "sql",
    [
        "WITH core_x AS (SELECT region_code FROM core_accidents__versions) SELECT DISTINCT region_code FROM core_x",
        "SELECT DISTINCT region_code FROM CORE_ACCIDENTS__VERSIONS",
        "SELECT DISTINCT a.region_code FROM core_accidents__versions AS a JOIN mart_sectors USING (sector_code)",
        "SELECT DISTINCT region_code FROM core_accidents__versions WHERE region_code <> $code",
    ],
)  # fmt: skip
def test_a_restricted_query_may_still_be_any_select(house, sql):
    mine = house(DISTRICT)
    params = {"code": "x"} if "$code" in sql else {}
    assert {row["region_code"] for row in mine.query(sql, params)} == {"120113", "120113001"}


def test_a_sign_in_name_without_a_role_sees_nothing(warehouse_from):
    warehouse_from(accidents=[{}])
    with warehouse.open(warehouse_from.settings, principal="a stranger") as house:
        assert house.principal.regions == frozenset()
        assert house.records("accidents") == []
