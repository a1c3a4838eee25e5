"""What the lines of `anlan assess` say of a target."""

from pipelines.cli_tables import assessment_lines
from pipelines.texts import set_language

ROW = {
    "target_id": "1", "name_zh": "下降", "name_en": "Cut", "nature": "binding", "pace_share": 0.42,
    "elapsed_share": 0.75, "elapsed_share_at_value": 0.6, "value_text": "1.0", "value_years_text": "2023年",
    "demand_text": "≤ 0.8",
    "verdict": "undecided", "reason_code": "open", "reason_text": "尚未到期", "probability": None,
}  # fmt: skip


def lines(**more):
    set_language("zh")
    return [line.plain for line in assessment_lines([{**ROW, **more}])]


def test_the_pace_is_held_against_the_time_at_the_end_of_the_years_value():
    assert lines()[1].endswith("进度 42%，时序 60%")


def test_a_target_of_a_draft_is_not_set_rather_than_short_of_data():
    told = lines(verdict="no_data", reason_code="target_unset", reason_text="…")[0]
    assert "目标未定" in told and "数据不足" not in told
    assert "数据不足" in lines(verdict="no_data", reason_code="baseline_missing")[0]
