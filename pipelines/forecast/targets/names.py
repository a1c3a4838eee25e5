"""What a driver is called in both languages."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from pipelines.catalogue.model import Indicator
from pipelines.texts import LANGUAGES, has, say


class DriverNames:
    """Names of measures, statistics and indicators behind the drivers.

    Args:
        codes: Folder of the code lists.
        catalogue: Indicators by id.
    """

    def __init__(self, codes: Path, catalogue: Mapping[str, Indicator]):
        self._names: dict[str, dict[str, str]] = {}
        for file in ("measures.csv", "statistics_measures.csv"):
            with (codes / file).open(encoding="utf-8-sig", newline="") as opened:
                for row in csv.DictReader(opened):
                    self._names[row["measure"]] = {"zh": row["name_zh"], "en": row["name_en"]}
        for indicator in catalogue.values():
            self._names[indicator.id] = {"zh": indicator.title.zh, "en": indicator.title.en}

    def of(self, driver: str) -> dict[str, str]:
        """`zh` and `en` of a driver such as `gdp@120000`."""
        what = driver.partition("@")[0]
        if ":" in what:
            return {language: say("forecast.drivers.events", language) for language in LANGUAGES}
        key = f"forecast.drivers.{what}"
        if has(key):
            return {language: say(key, language) for language in LANGUAGES}
        return self._names.get(what, {"zh": what, "en": what})
