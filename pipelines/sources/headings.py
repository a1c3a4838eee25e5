"""Find the heading row under title lines, and what each heading means."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipelines.errors import PipelineError
from pipelines.sources.contract import MONEY_UNITS, Contract, ContractField, normalise_heading
from pipelines.sources.title_years import period_in_titles
from pipelines.sources.values import Period, Refused, to_period
from pipelines.texts import current_language, say

SEARCHED_ROWS = 40
_MIN_MATCHES = 2
_CLEAR_MATCHES, _LOOKED_BELOW = 5, 3  # so many headings in a row are its heading, unless one of the next rows has more
_UNIT_LINE = re.compile(r"(?:单位|單位|unit)\s*[::]\s*([^()\[\]【】]+)", re.IGNORECASE)
_BETWEEN_UNITS = re.compile(r"[\s、,;/和及]+")
_A_UNIT = re.compile(
    rf"[(\[【]?\s*({'|'.join(MONEY_UNITS)}|[万亿]?[人起件次场个处项间户份辆台套]|人次|家次?|公顷|亩|平方米|小时|分钟|秒|天|[%‰])\s*[)\]】]?"
)
PERIOD, VALUE = "period", "value"
_FEWEST_PERIODS = 2
_IN_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_LIKE, _LIKE_LATIN = 0.6, 0.75  # shares of signs in common from which a heading is called the nearest
_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass
class HeadingRow:
    """The heading of a table: `first` and `last` are its rows (0-based) among those that were looked at."""

    first: int
    last: int
    cells: list[str]
    units: list[str | None]
    matches: int


@dataclass
class Matched:
    """The headings of one table, given their meaning; see `RawTable` for the fields of the same name."""

    columns: dict[str, str]
    heading_units: dict[str, str] = field(default_factory=dict)
    unmatched_headings: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    periods: dict[str, str] = field(default_factory=dict)


def find_heading(rows: Sequence[Sequence[str]], means: Callable[[str], bool]) -> HeadingRow | None:
    """The row, or two rows one below the other, in which most cells are known headings.

    Args:
        rows: The first rows of a table; cells that are merged hold the text in each of their places.
        means: Whether a text is a heading that counts.

    Returns:
        None where no row has two such cells (or, in a table of fewer columns, one).

    >>> find_heading([["2024年事故"], ["编号", "死亡人数"]], {"编号", "死亡人数"}.__contains__).first
    1
    """
    best: HeadingRow | None = None
    searched = [[str(cell) for cell in row] for row in rows[:SEARCHED_ROWS]]
    for i, row in enumerate(searched):
        single = HeadingRow(i, i, row, [None] * len(row), _score(row, means))
        if best is None or single.matches > best.matches:
            best = single
        if best.matches >= _CLEAR_MATCHES and i >= best.last + _LOOKED_BELOW:
            searched = searched[: i + 1]
            break
    for i in range(len(searched) - 1):
        double = _two_rows(i, searched[i], searched[i + 1], means)
        if best is None or double.matches <= _MIN_MATCHES:
            continue
        spans_both = best.last == i + 1 and any(
            up.strip() and up == down and means(down) for up, down in zip(searched[i], searched[i + 1], strict=False)
        )
        if double.matches > best.matches or (double.matches == best.matches and spans_both):
            best = double
    if best is None:
        return None
    best = _with_units_below(best, searched)
    filled = sum(1 for cell in best.cells if cell.strip())
    return best if best.matches >= min(_MIN_MATCHES, max(filled, 1)) else None


def _with_units_below(heading: HeadingRow, rows: Sequence[list[str]]) -> HeadingRow:
    """The heading with the row below it, where that holds nothing but the units of its columns: （人）, （万元）."""
    below = rows[heading.last + 1] if heading.last + 1 < len(rows) else []
    said = [_A_UNIT.fullmatch(unicodedata.normalize("NFKC", cell).strip()) for cell in below]
    if not any(said) or any(cell.strip() and not unit for cell, unit in zip(below, said, strict=True)):
        return heading
    units = [unit.group(1) if unit else None for unit in said] + [None] * len(heading.cells)
    both = [own or unit for own, unit in zip(heading.units, units, strict=False)]
    return HeadingRow(heading.first, heading.last + 1, heading.cells, both, heading.matches)


def _score(cells: Sequence[str], means: Callable[[str], bool]) -> int:
    return len({normalise_heading(cell)[0] for cell in cells if cell.strip() and means(cell)})


def _two_rows(i: int, above: list[str], below: list[str], means: Callable[[str], bool]) -> HeadingRow:
    """A heading in two rows: group headings above, their parts below."""
    cells: list[str] = []
    units: list[str | None] = []
    width = max(len(above), len(below))
    above, below = above + [""] * (width - len(above)), below + [""] * (width - len(below))
    group = ""
    for parent, child in zip(above, below, strict=True):
        group = parent if parent.strip() else (group if child.strip() else "")
        unit = None
        if not child.strip() or child == group:
            cells.append(group)
        elif means(child):
            cells.append(child)
            unit = normalise_heading(group)[1] if normalise_heading(child)[1] is None else None
        elif means(group + child):
            cells.append(group + child)
        else:
            cells.append(f"{group}/{child}" if group else child)
        units.append(unit)
    return HeadingRow(i, i + 1, cells, units, _score(cells, means))


def match_headings(contract: Contract, heading: HeadingRow, shown: str, above: Sequence[Sequence[str]] = ()) -> Matched:
    """Give each column its field.

    Args:
        contract: What the kind of record accepts.
        heading: As found.
        shown: File (and sheet) for messages.
        above: The title rows, where a unit for all amounts may stand (单位：万元).

    Raises:
        PipelineError: Two columns for one field (`duplicate_headings`), or a required field without a column
            (`missing_columns`, with the nearest heading that was found).
    """
    found = Matched({})
    twice: dict[str, list[str]] = {}
    for i, cell in enumerate(heading.cells):
        if not cell.strip():
            continue
        meaning = contract.match(cell)
        unit = meaning.unit or heading.units[i]
        if meaning.use in ("field", "name"):
            if meaning.field in found.columns:
                first = heading.cells[int(found.columns[meaning.field][1:])]
                twice.setdefault(meaning.field, [first]).append(cell)
                continue
            found.columns[meaning.field] = f"c{i}"
            if unit:
                found.heading_units[meaning.field] = unit
        elif meaning.use == "dropped":
            found.dropped.append(f"c{i}")
        elif meaning.use == "unknown":
            found.unmatched_headings.append(one_line(cell))
    if twice:
        rows = [
            say("readers.rows.twice", field=label(contract, name), headings=listed(cells))
            for name, cells in twice.items()
        ]
        raise PipelineError("duplicate_headings", where=shown, rows=rows, n=len(twice), fields=sorted(twice))
    for name, place in contract.spare_for(found.columns, heading.cells).items():
        found.columns[name] = f"c{place}"
        found.unmatched_headings.remove(one_line(heading.cells[place]))
    _note_periods(contract, found, heading)
    found.unmatched_headings = [one for one in found.unmatched_headings if one not in found.periods.values()]
    _nothing_missing(contract, found, heading, shown)
    _common_unit(contract, found, above)
    if contract.date_field in found.columns and (period := period_in_titles(above, shown)):
        found.heading_units.setdefault(contract.date_field, period)
    return found


def _note_periods(contract: Contract, found: Matched, heading: HeadingRow) -> None:
    """Note the columns of statistics that each hold one period; none where anything about them leaves a doubt."""
    if contract.kind != "statistics" or "measure" not in found.columns or {PERIOD, VALUE} & found.columns.keys():
        return
    columns, seen, units = {}, set(), set()
    for i, cell in enumerate(heading.cells):
        period = _period_of(cell)
        if period is not None and f"c{i}" not in found.columns.values():
            columns[f"c{i}"] = one_line(cell)
            seen.add(period)
            units.add(normalise_heading(cell)[1] or heading.units[i])
    if len(seen) == len(columns) >= _FEWEST_PERIODS and len(units) == 1:
        found.periods = columns
        (unit,) = units
        found.heading_units |= {VALUE: unit} if unit else {}


def period_text(heading: str) -> str:
    """What a heading says of a period, without what stands in its brackets (2019年（万元）)."""
    return _IN_BRACKETS.sub("", heading).strip()


def _period_of(cell: str) -> Period | None:
    try:
        return to_period(period_text(cell))
    except Refused:
        return None


def _nothing_missing(contract: Contract, found: Matched, heading: HeadingRow, shown: str) -> None:
    there = found.columns.keys() | ({PERIOD, VALUE} if found.periods else set())
    missing = contract.missing_required(there)
    if not missing:
        return
    rows = []
    for lacking in missing:
        rows.append(_lacking(contract, lacking, found.unmatched_headings))
    years = [cell for cell in heading.cells if _period_of(cell) is not None]
    raise PipelineError(
        "years_as_columns"
        if len(years) > 1 and not found.periods and contract.kind == "statistics"
        else "missing_columns",
        where=shown,
        rows=rows,
        n=len(missing),
        fields=[lacking.name for lacking in missing],
        headings=listed([one_line(cell) for cell in heading.cells if cell.strip()][:20]),
        contract=contract.path,
    )


def _lacking(contract: Contract, field: ContractField, there: Sequence[str]) -> str:
    """A field without a column: the heading that may be meant, and those that are known (of places, for names too)."""
    names = contract.names if field.name == "region_code" else {}
    spare = [heading for name in (field.name, *names) for heading in contract.spare.get(name, ())]
    known = [field.name, *field.headings, *(heading for every in names.values() for heading in every), *spare]
    near = nearest(known, there)
    key = "readers.rows.missing_near" if near else "readers.rows.missing"
    told = say(key, field=label(contract, field.name), near=near or "", accepted=listed(field.headings[:4]))
    if not names:
        return told
    by_name = [heading_in(contract, name, current_language()) for name in names]
    return told + say("readers.rows.or_by_name", accepted=listed([*by_name, *spare[:2]]))


def _common_unit(contract: Contract, found: Matched, above: Sequence[Sequence[str]]) -> None:
    said = {unit for row in above for cell in row for unit in _units_of_money(cell)}
    if len(said) != 1:  # 单位：万元、亿元 says of no column which of them is its own
        return
    for each in contract.fields:
        if each.type == "money" and each.name in found.columns:
            found.heading_units.setdefault(each.name, *said)


def _units_of_money(cell: str) -> set[str]:
    """The units of money that a line above a table names for it, alone or beside others.

    >>> _units_of_money("事故台账（单位：起、人、万元）"), _units_of_money("填报单位：元氏县")
    ({'万元'}, set())
    """
    lists = _UNIT_LINE.findall(unicodedata.normalize("NFKC", str(cell)))
    return {unit for one in lists for unit in _BETWEEN_UNITS.split(one) if unit in MONEY_UNITS}


def label(contract: Contract, field_name: str) -> str:
    """A field as the reader of a message knows it: its first heading in the current language, and its name."""
    first = heading_in(contract, field_name, current_language())
    return f"{first} ({field_name})" if first and first.replace(" ", "_") != field_name else field_name


def heading_in(contract: Contract, field_name: str, language: str) -> str:
    """The first heading of a field in one language (zh or en); '' where the contract has none."""
    known = contract.by_name.get(field_name)
    headings = known.headings if known is not None else contract.names.get(field_name, ())
    return next((each for each in headings if bool(_CHINESE.search(each)) == (language == "zh")), "")


def nearest(accepted: Sequence[str], found: Sequence[str]) -> str | None:
    """Which of the headings found is most like one of those accepted; None where none is much like it.

    In Latin letters more must be alike: `FIXED` and `id` share two of their seven.
    """
    plain = {normalise_heading(heading)[0]: heading for heading in found}
    best: tuple[float, str] | None = None
    for heading in accepted:
        wanted = normalise_heading(heading)[0]
        like = _LIKE if _CHINESE.search(wanted) else _LIKE_LATIN
        for near in difflib.get_close_matches(wanted, list(plain), n=1, cutoff=like):
            ratio = difflib.SequenceMatcher(None, wanted, near).ratio()
            if best is None or ratio > best[0]:
                best = (ratio, plain[near])
    return best[1] if best else None


def one_line(cell: object, limit: int = 60) -> str:
    """A cell as it can stand in a message: on one line, not too long."""
    text = " ".join(str(cell).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def listed(items: Sequence[str]) -> str:
    """Some texts in quotation marks, in the language of the reader."""
    return say("readers.comma").join(say("readers.quoted", text=one_line(item)) for item in items)
