"""What stands behind a sentence: what was not reported, what is counted in part only, and what is not comparable."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from pipelines.assessment.rejected import Rejects
from pipelines.assessment.values import Reader
from pipelines.assessment.view import View
from pipelines.errors import SHOWN_ROWS
from pipelines.texts import say

_OF_YEARS = ("period_mean", "period_total", "every_year")


def caveats_of(view: View) -> dict[str, object]:
    """Facts (fit for JSON) of every caveat that applies."""
    return _lacking(view) | _least(view) | _blanks(view) | _breaks(view)


def tell_years(years: Sequence[int], language: str | None = None) -> str:
    """Years in words, those that follow each other drawn together: `2021—2023年、2025年`, `2021–2023 and 2025`."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    said = [
        say("assessment.years.one", language, year=run[0])
        if len(run) == 1
        else say("assessment.years.run", language, first=run[0], last=run[-1])
        for run in runs
    ]
    return join_words(said, language)


def join_words(words: Sequence[str], language: str | None = None) -> str:
    """A list in words: `甲、乙、丙`, `A, B and C`."""
    if len(words) < 2:
        return "".join(words)
    comma, last = say("assessment.list.comma", language), say("assessment.list.last", language)
    return comma.join(words[:-1]) + last + words[-1]


def tell_lacking(facts: Mapping[str, object], language: str) -> str:
    """Which files lack the column that is summed; else nothing."""
    files = facts.get("lacking") or []
    if not files:
        return ""
    names = join_words([PurePosixPath(one["file"]).name for one in files[:SHOWN_ROWS]], language)
    more = say("assessment.missing.more_files", language, n=len(files)) if len(files) > SHOWN_ROWS else ""
    years = tell_years(facts["lacking_years"], language)
    return say("assessment.missing.lacking", language, files=names + more, column=files[0][language], years=years)


def tell_least(facts: Mapping[str, object], language: str) -> str:
    """Of which years a grade is counted from deaths alone, so that there may have been more; else nothing."""
    years = facts.get("least_years")
    return say("assessment.missing.least", language, years=tell_years(years, language)) if years else ""


def tell_compared(reason: str, facts: Mapping[str, object], language: str) -> str:
    """That a verdict rests on the publisher's own comparison across a change of definition; else nothing."""
    names = [one[language] for one in facts.get("compared") or ()]
    is_told = bool(names) and reason.startswith("due_year_")
    return say("assessment.compared", language, breaks=join_words(names, language)) if is_told else ""


def rejected_facts(rejects: Rejects, view: View, reader: Reader, as_of: dt.date) -> dict[str, object]:
    """Facts (fit for JSON) of the rejected rows that the shown value may lack; else nothing."""
    operand, shown = reader.indicator.numerator, view.progress.year
    kind = "disasters" if operand.event else reader.kinds.get(operand.source(reader.figures)[1])
    if kind is None or shown is None:
        return {}
    years = [year for year in view.progress.path if year <= as_of.year] if view.rule.kind in _OF_YEARS else [shown]
    found = rejects.of_years(reader.region, kind, years, as_of)
    if not found:
        return {}
    places: dict[str, list[int]] = defaultdict(list)
    for row in found:
        places[row.path] += [] if row.line is None else [row.line]
    return {"rejected": len(found), "rejected_in": [{"file": path, "lines": lines} for path, lines in places.items()]}


def tell_rejected(facts: Mapping[str, object], language: str) -> str:
    """How many rows are missing from the sum because they were rejected, with file and line; else nothing."""
    if not facts.get("rejected"):
        return ""
    places = []
    for one in facts["rejected_in"][:SHOWN_ROWS]:
        lines = say("assessment.list.comma", language).join(map(str, one["lines"][:SHOWN_ROWS]))
        key = "place" if lines else "file"
        places.append(say(f"assessment.rejected.{key}", language, file=PurePosixPath(one["file"]).name, lines=lines))
    told = say("assessment.rejected.next", language).join(places)
    return say("assessment.rejected.rows", language, n=facts["rejected"], places=told)


def _asked(view: View) -> list[int]:
    """The years that a target asks about, as far as anything is known of them."""
    asked = {view.baseline_year, *view.progress.path, view.rule.due_year}
    return [year for year in sorted(asked) if year in view.years]


def _lacking(view: View) -> dict[str, object]:
    """Files that lack the column which is summed, and the years that this leaves without a value; else nothing."""
    years = [year for year in _asked(view) if view.years[year].lacking]
    files = {one["file"]: dict(one) for year in years for one in view.years[year].lacking}
    return {"lacking": list(files.values()), "lacking_years": years} if files else {}


def _least(view: View) -> dict[str, object]:
    years = [year for year in _asked(view) if view.years[year].is_least]
    return {"least_years": years} if years else {}


def _blanks(view: View) -> dict[str, object]:
    """Records of the years asked about that leave blank what is summed, as `file` and `line`; else nothing."""
    found = {year: view.years[year].blanks for year in _asked(view) if view.years[year].blanks}
    places = [{"file": one.file, "line": one.line} for blanks in found.values() for one in blanks]
    return {"blanks": len(places), "blank_years": list(found), "blanks_in": places} if places else {}


def tell_blanks(facts: Mapping[str, object], language: str) -> str:
    """How many records leave blank what is summed, and where they stand; else nothing."""
    if not facts.get("blanks"):
        return ""
    places = [
        say("assessment.rejected.place", language, file=PurePosixPath(one["file"]).name, lines=one["line"])
        for one in facts["blanks_in"][:SHOWN_ROWS]
    ]
    told = say("assessment.rejected.next", language).join(places)
    years = tell_years(facts["blank_years"], language)
    return say("assessment.missing.blanks", language, n=facts["blanks"], years=years, places=told)


def _breaks(view: View) -> dict[str, object]:
    """Changes of definition since the baseline, and those across which the publisher compares itself; else nothing."""
    found = {
        "broken": [{"zh": one.name_zh or one.code, "en": one.name_en or one.code} for one in view.broken],
        "compared": [{"zh": one.name_zh or one.code, "en": one.name_en or one.code} for one in view.compared],
    }
    return {name: told for name, told in found.items() if told}
