"""The page of the quarterly situation: periods, words, tables, tiles, and the page itself."""

from __future__ import annotations

import datetime
import re
from types import SimpleNamespace

import plotly.graph_objects as go
import pytest

from dashboard.address import Place
from dashboard.charts import years
from dashboard.quarterly import first_minute, outcomes, outlook, period, places, scene, tables, words
from dashboard.theme import palette
from pipelines.errors import PipelineError
from pipelines.meetings import (
    Meeting,
    Season,
    holidays_between,
    read_meeting,
    read_seasons,
    read_series_breaks,
    seasons_between,
)
from pipelines.reporting import KINDS, Reporting
from pipelines.settings import Settings
from pipelines.texts import in_language

DAY = datetime.date
LIGHT = palette("light")


def part(cut="sector", code="fire", now=(3, 4), before=(2, 2), first=(0, 0), finding="too_few", **more):
    counts = {f"{name}{suffix}": pair[i] for suffix, pair in (("", now), ("_before", before), ("_before2", first))
              for i, name in enumerate(("accidents", "deaths"))}  # fmt: skip
    return {"cut": cut, "code": code, "name_zh": "火灾", "name_en": "Fire", "finding": finding, **counts, **more}


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


# Periods


def test_a_quarter_is_seen_at_the_last_date_before_the_next_one_is_over():
    dates = [DAY(2024, 3, 31), DAY(2024, 6, 30), DAY(2024, 7, 20), DAY(2024, 9, 30), DAY(2024, 10, 20)]
    found = {one.code: one for one in period.quarters(dates, DAY(2024, 10, 20))}
    assert list(found) == ["2024Q4", "2024Q3", "2024Q2", "2024Q1"]
    assert found["2024Q3"].known == DAY(2024, 10, 20) and found["2024Q2"].known == DAY(2024, 7, 20)
    assert found["2024Q3"].earlier == DAY(2024, 7, 20) and found["2024Q1"].earlier is None
    assert found["2024Q4"].is_running and not found["2024Q3"].is_running
    assert (found["2024Q4"].month, found["2024Q4"].end) == (10, DAY(2024, 10, 20))
    assert found["2024Q4"].following == (2025, 1)


def test_later_dates_than_the_one_in_force_do_not_count():
    dates = [DAY(2024, 6, 30), DAY(2024, 9, 30)]
    assert [one.code for one in period.quarters(dates, DAY(2024, 6, 30))] == ["2024Q2"]


@pytest.mark.parametrize(
    ("asked", "code"), [("", "2024Q3"), ("2024Q2", "2024Q2"), ("1999Q9", "2024Q3"), ("x", "2024Q3")]
)
def test_without_a_quarter_that_is_there_the_newest_that_is_over_is_shown(asked, code):
    options = period.quarters([DAY(2024, 6, 30), DAY(2024, 9, 30), DAY(2024, 10, 20)], DAY(2024, 10, 20))
    assert period.chosen(options, asked).code == code
    assert period.chosen([], asked) is None


# Words


@pytest.mark.parametrize(
    ("now", "before", "zh", "en"),
    [
        (8, 9, "减少 1 起", "1 fewer"),
        (9, 9, "持平", "unchanged"),
        (11, 10, "增加 1 起，上升 10.0%", "1 more, up 10.0%"),
        (69, 80, "减少 11 起，下降 13.8%", "11 fewer, down 13.8%"),
        (3, 0, "增加 3 起", "3 more"),
    ],
)
def test_changes_are_absolute_first_and_in_per_cent_only_from_a_base_of_ten(now, before, zh, en):
    with in_language("zh"):
        assert words.change(now, before, "起") == zh
    with in_language("en"):
        assert words.change(now, before) == en


def test_a_change_against_a_mean_keeps_one_digit_only_where_it_matters():
    with in_language("zh"):
        assert words.mean_change(3, 2.8) == "增加 0.2"
        assert words.mean_change(17, 27.4) == "减少 10.4，下降 38.0%"
        assert words.mean_change(4303, 10189.4) == "减少 5886，下降 57.8%"
        assert words.mean_change(2, 2.0) == "持平"


