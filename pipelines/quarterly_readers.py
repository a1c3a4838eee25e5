"""Questions of the quarterly situation page: the months of a year so far beside the same months of the years before.

Every year is taken as it was known at the same age: last year's January to September as known one year before the day
on which this year's are looked at. What is not known yet is missing on both sides, so the newest quarter does not look
better than it will.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date

from pipelines.assessment.significance import SMALLEST_BASE, false_discovery, finding, tested
from pipelines.comparison_readers import still_open
from pipelines.engine import Row
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
    "hour": "CAST(EXTRACT(hour FROM occurred_at) AS VARCHAR)",
}
TESTED = ("total", "sector", "region", "type", "cause", "month", "weekday", "hour")
"""Cuts whose accidents are tested year on year; the parts of one cut share one false-discovery rate."""

TOLD = (
    "occurred_on", "status", "sector_code", "industry_code", "type_code", "cause_code", "grade_code",
    "official_grade_code", "counts_as_work_safety", "deaths", "missing", "serious_injuries", "minor_injuries",
    "direct_loss_fen", "enterprise", "description",
)  # fmt: skip
"""What is told of an accident: a record is revised where one of these differs."""

_NAMED = (
    "SELECT 'sector' AS cut, sector_code AS code, name_zh, name_en, is_industrial, sort_order FROM mart_sectors "
    "UNION ALL SELECT 'grade', grade_code, name_zh, name_en, NULL, rank FROM mart_grades "
    "UNION ALL SELECT CASE list WHEN 'causes' THEN 'cause' ELSE 'type' END, code, name_zh, name_en, NULL, NULL "
    "FROM mart_codes WHERE list IN ('accident_types', 'causes')"
)


class QuarterlyReaders(PlaceReaders):
    """Questions about one region, one year up to one month, as known at a day."""

    def situation(self, plan: str, region: str, year: int, month: int, known: date) -> list[Row]:
        """Accidents that count as work safety, January to a month, beside the two years before, in every cut.

        Args:
            plan: Plan whose assessed tests are taken where it has them for just these months.
            region: Code; all below it count.
            year: Calendar year.
            month: Last month that counts (1-12).
            known: Day at which this year is looked at; the years before are looked at one and two years earlier.

        Returns:
            One row a part of a cut (`cut`, `code`, names where the code has some): `accidents`, `deaths` (with the
            missing), `serious_injuries`, `loss_fen`, each also `_before` and `_before2`; `p_value`, `q_value` and
            `finding` of the accidents against the year before; `change_share` (NULL from a base under ten). The
            industrial sectors carry `finding_of_industrial`, that of their sum.
        """
        counted = self._counted(region, year, month, known)
        names: dict[str, dict[str, Row]] = {cut: {} for cut in ("sector", "grade", "type", "cause")}
        for row in self.query(_NAMED):
            said = {name: value for name, value in row.items() if value is not None or name.startswith("name")}
            names[row["cut"]][row["code"]] = said
        names["official_grade"] = names["grade"]
        names["region"] = {row["region_code"]: row for row in self.children(region)}
        rows = []
        for cut in CUTS:
            codes = {code for known_cut, code in counted if known_cut == cut}
            if cut in ("region", "sector"):
                codes |= set(names[cut])
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
        self._test(rows, plan, region, year, month, known)
        return rows

    def _counted(self, region: str, year: int, month: int, known: date) -> dict[tuple[str, str], dict[int, Row]]:
        periods, params = _periods(year, month, known, range(3))
        cuts, codes = ", ".join(f"'{cut}'" for cut in CUTS), ", ".join(CUTS.values())
        sql = (
            f"WITH periods AS ({periods}), children AS ({CHILDREN}), known AS ("
            f"SELECT p.years_back, v.occurred_on, v.occurred_at, v.sector_code, v.type_code, v.grade_code, "
            f"v.official_grade_code, v.cause_code, COALESCE(c.child_code, '') AS child_code, {DEAD} AS dead, "
            f"COALESCE(v.serious_injuries, 0) AS hurt, COALESCE(v.direct_loss_fen, 0) AS loss "
            f"FROM core_accidents__versions AS v JOIN periods AS p ON v.occurred_on BETWEEN p.first_on AND p.last_on "
            f"AND {LIVE.format(v='v', day='p.known_on')} "
            f"LEFT JOIN children AS c ON c.region_code = v.region_code "
            f"WHERE {WORK} AND {INSIDE.format(v='v')}), parts AS ("
            f"SELECT years_back, UNNEST([{cuts}]) AS cut, UNNEST([{codes}]) AS code, dead, hurt, loss FROM known) "
            f"SELECT years_back, cut, code, {_SUMS} FROM parts GROUP BY 1, 2, 3"
        )
        found: dict[tuple[str, str], dict[int, Row]] = {}
        for row in self.query(sql, {**params, "region": region}):
            found.setdefault((row["cut"], row["code"]), {})[row["years_back"]] = row
        return found

    def _test(self, rows: list[Row], plan: str, region: str, year: int, month: int, known: date) -> None:
        """Add the tests of accidents against the year before, those of the assessment first."""
        days, days_before = (_days(one, month) for one in (year, year - 1))
        label = f"{year}" if month == 12 else f"{year}-01/{year}-{month:02d}"
        assessed = {
            (row["region_code"], row["sector_code"]): row
            for row in self._at_day("assess_tests", "region_code", plan, known, " AND period = $period", period=label)
        }
        for cut in CUTS:
            parts = [row for row in rows if row["cut"] == cut]
            p_values = [
                tested(row["accidents"], row["accidents_before"], days, days_before) if cut in TESTED else None
                for row in parts
            ]
            for row, p, q in zip(parts, p_values, false_discovery(p_values), strict=True):
                counts = row["accidents"], row["accidents_before"]
                row |= {
                    "p_value": p,
                    "q_value": q,
                    "finding": finding(*counts, q, days, days_before) if cut in TESTED else None,
                    "change_share": counts[0] / counts[1] - 1 if counts[1] >= SMALLEST_BASE else None,
                }
                place = {"total": (region, ""), "sector": (region, row["code"]), "region": (row["code"], "")}
                said = assessed.get(place.get(cut, ()))
                if said and (said["count_now"], said["count_before"]) == counts:
                    row |= {name: said[name] for name in ("p_value", "q_value", "finding")}
        _test_industrial(rows, days, days_before)

    def measures_to_date(self, region: str, year: int, month: int, known: date) -> list[Row]:
        """Every additive measure, January to a month, beside the same months of the five years before.

        Returns:
            `measure`, `years_back` (0-5), `to_date` (as known that many years before `known`), `quarter` (only the
            quarter of the month) and `next_quarter` (the quarter that follows, in the year so many years back, as
            known at `known`; it has not begun where years_back is 0), money in 分.
        """
        periods, params = _periods(year, month, known, range(YEARS_BACK + 1))
        next_year, next_month = (year, (month - 1) // 3 * 3 + 4) if month < 10 else (year + 1, 1)
        then = " ".join(f"WHEN d.month >= $first_{back} THEN $known_{back}" for back in range(YEARS_BACK + 1))
        # Summed by month before anything is joined: a large office has millions of deltas and a few thousand months.
        sql = (
            f"WITH periods AS ({periods}), sums AS ("
            f"SELECT d.measure, d.month, d.known_on <= CASE {then} END AS is_then, SUM(d.delta) AS delta "
            f"FROM mart_measure_deltas AS d WHERE d.month >= $first_{YEARS_BACK} AND d.known_on <= $known "
            f"AND {INSIDE.format(v='d')} GROUP BY 1, 2, 3) "
            f"SELECT p.years_back, d.measure, {_sum_when('d.is_then AND d.month <= p.last_on')} AS to_date, "
            f"{_sum_when('d.is_then AND d.month BETWEEN p.quarter_on AND p.last_on')} AS quarter, "
            f"{_sum_when('EXTRACT(month FROM d.month) BETWEEN $next_month AND $next_month + 2')} AS months_ahead "
            "FROM sums AS d JOIN periods AS p ON p.first_on = CAST(DATE_TRUNC('year', d.month) AS DATE) GROUP BY 1, 2"
        )
        found = self.query(sql, {**params, "region": region, "known": known, "next_month": next_month})
        ahead = {(row["measure"], year - row["years_back"]): row.pop("months_ahead") for row in found}
        rows = {(row["measure"], row["years_back"]): {**row, "next_quarter": 0} for row in found}
        for back in range(1, YEARS_BACK + 1):
            for measure in {measure for measure, _ in rows}:
                empty = {"measure": measure, "years_back": back, "to_date": 0, "quarter": 0}
                row = rows.setdefault((measure, back), empty)
                row["next_quarter"] = ahead.get((measure, next_year - back), 0)
        return list(rows.values())

    def lacks_columns(self) -> bool:
        """Whether any file lacks the column of a measure, so that some sums of its records cannot be known."""
        return bool(self.query("SELECT measure FROM core_measures__unknown LIMIT 1"))

    def last_larger_accident(self, region: str, known: date) -> Row:
        """The newest accident of grade 较大 or above that counts as work safety.

        Returns:
            `last_on` (NULL where the records hold none) and `first_on`, the first day of the region's records.
        """
        sql = (
            "SELECT MAX(CASE WHEN v.grade_code <> 'general' THEN v.occurred_on END) AS last_on, "
            "MIN(v.occurred_on) AS first_on FROM core_accidents__versions AS v "
            f"WHERE {WORK} AND {INSIDE.format(v='v')} AND {LIVE.format(v='v', day='$known')}"
        )
        return self.query(sql, {"region": region, "known": known})[0]

    def changes_between(self, region: str, start: date, earlier: date, later: date) -> Row:
        """What became known of accidents between two days, of those that happened on `start` or later.

        Returns:
            `new_accidents`, `new_deaths`, `late_accidents` (new, but happened by `earlier`), `revised` (something that
            is told of them differs; the same row sent again is none), `deaths_revised` (net change of deaths),
            `removed` (struck off or withdrawn, with `deaths_removed`). One that came and went between the two days is
            both new and removed, so that what was known then, plus the new, less the removed, is what is known now.
        """
        before, after = (LIVE.format(v="v", day=day) for day in ("$earlier", "$later"))
        passing = "v.known_on > $earlier AND v.superseded_on <= $later"
        touched = (  # of all other records the same is known at both days
            "SELECT (t.source, t.record_id, t.region_code) FROM core_accidents__versions AS t "
            "WHERE (t.known_on > $earlier AND t.known_on <= $later) "
            "OR (t.superseded_on > $earlier AND t.superseded_on <= $later)"
        )
        told = f"ROW({', '.join(f'v.{name}' for name in TOLD)})"
        was, is_there = "n_before > 0", "n_after > 0"
        is_new, is_gone = f"NOT {was}", f"NOT {is_there}"
        is_revised = f"{was} AND {is_there} AND told_after IS DISTINCT FROM told_before"
        sql = (
            "WITH records AS (SELECT "
            f"COUNT(*) FILTER (WHERE {before}) AS n_before, SUM({DEAD}) FILTER (WHERE {before}) AS dead_before, "
            f"COUNT(*) FILTER (WHERE {after}) AS n_after, SUM({DEAD}) FILTER (WHERE {after}) AS dead_after, "
            f"MAX({told}) FILTER (WHERE {before}) AS told_before, MAX({told}) FILTER (WHERE {after}) AS told_after, "
            f"MAX(v.occurred_on) FILTER (WHERE ({after}) OR ({passing})) AS came_on, "
            f"ARG_MAX({DEAD}, v.known_on) FILTER (WHERE {passing}) AS dead_between "
            f"FROM core_accidents__versions AS v WHERE {WORK} AND v.occurred_on >= $start AND {INSIDE.format(v='v')} "
            f"AND (({before}) OR ({after}) OR ({passing})) AND (v.source, v.record_id, v.region_code) IN ({touched}) "
            "GROUP BY v.source, v.record_id, v.region_code) "
            f"SELECT COUNT(*) FILTER (WHERE {is_new}) AS new_accidents, "
            f"COALESCE(SUM(COALESCE(dead_after, dead_between)) FILTER (WHERE {is_new}), 0) AS new_deaths, "
            f"COUNT(*) FILTER (WHERE {is_new} AND came_on <= $earlier) AS late_accidents, "
            f"COUNT(*) FILTER (WHERE {is_revised}) AS revised, "
            f"COALESCE(SUM(dead_after - dead_before) FILTER (WHERE {is_revised}), 0) AS deaths_revised, "
            f"COUNT(*) FILTER (WHERE {is_gone}) AS removed, "
            f"COALESCE(SUM(COALESCE(dead_before, dead_between)) FILTER (WHERE {is_gone}), 0) AS deaths_removed "
            "FROM records"
        )
        days = {"start": start, "earlier": earlier, "later": later}
        row = self.query(sql, {**days, "region": region})[0]
        return {name: int(value) for name, value in row.items()}

    def quarter_chances(self, plan: str, known: date) -> dict[str, list[Row]]:
        """What forecasts say at a day: chance of each control figure, and of the number of binding targets met."""
        return {
            "control": still_open(
                self._at_day("forecast_control_figures", "year, region_code, sector_code", plan, known)
            ),
            "binding": self._at_day("forecast_binding", "met", plan, known),
        }


_SUMS = (
    "COUNT(*) AS accidents, CAST(SUM(dead) AS BIGINT) AS deaths, CAST(SUM(hurt) AS BIGINT) AS serious_injuries, "
    "CAST(SUM(loss) AS BIGINT) AS loss_fen"
)


def _periods(year: int, month: int, known: date, backs: range) -> tuple[str, dict[str, date]]:
    """A SELECT of the periods, January to a month, with the day at which each is looked at, and its parameters."""
    parts, params = [], {}
    for back in backs:
        parts.append(f"({back}, $first_{back}, $last_{back}, $quarter_{back}, $known_{back})")
        params |= {
            f"first_{back}": date(year - back, 1, 1),
            f"last_{back}": date(year - back, month, calendar.monthrange(year - back, month)[1]),
            f"quarter_{back}": date(year - back, (month - 1) // 3 * 3 + 1, 1),
            f"known_{back}": years_before(known, back),
        }
    names = "years_back, first_on, last_on, quarter_on, known_on"
    return f"SELECT {names} FROM (VALUES {', '.join(parts)}) AS p({names})", params


def _sum_when(condition: str) -> str:
    return f"CAST(SUM(CASE WHEN {condition} THEN d.delta ELSE 0 END) AS BIGINT)"


def _days(year: int, month: int) -> int:
    return (date(year, month, calendar.monthrange(year, month)[1]) - date(year, 1, 1)).days + 1


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
