"""Small good files of every kind and format, from which the fuzzers start."""

import csv
import io
import json
from functools import cache

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

TABLES = {
    "accidents": [
        [
            "事故编号",
            "行政区划代码",
            "发生时间",
            "报告时间",
            "行业领域",
            "死亡人数",
            "重伤人数",
            "直接经济损失（万元）",
            "事故简况",
        ],
        ["SG-1", "120113", "2024-03-05 08:30", "2024-03-06", "建筑业", "1", "0", "35.5", "基坑坍塌，联系人13800138000"],
        ["SG-2", "120113101", "2024/4/1", "20240402", "道路运输", "0", "２", "1,200.00", "追尾"],
        ["SG-3", "120114", "2024年5月6日", "2024-05-07", "商贸", "0", "1", "0", ""],
    ],
    "disasters": [
        ["灾情编号", "行政区划代码", "灾种", "开始日期", "结束日期", "受灾人次", "死亡人口", "直接经济损失（元）"],
        ["ZQ-1", "120113", "洪涝", "2024-07-20", "2024-07-25", "1200", "0", "3500000"],
        ["ZQ-2", "120119", "风雹", "2024/6/1", "2024/6/1", "30", "0", "12000"],
    ],
    "inspections": [
        [
            "检查编号",
            "行政区划代码",
            "检查日期",
            "被检查单位",
            "检查类型",
            "发现隐患数",
            "整改隐患数",
            "罚款金额（万元）",
        ],
        ["JC-1", "120113", "2024-02-01", "甲厂", "日常检查", "3", "2", "1.5"],
        ["JC-2", "120113101", "45300", "乙厂", "专项检查", "0", "0", ""],
    ],
    "training": [
        ["培训编号", "行政区划代码", "培训日期", "培训类型", "主题", "参加人数"],
        ["PX-1", "120113", "2024-02-01", "应急演练", "消防疏散", "120"],
        ["PX-2", "120113", "2024-03-09", "企业培训", "有限空间", "45"],
    ],
    "statistics": [
        ["指标", "行政区划代码", "时期", "数值", "单位"],
        ["地区生产总值", "120000", "2023年", "16737.3", "亿元"],
        ["年末常住人口", "120000", "2023", "1364", "万人"],
    ],
}
SUFFIXES = (".csv", ".jsonl", ".xlsx", ".parquet")


@cache
def _bytes_of(kind: str, suffix: str) -> bytes:
    return written(TABLES[kind], suffix)


def seed(kind: str, suffix: str) -> bytes:
    """The good file of a kind in a format."""
    return _bytes_of(kind, suffix)


def written(table: list[list[str]], suffix: str) -> bytes:
    """A table, its headings first, as the bytes of a file of a format."""
    head, rows = table[0], table[1:]
    out = io.BytesIO()
    if suffix == ".csv":
        text = io.StringIO()
        csv.writer(text).writerows(table)
        return text.getvalue().encode("utf-8")
    if suffix == ".jsonl":
        return "\n".join(json.dumps(dict(zip(head, row, strict=True)), ensure_ascii=False) for row in rows).encode()
    if suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in table:
            book.active.append(row)
        book.save(out)
        return out.getvalue()
    columns = {name: [row[i] for row in rows] for i, name in enumerate(head)}
    pq.write_table(pa.table(columns), out)
    return out.getvalue()
