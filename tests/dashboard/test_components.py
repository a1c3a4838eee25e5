import datetime
from types import SimpleNamespace

import pytest

from dashboard import loads, sentences, series
from dashboard.components import board, html, record_table, trust
from dashboard.export import csv, harmless, workbook
from dashboard.theme import MARKS, mark
from pipelines.assessment.verdict import ORDER
from pipelines.texts import in_language

ROW = {
    "target_id": "t1", "order": 1, "name_zh": "<script>指标", "name_en": None, "kind": "end_value", "nature": "binding",
    "verdict": "undecided", "value_now": 1.5, "value_year": 2023, "is_provisional": False, "required_now": 1.2,
    "pace_share": 0.4, "elapsed_share": 0.75, "target_value": 1.0, "operator": "<=", "due_year": 2025, "flags": None,
    "doubts": None, "display_factor": 1, "display_decimals": 1, "display_unit": '人"', "probability": None,
}  # fmt: skip


def test_user_texts_never_become_markup():
    with in_language("zh"):
        text = board.row(ROW, [{"year": 2023, "value": 1.5, "is_final": True, "missing_reason": None}])
    assert "<script>" not in text and "&lt;script&gt;指标" in text and "人&quot;" in text
    assert "<b>" not in html.table(["<b>"], [["<b>"]]).replace("<table", "")
    assert "<i>" not in html.trust_line(["<i>"])


def test_every_verdict_has_shape_word_and_colour_and_red_is_kept_for_the_lost():
    assert set(MARKS) == {*ORDER, "unset"}  # what a plan leaves open is told apart, and judged as no data
    assert {verdict for verdict, sign in MARKS.items() if sign.role == "red"} == {"not_met", "out_of_reach"}
    with in_language("zh"):
        assert "难以完成" in html.badge("unlikely") and "▼" in html.badge("unlikely")
    assert mark("something new") == MARKS["no_data"]


@pytest.mark.parametrize(("done", "width"), [(1.4, "100%"), (-0.2, "0%"), (0.5, "50%")])
def test_a_progress_bar_is_clipped_at_its_ends(done, width):
    assert f"width:{width}" in html.progress(done, 0.75, "x")


def test_what_is_used_up_and_what_is_done_look_and_read_differently():
    row = {"verdict": "likely", "pace_share": 0.04, "elapsed_share": 0.75, "operator": "<"}
    with in_language("zh"):
        used, done = (board._progress({**row, "kind": kind}) for kind in ("period_mean", "end_value"))
    assert "a-used" in used and "已用 4%" in used
    assert "a-used" not in done and "完成 4%" in done


def test_without_a_pace_there_is_no_bar_rather_than_an_empty_one():
    assert "<b" not in html.progress(None, 0.75, "x")


def test_no_progress_stands_beside_a_target_that_cannot_be_judged():
    with in_language("zh"):
        assert "424%" not in board._progress({**ROW, "verdict": "no_data", "pace_share": 4.24, "kind": "reduction"})
        assert "424%" in board._progress({**ROW, "verdict": "likely", "pace_share": 4.24, "kind": "reduction"})


def test_the_board_is_sorted_by_nature_then_risk_then_path():
    rows = [
        {**ROW, "target_id": "a", "nature": "anticipatory", "verdict": "not_met"},
        {**ROW, "target_id": "b", "verdict": "likely"},
        {**ROW, "target_id": "c", "value_now": 1.1},
        {**ROW, "target_id": "d"},
    ]
    assert [row["target_id"] for row in sentences.by_risk(rows)] == ["d", "c", "b", "a"]


def test_behind_means_worse_than_the_path_in_the_direction_asked():
    assert sentences.is_behind(ROW)
    assert not sentences.is_behind({**ROW, "operator": ">="})
    assert not sentences.is_behind({**ROW, "required_now": None})
    assert not sentences.is_behind({**ROW, "value_now": None})


def test_without_a_path_an_event_that_misses_the_target_is_behind():
    event = {**ROW, "kind": "events", "required_now": None}
    assert sentences.is_behind(event)
    assert not sentences.is_behind({**event, "value_now": 1.0})
    assert sentences.is_behind({**event, "value_now": 1.0, "operator": "<"})


