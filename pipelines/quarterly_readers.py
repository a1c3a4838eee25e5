"""Questions of the quarterly situation page: the months of a year so far beside the same months of the years before.

Every year is taken as it was known at the same age: last year's January to September as known one year before the day
on which this year's are looked at. What is not known yet is missing on both sides, so the newest quarter does not look
better than it will.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from pipelines.assessment.significance import SMALLEST_BASE, false_discovery, finding, tested
from pipelines.blank_readers import BlankReaders
from pipelines.comparison_readers import still_open
from pipelines.engine import Row
from pipelines.exposure import days_of
from pipelines.place_readers import CHILDREN, DEAD, INSIDE, LIVE, WORK, PlaceReaders, named, years_before
from pipelines.situation import is_industrial

YEARS_BACK = 5
CUTS = {
    "total": "''",
    "sector": "COALESCE(sector_code, '')",
    "region": "child_code",
    "type": "COALESCE(type_code, '')",
    "grade": "grade_code",
    "official_grade": "COALESCE(official_grade_code, '')",
    "cause": "COALESCE(cause_code, '')",
    "month": "CAST(EXTRACT(month FROM occurred_on) AS VARCHAR)",
    "weekday": "CAST(EXTRACT(isodow FROM occurred_on) AS VARCHAR)",
    "hour": "COALESCE(CAST(occurred_hour AS VARCHAR), '')",
}
TESTED = ("total", "sector", "region", "type", "cause", "month", "weekday", "hour")
"""Cuts whose accidents are tested year on year; the parts of one cut share one false-discovery rate."""

MOST_WITHOUT_HOUR = 0.1
"""Share of a year's accidents without an hour from which on no hour is tested: it may be theirs that is missing."""

TOLD = (
    "occurred_on", "status", "sector_code", "industry_code", "type_code", "cause_code", "grade_code",
    "official_grade_code", "counts_as_work_safety", "deaths", "missing", "serious_injuries", "minor_injuries",
    "direct_loss_fen", "enterprise", "description",
)  # fmt: skip
"""What is told of an accident: a record is revised where one of these differs."""

_NAMED = {
    "sector": "SELECT 'sector' AS cut, sector_code AS code, name_zh, name_en, is_industrial, sort_order "
    "FROM mart_sectors",
    "grade": "SELECT 'grade' AS cut, grade_code AS code, name_zh, name_en, NULL AS is_industrial, rank AS sort_order "
    "FROM mart_grades",
    "type": "SELECT 'type' AS cut, code, name_zh, name_en, NULL AS is_industrial, NULL AS sort_order "
    "FROM mart_codes WHERE list = 'accident_types'",
    "cause": "SELECT 'cause' AS cut, code, name_zh, name_en, NULL AS is_industrial, NULL AS sort_order "
    "FROM mart_codes WHERE list = 'causes'",
}


