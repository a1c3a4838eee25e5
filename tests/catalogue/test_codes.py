"""The code lists: unique, complete, and free of names that mean two things."""

import csv
import os
import unicodedata
from pathlib import Path

import pytest
import yaml

CODES = Path(__file__).resolve().parents[2] / "data/codes"
LISTS = sorted(file.name for file in CODES.glob("*.csv"))


def rows(name):
    with (CODES / name).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def plain(text):
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


@pytest.mark.parametrize("name", LISTS)
def test_codes_are_unique_and_named_in_both_languages(name):
    found = rows(name)
    codes = [next(iter(row.values())) for row in found]
    assert len(codes) == len(set(codes)) and all(codes)
    for row in found:
        assert None not in row and None not in row.values(), f"{name}: {row}"
        if "name_zh" in row:
            assert row["name_zh"] and row["name_en"]


@pytest.mark.parametrize("name", LISTS)
def test_one_spelling_means_one_code(name):
    spelt = {}
    for row in rows(name):
        code = next(iter(row.values()))
        names = [code, row.get("name_zh", ""), *row.get("aliases", "").split("|")]
        for text in {plain(n) for n in names if n}:
            if name != "regions.csv":  # towns of different districts share names; their codes do not
                assert spelt.setdefault(text, code) == code, f"{name}: {text}"


def test_every_region_lies_in_a_region_of_the_level_above():
    regions = {row["region_code"]: row for row in rows("regions.csv")}
    above = {"city": ("nation",), "district": ("city",), "town": ("district",)}
    for code, row in regions.items():
        if row["level"] == "nation":
            assert (code, row["parent_code"]) == ("000000", "")
        else:
            assert regions[row["parent_code"]]["level"] in above[row["level"]]
            if row["level"] == "town":
                assert code.startswith(row["parent_code"]) and len(code) == 9


def test_the_regions_of_the_plans_are_complete():
    children = {}
    for row in rows("regions.csv"):
        children.setdefault(row["parent_code"], []).append(row["region_code"])
    counts = {code: len(children[code]) for code in ("120000", "110000", "350200", "120113", "350212", "110109")}
    assert counts == {"120000": 16, "110000": 16, "350200": 6, "120113": 24, "350212": 11, "110109": 13}
    assert children["120116"] == ["120116403"]


def test_regions_are_those_of_the_published_lists():
    reference = CODES.parents[2] / "shared/reference/published-statistics.md"
    if not reference.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("../shared is needed in CI")
        pytest.skip("../shared is absent")
    text = reference.read_text(encoding="utf-8")
    for row in rows("regions.csv"):
        if row["level"] in ("district", "town") and row["region_code"] != "120116403":
            assert f"{row['region_code']} {row['name_zh']}" in text or (
                row["region_code"] in text and row["name_zh"] in text
            ), row
    assert "120116403 东疆保税港区" in text


def test_grades_follow_article_three():
    grades = {row["grade_code"]: row for row in rows("accident_grades.csv")}
    limits = {
        code: (int(g["min_deaths"]), int(g["min_serious_injuries"]), int(g["min_loss_fen"]) // 100 // 10_000)
        for code, g in grades.items()
    }
    assert limits == {
        "general": (0, 0, 0),
        "larger": (3, 10, 1000),
        "major": (10, 50, 5000),
        "extraordinary": (30, 100, 10_000),
    }
    assert [int(g["rank"]) for g in grades.values()] == [1, 2, 3, 4]


def test_types_are_printed_as_gb_6441_prints_them():
    codes = [row["type_code"] for row in rows("accident_types.csv")]
    assert codes == [f"0{n}" for n in range(1, 21)]


def test_industries_are_the_sections_a_to_t():
    assert "".join(row["industry_code"] for row in rows("industries.csv")) == "ABCDEFGHIJKLMNOPQRST"


def test_units_of_measures_are_known():
    known = set()
    for row in rows("units.csv"):
        assert float(row["factor"]) > 0
        known |= {row["unit"], *row["aliases"].split("|")}
    for name in ("measures.csv", "statistics_measures.csv"):
        for row in rows(name):
            assert row["unit"] in known, row


def test_money_is_counted_in_fen():
    factors = {row["unit"]: float(row["factor"]) for row in rows("units.csv") if row["dimension"] == "money"}
    assert factors == {"分": 1, "元": 100, "万元": 10**6, "亿元": 10**10}
    for name in ("measures.csv", "statistics_measures.csv"):
        assert all((row["unit"] == "分") == (row["measure"].endswith("_fen") or row["measure"].startswith("gdp"))
                   for row in rows(name))  # fmt: skip


def test_the_reporting_calendar_names_known_kinds_and_regions():
    regions = {row["region_code"] for row in rows("regions.csv")}
    kinds = {"accidents", "disasters", "inspections", "training", "statistics"}
    entries = yaml.safe_load((CODES / "reporting_calendar.yml").read_text(encoding="utf-8"))
    assert {entry["kind"] for entry in entries} == kinds
    for entry in entries:
        assert set(entry) == {"kind", "regions", "frequency", "first_period", "due_days"}
        assert set(entry["regions"]) <= regions
        assert entry["frequency"] in ("quarter", "year") and entry["due_days"] > 0
