"""A foreign publisher's file by YAML: every word a mapping may use, and what is said of a wrong one."""

import datetime
import re
import shutil

import duckdb
import openpyxl
import pytest

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.sources.contract import KINDS, load_contract
from pipelines.sources.landing import land_all
from pipelines.sources.mapping import load_mapping
from pipelines.sources.readers import read_file
from pipelines.texts import in_language

REQUIRED = """
  record_id: id
  region_code: {constant: "120116"}
  occurred_at: day
  sector_code: {constant: fire}
  deaths: dead
"""


@pytest.fixture
def mapping(tmp_path):
    """Load a mapping of accidents from the text of its YAML; required fields are mapped unless they are given."""

    def of(fields="", top=""):
        given = {line.strip().split(":")[0] for line in fields.splitlines() if line.startswith("  ")}
        rest = "\n".join(line for line in REQUIRED.splitlines() if line.strip().split(":")[0] not in given)
        path = tmp_path / "publisher.mapping.yml"
        path.write_text(f"kind: accidents\n{top}\nfields:\n{rest}\n{fields}\n", encoding="utf-8")
        return load_mapping(path)

    return of


@pytest.fixture
def mapped(tmp_path, con, mapping):
    """Values of one field of a CSV: `mapped("deaths", header, rows, fields, top)`."""

    def of(field, header, rows, fields="", top=""):
        path = tmp_path / "theirs.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        raw = read_file(path, con, load_contract("accidents"), mapping(fields, top))[0]
        raw.fill(con, "rows_read")
        return [value for (value,) in con.execute(f"SELECT {raw.columns[field]} FROM rows_read").fetchall()]

    return of


HEADER = "id,day,dead"


@pytest.fixture
def con():
    """An empty database."""
    with duckdb.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("10.00K", "10000"),
        ("2.5M", "2500000"),
        (".5K", "500"),
        ("5k", "5000"),
        ("1.2B", "1200000000"),
        ("3H", "300"),
        ("0", "0"),
        ("1,234.50", "1234.5"),
        ("7.", "7"),
        ("", None),
        ("5?", "5?"),
        ("K", "K"),
        ("1.2.3", "1.2.3"),
        ("many", "many"),
    ],
)
def test_numbers_with_letters_behind_them(mapped, written, canonical):
    rows = [f'1,2024-01-01,1,"{written}"']
    fields = "  direct_loss_fen: {column: loss, suffixes: {H: 100, K: 1000, M: 1000000, B: 1000000000}}"
    assert mapped("direct_loss_fen", HEADER + ",loss", rows, fields) == [canonical]


def test_factor_is_exact_and_amounts_are_rounded_to_the_fen(mapped):
    rows = [f"1,2024-01-01,1,{loss}" for loss in ("0.1", "100.555", "-3")]
    fields = "  direct_loss_fen: {column: loss, factor: 7.1"
    assert mapped("direct_loss_fen", HEADER + ",loss", rows, fields + "}") == ["0.71", "713.94", "-21.3"]
    assert mapped("direct_loss_fen", HEADER + ",loss", rows, fields + ", unit: 万元}") == ["0.71", "713.9405", "-21.3"]


def test_a_sum_counts_blanks_as_nothing_unless_all_are_blank(mapped):
    rows = ["1,2024-01-01,2,1", "2,2024-01-01,,4", "3,2024-01-01,,", "4,2024-01-01,2,x"]
    values = mapped("deaths", HEADER + ",later", rows, "  deaths: {sum: [dead, later]}")
    assert values == ["3", "4", None, "2 + x"]


@pytest.mark.parametrize(
    ("written", "form", "canonical"),
    [
        ("103年11月26日", "roc", "2014-11-26"),
        ("民國103年1月6日", "roc", "2014-01-06"),
        ("104/09/24", "roc", "2015-09-24"),
        ("99.1.2", "roc", "2010-01-02"),
        ("103年04 月15日", "roc", "2014-04-15"),
        ("103年13月45日", "roc", "2014-13-45"),  # no day of the calendar: the cast says so
        ("104.12", "roc", "104.12"),
        ("26/11/2014", "%d/%m/%Y", "2014-11-26"),
        ("03-MAY-93 18:35:00", "%d-%b-%y %H:%M:%S", "1993-05-03 18:35:00"),
        ("03-MAY-17 18:35:00", "%d-%b-%y %H:%M:%S", "2017-05-03 18:35:00"),
        ("soon", "%d/%m/%Y", "soon"),
        ("", "roc", None),
    ],
)
def test_dates(mapped, written, form, canonical):
    pivot = ", pivot: 50" if "%y" in form else ""
    rows = [f"1,{written},1", "2,x,1"]
    assert (
        mapped("occurred_at", HEADER, rows, f'  occurred_at: {{column: day, dates: ["{form}"]{pivot}}}')[0] == canonical
    )


