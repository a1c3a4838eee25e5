"""The parts of the indicator page as HTML: headline, reasons, room, clause, formula, doubts, the table twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard import format as shown
from dashboard import modes, sentences
from dashboard.address import Place
from dashboard.charts.waterfall import signed
from dashboard.components import grid, html
from dashboard.components import trust as lines
from dashboard.components.board import pace_words
from pipelines.assessment.verdict import probability_words
from pipelines.original import original
from pipelines.standing import has_regressed, pace_share, told_verdict
from pipelines.texts import current_language, has, say

DECIDED = ("met", "not_met")
"""Verdicts after which nothing is required any more."""


def above(row: Mapping, view) -> str:
    """Where we are and how fresh the data are."""
    parts = [
        html.esc(shown.named(view.plan, "title")),
        html.esc(say(f"app.nature.{row['nature']}")),
        html.esc(shown.kind(row)),
        html.esc(say("app.data_until", day=shown.day(view.as_of))),
    ]
    if view.plan["is_synthetic"]:
        parts.append(html.synthetic_mark())
    return " · ".join(parts)


def headline(row: Mapping) -> str:
    """The page's sentence: the value, how far from its path, the target, and the chance where there is one."""
    name = shown.named(row)
    if row["value_now"] is None:
        text = say("app.indicator.head_no_value", name=name, missing=shown.missing(_missing_reason(row)))
    elif shown.furthest(row):
        text = say("app.indicator.head_of_regions", name=name, reason=sentences.reason(row))
    else:
        value = shown.value_now(row)
        key = {"period_total": "head_total", "period_mean": "head_mean"}.get(row["kind"], "head_value")
        text = say(f"app.indicator.{key}", name=name, year=row["value_year"], value=value)
        text += _gap(row)
    if row["kind"] == "monitored":
        return text + say("app.indicator.head_watch") + say("app.full_stop")
    if row["target_value"] is not None:
        printed = row.get("printed") if row["kind"] == "reduction" and current_language() == "zh" else None
        demand = (
            say("app.indicator.head_printed", target=shown.target(row), printed=printed)
            if printed
            else shown.target(row)
        )
        text += say("app.indicator.head_target", year=row["due_year"] or "", target=demand)
    if sentences.chance_of(row) is not None:
        text += say("app.indicator.head_chance", chance=probability_words(sentences.chance_of(row)))
        if row.get("forecast_on"):
            text += say("app.indicator.head_forecast_of", day=shown.day(row["forecast_on"]))
    return text + say("app.full_stop")


def _missing_reason(row: Mapping) -> str:
    facts = shown.parsed(row["reason_facts"], {}) or {}
    return facts.get("missing_reason") or ("not_tested" if row["kind"] == "events" else "not_reported")


def _gap(row: Mapping) -> str:
    if row["required_now"] is None:
        return ""
    gap = shown.apart(row["value_now"] - row["required_now"], row)
    if not any(digit in gap for digit in "123456789"):
        return say("app.indicator.head_on")
    key = "head_above" if row["value_now"] > row["required_now"] else "head_below"
    points = f" {say('app.change.points')}" if shown.unit(row) == "%" else ""
    return say(f"app.indicator.{key}", gap=f"{gap}{points}")


def nothing_to_draw(row: Mapping, years: Sequence[Mapping], fan: Sequence[Mapping], place: Place) -> str:
    """Instead of an empty figure: that no year has a value, what it is computed from, and where to see what is out.

    Args:
        row: The target.
        years: Its years.
        fan: Its forecast.
        place: Where we are.

    Returns:
        HTML; an empty text where something is known and can be drawn.
    """
    if fan or any(year["value"] is not None for year in years):
        return ""
    why = say("app.indicator.nothing_known", formula=shown.named(row, "formula"))
    there = grid.link("data_loads", place, say("app.indicator.nothing_link"), target="", year="")
    return f"<p>{html.esc(why)}</p>" + ("" if modes.mode() else f'<p class="a-trust">{there}</p>')


def alt(row: Mapping, years: Sequence[Mapping]) -> str:
    """What the trajectory shows, for those who do not see it."""
    points = [f"{y['year']} {shown.in_display_unit(y['value'], row)}" for y in years if y["value"] is not None]
    return say("app.indicator.alt", name=shown.named(row), points=sentences.listed(points), target=shown.target(row))


