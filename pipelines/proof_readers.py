"""Questions about how far a probability can be trusted: the series' own backtest, and what came true elsewhere."""

from __future__ import annotations

import json
from datetime import date

from pipelines.asking import Asking
from pipelines.assessment.verdict import probability_words
from pipelines.engine import Row
from pipelines.texts import say

OURS, NAIVE = "ours", "naive"
LIKELY, UNLIKELY = (8, 9, 10), (0, 1)
FEWEST_SAID = 30
"""With fewer targets of the same kind and lead, those of all leads are told."""
FEWEST_FOR_A_SHARE = 10
"""Of fewer cases the numbers are told, and no percentage."""


class ProofReaders(Asking):
    """Questions about the evidence."""

    def evidence(self, plan: str, target: str, as_of: date) -> Row | None:
        """What stands beside the probability of a target; None where none was simulated.

        Args:
            plan: Plan id.
            target: Target id.
            as_of: A quarter-end.

        Returns:
            `coverage80` and `coverage_n` of the backtest of the series behind the target, `baseline` (the best one),
            its `baseline_coverage80`, `crps_ratio` (mean CRPS beside its), `models`; `said`, `came_true` and `lead`
            (0 = all leads): targets on real series of whose chance the same was said, and how many of them were met;
            `skill`, `skill_se`: by which share the Brier score is below naive's, and its standard error; `unproven`:
            of each series on which a baseline scored better, but not clearly, that baseline; `texts`, the same in
            words.
        """
        if "forecast_evidence" not in self.tables():
            return None
        found = self.query(
            "SELECT e.*, p.probability FROM forecast_evidence AS e JOIN forecast_probabilities AS p "
            "ON p.plan_id = e.plan_id AND p.target_id = e.target_id AND p.as_of_on = e.as_of_on "
            "WHERE e.plan_id = $plan AND e.target_id = $target AND e.as_of_on = $as_of",
            {"plan": plan, "target": target, "as_of": as_of},
        )
        if not found:
            return None
        row = {**found[0], "models": json.loads(found[0]["models"]), "series": json.loads(found[0]["series"])}
        bins = {one["lead"]: one for one in self._bins(row["kind"]) if one["bin"] == row["bin"]}
        said = next((bins[at] for at in (row["lead"], 0) if at in bins and bins[at]["n"] >= FEWEST_SAID), None)
        row |= {"lead": said["lead"], "said": said["n"], "came_true": _hits(said)} if said else {"said": 0}
        scores = {(one["lead"], one["model"]): one for one in self.skill(row["kind"])}
        score = scores.get((row["lead"], OURS), {})
        row |= {"skill": score.get("skill"), "skill_se": score.get("skill_se")}
        row["unproven"] = self._unproven(row["series"], as_of)
        return {**row, "texts": _told(row)}

    def _unproven(self, series: list[str], as_of: date) -> list[str]:
        """The baseline that scored best on each of some series whose own model is used without having beaten it."""
        sql = (
            "SELECT series, scores FROM forecast_choices WHERE list_contains($series, series) AND as_of_on = $as_of "
            "AND reason = 'unproven' ORDER BY series"
        )
        found = self._if_there("forecast_choices", sql, {"series": series, "as_of": as_of})
        scores = [json.loads(row["scores"]) for row in found]
        return [min((one for one in models if one != OURS), key=models.get) for models in scores]

    def backtests(self, series: str) -> list[Row]:
        """Every forecast of the past of one series, all models, the oldest cutoff first."""
        sql = "SELECT * FROM forecast_backtests WHERE series = $series ORDER BY span, cutoff, horizon, model"
        return self._if_there("forecast_backtests", sql, {"series": series})

    def reliability(self, kind: str, lead: int = 0) -> list[Row]:
        """What was stated beside what came true, by bin (0 below one in ten, 10 nine in ten or more).

        Args:
            kind: `levels`, `disasters` or `synthetic`.
            lead: Years ahead, 1-5; 0 = all; synthetic plans are all of lead 5.
        """
        return [row for row in self._bins(kind) if row["lead"] == lead]

    def skill(self, kind: str) -> list[Row]:
        """Brier with its parts, calibration, skill, coverage and width by lead and model."""
        sql = "SELECT * FROM forecast_skill WHERE kind = $kind ORDER BY lead, model"
        return self._if_there("forecast_skill", sql, {"kind": kind})

    def track_record(self, plan: str, as_of: date) -> Row | None:
        """How often we have been right, for one line below a page; None where nothing is forecast.

        Args:
            plan: Plan id.
            as_of: A quarter-end.

        Returns:
            `likely`, `likely_met`, `unlikely`, `unlikely_met`: targets on real series that were called about eight in
            ten or more, or about one in ten or less, and how many of them were met; `n`, `inside`: yearly forecasts
            of the plan's own series, and how many of them came within their 80 % interval; `text`.
        """
        sql = (
            "SELECT DISTINCT series, coverage80, coverage_n FROM forecast_evidence "
            "WHERE plan_id = $plan AND as_of_on = $as_of"
        )
        own = self._if_there("forecast_evidence", sql, {"plan": plan, "as_of": as_of})
        if not own:
            return None
        bins = [row for kind in ("levels", "disasters") for row in self.reliability(kind)]
        likely = [row for row in bins if row["bin"] in LIKELY]
        unlikely = [row for row in bins if row["bin"] in UNLIKELY]
        found = {
            "likely": sum(row["n"] for row in likely),
            "likely_met": sum(map(_hits, likely)),
            "unlikely": sum(row["n"] for row in unlikely),
            "unlikely_met": sum(map(_hits, unlikely)),
            "n": sum(row["coverage_n"] for row in own),
            "inside": sum(round(row["coverage_n"] * (row["coverage80"] or 0)) for row in own),
        }
        shares = {
            "likely_share": _percent(found["likely_met"] / max(found["likely"], 1)),
            "unlikely_share": _percent(found["unlikely_met"] / max(found["unlikely"], 1)),
        }
        text = say("forecast.proof.record", **found, **shares)
        if found["n"]:
            key = "record_own" if found["n"] >= FEWEST_FOR_A_SHARE else "record_own_few"
            share = _percent(found["inside"] / found["n"])
            text += say(f"forecast.proof.{key}", n=found["n"], inside=found["inside"], share=share)
        return {**found, "text": text}

    def _bins(self, kind: str) -> list[Row]:
        sql = "SELECT * FROM forecast_reliability WHERE kind = $kind ORDER BY lead, bin"
        return self._if_there("forecast_reliability", sql, {"kind": kind})


