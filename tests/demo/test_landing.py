"""The messiest of the simulated files through the real landing: the faulty lines are refused, nothing else is lost."""

import shutil
from collections import Counter
from datetime import date

import duckdb
import pytest

from pipelines.demo import make_demo
from pipelines.errors import PipelineError
from pipelines.sources import land_all
from tests.demo.conftest import settings_in
from tests.demo.reading import is_faulty, number, read_folder, yuan

MESSY = (
    "accidents/tianjin_2017.csv",  # BOM, 万元, 2017/1/2 7:02
    "accidents/tianjin_2018.xlsx",  # title, two sheets, merged districts, names for codes, clerk and telephone
    "accidents/tianjin_2019.csv",  # UTF-16, tabs, 2019年3月1日8时5分
    "accidents/tianjin_2020.csv",  # GB18030, semicolons, 20200301 0805
    "accidents/tianjin_2021Q3.jsonl",
    "accidents/tianjin_2022Q1.parquet",
    "disasters/mentougou_2016-2020.xlsx",
    "inspections/tianjin_2017.csv",  # GB18030, full-width digits
    "statistics/tianjin_2016-2020.csv",
    "statistics/tongan_2016-2020.xlsx",
    "training/beichen_2020.xlsx",
)


@pytest.fixture(scope="module")
def landed(repository, demo, tmp_path_factory):
    """Landing of those files, and the folder that holds only them."""
    folder = tmp_path_factory.mktemp("messy")
    some = folder / "demo"
    for name in MESSY:
        kind = name.split("/")[0]
        (some / kind).mkdir(parents=True, exist_ok=True)
        shutil.copy2(demo / name, some / name)
        shutil.copy2(demo / kind / "provenance.yml", some / kind)
    settings = settings_in(repository, some)
    elsewhere = {"warehouse": folder / "warehouse", "raw": folder / "raw", "journal": folder / "journal"}
    settings = settings.model_copy(update={"paths": settings.paths.model_copy(update=elsewhere)})
    return land_all(settings, today=date(2024, 9, 30)), some


def test_only_the_faulty_lines_are_refused(landed):
    landing, folder = landed
    refused = {"/".join(file["path"].split("/")[-2:]): file["rejected"] for file in landing.files}
    expected = {}
    for file in read_folder(folder):
        seen = Counter(tuple(sorted((name, str(cell)) for name, cell in row.items())) for row in file.rows)
        repeated = sum(times - 1 for times in seen.values())
        expected[f"{file.kind}/{file.path.name}"] = sum(map(is_faulty, file.rows)) + repeated
    assert refused == expected
    assert sum(expected.values()) >= 10


def test_what_lands_has_the_sums_of_what_was_sent(landed):
    landing, folder = landed
    for kind, count, money in (
        ("accidents", "deaths", "direct_loss"),
        ("disasters", "deaths", "direct_loss"),
        ("inspections", "hazards_found", "fine"),
        ("training", "participants", None),
    ):
        rows, seen = [], set()
        for file in read_folder(folder):
            for row in file.rows:
                told = (file.path, *sorted((name, str(cell)) for name, cell in row.items()))
                if file.kind == kind and not is_faulty(row) and told not in seen:
                    seen.add(told)
                    rows.append(row)
        amount = f"sum({money}_fen)" if money else "0"
        files = [str(path) for path in landing.parquet(kind)]
        found = duckdb.sql(f"SELECT count(*), sum({count}), {amount} FROM read_parquet({files})").fetchall()[0]
        fen = sum(yuan(row.get(money)) for row in rows) * 100
        assert found == (len(rows), sum(number(row.get(count)) for row in rows), fen), kind


def test_personal_data_does_not_land(landed):
    landing, _ = landed
    files = [str(path) for path in landing.parquet("accidents")]
    stories = duckdb.sql(
        f"SELECT string_agg(concat(description, enterprise), chr(10)) FROM read_parquet({files})"
    ).fetchall()[0][0]
    assert "13800138000" not in stories
    assert "999999190001010018" not in stories
    assert "模拟填报人" not in stories


def test_no_demonstration_is_made_beside_own_records(repository, tmp_path):
    own = tmp_path / "raw/accidents/own.csv"
    own.parent.mkdir(parents=True)
    own.write_text("事故编号\n", encoding="utf-8")
    settings = settings_in(repository, tmp_path / "demo")
    settings = settings.model_copy(update={"paths": settings.paths.model_copy(update={"raw": tmp_path / "raw"})})
    with pytest.raises(PipelineError) as caught:
        make_demo(settings)
    assert caught.value.code == "demo_beside_own" and caught.value.facts["n"] == 1
    assert not (tmp_path / "demo").exists()
