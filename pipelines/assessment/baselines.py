"""Which returns are missing where a reduction has no start: the plan prints none, and the records do not give it."""

from __future__ import annotations

from pipelines.assessment.assessor import Office
from pipelines.assessment.caveats import join_words, tell_years
from pipelines.assessment.comparisons import source_of
from pipelines.assessment.values import Reader
from pipelines.assessment.view import View
from pipelines.texts import LANGUAGES, say


def lacking_baseline(view: View, reader: Reader, office: Office) -> dict[str, object]:
    """The fact `baseline_lacks`: measure, region and years of what is missing, in words of each language; or nothing.

    Args:
        view: The target as it stands.
        reader: Indicator and region that it was read for.
        office: Names of measures and regions.
    """
    if view.finding.reason != "baseline_missing":
        return {}
    said = view.rule.baseline
    first = said.first_year if said and said.first_year else view.baseline_year
    lacking: dict[str, list[int]] = {}
    for year in range(first, view.baseline_year + 1):
        known = view.years.get(year)
        if known is None or known.numerator is None or known.is_part:
            lacking.setdefault(source_of(reader, "numerator")[1], []).append(year)
        if known is not None and known.denominator is None and reader.indicator.denominator is not None:
            lacking.setdefault(source_of(reader, "denominator")[1], []).append(year)
    if not lacking:
        return {}
    return {"baseline_lacks": {language: _told(lacking, reader.region, office, language) for language in LANGUAGES}}


def _told(lacking: dict[str, list[int]], region: str, office: Office, language: str) -> str:
    place = office.regions.get(region, {}).get(language) or region
    names = {measure: office.measures.get(measure, {}).get(language) or measure for measure in lacking}
    words = [
        say(
            "assessment.missing.return",
            language,
            measure=names[measure],
            region=place,
            years=tell_years(years, language),
        )
        for measure, years in lacking.items()
    ]
    return join_words(words, language)