def test_dates_in_several_forms_and_in_parts(mapped):
    rows = ["1,2024/3/1,1,2024,3,1,07:30", "2,104/3/1,1,2015,12,10,"]
    header = HEADER + ",year,month,date,time"
    both = mapped("occurred_at", header, rows, '  occurred_at: {column: day, dates: ["%Y/%m/%d", roc]}')
    assert both == ["2024-03-01", "2015-03-01"]
    parts = "  occurred_at: {date_parts: {year: year, month: month, day: date, time: time}}"
    assert mapped("occurred_at", header, rows, parts) == ["2024-03-01 07:30", "2015-12-10"]
    first = '  occurred_at: {date_parts: {year: year, month: month, day: "1"}}'
    assert mapped("occurred_at", header, rows, first) == ["2024-03-01", "2015-12-01"]


def test_codes_keep_what_they_do_not_know(mapped):
    rows = ["1,2024-01-01,1,NO", "2,2024-01-01,1,7", "3,2024-01-01,1,9", "4,2024-01-01,1,"]
    codes = "  sector_code: {column: what, codes: {NO: fire, 7: coal_mines}"
    assert mapped("sector_code", HEADER + ",what", rows, codes + "}") == ["fire", "coal_mines", "9", None]
    defaulted = mapped("sector_code", HEADER + ",what", rows, codes + ", default: other}")
    assert defaulted == ["fire", "coal_mines", "other", "other"]


def test_templates_joins_and_extracts(mapped):
    rows = ["7,2024-01-01,1,Case no. 12/b,Hall"]
    header = HEADER + ",what,where"
    template = '  record_id: {template: "{file}-{id}-{record_number}"}'
    assert mapped("record_id", header, rows, template) == ["theirs-7-1"]
    assert mapped("record_id", header, rows, '  record_id: {column: what, extract: "no[.] ([0-9]+)"}') == ["12"]
    assert mapped("description", header, rows, '  description: {join: [what, where], separator: ", "}') == [
        "Case no. 12/b, Hall"
    ]


def test_missing_markers_are_blank_everywhere_or_in_one_field(mapped):
    rows = ["1,2024-01-01,-9,?", "2,2024-01-01,?,x"]
    fields = "  deaths: {column: dead, missing: ['?']}\n  description: note"
    assert mapped("deaths", HEADER + ",note", rows, fields, "missing: ['-9']") == [None, None]
    assert mapped("description", HEADER + ",note", rows, fields, "missing: ['-9']") == ["?", "x"]


def test_continuation_rows_take_from_above_only_what_is_blank(mapped):
    rows = ["1,2024-01-01,1,A", ",,2,", ",2024-02-02,3,", "4,,4,B"]
    top = "fill_down: {where_blank: firm, columns: [id, day]}"
    fields = "  enterprise: firm"
    header = HEADER + ",firm"
    assert mapped("record_id", header, rows, fields, top) == ["1", "1", "1", "4"]
    assert mapped("occurred_at", header, rows, fields, top) == ["2024-01-01", "2024-01-01", "2024-02-02", None]
    assert mapped("enterprise", header, rows, fields, top) == ["A", "A", "A", "B"]


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("{column: what, filled: true}", ["1", "2"]),
        ("{column: what, filled: false}", ["3"]),
        ("{column: what, equals: [a, z]}", ["1"]),
        ("{column: what, differs: a}", ["2", "3"]),
        ('{column: what, matches: "^b"}', ["2"]),
    ],
)
def test_rows_that_are_no_records_are_left_out(mapped, condition, kept):
    rows = ["1,2024-01-01,1,a", "2,2024-01-01,1,bb", "3,2024-01-01,1,"]
    assert mapped("record_id", HEADER + ",what", rows, top=f"keep:\n  - {condition}") == kept


def test_rows_left_out_are_counted_and_said(tmp_path, con, mapping):
    path = tmp_path / "theirs.csv"
    path.write_text(HEADER + "\n1,2024-01-01,1\nSource: us,,\n", encoding="utf-8")
    raw = read_file(path, con, load_contract("accidents"), mapping(top="keep: [{column: day, filled: true}]"))[0]
    assert [(note.code, note.facts["n"]) for note in raw.notes] == [("rows_left_out", 1)]


def test_a_form_that_changed_its_headings_needs_one_mapping(mapped):
    top = "columns: {who: [firm, company name]}"
    for heading in ("firm", "Company Name"):
        assert mapped("enterprise", f"{HEADER},{heading}", ["1,2024-01-01,1,A"], "  enterprise: who", top) == ["A"]


