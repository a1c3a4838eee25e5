"""Questions about the regions directly below one: major hazards, and accident rates shrunk towards the whole."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pipelines.engine import Row
from pipelines.record_measures import RECTIFIED
from pipelines.return_readers import ReturnReaders
from pipelines.shrinkage import shrunk_rates

LIVE = "{v}.known_on <= {day} AND ({v}.superseded_on IS NULL OR {v}.superseded_on > {day})"
INSIDE = "{v}.region_code IN (SELECT a.region_code FROM core_regions__ancestors AS a WHERE a.ancestor_code = $region)"
CHILDREN = (
    "SELECT b.region_code, b.ancestor_code AS child_code FROM core_regions__ancestors AS b "
    "JOIN mart_regions AS r ON r.region_code = b.ancestor_code AND r.parent_code = $region"
)
WORK = "COALESCE(v.counts_as_work_safety, TRUE)"
DEAD = "COALESCE(v.deaths, 0) + COALESCE(v.missing, 0)"


UNTOLD = (
    f"SELECT f.file_id FROM mart_files AS f WHERE f.kind = 'inspections' AND CONTAINS(f.remarks, '\"{RECTIFIED}\"')"
)
"""Files of inspections that do not say which major hazards were rectified."""
_OLDEST_FIRST = ("major_due_on", "source", "record_id", "region_code")


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; the last day of February stays the last day of February.

    >>> years_before(date(2024, 2, 29), 1), years_before(date(2023, 2, 28), 3)
    (datetime.date(2023, 2, 28), datetime.date(2020, 2, 29))
    """
    year = day.year - years
    last = calendar.monthrange(year, day.month)[1]
    is_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, day.month, last if is_last else min(day.day, last))


def named(row: Mapping[str, Any]) -> Row:
    """What a row of a code list says about the name of its code."""
    return {name: row[name] for name in ("name_zh", "name_en", "is_industrial") if name in row}


def hazard_sum(places: Iterable[Mapping[str, Any]], name: str) -> int | None:
    """Major hazards `listed`, `rectified`, `open` or `overdue` of some places; None where of none of them it is told.

    >>> hazard_sum([{"hazards": 2, "untold": 2, "listed": 1, "new_untold": 1, "open": 0}], "open") is None
    True
    """
    of, untold = {"rectified": ("listed", "new_untold")}.get(name, ("hazards", "untold"))
    sums = {key: sum(place[key] for place in places) for key in (name, of, untold)}
    is_told = name not in ("rectified", "open", "overdue") or not sums[untold] or sums[untold] < sums[of]
    return sums[name] if is_told else None