def why(row: Mapping) -> str:
    """The verdict's reason and the numbers beside it."""
    unit = shown.unit(row)

    def with_unit(value: float | None) -> str:
        return html.esc(shown.with_unit(shown.in_display_unit(value, row), unit))

    pairs = []
    if row["value_now"] is not None:
        now = f"<b>{html.esc(shown.value_now(row))}</b>"
        pairs.append((say("app.indicator.value_now", year=row["value_year"]), now))
    if row.get("total_so_far") is not None:
        pairs.append((say("app.indicator.total_so_far"), with_unit(row["total_so_far"])))
    if row["required_now"] is not None:
        required = html.esc(shown.with_unit(shown.required(row), unit))
        pairs.append((say("app.indicator.required_now", year=row["value_year"]), required))
    if pace_share(row) is not None:
        name = "app.indicator.used" if sentences.is_cap(row) else "app.indicator.pace"
        done = say("app.board.regressed") if has_regressed(row) else shown.share(row["pace_share"])
        words = [done, pace_words(row)]
        pairs.append((say(name), html.esc(" · ".join(word for word in words if word != shown.NOTHING))))
    if row["elapsed_share"] is not None:
        words = shown.share(row["elapsed_share"])
        if row["value_year"]:
            then = shown.share(sentences.elapsed_then(row))
            words = say("app.indicator.elapsed_both", now=words, year=row["value_year"], then=then)
        pairs.append((say("app.indicator.elapsed"), html.esc(words)))
    if row["required_rate"] is not None and row["verdict"] not in DECIDED:
        pairs.append((say("app.indicator.required_rate"), html.esc(shown.required_rate(row))))
    if row["room"] is not None:
        name = "app.indicator.room" if row["room"] >= 0 else "app.indicator.gap"
        pairs.append((say(name), html.esc(shown.with_unit(shown.apart(row["room"], row), unit))))
    if row["year_to_date"] is not None:
        both = f"{with_unit(row['year_to_date'])} / {with_unit(row['year_to_date_before'])}"
        name = f"{say('app.indicator.year_to_date')} / {say('app.indicator.year_to_date_before')}"
        pairs.append((name, f"{both} <small>{html.esc(say('app.indicator.not_judged'))}</small>"))
    notes = [say(f"assessment.flags.{flag}") for flag in shown.flags(row) if has(f"assessment.flags.{flag}")]
    below = "".join(f'<p class="a-doubt">{html.esc(text)}</p>' for text in notes)
    body = f"<p>{html.esc(sentences.reason(row))}</p>{html.facts(pairs)}{below}"
    return html.card(say("app.indicator.why", verdict=say(f"verdicts.{told_verdict(row)}")), body)


def parts(row: Mapping, contributions: Sequence[Mapping], years: Sequence[Mapping], names: Mapping[str, Mapping]):
    """Title, start, steps and end of the waterfall, or None when two years cannot be compared.

    The change since the baseline: the numerator by sector where there are any, else by region, else as one; then the
    denominator.
    """
    values = {year["year"]: year["value"] for year in years if year["value"] is not None}
    first, chosen = _chosen(contributions)
    if len(chosen) < 2 or first not in values or chosen[0]["to_year"] not in values:
        return None
    last = chosen[0]["to_year"]
    steps = [(_part_name(c["part"], names), c["amount"]) for c in chosen]
    title = say("app.indicator.decomposition", from_year=first, to_year=last)
    return title, (str(first), values[first]), steps, (str(last), values[last])


def why_no_parts(
    row: Mapping, contributions: Sequence[Mapping], years: Sequence[Mapping], names: Mapping[str, Mapping]
) -> str:
    """Why there is no waterfall: nothing changed, one part alone did, the value has no parts, no two years compare."""
    known = [year for year in years if year["value"] is not None]
    if len(known) < 2 or "crosses_break" in shown.flags(row):
        return say("app.indicator.no_decomposition")
    first, chosen = _chosen(contributions)
    last = chosen[0]["to_year"] if chosen else known[-1]["year"]
    start = first if first is not None else known[0]["year"]
    values = {year["year"]: year["value"] for year in known}
    if start in values and values.get(last) == values[start]:
        return say("app.indicator.no_change", from_year=start, to_year=last)
    if len(chosen) == 1:
        return say("app.indicator.one_part", from_year=start, to_year=last, part=_part_name(chosen[0]["part"], names))
    return say("app.indicator.no_decomposition" if chosen else "app.indicator.no_parts")


def _chosen(contributions: Sequence[Mapping]) -> tuple[int | None, list[Mapping]]:
    """The year from which the change is told, and the parts that tell it."""
    changes = [c for c in contributions if not c["part"].startswith("year:")]
    first = min((c["from_year"] for c in changes), default=None)
    span = [c for c in changes if c["from_year"] == first]
    whole = sorted(
        (c for c in span if c["part"] in ("numerator", "denominator")), key=lambda c: c["part"] != "numerator"
    )
    inside = next((found for found in (_of(span, "sector:"), _of(span, "region:")) if found), [])
    return first, [*inside, *[c for c in whole if c["part"] == "denominator"]] if inside else whole


def _of(contributions: Sequence[Mapping], kind: str) -> list[Mapping]:
    return [c for c in contributions if c["part"].startswith(kind) and c["amount"]]


def _part_name(part: str, names: Mapping[str, Mapping]) -> str:
    if part in ("numerator", "denominator"):
        return say(f"app.indicator.{part}")
    code = part.partition(":")[2]
    return shown.named(names[part]) if part in names else (code or say("app.indicator.unassigned"))