class QuarterlyReaders(PlaceReaders, BlankReaders):
    """Questions about one region, one year up to one month, as known at a day."""

    def situation(
        self, plan: str, region: str, year: int, month: int, known: date, cuts: Sequence[str] = tuple(CUTS)
    ) -> list[Row]:
        """Accidents that count as work safety, January to a month, beside the two years before, in every cut.

        Args:
            plan: Plan whose assessed tests are taken where it has them for just these months.
            region: Code; all below it count.
            year: Calendar year.
            month: Last month that counts (1-12).
            known: Day at which this year is looked at; the years before are looked at one and two years earlier.
            cuts: The cuts that are asked for, in the order in which they are answered.

        Returns:
            One row a part of a cut (`cut`, `code`, names where the code has some): `accidents`, `deaths` (with the
            missing), `serious_injuries`, `loss_fen`, each also `_before` and `_before2`; `p_value`, `q_value` and
            `finding` of the accidents against the year before; `change_share` (NULL from a base under ten). The
            industrial sectors carry `finding_of_industrial`, that of their sum.
        """
        counted = self._counted(region, year, month, known, cuts)
        names = self._names_of_parts(region, cuts)
        rows = []
        for cut in cuts:
            codes = {code for known_cut, code in counted if known_cut == cut}
            if cut in ("region", "sector"):
                codes |= set(names.get(cut, ()))
            codes |= {
                "total": {""},
                "month": {str(n) for n in range(1, month + 1)},
                "weekday": {str(n) for n in range(1, 8)},
                "hour": {str(n) for n in range(24)},
            }.get(cut, set())
            # A code list without its code is still counted, under the code itself.
            for code in sorted(codes, key=lambda one, cut=cut: _order(one, names.get(cut, {}))):
                words = names.get(cut, {}).get(code, {})
                rows.append({"cut": cut, "code": code, **named(words), **_side_by_side(counted, cut, code)})
        self._test(rows, plan, region, year, month, known, cuts)
        return rows

    def _names_of_parts(self, region: str, cuts: Sequence[str]) -> dict[str, dict[str, Row]]:
        """Names by cut and code, of the cuts whose parts have some."""
        lists = [sql for cut, sql in _NAMED.items() if cut in cuts or f"official_{cut}" in cuts]
        names: dict[str, dict[str, Row]] = {}
        for row in self.query(" UNION ALL ".join(lists)) if lists else ():
            said = {name: value for name, value in row.items() if value is not None or name.startswith("name")}
            names.setdefault(row["cut"], {})[row["code"]] = said
        names["official_grade"] = names.get("grade", {})
        if "region" in cuts:
            names["region"] = {row["region_code"]: row for row in self.children(region)}
        return names

    def _counted(
        self, region: str, year: int, month: int, known: date, wanted: Sequence[str]
    ) -> dict[tuple[str, str], dict[int, Row]]:
        params = _days_of_years(year, month, known, range(3))
        cuts, codes = ", ".join(f"'{cut}'" for cut in wanted), ", ".join(CUTS[cut] for cut in wanted)
        back = " ".join(
            f"WHEN v.occurred_on BETWEEN $first_{n} AND $last_{n} AND {LIVE.format(v='v', day=f'$known_{n}')} THEN {n}"
            for n in range(3)
        )
        sql = (
            f"WITH children AS ({CHILDREN}), known AS (SELECT v.*, CASE {back} END AS years_back, "
            f"COALESCE(c.child_code, '') AS child_code, {DEAD} AS dead, COALESCE(v.serious_injuries, 0) AS hurt, "
            "COALESCE(v.direct_loss_fen, 0) AS loss FROM core_accidents__versions AS v "
            "LEFT JOIN children AS c ON c.region_code = v.region_code "
            f"WHERE {WORK} AND {INSIDE.format(v='v')} AND v.occurred_on BETWEEN $first_2 AND $last_0), parts AS ("
            f"SELECT years_back, UNNEST([{cuts}]) AS cut, UNNEST([{codes}]) AS code, dead, hurt, loss FROM known "
            f"WHERE years_back IS NOT NULL) SELECT years_back, cut, code, {_SUMS} FROM parts GROUP BY 1, 2, 3"
        )
        found: dict[tuple[str, str], dict[int, Row]] = {}
        for row in self.query(sql, {**params, "region": region}):
            found.setdefault((row["cut"], row["code"]), {})[row["years_back"]] = row
        return found

    def _test(
        self, rows: list[Row], plan: str, region: str, year: int, month: int, known: date, cuts: Sequence[str]
    ) -> None:
        """Add the tests of accidents against the year before, those of the assessment first."""
        label = f"{year}" if month == 12 else f"{year}-01/{year}-{month:02d}"
        assessed = {
            (row["region_code"], row["sector_code"]): row
            for row in self._at_day("assess_tests", "region_code", plan, known, " AND period = $period", period=label)
        }
        for cut in cuts:
            parts = [row for row in rows if row["cut"] == cut]
            asked = [cut in TESTED and _may_be_tested(row, parts) for row in parts]
            days = [[days_of(cut, row["code"], one, month) for one in (year, year - 1)] for row in parts]
            p_values = [
                tested(row["accidents"], row["accidents_before"], *span) if is_asked else None
                for row, is_asked, span in zip(parts, asked, days, strict=True)
            ]
            q_values = false_discovery(p_values)
            for row, is_asked, span, p, q in zip(parts, asked, days, p_values, q_values, strict=True):
                counts = row["accidents"], row["accidents_before"]
                row |= {
                    "p_value": p,
                    "q_value": q,
                    "finding": finding(*counts, q, *span) if is_asked else None,
                    "change_share": counts[0] / counts[1] - 1 if counts[1] >= SMALLEST_BASE else None,
                }
                place = {"total": (region, ""), "sector": (region, row["code"]), "region": (row["code"], "")}
                said = assessed.get(place.get(cut, ()))
                if said and (said["count_now"], said["count_before"]) == counts:
                    row |= {name: said[name] for name in ("p_value", "q_value", "finding")}
        _test_industrial(rows, *(days_of("sector", "", one, month) for one in (year, year - 1)))

    def measures_to_date(self, region: str, year: int, month: int, known: date) -> list[Row]:
        """Every additive measure, January to a month, beside the same months of the five years before.

        Returns:
            `measure`, `years_back` (0-5), `to_date` (as known that many years before `known`), `quarter` (only the
            quarter of the month) and `next_quarter` (the quarter that follows, in the year so many years back, as
            known at `known`; it has not begun where years_back is 0), money in 分.
        """
        params = _days_of_years(year, month, known, range(YEARS_BACK + 1))
        next_year, next_month = (year, (month - 1) // 3 * 3 + 4) if month < 10 else (year + 1, 1)
        then = " ".join(f"WHEN d.month >= $first_{back} THEN $known_{back}" for back in range(YEARS_BACK + 1))
        told, of_days = _told([params[f"known_{back}"] for back in range(YEARS_BACK + 1)])
        # A large office has millions of deltas and a few thousand months.
        sql = (
            f"WITH told AS ({told}), sums AS ("
            f"SELECT d.measure, d.month, d.known_on <= CASE {then} END AS is_then, SUM(d.delta) AS delta "
            f"FROM told AS d WHERE d.month >= $first_{YEARS_BACK} AND d.known_on <= $known "
            f"AND {INSIDE.format(v='d')} GROUP BY 1, 2, 3) "
            f"SELECT CAST($year - EXTRACT(year FROM d.month) AS INTEGER) AS years_back, d.measure, "
            f"{_sum_when('d.is_then AND EXTRACT(month FROM d.month) <= $last_month')} AS to_date, "
            f"{_sum_when('d.is_then AND EXTRACT(month FROM d.month) BETWEEN $quarter AND $last_month')} AS quarter, "
            f"{_sum_when('EXTRACT(month FROM d.month) BETWEEN $next_month AND $next_month + 2')} AS months_ahead "
            "FROM sums AS d WHERE d.month <= $end GROUP BY 1, 2"
        )
        months = {"year": year, "quarter": (month - 1) // 3 * 3 + 1, "last_month": month, "next_month": next_month}
        days = {name: day for name, day in params.items() if not name.startswith("last_")}
        asked = {**days, **of_days, **months, "region": region, "known": known, "end": date(year, 12, 31)}
        found = self.query(sql, asked)
        ahead = {(row["measure"], year - row["years_back"]): row.pop("months_ahead") for row in found}
        rows = {(row["measure"], row["years_back"]): {**row, "next_quarter": 0} for row in found}
        for back in range(1, YEARS_BACK + 1):
            for measure in {measure for measure, _ in rows}:
                empty = {"measure": measure, "years_back": back, "to_date": 0, "quarter": 0}
                row = rows.setdefault((measure, back), empty)
                row["next_quarter"] = ahead.get((measure, next_year - back), 0)
        return list(rows.values())

    def sums_to_date(self, region: str, year: int, month: int, known: date) -> list[Row]:
        """As `measures_to_date`, and with `__blank` behind a measure, how many records leave it blank."""
        spans = _spans(year, month, known)
        return [*self.measures_to_date(region, year, month, known), *self.blanks_to_date(region, spans)]

    def lacks_columns(self) -> bool:
        """Whether any file lacks the column of a measure, so that some sums of its records cannot be known."""
        return bool(self.query("SELECT measure FROM core_measures__unknown LIMIT 1"))

    def last_larger_accident(self, region: str, known: date, until: date) -> Row:
        """The newest accident of grade 较大 or above that counts as work safety and happened by a day.

        Returns:
            `last_on` (NULL where the records hold none) and `first_on`, the first day of the region's records.
        """
        sql = (
            "SELECT MAX(CASE WHEN v.grade_code <> 'general' THEN v.occurred_on END) AS last_on, "
            "MIN(v.occurred_on) AS first_on FROM core_accidents__versions AS v "
            f"WHERE {WORK} AND {INSIDE.format(v='v')} AND {LIVE.format(v='v', day='$known')} "
            "AND v.occurred_on <= $until"
        )
        return self.query(sql, {"region": region, "known": known, "until": until})[0]

    def changes_between(self, region: str, start: date, earlier: date, later: date) -> Row:
        """What became known of accidents between two days, of those that happened on `start` or later.

        Returns:
            `new_accidents`, `new_deaths`, `late_accidents` (new, but happened by `earlier`), `revised` (something that
            is told of them differs; the same row sent again is none), `deaths_revised` (net change of deaths),
            `removed` (struck off or withdrawn, with `deaths_removed`). One that came and went between the two days is
            both new and removed, so that what was known then, plus the new, less the removed, is what is known now.
            `older_accidents` became known too, but happened before `start`; nothing else counts them.
        """
        born, ended = (f"v.{name} > $earlier AND v.{name} <= $later" for name in ("known_on", "superseded_on"))
        # Versions of a record follow one another, so whoever had one at both days, the same, has none in between.
        sql = (
            f"SELECT v.source, v.record_id, v.region_code, {born} AS is_born, COALESCE({ended}, FALSE) AS is_ended, "
            f"v.occurred_on, {DEAD} AS dead, hash(ROW({', '.join(f'v.{name}' for name in TOLD)})) AS told "
            f"FROM core_accidents__versions AS v WHERE {WORK} AND v.occurred_on >= $start AND {INSIDE.format(v='v')} "
            f"AND (({born}) OR ({ended})) ORDER BY v.known_on"
        )
        days = {"start": start, "earlier": earlier, "later": later}
        records: dict[tuple, list[Row]] = {}
        for row in self.query(sql, {**days, "region": region}):
            records.setdefault((row["source"], row["record_id"], row["region_code"]), []).append(row)
        older = (
            "SELECT COUNT(*) AS n FROM (SELECT v.source, v.record_id, v.region_code FROM core_accidents__versions AS v "
            f"WHERE {WORK} AND v.occurred_on < $start AND {INSIDE.format(v='v')} AND v.known_on <= $later "
            "GROUP BY ALL HAVING MIN(v.known_on) > $earlier) AS came"
        )
        found = _became_known(records.values(), earlier)
        return found | {"older_accidents": self.query(older, {**days, "region": region})[0]["n"]}

    def quarter_chances(self, plan: str, known: date) -> dict[str, list[Row]]:
        """What forecasts say at a day: chance of each control figure, and of the number of binding targets met."""
        return {
            "control": still_open(
                self._at_day("forecast_control_figures", "year, region_code, sector_code", plan, known)
            ),
            "binding": self._at_day("forecast_binding", "met", plan, known),
        }


def _became_known(records: Iterable[Sequence[Row]], earlier: date) -> Row:
    """What `changes_between` tells, from the versions of each record that came or ended between the two days."""
    found = dict.fromkeys(
        ("new_accidents", "new_deaths", "late_accidents", "revised", "deaths_revised", "removed", "deaths_removed"), 0
    )
    for versions in records:
        was = next((row for row in versions if not row["is_born"]), None)
        is_now = next((row for row in versions if not row["is_ended"]), None)
        between = [row for row in versions if row["is_born"] and row["is_ended"]]
        if was is None:
            found["new_accidents"] += 1
            found["new_deaths"] += (is_now or between[-1])["dead"]
            found["late_accidents"] += max(row["occurred_on"] for row in versions) <= earlier
        if is_now is None:
            found["removed"] += 1
            found["deaths_removed"] += (was or between[-1])["dead"]
        if was is not None and is_now is not None and was["told"] != is_now["told"]:
            found["revised"] += 1
            found["deaths_revised"] += is_now["dead"] - was["dead"]
    return found


_SUMS = (
    "COUNT(*) AS accidents, CAST(SUM(dead) AS BIGINT) AS deaths, CAST(SUM(hurt) AS BIGINT) AS serious_injuries, "
    "CAST(SUM(loss) AS BIGINT) AS loss_fen"
)


def _told(days: Iterable[date]) -> tuple[str, dict[str, date]]:
    """The changes of every measure, summed up by quarter but where one of the days lies inside it, and its parameters.

    `known_on` of a quarter is its first day: on each of the days all of the quarter was known, or nothing.
    """
    quarters = {date(day.year, (day.month - 1) // 3 * 3 + 1, 1): day for day in days}
    split = [first for first in sorted(quarters) if quarters[first] < _last_of_quarter(first)]
    params = {f"split_{n}": first for n, first in enumerate(split)}
    params |= {f"until_{n}": _last_of_quarter(first) for n, first in enumerate(split)}
    columns = "region_code, measure, month, delta"
    outside = " AND ".join(f"known_quarter <> $split_{n}" for n in range(len(split))) or "TRUE"
    inside = " OR ".join(f"known_on BETWEEN $split_{n} AND $until_{n}" for n in range(len(split))) or "FALSE"
    sql = (
        f"SELECT {columns}, known_quarter AS known_on FROM mart_measure_quarters WHERE {outside} "
        f"UNION ALL SELECT {columns}, known_on FROM mart_measure_deltas WHERE {inside}"
    )
    return sql, params


def _last_of_quarter(first: date) -> date:
    return date(first.year, first.month + 2, calendar.monthrange(first.year, first.month + 2)[1])


def _spans(year: int, month: int, known: date) -> dict[tuple[int, str], tuple[date, date, date]]:
    """The months of each column of `measures_to_date`, and the day at which they are looked at, by years back."""
    params = _days_of_years(year, month, known, range(YEARS_BACK + 1))
    begins, coming = (month - 1) // 3 * 3 + 1, (month - 1) // 3 * 3 + 4
    spans: dict[tuple[int, str], tuple[date, date, date]] = {}
    for back in range(YEARS_BACK + 1):
        first, last, then = (params[f"{name}_{back}"] for name in ("first", "last", "known"))
        spans[back, "to_date"] = (first, last, then)
        spans[back, "quarter"] = (first.replace(month=begins), last, then)
        if back:
            ahead = date(year - back + coming // 12, (coming - 1) % 12 + 1, 1)
            spans[back, "next_quarter"] = (ahead, _last_of_quarter(ahead), known)
    return spans


def _days_of_years(year: int, month: int, known: date, backs: range) -> dict[str, date]:
    """First and last day of January to a month of some years, and the day at which each is looked at."""
    params = {}
    for back in backs:
        params |= {
            f"first_{back}": date(year - back, 1, 1),
            f"last_{back}": date(year - back, month, calendar.monthrange(year - back, month)[1]),
            f"known_{back}": years_before(known, back),
        }
    return params


def _may_be_tested(row: Row, parts: Sequence[Row]) -> bool:
    """Whether a part can be held against itself a year before: an hour only where nearly all accidents give theirs."""
    if row["cut"] != "hour":
        return True
    unknown = next((part for part in parts if not part["code"]), None)
    if unknown is None or row is unknown:
        return unknown is None
    return all(
        unknown[name] <= MOST_WITHOUT_HOUR * sum(part[name] for part in parts)
        for name in ("accidents", "accidents_before")
    )


def _sum_when(condition: str) -> str:
    return f"CAST(SUM(CASE WHEN {condition} THEN d.delta ELSE 0 END) AS BIGINT)"


def _order(code: str, names: Mapping[str, Row]) -> tuple:
    named = names.get(code)
    number = int(code) if code.isdigit() else 0
    return (
        named is None and not code.isdigit(),
        (named or {}).get("sort_order") or 0,
        number if not named else 0,
        code,
    )


def _test_industrial(rows: list[Row], days: int, days_before: int) -> None:
    """Test the sum of the industrial sectors, one more comparison among those of the single sectors."""
    parts = [row for row in rows if is_industrial(row)]
    now, before = (sum(row[name] for row in parts) for name in ("accidents", "accidents_before"))
    p_values = [row["p_value"] for row in rows if row["cut"] == "sector"]
    p_values.append(tested(now, before, days, days_before))
    found = finding(now, before, false_discovery(p_values)[-1], days, days_before)
    for row in parts:
        row["finding_of_industrial"] = found


def _side_by_side(counted: Mapping[tuple[str, str], Mapping[int, Row]], cut: str, code: str) -> Row:
    years = counted.get((cut, code), {})
    return {
        f"{name}{suffix}": years.get(back, {}).get(name, 0)
        for back, suffix in enumerate(("", "_before", "_before2"))
        for name in ("accidents", "deaths", "serious_injuries", "loss_fen")
    }