class PlaceReaders(ReturnReaders):
    """Questions about one region and those directly below it."""

    def major_hazards(self, region: str, start: date, known: date, limit: int = 10) -> dict[str, Any]:
        """Major hazards that inspections listed since a day or before it and that were still open on it.

        Returns:
            `places`: by child region (`code` '' = not assigned) all `hazards`, `listed` since `start`, of these
            `rectified`, `open` and `overdue` as far as it is told; `untold`: those of files that do not say what was
            rectified, `new_untold` of the `listed`; `undated`: open ones without a date;
            `overdue`: the oldest open ones past their date, with enterprise, `inspected_on`, `major_due_on`, names of
            region and sector, file, sheet and line.
        """
        live = (
            f"FROM core_inspections__versions AS v WHERE v.major_hazards > 0 AND {INSIDE.format(v='v')} "
            f"AND {LIVE.format(v='v', day='$known')} AND v.inspected_on <= $known"
        )
        untold = f"v.file_id IN ({UNTOLD})"
        open_now = f"(v.major_rectified_on IS NULL OR v.major_rectified_on > $known) AND NOT {untold}"
        done = "v.major_rectified_on <= $known"
        due = "v.major_due_on < $known"
        sums = {
            "listed": "v.inspected_on >= $start",
            "hazards": "TRUE",
            "rectified": f"v.inspected_on >= $start AND {done} AND NOT {untold}",
            "open": open_now,
            "overdue": f"{open_now} AND {due}",
            "untold": untold,
            "new_untold": f"v.inspected_on >= $start AND {untold}",
            "undated": f"{open_now} AND v.major_due_on IS NULL",
        }
        told = ", ".join(
            f"CAST(SUM(CASE WHEN {when} THEN v.major_hazards ELSE 0 END) AS BIGINT) AS {name}"
            for name, when in sums.items()
        )
        rows = self.query(
            f"SELECT v.region_code, {told} {live} GROUP BY 1", {"region": region, "known": known, "start": start}
        )
        places: dict[str, Row] = {}
        child = {row["region_code"]: row["child_code"] for row in self.query(CHILDREN, {"region": region})}
        for row in rows:
            code = child.get(row["region_code"], "")
            place = places.setdefault(code, {"code": code, **dict.fromkeys(sums, 0)})
            for name in sums:
                place[name] += row[name]
        columns = ("enterprise", "inspected_on", "major_due_on", "major_hazards", "source", "record_id", "region_code",
                   "file_id", "sheet", "line_number")  # fmt: skip
        wanted, order = (", ".join(f"v.{name}" for name in names) for names in (columns, _OLDEST_FIRST))
        # A pass of its own: an ordered aggregate beside the sums takes three times as long on ten million inspections.
        # The few are found by their short columns, and only then read whole.
        late = self.query(
            f"SELECT {wanted} FROM core_inspections__versions AS v WHERE v.rowid IN (SELECT v.rowid {live} "
            f"AND {open_now} AND {due} ORDER BY {order} LIMIT $most) ORDER BY {order}",
            {"region": region, "known": known, "most": limit},
        )
        return {"places": [places[code] for code in sorted(places)], "overdue": self._with_names(late)}

    def _with_names(self, rows: list[Row]) -> list[Row]:
        """Rows with the names of their regions and the paths of their files, looked up for these few alone."""
        if not rows:
            return rows
        codes, files = ({row[name] for row in rows} for name in ("region_code", "file_id"))
        sql = "SELECT region_code, name_zh, name_en FROM mart_regions WHERE list_contains($codes, region_code)"
        names = {row["region_code"]: row for row in self.query(sql, {"codes": sorted(codes)})}
        sql = "SELECT file_id, path FROM mart_files WHERE list_contains($files, file_id)"
        paths = {row["file_id"]: row["path"] for row in self.query(sql, {"files": sorted(files)})}
        for row in rows:
            region = names.get(row["region_code"], {})
            row |= {f"region_name_{one}": region.get(f"name_{one}") for one in ("zh", "en")}
            row["path"] = paths.get(row["file_id"])
        return rows

    def town_rates(self, region: str, end: date, known: date, years: int = 3) -> dict[str, Any]:
        """Accidents of the regions directly below, as rates shrunk towards the whole (`pipelines.shrinkage`).

        The exposure is residents × years where every part has a population, else years alone.

        Args:
            region: Code of the whole.
            end: Last day of the period.
            known: What was known then.
            years: Length of the period.

        Returns:
            `places`: by official code `code`, names, `accidents`, `deaths`, `exposure`, `rate`, `shrunk` (accidents a
            year, per 100,000 residents where `per_residents`), `weight` (0-1), `official_risk_grade` (1-4, NULL where
            none is loaded); `mean`, `variance`, `per_residents`, `unassigned` (accidents of no part), `start`.
        """
        start = date.fromordinal(years_before(end, years).toordinal() + 1)
        sql = (
            f"WITH children AS ({CHILDREN}) SELECT COALESCE(c.child_code, '') AS code, COUNT(*) AS accidents, "
            f"CAST(SUM({DEAD}) AS BIGINT) AS deaths FROM core_accidents__versions AS v "
            "LEFT JOIN children AS c ON c.region_code = v.region_code "
            f"WHERE {WORK} AND {INSIDE.format(v='v')} AND v.occurred_on BETWEEN $start AND $end "
            f"AND {LIVE.format(v='v', day='$known')} GROUP BY 1"
        )
        days = {"start": start, "end": end, "known": known}
        counted = {row["code"]: row for row in self.query(sql, {"region": region, **days})}
        places = self.children(region)
        codes = [row["region_code"] for row in places]
        said = self.newest_returns(codes, ("population", "official_risk_grade"), known)
        people = [said.get(("population", row["region_code"])) for row in places]
        has_people = bool(people) and all(people)
        exposures = [value * years / 100_000 if has_people else float(years) for value in people]
        counts = [counted.get(row["region_code"], {}).get("accidents", 0) for row in places]
        result = shrunk_rates(counts, exposures) if places else None
        return {
            "start": start,
            "per_residents": has_people,
            "mean": result.mean if result else None,
            "variance": result.variance if result else None,
            "unassigned": counted.get("", {}).get("accidents", 0),
            "places": [
                {
                    "code": row["region_code"],
                    **named(row),
                    "accidents": n,
                    "deaths": counted.get(row["region_code"], {}).get("deaths", 0),
                    "exposure": exposure,
                    "rate": n / exposure,
                    "shrunk": rate,
                    "weight": weight,
                    "official_risk_grade": said.get(("official_risk_grade", row["region_code"])),
                }
                for row, n, exposure, rate, weight in zip(
                    places,
                    counts,
                    exposures,
                    result.rates if result else (),
                    result.weights if result else (),
                    strict=True,
                )
            ],
        }

    def children(self, region: str) -> list[Row]:
        """The regions directly below one, by official code."""
        sql = "SELECT region_code, name_zh, name_en FROM mart_regions WHERE parent_code = $region ORDER BY region_code"
        return self.query(sql, {"region": region})