def clause(row: Mapping, plan: Mapping) -> str:
    """The plan's own words, where they stand."""
    quote = (
        f'<p class="a-quote">{html.esc(original("“" + row["quote"] + "”"))}</p>'
        if row["quote"]
        else f"<p>{html.esc(say('app.indicator.no_quote'))}</p>"
    )
    demand = shown.quoted_demand(row)
    if demand:
        quote += f'<p class="a-quote">{html.esc(say("app.indicator.quoted_demand", demand=original(demand)))}</p>'
    place = " · ".join(
        str(part) for part in (shown.named(plan, "title"), original(row["clause"] or row["section"] or "")) if part
    )
    return html.card(say("app.indicator.clause"), f"{quote}<small>{html.esc(place)}</small>")


def definition(row: Mapping) -> str:
    """Formula, meaning, computation, and what the number must not be used for."""
    explain = shown.parsed(row["explain"], {}) or {}
    pairs = [(say("app.indicator.formula"), html.esc(shown.named(row, "formula")))]
    if shown.named(row, "measured_as"):
        pairs.insert(0, (say("app.indicator.measured_as"), html.esc(shown.named(row, "measured_as"))))
    for key, name in (("what", "definition"), ("how_we_compute", "how"), ("do_not_use_for", "dont")):
        words = _words(explain.get(key))
        if words:
            pairs.append((say(f"app.indicator.{name}"), html.esc(words)))
    return html.card(say("app.indicator.formula"), html.facts(pairs))


def _words(text: object) -> str:
    if isinstance(text, Mapping):
        return str(text.get(current_language()) or text.get("zh") or "")
    return str(text or "")


def doubts(row: Mapping) -> str:
    """What is doubtful in the plan's own print, and how the printed baseline compares with the recomputed one."""
    said = [_words(doubt) for doubt in shown.parsed(row["doubts"], []) or []]
    if row["baseline_printed"] is not None and row["baseline_value"] is not None:
        said.append(
            say(
                "app.indicator.baseline_printed",
                printed=shown.in_display_unit(row["baseline_printed"], row),
                computed=shown.in_display_unit(row["baseline_value"], row),
            )
        )
    body = "".join(f"<p>{html.esc(text)}</p>" for text in said) or f"<p>{html.esc(say('app.indicator.no_doubts'))}</p>"
    return html.card(say("app.indicator.doubts"), body)


def twin(row: Mapping, years: Sequence[Mapping], path: Sequence[Mapping]) -> str:
    """The trajectory as a table: value, numerator, denominator, required path and state of each year.

    Args:
        row: The assessed target.
        years: Its yearly values.
        path: Its required path.
    """
    money = [row.get(f"{side}_unit") == "分" for side in ("numerator", "denominator")]
    required = {p["year"]: p["required"] for p in path}
    values = {year["year"]: year for year in years}
    cells = []
    for year in sorted(set(required) | set(values)):
        one = values.get(year)
        cells.append(
            (
                str(year),
                _value(one, row),
                shown.NOTHING if one is None else _plain(one["numerator"], money[0]),
                shown.NOTHING if one is None else _plain(one["denominator"], money[1]),
                shown.in_display_unit(required.get(year), row),
                _state(one),
            )
        )
    heads = [
        say(f"app.indicator.{key}")
        for key in ("year", "value", "numerator_value", "denominator_value", "required", "state")
    ]
    caption = f"{shown.named(row)} · {shown.unit(row)}"
    return html.table(heads, cells, numbers=(1, 2, 3, 4), caption=caption)


def parts_twin(found: tuple, row: Mapping) -> str:
    """The waterfall as a table: value before, each part with its sign, value after."""
    title, start, steps, end = found
    cells = [(start[0], shown.in_display_unit(start[1], row))]
    cells += [(name, signed(amount, row)) for name, amount in steps]
    cells.append((end[0], shown.in_display_unit(end[1], row)))
    return html.table(["", f"{shown.named(row)} · {shown.unit(row)}"], cells, numbers=(1,), caption=title)


def _value(year: Mapping | None, row: Mapping) -> str:
    if year is None:
        return shown.NOTHING
    return shown.missing(year["missing_reason"]) if year["value"] is None else shown.in_display_unit(year["value"], row)


def _plain(value: float | None, is_money: bool) -> str:
    return shown.money(value) if is_money else shown.number(value, 2, trim=True)


def _state(year: Mapping | None) -> str:
    if year is None or year["value"] is None:
        return shown.NOTHING
    if not year["is_complete"]:
        return say("app.indicator.incomplete")
    return say("app.indicator.final") if year["is_final"] else say("app.chart.provisional")


def trust(row: Mapping, view, sources: Sequence[str]) -> str:
    """Source, data date, scope, clause and formula of the figure above, and the way to its records below."""
    clause, formula = row["clause"] or row["section"] or "", shown.named(row, "formula")
    link = "" if modes.mode() else '<a href="#records">' + html.esc(say("app.trust.records")) + "</a>"
    return lines.line(view, sources=sources, clause=clause, formula=formula, link=link)


def breaks(rows: Sequence[Mapping]) -> list[tuple[float, str]]:
    """Where the definition of the series changed, on the axis of years, and what changed.

    A point stands for a whole year, so that a change on 1 January lies between two points.
    """
    found = []
    for row in rows:
        day = row["begins_on"]
        found.append((day.year - 0.5 + (day.timetuple().tm_yday - 1) / 365, shown.named(row)))
    return found