def judged(**more):
    return {"nature": "binding", "verdict": "likely", "value_now": 1.0, "required_now": 2.0, "operator": "<=",
            "target_value": 1.0, "kind": "end_value", **more}  # fmt: skip


def test_the_judgement_counts_compares_and_names_the_binding_verdicts():
    total = part("total", "", now=(26, 28), before=(22, 27), finding="within_chance")
    larger = {"n": 0, "last_on": DAY(2021, 9, 4), "first_on": DAY(2016, 1, 1)}
    rows = [judged(), judged(verdict="undecided", value_now=3.0)]
    with in_language("zh"):
        said = words.judgement("北辰区", 9, total, larger, rows, DAY(2024, 9, 30))
    assert said == (
        "1—9月，北辰区共发生生产安全事故 26 起、死亡 28 人；事故起数同比增加 4 起，上升 18.2%（随机波动之内），"
        "死亡人数同比增加 1 人，上升 3.7%；未发生较大及以上事故（连续 1122 天）；"
        "约束性指标 2 项中 1 项尚未判定、1 项有望完成（未定的有 1 项慢于要求）。"
    )


def test_no_accident_and_no_report_are_two_sentences():
    total = part("total", "", now=(0, 0))
    nothing = {"n": 0, "last_on": None, "first_on": None}
    with in_language("zh"):
        none = words.judgement("甲", 3, total, nothing, [], DAY(2024, 3, 31))
        unknown = words.judgement("甲", 3, total, nothing, [], DAY(2024, 3, 31), is_reported=False)
    assert none == "1—3月，甲未发生生产安全事故。" and unknown == "1—3月，甲的生产安全事故尚未报送。"


def test_across_a_change_of_definition_nothing_is_compared():
    row = part(is_broken=True, now=(20, 20), before=(10, 10))
    with in_language("zh"):
        assert words.of_row(row, "accidents") == "—"
        total = {**row, "cut": "total", "code": ""}
        larger = {"n": 0, "last_on": None, "first_on": None}
        assert "同比" not in words.judgement("甲", 3, total, larger, [], DAY(2024, 3, 31))
        assert "上升" not in tables.comparison([row], 2024, "行业")
        value = tables.values([{"measure": "accidents", "years_back": n, "to_date": 20 - n} for n in range(3)])
        told = plain(tables.measures({}, ("accidents",), value, 2024, known, is_broken=True))
        assert told.endswith("accidents 20 19 18 —")
        assert "不作同比" in first_minute.tile("", "", "", first_minute._against(total, "deaths"))


# Tables and tiles


def test_road_traffic_and_fire_stand_apart_and_industry_is_summed():
    rows = [
        part("total", "", now=(30, 30)),
        part(code="chemicals", now=(2, 2), is_industrial=True),
        part(code="construction", now=(3, 4), is_industrial=True),
        part(code="coal_mines", now=(0, 0), before=(0, 0), is_industrial=True),
        part(code="fire", is_industrial=False),
        part(code="rail", is_industrial=False),
        part(code="road_traffic", is_industrial=False),
    ]
    with in_language("zh"):
        found = tables.sectors(rows)
    assert [row["code"] for row in found] == ["", "road_traffic", "fire", "", "chemicals", "construction", "rail"]
    assert (found[3]["name"], found[3]["accidents"], found[3]["deaths"]) == ("工矿商贸小计", 5, 6)


def test_places_keep_the_official_order_and_the_unassigned_stand_last():
    rows = [part("total", ""), part("region", ""), part("region", "120113001"), part("region", "120113101")]
    assert [row["code"] for row in tables.places(rows)] == ["", "120113001", "120113101", ""]


def test_a_table_escapes_names_and_tells_the_test_with_a_shape_and_words():
    row = part(name_zh="<b>甲</b>", finding="higher", now=(20, 1), before=(10, 1))
    with in_language("zh"):
        html = tables.comparison([row], 2024, "行业")
    assert "<b>甲" not in html and "&lt;b&gt;甲" in html
    assert "▲ 明显增多" in html and "增加 10 起，上升 100.0%" in html
    assert "今年 20，上年 10" in html, "the bar says its numbers"


