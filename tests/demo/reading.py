"""Read the simulated files with small code of its own, independent of `pipelines.sources`."""

import csv
import io
import itertools
import json
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import python_calamine
import yaml

# Heading (without its unit) → short name; English headings are the short names themselves.
CHINESE = {
    "事故编号": "accident_id",
    "灾情编号": "event_id",
    "检查编号": "inspection_id",
    "培训编号": "session_id",
    "状态": "status",
    "行政区划代码": "region_code",
    "所属区县": "district",
    "所属街镇": "town",
    "报告时间": "reported_at",
    "发生时间": "occurred_at",
    "灾害开始日期": "started_on",
    "灾害结束日期": "ended_on",
    "检查日期": "inspected_on",
    "培训日期": "held_on",
    "行业领域": "sector",
    "国民经济行业门类": "industry_section",
    "事故类型": "accident_type",
    "死亡人数": "deaths",
    "失踪人数": "missing",
    "因灾死亡人口": "deaths",
    "因灾失踪人口": "missing",
    "重伤人数": "serious_injuries",
    "直接经济损失": "direct_loss",
    "是否生产安全事故": "counts_as_work_safety",
    "单位名称": "enterprise",
    "被检查单位": "enterprise",
    "事故原因": "cause",
    "事故等级": "official_grade",
    "事故简况": "description",
    "灾害种类": "hazard",
    "检查类型": "inspection_kind",
    "检查人数": "inspectors",
    "发现隐患数": "hazards_found",
    "已整改隐患数": "hazards_rectified",
    "下达执法文书数": "orders_issued",
    "立案数": "cases_opened",
    "罚款金额": "fine",
    "是否约谈": "enterprise_called_in",
    "培训类型": "training_kind",
    "参加人数": "participants",
    "参加企业数": "enterprises",
    "指标名称": "measure",
    "统计期": "period",
    "数值": "value",
    "单位": "unit",
}
IDS = ("accident_id", "event_id", "inspection_id", "session_id")
EVENT = ("occurred_at", "started_on", "inspected_on", "held_on")
STATUSES = {"初报": "reported", "续报": "revised", "核销": "struck off", "零报告": "zero return"}
WAN = "（万元）"


@dataclass
class File:
    """One simulated file: its rows as texts, with the money already in 元."""

    path: Path
    rows: list[dict] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.path.parent.name

    @property
    def office(self) -> str:
        return self.path.name.split("_")[0]


def read_folder(folder: Path) -> list[File]:
    """Every file below a demonstration folder, in order of path."""
    paths = sorted(path for path in folder.glob("*/*") if path.name != "provenance.yml")
    return [File(path, list(_rows(path))) for path in paths]


def provenance(folder: Path, kind: str) -> dict:
    return yaml.safe_load((folder / kind / "provenance.yml").read_text(encoding="utf-8"))


def _rows(path: Path):
    for heading, cells in _tables(path):
        for record in cells:
            yield _named(heading, record)


def _tables(path: Path):
    if path.suffix == ".csv":
        raw = path.read_bytes()
        text = raw.decode(_encoding(raw))
        delimiter = max(",;\t", key=text.split("\n", 1)[0].count)
        records = list(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter))
        yield records[0], records[1:]
    elif path.suffix == ".jsonl":
        for line in path.read_text(encoding="utf-8").splitlines():
            known = json.loads(line)
            yield list(known), [list(known.values())]
    elif path.suffix == ".parquet":
        import pyarrow.parquet as pq

        table = pq.read_table(path)
        yield table.column_names, [list(row.values()) for row in table.to_pylist()]
    else:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            records = [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
            at = next(i for i, row in enumerate(records) if "状态" in row)
            yield records[at], _unmerged(records[at], records[at + 1 :])


def _unmerged(heading: list, records: list[list]) -> list[list]:
    if "所属区县" in heading:
        column = heading.index("所属区县")
        for before, row in itertools.pairwise(records):
            row[column] = row[column] or before[column]
    return records


def _encoding(raw: bytes) -> str:
    if raw.startswith(b"\xff\xfe"):
        return "utf-16"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def _named(heading: list, record: list) -> dict:
    row = {}
    for title, cell in zip(heading, record, strict=True):
        name = CHINESE.get(re.sub("（.*）", "", str(title)), str(title))
        if cell in (None, ""):
            continue
        row[name] = yuan(cell) * 10_000 if str(title).endswith(WAN) else cell
    row["status"] = STATUSES.get(row["status"], row["status"])
    row["id"] = next((str(row[name]) for name in IDS if name in row), None)
    return row


def number(cell) -> int:
    """A whole number, in whatever digits it is written; nothing is 0."""
    return int(Decimal(str(cell if cell is not None else 0)))


def yuan(cell) -> Decimal:
    return Decimal(str(cell or 0))


def moment(cell) -> datetime:
    """A time in one of the forms of the simulated files."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)
    text = str(cell)
    if re.fullmatch(r"\d{8}( \d{4})?", text):
        return datetime.strptime(text, "%Y%m%d %H%M" if " " in text else "%Y%m%d")
    parts = [int(part) for part in re.findall(r"\d+", text)]
    return datetime(*parts)


def event_of(row: dict) -> datetime:
    """When the accident, event, inspection or session was."""
    return moment(next(row[name] for name in EVENT if name in row))


def is_faulty(row: dict) -> bool:
    """Lines that were put in with a fault."""
    if row["id"] is None:
        return row.get("value") == "待定"
    return row["id"].endswith("-X")


def known_at(files: list[File], day: date) -> list[dict]:
    """The last version of each record as it was known at the end of a day: strike-offs and zero returns left out."""
    until = datetime(day.year, day.month, day.day) + timedelta(days=1)
    latest: dict[tuple, dict] = {}
    for file in files:
        for row in file.rows:
            if is_faulty(row) or moment(row["reported_at"]) >= until:
                continue
            place = (
                str(row["region_code"]) if file.kind in ("disasters", "statistics") else ""
            )  # else the id says it all
            what = row["id"] or (row["measure"], str(row["period"]), row.get("sector"))
            key = (file.kind, file.office, what, place)
            if key not in latest or moment(row["reported_at"]) > moment(latest[key]["reported_at"]):
                latest[key] = row | {"kind": file.kind, "office": file.office}
    return [row for row in latest.values() if row["status"] in ("reported", "revised")]
