"""A reader of one district is told no count of rejected rows as if files shared with others had none."""

import datetime
from types import SimpleNamespace

import duckdb
import pytest

from pipelines.briefing.facts import FactBook
from pipelines.briefing.quarterly import notes
from pipelines.texts import in_language

D = datetime.date


@pytest.mark.parametrize(
    ("shared", "told"),
    [
        ("4", "所用记录来自2个文件，其中退回未收5行。"),
        ("NULL", "所用记录来自2个文件，其中1个也载有其他地区的记录，其退回行数不在此列；其余文件退回未收1行。"),
    ],
)
def test_rejected_rows_of_files_that_hold_others_records_too_are_not_counted_as_none(shared, told):
    con = duckdb.connect()
    con.execute(f"CREATE TABLE mart_files AS SELECT * FROM (VALUES (1, 1), (2, {shared})) AS f (file_id, rejected)")
    con.execute(
        "CREATE TABLE core_reports__received AS SELECT n AS file_id, '120113' AS region_code, "
        "DATE '2024-01-01' AS known_on, NULL::DATE AS gone_on FROM range(1, 3) AS r (n)"
    )
    con.execute("CREATE TABLE core_regions__ancestors AS SELECT '120113' AS region_code, '120113' AS ancestor_code")

    def query(sql, given):
        found = con.execute(sql, {name: value for name, value in given.items() if f"${name}" in sql})
        return [dict(zip([one[0] for one in found.description], row, strict=True)) for row in found.fetchall()]

    book = FactBook("zh", "b", {"plan_id": "beichen"}, D(2024, 9, 30), is_synthetic=False)
    quarter = SimpleNamespace(house=SimpleNamespace(query=query), region="120113", known=D(2024, 9, 30))
    with in_language("zh"):
        assert str(notes._loaded(SimpleNamespace(quarter=quarter, book=book))) == told
