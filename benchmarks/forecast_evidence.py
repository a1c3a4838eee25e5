"""The evidence that the product ships beside every probability: bins and scores, never a series.

    .venv/bin/python benchmarks/forecast_evidence.py            about two minutes on one core

Writes `pipelines/forecast/evidence/*.csv`; `forecast_skill.py` writes it too. Needs `../shared` beside the project.
"""

from __future__ import annotations

import csv
import datetime
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "pipelines/forecast/evidence"
sys.path.insert(0, str(ROOT))

from forecast_judging import RESAMPLES, TOOL, by_country, judged, perfect_ece  # noqa: E402
from forecast_synthetic import CALIBRATED, OFFICES, SERIES, synthetic_offices  # noqa: E402

from pipelines.forecast import simulate_annual  # noqa: E402
from pipelines.forecast.said import said_class  # noqa: E402
from pipelines.forecast.scores import brier, calibration_error  # noqa: E402

# Numbers without a divisor in common with the five leads, so that every lead is in every sample.
JUDGED = {"levels": (TOOL.LEVELS, 1), "disasters": (TOOL.DISASTERS, 3)}
SAMPLED = {"levels": (TOOL.LEVELS, 97), "disasters": (TOOL.DISASTERS, 301)}
BIN_COLUMNS = ("kind", "lead", "bin", "stated", "happened", "n")
SCORE_COLUMNS = (
    *("kind", "lead", "model", "targets", "cases", "countries", "brier", "reliability", "resolution", "uncertainty"),
    *("within", "ece", "ece_if_perfect", "ece_limit", "skill", "skill_se", "coverage80", "coverage80_se", "width80"),
)


def bin_rows(kind: str, lead: int, stated: np.ndarray, happened: np.ndarray) -> list[tuple]:
    """One row per way of saying a probability that has targets: mean stated, share that came true, number."""
    bins = said_class(stated)
    return [
        (kind, lead, int(k), stated[bins == k].mean(), happened[bins == k].mean(), int((bins == k).sum()))
        for k in np.unique(bins)
    ]


def by_lead(found: Mapping[str, np.ndarray]) -> Iterable[tuple[int, dict[str, np.ndarray]]]:
    """(0, everything), then (lead, what was judged at that lead)."""
    yield 0, dict(found)
    for lead in sorted(set(found["t_lead"].tolist())):
        of_target = ("t_country", "t_lead", "stated", "happened")
        mask, other = found["t_lead"] == lead, found["lead"] == lead
        yield (
            int(lead),
            {
                name: column[mask if name in of_target else other]
                for name, column in found.items()
                if isinstance(column, np.ndarray)
            },
        )


def reliability_of(kinds: Mapping[str, tuple]) -> list[tuple]:
    """Bins by kind and lead, of our own forecasts."""
    rows = []
    for kind, (sources, every) in kinds.items():
        for lead, one in by_lead(judged(simulate_annual, sources, every)):
            rows += bin_rows(kind, lead, one["stated"], one["happened"])
    return rows


def score_row(kind: str, lead: int, model: str, one: Mapping, naive: Mapping) -> tuple:
    """Brier with its parts, calibration beside its value under perfect calibration, skill, coverage and width."""
    p, h = one["stated"], one["happened"]
    parts, perfect = brier(p, h), perfect_ece(dict(one))
    miss, miss_naive = (p - h) ** 2, (naive["stated"] - h) ** 2
    skill = by_country(one["t_country"], lambda index: 1 - miss[index].mean() / miss_naive[index].mean())
    covered = by_country(one["country"], lambda index: one["in80"][index].mean())
    return (
        *(kind, lead, model, len(p), len(one["crps"]), len(set(one["country"])), parts["score"], parts["reliability"]),
        *(parts["resolution"], parts["uncertainty"], parts["within"], calibration_error(p, h), perfect.mean()),
        *(np.quantile(perfect, 0.95), 1 - miss.mean() / miss_naive.mean(), skill.std(), one["in80"].mean()),
        *(covered.std(), float(np.median(one["width"]))),
    )


def synthetic_rows() -> list[tuple]:
    """Bins of the plans that were drawn from a known process, as the product would have stated them."""
    found = synthetic_offices(OFFICES)
    stated, happened = np.array(found.stated[CALIBRATED]), np.array(found.happened)
    return [row for lead in (0, 5) for row in bin_rows("synthetic", lead, stated, happened)]


def _write(name: str, about: str, columns: tuple[str, ...], rows: list[tuple]) -> None:
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as opened:
        opened.write(f"# {about}\n# Written by benchmarks/forecast_evidence.py on {datetime.date.today()}.\n")
        write = csv.writer(opened, lineterminator="\n")
        write.writerow(columns)
        write.writerows([f"{cell:.5f}" if isinstance(cell, float) else cell for cell in row] for row in rows)


def write_evidence() -> None:
    """Judge, bin, score, and write the files."""
    bins, scores = [], []
    for kind, (sources, every) in JUDGED.items():
        ours, naive = judged(simulate_annual, sources, every), judged(TOOL.naive, sources, every)
        for (lead, one), (_, other) in zip(by_lead(ours), by_lead(naive), strict=True):
            bins += bin_rows(kind, lead, one["stated"], one["happened"])
            scores += [score_row(kind, lead, "ours", one, other), score_row(kind, lead, "naive", other, other)]
    bins += synthetic_rows()
    which = "real annual series of other publishers (level series: WHO, ILO, OECD/ITF; disasters: EM-DAT)"
    how = "five-year plans on series that are not shipped; only counts by bin are"
    _write(
        "reliability.csv",
        f"What was stated beside what came true: {which}; {how}. Kind synthetic: {OFFICES * SERIES} plans drawn from a"
        " known process, which prove the arithmetic and nothing about the world. Lead in years, 0 = all."
        " Bin: 0 below one in ten, 10 nine in ten or more, else the tenth that is said.",
        BIN_COLUMNS,
        bins,
    )
    _write(
        "scores.csv",
        f"Scores on {which}; {how}. Skill is against naive, standard errors from {RESAMPLES} resamples of countries;"
        " width in units of the history's mean absolute change. Lead in years, 0 = all.",
        SCORE_COLUMNS,
        scores,
    )
    _write(
        "sample.csv",
        "Bins of a small part of the cases (one level case in 97, one disaster case in 301), which a test recomputes.",
        BIN_COLUMNS,
        reliability_of(SAMPLED),
    )


if __name__ == "__main__":
    write_evidence()
