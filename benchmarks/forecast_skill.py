"""How good are the forecasts? Reproduces every figure of docs/forecast-skill.md and writes that page.

The bins and scores that the product ships as evidence (`pipelines/forecast/evidence`) are written with it.

    .venv/bin/python benchmarks/forecast_skill.py            about four minutes on one core

Needs `../shared/real-data` and `../shared/tools/plan_eval.py` beside the project; the judging is that tool's.
"""

from __future__ import annotations

import collections
import csv
import sys
import time
import timeit
import zlib
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
PAGE = ROOT / "docs/forecast-skill.md"
sys.path.insert(0, str(ROOT))

from forecast_competition import competition_part  # noqa: E402
from forecast_evidence import synthetic_plans, write_evidence  # noqa: E402
from forecast_judging import TOOL, by_country, judged, perfect_ece  # noqa: E402

from pipelines.forecast import simulate_annual, simulate_monthly  # noqa: E402
from pipelines.forecast.backtest import MONTHLY_BASELINES, rolling_origin  # noqa: E402
from pipelines.forecast.baselines import straight_line  # noqa: E402
from pipelines.forecast.scores import brier, calibration_error  # noqa: E402

COMPARED = "real series of other publishers in `../shared/real-data`, none of them shipped with the product"


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


def plan_part(label: str, sources: set[str], every: int) -> list[str]:
    """Tables of one kind of series: scores against the baselines, reliability, halves of the countries."""
    models = {"naive": TOOL.naive, "straight line": straight_line, "ours": simulate_annual}
    results = {name: judged(model, sources, every) for name, model in models.items()}
    tool = TOOL.evaluate(simulate_annual, sources, every)
    ours = results["ours"]
    if abs(tool["brier"] - ((ours["stated"] - ours["happened"]) ** 2).mean()) > 1e-9:
        sys.exit("these figures are not those of plan_eval.py")
    lines = [
        f"### {label}: one case in {every}, {len(ours['crps'])} cases, {len(ours['stated'])} targets",
        "",
        "| model | Brier | log score | ece | CRPS | in 80 % | in 50 % | width 80 % | ms a case (1000 paths) |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, one in results.items():
        p, h = one["stated"], one["happened"]
        log_score = -np.log(np.clip(np.where(h == 1, p, 1 - p), 0.005, 1)).mean()
        lines.append(
            f"| {name} | {((p - h) ** 2).mean():.4f} | {log_score:.4f} | {calibration_error(p, h):.3f} |"
            f" {one['crps'].mean():.3f} | {one['in80'].mean():.3f} | {one['in50'].mean():.3f} |"
            f" {np.median(one['width']):.2f} | {one['ms']:.1f} |"
        )
    p, h = ours["stated"], ours["happened"]
    parts, perfect = brier(p, h), perfect_ece(ours)
    in80 = by_country(ours["country"], lambda index: ours["in80"][index].mean())
    miss, miss_naive = (p - h) ** 2, (results["naive"]["stated"] - h) ** 2
    gain = by_country(ours["t_country"], lambda index: (miss_naive[index] - miss[index]).mean())
    crps_gain = by_country(ours["country"], lambda i: (results["naive"]["crps"][i] - ours["crps"][i]).mean())
    first = np.array([zlib.crc32(c.encode()) % 2 == 0 for c in ours["t_country"]])
    lines += [
        "",
        f"- 80 % interval covers {ours['in80'].mean():.3f} ± {in80.std():.3f} (standard error, countries resampled).",
        f"- ece {calibration_error(p, h):.3f}; a perfectly calibrated forecaster would show {perfect.mean():.3f} on"
        f" these cases, and less than {np.quantile(perfect, 0.95):.3f} in 95 of 100.",
        f"- Brier {parts['score']:.4f} = reliability {parts['reliability']:.4f} - resolution {parts['resolution']:.4f}"
        f" + uncertainty {parts['uncertainty']:.4f} + within bins {parts['within']:.4f}.",
        f"- Better than naive by {gain.mean():.4f} ± {gain.std():.4f} Brier and {crps_gain.mean():.3f} ±"
        f" {crps_gain.std():.3f} CRPS.",
        f"- Brier in one random half of the countries {miss[first].mean():.4f}, in the other {miss[~first].mean():.4f}"
        f" (naive: {miss_naive[first].mean():.4f} and {miss_naive[~first].mean():.4f}).",
    ]
    if not ours["known"].all():
        blind = ~ours["known"]
        capped = (results["naive"]["crps"] >= 50) & (ours["crps"] >= 50) & ours["known"]
        lines.append(
            f"- Of the CRPS of {ours['crps'].mean():.3f}, {ours['crps'][blind].sum() / len(blind):.3f} comes from the"
            f" {blind.sum()} cases whose whole history is zero, and {ours['crps'][capped].sum() / len(blind):.3f} from"
            f" {capped.sum()} cases beyond the cap of 50 for every model: no history foretells either."
        )
    lines += [
        "",
        "| lead (years) | Brier | CRPS | in 80 % | mean stated | share hit |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for lead in np.unique(ours["lead"])[::-1]:
        t, c = ours["t_lead"] == lead, ours["lead"] == lead
        lines.append(
            f"| {lead} | {miss[t].mean():.4f} | {ours['crps'][c].mean():.3f} | {ours['in80'][c].mean():.3f} |"
            f" {p[t].mean():.3f} | {h[t].mean():.3f} |"
        )
    lines += ["", *reliability_table(p, h)]
    return [*lines, ""]


def table(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def monthly_series() -> dict[str, tuple[np.ndarray, tuple[int, int]]]:
    """Name → monthly counts and the first month."""
    folder = SHARED / "real-data/monthly-series"
    states = collections.defaultdict(dict)
    name = "australia_road_fatalities_monthly_by_state_1989_2024_derived.csv"
    for row in table(folder / name):
        states[row["State"]][int(row["Year"]), int(row["Month"])] = float(row["fatalities"])
    found = {f"road deaths, {s}": (np.array([v[t] for t in sorted(v)]), min(v)) for s, v in sorted(states.items())}
    drivers = table(folder / "datasets__UKDriverDeaths.csv")
    found["UK drivers"] = np.array([float(row["value"]) for row in drivers]), (1969, 1)
    belts = table(folder / "datasets__Seatbelts.csv")
    for column in ("DriversKilled", "front", "rear", "VanKilled"):
        found[f"Seatbelts, {column}"] = np.array([float(row[column]) for row in belts]), (1969, 1)
    return found


def monthly_part() -> list[str]:
    """Table of the rolling-origin backtest on monthly counts, and the randomised PIT."""
    models, pit = [*MONTHLY_BASELINES, "ours"], []
    lines = [
        "| series | mean a month | " + " | ".join(f"{m.replace('_', ' ')}" for m in models) + " | ours: in 80 % |",
        "| --- | --- |" + " --- |" * (len(models) + 1),
    ]
    ratios = []
    for name, (counts, _) in monthly_series().items():
        called = {**MONTHLY_BASELINES, "ours": simulate_monthly}
        rng = np.random.default_rng(0)
        rows = rolling_origin(counts, 12, called, kind="count", min_train=60, rng=rng, every=6, n_paths=500)
        score = [np.mean([row["crps"] for row in rows if row["model"] == model]) for model in models]
        ours = [row for row in rows if row["model"] == "ours"]
        covered = np.mean([row["lo80"] <= row["actual"] <= row["hi80"] for row in ours])
        pit += [row["pit"] for row in ours]
        ratios.append(np.array(score) / score[models.index("seasonal_naive")])
        cells = " | ".join(f"{one:.2f}" for one in score)
        lines.append(f"| {name} | {counts.mean():.1f} | {cells} | {covered:.3f} |")
    lines.append("| relative to seasonal naive | | " + " | ".join(f"{r:.3f}" for r in np.mean(ratios, 0)) + " | |")
    share = np.histogram(pit, 10, (0, 1))[0] / len(pit)
    lines += [
        "",
        "Randomised PIT of the counts, share per tenth (0.10 is calibrated): " + " ".join(f"{s:.3f}" for s in share),
    ]
    return [*lines, ""]


def synthetic_part(plans: int = 10_000) -> list[str]:
    """Plans drawn from a known process: the stated probability against the share that really hit."""
    p, h, pit = synthetic_plans(plans)
    return [
        f"{plans} plans: ten years of Poisson counts (5 to 500 a year), drift -3 % ± 4 % a year, yearly shocks of 5 %;",
        "target: 15 % below the tenth year's count after five years.",
        "",
        *reliability_table(p, h),
        "",
        f"Mean stated {p.mean():.3f}, share hit {h.mean():.3f}, Brier {((p - h) ** 2).mean():.4f},"
        f" ece {calibration_error(p, h):.3f}. Randomised PIT per tenth: "
        + " ".join(f"{s:.3f}" for s in np.histogram(pit, 10, (0, 1))[0] / len(pit)),
        "",
    ]


def speed_part() -> list[str]:
    """Milliseconds a call with 2000 paths, and as a multiple of naive."""
    rng = np.random.default_rng(0)
    level, bursts = (
        np.round(200 * np.exp(np.cumsum(rng.normal(0, 0.06, 40)))),
        rng.pareto(1, 60) * rng.integers(0, 2, 60),
    )
    months = rng.poisson(30, 180).astype(float)
    calls = {
        "naive, 40 years": lambda: TOOL.naive(level, 5, n_paths=2000, rng=rng),
        "simulate_annual, 40 years of a level": lambda: simulate_annual(level, 5, kind="count", rng=rng),
        "simulate_annual, 60 years of losses": lambda: simulate_annual(bursts, 5, kind="amount", rng=rng),
        "simulate_monthly, 15 years of counts": lambda: simulate_monthly(months, 24, kind="count", rng=rng),
    }
    lines, first = ["| call | ms | times naive |", "| --- | --- | --- |"], None
    for name, call in calls.items():
        call()
        taken = 1000 * min(timeit.repeat(call, number=1, repeat=20))
        first = first or taken
        lines.append(f"| {name} | {taken:.1f} | {taken / first:.0f} |")
    return [*lines, ""]


def briers(found: dict) -> np.ndarray:
    """Brier score with the countries resampled."""
    miss = (found["stated"] - found["happened"]) ** 2
    return by_country(found["t_country"], lambda index: miss[index].mean())


def all_crps(found: dict) -> np.ndarray:
    """CRPS with the countries resampled."""
    return by_country(found["country"], lambda index: found["crps"][index].mean())


def aims_part(levels: dict, disasters: dict, every_level: dict) -> list[str]:
    """What was asked for, what was measured, and whether that is enough."""

    def one(found):
        p, h = found["stated"], found["happened"]
        return ((p - h) ** 2).mean(), found["crps"].mean(), calibration_error(p, h), found["in80"].mean()

    (brier_l, crps_l, ece_l, in80), (brier_d, crps_d, *_) = one(levels), one(disasters)
    coverage = by_country(levels["country"], lambda index: levels["in80"][index].mean())
    error = coverage.std()
    limit = np.quantile(perfect_ece(levels), 0.95)
    rows = [
        ("levels: Brier at most 0.135", brier_l, briers(levels), brier_l <= 0.135),
        ("levels: CRPS at most 1.33", crps_l, all_crps(levels), crps_l <= 1.33),
        (f"levels: 80 % interval covers 0.80 ± {2 * error:.3f}", in80, coverage, abs(in80 - 0.8) <= 2 * error),
        (f"levels: ece at most {limit:.3f} (95 of 100 perfect forecasters)", ece_l, None, ece_l <= limit),
        _ece_of_all(every_level),
        ("disasters: Brier at most 0.205", brier_d, briers(disasters), brier_d <= 0.205),
        ("disasters: CRPS at most 2.1", crps_d, all_crps(disasters), crps_d <= 2.1),
    ]
    lines = ["| aim | measured | with other countries, nine times in ten | |", "| --- | --- | --- | --- |"]
    for aim, value, resampled, met in rows:
        span = "—" if resampled is None else "{:.3f} to {:.3f}".format(*np.quantile(resampled, (0.05, 0.95)))
        lines.append(f"| {aim} | {value:.4f} | {span} | {'met' if met else '**missed**'} |")
    return [
        *lines,
        "",
        "The third column resamples the countries: a score whose aim lies inside it cannot be told from the aim.",
        "",
    ]


def _ece_of_all(levels: dict) -> tuple:
    """The same test of calibration on every case, which is four times as strict."""
    limit, found = np.quantile(perfect_ece(levels), 0.95), calibration_error(levels["stated"], levels["happened"])
    return f"levels, every case: ece at most {limit:.3f} (95 of 100 perfect forecasters)", found, None, found <= limit


def main() -> None:
    """Measure everything and write the page."""
    started = time.perf_counter()
    levels = judged(simulate_annual, TOOL.LEVELS, 4)
    disasters = judged(simulate_annual, TOOL.DISASTERS, 20)
    page = [
        "# Skill of the forecasts",
        "",
        f"Written by `benchmarks/forecast_skill.py`; measured on {COMPARED}.",
        "How the models work and why: [forecast-methods.md](forecast-methods.md).",
        "",
        "## Aims and what was measured",
        "",
        "With the sampling of `../shared/tools/plan_eval.py` (every 4th level case, every 20th disaster case).",
        "",
        *aims_part(levels, disasters, judged(simulate_annual, TOOL.LEVELS, 1)),
        "What falls short, and why, stands in [forecast-methods.md](forecast-methods.md#what-falls-short).",
        "",
        "## Plans on real annual series",
        "",
        *plan_part("Level series", TOOL.LEVELS, 4),
        *plan_part("Level series", TOOL.LEVELS, 1),
        *plan_part("Disaster series", TOOL.DISASTERS, 20),
        *plan_part("Disaster series", TOOL.DISASTERS, 5),
        "## Yearly series of the M1 and Tourism competitions",
        "",
        "Errors of the median path. How widely the drift prior spreads was settled with an eye on these series too.",
        "",
        *competition_part(),
        "## Monthly counts",
        "",
        "Rolling origin, a cutoff every half year after five years, 1 to 12 months ahead; CRPS, smaller is better.",
        "",
        *monthly_part(),
        "## Synthetic plans",
        "",
        *synthetic_part(),
        "This proves the arithmetic, not anything about the world.",
        "",
        "## Time",
        "",
        "One core, 2000 paths, best of twenty.",
        "",
        *speed_part(),
    ]
    write_evidence()
    PAGE.write_text("\n".join(page).rstrip() + "\n", encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} written in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