def test_nothing_happened_and_not_reported_are_two_texts():
    value = tables.values([{"measure": "inspections", "years_back": 1, "to_date": 12}])
    names = {"inspections": {"name_zh": "检查家次"}}
    with in_language("zh"):
        none = plain(tables.measures(names, ("inspections",), value, 2024, known))
        unknown = plain(tables.measures(names, ("inspections",), value, 2024, why({0: "not_reported"})))
    assert none.endswith("检查家次 本期未发生 12 0 减少 12，下降 100.0%")
    assert unknown.endswith("检查家次 尚未报送 12 0 —")


def test_years_that_came_later_or_never_came_hold_no_zero():
    late = why({1: "came_later", 2: "not_reported"})
    with in_language("zh"):
        told = plain(tables.measures({}, ("training_sessions",), tables.values([]), 2026, late))
        disasters = plain(outcomes.disasters({}, tables.values([]), 2026, late))
    assert told.endswith("training_sessions 本期未发生 当时尚未入库 尚未报送 —")
    assert "disaster_events 本期未发生 当时尚未入库 尚未报送 —" in disasters, "and there is no mean"


def test_hazards_that_nobody_reported_are_no_zero():
    with in_language("zh"):
        told = plain(outcomes.hazard_tiles([], tables.values([]), why({0: "not_reported"})))
        none = plain(outcomes.hazard_tiles([], tables.values([]), known))
    assert told.count("尚未报送") == 6 and none.count("尚未报送") == 0


def test_disasters_stand_against_the_mean_of_five_years():
    rows = [{"measure": "disaster_events", "years_back": n, "to_date": 10 + n} for n in range(6)]
    with in_language("zh"):
        html = plain(outcomes.disasters({}, tables.values(rows), 2024, known))
    assert "disaster_events 10 11 13 减少 3，下降 23.1%" in html and "2019—2023 年均值" in html


def test_a_rate_without_a_base_is_a_dash():
    with in_language("zh"):
        html = plain(outcomes.rates(tables.values([]), 2024))
    assert "隐患整改率 — — —" in html


def known(measure, back, column):
    return ""


def why(reasons):
    return lambda measure, back, column: reasons.get(back, "")


def rates(*shrunk, grade=None):
    spots = [
        {"code": f"12011300{n}", "name_zh": f"镇{n}", "name_en": f"Town {n}", "accidents": 3, "deaths": 1, "rate": 1.0,
         "shrunk": one, "weight": 0.5, "official_risk_grade": grade}
        for n, one in enumerate(shrunk)
    ]  # fmt: skip
    return {
        "places": spots,
        "per_residents": False,
        "mean": 1.0,
        "variance": 0.2,
        "unassigned": 2,
        "start": DAY(2021, 10, 1),
    }


def test_tiles_use_one_hue_and_the_official_grade_its_own_colour():
    with in_language("zh"):
        html = places.tile_map(rates(0.5, 1.0, 3.0, grade=2.0))
        bare = places.tile_map(rates(0.5, 1.0))
    assert re.findall(r'"q-tile q-s(\d)"', html) == ["1", "2", "5"]
    assert 'q-g-orange">橙' in html and "q-g-" not in bare
    assert html.index("镇0") < html.index("镇2")
    assert places.step(1.0, 1.0, 1.0) == 3


def test_the_formula_of_the_rates_says_what_it_shrinks_to_and_what_it_leaves_out():
    with in_language("zh"):
        said = places.formula(rates(0.5, 1.0))
    assert "1.00 起/年" in said and "2021-10-01" in said and "2 起未划分" in said


# The first minute


def controlled(region="120113", sector="", used=10, figure=20.0, **more):
    return {"measure": "work_deaths", "year": 2024, "region_code": region, "sector_code": sector, "used": used,
            "figure": figure, "used_share": used / figure, "elapsed_share": 0.75, "is_own": region == "120113",
            "expected_late": 0, "is_over_pace": used / figure > 0.75, **more}  # fmt: skip


def test_at_most_three_are_named_as_ahead_the_furthest_first_with_the_noise_tag():
    control = [controlled(used=19)] + [controlled(f"12011300{n}", used=16 + n) for n in range(4)]
    rows = [part("region", f"12011300{n}", name_zh=f"镇{n}", finding="within_chance") for n in range(4)]
    with in_language("zh"):
        html = first_minute.ahead(control, rows, [], "北辰区")
    said = plain(html)
    assert re.findall(r"镇\d", said) == ["镇3", "镇2", "镇1"] and "北辰区" not in said
    assert "镇3：死亡人数 19，年度控制指标 20，已占 95.0%，时序进度 75.0%" in said
    assert "随机波动之内" in said and "另有 1 个" in said


