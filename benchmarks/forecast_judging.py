"""Plans on real annual series, judged one by one; what the skill page and the shipped evidence are both made of.

Needs `../shared/real-data` and `../shared/tools/plan_eval.py` beside the project; the judging is that tool's.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path

import numpy as np

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
RESAMPLES = 1000


def plan_eval():
    """The judging tool, imported from where it stands."""
    path = SHARED / "tools/plan_eval.py"
    if not path.exists():
        sys.exit("../shared/tools/plan_eval.py is needed beside the project")
    spec = importlib.util.spec_from_file_location("plan_eval", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = plan_eval()


def judged(simulate, sources: set[str], every: int) -> dict[str, np.ndarray]:
    """Every judged case and target of `plan_eval.evaluate`, one by one, with the same draws."""
    rng, rows, targets = np.random.default_rng(0), [], []
    started = time.process_time()
    for i, case in enumerate(TOOL.cases(sources)):
        if i % every:
            continue
        lead, country = case["lead"], case["id"].split("|")[-1]
        paths = np.asarray(simulate(case["history"], lead, kind=case["kind"], n_paths=1000, rng=rng), float)
        whole = np.concatenate([np.broadcast_to(case["plan"][: 5 - lead], (1000, 5 - lead)), paths], 1)
        targets += [(country, lead, met(whole).mean(), float(met(case["plan"]))) for met in TOOL.targets(case)]
        scale = np.abs(np.diff(case["history"][: case["base"] + 1])).mean() or 1.0
        final, truth = paths[:, -1], case["final"]
        lo, q1, q3, hi = np.quantile(final, (0.1, 0.25, 0.75, 0.9))
        known = bool(case["history"].any())
        score = min(TOOL.crps(final, truth) / scale, 50)
        rows.append((country, lead, score, lo <= truth <= hi, q1 <= truth <= q3, (hi - lo) / scale, known))
    names = ("country", "lead", "crps", "in80", "in50", "width", "known")
    found = {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    names = ("t_country", "t_lead", "stated", "happened")
    found |= {name: np.array(column) for name, column in zip(names, zip(*targets, strict=True), strict=True)}
    found["ms"] = 1000 * (time.process_time() - started) / len(rows)
    return found


def by_country(countries: np.ndarray, statistic) -> np.ndarray:
    """The statistic of index arrays that resample whole countries, `RESAMPLES` times."""
    rng = np.random.default_rng(0)
    names, which = np.unique(countries, return_inverse=True)
    members = [np.flatnonzero(which == k) for k in range(len(names))]
    return np.array(
        [
            statistic(np.concatenate([members[k] for k in rng.integers(0, len(names), len(names))]))
            for _ in range(RESAMPLES)
        ]
    )


def perfect_ece(found: dict) -> np.ndarray:
    """Ece of a forecaster that is right in every bin, on these cases: misses centred by bin, countries resampled."""
    stated, happened = found["stated"], found["happened"]
    bins = np.clip((stated * 10).astype(int), 0, 9)
    miss = happened - stated
    for k in np.unique(bins):
        miss[bins == k] -= miss[bins == k].mean()

    def ece(index):
        weights = np.bincount(bins[index], miss[index], 10)
        return np.abs(weights).sum() / len(index)

    return by_country(found["t_country"], ece)


def reliability_table(stated: np.ndarray, happened: np.ndarray) -> list[str]:
    """Stated probability in tenths against the share that came true."""
    bins = np.clip((stated * 10).astype(int), 0, 9)
    inside = [happened[bins == k] for k in range(10)]
    return [
        "| stated | " + " | ".join(f"{k}0–{k + 1}0 %" for k in range(10)) + " |",
        "|" + " --- |" * 11,
        "| came true | " + " | ".join(f"{one.mean():.2f}" if one.size else "—" for one in inside) + " |",
        "| targets | " + " | ".join(str(one.size) for one in inside) + " |",
    ]
