"""The deck of a quarter: opened again, its charts and texts are the build's."""

import io
import time

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from pipelines.briefing.documents import make_document
from tests.briefing.office import AS_OF, PLANS


@pytest.fixture(scope="module")
def beichen(house, office):
    """The deck of Beichen 2024Q3, opened again."""
    return Presentation(io.BytesIO(make_document("slides", house, office, "beichen", "2024Q3").document))


def texts(slide):
    found = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    for shape in slide.shapes:
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return found


def titled(deck, words):
    return next(slide for slide in deck.slides if words in slide.shapes.title.text)


@pytest.mark.parametrize(
    ("plan", "language"), [*((plan, "zh") for plan in PLANS), ("mentougou", "en"), ("nation", "en")]
)
def test_every_plan_has_a_deck_whose_numbers_are_the_build_s(house, office, plan, language):
    started = time.process_time()
    made = make_document("slides", house, office, plan, "2024Q3", language)
    assert time.process_time() - started < 5
    assert made.proof.facts > 50 and made.proof.numbers > 200


def test_a_quarter_of_which_nothing_is_known_has_a_deck_too(house, office):
    deck = Presentation(io.BytesIO(make_document("slides", house, office, "beichen", "2026Q4").document))
    assert not any("分行业" in slide.shapes.title.text for slide in deck.slides)


def test_titles_follow_the_order_of_a_meeting(beichen):
    titles = [slide.shapes.title.text for slide in beichen.slides]
    wanted = (
        "2024年三季度安全形势分析、1—9月发生生产安全事故、规划指标进展、任务与监测事项、亿元GDP、分行业领域、分地区、分月情况、"
        "自然灾害、执法检查、形势研判、需要会议决定的事项、下一步工作建议（草稿）、数据说明、附表"
    )
    at = [next(n for n, title in enumerate(titles) if title.startswith(one)) for one in wanted.split("、")]
    assert at == sorted(at)


def test_simulated_data_are_marked_on_every_slide_and_real_data_on_none(house, office, beichen):
    assert all("模拟数据" in texts(slide) for slide in beichen.slides)
    nation = Presentation(io.BytesIO(make_document("slides", house, office, "nation", "2024Q3").document))
    assert not any("模拟数据" in text for slide in nation.slides for text in texts(slide))


def test_the_fan_is_a_native_chart_with_the_values_of_the_build(house, beichen):
    slide = titled(beichen, "亿元GDP")
    chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
    assert [type(plot).__name__ for plot in chart.plots] == ["AreaPlot", "LinePlot"]
    years = list(chart.plots[0].categories)
    series = {one.name: dict(zip(years, one.values, strict=True)) for plot in chart.plots for one in plot.series}
    fan = {str(row["year"]): row for row in house.fan("beichen", "1", AS_OF)}
    known = {str(row["year"]): row["value"] for row in house.years("beichen", "1", AS_OF)}
    for year in ("2024", "2025"):
        assert series["中位数"][year] == pytest.approx(fan[year]["median"])
        assert series["50%区间"][year] == pytest.approx(fan[year]["hi50"] - fan[year]["lo50"])
    assert series["80%下限"]["2025"] == pytest.approx(fan["2025"]["lo80"])
    assert series["正式"]["2020"] == pytest.approx(known["2020"])
    assert series["暂报"]["2023"] == pytest.approx(known["2023"])
    assert series["2025年目标"]["2016"] == pytest.approx(house.assessment("beichen", "1", AS_OF)["target_value"])


def test_counts_of_the_months_are_those_of_the_records(house, beichen):
    chart = next(shape.chart for shape in titled(beichen, "分月情况").shapes if shape.has_chart)
    rows = [row for row in house.situation("beichen", "120113", 2024, 9, AS_OF) if row["cut"] == "month"]
    now, before = chart.plots[0].series
    assert list(now.values) == [row["accidents"] for row in rows]
    assert list(before.values) == [row["accidents_before"] for row in rows]


def test_no_shape_leaves_its_slide(beichen):
    for slide in beichen.slides:
        for shape in slide.shapes:
            assert shape.left >= 0 and shape.left + shape.width <= beichen.slide_width
            assert shape.top >= 0 and shape.top + shape.height <= beichen.slide_height, shape.name


def test_speakers_find_sources_and_addresses(beichen):
    notes = titled(beichen, "亿元GDP").notes_slide.notes_text_frame.text
    assert "plan/2024-09-30/1/" in notes and "生产安全事故死亡人数 ÷ 地区生产总值" in notes
    assert "目标为2025年" in notes  # what the speaker may say


def test_every_run_names_a_chinese_typeface(beichen):
    for slide in beichen.slides:
        for run in [*slide._element.iter(qn("a:r")), *slide.notes_slide._element.iter(qn("a:r"))]:
            assert run.find(qn("a:rPr")).find(qn("a:ea")) is not None


def test_what_the_meeting_is_asked_stands_in_its_words(beichen):
    assert any("把道路运输列为四季度重点" in text for text in texts(titled(beichen, "需要会议决定的事项")))


def test_the_same_build_gives_the_same_bytes(house, office, beichen):
    one, two = (make_document("slides", house, office, "dongjiang", "2024Q3").document for _ in range(2))
    assert one == two
