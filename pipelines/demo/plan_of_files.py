"""Which record goes into which file, and how each file looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pipelines.demo.calendar import quarter_of
from pipelines.demo.cells import Style


@dataclass(frozen=True)
class Group:
    """The files that one office sends of one kind of record.

    Args:
        kind: Kind of record, which is the folder's name.
        name: Beginning of the file names.
        areas: Areas of the scenario whose records stand in these files.
        quarterly: From 2021 on a file per quarter, else per year.
        bundled: The years up to 2020 in one file.
    """

    kind: str
    name: str
    areas: tuple[str, ...]
    quarterly: bool = False
    bundled: bool = False

    def period(self, reported: datetime, quarter: str | None) -> str:
        """The period in the name of the file that holds what was reported then; a later quarter's file is its own."""
        if quarter:
            return quarter
        year = reported.year
        if year <= 2020:
            return "2016-2020" if self.bundled else str(year)
        return quarter_of(reported.date()) if self.quarterly else str(year)


CITY = ("tianjin", "beichen", "dongjiang")
GROUPS = (
    Group("accidents", "tianjin", CITY, quarterly=True),
    Group("accidents", "tongan", ("tongan",), bundled=True),
    Group("accidents", "mentougou", ("mentougou",), bundled=True),
    Group("disasters", "tianjin", CITY, bundled=True),
    Group("disasters", "tongan", ("tongan",), bundled=True),
    Group("disasters", "mentougou", ("mentougou",), bundled=True),
    Group("inspections", "tianjin", ("tianjin",)),
    Group("inspections", "beichen", ("beichen",), bundled=True),
    Group("inspections", "dongjiang", ("dongjiang",)),
    Group("inspections", "tongan", ("tongan",), bundled=True),
    Group("inspections", "mentougou", ("mentougou",)),
    Group("training", "tianjin", ("tianjin",), bundled=True),
    Group("training", "beichen", ("beichen",)),
    Group("training", "dongjiang", ("dongjiang",), bundled=True),
    Group("training", "tongan", ("tongan",), bundled=True),
    Group("training", "mentougou", ("mentougou",), bundled=True),
    Group("statistics", "tianjin", ("tianjin",), bundled=True),
    Group("statistics", "beichen", ("beichen",), bundled=True),
    Group("statistics", "dongjiang", ("dongjiang",), bundled=True),
    Group("statistics", "tongan", ("tongan",), bundled=True),
    Group("statistics", "mentougou", ("mentougou",), bundled=True),
)

_BOM = Style(encoding="utf-8-sig", dates="slash", money="万元")
_GB = Style(encoding="gb18030", dates="slash", money="万元", full_width=True)
_TABS = Style(encoding="utf-16", delimiter="\t", dates="chinese", money="万元")
_SEMICOLONS = Style(encoding="gb18030", delimiter=";", dates="compact", names=False)
_PLAIN = Style()
_ENGLISH = Style(language="en", names=False)
_LEDGER = Style(form="xlsx", money="万元", regions="names", contacts=True, sheets="half")
_YEAR_SHEETS = Style(form="xlsx", money="万元", sheets="year")
_JSON = Style(form="jsonl", language="en", names=False)
_PARQUET = Style(form="parquet", names=False)

_SPECIAL = {
    ("accidents", "tianjin", "2016"): _GB,
    ("accidents", "tianjin", "2017"): _BOM,
    ("accidents", "tianjin", "2018"): _LEDGER,
    ("accidents", "tianjin", "2019"): _TABS,
    ("accidents", "tianjin", "2020"): _SEMICOLONS,
    ("accidents", "tianjin", "2021Q3"): _JSON,
    ("accidents", "tianjin", "2022Q1"): _PARQUET,
    ("accidents", "mentougou", "2016-2020"): Style(form="xlsx", money="元", regions="names", sheets="one"),
    ("disasters", "tianjin", "2016-2020"): _SEMICOLONS,
    ("disasters", "mentougou", "2016-2020"): _YEAR_SHEETS,
    ("inspections", "tianjin", "2017"): _GB,
    ("inspections", "tianjin", "2019"): _PARQUET,
    ("inspections", "tianjin", "2021"): _JSON,
    ("inspections", "mentougou", "2018"): _TABS,
    ("inspections", "dongjiang", "2017"): _SEMICOLONS,
    ("training", "beichen", "2020"): Style(form="xlsx", money="元", contacts=True, sheets="half"),
    ("training", "tianjin", "2016-2020"): _GB,
    ("training", "tianjin", "2021"): _PARQUET,
    ("statistics", "tongan", "2016-2020"): Style(form="xlsx", dates="chinese"),
    ("statistics", "tianjin", "2016-2020"): _GB,
    ("statistics", "beichen", "2022"): _JSON,
}
_USUAL = {
    "tianjin": _PLAIN,
    "beichen": _BOM,
    "dongjiang": _ENGLISH,
    "tongan": _BOM,
    "mentougou": Style(encoding="gb18030", dates="chinese", money="万元"),
}
_FULL_LOAD = {"2017": _GB, "2019": _PARQUET, "2020": _PARQUET}


def style_of(group: Group, period: str, scale: str) -> Style:
    """How the file of a group and period looks."""
    if scale == "full" and (group.kind, group.name) == ("inspections", "tianjin"):
        return _FULL_LOAD.get(period, _PLAIN)
    return _SPECIAL.get((group.kind, group.name, period), _USUAL[group.name])


def file_name(group: Group, period: str, style: Style) -> str:
    """Such as `tianjin_2021Q3.csv`."""
    return f"{group.name}_{period}.{style.form}"


def day_of(value: date) -> date:
    """The day of a date or a time."""
    return value.date() if isinstance(value, datetime) else value
