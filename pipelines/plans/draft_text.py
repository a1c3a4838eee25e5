"""The YAML of a drafted plan, with comments that say what is to be filled in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pipelines.plans.model import Period, Plan, Target
from pipelines.texts import current_language, say

if TYPE_CHECKING:
    from pipelines.plans.draft import Base

_ORDINALS = ("十三五", "十四五", "十五五", "十六五", "十七五")
_ENGLISH_ORDINALS = ("13th", "14th", "15th", "16th", "17th")
_NO_VALUE = ("monitored", "inherited")


def plan_text(
    before: Plan, plan_id: str, period: Period, parent: str | None, has_parent: bool, bases: Mapping[str, Base]
) -> str:
    """The whole file.

    Args:
        before: The plan that is followed.
        plan_id: Id of the draft.
        period: Its years.
        parent: Id that the plan above has, or will have.
        has_parent: Whether that plan is there.
        bases: By target, what its base is.
    """
    lines = [f"# {line}" for line in _said("head", before=before.id, title=before.title.of(current_language()))]
    lines += ["", f"id: {plan_id}", "title:"]
    title = _title(before, period)
    lines += [f"  {language}: {_text(title[language])}" for language in ("zh", "en")]
    lines += [f"# document_number: {_note('document_number')}", f"# issued_on: {_note('issued_on')}"]
    lines.append(f"draft: true  # {_note('draft')}")
    lines.append(f"region_code: {_text(before.region_code)}")
    if parent and has_parent:
        lines.append(f"parent: {parent}")
    else:
        lines.append("parent: null" + (f"  # {say('plan_draft.notes.parent', parent=parent)}" if parent else ""))
        if parent:
            note = {language: say("plan_draft.notes.parent_note", language) for language in ("zh", "en")}
            lines += ["parent_note:", *(f"  {language}: {_text(words)}" for language, words in note.items())]
        elif before.parent_note:
            note = {"zh": before.parent_note.zh, "en": before.parent_note.en}
            lines += ["parent_note:", *(f"  {language}: {_text(words)}" for language, words in note.items())]
    lines.append(f"period: {{start: {period.start}, end: {period.end}}}")
    lines.append(f"baseline_year: {period.start - 1}")
    lines += [f"figures: {before.figures}", "", "targets:"]
    for target in before.targets:
        lines += [*_target(target, _due_year(target, before.period, period), period, bases.get(target.id)), ""]
    return "\n".join(lines)


def _target(target: Target, due_year: int, period: Period, base: Base | None) -> Iterator[str]:
    yield f"  - id: {_text(target.id)}"
    yield f"    section: {_text(target.section)}  # {_note('section')}"
    yield f"    category: {target.category}"
    yield "    name:"
    yield f"      zh: {_text(target.name.zh)}"
    yield f"      en: {_text(target.name.en)}"
    yield f"    indicator: {target.indicator}"
    yield f"    kind: {target.kind}"
    if target.operator:
        yield f"    operator: {_text(target.operator)}  # {_note('operator')}"
    if target.kind not in _NO_VALUE:
        yield f"    value:  # {_note('value_reduction' if target.kind == 'reduction' else 'value')}"
        yield f"    unit: {_text(target.unit)}"
        if target.measured_as:
            yield "    measured_as:"
            yield f"      zh: {_text(target.measured_as.zh)}"
            yield f"      en: {_text(target.measured_as.en)}"
            yield f"    value_in_unit:  # {_note('value_in_unit')}"
        if target.required_share is not None:
            yield f"    required_share: {target.required_share:g}  # {_note('required_share')}"
        if target.each_region:
            yield f"    # each_region: {say('plan_draft.notes.each_region', n=len(target.each_region))}"
            for code in target.each_region:
                yield f"    #   {_text(code)}:"
    yield f'    printed: ""  # {_note("printed")}'
    if base is not None:
        yield f"    # {base.tell(target.id, target.name.of(current_language())).strip()}"
    if target.baseline is not None:
        yield f"    baseline:  # {_note('baseline')}"
        if target.baseline.first_year:
            yield f"      first_year: {target.baseline.first_year + period.start - 1 - target.baseline.year}"
        yield f"      year: {period.start - 1}"
    yield f"    due_year: {due_year}"
    yield f"    nature: {target.nature}  # {_note('nature')}"
    yield f'    clause: ""  # {_note("clause")}'
    yield f'    quote: ""  # {_note("quote")}'
    if target.gdp_basis:
        yield f"    gdp_basis: {target.gdp_basis}  # {_note('gdp_basis')}"
    if target.display:
        yield f"    display: {json.dumps(target.display.model_dump(), ensure_ascii=False)}"


def _due_year(target: Target, before: Period, period: Period) -> int:
    """The last year stays the last one; an earlier year keeps its distance from the first."""
    if target.due_year >= before.end:
        return period.end
    return min(period.start + max(target.due_year - before.start, 0), period.end)


def _title(before: Plan, period: Period) -> dict[str, str]:
    """The title with the number of the next plan; where it has none, with the years."""
    zh, en = before.title.zh, before.title.en
    number = (period.start - 2016) // 5 if (period.start - 2016) % 5 == 0 else -1
    if 0 < number < len(_ORDINALS) and _ORDINALS[number - 1] in zh:
        zh = zh.replace(_ORDINALS[number - 1], _ORDINALS[number])
        en = en.replace(_ENGLISH_ORDINALS[number - 1], _ENGLISH_ORDINALS[number])
    else:
        zh, en = f"{zh} {period.start}—{period.end}", f"{en} {period.start}–{period.end}"
    return {"zh": f"{zh}（草稿）", "en": f"{en} (draft)"}


def _said(key: str, **facts: object) -> list[str]:
    return say(f"plan_draft.{key}", **facts).splitlines()


def _note(key: str) -> str:
    return say(f"plan_draft.notes.{key}")


def _text(value: object) -> str:
    """A text in quotation marks, which YAML reads as JSON does."""
    return json.dumps(value, ensure_ascii=False)
