"""The gallery of bad files: each function writes one file with one defect.

What must be said of each stands whole in `messages.en.txt` and `messages.zh.txt`; see `test_gallery.py`.
"""

import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pyarrow
import pyarrow.parquet
import xlwt

HEADING = "事故编号,区划代码,发生时间,行业领域,死亡人数"
GOOD = ["A-1,110109001,2024-01-05,建筑业,1", "A-2,110109001,2024-02-06,化工,0", "A-3,110109001,2024-03-07,煤矿,2"]


@dataclass(frozen=True)
class Defect:
    """One bad file: what it is called, how it is written, and records of which kind it holds."""

    name: str
    write: Callable[[Path], None]
    kind: str = "accidents"


GALLERY: list[Defect] = []


def defect(name: str, kind: str = "accidents"):
    """Put a function that writes a bad file into the gallery."""

    def register(write: Callable[[Path], None]) -> Callable[[Path], None]:
        GALLERY.append(Defect(name, write, kind))
        return write

    return register


def csv(path: Path, *rows: str, heading: str = HEADING) -> None:
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")


def workbook(rows: list[list]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def good_workbook() -> bytes:
    return workbook([HEADING.split(","), *(row.split(",") for row in GOOD)])


@defect("wrong_heading.csv")
def wrong_heading(path):
    csv(path, *GOOD, heading="事故编号,区划代码,发生时间,行业领域,死忘人数")


@defect("missing_column.csv")
def missing_required_column(path):
    csv(path, *(row.rsplit(",", 1)[0] for row in GOOD), heading="事故编号,区划代码,发生时间,行业领域")


@defect("no_heading.csv")
def no_heading_at_all(path):
    path.write_text("\n".join(GOOD) + "\n", encoding="utf-8")


@defect("two_columns.csv")
def two_columns_for_one_field(path):
    csv(path, *(row + ",3" for row in GOOD), heading=HEADING + ",死亡（人）")


@defect("unknown_code.csv")
def unknown_code(path):
    csv(path, GOOD[0].replace("建筑业", "建築业 "), *GOOD[1:])


@defect("impossible_date.csv")
def impossible_date(path):
    csv(path, GOOD[0].replace("2024-01-05", "2024-02-30"), *GOOD[1:])


@defect("negative_deaths.csv")
def negative_deaths(path):
    csv(path, GOOD[0][:-1] + "-1", *GOOD[1:])


@defect("text_in_a_number.csv")
def text_in_a_number(path):
    csv(path, *GOOD[:2], GOOD[2][:-1] + "两人")


@defect("beyond_every_limit.csv")
def a_number_that_no_column_holds(path):
    csv(path, GOOD[0][:-1] + "9" * 20, *GOOD[1:])


@defect("not_a_number.csv")
def numbers_that_are_none(path):
    csv(path, GOOD[0][:-1] + "NaN", GOOD[1][:-1] + "inf", GOOD[2][:-1] + "1.5e0")


@defect("blank_mark.csv")
def a_dash_where_a_number_must_stand(path):
    csv(path, GOOD[0][:-1] + "—", *GOOD[1:])


@defect("reported_too_early.csv")
def a_report_before_its_accident(path):
    csv(path, GOOD[0] + ",2024-01-03", *(row + "," for row in GOOD[1:]), heading=HEADING + ",上报日期")


@defect("duplicate_id.csv")
def duplicate_id(path):
    csv(path, *GOOD, GOOD[0])


@defect("ragged.csv")
def a_row_with_too_few_cells(path):
    csv(path, *GOOD, "A-4,110109001,2024-04-08")


@defect("open_quote.csv")
def a_quote_that_is_never_closed(path):
    csv(path, GOOD[0], '"' + GOOD[1], GOOD[2])


@defect("nul.csv")
def a_nul_byte(path):
    csv(path, GOOD[0], GOOD[1].replace("化工", "化\0工"), GOOD[2])


@defect("truncated.xlsx")
def truncated_workbook(path):
    data = good_workbook()
    path.write_bytes(data[: len(data) // 2])


@defect("flipped.xlsx")
def a_workbook_with_flipped_bits(path):
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good_workbook())) as source, zipfile.ZipFile(data, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    whole = bytearray(data.getvalue())
    at = whole.index(b"<sheetData>") + 40
    whole[at] ^= 0xFF
    path.write_bytes(bytes(whole))


@defect("truncated.xls")
def truncated_old_workbook(path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for i, row in enumerate([HEADING, *GOOD * 60]):
        for j, cell in enumerate(row.split(",")):
            sheet.write(i, j, cell)
    data = io.BytesIO()
    book.save(data)
    path.write_bytes(data.getvalue()[:3000])


@defect("workbook.csv")
def a_workbook_called_csv(path):
    path.write_bytes(good_workbook())


@defect("text.xlsx")
def a_csv_called_xlsx(path):
    csv(path, *GOOD)


@defect("page.xls")
def a_web_page_called_xls(path):
    path.write_text("<html><body><table><tr><td>事故编号</td></tr></table></body></html>", encoding="utf-8")


@defect("scan.csv")
def a_pdf_called_csv(path):
    path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")


@defect("secret.xlsx")
def a_workbook_with_a_password(path):
    entries = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + entries + bytes(480))


@defect("empty.csv")
def empty_file(path):
    path.write_bytes(b"")


@defect("blank.xlsx")
def a_workbook_without_a_cell(path):
    path.write_bytes(workbook([]))


@defect("noise.csv")
def bytes_that_are_no_encoding(path):
    path.write_bytes((HEADING + "\n").encode("gb18030") + GOOD[0].encode("gb18030") + b"\n\xff\xfe\xff\x80,\n")


@defect("broken_utf8.csv")
def one_broken_byte_in_utf_8(path):
    csv(path, *GOOD)
    data = path.read_bytes()
    path.write_bytes(data.replace("煤矿".encode(), "煤矿".encode()[:-1]))


@defect("zeros.csv")
def nothing_but_nul_bytes(path):
    path.write_bytes(HEADING.encode() + b"\n" + bytes(4096))


@defect("two_million.csv")
def two_million_columns(path):
    path.write_text(",".join(f"c{i}" for i in range(2_000_000)) + "\n", encoding="utf-8")


@defect("wide.xlsx")
def a_workbook_of_three_thousand_columns(path):
    path.write_bytes(workbook([[*HEADING.split(","), *range(3000)], *(row.split(",") for row in GOOD)]))


@defect("far_cell.xlsx")
def a_stray_cell_in_the_last_row(path):
    book = openpyxl.Workbook()
    for row in [HEADING.split(","), *(row.split(",") for row in GOOD)]:
        book.active.append(row)
    book.active.cell(1_048_576, 100, "x")
    book.save(path)


@defect("endless_line.csv")
def one_line_of_three_megabytes(path):
    path.write_text("accident " * 333_333, encoding="utf-8")


@defect("formula.xlsx")
def a_formula_without_a_value(path):
    path.write_bytes(
        workbook([HEADING.split(","), *(row.split(",") for row in GOOD), [*GOOD[2].split(",")[:4], "=1+1"]])
    )


@defect("one_column.csv")
def a_csv_of_one_column(path):
    path.write_text("事故编号\nA-1\nA-2\n", encoding="utf-8")


@defect("wrong_separator.csv")
def cells_parted_by_bars(path):
    csv(path, *(row.replace(",", "|") for row in GOOD), heading=HEADING.replace(",", "|"))


@defect("bomb.xlsx")
def a_zip_bomb_in_a_workbook(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        with archive.open("xl/workbook.xml", "w", force_zip64=True) as part:
            part.write(b"<workbook/>")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
            for _ in range(60):
                part.write(b" " * (1 << 20))


@defect("liar.xlsx")
def a_zip_bomb_that_lies_about_its_size(path):
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = squeezed.compress(b" " * (64 << 20)) + squeezed.flush()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/_rels/workbook.xml.rels", "<Relationships/>")
        archive.writestr("xl/sharedStrings.xml", "x" * 100)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("xl/sharedStrings.xml")
    start = member.header_offset + 30 + len(member.filename)
    end = start + member.compress_size
    moved = whole[:start] + data + whole[end:]
    grown = len(data) - member.compress_size
    moved = bytearray(moved)
    struct.pack_into("<I", moved, member.header_offset + 18, len(data))
    central = moved.index(b"PK\x01\x02")
    while moved[central : central + 4] == b"PK\x01\x02":
        name, extra, comment = struct.unpack_from("<HHH", moved, central + 28)
        if bytes(moved[central + 46 : central + 46 + name]) == b"xl/sharedStrings.xml":
            struct.pack_into("<I", moved, central + 20, len(data))
        central += 46 + name + extra + comment
    offset = struct.unpack_from("<I", moved, central + 16)[0]
    struct.pack_into("<I", moved, central + 16, offset + grown)
    path.write_bytes(bytes(moved))


@defect("bomb.csv.gz")
def a_gzip_bomb(path):
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(60):
            file.write(b" " * (1 << 20))


@defect("two_tables.zip")
def an_archive_of_two_tables(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", HEADING)
        archive.writestr("b.csv", HEADING)


@defect("cut.csv.gz")
def a_gzip_file_cut_off(path):
    path.write_bytes(gzip.compress((HEADING + "\n" + "\n".join(GOOD)).encode() * 50)[:60])


@defect("cut.parquet")
def a_parquet_file_cut_off(path):
    columns = dict(zip(HEADING.split(","), zip(*(row.split(",") for row in GOOD), strict=True), strict=True))
    pyarrow.parquet.write_table(pyarrow.table({name: list(cells) for name, cells in columns.items()}), path)
    path.write_bytes(path.read_bytes()[:-12])


@defect("array.jsonl")
def a_json_array_called_json_lines(path):
    path.write_text(json.dumps([{"事故编号": "A-1"}, {"事故编号": "A-2"}], ensure_ascii=False), encoding="utf-8")


@defect("spread_array.json")
def a_json_array_spread_over_lines(path):
    rows = [{"事故编号": "A-1"}, {"事故编号": "A-2"}]
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=2), encoding="utf-8")


@defect("no_ending")
def a_file_whose_name_has_no_ending(path):
    csv(path, *GOOD)


@defect("broken.jsonl")
def one_broken_line_of_json(path):
    rows = [json.dumps(dict(zip(HEADING.split(","), row.split(","), strict=True)), ensure_ascii=False) for row in GOOD]
    path.write_text("\n".join([rows[0], rows[1][:-5], rows[2]]), encoding="utf-8")
