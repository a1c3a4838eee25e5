"""The tables of the page: this year beside the two before, part by part, as HTML and as plain rows for a download."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dashboard import format as shown
from dashboard.address import Place
from dashboard.components import grid, html
from dashboard.quarterly import words
from pipelines.situation import APART, BACKS, FINE, SUFFIXES, YEARS, Value
from pipelines.situation import by_number as by_number
from pipelines.situation import happened as happened
from pipelines.situation import is_least as is_least
from pipelines.situation import is_uncounted as is_uncounted
from pipelines.situation import name_of as name_of
from pipelines.situation import of_cut as of_cut
from pipelines.situation import values as values
from pipelines.texts import say

Why = Callable[[str, int, str], str]
"""Measure, years back, column of the sums: why it is not known, as `situation.why_missing` says it."""

SHOWN = 8
LINKED = {"sector": "sector", "region": "region", "type": "type", "cause": "cause", "grade": "grade", "month": "month"}
"""Cuts whose parts the page of records can list, by the name of its filter."""


def comparison(
    rows: Sequence[Mapping],
    year: int,
    head: str,
    *,
    bars: bool = True,
    tested: bool = True,
    place: Place | None = None,
    there: Mapping[int, Mapping[str, object]] | None = None,
) -> str:
    """Accidents and deaths of this year, last year and the year before, with the change and whether it is a signal.

    Args:
        rows: Parts in the order in which they stand; a row with `is_sum` is set apart.
        year: This year.
        head: What the parts are.
        bars: Whether each part gets a bar of this year's accidents, with a tick at last year's.
        tested: Whether there is a column for the test.
        place: Where we are; the parts then lead to their records.
        there: Query keys under which the records are just those that are counted, by years back; numbers of a year
            without any stand without a way to their records.
    """
    most = max((max(row["accidents"], row["accidents_before"]) for row in rows if not row.get("is_sum")), default=0)
    top = [f'<th scope="col" rowspan="2">{html.esc(head)}</th>']
    top += ['<th rowspan="2" class="q-barhead"></th>'] if bars else []
    top += [
        f'<th colspan="4" scope="colgroup">{html.esc(say("app.quarterly.accidents"))}</th>',
        f'<th rowspan="2" scope="col">{html.esc(say("app.quarterly.signal"))}</th>' if tested else "",
        f'<th colspan="4" scope="colgroup">{html.esc(say("app.quarterly.deaths"))}</th>',
    ]
    years = [f"<th class=a-n scope=col>{year - back}</th>" for back in range(3)]
    years.append(f"<th scope=col>{html.esc(say('app.quarterly.against'))}</th>")
    body = "".join(_line(row, most, year, place, there or {0: {}}, bars=bars, tested=tested) for row in rows)
    return (
        '<div class="a-scroll"><table class="a-table q-table"><thead>'
        f"<tr>{''.join(top)}</tr><tr>{''.join(years * 2)}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _way(row: Mapping, words: str, place: Place | None, year: int, counted: Mapping[str, object] | None) -> str:
    """Words that lead to the records of a part in a year (HTML); only the words where there is no way to them."""
    key = LINKED.get(row["cut"])
    if place is None or counted is None or not (row["cut"] == "total" or (key and row["code"])):
        return html.esc(words)
    there = {**counted, "kind": "accidents", "year": year, "quarter": "", "part": "", "target": ""}
    if key:
        there[key] = f"{year}-{int(row['code']):02d}" if key == "month" else row["code"]
    return grid.link("records", place, words, **there)


def count(row: Mapping, measure: str, back: int = 0) -> str:
    """A count; where nobody has reported, or nothing was collected then, that is said instead of zero."""
    n = row[f"{measure}{SUFFIXES[back]}"]
    if back in row.get("uncounted", {}).get(measure, ()):
        return shown.missing("not_collected")
    if _is_unknown(row, measure, back):
        return shown.missing(row["unknown"][back])
    return shown.number(n)


def _is_unknown(row: Mapping, measure: str, back: int) -> bool:
    """Whether a zero says nothing, because returns of that year are out or were not there yet."""
    return not row[f"{measure}{SUFFIXES[back]}"] and back in row.get("unknown", ())


def _line(
    row: Mapping,
    most: int,
    year: int,
    place: Place | None,
    there: Mapping[int, Mapping[str, object]],
    *,
    bars: bool,
    tested: bool,
) -> str:
    def led(words: str, measure: str, back: int) -> str:
        """Words, with the way to what is counted where something is."""
        is_any = row[f"{measure}{SUFFIXES[back]}"] and row[f"accidents{SUFFIXES[back]}"]
        return _way(row, words, place if is_any else None, year - back, there.get(back))

    name = row.get("name") or name_of(row)
    cells = [f'<th scope="row">{html.esc(name) if row["cut"] == "total" else led(name, "accidents", 0)}</th>']
    if bars:
        before = None if _is_unknown(row, "accidents", 1) else row["accidents_before"]
        cells.append(f"<td class=q-bar>{'' if row.get('is_sum') else bar(row['accidents'], before, most)}</td>")
    for measure in ("accidents", "deaths"):
        now, before = row[measure], row[f"{measure}_before"]
        cells += [f"<td class=a-n>{led(count(row, measure, back), measure, back)}</td>" for back in range(3)]
        cells.append(f"<td class=q-change>{html.esc(words.of_row(row, measure))}</td>")
        if measure == "accidents" and tested:
            said = words.finding(row["finding"]) if now or before else shown.NOTHING
            cells.append(f'<td class="q-{row["finding"]}">{html.esc(said)}</td>')
    kind = " class=q-sum" if row.get("is_sum") else ""
    return f"<tr{kind}>{''.join(cells)}</tr>"


def bar(now: int, before: int | None, most: int) -> str:
    """A bar as long as this year's count, with a tick at last year's where that is known."""
    if not most:
        return ""
    label = say("app.quarterly.bar", now=now, before=shown.NOTHING if before is None else before)
    tick = "" if before is None else f'<u style="left:{before / most * 100:.0f}%"></u>'
    return (
        f'<span class="q-inbar" role="img" aria-label="{html.esc(label)}">'
        f'<b style="width:{now / most * 100:.0f}%"></b>{tick}</span>'
    )


def sectors(rows: Sequence[Mapping]) -> list[Mapping]:
    """The total, then road traffic and fire apart, then the industrial sectors with their sum, then the rest."""
    parts = [row for row in of_cut(rows, "sector") if happened(row)]
    apart = [row for code in APART for row in parts if row["code"] == code]
    industrial = [row for row in parts if row.get("is_industrial") and row["code"] not in APART]
    rest = [row for row in parts if row not in apart and row not in industrial]
    total = [{**row, "is_sum": True} for row in of_cut(rows, "total")]
    group = [summed(industrial, say("app.quarterly.industrial"))] if len(industrial) > 1 else []
    return [*total, *apart, *group, *industrial, *rest]


def places(rows: Sequence[Mapping]) -> list[Mapping]:
    """The total, then the regions by official code; accidents of none of them stand last, so that parts sum."""
    parts = of_cut(rows, "region")
    known = [row for row in parts if row["code"]]
    return [*[{**row, "is_sum": True} for row in of_cut(rows, "total")], *known, *[r for r in parts if not r["code"]]]


def summed(rows: Sequence[Mapping], name: str) -> Mapping:
    """The industrial sectors as one row, with the finding of their sum."""
    keys = [f"{measure}{suffix}" for measure in ("accidents", "deaths") for suffix in SUFFIXES]
    sums = {key: sum(row[key] for row in rows) for key in keys}
    found = rows[0].get("finding_of_industrial")
    same = ("is_broken", "unknown", "uncounted")  # all are of the same returns
    marks = {key: rows[0][key] for key in same if key in rows[0]}
    return {"cut": "sum", "code": "", "name": name, "is_sum": True, "finding": found, **marks, **sums}


def plain(rows: Sequence[Mapping], year: int) -> tuple[list[str], list[list[object]]]:
    """Headings and rows of every cut for a download; numbers stay numbers."""
    heads = [say("app.quarterly.cut"), say("app.quarterly.part")]
    for name in ("accidents", "deaths", "serious_injuries"):
        heads += [f"{say(f'app.quarterly.{name}')} {year - back}" for back in range(3)]
    heads += [say("app.quarterly.signal"), "p", "q"]
    body = []
    for row in rows:
        cells: list[object] = [say(f"app.quarterly.cuts.{row['cut']}"), name_of(row)]
        for name in ("accidents", "deaths", "serious_injuries"):
            uncounted = row.get("uncounted", {}).get(name, ())
            counts = [row[f"{name}{suffix}"] for suffix in SUFFIXES]
            none = {back for back, n in enumerate(counts) if back in uncounted or (not n and back in row["unknown"])}
            cells += [None if back in none else n for back, n in enumerate(counts)]
        cells += [
            say(f"app.quarterly.finding.{row['finding']}") if row["finding"] else "",
            row["p_value"],
            row["q_value"],
        ]
        body.append(cells)
    return heads, body


def amount(measure: str, value: float) -> str:
    """A sum of a measure: money in 元, everything else as a number."""
    if measure.endswith("_fen"):
        return shown.money(int(value))
    return shown.number(value, 1 if abs(value) < FINE else 0, trim=abs(value) < FINE)


def cell(measure: str, value: Value, why: Why, back: int = 0, column: str = "to_date") -> str:
    """A sum, or why it is not known; that nothing happened this year is said in words and no zero.

    Args:
        measure: Code.
        value: Sums.
        why: Why one of them is not known.
        back: Years back.
        column: Of the sums.
    """
    if missing := why(measure, back, column):
        return shown.missing(missing)
    n = value(measure, back, column)
    if is_least(value, measure, back, column):
        return say("assessment.at_least") + amount(measure, n)
    return amount(measure, n) if n or back else say("app.missing.no_event")


def mean(measure: str, value: Value, column: str = "to_date") -> tuple[float, str]:
    """The mean of a measure over the same months of the five years before, as a number and in words."""
    n = sum(value(measure, back, column) for back in BACKS) / YEARS
    is_above = any(is_least(value, measure, back, column) for back in BACKS)
    return n, (say("assessment.at_least") if is_above else "") + amount(measure, n)


def measures(
    names: Mapping[str, Mapping],
    chosen: Sequence[str],
    value: Value,
    year: int,
    why: Why,
    *,
    is_broken: bool = False,
) -> str:
    """Measures of one kind of record: this year, the two before, and the change.

    Args:
        names: Names of the measures.
        chosen: Measures in the order in which they stand.
        value: Sums to date.
        year: This year.
        why: Why one of them is not known.
        is_broken: Whether no change is computed: a change of definition lies between the years, or returns are out.
    """
    heads = [
        say("app.quarterly.item"),
        *[str(year - back) for back in range(3)],
        say("app.quarterly.against"),
    ]
    body = []
    for measure in chosen:
        now, before = (value(measure, back) for back in range(2))
        compare = words.money_change if measure.endswith("_fen") else words.change
        is_unknown = is_broken or any(
            why(measure, back, "to_date") or is_least(value, measure, back) for back in range(2)
        )
        said = compare(now, before) if (now or before) and not is_unknown else shown.NOTHING
        name = shown.named(names.get(measure, {})) or measure
        body.append([name, *(cell(measure, value, why, back) for back in range(3)), said])
    return html.table(heads, body, numbers=(1, 2, 3))
