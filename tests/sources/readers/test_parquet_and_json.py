"""Parquet and JSON lines: values as text with all their digits; a broken line is a fault and not the end."""

import datetime
import json

import pyarrow
import pyarrow.parquet
import pytest

from pipelines.errors import PipelineError
from pipelines.sources.contract import load_contract
from pipelines.sources.readers import read_file

ROW = {"事故编号": "A-1", "区划代码": "120116001", "发生时间": "2024-01-05", "行业领域": "化工", "死亡人数": 1}


def test_typed_parquet_comes_in_as_text(tmp_path, read):
    columns = {key: [value] for key, value in ROW.items()} | {
        "发生时间": [datetime.datetime(2024, 1, 5, 8, 30)],
        "直接经济损失(万元)": [12.5],
        "是否纳入统计": [True],
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    table = read(tmp_path / "a.parquet")
    assert table.rows("occurred_at", "deaths", "direct_loss_fen", "counts_as_work_safety") == [
        (1, 1, "2024-01-05 08:30:00", "1", "12.5", "true")
    ]
    assert table.raw.heading_units == {"direct_loss_fen": "万元"}


def test_whole_numbers_of_a_floating_column_have_no_point(tmp_path, read):
    columns = {key: [value] * 3 for key, value in ROW.items()} | {"事故编号": [2024001.0, float("nan"), 0.5]}
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    assert [row[-1] for row in read(tmp_path / "a.parquet").rows("record_id")] == ["2024001", None, "0.5"]


def test_row_groups_keep_the_order_of_the_file(tmp_path, read):
    numbers = list(range(50_000))
    columns = {key: [value] * len(numbers) for key, value in ROW.items()} | {"事故编号": [f"A-{n}" for n in numbers]}
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet", row_group_size=7_000)
    rows = read(tmp_path / "a.parquet").rows("record_id")
    assert [row[0] - 1 for row in rows] == numbers == [int(row[2][2:]) for row in rows]


def test_a_parquet_file_cut_off_says_so(tmp_path, con):
    pyarrow.parquet.write_table(pyarrow.table({key: [value] for key, value in ROW.items()}), tmp_path / "a.parquet")
    path = tmp_path / "cut.parquet"
    path.write_bytes((tmp_path / "a.parquet").read_bytes()[:-20])
    with pytest.raises(PipelineError) as caught:
        read_file(path, con, load_contract("accidents"))
    assert caught.value.code == "parquet_broken"


def lines(*rows):
    return "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows) + "\n"


def test_json_lines_keep_digits_and_take_keys_in_any_order(tmp_path, read):
    path = tmp_path / "a.jsonl"
    cells = '"行业领域": "化工", "发生时间": "2024-01-06", "区划代码": 120116001, "事故编号": "A-2"'
    loss = '{"直接经济损失": 0.10, "死亡人数": 2, ' + cells + "}"
    path.write_text(lines(ROW, "", loss), encoding="utf-8")
    table = read(path)
    assert table.rows("record_id", "region_code", "deaths", "direct_loss_fen") == [
        (1, 1, "A-1", "120116001", "1", None),
        (2, 3, "A-2", "120116001", "2", "0.10"),
    ]
    assert table.raw.original_lines([3]) == {3: loss}


def test_broken_lines_are_faults(tmp_path, read):
    path = tmp_path / "a.jsonl"
    twice = '{"事故编号": "A", "事故编号": "B"}'
    path.write_text(lines(ROW, "{broken", "[1, 2]", twice, "[" * 100_000, ROW), encoding="utf-8")
    table = read(path)
    assert table.faults == [(2, 2, "not_json"), (3, 3, "not_an_object"), (4, 4, "key_twice"), (5, 5, "not_json")]
    assert [row[:2] for row in table.rows("record_id")] == [(1, 1), (6, 6)]
    assert table.raw.faults[0].original_line == "{broken"


def test_personal_keys_are_blotted_out_of_original_lines(tmp_path, read):
    path = tmp_path / "a.jsonl"
    path.write_text(lines({**ROW, "姓名": "张三"}), encoding="utf-8")
    assert json.loads(read(path).raw.original_lines([1])[1]) == {**{k: str(v) for k, v in ROW.items()}, "姓名": "＊"}


def test_one_endless_line_without_a_break_is_not_kept_in_memory(tmp_path, con):
    path = tmp_path / "a.jsonl"
    path.write_text('{"事故编号": "' + "x" * 20_000_000, encoding="utf-8")
    with pytest.raises(PipelineError) as caught:
        read_file(path, con, load_contract("accidents"))
    assert caught.value.code == "not_json_lines"
