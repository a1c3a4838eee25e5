"""What the overview says in words, put together from assessed rows; every number in it stands in a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from dashboard import format as shown
from dashboard.theme import mark
from pipelines.assessment.control_figures import late_of
from pipelines.assessment.reasons import tell_reason
from pipelines.assessment.verdict import probability_words
from pipelines.standing import SECOND_GROUP as SECOND_GROUP
from pipelines.standing import by_risk as by_risk
from pipelines.standing import falls_short, none_urgent, told_verdict
from pipelines.standing import is_behind as is_behind
from pipelines.standing import main_group as main_group
from pipelines.standing import meets as meets
from pipelines.texts import current_language, has, say

BREAKS = {"crosses_break", "break_compared"}
"""Flags that say that the definition changed between baseline and value."""

SHOWN_ALERTS = 3
SHOWN_CHANGES = 3
SHOWN_MISSING = 3


def chance_of(row: Mapping) -> float | None:
    """The probability of a row, where a forecast has given one."""
    return row.get("probability")


def forecast_on(rows: Iterable[Mapping]) -> date | None:
    """The earlier quarter-end whose forecast stands between quarter-ends; None where the forecast is of the day."""
    return next((row["forecast_on"] for row in rows if row.get("forecast_on")), None)


def forecast_of(rows: Iterable[Mapping]) -> str:
    """Of which day the probabilities are, where it is not the day of the page; '' otherwise."""
    day = forecast_on(rows)
    return say("app.forecast_of", day=shown.day(day)) if day else ""


def is_cap(row: Mapping) -> bool:
    """Whether the target is a budget that is used up, rather than a change that is made."""
    return row["kind"] in ("period_mean", "period_total", "every_year") and row["operator"] in ("<", "<=")


def elapsed_then(row: Mapping) -> float | None:
    """The share of the plan's time that had passed when the value now was complete; what its pace is held against."""
    return row.get("elapsed_share_at_value", row["elapsed_share"])


def listed(parts: Sequence[str]) -> str:
    """Parts of one sentence with the language's own comma."""
    return ("、" if current_language() == "zh" else ", ").join(parts)


def judgement(rows: Sequence[Mapping]) -> str:
    """The sentence of the overview: time passed, how the table's targets stand, and the binding ones by name."""
    rows = by_risk(main_group(rows))
    elapsed = next((row["elapsed_share"] for row in rows if row["elapsed_share"] is not None), None)
    counts = Counter(told_verdict(row) for row in rows)
    parts = [
        say("app.judgement.part", n=n, verdict=shown.verdict_word(v, n)) for v, n in sorted(counts.items(), key=_risk)
    ]
    text = say("app.judgement.targets", n=len(rows), parts=listed(parts))
    broken = sum(row["verdict"] in ("met", "secured") and bool(BREAKS & set(shown.flags(row))) for row in rows)
    if broken:
        text += say("app.judgement.broken", n=broken)
    if elapsed is not None:
        text = say(f"app.judgement.{'over' if elapsed >= 1 else 'elapsed'}", share=shown.share(elapsed)) + text
    open_rows = [row for row in rows if row["verdict"] in ("undecided", "no_forecast")]
    behind = sum(is_behind(row) for row in open_rows)
    if behind:
        text += say("app.judgement.behind", n=behind)
    binding = [row for row in rows if row["nature"] == "binding"]
    if binding:
        words = {told_verdict(row) for row in binding}
        if len(words) == 1 and chance_of(binding[0]) is None:
            both = "app.judgement.binding_one" if len(binding) == 1 else "app.judgement.binding_all"
            text += say(
                both,
                n=len(binding),
                name=shown.named(binding[0]),
                verdict=shown.verdict_word(words.pop(), len(binding)),
            )
        else:
            worst = binding[0]
            words = (
                say("app.judgement.chance", chance=probability_words(chance_of(worst)))
                if chance_of(worst) is not None
                else shown.verdict_word(told_verdict(worst))
            )
            text += say("app.judgement.binding_worst", n=len(binding), name=shown.named(worst), verdict=words)
    return text + say("app.full_stop")


def _risk(item: tuple[str, int]) -> int:
    return mark(item[0]).risk


def alerts(rows: Sequence[Mapping], fans: Mapping[str, Sequence[Mapping]] | None = None) -> list[tuple[str, str]]:
    """Verdict and sentence of at most three targets that need somebody's attention, the most urgent first.

    Args:
        rows: Assessed rows.
        fans: Forecasts by target.
    """
    urgent = [row for row in by_risk(rows) if mark(row["verdict"]).risk <= 4 or (_is_open(row) and is_behind(row))]
    urgent.sort(key=lambda row: (mark(row["verdict"]).risk > 4, row["nature"] in SECOND_GROUP))
    return [(row["verdict"], alert(row, (fans or {}).get(row["target_id"], ()))) for row in urgent[:SHOWN_ALERTS]]


