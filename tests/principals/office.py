"""A city of two districts, so that whatever is known of the city less one's own is the other's.

Everything of Beichen begins with BC and of Dongjiang with DJ; the numbers of each are drawn from a seed of its own.
"""

from __future__ import annotations

import datetime
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TODAY = datetime.date(2024, 10, 20)
YEARS = range(2018, 2025)
CITY = "120000"
LONG = 100_000


@dataclass(frozen=True)
class District:
    """One of the two: sign of its records, plan, code, codes of its towns, and names that nobody else uses."""

    sign: str
    plan: str
    code: str
    places: tuple[str, ...]
    enterprise: str
    topic: str


BEICHEN = District("BC", "beichen", "120113", ("120113001", "120113101", "120113"), "北运河甲造船厂", "北运河演练")
DONGJIANG = District("DJ", "dongjiang", "120116403", ("120116403",), "东疆港乙仓储社", "东疆港演练")
BOTH = (BEICHEN, DONGJIANG)
COLUMNS = {
    "accidents": "record_id,status,region_code,occurred_at,reported_at,sector,deaths,serious_injuries,direct_loss,"
    "counts_as_work_safety,enterprise",
    "inspections": "inspection_id,status,region_code,inspected_on,reported_at,enterprise,sector,inspection_kind,"
    "inspectors,hazards_found,hazards_rectified,major_hazards,major_due_on,major_rectified_on,orders_issued,cases_opened,fine",
    "training": "session_id,status,region_code,held_on,reported_at,training_kind,topic,participants,enterprises,"
    "due_new_employees,trained_new_employees,certified",
    "disasters": "event_id,status,region_code,hazard,started_on,ended_on,reported_at,affected,deaths,relocated,"
    "houses_collapsed,direct_loss,hours_to_first_supplies,hours_to_basic_relief",
    "statistics": "status,region_code,measure,sector,period,value,unit,vintage,rounding,reported_at",
}
SECTORS = ("construction", "road_traffic", "industry_trade")


def rows_of(district: District, seed: int) -> dict[str, list[tuple]]:
    """Seven years of one district."""
    draw = random.Random(seed)
    found: dict[str, list[tuple]] = {kind: [] for kind in COLUMNS}
    number = 0
    for year in YEARS:
        for month in range(1, 13 if year < 2024 else 10):
            number += 1
            # The last day is the same in both, because the newest date is the office's and no district's.
            day = datetime.date(year, month, 20 if (year, month) == (2024, 9) else draw.randint(1, 24))
            after = day + datetime.timedelta(days=2)
            place = draw.choice(district.places)
            who = f"{district.enterprise}{draw.randint(100, 999)}号"
            key = f"{district.sign}-{year}-{number:04d}"
            sector = draw.choice(SECTORS)
            if draw.random() < 0.5:
                loss = draw.randint(100_000, 9_000_000)
                found["accidents"].append(
                    (f"{key}-A", "reported", place, f"{day} 08:00", f"{after} 09:00", sector, draw.randint(0, 2),
                     draw.randint(0, 3), loss, "Y", who)
                )  # fmt: skip
            hazards = draw.randint(200_000, 999_000)
            found["inspections"].append(
                (f"{key}-I", "reported", place, day, f"{after} 09:00", who, sector, "routine", draw.randint(1000, 9999),
                 hazards, hazards - draw.randint(1, 90_000), draw.randint(0, 9), after, "", draw.randint(1000, 9999),
                 draw.randint(0, 999), draw.randint(10_000, 990_000))
            )  # fmt: skip
            found["training"].append(
                (f"{key}-T", "reported", district.places[-1], day, f"{after} 09:00",
                 draw.choice(("drill", "public", "enterprise")), f"{district.topic}{number}",
                 draw.randint(1_000_000, 9_999_999), draw.randint(10, 99), "", "", "")
            )  # fmt: skip
        storm = datetime.date(year, 7, draw.randint(1, 20))
        found["disasters"].append(
            (f"{district.sign}-{year}-D", "reported", district.places[0], "flood", storm, storm,
             f"{storm + datetime.timedelta(days=2)} 09:00", draw.randint(1_000_000, 9_999_999), 0,
             draw.randint(100, 999), 0, draw.randint(100_000, 90_000_000), 5, 8)
        )  # fmt: skip
        found["statistics"] += returns_of(district.code, year, draw)
    return found


