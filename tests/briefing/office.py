"""An office with the demonstration records and all six plans; the forecasts are a few rows by hand."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path

from pipelines.assessment.tables import create_table
from pipelines.build import build, extend
from pipelines.demo import make_demo
from pipelines.forecast.proof.proof import EVIDENCE, RELIABILITY, SKILL
from pipelines.forecast.targets.schema import TABLES
from pipelines.settings import Settings, load_settings

REPOSITORY = Path(__file__).resolve().parents[2]
PLANS = ("beichen", "dongjiang", "mentougou", "nation", "tianjin", "tongan")
AS_OF = datetime.date(2024, 9, 30)
BEFORE = datetime.date(2024, 6, 30)
REASONS = {
    "n": 100, "needed": 0, "probability": 0.31, "main_driver": {"zh": "道路运输死亡人数", "en": "road deaths"},
    "main_assumption": {"zh": "道路运输死亡人数", "en": "road deaths"}, "high": 0.05, "low": 0.62,
}  # fmt: skip
REFUSED = {"refused": "too_few_years", "n": 4, "needed": 8}
DECISIONS = """
decisions:
  - quarter: 2024Q2
    text: 开展 3 次夜间联合检查
    owner: 区应急局
    due_on: 2024-08-31
    state: done
    outcome: 已完成 3 次
  - quarter: 2024Q3
    text: 把道路运输列为四季度重点
    owner: 区交通局
    due_on: 2024-12-31
outlook:
  - quarter: 2024Q4
    source: 区气象局
    text: 降水较常年偏少 2 成。
    said_on: 2024-09-25
"""


def make_office(root: Path) -> Settings:
    """Build it below a folder."""
    shutil.copy(REPOSITORY / "anlan.toml", root)
    for folder in ("codes", "plans", "raw/statistics/nation"):
        shutil.copytree(REPOSITORY / "data" / folder, root / "data" / folder)
    settings = load_settings(root)
    make_demo(settings, scale="small", quarter=None)
    build(settings, today=datetime.date(2026, 11, 22))
    extend(settings, "forecasts", "by hand", write_forecasts)
    decisions = root / "data/plans/decisions"
    decisions.mkdir()
    (decisions / "beichen.yml").write_text(DECISIONS, encoding="utf-8")
    return settings


def write_forecasts(engine, settings, progress) -> None:
    """Two binding targets of Beichen, one of Tianjin that has none, and how often such forecasts came true."""
    known = rows()
    proof = {"forecast_evidence": EVIDENCE, "forecast_reliability": RELIABILITY, "forecast_skill": SKILL}
    for name, columns in {**TABLES, **proof}.items():
        listed = [tuple(row.get(column) for column in columns) for row in known.get(name, [])]
        create_table(engine.connection, name, columns, listed)


def rows() -> dict[str, list[dict]]:
    """Rows by table and column; a column that is not named is NULL."""
    here = {"plan_id": "beichen", "as_of_on": AS_OF}
    one, two = {**here, "target_id": "1"}, {**here, "target_id": "2"}
    said = json.dumps(REASONS, ensure_ascii=False)
    fans = [
        {**one, "year": year, "lo80": 0.03, "lo50": 0.035, "median": 0.04, "hi50": 0.05, "hi80": 0.06,
         "observed_share": share}
        for year, share in ((2024, 0.75), (2025, 0.0))
    ]  # fmt: skip
    evidence = {"kind": "levels", "lead": 2, "bin": 3, "series": '["a"]', "models": '["ours"]', "coverage80": 0.8,
                "coverage_n": 40, "baseline": "naive", "baseline_coverage80": 0.7, "crps_ratio": 0.9}  # fmt: skip
    month = {"measure": "other_accidents", "month": datetime.date(2024, 9, 1)}
    return {
        "forecast_probabilities": [
            {**one, "has_forecast": True, "probability": 0.31, "displayed_tenths": 3, "verdict": "needs_effort",
             "reason_facts": said},
            {**one, "as_of_on": BEFORE, "has_forecast": True, "probability": 0.62, "displayed_tenths": 6,
             "verdict": "possible", "reason_facts": said},
            {**two, "has_forecast": False, "no_forecast_reason": "too_few_years", "verdict": "no_forecast",
             "reason_facts": json.dumps(REFUSED)},
        ],
        "forecast_fans": fans,
        "forecast_evidence": [{**one, **evidence}],
        "forecast_reliability": [
            {"kind": "levels", "lead": lead, "bin": bin_, "stated": 0.3, "happened": happened, "n": n}
            for lead, bin_, happened, n in ((2, 3, 0.3, 120), (0, 9, 0.9, 1000), (0, 1, 0.12, 500))
        ],
        "forecast_control_figures": [
            {**here, "measure": "work_deaths", "year": 2024, "region_code": "120113", "sector_code": "",
             "figure": 29.0, "used": 28, "expected": 38.9, "lo80": 34.0, "hi80": 45.0, "probability_within": 0.02}
        ],
        "forecast_binding": [{**here, "met": 2, "of": 2, "without_forecast": 0, "probability": 0.14}],
        "forecast_completeness": [{**here, **month, "reported_share": 0.73, "lo80": 0.7, "hi80": 0.77}],
    }  # fmt: skip
