"""What pages show where nothing is known of a plan, of an indicator, or of a way that was made."""

import pytest

from dashboard.components import board, indicator_parts
from dashboard.frame import PAGES
from pipelines import publish
from pipelines.build import make
from pipelines.settings import Settings
from pipelines.texts import in_language
from tests.dashboard.conftest import words
from tests.dashboard.hand import assess
from tests.rows import landed_inputs

SILENT = ("beichen", "北辰区规划", "Beichen plan", "120113", "tianjin", "2021-01-01", "2025-12-31", 2020, False, None)
TARGET = {
    "plan_id": "beichen", "target_id": "1", "order": 1, "name_zh": "亿元GDP死亡率", "name_en": "Deaths per GDP",
    "indicator_id": "i_t2", "kind": "reduction", "nature": "binding", "due_year": 2025, "printed": "下降33%",
    "clause": "表1 第1项",
}  # fmt: skip


def assess_two(engine, settings, progress):
    """As the office by hand, and a plan of a region of which nothing has come in."""
    assess(engine, settings, progress)
    con = engine.connection
    con.execute("ALTER TABLE assess_targets ADD COLUMN printed VARCHAR")
    con.execute(f"INSERT INTO assess_plans VALUES ({', '.join('?' * len(SILENT))})", SILENT)
    names = ", ".join(f'"{name}"' for name in TARGET)
    con.execute(f"INSERT INTO assess_targets ({names}) VALUES ({', '.join('?' * len(TARGET))})", [*TARGET.values()])


@pytest.fixture(scope="module")
def half(tmp_path_factory):
    """Root of an office that has records of one plan of two."""
    root = tmp_path_factory.mktemp("half")
    settings = Settings(root=root)
    inputs = landed_inputs(root / "landed", plans={"tianjin": "120000", "beichen": "120113"})
    with publish.writer(settings) as folder:
        make(settings, folder, inputs, assess=assess_two)
    return root


@pytest.mark.parametrize("page", [page for page in PAGES if page != "data_loads"])
def test_a_plan_without_records_is_told_so_with_its_targets_and_the_way_out(open_page, half, page):
    at = open_page(half, page, plan="beichen")
    text = words(at)
    assert "还没有北辰区的记录" in text and "data/raw" in text and "<pre>anlan build</pre>" in text
    assert "亿元GDP死亡率" in text and "下降33%" in text and "表1 第1项" in text
    assert "换一个截止日期" not in text, "there is none that would help"
    assert "尚无截止日期" in at.selectbox(key="pick_as_of").options[0]


def test_in_english_it_is_told_in_english(open_page, half):
    text = words(open_page(half, plan="beichen", lang="en"))
    assert "No records of Beichen" in text and "Deaths per GDP" in text


def test_an_indicator_without_any_value_has_no_empty_axes_and_no_dash_with_a_unit(open_page, office):
    at = open_page(office, "indicator", plan="tianjin", target="t10")
    text = words(at)
    assert "各年都还没有数值" in text and "分子 ÷ 分母" in text and "data_loads?" in text
    assert "— 小时" not in text and "现值（" not in text
    assert not [one for one in at.get("plotly_chart") if "trajectory" in one.proto.id]


def test_the_board_has_no_unit_beside_a_value_that_is_not_there(open_page, office):
    assert "<b>—</b> <small>小时" not in words(open_page(office, plan="tianjin"))


def test_a_value_on_the_wrong_side_of_its_baseline_is_told_in_words_and_no_negative_share():
    row = {
        "verdict": "undecided", "pace_share": -13.67, "elapsed_share": 0.5, "kind": "reduction", "operator": "<=",
        "target_value": 9.35, "value_now": 20.0, "value_year": 2025, "required_now": 9.35, "required_rate": None,
        "room": None, "year_to_date": None, "display_unit": "人", "display_factor": 1, "display_decimals": 0,
        "verdict_reason_code": None, "reason_facts": None, "flags": None,
    }  # fmt: skip
    with in_language("zh"):
        shown = board._progress(row) + indicator_parts.why(row)
    assert (
        shown.count("比基期更差") == 3 and "1367" not in shown and "-" not in board._progress(row).split("<small>")[1]
    )
