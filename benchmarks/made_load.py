"""A city's records at any size, written by DuckDB in seconds: quarterly exports of several sources, as in real life.

Every value follows from the number of its record, so that a later file can revise or strike off what an earlier one
reported: one inspection in two hundred is reported again in the next quarter, one in a thousand is struck off then, and
one in twenty thousand has a kind that no code list knows. Everything is simulated and says so.
"""

from __future__ import annotations

import csv
import datetime
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import yaml

HERE = Path(__file__).resolve().parent.parent
CITY = "120000"
SOURCES = ("市局", "滨海", "东片", "西片")  # four bodies export their inspections apart
FIRST_YEAR, LAST_QUARTER, NEXT_QUARTER = 2016, (2024, 3), (2024, 4)
TOWNS_A_DISTRICT = 12
NEXT_RECEIVED = datetime.date(2025, 1, 10)


@dataclass(frozen=True)
class Load:
    """How many rows of each kind the quarters up to 2024Q3 hold together; accidents and disasters share `events`."""

    inspections: int
    training: int
    events: int

    @classmethod
    def of(cls, inspections: int) -> Load:
        """Ten times a city's load in the mix of the promise: thirty million, five million, two hundred thousand."""
        return cls(inspections, inspections // 6, inspections // 150)


def make_codes(folder: Path) -> list[str]:
    """Copy the code lists, with simulated towns where the list has only districts; codes of all towns of the city."""
    shutil.copytree(HERE / "data" / "codes", folder)
    with (folder / "regions.csv").open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened)
        rows = list(reader)
    districts = [row["region_code"] for row in rows if row["parent_code"] == CITY]
    having = {row["parent_code"] for row in rows}
    towns = [row["region_code"] for row in rows if row["parent_code"] in districts]
    with (folder / "regions.csv").open("a", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, reader.fieldnames or (), restval="", lineterminator="\n")
        for district in (code for code in districts if code not in having):
            for number in range(1, TOWNS_A_DISTRICT + 1):
                code = f"{district}{number:03d}"
                towns.append(code)
                named = {"name_zh": f"模拟{number}号街道{district[-2:]}", "name_en": f"Simulated {code}"}
                place = {"region_code": code, "parent_code": district, "level": "town", "sort_order": number}
                writer.writerow({**place, **named})
    return sorted(towns)


def quarters() -> list[tuple[int, int]]:
    """(year, quarter) of all files but the new one."""
    every = [(year, quarter) for year in range(FIRST_YEAR, LAST_QUARTER[0] + 1) for quarter in (1, 2, 3, 4)]
    return [one for one in every if one <= LAST_QUARTER]


def make_records(folder: Path, towns: list[str], load: Load) -> list[Path]:
    """Write the history below `folder`/<kind>/ and add it to the provenance there."""
    every = quarters()
    with _connection(towns) as con:
        files = [file for place, when in enumerate(every) for file in _quarter(con, folder, load, place, when)]
        files += _events(con, folder, load)
    _declare(folder, files, datetime.date(2024, 9, 30), history=True)
    return files


def make_next_quarter(folder: Path, towns: list[str], load: Load) -> list[Path]:
    """Write one new quarterly file of inspections, that of the first source."""
    with _connection(towns) as con:
        files = [_inspections(con, folder, load, len(quarters()), NEXT_QUARTER, 0)]
    _declare(folder, files, NEXT_RECEIVED, history=False)
    return files


def revise_a_file(folder: Path) -> Path:
    """Replace the last file of the second source by one of the same name with another number in every tenth row."""
    file = folder / "inspections" / f"load_{SOURCES[1]}_{LAST_QUARTER[0]}Q{LAST_QUARTER[1]}.csv"
    changed = file.with_suffix(".new")
    with _connection([]) as con:
        other = "CASE WHEN CAST(right(检查编号, 1) AS INTEGER) = 5 THEN '9' ELSE 检查人数 END AS 检查人数"
        rows = f"SELECT * REPLACE ({other}) FROM read_csv('{file}', all_varchar = true)"
        con.execute(f"COPY ({rows}) TO '{changed}' (FORMAT csv, HEADER)")
    changed.replace(file)
    _declare(folder, [file], NEXT_RECEIVED, history=False)
    return file


def withdraw_a_file(folder: Path) -> Path:
    """Take away the last file of the third source, and its entry in the provenance."""
    file = folder / "inspections" / f"load_{SOURCES[2]}_{LAST_QUARTER[0]}Q{LAST_QUARTER[1]}.csv"
    file.unlink()
    place = file.with_name("provenance.yml")
    said = yaml.safe_load(place.read_text(encoding="utf-8"))
    del said[file.name]
    place.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    return file


