"""The parts of the what-if page as HTML: chances before and after, and the year's control figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard import format as shown
from dashboard import sentences
from dashboard.address import Place
from dashboard.components import grid, html, record_table
from pipelines.assessment.control_figures import late_of, pace_key
from pipelines.assessment.verdict import displayed_tenths
from pipelines.texts import say

GROWTHS = ("", "-2", "0", "2", "3", "4", "5", "6", "7", "8", "10")
FEWER = ("", "1", "2", "3", "5", "10", "20")
DROPS = ("", "10", "20", "30", "50")
MEASURES = ("work_deaths", "accidents")


def growth_words(stop: str) -> str:
    """A stop of the slider of growth."""
    return say("app.what_if.as_forecast") if not stop else say("app.what_if.a_year", n=stop.replace("-", shown.MINUS))


def fewer_words(stop: str) -> str:
    """A stop of the slider of deaths."""
    return say("app.what_if.as_forecast") if not stop else say("app.what_if.fewer_stop", n=stop)


def drop_words(stop: str) -> str:
    """A stop of the slider of one sector's fall."""
    return say("app.what_if.as_forecast") if not stop else say("app.what_if.drop_stop", n=stop)


def assumed(growth: str, flood: str, fewer: str, sector: str, drop: str, last_year: int) -> str:
    """What is assumed, in one phrase; empty where nothing is.

    Args:
        growth: Growth of GDP, a stop as the address writes it.
        flood: Year on record that comes again.
        fewer: Deaths fewer in each quarter.
        sector: Name of the sector that falls.
        drop: By how many per cent.
        last_year: The plan's last year, in which a flood comes again.
    """
    parts = []
    if growth:
        parts.append(say("app.what_if.assume_growth", n=growth.replace("-", shown.MINUS)))
    if flood:
        parts.append(say("app.what_if.assume_flood", year=flood, last=last_year))
    if fewer:
        parts.append(say("app.what_if.assume_fewer", n=fewer))
    if sector and drop:
        parts.append(say("app.what_if.assume_drop", sector=sector, n=drop))
    return sentences.listed(parts)


def turned(rows: Sequence[Mapping], after: Mapping[str, float | None]) -> int:
    """How many targets have another chance as it is shown, in tens of per cent."""
    return sum(_tenths(row["probability"]) != _tenths(after.get(row["target_id"])) for row in rows)


def before_and_after(rows: Sequence[Mapping], after: Mapping[str, float | None], place: Place) -> str:
    """The chance of each target as forecast and under the assumptions.

    Args:
        rows: Targets that have a chance, in their order.
        after: Chance by target under the assumptions; None where no path puts the target to the test.
        place: Where we are.
    """
    lines = []
    for row in rows:
        now = after.get(row["target_id"])
        lines.append(
            (
                html.nature_tag(row["nature"])
                + " "
                + grid.link("indicator", place, shown.named(row), target=row["target_id"]),
                html.esc(shown.with_unit(shown.target(row), shown.unit(row))),
                html.chance(row["probability"]),
                html.chance(now) if now is not None else html.esc(shown.missing("not_tested")),
                f'<span class="a-s">{html.esc(moved(row["probability"], now))}</span>',
            )
        )
    heads = [say(f"app.what_if.{key}") for key in ("target", "demand", "before", "after", "moved")]
    return grid.table(heads, lines, caption=say("app.what_if.table_caption"))


def moved(before: float | None, now: float | None) -> str:
    """From one chance to another, no finer than chances are shown."""
    old, new = _tenths(before), _tenths(now)
    if old is None or new is None:
        return shown.NOTHING
    if old == new:
        return say("app.what_if.same")
    return say("app.what_if.up" if new > old else "app.what_if.down", n=abs(new - old))


def _tenths(chance: float | None) -> int | None:
    return None if chance is None else displayed_tenths(chance)


