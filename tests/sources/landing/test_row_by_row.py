"""A small file is cast in Python and a large one in SQL: what lands, what is held back and why must be the same."""

import random
from datetime import date

import duckdb
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from pipelines.settings import load_settings
from pipelines.sources import file_work, land_table, masked_texts
from pipelines.sources import land_file as landing
from pipelines.sources.cast import Context
from pipelines.sources.codes import read_codes
from pipelines.sources.columns import outputs
from pipelines.sources.contract import KINDS, ContractField, load_contract
from pipelines.sources.fast_casts import fast_cast
from pipelines.sources.lookups import resolve_one, resolver
from pipelines.sources.readers import csv_file

RECEIVED_ON = date(2024, 10, 8)
MOMENTS = [
    "2024-03-01", "2024-03-01 10:05", "2024-03-01 10:05:09", "2024/3/1", "2024/3/1 8:05", "2024-03-01T10:05:09",
    "2024年3月1日", "2024年3月1日 8时5分", "20240301", "45352.5", "2024-03-01 10:00 PM", "2024-03-01 24:00:00",
    "2024-02-30", "epoch", "infinity", "2024 03 01", "2024\\3\\1", "02024-01-01", "1899-12-31", "2100-01-01",
    "2024-03-01 1:2:3.45", "2024-03-01 10:00-08", "2024-03-01 10:00:00+08", " 2024-03-01", "2024-03-01 ", "24-03-01",
    "2024-03-01 (BC)", "2030-01-01", "2024-03-01Z", "２０２４-03-01", "2024.3.1", "-", "昨天",
]  # fmt: skip
NUMBERS = [
    "0", "1", "2", "3", "12", "007", "+5", "-1", "-0", "1.0", "12.7", ".5", "5.", "1e3", "1E2", "1e400", "1_000",
    "1,234",
    "1,23", "1.2万", "3万元", "2 亿元", "５", "0x10", "NaN", "inf", " 7", "7 ", "3000000000", "99999999999999999999",
    "-3000000000", "0.005", "1.23456", "123456789012.25", "56.7", "¥30", "三", "n/a", "12人",
]  # fmt: skip
WORDS = [
    "A-1", "A-2", "Ａ-３", " A-4", "A-5　", "\tA-6", "天津某厂", "电话13800138000", "身份证11010519491231002X",
    "致电 8888 1234 ", "死者张三，男", " 司机李四光在现场　", "（伤者）某厂", "x" * 70,
    "x" * 130, "", " ", "　", "a\u00a0", "\u00a0", "é\u2003",
    "1.2E+17", '="2024009"', "2e+5", "AE+1",
]  # fmt: skip
CODES = [
    "110109", "110109000000", "门头沟区", "北京市", "没有这地方", "火灾", "化工", "建筑业", "general", "较大",
    "日常检查",
    "双随机检查", "revised", "修订", "撤销", "零报告", "zero_return", "struck_off", "reported", "work_deaths", "GDP",
    "地区生产总值", "exact", "01", "1", "A",
]  # fmt: skip
PERIODS = [
    "2024",
    "2024年",
    "2024Q3",
    "2024年1-9月",
    "2024-09",
    "2024-12-31",
    "2024年末",
    "2024Q5",
    "2024年1-5月",
    "x",
    "2030年",
]
OTHER = {"boolean": ["是", "否", "Y", "n", "1", "0", "true", "也许", "√"], "share": ["5%", "0.5", "120%", "-1", "half"]}


def texts_for(item: ContractField) -> list[str]:
    """What a cell of a field might say."""
    if item.name == "unit":
        return ["万元", "亿元", "人", "%", "起", "?", " "]
    if item.name in ("status", "measure"):
        return CODES[12:]
    pools = {"text": WORDS, "code": CODES, "period": PERIODS, "date": MOMENTS, "timestamp": MOMENTS}
    return pools.get(item.type) or OTHER.get(item.type) or NUMBERS


def good_text(item: ContractField, i: int) -> str:
    """A cell that lands, so that rows with a single fault are among them."""
    fixed = {"status": "", "region_code": "110109", "record_id": f"R-{i}", "measure": "GDP", "unit": "万元"}
    if item.name in fixed:
        return fixed[item.name]
    plain = {
        "date": "2024-03-01",
        "timestamp": "2024-03-01 10:05:09",
        "period": "2024",
        "boolean": "是",
        "text": "某厂",
    }
    return (
        ""
        if item.type == "code" and not item.required
        else plain.get(item.type, "火灾" if item.type == "code" else "1")
    )