def test_a_budget_is_used_up_and_a_change_is_made():
    budget = {**ROW, "kind": "period_mean", "pace_share": 0.04, "required_now": 2.0}
    with in_language("zh"):
        assert board.pace_words(budget) == "在允许之内，已占用 4%"
        assert (
            board.pace_words({**ROW, "required_now": 1.5, "pace_share": 0.61, "elapsed_share": 0.6}) == "与要求路径同步"
        )
        assert board.pace_words({**ROW, "required_now": 1.6, "pace_share": 0.7, "elapsed_share": 0.6}) == "快于要求路径"
        assert board.pace_words({**ROW, "value_now": 1.0}) == "现值已达目标"
        assert board.pace_words({**ROW, "verdict": "likely"}) == "—"


def test_a_total_is_drawn_as_it_runs_up_and_stops_at_a_gap():
    years = [{"year": year, "value": value} for year, value in ((2020, 9.0), (2021, 1.0), (2022, None), (2023, 2.0))]
    total = series.drawn({"kind": "period_total"}, years, 2021)
    assert [(one["year"], one["value"]) for one in total] == [(2021, 1.0), (2022, None), (2023, None)]
    assert series.drawn({"kind": "end_value"}, years, 2021) == years


def test_the_fan_of_a_total_is_that_of_the_running_total_and_never_of_single_years():
    edges = ("lo80", "lo50", "median", "hi50", "hi80")
    band = {"year": 2024, **dict.fromkeys(edges, 15.0)}
    total = {f"total_{edge}": 60.0 + n for n, edge in enumerate(edges)}
    assert series.fan({"kind": "end_value"}, [band]) == [band]
    assert series.fan({"kind": "period_total"}, [band]) == []
    (drawn,) = series.fan({"kind": "period_total"}, [{**band, **total}])
    assert [drawn[edge] for edge in edges] == [60.0, 61.0, 62.0, 63.0, 64.0]


def test_a_source_stands_under_a_figure_by_the_name_of_who_sent_it():
    class Reader:
        def titles(self):
            return {"b1": {"name_zh": "北辰区", "name_en": "Beichen"}, "b2": {"name_zh": "北辰区", "name_en": None}}

    with in_language("zh"):
        assert trust.named(Reader(), ["b1", "b2", "own"]) == ["北辰区", "own"]
    with in_language("en"):
        assert trust.named(Reader(), ["b1"]) == ["Beichen"]


def test_at_most_three_alerts_and_the_lost_ones_first():
    rows = [{**ROW, "target_id": str(n), "order": n} for n in range(5)]
    rows.append({**ROW, "target_id": "lost", "nature": "anticipatory", "verdict": "out_of_reach"})
    with in_language("zh"):
        alerts = sentences.alerts(rows)
    assert [verdict for verdict, _ in alerts] == ["out_of_reach", "undecided", "undecided"]


def test_changes_put_turned_verdicts_before_moved_values():
    before = [{**ROW, "verdict": "likely"}, {**ROW, "target_id": "t2", "value_now": 1.7}, {**ROW, "target_id": "same"}]
    now = [ROW, {**ROW, "target_id": "t2"}, {**ROW, "target_id": "same"}]
    with in_language("zh"):
        found = sentences.changes(now, before)
    assert [(old, new) for old, new, _ in found] == [("likely", "undecided"), ("undecided", "undecided")]
    assert found[1][2].endswith('：2023 年的数由 1.7 更正为 1.5 人"'), "one year's count is another one now"


def test_a_value_of_a_newer_year_is_a_change_and_no_revision():
    before = [{**ROW, "value_now": 1.7, "value_year": 2022}]
    with in_language("zh"):
        ((_, _, text),) = sentences.changes([ROW], before)
    assert "2022 年 1.7→2023 年 1.5，下降 0.2" in text