def test_a_file_without_headings_has_columns_by_number(mapped):
    fields = "  record_id: c1\n  occurred_at: c2\n  deaths: c3"
    assert mapped("deaths", "1,2024-01-01,3", ["2,2024-01-02,4"], fields, "file: {heading_row: 0}") == ["3", "4"]


def test_the_row_of_the_heading_may_be_said(mapped):
    rows = ["x,y,z", HEADER, "1,2024-01-01,3"]
    assert mapped("deaths", "title,,", rows, top="file: {heading_row: 3}") == ["3"]


@pytest.mark.parametrize("encoding", ["big5", "cp950", "cp949", "cp1252"])
def test_declared_encodings(tmp_path, con, mapping, encoding):
    note = {"big5": "工傷", "cp950": "工傷", "cp949": "산업재해", "cp1252": "Münch, €5"}[encoding]
    path = tmp_path / "theirs.csv"
    path.write_bytes(f'{HEADER},note\n1,2024-01-01,1,"{note}"\n'.encode(encoding))
    raw = read_file(
        path, con, load_contract("accidents"), mapping("  description: note", f"file: {{encoding: {encoding}}}")
    )[0]
    raw.fill(con, "t")
    assert con.execute(f"SELECT {raw.columns['description']} FROM t").fetchall() == [(note,)]


def test_stray_bytes_of_an_older_encoding_are_read_where_the_mapping_allows_it(tmp_path, con, mapping):
    path = tmp_path / "theirs.csv"
    path.write_bytes(f"{HEADER},note\n1,2024-01-01,1,caf".encode() + b"\xe9 \x93x\x94 " + "水\n".encode())
    raw = read_file(
        path, con, load_contract("accidents"), mapping("  description: note", "file: {encoding: utf-8 else cp1252}")
    )[0]
    raw.fill(con, "t")
    assert con.execute(f"SELECT {raw.columns['description']} FROM t").fetchall() == [("café “x” 水",)]


def test_text_of_a_mapping_never_becomes_sql(mapped):
    fields = '  description: {constant: "x\'); DROP TABLE rows_read; --"}\n  enterprise: {template: "o\'{id}"}'
    assert mapped("description", HEADER, ["1,2024-01-01,1"], fields) == ["x'); DROP TABLE rows_read; --"]
    assert mapped("enterprise", HEADER, ["1,2024-01-01,1"], fields) == ["o'1"]


def test_a_file_that_lacks_a_mapped_column_names_the_nearest(tmp_path, con, mapping):
    path = tmp_path / "theirs.csv"
    path.write_text("id,day,deads\n1,2024-01-01,1\n", encoding="utf-8")
    with in_language("en"), pytest.raises(PipelineError) as caught:
        read_file(path, con, load_contract("accidents"), mapping())
    assert caught.value.tell("en") == (
        "theirs.csv: headings of the mapping that are not in the file: 1\n"
        '  "dead" is missing; nearest heading found: "deads"\n'
        "Nothing of it was taken in.\n"
        'Rule: mapping publisher.mapping.yml; the file has "id", "day", "deads"\n'
        "To do: correct the mapping, or ask the publisher whether the form has changed"
    )


@pytest.mark.parametrize(
    ("fields", "top", "said"),
    [
        ("  deathz: dead", "", "line 10: fields.deathz: accidents has no such field"),
        ("  deaths: {column: dead, colour: red}", "", "line 9 fields.deaths.colour: unknown entry"),
        (
            "  deaths: {}",
            "",
            "line 9 fields.deaths: say exactly one of column, constant, join, sum, template, date_parts",
        ),
        ("  deaths: {column: dead, factor: much}", "", 'line 9 fields.deaths.factor: "much" is no number'),
        (
            "  deaths: {column: dead, extract: '(['}",
            "",
            'line 9: fields.deaths.extract: "([" is no regular expression',
        ),
        ("  deaths: {column: dead, pivot: 30}", "", "line 9 fields.deaths: `pivot` belongs to a date form with %y"),
        ("", "keep: [{column: day}]", "line 2 keep.0: say exactly one of filled, equals, differs, matches"),
        ("", "file: {encoding: klingon}", 'line 2 file.encoding: "klingon" is not allowed'),
    ],
)
def test_a_wrong_mapping_says_line_and_place(mapping, fields, top, said):
    with in_language("en"), pytest.raises(PipelineError) as caught:
        mapping(fields, top)
    assert caught.value.code == "mapping_invalid"
    assert any(row.startswith(said) for row in caught.value.rows), caught.value.rows


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kind: [", "mapping_unreadable"),
        ("kind: accidents\nkind: training\nfields: {}", "mapping_unreadable"),
        ("a: &x [1]\nb: *x", "mapping_unreadable"),
        ("!!python/object/apply:os.system ['true']", "mapping_invalid"),
        ("just words", "mapping_invalid"),
        ("kind: accidents\nfields: {deaths: dead}", "mapping_invalid"),
    ],
)
def test_yaml_that_is_no_mapping(tmp_path, text, code):
    path = tmp_path / "x.mapping.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PipelineError) as caught:
        load_mapping(path)
    assert caught.value.code == code


