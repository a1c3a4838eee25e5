"""Inspections and training beside outcomes, hazards, disasters: what was done and what happened, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dashboard import format as shown
from dashboard.components import html
from dashboard.quarterly import tables, words
from pipelines.assessment.significance import SMALLEST_BASE
from pipelines.place_readers import hazard_sum
from pipelines.situation import DISASTERS, YEARS
from pipelines.situation import INSPECTIONS as INSPECTIONS
from pipelines.situation import OUTCOMES as OUTCOMES
from pipelines.situation import TRAINING as TRAINING
from pipelines.texts import say


def rates(value: tables.Value, year: int) -> str:
    """Shares of what was found or due that was done; below ten, so many of so many, since no percentage is told."""
    rows = []
    for key, part, whole in (
        ("rectified_share", "hazards_rectified", "hazards_found"),
        ("trained_share", "new_employees_trained", "new_employees_due"),
        ("hazards_per_inspection", "hazards_found", "inspections"),
    ):
        cells = []
        for back in range(3):
            below = value(whole, back)
            above = value(part, back)
            is_least = tables.is_least(value, part, back) or tables.is_least(value, whole, back)
            done = above / below if below and not is_least else None
            is_share = key != "hazards_per_inspection"
            if is_least:
                cells.append(shown.NOTHING)
            elif is_share and below and above is not None and below < SMALLEST_BASE:
                cells.append(f"{shown.number(above)}/{shown.number(below)}")
            else:
                cells.append(shown.share(done, 1) if is_share else shown.number(done, 2))
        rows.append([say(f"app.quarterly.{key}"), *cells])
    return html.table([say("app.quarterly.item"), *[str(year - back) for back in range(3)]], rows, numbers=(1, 2, 3))


def hazard_tiles(places: list[Mapping], value: tables.Value, why: tables.Why) -> str:
    """Hazards found and rectified, major hazards listed, rectified, still open, overdue.

    Args:
        places: Major hazards by region.
        value: Sums to date.
        why: Why one of them is not known.
    """
    major = ("listed", "rectified", "open", "overdue")
    listed, rectified, still, overdue = (hazard_sum(places, name) for name in major)
    found, done = value("hazards_found", 0), value("hazards_rectified", 0)
    unknown = {name: why(measure, 0, "to_date") for name, measure in (("found", "hazards_found"),
                                                                      ("rectified", "hazards_rectified"))}  # fmt: skip
    is_told = found >= SMALLEST_BASE and not any(unknown.values())
    unknown |= {f"major_{name}": "not_collected" for name in major if hazard_sum(places, name) is None}
    if not places:
        missing = why("inspections", 0, "to_date") or why("major_hazards", 0, "to_date")
        unknown |= dict.fromkeys((f"major_{name}" for name in major), missing)
    untold, undated = (hazard_sum(places, name) for name in ("untold", "undated"))
    of_all = say("app.quarterly.hazards_untold", n=untold) if untold else say("app.quarterly.all_years")
    of_open = say("app.quarterly.hazards_undated", n=undated) if undated else say("app.quarterly.all_years")
    items = (
        ("found", found, ""),
        ("rectified", done, say("app.quarterly.share_of", share=shown.share(done / found, 1)) if is_told else ""),
        ("major_listed", listed, ""),
        ("major_rectified", rectified, say("app.quarterly.of_listed", n=listed) if listed else ""),
        ("major_open", still, of_all),
        ("major_overdue", overdue, of_open),
    )
    return (
        '<div class="a-grid q-six">'
        + "".join(
            html.tile(
                say(f"app.quarterly.{name}"),
                shown.missing(unknown[name]) if unknown.get(name) else shown.number(n),
                "",
                below,
            )
            for name, n, below in items
        )
        + "</div>"
    )


def hazard_table(places: list[Mapping], names: Mapping[str, Mapping]) -> str:
    """Major hazards by region, those with overdue ones first."""
    rows = [place for place in places if any(place[name] for name in ("listed", "open", "untold"))]
    rows.sort(key=lambda place: (-place["overdue"], -place["open"], place["code"]))
    heads = [say("app.quarterly.cuts.region")]
    heads += [say(f"app.quarterly.major_{name}") for name in ("listed", "rectified", "open", "overdue")]
    body = [
        [
            shown.named(names[place["code"]]) if place["code"] in names else say("app.quarterly.unassigned"),
            *[_told(hazard_sum([place], name)) for name in ("listed", "rectified", "open", "overdue")],
        ]
        for place in rows
    ]
    return html.table(heads, body, numbers=(1, 2, 3, 4)) if body else ""


def _told(n: int | None) -> str:
    return shown.missing("not_collected") if n is None else shown.number(n)


def overdue_table(rows: list[Mapping], known) -> str:
    """The oldest major hazards past their date, with the line of the file that says so."""
    heads = [
        say(f"app.quarterly.{name}") for name in ("enterprise", "where", "inspected", "due_on", "days_over", "file")
    ]
    body = [
        [
            row["enterprise"] or shown.NOTHING,
            shown.named(row, "region_name") or row["region_code"],
            shown.day(row["inspected_on"]),
            shown.day(row["major_due_on"]),
            shown.number((known - row["major_due_on"]).days),
            say("app.quarterly.line", file=(row["path"] or "").rsplit("/", 1)[-1], line=row["line_number"]),
        ]
        for row in rows
    ]
    return html.table(heads, body, numbers=(4,)) if body else ""


def disasters(
    names: Mapping[str, Mapping],
    value: tables.Value,
    year: int,
    why: tables.Why,
    *,
    is_comparable: bool = True,
) -> str:
    """Disasters beside last year and the mean of the same months of five years; what never happened is said so.

    Args:
        names: Names of the measures.
        value: Sums to date.
        year: This year.
        why: Why one of them is not known.
        is_comparable: Whether the returns of all six years are in; without them there is no mean.
    """
    heads = [
        say("app.quarterly.item"),
        str(year),
        str(year - 1),
        say("app.quarterly.five_years", first=year - YEARS, last=year - 1),
        say("app.quarterly.against_mean"),
    ]
    body = []
    for measure in DISASTERS:
        now = value(measure, 0)
        mean, mean_words = tables.mean(measure, value)
        unknown = [why(measure, back, "to_date") for back in range(YEARS + 1)]
        no_mean = mean_missing(unknown[1:]) or ("" if is_comparable else "not_reported")
        compared = against_mean(now, mean, is_money=measure.endswith("_fen"))
        is_least = any(tables.is_least(value, measure, back) for back in range(YEARS + 1))
        body.append(
            [
                shown.named(names.get(measure, {})) or measure,
                tables.cell(measure, value, why),
                tables.cell(measure, value, why, 1),
                shown.missing(no_mean) if no_mean else mean_words,
                shown.NOTHING if no_mean or unknown[0] or is_least else compared,
            ]
        )
    return html.table(heads, body, numbers=(1, 2, 3))


def mean_missing(unknown: Iterable[str]) -> str:
    """Why years have no mean, where one of them is not known: what nobody can hand in any more before what is out."""
    there = set(unknown)
    return next((key for key in ("not_collected", "not_reported", "came_later") if key in there), "")


def against_mean(now: float, mean: float, *, is_money: bool) -> str:
    """This year's months against the mean; per cent only from a base of ten."""
    if not now and not mean:
        return shown.NOTHING
    return words.money_change(int(now), int(mean)) if is_money else words.mean_change(now, mean)
