"""What stands behind a sentence: what was not reported, what is counted in part only, and what is not comparable."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from pipelines.assessment.arithmetic import per_cent
from pipelines.assessment.disputes import excess
from pipelines.assessment.rejected import Rejects
from pipelines.assessment.values import Reader
from pipelines.assessment.view import View
from pipelines.errors import SHOWN_ROWS
from pipelines.texts import say

_OF_YEARS = ("period_mean", "period_total", "every_year")


def caveats_of(view: View) -> dict[str, object]:
    """Facts (fit for JSON) of every caveat that needs no more than the years."""
    return _lacking(view) | _least(view) | _at_least(view) | _breaks(view)


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
    return {"rejected": len(found), "rejected_in": _by_file((row.path, row.line) for row in found)}


def tell_rejected(facts: Mapping[str, object], language: str) -> str:
    """How many rows are missing from the sum because they were rejected, with file and line; else nothing."""
    if not facts.get("rejected"):
        return ""
    told = _tell_places(facts["rejected_in"], language)
    return say("assessment.rejected.rows", language, n=facts["rejected"], places=told)


def _lacking(view: View) -> dict[str, object]:
    """Files that lack the column which is summed, and the years that this leaves without a value; else nothing."""
    years = [year for year in view.asked if view.years[year].lacking]
    files = {one["file"]: dict(one) for year in years for one in view.years[year].lacking}
    return {"lacking": list(files.values()), "lacking_years": years} if files else {}


def _least(view: View) -> dict[str, object]:
    years = [year for year in view.asked if view.years[year].is_least]
    return {"least_years": years} if years else {}


def _at_least(view: View) -> dict[str, object]:
    """Whether the value now is a sum that can only be higher."""
    last = view.progress.year
    shown = [year for year in view.progress.path if year <= (last or 0)] if view.rule.kind in _OF_YEARS[:2] else [last]
    is_least = any(view.years[year].blanks or view.years[year].is_least for year in shown if year in view.years)
    return {"at_least": True} if is_least and view.progress.value is not None else {}


def blank_facts(view: View, reader: Reader) -> dict[str, object]:
    """Facts (fit for JSON) of the records of the years asked about that leave blank what is summed; else nothing."""
    found = {year: view.years[year].blanks for year in view.asked if view.years[year].blanks}
    if not found:
        return {}
    blanks = [one for of_year in found.values() for one in of_year]
    places = [reader.facts.places.of(reader.region, one.kind, one.file_id, one.line) for one in blanks]
    told = _by_file((place["file"], place["line"]) for place in places)
    return {"blanks": len(blanks), "blank_kind": blanks[0].kind, "blank_years": list(found), "blanks_in": told}


def tell_blanks(facts: Mapping[str, object], language: str) -> str:
    """How many records leave blank what is summed, and where they stand; else nothing."""
    if not facts.get("blanks"):
        return ""
    places, years = _tell_places(facts["blanks_in"], language), tell_years(facts["blank_years"], language)
    key = f"assessment.missing.blanks.{facts['blank_kind']}"
    return say(key, language, n=facts["blanks"], years=years, places=places)


def dispute_facts(view: View, reader: Reader, measures: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
    """Facts (fit for JSON) of the statistics behind the years asked about of which two sources differ; else nothing.

    Args:
        view: The target as it stands.
        reader: Region and facts.
        measures: Names of the statistics, `{"zh": …, "en": …}`.
    """
    found = {(one.statistic, one.year): one for year in view.asked for one in view.years[year].disputes}
    told = []
    for one in found.values():
        used, *others = (
            {**reader.facts.places.of(reader.region, "statistics", row.file_id, row.line), "source": row.source}
            for row in (one.used, *one.others)
        )
        for other, row in zip(others, one.others, strict=True):
            share = excess(row, one.used)
            other["excess"] = None if share is None else float(share)
        names = measures.get(one.statistic, {"zh": one.statistic, "en": one.statistic})
        told.append({**names, "year": one.year, "used": used, "others": others})
    return {"disputes": told} if told else {}


def tell_disputes(facts: Mapping[str, object], language: str) -> str:
    """Which statistics two sources print differently, whose is used and how far the other is from it; else nothing."""
    disputes = facts.get("disputes") or []
    told = ""
    for one in disputes[:SHOWN_ROWS]:
        others = [_tell_other(other, language) for other in one["others"]]
        told += say(
            "assessment.disputes.of_year",
            language,
            statistic=one[language],
            year=one["year"],
            used=_tell_source(one["used"], language),
            others=join_words(others, language),
        )
    return told


def _tell_other(other: Mapping, language: str) -> str:
    share = other["excess"]
    key = "other" if share is None else "higher" if share > 0 else "lower"
    percent = "" if share is None else per_cent(abs(share), 1)
    return say(f"assessment.disputes.{key}", language, source=_tell_source(other, language), percent=percent)


def _tell_source(one: Mapping, language: str) -> str:
    place = _tell_places(_by_file([(one["file"], one["line"])]), language)
    return say("assessment.disputes.source", language, source=one["source"], place=place)


def _by_file(rows: Iterable[tuple[str, int | None]]) -> list[dict[str, object]]:
    """Places of rows, file by file: `file` and `lines`, of which those that may not be told are left out."""
    places: dict[str, list[int]] = defaultdict(list)
    for path, line in rows:
        places[path] += [] if line is None else [line]
    return [{"file": path, "lines": lines} for path, lines in places.items()]


def _tell_places(places: Sequence[Mapping], language: str) -> str:
    told = []
    for one in places[:SHOWN_ROWS]:
        lines = say("assessment.list.comma", language).join(map(str, one["lines"][:SHOWN_ROWS]))
        key = "place" if lines else "file"
        told.append(say(f"assessment.rejected.{key}", language, file=PurePosixPath(one["file"]).name, lines=lines))
    return say("assessment.rejected.next", language).join(told)


def _breaks(view: View) -> dict[str, object]:
    """Changes of definition since the baseline, and those across which the publisher compares itself; else nothing."""
    found = {
        "broken": [{"zh": one.name_zh or one.code, "en": one.name_en or one.code} for one in view.broken],
        "compared": [{"zh": one.name_zh or one.code, "en": one.name_en or one.code} for one in view.compared],
    }
    return {name: told for name, told in found.items() if told}
