"""Official lists of Taiwan: .xls and .xlsx of two cities in four forms, Big5 CSV; dates of the Republic's era."""

import csv
import datetime
import re
from pathlib import Path

import pytest
import python_calamine

MAPPINGS = Path(__file__).parent / "mappings"
LISTS = "inspections/taiwan_labor_violations"
WORKBOOKS = [
    *(f"kaohsiung/{name}" for name in ("10501-0.xls", "10502-0.xlsx", "10503-0.xls", "10503-1.xls", "10504-0.xlsx")),
    "kaohsiung/10504-1.xlsx",
    *(f"newtaipei/103Violation0{n}.xls" for n in range(1, 7)),
    *(f"newtaipei/104Violation0{n}.xls" for n in range(1, 4)),
]


def violations(path):
    """(firm, document, day) of each clause that a workbook lists, worked out cell by cell without the project's code.

    The day is None where the cell holds no date: in one file the columns of most rows are shifted by one.
    """
    found, firm, document, day = [], "", "", None
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    rows = [list(map(str, row)) for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]
    names = next(row for row in rows if any(cell.startswith("事業單位") for cell in row[:3]) and len(set(row)) > 3)
    at = {key: next(i for i, name in enumerate(names) if re.match(pattern, name)) for key, pattern in {
        "firm": "事業單位", "law": "違反法令條款|法規條款|違反條文", "document": ".*文號", "day": ".*日期",
    }.items()}  # fmt: skip
    for cells in rows[rows.index(names) + 1 :]:
        if not cells[at["law"]].strip() or cells == names:
            continue
        if cells[at["firm"]].strip() not in ("", firm):
            firm, document, day = cells[at["firm"]].strip(), "", None
        document = cells[at["document"]].strip() or document
        if cells[at["day"]].strip():
            parts = [int(part) for part in re.findall(r"\d+", cells[at["day"]])]
            day = datetime.date(parts[0] + 1911, *parts[1:]) if len(parts) == 3 else None
        found.append((firm, document, day))
    return found


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_clause_of_a_workbook_lands_with_its_firm_document_and_day(real_records, land, name):
    path = real_records / LISTS / name
    everything = violations(path)
    expected = [clause for clause in everything if clause[2] is not None]
    landed = land(path, mapping=MAPPINGS / "taiwan_labour_workbooks.yml")
    assert len(landed.rejected()) == len(everything) - len(expected)
    why = {(code, field) for _, code, field, _ in landed.reasons()}
    assert why <= {("not_a_date", "inspected_on"), ("missing_required", "inspected_on")}
    rows = landed.accepted("enterprise, regexp_replace(record_id, '-[0-9]+$', ''), inspected_on")
    assert sorted(rows) == sorted(expected)
    assert landed.accepted("sum(hazards_found)")[0][0] == len(expected) > 0


def test_days_agree_with_those_that_another_hand_worked_out(real_records, land):
    with (real_records / LISTS / "newtaipei/merged.csv").open(encoding="utf-8", newline="") as file:
        theirs = {row["處分書文號"]: row["處分日期"] for row in csv.DictReader(file)}
    compared = 0
    for name in WORKBOOKS[6:]:
        landed = land(real_records / LISTS / name, mapping=MAPPINGS / "taiwan_labour_workbooks.yml")
        for document, day in landed.accepted(
            "regexp_replace(record_id, '-[0-9]+$', ''), CAST(inspected_on AS VARCHAR)"
        ):
            if document in theirs:
                assert (document, day) == (document, theirs[document])
                compared += 1
    assert compared > 350


@pytest.mark.parametrize("city", ["chiayicity", "chiayicounty", "hsinchusciencepark"])
def test_big5_lists_land_and_owners_stay_out(real_records, land, city):
    path = real_records / LISTS / city / "history.csv"
    with path.open(encoding="cp950", newline="") as file:
        expected = list(csv.DictReader(file))
    landed = land(path, mapping=MAPPINGS / "taiwan_labour_history.yml")
    rows = landed.accepted("enterprise, inspected_on, hazards_found")
    parts = [[int(part) for part in row["dt_exe"].split("-")] for row in expected]
    hazards = [int(row["cnt_rule"]) if row["cnt_rule"] else None for row in expected]
    firms = [row["corp"].strip() for row in expected]
    assert [(row[1], row[2]) for row in rows] == [(datetime.date(*p), n) for p, n in zip(parts, hazards, strict=True)]
    assert [row[0] for row in rows] == firms
    assert landed.receipt["encoding"] == "cp950"
    assert landed.receipt["records"] == len(expected)
