"""The data dictionary, written from the catalogue and the code lists.

`python -m pipelines.catalogue.dictionary` writes `docs/data-dictionary.md` and `docs/data-dictionary.zh.md` again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pipelines.catalogue.model import Denominator, Indicator, Operand
from pipelines.catalogue.read import load_catalogue
from pipelines.sources.contract import Contract
from pipelines.texts import LANGUAGES, say

FILES = {"en": "data-dictionary.md", "zh": "data-dictionary.zh.md"}
# Long lists are named with their size; short ones are printed whole.
PRINTED_ROWS = 120


def dictionary(
    catalogue: Mapping[str, Indicator], codes: Path, used_by: Mapping[str, Sequence[str]], language: str
) -> str:
    """The whole page as Markdown.

    Args:
        catalogue: From `load_catalogue`.
        codes: Folder of the code lists.
        used_by: Indicator id → targets that use it, as they should be shown.
        language: `zh` or `en`.
    """
    parts = [f"# {_say('title', language)}", _say("generated", language), f"## {_say('indicators', language)}"]
    parts += [_indicator(entry, used_by.get(entry.id, ()), language) for entry in catalogue.values()]
    parts.append(f"## {_say('measures', language)}")
    parts.append(_measures(codes / "measures.csv", "kind", language))
    parts.append(f"## {_say('statistics', language)}")
    parts.append(_measures(codes / "statistics_measures.csv", "nature", language))
    parts += [f"## {_say('records', language)}", _say("records_are", language)]
    parts += _records(codes, language)
    parts.append(f"## {_say('codes', language)}")
    parts += [_code_list(file) for file in sorted(codes.glob("*.csv")) if "measures" not in file.name]
    return "\n\n".join(parts) + "\n"


def _indicator(entry: Indicator, used_by: Sequence[str], language: str) -> str:
    other = "zh" if language == "en" else "en"
    rows = [
        ("id", f"`{entry.id}`"),
        ("form", _say(f"forms.{entry.form}", language)),
        ("unit", _unit(entry, language)),
        ("formula", entry.formula.of(language)),
        ("reads", ", ".join(_reads(entry))),
        ("better", _say(entry.better, language)),
        ("bounds", _bounds(entry, language)),
        ("minimum", _minimum(entry, language)),
        ("what", entry.explain.what.of(language)),
        ("how", entry.explain.how_we_compute.of(language)),
        ("dont", entry.explain.do_not_use_for.of(language)),
        ("caveats", " ".join(say(f"catalogue.caveats.{code}", language) for code in entry.caveats) or "—"),
        ("owner", entry.owner.of(language)),
        ("used_by", ", ".join(used_by) or _say("unused", language)),
    ]
    head = f"### {entry.title.of(language)}\n\n{entry.title.of(other)}"
    return head + "\n\n" + _table(("", ""), [(_say(key, language), text) for key, text in rows])


def _unit(entry: Indicator, language: str) -> str:
    own, shown = entry.unit.of(language), entry.display.unit.of(language)
    return own if own == shown else f"{own} → {shown}"


def _reads(entry: Indicator) -> Iterable[str]:
    for operand in filter(None, (entry.numerator, entry.denominator)):
        kind, name = operand.source()
        yield f"`{kind}: {name}`" + _where(operand)


def _where(operand: Operand) -> str:
    notes = [f"published: {operand.published}"] if operand.published else []
    notes += [f"hazards: {', '.join(operand.hazards)}"] if operand.hazards else []
    notes += [operand.at] if isinstance(operand, Denominator) else []
    return f" ({'; '.join(notes)})" if notes else ""


def _bounds(entry: Indicator, language: str) -> str:
    low, high = (_say("no_limit", language) if limit is None else f"{limit:g}" for limit in entry.bounds.value)
    said = [_say("values", language, low=low, high=high)]
    if entry.bounds.denominator_growth:
        least, most = (f"{100 * share:+g} %" for share in entry.bounds.denominator_growth)
        said.append(_say("growth", language, low=least, high=most))
    return "; ".join(said)


def _minimum(entry: Indicator, language: str) -> str:
    said = [_say("years", language, n=entry.minimum.years)]
    if entry.minimum.denominator:
        said.append(_say("denominator_at_least", language, n=f"{entry.minimum.denominator:,.0f}"))
    return "; ".join(said)


def _measures(file: Path, column: str, language: str) -> str:
    heads = (_say("id", language), _say("name", language), _say("unit", language), _say(column, language))
    rows = [(f"`{r['measure']}`", r[f"name_{language}"], r["unit"], r[column]) for r in _rows(file)]
    return _table(heads, rows)


def _records(codes: Path, language: str) -> Iterable[str]:
    """The fields of every kind of record, as its contract and its blank form say."""
    from pipelines.sources.codes import read_codes
    from pipelines.sources.contract import KINDS
    from pipelines.templates.fields import describe_form

    known = read_codes(codes)
    heads = [_say(key, language) for key in ("field", "heading", "unit", "needed", "list", "what", "headings")]
    for kind in KINDS:
        form = describe_form(kind, known, None, language)
        rows = [
            (
                f"`{column.field.name}`",
                column.heading.removesuffix(" *"),
                column.unit,
                _say("is_needed", language) if column.field.required else "",
                column.field.codes or "",
                column.meaning,
                _headings(form.contract, column.field.name, column.field.headings, language),
            )
            for column in form.columns
        ]
        rows += [
            (
                f"`{name}`",
                headings[0],
                "",
                "",
                "",
                _say("place_by_name", language),
                _headings(form.contract, name, headings, language),
            )
            for name, headings in form.contract.names.items()
        ]
        yield f"### {say(f'app.kinds.{kind}', language)} (`{kind}`)\n\n{_table(heads, rows)}"


def _headings(contract: Contract, name: str, known: Sequence[str], language: str) -> str:
    """The headings of a field, in brackets those that mean it where no other column does."""
    spare = [f"({heading})" for heading in contract.spare.get(name, ())]
    return say("sources.comma", language).join([*known, *spare])


def _code_list(file: Path) -> str:
    rows = _rows(file)
    shown = [tuple(row.values()) for row in rows[:PRINTED_ROWS]]
    return f"### {file.name} ({len(rows)})\n\n" + _table(tuple(rows[0]), shown)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def _say(key: str, language: str, **facts: object) -> str:
    return say(f"catalogue.dictionary.{key}", language, **facts)


def targets_by_indicator(plans_folder: Path) -> dict[str, list[str]]:
    """Indicator id → `plan target` of every target that uses it."""
    from pipelines.plans.read import load_plans

    used: dict[str, list[str]] = {}
    for plan in load_plans(plans_folder).values():
        for target in plan.targets:
            used.setdefault(target.indicator, []).append(f"{plan.id} {target.id}")
    return used


def write(root: Path) -> None:
    """Write the page in both languages below `root/docs`."""
    used_by = targets_by_indicator(root / "data/plans")
    for language in LANGUAGES:
        text = dictionary(load_catalogue(), root / "data/codes", used_by, language)
        (root / "docs" / FILES[language]).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(__file__).resolve().parents[2])