def no_alerts(rows: Sequence[Mapping]) -> str:
    """What is said where no target needs attention."""
    return say(none_urgent(rows), n=sum(row["verdict"] == "no_data" for row in rows))


def _is_open(row: Mapping) -> bool:
    return row["verdict"] in ("undecided", "no_forecast", "possible")


def alert(row: Mapping, fan: Sequence[Mapping] = ()) -> str:
    """One target's trouble in one line: what settled it, or value now against the path and where that leads."""
    if row["verdict"] in ("out_of_reach", "not_met"):
        return say("app.alert.settled", name=shown.named(row), reason=reason(row))
    now = shown.value_now(row)
    if row["value_now"] is None:
        return say("app.alert.no_value", name=shown.named(row), target=shown.target(row))
    if row["required_now"] is None:
        text = say("app.alert.target", name=shown.named(row), now=now, target=shown.target(row))
    else:
        said = {"name": shown.named(row), "year": row["value_year"], "now": now, "required": shown.required(row)}
        if due := falls_short(row, fan):
            median = shown.in_display_unit(due["median"], row)
            return say("app.alert.short", **said, due=due["year"], median=median, target=shown.target(row))
        text = say("app.alert.path", **said)
    chance = chance_of(row)
    return text if chance is None else text + say("app.alert.chance", chance=probability_words(chance))


def changes(rows: Sequence[Mapping], before: Sequence[Mapping]) -> list[tuple[str, str, str]]:
    """Old verdict, new verdict and sentence for what moved between two as-of dates; verdicts first, then values."""
    old = {row["target_id"]: row for row in before}
    moved = []
    for row in by_risk(rows):
        was = old.get(row["target_id"])
        if was is None:
            continue
        turned = was["verdict"] != row["verdict"]
        new_value = row["value_now"] is not None and was["value_now"] is not None and _differs(row, was)
        if turned or new_value:
            is_revised = new_value and years_of(row) == years_of(was)
            key = "app.changes.revised" if is_revised else f"app.changes.{'value' if new_value else 'verdict'}"
            text = say(
                key,
                name=shown.named(row),
                years_before=years_of(was),
                years=years_of(row),
                before=shown.in_display_unit(was["value_now"], row),
                now=shown.in_display_unit(row["value_now"], row),
                revised=shown.with_unit(shown.in_display_unit(row["value_now"], row), shown.unit(row)),
                change=shown.change(row["value_now"], was["value_now"], row),
                verdict_before=say(f"verdicts.{was['verdict']}"),
                verdict=say(f"verdicts.{row['verdict']}"),
            )
            moved.append((not turned, was["verdict"], row["verdict"], text))
    moved.sort(key=lambda item: item[0])
    return [item[1:] for item in moved]


def years_of(row: Mapping) -> str:
    """Of which year the value now is, or of which years the mean or the sum."""
    start, year = (shown.parsed(row.get("reason_facts"), {}) or {}).get("start"), row["value_year"]
    is_span = row["kind"] in ("period_mean", "period_total") and start and year and start < year
    return say(f"app.{'years_of' if is_span else 'year_of'}", start=start, year=year)


def _differs(row: Mapping, was: Mapping) -> bool:
    return shown.in_display_unit(row["value_now"], row) != shown.in_display_unit(was["value_now"], row)


def not_reported(owed: Sequence[Mapping]) -> str:
    """Who owes what, the newest period first; an empty text when everything is in."""
    owed = list(owed)
    if not owed:
        return ""
    owed.sort(key=lambda row: (row["period_end"], row["kind"], row["region_code"]), reverse=True)
    parts = [
        say(
            "app.missing_report",
            region=shown.named(row, "region_name") or row["region_code"],
            period=shown.period(row["period_start"], row["period_end"]),
            kind=say(f"app.kinds.{row['kind']}"),
        )
        for row in owed[:SHOWN_MISSING]
    ]
    more = say("app.missing_more", n=len(owed)) if len(owed) > SHOWN_MISSING else ""
    return listed(parts) + more


def reason(row: Mapping) -> str:
    """Why the verdict is what it is, in the words of the assessment."""
    code = row.get("verdict_reason_code")
    if not code or not has(f"assessment.reasons.{code}"):
        return say(f"verdicts.{row['verdict']}")
    return tell_reason(code, shown.parsed(row["reason_facts"], {}))


def late_besides(figure: Mapping) -> str:
    """What of a control figure is expected still to be reported, to stand behind its share and time; '' for nothing."""
    n = late_of(figure)
    unit = say(f"briefing.units.{figure['measure']}")
    return say("assessment.control.late_besides", late=shown.number(n), unit=unit) if n else ""