def without(rows: Sequence[Mapping]) -> str:
    """Targets that take no part, by what is said of them; empty where all take part."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["verdict"]] = counts.get(row["verdict"], 0) + 1
    parts = [say("app.judgement.part", n=n, verdict=shown.verdict_word(verdict, n)) for verdict, n in counts.items()]
    return say("app.what_if.without", n=len(rows), parts=sentences.listed(parts)) if rows else ""


def control(
    figures: Sequence[Mapping],
    chances: Sequence[Mapping],
    names: Mapping[str, Mapping],
    whole: str,
    part: str,
    returns: Sequence[Mapping] = (),
    place: Place | None = None,
) -> str:
    """The year's control figures of one measure by part: used against time, and the chance of staying within.

    Args:
        figures: Rows of one measure.
        chances: Rows of the gate's `control_chances`.
        names: Names by `region:<code>` and `sector:<code>`.
        whole: Code of the plan's own region.
        part: `region` or `sector`.
        returns: Rows of the gate's `control_returns`; a figure leads to the one that it stands in.
        place: Where we are; None where nobody can follow a link.
    """
    there = {(row["figure_of"], row["region_code"], row["sector_code"] or ""): row for row in returns} if place else {}
    within = {(row["measure"], row["region_code"], row["sector_code"]): row["probability_within"] for row in chances}
    lines = []
    for figure in figures:
        code = figure["sector_code"] if part == "sector" else figure["region_code"]
        is_whole = figure["region_code"] == whole and not figure["sector_code"]
        name = shown.named(names[f"{part}:{code}"]) if f"{part}:{code}" in names else code
        key = (figure["measure"], figure["region_code"], figure["sector_code"])
        chance, limit = within.get(key), shown.number(figure["figure"])
        limit = record_table.link("statistics", there[key], place, limit) if key in there else html.esc(limit)
        lines.append(
            (
                f"<b>{html.esc(say('app.what_if.whole'))}</b>" if is_whole else html.esc(name),
                f"{html.esc(shown.number(figure['used']))} / {limit}",
                _bar(figure),
                _pace(figure),
                shown.NOTHING if chance is None else html.chance(chance),
            )
        )
    heads = [say(f"app.what_if.{key}") for key in (part, "used", "share", "pace", "within")]
    return grid.table(heads, lines, caption=say("app.what_if.control_caption"), numbers=(1,))


def _bar(figure: Mapping) -> str:
    used, elapsed = figure["used_share"], figure["elapsed_share"]
    words = say("app.what_if.bar", used=shown.share(used), elapsed=shown.share(elapsed))
    return f"{html.progress(used, elapsed, words, is_used=True)}<small>{html.esc(words)}</small>"


def _pace(figure: Mapping) -> str:
    """Shape, word and colour of how a figure stands against time, and whether late reports bring it there (HTML)."""
    late = ""
    if figure["used"] > figure["figure"]:
        role, shape = "red", "■"
        words = say("app.what_if.over_figure", n=shown.number(figure["used"] - figure["figure"]))
    elif figure["is_over_pace"]:
        role, shape, words = "amber", "▲", say("app.what_if.over_pace")
        if pace_key(figure) == "over_with_late":
            late = f"<br><small>{html.esc(say('app.what_if.with_late', n=shown.number(late_of(figure))))}</small>"
    else:
        role, shape, words = "blue", "●", say("app.what_if.within_pace")
    return f'<span class="a-verdict a-c-{role}"><i>{shape}</i>{html.esc(words)}</span>{late}'


def agreement(figures: Sequence[Mapping], whole: str) -> str:
    """Whether the figures of the parts sum to the whole's, in words."""
    own = next((row for row in figures if row["region_code"] == whole and not row["sector_code"]), None)
    if own is None:
        return say("app.what_if.no_whole")
    said = []
    for key in ("regions_agree", "sectors_agree"):
        agrees = own.get(key)
        state = "unknown" if agrees is None else "yes" if agrees else "no"
        said.append(say(f"app.what_if.{key}_{state}"))
    return shown.capital(sentences.listed(said))


def measures(figures: Sequence[Mapping]) -> list[str]:
    """The measures that have control figures, deaths first."""
    found = dict.fromkeys(row["measure"] for row in figures)
    return sorted(found, key=lambda name: MEASURES.index(name) if name in MEASURES else len(MEASURES))


def by_part(figures: Sequence[Mapping], whole: str) -> dict[str, list[Mapping]]:
    """Figures of the regions and of the sectors, the whole first in both, then those used up most.

    Args:
        figures: Rows of one measure.
        whole: Code of the plan's own region.
    """
    own = [row for row in figures if row["region_code"] == whole and not row["sector_code"]]
    regions = [row for row in figures if row["region_code"] != whole and not row["sector_code"]]
    sectors = [row for row in figures if row["sector_code"]]

    def most_used(row: Mapping) -> float:
        return -(row["used_share"] if row["used_share"] is not None else float("inf"))

    return {"region": own + sorted(regions, key=most_used), "sector": own + sorted(sectors, key=most_used)}
