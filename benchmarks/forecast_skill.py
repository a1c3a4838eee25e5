"""How good are the forecasts? Reproduces every figure of docs/forecast-skill.md and writes that page.

The bins and scores that the product ships as evidence (`pipelines/forecast/evidence`) are written with it.

    .venv/bin/python benchmarks/forecast_skill.py            about fifteen minutes on one core
    .venv/bin/python benchmarks/forecast_skill.py --only "Synthetic plans"       that section alone

Needs `../shared/real-data` and `../shared/tools/plan_eval.py` beside the project; the judging is that tool's.
"""

from __future__ import annotations

import argparse
import sys
import time
import timeit
import zlib
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/forecast-skill.md"
sys.path.insert(0, str(ROOT))

from forecast_choice import ABOUT_CHOICE, choice_part  # noqa: E402
from forecast_competition import competition_part  # noqa: E402
from forecast_evidence import write_evidence  # noqa: E402
from forecast_judging import TOOL, by_country, judged, perfect_ece, reliability_table  # noqa: E402
from forecast_monthly import monthly_part  # noqa: E402
from forecast_synthetic import ABOUT_SYNTHETIC, synthetic_part  # noqa: E402

from pipelines.forecast import simulate_annual, simulate_monthly  # noqa: E402
from pipelines.forecast.baselines import straight_line  # noqa: E402
from pipelines.forecast.scores import brier, calibration_error  # noqa: E402

COMPARED = "real series of other publishers in `../shared/real-data`, none of them shipped with the product"


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


def aims_section() -> list[str]:
    """The aims, with the sampling of the judging tool."""
    levels, disasters = judged(simulate_annual, TOOL.LEVELS, 4), judged(simulate_annual, TOOL.DISASTERS, 20)
    return [
        "With the sampling of `../shared/tools/plan_eval.py` (every 4th level case, every 20th disaster case).",
        "",
        *aims_part(levels, disasters, judged(simulate_annual, TOOL.LEVELS, 1)),
        "What falls short, and why, stands in [forecast-methods.md](forecast-methods.md#what-falls-short).",
        "",
    ]


def plans_section() -> list[str]:
    """Plans on real series, one table after the other."""
    asked = [("Level series", TOOL.LEVELS, 4), ("Level series", TOOL.LEVELS, 1)]
    asked += [("Disaster series", TOOL.DISASTERS, 20), ("Disaster series", TOOL.DISASTERS, 5)]
    return [line for one in asked for line in plan_part(*one)]


SECTIONS = {
    "Aims and what was measured": ((), aims_section),
    "Plans on real annual series": ((), plans_section),
    "Yearly series of the M1 and Tourism competitions": (
        ("Errors of the median path. How widely the drift prior spreads was settled with an eye on these series too.",),
        competition_part,
    ),
    "Monthly counts": (
        ("Rolling origin, a cutoff every half year after five years, 1 to 12 months ahead; CRPS, smaller is better.",),
        monthly_part,
    ),
    "Own model or baseline": (ABOUT_CHOICE, choice_part),
    "Synthetic plans": (ABOUT_SYNTHETIC, synthetic_part),
    "Time": (("One core, 2000 paths, best of twenty.",), speed_part),
}
"""Sections of the page: what is said first, and who measures the rest."""


def written_sections() -> dict[str, str]:
    """The sections of the page as it is, by title."""
    parts = PAGE.read_text(encoding="utf-8").split("\n## ")[1:] if PAGE.exists() else []
    return {title: body.strip() for title, _, body in (part.partition("\n") for part in parts)}


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=SECTIONS, help="sections to measure; the others stay as written")
    asked = parser.parse_args().only
    started = time.perf_counter()
    bodies = written_sections() if asked else {}
    for title, (about, measure) in SECTIONS.items():
        if title in (asked or SECTIONS):
            bodies[title] = "\n".join([*about, *([""] if about else []), *measure()]).strip()
    head = [
        "# Skill of the forecasts",
        "",
        f"Written by `benchmarks/forecast_skill.py`; measured on {COMPARED}.",
        "How the models work and why: [forecast-methods.md](forecast-methods.md).",
    ]
    parts = ["\n".join(head), *(f"## {title}\n\n{bodies[title]}" for title in SECTIONS if title in bodies)]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    if not asked:
        write_evidence()
    print(f"{PAGE.relative_to(ROOT)} written in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