def csv_of(kind: str, draw: random.Random) -> str:
    """Some rows of a kind, most cells sound, under its own names or headings with units."""
    contract = load_contract(kind)
    fields = [item for item in contract.fields if item.required or draw.random() < 0.8]
    names = [item.name for item in fields]
    headings = [f"{n}（万元）" if n.endswith("_fen") and draw.random() < 0.5 else n for n in names]
    if draw.random() < 0.3:
        headings[names.index("region_code")] = "district_name"
    lines = [",".join(headings)]
    for i in range(draw.randint(0, 60)):
        spoilt = set(draw.sample(range(len(fields)), draw.choice((0, 0, 1, 1, 2, len(fields)))))
        cells = [draw.choice(texts_for(f)) if j in spoilt else good_text(f, i) for j, f in enumerate(fields)]
        if draw.random() < 0.05:
            cells = cells[:-1]
        lines.append(",".join(f'"{cell}"' if "," in cell or draw.random() < 0.05 else cell for cell in cells))
    return "\n".join([*lines, ""])


def landed(folder, name, path, kind, codes):
    """Everything that is in a landed folder, but for the layout of the files."""
    con = duckdb.connect()
    try:
        target = folder / name
        context = Context("0" * 16, "someone", RECEIVED_ON, codes)
        landing.land_file(con, path, path.name, target, load_contract(kind), context, None, ())
        read = "SELECT * FROM read_parquet('{}') ORDER BY sheet, record_number"
        types = con.execute(f"DESCRIBE SELECT * FROM read_parquet('{target / file_work.ACCEPTED}')").fetchall()
        accepted = con.execute(read.format(target / file_work.ACCEPTED)).fetchall()
        held = (
            con.execute(read.format(target / file_work.REJECTED)).fetchall()
            if (target / file_work.REJECTED).exists()
            else []
        )
        return [row[:2] for row in types], accepted, held, (target / file_work.RECEIPT).read_text(encoding="utf-8")
    finally:
        con.close()


@pytest.fixture(scope="module")
def codes(repository):
    return read_codes(load_settings(repository).path("codes"))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=4, deadline=None, phases=[Phase.generate])
@given(draw=st.randoms(use_true_random=False))
def test_both_ways_land_the_same(kind, draw, codes, tmp_path_factory):
    folder = tmp_path_factory.mktemp(kind)
    path = folder / "a.csv"
    path.write_text(csv_of(kind, draw), encoding="utf-8")
    in_python = landed(folder, "python", path, kind, codes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "SMALL", -1)
        patch.setattr(land_table, "FEW", -1)
        in_sql = landed(folder, "sql", path, kind, codes)
        patch.setattr(masked_texts, "FEW", -1)
        masked_in_sql = landed(folder, "masked in sql", path, kind, codes)
    assert in_python == in_sql
    assert in_python == masked_in_sql


FIELDS = [
    ContractField(name="deaths", line=1, type="integer", unit="人"),
    ContractField(name="relocated", line=1, type="integer", unit="人"),
    ContractField(name="crop_area_ha", line=1, type="number", unit="公顷"),
    ContractField(name="fine_fen", line=1, type="money", unit="元"),
    ContractField(name="held_on", line=1, type="date"),
    ContractField(name="occurred_at", line=1, type="timestamp"),
]


@pytest.mark.parametrize("item", FIELDS, ids=lambda item: item.name)
def test_the_bulk_cast_never_says_anything_else_than_the_cast_of_one_value(item, codes):
    texts = MOMENTS + NUMBERS + [f"{a}{b}" for a in NUMBERS for b in ("0", ".5", "e1", " ")]
    texts += [
        f"2024-{m}-{d}{t}" for m in (1, "02", 13) for d in ("1", "29", "31") for t in ("", " 7:30", " 23:59:59", "T1")
    ]
    con = duckdb.connect()
    rows = con.execute(f"SELECT c, {fast_cast(item, 'c', None, codes)} FROM unnest($1::VARCHAR[]) AS t(c)", [texts])
    found = [(said, value) for said, value in rows.fetchall() if value is not None]
    con.close()
    assert len(found) > 5
    for said, value in found:
        alone, fault, *_ = resolve_one(resolver(item, None, codes), [said], [True], len(outputs(item)))
        assert (said, alone, fault) == (said, value, None)


@pytest.mark.parametrize(
    ("said", "code"), [("3000000000", "above_range"), ("-3e9", "below_range"), ("1e400", "above_range")]
)
def test_a_number_beyond_what_its_column_holds_is_held_back(said, code, codes):
    for item in FIELDS[:1] + FIELDS[3:4] if "e4" in said else FIELDS[:1]:
        outcome = resolve_one(resolver(item, None, codes), [said], [True], 1)
        assert outcome[:2] == (None, code)
