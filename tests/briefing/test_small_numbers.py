"""Nobody is named first who shares the first place, and no percentage is told of fewer than ten."""

from __future__ import annotations

import datetime
from types import SimpleNamespace

import pytest

from dashboard.quarterly import outcomes
from pipelines import situation
from pipelines.briefing import evaluation_forecasts, slide_quarter
from pipelines.briefing.documents import plan_row, quarter_of, scene_of
from pipelines.briefing.facts import FactBook
from pipelines.briefing.quarterly import accidents, advice, outlook, work
from pipelines.texts import in_language


@pytest.fixture(params=["zh", "en"])
def language(request):
    with in_language(request.param):
        yield request.param


@pytest.fixture
def scene(house, office, language):
    row = plan_row(house, "beichen")
    return scene_of(house, office, row, quarter_of(house, row, "2024Q3"), language)


def with_deaths(scene, numbers, cut="sector"):
    """The scene with so many accidents and deaths in the first parts of a cut, and none in the others."""
    rows, left = [], list(numbers)
    for row in scene.quarter.cuts:
        if row["cut"] == cut:
            n = left.pop(0) if row["code"] and left else 0
            row = {**row, "accidents": n, "deaths": n}
        rows.append({**row, "deaths": sum(numbers)} if row["cut"] == "total" else row)
    assert not left
    scene.quarter.__dict__["cuts"] = rows
    scene.quarter.__dict__.pop("total", None)
    return [scene.part_name(row).text for row in rows if row["cut"] == cut and row["code"]][: len(numbers)]


def test_leading_names_all_who_share_the_first_place():
    rows = [{"code": str(n), "deaths": deaths} for n, deaths in enumerate((5, 7, 7, 7, 2))]
    assert [row["code"] for row in situation.leading(rows, "deaths")] == ["1", "2", "3"]
    assert [row["code"] for row in situation.leading(rows[:2], "deaths")] == ["1"]
    assert situation.leading([*rows, {"code": "9", "deaths": 7}], "deaths") == []
    assert situation.leading([{"code": "1", "deaths": 0}], "deaths") == situation.leading([], "deaths") == []


@pytest.mark.parametrize(
    ("numbers", "named"), [((8, 5, 4), 1), ((8, 8, 4), 2), ((5, 5, 5), 3), ((5, 5, 5, 5), 0), ((5, 4), 0)]
)
def test_the_deadliest_sectors_are_named_together_or_not_at_all(scene, language, numbers, named):
    names = with_deaths(scene, numbers)
    _, industrial, rest = situation.sector_groups(scene.quarter.cuts)
    apart = situation.sector_groups(scene.quarter.cuts)[0]
    for told in (accidents._share(scene, [apart, industrial, rest]), advice._sectors(scene)):
        text = str(told or "")
        assert [name in text for name in names] == [n < named for n in range(len(names))], text
        tied = "并列" if language == "zh" else "each"
        assert (tied in text) == (named > 1)


@pytest.mark.parametrize("cut", ["sector", "region", "month"])
@pytest.mark.parametrize(("numbers", "named"), [((8, 5, 4), 1), ((8, 8, 4), 2), ((5, 5, 5, 5), 0)])
def test_a_slide_s_title_names_the_parts_that_share_the_first_place(scene, language, cut, numbers, named):
    names = with_deaths(scene, numbers, cut)
    text = str(slide_quarter._title(scene, cut, scene.quarter.cut(cut)))
    assert [name in text for name in names] == [n < named for n in range(len(names))], text
    assert ("最多" in text or "most" in text) == bool(named)


@pytest.mark.parametrize(("whole", "is_told"), [(2, False), (9, False), (10, True)])
def test_shares_of_what_was_found_and_due_are_told_from_ten_on(scene, language, whole, is_told):
    q = scene.quarter
    value, known = q._value, {"hazards_found": whole, "new_employees_due": whole}
    known |= {"hazards_rectified": 1, "new_employees_trained": 1}
    q.__dict__["_value"] = lambda name, *asked: known.get(name, value(name, *asked))
    for done, of in (("hazards_rectified", "hazards_found"), ("new_employees_trained", "new_employees_due")):
        assert (work._share(scene, q.measure(done), q.measure(of)) is not None) == is_told
    inspected, trained = (
        " ".join(str(block.text) for block in part(scene)) for part in (work.inspections, work.training)
    )
    rate = f"{100 / whole:.1f}%"
    assert (rate in inspected, rate in trained) == (is_told, is_told)
    if language == "zh":
        assert ("整改率" in inspected, "培训率" in trained) == (is_told, is_told)
    assert (
        f"新增从业人员应培训{whole}人，已培训1人" if language == "zh" else f"1 of {whole} new employees were"
    ) in trained


@pytest.mark.parametrize(("n", "inside", "share"), [(2, 1, ""), (9, 9, ""), (10, 8, "80%")])
def test_forecasts_that_held_are_told_in_per_cent_from_ten_on(language, n, inside, share):
    book = FactBook(language, "b1", {"plan_id": "p", "period_start": 2021}, datetime.date(2024, 9, 30), True)
    house = SimpleNamespace(query=lambda sql, params: [{"n": n, "inside": inside}])
    text = str(evaluation_forecasts._held(SimpleNamespace(book=book, plan=SimpleNamespace(house=house)), 2024))
    assert str(n) in text and str(inside) in text
    assert ("（" in text or "(" in text) == bool(share) and share in text


@pytest.mark.parametrize(
    ("deaths", "named"),
    [
        ((8, 5, 4), [8, 5]),
        ((8, 5, 5, 1), [8, 5, 5]),
        ((8, 5, 5, 5), [8]),
        ((8, 8, 5), [8, 8]),
        ((5, 5, 5, 5), []),
        ((8, 0), [8]),
        ((0, 0), []),
    ],
)
def test_the_outlook_cuts_no_tie_in_two(deaths, named):
    assert [row["deaths"] for row in outlook._deadliest([{"deaths": n} for n in deaths])] == named


@pytest.mark.parametrize(("whole", "said"), [(2, ">1/2<"), (10, ">10.0%<"), (0, ">—<")])
def test_the_page_tells_no_percentage_of_fewer_than_ten(language, whole, said):
    values = {"hazards_found": whole, "hazards_rectified": min(whole, 1), "inspections": 4}
    value = lambda name, back, column="to_date": values.get(name) if back == 0 else 0  # noqa: E731
    known = lambda *asked: ""  # noqa: E731
    assert said in outcomes.rates(value, 2024)
    assert ("10.0%" in outcomes.hazard_tiles([], value, known)) == (whole == 10)
    assert "50.0%" not in outcomes.rates(value, 2024).split("</tr>")[1] + outcomes.hazard_tiles([], value, known)


def test_the_page_gives_the_english_brief_its_own_name(language, monkeypatch):
    from dashboard import handing
    from dashboard.quarterly import handout

    given = {}
    monkeypatch.setattr(handing.st, "download_button", lambda *words, **more: given.update(more))
    view = SimpleNamespace(reader=None, plan={"plan_id": "beichen"}, as_of=None)
    handout.button(view, SimpleNamespace(code="2024Q3"))
    assert given["file_name"] == f"beichen_2024Q3_brief{'' if language == 'zh' else '_en'}.docx"
