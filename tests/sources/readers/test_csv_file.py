"""Delimited text: encodings, separators, title lines, and physical lines that are right whatever the quotes hold."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import PipelineError
from pipelines.sources.contract import load_contract
from pipelines.sources.readers import read_file
from pipelines.sources.readers.csv_lines import MAX_LINE

HEADING = "事故编号,区划代码,发生时间,行业领域,死亡人数（人）"
ROWS = ["A-1,120116001,2024-01-05,建筑业,1", "A-2,120116001,2024-01-06,化工,0"]


def text(*lines, heading=HEADING, end="\n"):
    return end.join([heading, *lines]) + end


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_encoding_separator_and_line_end_gives_the_same_rows(tmp_path, read, encoding, delimiter, end):
    path = tmp_path / "a.csv"
    path.write_bytes(text(*ROWS, end=end).replace(",", delimiter).encode(encoding))
    table = read(path)
    assert table.rows("record_id", "sector_code", "deaths") == [
        (1, 2, "A-1", "建筑业", "1"),
        (2, 3, "A-2", "化工", "0"),
    ]
    assert table.faults == []


def test_encoding_is_named_as_read(tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_bytes(text(*ROWS).encode("gb18030"))
    assert read(path).raw.encoding == "gb18030"


def test_gb18030_that_begins_after_a_mebibyte_of_ascii_is_found(tmp_path, read):
    heading = "accident id,region code,occurred at,sector,deaths,description"
    plain = "A,120116001,2024-01-05,fire,1," + "x" * 100 + "\n"
    path = tmp_path / "late.csv"
    path.write_bytes((heading + "\n" + plain * 9000 + "B,120116001,2024-01-05,fire,1,中文说明\n").encode("gb18030"))
    table = read(path)
    assert table.count == 9001
    assert table.rows("record_id", "description")[-1] == (9001, 9002, "B", "中文说明")
    assert table.raw.encoding == "gb18030"


def test_title_lines_stand_above_the_heading_and_lines_count_from_the_top(tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_text("2024年生产安全事故台账,,,,\n单位：万元,,,,\n" + text(*ROWS), encoding="utf-8")
    table = read(path)
    assert table.raw.heading_line == 3
    assert [row[:3] for row in table.rows("record_id")] == [(1, 4, "A-1"), (2, 5, "A-2")]


def test_unit_above_the_heading_holds_for_amounts_without_one(tmp_path, read):
    heading = HEADING + ",直接经济损失"
    path = tmp_path / "a.csv"
    path.write_text("表1,,,,,单位：万元\n" + text(ROWS[0] + ",12.5", heading=heading), encoding="utf-8")
    assert read(path).raw.heading_units == {"deaths": "人", "direct_loss_fen": "万元"}


def test_ragged_rows_are_faults_with_their_line_and_the_others_stay(tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_text(text(ROWS[0], "A-9,120116001", ROWS[1], ROWS[1] + ",extra", ROWS[1] + ","), encoding="utf-8")
    table = read(path)
    assert table.faults == [(2, 3, "too_few_cells"), (4, 5, "too_many_cells")]
    assert table.raw.faults[0].original_line == "A-9,120116001"
    assert table.raw.faults[0].facts == {"n": 2, "width": 5}
    assert [row[:2] for row in table.rows("record_id")] == [(1, 2), (3, 4), (5, 6)]


def test_line_numbers_stay_physical_with_line_breaks_in_quotes_and_blank_lines(tmp_path, read):
    path = tmp_path / "a.csv"
    rows = ['"A\n1",120116001,2024-01-05,建筑业,1', "", ROWS[1], '"A\r\n3",120116001,2024-01-05,化工,2']
    path.write_bytes(text(*rows).encode())
    table = read(path)
    assert table.rows("record_id") == [(1, 2, "A\n1"), (2, 5, "A-2"), (3, 6, "A\r\n3")]
    assert table.raw.original_lines([2, 5]) == {2: '"A\n1",120116001,2024-01-05,建筑业,1', 5: ROWS[1]}


def test_a_blank_line_and_a_line_break_in_quotes_do_not_cancel_out(tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_bytes(text("", '"A\n1",120116001,2024-01-05,建筑业,1', ROWS[1]).encode())
    assert read(path).rows("record_id") == [(1, 3, "A\n1"), (2, 5, "A-2")]


def test_a_quote_never_closed_costs_one_line_only(tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_text(text(ROWS[0], '"A-9,120116001,2024-01-05,建筑业,1', *[ROWS[1]] * 300), encoding="utf-8")
    table = read(path)
    assert table.faults == [(2, 3, "quote_not_closed")]
    assert table.count == 301


def test_a_stray_quote_inside_a_cell_is_text(tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_text(
        text('A-1 5" pipe,120116001,2024-01-05,建筑业,1', '"A" 2,120116001,2024-01-05,化工,1'), encoding="utf-8"
    )
    assert [row[2] for row in read(path).rows("record_id")] == ['A-1 5" pipe', "A 2"]


def test_a_nul_byte_makes_a_fault_of_its_row(tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_bytes(text(ROWS[0], "A\x00,120116001,2024-01-05,建筑业,1", ROWS[1]).encode())
    table = read(path)
    assert table.faults == [(2, 3, "nul_byte")]
    assert table.raw.faults[0].original_line == "A␀,120116001,2024-01-05,建筑业,1"


def test_a_line_too_long_is_a_fault_and_is_not_kept_whole(tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_text(text(ROWS[0], "A," + "x" * (3 * MAX_LINE), ROWS[1]), encoding="utf-8")
    table = read(path)
    assert table.faults == [(2, 3, "line_too_long")]
    assert len(table.raw.faults[0].original_line) <= 1000
    assert table.rows("record_id")[1][:3] == (3, 4, "A-2")


def test_a_file_without_a_last_line_break_loses_nothing(tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_text(text(*ROWS).rstrip("\n"), encoding="utf-8")
    assert read(path).count == 2


def test_mixed_line_ends_are_read(tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_bytes((HEADING + "\r\n" + ROWS[0] + "\n" + ROWS[1] + "\r\n").encode())
    assert read(path).rows("record_id") == [(1, 2, "A-1"), (2, 3, "A-2")]


def test_cells_of_personal_columns_are_blotted_out_of_original_lines(tmp_path, read):
    path = tmp_path / "a.csv"
    rows = [*(row + ",张三" for row in ROWS), "A-3,120116001,2024-01-05,化工,1,张三,多"]
    path.write_text(text(*rows, heading=HEADING + ",死者姓名"), encoding="utf-8")
    table = read(path)
    assert table.raw.dropped == ["c5"]
    assert table.raw.original_lines([2])[2] == ROWS[0] + ",＊"
    assert table.raw.faults[0].original_line == "A-3,120116001,2024-01-05,化工,1,＊,＊"


def test_an_unknown_heading_is_listed_and_does_no_harm(tmp_path, read):
    path = tmp_path / "a.csv"
    path.write_text(text(*(row + ",晴" for row in ROWS), heading=HEADING + ",天气"), encoding="utf-8")
    assert read(path).raw.unmatched_headings == ["天气"]


def test_a_broken_byte_in_utf_8_is_not_taken_for_another_encoding(tmp_path, con):
    path = tmp_path / "a.csv"
    good = text(*ROWS * 5).encode()
    path.write_bytes(good + b"A-9,120116001,2024-01-05,\xff\xfe,1\n")
    with pytest.raises(PipelineError) as caught:
        read_file(path, con, load_contract("accidents"))[0].fill(con, "t")
    assert (caught.value.code, caught.value.facts["offset"], caught.value.facts["line"]) == (
        "bad_bytes",
        len(good) + 25,
        12,
    )


def test_offset_of_a_bad_byte_is_right_beyond_the_first_piece(tmp_path):
    from pipelines.sources.readers import encoding

    path = tmp_path / "big.csv"
    good = ("建筑施工现场" * 10 + "\n").encode("gb18030")
    path.write_bytes(good * 40_000 + b"\xff\n")
    with pytest.raises(PipelineError) as caught:
        for _ in encoding.text_chunks(path, "gb18030", "big.csv"):
            pass
    assert (caught.value.facts["offset"], caught.value.facts["line"]) == (len(good) * 40_000, 40_001)


CELL = st.text(alphabet=st.sampled_from('a1 ,;"\n死亡'), max_size=6).filter(lambda cell: cell.strip())


@given(rows=st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_csv_writer_writes_comes_back_cell_by_cell_with_its_line(tmp_path, read, rows):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([HEADING.split(","), *rows])
    path = tmp_path / "any.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    reader = csv.reader(io.StringIO(out.getvalue(), newline=""))
    next(reader)
    expected, line = [], reader.line_num
    for number, row in enumerate(reader, 1):
        expected.append((number, line + 1, *row))
        line = reader.line_num
    table = read(path)
    assert table.faults == []
    assert table.rows("record_id", "region_code", "occurred_at", "sector_code", "deaths") == expected