def test_an_alert_of_a_value_on_its_path_says_where_the_trend_leads():
    row = {**ROW, "kind": "end_value", "operator": "<=", "target_value": 1.2, "value_now": 1.5, "required_now": 1.6,
           "verdict": "unlikely", "probability": 0.1, "due_year": 2025}  # fmt: skip
    fan = [{"year": 2024, "median": 1.45}, {"year": 2025, "median": 1.4}]
    with in_language("zh"):
        told = sentences.alert(row, fan)
        behind = sentences.alert({**row, "required_now": 1.4}, fan)
        other = sentences.alert({**row, "kind": "period_mean"}, fan)
    assert told.endswith("（路径 1.6），按目前走势 2025 年约 1.4，达不到 ≤ 1.2")
    assert "按目前走势 2025" not in behind + other, "behind its path that is the reason; a mean is of no one year"


def test_a_target_that_its_plan_leaves_open_is_called_unset_and_not_short_of_data():
    row = {**ROW, "verdict": "no_data", "verdict_reason_code": "target_unset", "target_value": None, "operator": None}
    with in_language("zh"):
        drawn, told = board.row(row, []), sentences.judgement([row, {**ROW, "verdict": "no_data"}])
    assert "目标未定</span>" in drawn and "数据不足" not in drawn
    assert "1 项目标未定" in told and "1 项数据不足" in told


def test_where_nothing_can_be_judged_nothing_is_called_on_its_path():
    none, some, all_judged = (["no_data"] * 2, ["no_data", "likely"], ["likely"] * 2)
    with in_language("zh"):
        said = [sentences.no_alerts([{"verdict": one} for one in verdicts]) for verdicts in (none, some, all_judged)]
    assert "都还不能判断" in said[0] and "没有慢于" not in said[0]
    assert "另有 1 项数据不足" in said[1]
    assert said[2] == "没有慢于要求路径的指标。"


def test_who_owes_what_is_said_for_the_newest_periods_and_the_rest_counted():
    owed = [
        {"kind": "inspections", "region_code": str(n), "region_name_zh": f"区{n}", "region_name_en": f"District {n}",
         "period_start": datetime.date(2024, 3 * n - 2, 1), "period_end": datetime.date(2024, 3 * n, 30)}
        for n in (1, 2, 3)
    ]  # fmt: skip
    with in_language("zh"):
        assert sentences.not_reported([]) == ""
        assert sentences.not_reported(owed[2:]) == "区32024年三季度执法检查"
        assert sentences.not_reported([*owed, owed[0]]).endswith("等 4 项")
        assert sentences.not_reported(owed).startswith("区3")


def test_the_judgement_names_the_worst_binding_target_with_its_chance_in_tens():
    rows = [{**ROW, "verdict": "needs_effort", "probability": 0.43}, {**ROW, "target_id": "b", "verdict": "likely"}]
    with in_language("zh"):
        text = sentences.judgement(rows)
    assert "约四成" in text and "43" not in text and text.startswith("规划期已过 75%")


@pytest.mark.parametrize("cell", ["=1+1", "+1+cmd", "-1+cmd", "+x", "-x", "@x", "\tx", "\rx", "=1", "+1\n=2"])
def test_cells_that_a_spreadsheet_would_run_are_neutralised(cell):
    assert harmless(cell) == f"'{cell}"
    assert f"'{cell}".encode() in csv((["h"], [[cell]]))


@pytest.mark.parametrize("cell", ["+4", "-1", "+0.5", -3, 2.5])
def test_what_is_only_a_number_gets_no_apostrophe(cell):
    assert harmless(cell) == cell
    assert csv((["h"], [[cell]])).decode("utf-8-sig").splitlines() == ["h", str(cell)]


def test_csv_opens_as_chinese_and_says_that_it_is_simulated():
    with in_language("zh"):
        content = csv((["编号"], [["=1+1"], [-3], [None]]), is_synthetic=True)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines() == ["编号,说明", "'=1+1,模拟数据", "-3,模拟数据", ",模拟数据"]


def test_a_workbook_holds_text_and_numbers_but_no_formula():
    import io

    import openpyxl

    sheet = openpyxl.load_workbook(io.BytesIO(workbook((["编号", "数"], [["=1+1", 2.5]])))).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["编号", "数"], ["'=1+1", 2.5]]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}