def test_where_no_part_has_a_figure_the_whole_is_named_with_its_chance():
    chance = [{**controlled(used=19), "probability_within": 0.31}]
    with in_language("zh"):
        said = plain(first_minute.ahead([controlled(used=19)], [part("total", "")], chance, "北辰区"))
        assert said.startswith("▲ 北辰区：死亡人数 19") and "三成" in said
        over = plain(first_minute.ahead([controlled(used=24)], [part("total", "")], [], "北辰区"))
        assert "已突破，超出4" in over and "一成" not in over
        assert "没有收到" in first_minute.ahead([], [], [], "北辰区")
        assert "没有行业或地区" in first_minute.ahead([controlled(used=1)], [], [], "北辰区")


def test_what_is_still_to_be_reported_is_told_where_it_is_counted_in():
    late = controlled(used=14, expected_late=2, is_over_pace=True)
    with in_language("zh"):
        said = plain(first_minute.ahead([late], [part("total", "")], [], "北辰区"))
    assert "已占 70.0%，时序进度 75.0%（另约有2人待补报）" in said


def test_the_number_that_may_still_die_is_never_told():
    with in_language("zh"):
        said = plain(first_minute._deaths(part("total", "", now=(9, 10)), controlled(), DAY(2024, 9, 30)))
    assert "已占 50.0%" in said and "还可" not in said


MEETING = """
decisions:
  - {quarter: 2024Q3, text: "加密<检查>", owner: 甲, due_on: 2024-12-31}
  - {quarter: 2024Q2, text: 旧事, state: done, outcome: 已办}
  - {quarter: 2024Q4, text: 以后, owner: 乙}
outlook:
  - {quarter: 2024Q4, source: 气象局, text: 降水偏多, said_on: 2024-09-28}
"""


@pytest.fixture
def meeting(tmp_path):
    folder = tmp_path / "data/plans/decisions"
    folder.mkdir(parents=True)
    (folder / "beichen.yml").write_text(MEETING, encoding="utf-8")
    return read_meeting(Settings(root=tmp_path), "beichen")


def test_decisions_asked_for_and_what_became_of_the_last_ones(meeting):
    quarter = period.Quarter(2024, 3, DAY(2024, 9, 30))
    with in_language("zh"):
        said = first_minute.decisions(meeting, "beichen", quarter)
    assert "加密&lt;检查&gt; · 甲 · 2024-12-31 前" in said
    assert plain(said).endswith("✓ 旧事 · 已办结：已办") and "以后" not in said


def test_without_decisions_the_page_says_where_to_write_them():
    with in_language("zh"):
        said = first_minute.decisions(Meeting(), "beichen", period.Quarter(2024, 3, DAY(2024, 9, 30)))
    assert "decisions/beichen.yml" in said and "quarter: 2024Q3" in said


def test_a_decision_that_is_wrong_is_told_with_its_line_and_a_corrected_one_is_read_at_once(tmp_path, meeting):
    file = tmp_path / "data/plans/decisions/beichen.yml"
    file.write_text("decisions:\n  - {quarter: 3/2024, text: x}\n", encoding="utf-8")
    with pytest.raises(PipelineError) as caught:
        read_meeting(Settings(root=tmp_path), "beichen")
    assert caught.value.code == "yaml_invalid" and "data/plans/decisions/beichen.yml" in caught.value.tell("en")
    file.write_text("decisions:\n  - {quarter: 2024Q3, text: now right}\n", encoding="utf-8")
    assert read_meeting(Settings(root=tmp_path), "beichen").decisions[0].text == "now right"


def test_a_plan_id_never_leads_out_of_the_folder(tmp_path):
    (tmp_path / "data/plans/decisions").mkdir(parents=True)
    (tmp_path / "data/plans/secret.yml").write_text("decisions: [{quarter: 2024Q3, text: x}]", encoding="utf-8")
    assert read_meeting(Settings(root=tmp_path), "../secret") == Meeting()