def _connection(towns: list[str]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"threads": "2", "memory_limit": "1GB", "preserve_insertion_order": "false"})
    con.execute("CREATE TABLE towns AS SELECT unnest(range(len($1))) AS n, unnest($1::VARCHAR[]) AS code", [towns])
    # Draws by number: the same record has the same values whichever file it stands in.
    con.execute("CREATE MACRO draw(i, what, n) AS CAST(hash(i, what) >> 34 AS INTEGER) % (n)")
    con.execute(f"CREATE MACRO town(i) AS draw(i, 'town', {len(towns)})")
    con.execute("CREATE MACRO one_of(i, what, list) AS list[1 + draw(i, what, len(list))]")
    return con


def _quarter(con: duckdb.DuckDBPyConnection, folder: Path, load: Load, place: int, when: tuple) -> Iterator[Path]:
    for source in range(len(SOURCES)):
        yield _inspections(con, folder, load, place, when, source)
    yield _training(con, folder, load, place, when)


def _inspections(
    con: duckdb.DuckDBPyConnection, folder: Path, load: Load, place: int, when: tuple[int, int], source: int
) -> Path:
    each = load.inspections // (len(quarters()) * len(SOURCES))
    # Record numbers of a source and quarter are one run; the run before is that of the quarter before.
    first, before = (place * len(SOURCES) + source) * each, ((place - 1) * len(SOURCES) + source) * each
    start = datetime.date(when[0], 3 * when[1] - 2, 1)
    earlier = f"{when[0] - (when[1] == 1)}-{(when[1] - 2) % 4 * 3 + 1:02d}-01"
    again = f"""
        UNION ALL
        SELECT i, '续报', DATE '{earlier}', 45 FROM range({before}, {before + each}) AS t(i) WHERE i % 200 = 0
        UNION ALL
        SELECT i, '核销', DATE '{earlier}', 60 FROM range({before}, {before + each}) AS t(i) WHERE i % 1000 = 7
    """
    rows = f"""
    WITH reports AS (
        SELECT i, '初报' AS state, DATE '{start}' AS start, 0 AS later FROM range({first}, {first + each}) AS t(i)
        {again if place else ""}
    ),
    days AS (
        SELECT *, start + draw(i, 'day', 88) AS day, draw(i, 'found', 10) AS found, town(i) AS town FROM reports
    )
    SELECT 'JC-' || lpad(CAST(i AS VARCHAR), 10, '0') AS 检查编号, state AS 状态, code AS 行政区划代码,
           strftime(day, '%Y-%m-%d') AS 检查日期,
           strftime(day + draw(i, 'lag', 3) + later, '%Y-%m-%d 17:30:00') AS 填报时间,
           '模拟' || lpad(CAST(draw(i, 'firm', 400000) AS VARCHAR), 6, '0') || '号机械制造有限公司'
               || CASE WHEN i % 1000 = 3 THEN '（13800138000）' ELSE '' END AS 被检查单位,
           one_of(i, 'sector', ['化工', '建筑业', '工贸', '道路运输', '火灾']) AS 行业领域,
           CASE WHEN i % 20000 = 11 THEN '不详'
                ELSE one_of(i, 'kind', ['日常检查', '专项检查', '双随机检查', '联合检查', '企业自查']) END AS 检查类型,
           2 + draw(i, 'inspectors', 4) AS 检查人数, found AS 发现隐患数,
           CASE WHEN later > 0 THEN found ELSE draw(i, 'rectified', found + 1) END AS 整改隐患数,
           CASE WHEN i % 500 = 1 AND found > 0 THEN 1 ELSE 0 END AS 重大隐患数,
           CASE WHEN i % 500 = 1 AND found > 0 THEN strftime(day + 90, '%Y-%m-%d') END AS 整改期限,
           CAST(found / 5 AS INTEGER) AS 下达整改指令数, 0 AS 立案数,
           one_of(i, 'fine', [NULL, NULL, NULL, '5000', '20000.50']) AS 罚款金额（元）,
           one_of(i, 'called', ['是', '否', '否', '否']) AS 是否约谈
    FROM days JOIN towns ON towns.n = days.town
    ORDER BY later, day
    """
    return _write(con, folder / "inspections" / f"load_{SOURCES[source]}_{when[0]}Q{when[1]}.csv", rows)