def test_a_mapping_that_is_not_there(tmp_path):
    with pytest.raises(PipelineError) as caught:
        load_mapping(tmp_path / "none.mapping.yml")
    assert caught.value.code == "mapping_unreadable"


def test_personal_columns_of_a_foreign_form_are_blotted_out(tmp_path, con, mapping):
    path = tmp_path / "theirs.csv"
    path.write_text(f"{HEADER},boss\n1,2024-01-01,1,Wang\n2,x\n", encoding="utf-8")
    raw = read_file(path, con, load_contract("accidents"), mapping(top="personal: [boss]"))[0]
    assert raw.original_lines([2]) == {2: "1,2024-01-01,1,＊"}
    assert [fault.code for fault in raw.faults] == ["too_few_cells"]


def test_a_formula_without_a_value_is_told_of_the_field_it_feeds(tmp_path, con, mapping):
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["1", "2024-01-01", "=1+1"])
    book.save(tmp_path / "theirs.xlsx")
    raw = read_file(tmp_path / "theirs.xlsx", con, load_contract("accidents"), mapping())[0]
    assert [(fault.code, fault.field) for fault in raw.faults] == [("formula_without_value", "deaths")]


def test_a_number_that_is_shown_as_per_cent_is_mapped_as_it_is_shown(tmp_path, con, mapping):
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["1", "2024-01-01", 0.955])
    book.active["C2"].number_format = "0.0%"
    book.save(tmp_path / "theirs.xlsx")
    raw = read_file(tmp_path / "theirs.xlsx", con, load_contract("accidents"), mapping())[0]
    raw.fill(con, "mapped")
    assert con.execute(f"SELECT {raw.columns['deaths']} FROM mapped").fetchall() == [("95.5%",)]


def test_a_mapping_of_another_kind_is_refused(tmp_path, con, mapping):
    path = tmp_path / "theirs.csv"
    path.write_text(HEADER + "\n1,2024-01-01,1\n", encoding="utf-8")
    with in_language("en"), pytest.raises(PipelineError) as caught:
        read_file(path, con, load_contract("training"), mapping())
    assert caught.value.rows == ("kind: accidents is mapped, but the file lies in the folder of training",)


def test_a_mapping_named_in_the_provenance_lands_a_foreign_file(tmp_path, repository):
    folder = tmp_path / "data" / "raw" / "accidents"
    folder.mkdir(parents=True)
    shutil.copytree(repository / "data" / "codes", tmp_path / "data" / "codes")
    (folder / "theirs.csv").write_text("Fire list,,\nid,day,dead\n7,103年11月26日,2\n", encoding="utf-8")
    (folder / "city.mapping.yml").write_text(
        "kind: accidents\nfields:" + REQUIRED.replace("occurred_at: day", "occurred_at: {column: day, dates: [roc]}"),
        encoding="utf-8",
    )
    (folder / "provenance.yml").write_text(
        "theirs.csv: {source: a city, mapping: city.mapping.yml}\n", encoding="utf-8"
    )
    landing = land_all(Settings(root=tmp_path), today=datetime.date(2024, 10, 8))
    with duckdb.connect() as con:
        rows = con.execute(
            f"SELECT source, record_id, CAST(occurred_at AS VARCHAR), sector_code, deaths, line_number "
            f"FROM read_parquet('{landing.parquet('accidents')[0]}')"
        ).fetchall()
    assert rows == [("a city", "7", "2014-11-26 00:00:00", "fire", 2, 3)]


def test_the_manual_lists_every_field_of_every_contract(repository):
    text = (repository / "docs" / "mapping-a-foreign-file.md").read_text(encoding="utf-8")
    for kind in KINDS:
        (row,) = [line for line in text.splitlines() if line.startswith(f"| `{kind}` |")]
        told = re.findall(r"(\*\*)?`(\w+)`", row.split("|")[2])
        assert [(name, bool(bold)) for bold, name in told] == [(f.name, f.required) for f in load_contract(kind).fields]