# Outlook


def test_the_nearest_regions_seasons_that_touch_a_quarter_are_told_with_their_real_dates():
    seasons = (
        Season(region_code="120000", kind="flood", begins="06-15", ends="09-15"),
        Season(region_code="120000", kind="forest_fire", begins="10-01", ends="05-31"),
        Season(region_code="120113", kind="flood", begins="07-01", ends="08-31"),
    )
    region = ("120113", "120000", "000000")
    summer = seasons_between(seasons, region, DAY(2024, 7, 1), DAY(2024, 9, 30))
    assert [(s.kind, a, b) for s, a, b in summer] == [("flood", DAY(2024, 7, 1), DAY(2024, 8, 31))]
    spring = seasons_between(seasons, region[1:], DAY(2024, 4, 1), DAY(2024, 6, 30))
    assert [(s.kind, a, b) for s, a, b in spring] == [
        ("flood", DAY(2024, 6, 15), DAY(2024, 9, 15)),
        ("forest_fire", DAY(2023, 10, 1), DAY(2024, 5, 31)),
    ]


def test_the_shipped_calendar_knows_each_quarter_of_the_plans(repository):
    known = read_seasons(Settings(root=repository))
    named = [one.name_zh for one in holidays_between(known.holidays, DAY(2024, 10, 1), DAY(2024, 12, 31))]
    assert named == ["国庆节"]
    for year in range(2021, 2027):
        spring = [one for one in known.holidays if one.name_zh == "春节" and one.begins_on.year == year]
        assert len(spring) == 1 and (spring[0].ends_on - spring[0].begins_on).days >= 6


def test_the_outlook_shows_dates_views_and_five_years(meeting):
    quarter = period.Quarter(2024, 3, DAY(2024, 9, 30))
    rows = [{"measure": "accidents", "years_back": n, "next_quarter": 10 * n} for n in range(1, 6)]
    with in_language("zh"):
        assert outlook.title(quarter) == "下季度展望：2024年四季度"
        html = plain(outlook.same_quarter({}, tables.values(rows), known, quarter))
        assert "accidents 50 40 30 20 10 30" in html
        out = plain(outlook.same_quarter({}, tables.values([]), why({2: "not_reported"}), quarter))
        assert "accidents 0 0 0 尚未报送 0 尚未报送" in out
        assert "降水偏多" in outlook.views(meeting, "beichen", quarter)
        assert "2024Q4" in outlook.views(Meeting(), "beichen", quarter)


def test_series_breaks_of_the_own_region_only(repository):
    found = read_series_breaks(Settings(root=repository), "110109")
    assert [row["begins_on"] for row in found] == [DAY(2021, 7, 1)]
    assert read_series_breaks(Settings(root=repository), "120113") == []


# Figures


def test_running_totals_add_up_and_each_line_carries_its_year():
    figure = years.running_totals({2024: [1, 2], 2023: [0, 3], 2022: [9, 0]}, ["1", "2"], LIGHT)
    assert {trace["name"]: trace["y"] for trace in figure["data"]} == {"2024": [1, 3], "2023": [0, 3], "2022": [9, 9]}
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["2024: 3", "2023: 3", "2022: 9"]
    go.Figure(figure)
    heights = [note["y"] for note in figure["layout"]["annotations"]]
    assert abs(heights[0] - heights[1]) >= 0.8, "labels of equal totals do not lie on each other"


def test_bars_stand_on_zero_with_last_year_as_a_mark():
    figure = years.bars([1, 0], [2, 1], ["a", "b"], LIGHT, years=(2024, 2023))
    assert [trace["y"] for trace in figure["data"]] == [[1, 0], [2, 1]]
    assert figure["layout"]["yaxis"]["rangemode"] == "tozero"
    go.Figure(figure)


def test_a_zero_that_nobody_reported_is_said_as_such():
    row = {**part(now=(0, 0), before=(0, 0)), "unknown": {0: "not_reported", 1: "came_later", 2: "not_collected"}}
    with in_language("zh"):
        said = plain(tables.comparison([row], 2024, "行业"))
    assert "尚未报送 当时尚未入库 未统计" in said, "asked for and not there, come since then, and asked for by nobody"
    with in_language("zh"):
        assert "0 0 0" in plain(tables.comparison([{**row, "unknown": {}}], 2024, "行业")), "all in, and there is none"


