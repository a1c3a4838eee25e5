"""A map of labelled tiles that needs no map service: one tile a town by official code, one hue for its rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard import format as shown
from dashboard.components import html
from pipelines.texts import say

STEPS = 5
GRADES = {1: "red", 2: "orange", 3: "yellow", 4: "blue"}


def step(value: float, low: float, high: float) -> int:
    """The depth of the hue, 1-5, for a value between the lowest and the highest; the middle one where all are equal."""
    if high - low < 1e-9:
        return (STEPS + 1) // 2
    return min(int((value - low) / (high - low) * STEPS) + 1, STEPS)


def tile_map(rates: Mapping) -> str:
    """The tiles, with the official risk grade as a mark of its own colour where one is loaded (HTML)."""
    places = rates["places"]
    if not places:
        return ""
    low, high = (edge(place["shrunk"] for place in places) for edge in (min, max))
    tiles = []
    for place in places:
        grade = grade_of(place)
        said = say(
            "app.quarterly.rate_words", name=shown.named(place), rate=rate(place["shrunk"]), n=place["accidents"]
        )
        mark = (
            f'<i class="q-grade q-g-{GRADES[grade]}">{html.esc(say(f"app.quarterly.grade_{grade}"))}</i>'
            if grade
            else ""
        )
        tiles.append(
            f'<div class="q-tile q-s{step(place["shrunk"], low, high)}" title="{html.esc(said)}">'
            f"<span>{html.esc(shown.named(place))}</span><b>{html.esc(rate(place['shrunk']))}</b>{mark}</div>"
        )
    legend = "".join(f'<span class="q-key q-s{n}"></span>' for n in range(1, STEPS + 1))
    words = html.esc(say("app.quarterly.rate_legend", low=rate(low), high=rate(high), unit=unit(rates)))
    alt = html.esc(say("app.quarterly.rate_alt", n=len(places)))
    return (
        f'<div class="q-map" role="group" aria-label="{alt}">{"".join(tiles)}</div>'
        f'<p class="a-trust"><span class="q-keys">{legend}</span> {words}{_grade_legend(places)}</p>'
    )


def _grade_legend(places: Sequence[Mapping]) -> str:
    there = sorted({grade_of(place) for place in places} - {None})
    keys = "".join(
        f' <i class="q-grade q-g-{GRADES[grade]}">{html.esc(say(f"app.quarterly.grade_{grade}"))}</i>'
        for grade in there
    )
    return f" · {html.esc(say('app.quarterly.official_grade'))}{keys}" if there else ""


def grade_of(place: Mapping) -> int | None:
    """The official risk grade, 1 (red) to 4 (blue); None where none is loaded."""
    grade = place["official_risk_grade"]
    return int(grade) if grade in GRADES else None


def rate(value: float) -> str:
    """A rate with two digits after the point."""
    return shown.number(value, 2)


def unit(rates: Mapping) -> str:
    """What the rates count."""
    return say("app.quarterly.per_residents" if rates["per_residents"] else "app.quarterly.per_year")


def twin(rates: Mapping) -> str:
    """The table beside the map: counts, the plain rate, the shrunk one, and how much of it is the town's own."""
    heads = [
        say("app.quarterly.cuts.region"),
        say("app.quarterly.three_years", name=say("app.quarterly.accidents")),
        say("app.quarterly.three_years", name=say("app.quarterly.deaths")),
        say("app.quarterly.plain_rate"),
        say("app.quarterly.shrunk_rate"),
        say("app.quarterly.own_weight"),
        say("app.quarterly.official_grade"),
    ]
    rows = [
        [
            shown.named(place),
            shown.number(place["accidents"]),
            shown.number(place["deaths"]),
            rate(place["rate"]),
            rate(place["shrunk"]),
            shown.share(place["weight"]),
            say(f"app.quarterly.grade_{grade_of(place)}") if grade_of(place) else shown.missing("not_reported"),
        ]
        for place in rates["places"]
    ]
    return html.table(heads, rows, numbers=(1, 2, 3, 4, 5))


def formula(rates: Mapping) -> str:
    """How the rates are made, in words and numbers."""
    text = say(
        "app.quarterly.rate_formula", mean=rate(rates["mean"]), unit=unit(rates), start=shown.day(rates["start"])
    )
    if not rates["variance"]:
        text += say("app.quarterly.rate_same")
    if rates["unassigned"]:
        text += say("app.quarterly.rate_unassigned", n=rates["unassigned"])
    return text
