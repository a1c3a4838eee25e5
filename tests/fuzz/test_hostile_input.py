"""An office whose files are full of SQL, HTML and path tricks: everything is text, in every table and on every page."""

import csv
import datetime
import shutil
import sys

import pytest

from pipelines import warehouse
from pipelines.build import build
from pipelines.settings import Settings
from tests.dashboard.conftest import open_page, words

__all__ = ["open_page"]

SQL = "'); DROP TABLE core_accidents__versions; --"
QUOTES = "\"; ATTACH 'evil.db' AS evil; --"
HTML = "<img src=x onerror=alert(1)><script>alert(2)</script>"
FORMULA = '=HYPERLINK("http://evil","x")'
COPY = "x' ; COPY (SELECT 1) TO 'pwned.csv'; --"
TODAY = datetime.date(2024, 11, 22)
HEAD = ["事故编号", "行政区划代码", "发生时间", "行业领域", "死亡人数", "单位名称", "事故简况", SQL, f"{HTML}备注"]
FILES = {
    "a'; DROP TABLE rows_read; --.csv": SQL,
    "$(touch pwned).csv": QUOTES,
    "x..%2f..%2fpwned.csv": HTML,
    "`id`; & | name.csv": FORMULA,
    "\u202egnp.csv": COPY,
}
PAGES = ("overview", "indicator", "quarterly", "records", "plans", "data_loads", "replay", "what_if")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory, repository):
    """The office, built; region, sector and plan carry hostile names as well."""
    root = tmp_path_factory.mktemp("hostile")
    for name in ("codes", "plans"):
        shutil.copytree(repository / "data" / name, root / "data" / name)
    regions = root / "data/codes/regions.csv"
    lines = regions.read_text(encoding="utf-8").splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("120113,"))
    lines[place] = f'120113,120000,district,{HTML},"{SQL}",9,,'
    regions.write_text("\n".join(lines) + "\n", encoding="utf-8")
    folder = root / "data/raw/accidents"
    folder.mkdir(parents=True)
    for i, (name, text) in enumerate(FILES.items()):
        shown = name.translate({ord(sign): "_" for sign in '"|`:*?<>'}) if sys.platform == "win32" else name
        with (folder / shown).open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(HEAD)
            for month in range(1, 9):
                key = f"{text[:30]}-{i}-{month}"
                rows.writerow([key, "120113", f"2024-0{month}-05", "建筑业", "1", text, text, text, text])
    settings = Settings(root=root)
    build(settings, today=TODAY)
    return settings


def test_every_row_is_kept_word_for_word(hostile):
    with warehouse.open(hostile) as house:
        rows = house.query("SELECT enterprise, description, COUNT(*) AS n FROM core_accidents__versions GROUP BY ALL")
        assert sorted((row["enterprise"], row["description"], row["n"]) for row in rows) == sorted(
            (text, text, 8) for text in FILES.values()
        )
        (region,) = house.query("SELECT name_zh, name_en FROM mart_regions WHERE region_code = '120113'")
        assert (region["name_zh"], region["name_en"]) == (HTML, SQL)


def test_nothing_was_written_outside_the_office_or_under_a_name_from_the_files(hostile):
    assert not [path for path in hostile.root.rglob("*") if path.name in ("pwned", "pwned.csv", "evil.db")]
    assert not [path for path in hostile.root.parent.iterdir() if "pwned" in path.name or "evil" in path.name]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_no_page_lets_a_name_become_markup(hostile, open_page, page, language):
    at = open_page(hostile.root, page, plan="beichen", lang=language)
    shown = words(at) + "\n".join(block.value for block in at.markdown)
    assert "<script>" not in shown and "<img src=x" not in shown


def test_the_hostile_names_do_reach_the_pages(hostile, open_page):
    shown = words(open_page(hostile.root, "records", plan="beichen", lang="zh"))
    assert "&lt;img src=x" in shown