def test_a_download_of_another_build_has_another_name(monkeypatch):
    """Streamlit takes two large files of one name for the same where only a digit between its samples differs."""
    from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

    from dashboard import frame

    names = []
    monkeypatch.setattr("dashboard.handing.button", lambda label, make, name, key: names.append(name))
    for build in ("20240930T080000-aaaaaa", "20241001T080000-bbbbbb"):
        view = SimpleNamespace(plan={"is_synthetic": True}, reader=SimpleNamespace(build=build))
        frame.downloads("tianjin_inspections", lambda: ([], []), view)
    assert len(set(names)) == 4 and all(name.startswith("tianjin_inspections_2024") for name in names)

    storage, before = MemoryMediaFileStorage("/media"), b"1" * 3_000_000
    after = before[:700_000] + b"2" + before[700_001:]
    csv_names = [name for name in names if name.endswith(".csv")]
    files = [
        storage.load_and_get_id(content, "text/csv", "downloadable", name)
        for content, name in zip((before, after), csv_names, strict=True)
    ]
    assert [storage.get_file(f"{file}.csv").content for file in files] == [before, after]


def test_the_vintage_of_a_figure_is_told_in_the_readers_language_and_an_unknown_one_as_written():
    said = ("monthly preliminary (调度快报)", "derived: 9/(1-43.8%)=16.0", "最终核实数", "own words")
    with in_language("zh"):
        assert [record_table.vintage(one) for one in said] == ["月度初步数", "推算数", "最终核实数", "own words"]
    with in_language("en"):
        assert record_table.vintage(said[2]) == "Final accounts"
    row = {"vintage": said[0], "unit": "人"}
    assert record_table.plain("statistics", [row])[1][0][7] == said[0], "a download keeps the file's own words"


def test_a_binding_target_that_is_left_open_is_told_so_by_name():
    row = {**ROW, "verdict": "no_data", "verdict_reason_code": "target_unset", "target_value": None, "operator": None}
    with in_language("zh"):
        told = sentences.judgement([{**row, "nature": "binding"}])
    assert told.count("目标未定") == 2 and "数据不足" not in told


def test_an_alert_of_what_is_settled_says_what_settled_it_and_no_chance():
    facts = {"year": 2022, "worst_year": 2022, "worst": 1.0, "start": 2021, "due": 2025, "operator": "<=", "bound": 0.0}
    row = {**ROW, "kind": "every_year", "verdict": "out_of_reach", "verdict_reason_code": "nothing_of_the_kind",
           "reason_facts": facts, "probability": 0.0}  # fmt: skip
    with in_language("zh"):
        told = sentences.alert(row)
    assert told.endswith("：已无法完成") and "把握" not in told and "路径" not in told


def test_checks_that_are_told_alike_are_one_line():
    one = {"text": "更正不起作用", "severity": "warn", "offending_rows": 1}
    rows = [one, {**one, "offending_rows": 2}, {"text": "总数相符", "severity": "stop", "offending_rows": 0}]
    with in_language("zh"):
        table = "".join(loads.checks_table(rows))
    assert table.count("更正不起作用") == 1 and "3" in table and "总数相符" in table


def test_a_file_whose_sender_nobody_named_is_told_so_and_not_by_its_folder():
    file = {"path": "data/raw/accidents/a.csv", "kind": "accidents", "source": "accidents", "publisher_zh": None,
            "publisher_en": None, "received_on": None, "format": "csv", "encoding": None, "records": 1, "accepted": 1,
            "rejected": 0, "withdrawn_on": None}  # fmt: skip
    with in_language("zh"):
        table = "".join(loads.files_table([file, {**file, "source": "执法系统"}]))
    assert "未注明报送单位" in table and "执法系统" in table and "<td>accidents" not in table


def test_a_record_without_an_hour_shows_its_day_alone():
    midnight = datetime.datetime(2024, 7, 1)
    row = {"record_id": "A1", "occurred_at": midnight, "occurred_hour": None, "reported_at": midnight}
    assert record_table.cell(row, "occurred_at") == record_table.cell(row, "reported_at") == "2024-07-01"
    assert record_table.cell({**row, "occurred_hour": 0}, "occurred_at") == "2024-07-01 00:00"
    at = datetime.datetime(2024, 7, 1, 8, 30)
    assert record_table.cell({**row, "occurred_at": at, "occurred_hour": 8}, "occurred_at") == "2024-07-01 08:30"
