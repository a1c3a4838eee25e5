"""The parts of the replay as HTML: verdicts over time, what changed between two dates, how the forecasts have done."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence

from dashboard import format as shown
from dashboard import sentences
from dashboard.address import Place
from dashboard.charts.waterfall import signed
from dashboard.components import evidence, grid, html
from dashboard.theme import mark
from pipelines.assessment.verdict import displayed_tenths, probability_words
from pipelines.texts import has, say

CAUSES = ("new_events", "late_reports", "revisions", "struck_off", "withdrawn", "denominators")


def is_quarter_end(day: datetime.date) -> bool:
    """Whether a date ends a quarter."""
    return (day.month, day.day) in ((3, 31), (6, 30), (9, 30), (12, 31))


def date_words(day: datetime.date) -> str:
    """A date of the replay: the quarter that it ends, else the day."""
    return shown.quarter(day) if is_quarter_end(day) else shown.day(day)


def strip(
    rows: Sequence[Mapping],
    replay: Iterable[Mapping],
    dates: Sequence[datetime.date],
    as_of: datetime.date,
    place: Place,
) -> str:
    """Verdicts of every target over time; neighbours of one verdict are one field, with the chances below it.

    Args:
        rows: Targets in the order in which they stand.
        replay: `target_id, as_of_on, verdict, probability`; nothing later than `as_of`.
        dates: As-of dates of the plan, oldest first; fields after `as_of` stay empty.
        as_of: The date in force.
        place: Where we are.
    """
    seen: dict[str, dict[datetime.date, Mapping]] = {}
    for row in replay:
        seen.setdefault(row["target_id"], {})[row["as_of_on"]] = row
    lines = [_strip_rows(row, [seen.get(row["target_id"], {}).get(day) for day in dates], place) for row in rows]
    inside = _strip_head(dates, as_of) + f"<tbody>{''.join(lines)}</tbody>"
    return f'<div class="a-strip">{grid.wall(inside, say("app.replay.strip_caption"))}</div>'


def _strip_head(dates: Sequence[datetime.date], as_of: datetime.date) -> str:
    years: dict[int, int] = {}
    for day in dates:
        years[day.year] = years.get(day.year, 0) + 1
    top = "".join(f'<th scope="colgroup" colspan="{n}" class="a-q">{year}</th>' for year, n in years.items())
    quarters = ""
    for day in dates:
        words = say("app.replay.quarter", n=(day.month + 2) // 3) if is_quarter_end(day) else f"{day:%m-%d}"
        here = ' aria-current="date"' if day == as_of else ""
        quarters += f'<th scope="col" class="a-q"{here}>{words}</th>'
    name = f'<th rowspan="2" class="a-first">{html.esc(say("app.plans.target"))}</th>'
    return f"<thead><tr>{name}{top}</tr><tr>{quarters}</tr></thead>"


def _strip_rows(row: Mapping, cells: Sequence[Mapping | None], place: Place) -> str:
    has_chance = any(cell is not None and cell["probability"] is not None for cell in cells)
    runs: list[tuple[str | None, int]] = []
    for cell in cells:
        verdict = cell["verdict"] if cell else None
        if runs and runs[-1][0] == verdict:
            runs[-1] = (verdict, runs[-1][1] + 1)
        else:
            runs.append((verdict, 1))
    name = grid.link("indicator", place, shown.named(row), target=row["target_id"])
    first = f'<th scope="row" rowspan="{2 if has_chance else 1}">{name}</th>' + "".join(map(_field, runs))
    chances = "".join(f'<td class="a-q">{_tenths(cell)}</td>' for cell in cells)
    return f"<tr>{first}</tr>" + (f'<tr class="a-tenths">{chances}</tr>' if has_chance else "")


def _field(run: tuple[str | None, int]) -> str:
    verdict, wide = run
    if verdict is None:
        return f'<td colspan="{wide}"></td>'
    sign = mark(verdict)
    words = html.esc(say(f"verdicts.{verdict}"))
    return f'<td colspan="{wide}" class="a-run a-t-{sign.role} a-c-{sign.role}"><i>{sign.shape}</i> {words}</td>'


def _tenths(cell: Mapping | None) -> str:
    if cell is None or cell["probability"] is None:
        return ""
    chance = cell["probability"]
    key = "lowest" if chance < 0.1 else "highest" if chance >= 0.9 else "tenths"  # as `probability_words` says it
    said = say(f"app.replay.{key}", n=displayed_tenths(chance))
    return f'<span title="{html.esc(probability_words(chance))}">{html.esc(said)}</span>'


def changed(
    rows: Sequence[Mapping],
    before: Sequence[Mapping],
    causes: Sequence[Mapping],
    behind: Mapping[str, Sequence[Mapping]],
    place: Place,
) -> list[tuple[str, ...]]:
    """What differs between two dates, one line a target, cells as HTML.

    Args:
        rows: Targets at the later date, in their order.
        before: Targets at the earlier date.
        causes: From the gate's `value_changes`; empty where the build holds none.
        behind: From the gate's `data_behind`: what each target is computed from.
        place: Where we are.

    Returns:
        Cells: target, verdict, value, chance, why. Targets of which nothing changed are left out.
    """
    old = {row["target_id"]: row for row in before}
    why: dict[str, list[Mapping]] = {}
    for cause in causes:
        why.setdefault(cause["target_id"], []).append(cause)
    lines = []
    for row in rows:
        was = old.get(row["target_id"])
        if was is None:
            continue
        reasons = told_causes(row, why.get(row["target_id"], ()), behind.get(row["target_id"], ()))
        turned = was["verdict"] != row["verdict"]
        value = _value_then_now(was, row)
        chance = _chance_then_now(was, row)
        if not (turned or value or chance or reasons):
            continue
        lines.append(
            (
                grid.link("indicator", place, shown.named(row), target=row["target_id"]),
                f"{html.badge(was['verdict'])} → {html.badge(row['verdict'])}"
                if turned
                else html.badge(row["verdict"]),
                html.esc(shown.capital(value or say("app.change.same"))),
                html.esc(shown.capital(chance or _chance(row))),
                "<br>".join(map(html.esc, reasons)) or _not_told(row),
            )
        )
    return lines


def _value(row: Mapping) -> str:
    if row["value_now"] is None:
        return shown.NOTHING
    how = {"period_total": "value_total", "period_mean": "value_mean"}.get(row["kind"], "value_year")
    return say(f"app.plans.{how}", value=shown.value_now(row), year=row["value_year"])


def _value_then_now(was: Mapping, row: Mapping) -> str:
    then, now = _value(was), _value(row)
    return "" if then == now else f"{then} → {now}"


def _chance(row: Mapping) -> str:
    chance = sentences.chance_of(row)
    return shown.NOTHING if chance is None else probability_words(chance)


def _chance_then_now(was: Mapping, row: Mapping) -> str:
    then, now = _chance(was), _chance(row)
    return "" if then == now else f"{then} → {now}"


def told_causes(row: Mapping, causes: Sequence[Mapping], behind: Sequence[Mapping]) -> list[str]:
    """One sentence a region and year: each cause with what it moved the value by, and how many records.

    Args:
        row: The target, with its display fields and `as_of_on`.
        causes: `region_code, year, cause, amount, records` of this target; a region's have its names.
        behind: What it is computed from. The first figure of a return is no new event; and while both sides of a ratio
            are still being counted, only the records are named, because amounts over half a year's denominator mislead.
    """
    is_return = any(one["role"] == "numerator" and one["kind"] == "statistics" for one in behind)
    is_counted_twice = any(one["role"] == "denominator" and one["kind"] != "statistics" for one in behind)
    told = []
    for region, year in sorted({(cause.get("region_code") or "", cause["year"]) for cause in causes}):
        mine = [cause for cause in causes if (cause.get("region_code") or "", cause["year"]) == (region, year)]
        own = {cause["cause"]: cause for cause in mine}
        only_records = is_counted_twice and year == row["as_of_on"].year
        parts = [_cause(own[name], row, is_return, only_records) for name in CAUSES if name in own]
        said = sentences.listed([part for part in parts if part])
        if said and region:
            told.append(say("app.replay.region_causes", region=shown.named(mine[0]), year=year, parts=said))
        elif said:
            told.append(say("app.replay.year_causes", year=year, parts=said))
    return told


def _not_told(row: Mapping) -> str:
    return html.esc(say("app.replay.single_events")) if row["kind"] == "events" else shown.NOTHING


def _cause(cause: Mapping, row: Mapping, is_return: bool, only_records: bool) -> str:
    is_first = is_return and cause["cause"] == "new_events"
    records = 0 if is_return else cause["records"]
    name = say("app.replay.new_return" if is_first else f"forecast.causes.{cause['cause']}")
    if row["kind"] == "milestone":  # done or not done is no amount
        return name
    if only_records:
        return say("app.replay.only_records", cause=name, n=records) if records else ""
    amount = signed(cause["amount"], row)
    if not records and not is_first and not any(digit in amount for digit in "123456789"):
        return ""
    key = "app.replay.cause_records" if records else "app.replay.cause"
    unit = shown.unit(row) if is_first else shown.points_or_unit(row, "absolute")
    return say(key, cause=name, amount=amount, unit=unit, n=records)


def held(rows: Sequence[Mapping], tests: Iterable[Mapping], place: Place) -> str:
    """How often what came fell into the bands that had been forecast, one line a target; empty where none was tested.

    Args:
        rows: Targets in their order.
        tests: From the gate's `forecasts_against_outcomes`.
        place: Where we are.
    """
    own = {(test["target_id"], test["lead"]): test for test in tests}
    leads = sorted({lead for _, lead in own})
    lines = []
    for row in rows:
        cells = [own.get((row["target_id"], lead)) for lead in leads]
        if any(cells):
            name = grid.link("indicator", place, shown.named(row), target=row["target_id"])
            lines.append([name, *map(_held_cell, cells)])
    if not lines:
        return ""
    made = [say(_LEADS.get(lead, "app.replay.lead"), n=lead) for lead in leads]
    heads = [say("app.replay.target"), *made]
    return grid.table(heads, lines, caption=say("app.replay.held_caption"))


_LEADS = {0: "app.replay.same_year", 1: "app.replay.lead_1"}


def _held_cell(test: Mapping | None) -> str:
    if test is None:
        return shown.NOTHING
    return html.esc(say("app.replay.inside", n=test["forecasts"], in80=test["in80"], in50=test["in50"]))


def reliability(tests: Sequence[Mapping]) -> str:
    """Stated chances beside how often they came true, one line a tenth; empty where there is no evidence.

    Args:
        tests: Rows of `forecast_reliability`: kind, lead (0 = all), bin, stated, happened (shares) and n.
    """
    cells = {(test["bin"], test["kind"]): test for test in tests if test["lead"] == 0 and test["n"]}
    kinds = list(dict.fromkeys(kind for _, kind in cells))
    bins = sorted({place for place, _ in cells})
    if not cells:
        return ""
    lines = [
        [html.esc(shown.capital(evidence.said(place))), *[_came_true(cells.get((place, kind))) for kind in kinds]]
        for place in bins
    ]
    heads = [say("app.replay.stated"), *[_kind(kind) for kind in kinds]]
    numbers = range(1, 1 + len(kinds))
    return grid.table(heads, lines, caption=say("app.replay.reliability_caption"), numbers=numbers)


def _came_true(test: Mapping | None) -> str:
    if test is None:
        return shown.NOTHING
    return html.esc(say("app.replay.came_true", share=shown.share(test["happened"]), n=test["n"]))


def _kind(kind: str) -> str:
    key = f"app.replay.kinds.{kind}"
    return say(key) if has(key) else kind


def backtests(rows: Sequence[Mapping], measures: Mapping[str, Mapping]) -> str:
    """What the models would have said in the past beside what came, one line a driver; empty without any.

    Args:
        rows: From the gate's `driver_backtests`: driver, part, forecasts, in80, crps, baseline, crps_baseline.
        measures: Names of measures by code.
    """
    lines = []
    for row in rows:
        key = f"forecast.drivers.{'events' if ':' in row['driver'] else row['driver']}"
        named = measures.get(row["driver"])
        name = shown.named(named) if named else say(key) if has(key) else row["driver"]
        part = f"app.replay.parts.{row['part']}"
        name = say("app.replay.driver_part", driver=name, part=say(part)) if has(part) else name
        better = shown.NOTHING
        if row["crps_baseline"]:
            beside = say("app.replay.of_baseline", model=say(f"forecast.proof.models.{row['baseline']}"))
            better = _error_beside(row["crps"] / row["crps_baseline"]) + beside
        lines.append(
            (html.esc(shown.capital(name)), str(row["forecasts"]), f"{row['in80']} / {row['forecasts']}", better)
        )
    if not lines:
        return ""
    heads = [say(f"app.replay.{key}") for key in ("driver", "forecasts", "in80", "skill_share")]
    return grid.table(heads, lines, caption=say("app.replay.backtests_caption"), numbers=(1, 2, 3))


def _error_beside(ratio: float) -> str:
    """A model's error as a share of a baseline's, in words; from twice of it on per cent tell nobody anything."""
    if ratio >= 2:
        return say("app.replay.error.times", times=shown.number(ratio, 1))
    share = shown.share(abs(1 - ratio))
    key = "same" if share == shown.share(0) else "smaller" if ratio < 1 else "larger"
    return say(f"app.replay.error.{key}", share=share)
