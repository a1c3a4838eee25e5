"""The nation's published figures: real, each with its source, none from memory, gaps kept."""

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data/raw/statistics/nation"
FILES = ("first-published.csv", "revised.csv", "year-to-date.csv")
READ_AS = {
    "gdp": "国内生产总值",
    "population": "年末总人口",
    "published_work_deaths": "生产安全事故死亡人数",
    "published_accidents": "生产安全事故起数",
    "published_major_accidents": "重特大事故起数",
    "published_larger_accidents": "较大事故起数",
    "published_disaster_deaths": "因灾死亡失踪人数",
    "published_affected_person_times": "受灾人次",
    "published_disaster_loss_fen": "自然灾害直接经济损失",
    "published_flood_loss_fen": "洪涝灾害直接经济损失",
}


def read(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def published(shared):
    with (shared / "reference/published-statistics.csv").open(encoding="utf-8-sig", newline="") as opened:
        return [row for row in csv.DictReader(opened) if row["region"] == "全国"]


def key(year, measure, value):
    return year, measure, float(value)


@pytest.mark.parametrize("name", FILES)
def test_every_figure_was_read_in_a_source_with_these_words(published, name):
    printed = {
        (key(row["year"], re.sub(r"\(.*", "", row["indicator"]), row["value"]), row["quote"])
        for row in published
        if re.fullmatch(r"[\d.]+", row["value"])
    }
    parts = {(row["year"], row["indicator"]): row for row in published}
    for row in read(name):
        year = row["时期"][:4]
        if row["数据版本"].startswith("derived") and "missing" in row["数据版本"]:
            dead, missing = parts[year, "因灾死亡人数"], parts[year, "因灾失踪人数"]
            assert int(row["数值"]) == int(dead["value"]) + int(missing["value"])
            assert row["原文"] == dead["quote"]
        else:
            assert (key(year, READ_AS[row["指标"]], row["数值"]), row["原文"]) in printed, row


@pytest.mark.parametrize("name", FILES)
def test_every_figure_names_its_source_and_a_day_after_its_period(name):
    for row in read(name):
        assert row["来源标题"] and row["原文"] and row["数据版本"]
        year, months = re.match(r"(\d{4})年(?:1-(\d)月|(1)月)?", row["时期"]).group(1, 2)
        end = date(int(year), int(months or (1 if row["时期"].endswith("1月") else 12)), 28)
        assert date.fromisoformat(row["发布日期"]) > end
        assert row["取整"] in ("精确", "约数")


def test_one_figure_stands_once_in_a_file_and_a_revision_is_later():
    first = {(row["指标"], row["时期"]): row for name in FILES[::2] for row in read(name)}
    for name in FILES:
        assert max(Counter((row["指标"], row["时期"]) for row in read(name)).values()) == 1
    for row in read("revised.csv"):
        before = first[row["指标"], row["时期"]]
        assert date.fromisoformat(row["发布日期"]) > date.fromisoformat(before["发布日期"])


def test_years_that_no_source_printed_stay_missing(shared):
    years = {row["时期"] for row in read("first-published.csv") if row["指标"] == "published_work_deaths"}
    assert not years & {f"{year}年" for year in (2012, 2013, 2014, 2015, 2021, 2022)}
    note = (shared / "reference/published-statistics.md").read_text(encoding="utf-8")
    remembered = re.findall(r"\d+\.?\d+", note[note.index("## 11.") :].split("national deaths")[1].split("工矿商贸")[0])
    values = {row["数值"] for name in FILES for row in read(name)}
    assert len(remembered) > 8
    assert not values & {number for number in remembered if len(number) == 5}


def test_provenance_says_published_and_not_synthetic():
    said = yaml.safe_load((FOLDER / "provenance.yml").read_text(encoding="utf-8"))["default"]
    assert (said["published"], said["history"], said["synthetic"]) == (True, True, False)


def test_every_target_of_the_nation_names_where_it_was_read(plans, published, shared):
    texts = [row["quote"] for row in published if row["indicator"].startswith("目标:")]
    texts.append((shared / "reference/published-statistics.md").read_text(encoding="utf-8"))
    assert len(plans["nation"].targets) == 7
    for target in plans["nation"].targets:
        assert target.source.title
        assert any(target.quote in text for text in texts), target.id
        assert target.printed in target.quote


def test_every_comparison_across_a_change_of_definition_was_read_in_a_source_of_that_day(plans, published):
    printed = [(row["quote"], row["vintage"]) for row in published]
    compared = [one for target in plans["nation"].targets if target.baseline for one in target.baseline.compared]
    assert len(compared) == 2
    for one in compared:
        assert any(one.quote in quote and f"{one.printed_on}" in vintage for quote, vintage in printed), one.quote


def test_the_nation_rests_on_published_totals(plans, catalogue):
    assert plans["nation"].figures == "published"
    assert catalogue["work_deaths"].numerator.source("published") == ("statistic", "published_work_deaths")
    assert catalogue["work_deaths"].numerator.source() == ("measure", "work_deaths")
    for target in plans["nation"].targets:
        numerator = catalogue[target.indicator].numerator
        assert numerator.source("published")[0] in ("statistic", "event")