def _training(con: duckdb.DuckDBPyConnection, folder: Path, load: Load, place: int, when: tuple[int, int]) -> Path:
    each = load.training // len(quarters())
    first, start = place * each, datetime.date(when[0], 3 * when[1] - 2, 1)
    rows = f"""
    WITH days AS (
        SELECT i, DATE '{start}' + draw(i, 'held', 88) AS day, draw(i, 'due', 30) AS due, town(i) AS town
        FROM range({first}, {first + each}) AS t(i)
    )
    SELECT 'PX-' || lpad(CAST(i AS VARCHAR), 9, '0') AS 培训编号, code AS 行政区划代码,
           strftime(day, '%Y-%m-%d') AS 培训日期, strftime(day + draw(i, 'lag', 3), '%Y-%m-%d 16:00:00') AS 报告时间,
           one_of(i, 'kind', ['企业安全培训', '新员工培训', '应急演练', '急救培训']) AS 培训类型,
           '有限空间作业培训（模拟）' AS 培训主题,
           5 + draw(i, 'people', 90) AS 参加人数, draw(i, 'firms', 9) AS 参加企业数,
           due AS 应训新员工数, draw(i, 'trained', due + 1) AS 已训新员工数, draw(i, 'certified', 5) AS 取证人数
    FROM days JOIN towns ON towns.n = days.town
    ORDER BY day
    """
    return _write(con, folder / "training" / f"load_{when[0]}Q{when[1]}.csv", rows)


def _events(con: duckdb.DuckDBPyConnection, folder: Path, load: Load) -> Iterator[Path]:
    """Nine accidents to one disaster, a file a year."""
    years = range(FIRST_YEAR, LAST_QUARTER[0] + 1)
    accidents, disasters = load.events * 9 // 10 // len(years), load.events // 10 // len(years)
    for place, year in enumerate(years):
        happened = f"""
        SELECT i, DATE '{year}-01-01' + draw(i, 'day', 240) AS day, town(i) AS town
        FROM range({{first}}, {{last}}) AS t(i)
        """
        join = "JOIN towns ON towns.n = days.town ORDER BY day"
        rows = f"""
        WITH days AS ({happened.format(first=place * accidents, last=(place + 1) * accidents)})
        SELECT 'SG-' || lpad(CAST(i AS VARCHAR), 8, '0') AS 事故编号, code AS 行政区划代码,
               strftime(day, '%Y-%m-%d 09:10:00') AS 发生时间,
               strftime(day + draw(i, 'lag', 9), '%Y-%m-%d 17:00:00') AS 报告时间,
               one_of(i, 'sector', ['化工', '建筑业', '工贸', '道路运输', '火灾']) AS 行业领域,
               CASE WHEN draw(i, 'dead', 20) = 0 THEN 1 ELSE 0 END AS 死亡人数, draw(i, 'hurt', 2) AS 重伤人数,
               1000 * draw(i, 'loss', 900) AS 直接经济损失（元）, '是' AS 是否生产安全事故
        FROM days {join}
        """
        yield _write(con, folder / "accidents" / f"load_{year}.csv", rows)
        rows = f"""
        WITH days AS ({happened.format(first=place * disasters, last=(place + 1) * disasters)})
        SELECT 'ZH-' || lpad(CAST(i AS VARCHAR), 8, '0') AS 灾情编号, code AS 行政区划代码,
               one_of(i, 'hazard', ['洪涝', '干旱', '风雹']) AS 灾害种类, strftime(day, '%Y-%m-%d') AS 灾害开始日期,
               strftime(day + 1, '%Y-%m-%d 08:00:00') AS 报告时间, draw(i, 'people', 500) AS 受灾人次,
               0 AS 因灾死亡人口, 1000 * draw(i, 'loss', 900) AS 直接经济损失（元）,
               draw(i, 'hours', 9) AS 首批救灾物资到达时长
        FROM days {join}
        """
        yield _write(con, folder / "disasters" / f"load_{year}.csv", rows)


def _write(con: duckdb.DuckDBPyConnection, file: Path, rows: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    con.execute(f"COPY ({rows}) TO '{file}' (FORMAT csv, HEADER)")
    return file


def _declare(folder: Path, files: list[Path], received_on: datetime.date, *, history: bool) -> None:
    """Say in the kind's `provenance.yml` that the files are simulated, whose they are and when they came."""
    for kind in sorted({file.parent.name for file in files}):
        place = folder / kind / "provenance.yml"
        said = yaml.safe_load(place.read_text(encoding="utf-8")) if place.exists() else {"default": {"synthetic": True}}
        for file in (file for file in files if file.parent.name == kind):
            source = f"load_{file.stem.split('_')[1]}" if kind == "inspections" else "load"
            said[file.name] = {"source": source, "received_on": received_on, "history": history, "synthetic": True}
        place.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
