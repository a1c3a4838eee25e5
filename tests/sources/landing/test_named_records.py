"""A rejected row keeps the source and the number of its record, so that it counts as mended once the record came."""

import duckdb
import openpyxl
import pytest

pytestmark = pytest.mark.usefixtures("cast_either_way")

HEADING = "序号,事故编号,行政区划代码,发生时间,行业领域,死亡人数,数据来源"


def named(landing) -> list[tuple]:
    """Source and number of the record of each rejected row, in the order of the file."""
    (file,) = landing.rejects
    with duckdb.connect() as con:
        return con.execute(
            "SELECT source, record_id FROM read_parquet(?) ORDER BY line_number, record_number", [str(file)]
        ).fetchall()


def test_a_rejected_row_names_its_record_and_whoever_sent_it(project):
    good = [f"{n},A-{n},120113,2024-07-01 08:00,建筑业,0,bureau" for n in range(150)]
    bad = [
        "920, Ａ-920 ,120113,日期不详,建筑业,0,",
        "921,A-921,120113,2024-07-01 08:00,建筑业,x,police",
        "922,,120113,x,建筑业,0,",
    ]
    project.accidents(*good, *bad, heading=HEADING)
    folder = project.settings.path("raw") / "accidents"
    source = folder.name
    assert named(project.land()) == [(source, "A-920"), ("police", "A-921"), (source, None)]


def test_a_line_that_is_no_row_names_the_record_at_the_place_of_its_heading(project):
    good = [f"{n},A-{n},120113,2024-07-01 08:00,建筑业,0,bureau" for n in range(150)]
    project.accidents(
        *good, "950,A-950,120113,2024-07-01 08:00,建筑业,0,bureau,one,more", "951,A-951,120113,,,", heading=HEADING
    )
    assert [record for _, record in named(project.land())] == ["A-950", "A-951"]


def test_a_rejected_row_of_a_workbook_names_its_record(project):
    book = openpyxl.Workbook()
    book.active.append(HEADING.split(","))
    for n in range(150):
        book.active.append([n, f"A-{n}", "120113", "2024-07-01 08:00" if n else "日期不详", "建筑业", 0, "bureau"])
    place = project.settings.path("raw") / "accidents" / "q3.xlsx"
    place.parent.mkdir(parents=True, exist_ok=True)
    book.save(place)
    assert named(project.land()) == [("bureau", "A-0")]