def test_a_part_leads_to_its_records():
    row = {**part(code="construction", now=(3, 1))}
    with in_language("zh"):
        html = tables.comparison([row], 2024, "行业", place=Place(plan="beichen"))
    assert "records?plan=beichen" in html and "sector=construction" in html and "year=2024" in html


def test_each_number_leads_to_the_records_that_it_counts_as_they_were_known_then():
    row = part(code="construction", now=(3, 1), before=(2, 0), first=(4, 0))
    there = {0: {"as_of": DAY(2024, 9, 30)}, 1: {"as_of": DAY(2023, 9, 30), "until": DAY(2023, 9, 30)}}
    with in_language("zh"):
        html = tables.comparison([row], 2024, "行业", place=Place(plan="beichen"), there=there)
        total = tables.comparison([{**row, "cut": "total", "code": ""}], 2024, "行业", place=Place(), there=there)
    ways = {number: way for way, number in re.findall(r'<td class=a-n><a href="([^"]*)"[^>]*>(\d+)</a>', html)}
    assert sorted(ways) == ["1", "2", "3"], "accidents and deaths of this year, accidents of last"
    assert "year=2024" in ways["3"] and ways["3"] == ways["1"], "deaths lead to the accidents that they happened in"
    assert all(key in ways["2"] for key in ("as_of=2023-09-30", "until=2023-09-30", "year=2023"))
    assert "<td class=a-n>4</td>" in html, "no as-of date of two years ago: no way to what was known then"
    assert total.count("records?") == 3 and "sector=" not in total


class Asked:
    """A reader of three districts of a city, of which one town's return of this year is out."""

    def regions(self):
        above = {"c": None, "d1": "c", "d2": "c", "t1": "d1"}
        return [{"region_code": code, "parent_code": parent, "name_zh": code} for code, parent in above.items()]

    def reporting(self, region, spans):
        out = [frozenset({"t1"}), *[frozenset()] * (len(spans) - 1)]
        return [{kind: Reporting(kind, 4, 4 - len(o), o, overdue=o) for kind in KINDS} for o in out]

    def lacks_columns(self):
        return True

    def sums_to_date(self, *known):
        return []

    def situation(self, *known):
        sector = {"is_industrial": True, "finding_of_industrial": "too_few"}
        return [part("total", ""), part("region", "d1"), part("region", "d2"), part("region", ""),
                part("sector", "rail", **sector), part("sector", "mines", **sector)]  # fmt: skip


def test_a_place_is_compared_where_its_own_returns_are_in_and_a_sum_only_where_all_are(monkeypatch):
    monkeypatch.setattr(scene.data, "series_breaks", lambda *asked: [])
    (quarter,) = period.quarters([DAY(2024, 9, 30)], DAY(2024, 9, 30))
    view = SimpleNamespace(plan={"plan_id": "p", "region_code": "c"}, reader=Asked())
    seen = scene.Scene(view, quarter)
    why = {(row["cut"], row["code"]): row.get("why_broken") for row in seen.cuts}
    assert why.pop(("region", "d2")) is None
    assert set(why.values()) == {"reported"}, "what holds the town's sum, and every cut of the whole"
    with in_language("zh"):
        assert first_minute._against(seen.total, "accidents") == "尚未报全，不作同比"
        industrial = next(row for row in tables.sectors(seen.cuts) if row["cut"] == "sum")
        assert words.of_row(industrial, "accidents") == "—" and industrial["finding"] is None


def test_across_a_change_of_definition_nothing_is_compared_and_that_is_the_reason(monkeypatch):
    monkeypatch.setattr(scene.data, "series_breaks", lambda *asked: [{"name_zh": "口径"}])
    (quarter,) = period.quarters([DAY(2024, 9, 30)], DAY(2024, 9, 30))
    seen = scene.Scene(SimpleNamespace(plan={"plan_id": "p", "region_code": "c"}, reader=Asked()), quarter)
    assert {row["why_broken"] for row in seen.cuts} == {"definition"}
    with in_language("zh"):
        assert first_minute._against(seen.total, "accidents") == "口径变化，不作同比"