def _told(row: Row) -> list[str]:
    """The evidence in sentences, the nearest first."""
    told = []
    if row["coverage_n"]:
        inside = round(row["coverage80"] * row["coverage_n"])
        is_few = row["coverage_n"] < FEWEST_FOR_A_SHARE
        names = {"n": row["coverage_n"], "inside": inside, "share": _percent(row["coverage80"])}
        told.append(say("forecast.proof.own_few" if is_few else "forecast.proof.own", **names, beside=_beside(row)))
    else:
        told.append(say("forecast.proof.own_none"))
    better = [model for model in row["models"] if model != OURS]
    if better:
        told.append(say("forecast.proof.beaten", models=_listed(better)))
    if row["unproven"]:
        told.append(say("forecast.proof.unproven", n=len(row["unproven"]), models=_listed(row["unproven"])))
    if row["said"]:
        names = {"n": row["said"], "hit": row["came_true"], "share": _percent(row["came_true"] / row["said"])}
        key = "said" if row["lead"] else "said_any"
        chance = probability_words(row["probability"])
        kind = say(f"forecast.proof.kinds.{row['kind']}")
        told.append(say(f"forecast.proof.{key}", kind=kind, lead=row["lead"], chance=chance, **names))
    if row["skill"] is not None:
        told.append(say("forecast.proof.skill", skill=_percent(row["skill"]), se=_percent(row["skill_se"])))
    return told


def _listed(models: list[str]) -> str:
    """Models by name, each once."""
    return say("forecast.proof.between").join(say(f"forecast.proof.models.{model}") for model in sorted({*models}))


def _beside(row: Row) -> str:
    """How the best baseline did on the same years; '' where there was none."""
    if row["baseline"] is None:
        return ""
    n, model = row["coverage_n"], say(f"forecast.proof.models.{row['baseline']}")
    inside = row["baseline_coverage80"]
    base = round(inside * n) if n < FEWEST_FOR_A_SHARE else _percent(inside)
    text = say("forecast.proof.beside", model=model, base=base)
    ratio = row["crps_ratio"]
    return text if ratio is None or n < FEWEST_FOR_A_SHARE else text + say("forecast.proof.ratio", ratio=f"{ratio:.2f}")


def _hits(row: Row) -> int:
    return round(row["happened"] * row["n"])


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"