def returns_of(code: str, year: int, draw: random.Random) -> list[tuple]:
    """Yearly returns that denominators need; those of 2024 are not in yet."""
    if year == 2024:
        return []
    told = f"{year + 1}-03-01 10:00"
    return [
        ("reported", code, "gdp", "", year, draw.randint(400, 900), "亿元", "", "exact", told),
        ("reported", code, "gdp_at_2020_prices", "", year, draw.randint(400, 900), "亿元", "", "exact", told),
        ("reported", code, "population", "", year, draw.randint(100_000, 900_000), "人", "", "exact", told),
        ("reported", code, "industrial_employed", "", year, draw.randint(50_000, 90_000), "人", "", "exact", told),
    ]


def write_records(root: Path, seeds: dict[str, int], *, shared: bool = True) -> None:
    """The raw files of an office: one a kind and district, and one that both districts wrote into.

    Args:
        root: Office.
        seeds: Seed by sign of a district.
        shared: Whether the trainings of both lie in one file of the city.
    """
    own = {district: rows_of(district, seeds[district.sign]) for district in BOTH}
    for kind in COLUMNS:
        if kind == "training" and shared:
            write_file(root, kind, "tianjin_all.csv", [row for district in BOTH for row in own[district][kind]])
            continue
        for district in BOTH:
            write_file(root, kind, f"{district.plan}_all.csv", own[district][kind])
    city = random.Random(7)
    write_file(root, "statistics", "tianjin_all.csv", [row for year in YEARS for row in returns_of(CITY, year, city)])


def write_file(root: Path, kind: str, name: str, rows: list[tuple]) -> None:
    """One file with a declaration that its reports became known when they were made."""
    folder = root / "data/raw" / kind
    folder.mkdir(parents=True, exist_ok=True)
    lines = [COLUMNS[kind], *(",".join(map(str, row)) for row in rows)]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "provenance.yml").write_text("default: {history: true}\n", encoding="utf-8")


def make_office(
    root: Path,
    seeds: dict[str, int],
    *,
    shared: bool = True,
    forecasts: bool = False,
    ledgers: dict[str, list[tuple]] | None = None,
) -> Path:
    """An office with the plans of the city and of both districts, built.

    Args:
        root: Where.
        seeds: Seed by sign of a district.
        shared: Whether the trainings of both lie in one file of the city.
        forecasts: Whether forecasts are made.
        ledgers: Further rows by kind, which lie in a file of the city; however many of them are rejected, it is built.
    """
    from pipelines.build import build, build_forecasts
    from pipelines.settings import load_settings

    said = (REPOSITORY / "anlan.toml").read_text(encoding="utf-8")
    borne = said.replace("rejected_rows_borne = 0 ", "rejected_rows_borne = 99 ") if ledgers else said
    (root / "anlan.toml").write_text(borne, encoding="utf-8")
    shutil.copytree(REPOSITORY / "data/codes", root / "data/codes")
    shutil.copytree(REPOSITORY / "data/raw/statistics/nation", root / "data/raw/statistics/nation")
    (root / "data/plans").mkdir()
    for name in ("tianjin.yml", "beichen.yml", "dongjiang.yml", "nation.yml", "published-facts.csv"):
        shutil.copy(REPOSITORY / "data/plans" / name, root / "data/plans")
    write_records(root, seeds, shared=shared)
    for kind, rows in (ledgers or {}).items():
        write_file(root, kind, "city_ledger.csv", rows)
    settings = load_settings(root)
    build(settings, today=TODAY)
    if forecasts:
        build_forecasts(settings)
    return root


def numbers_of(district: District, seed: int) -> set[int]:
    """Every number of a district's records that is long enough to be no chance, and each column's sums by year."""
    told: set[int] = set()
    for kind, rows in rows_of(district, seed).items():
        if kind == "statistics":
            continue
        for column in range(len(COLUMNS[kind].split(","))):
            values = [(str(row[3 if kind != "disasters" else 4])[:4], row[column]) for row in rows]
            counts = [(year, value) for year, value in values if isinstance(value, int)]
            told |= {value for _, value in counts}
            told.add(sum(value for _, value in counts))
            for wanted in YEARS:
                told.add(sum(value for year, value in counts if year == str(wanted)))
    return {number for number in told if number >= LONG}
