"""Questions about records of any kind: which there are, how many, their names, their versions and their lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pipelines.engine import Row, quoted
from pipelines.errors import PipelineError
from pipelines.load_readers import LoadReaders
from pipelines.record_measures import DATE_COLUMNS

PAGE_ROWS = 200
_LIVE_AT = "{v}.known_on <= $as_of AND ({v}.superseded_on IS NULL OR {v}.superseded_on > $as_of)"
_LIVE_NOW = "{v}.superseded_on IS NULL"

# Names beside the codes of a record: relation, its key, further condition, by column of the record.
_NAMES = {
    "region_code": ("mart_regions", "region_code", "TRUE"),
    "sector_code": ("mart_sectors", "sector_code", "TRUE"),
    "hazard_code": ("mart_hazards", "hazard_code", "TRUE"),
    "grade_code": ("mart_grades", "grade_code", "TRUE"),
    "official_grade_code": ("mart_grades", "grade_code", "TRUE"),
    "industry_code": ("mart_codes", "code", "n.list = 'industries'"),
    "type_code": ("mart_codes", "code", "n.list = 'accident_types'"),
    "cause_code": ("mart_codes", "code", "n.list = 'causes'"),
    "inspection_kind_code": ("mart_codes", "code", "n.list = 'inspection_kinds'"),
    "training_kind_code": ("mart_codes", "code", "n.list = 'training_kinds'"),
    "measure": ("mart_codes", "code", "n.list = 'statistics_measures'"),
}


class RecordReaders(LoadReaders):
    """Questions about records; those about loads are inherited."""

    _record_regions: dict[str, frozenset[str | None]]

    def records(
        self,
        kind: str,
        region: str | None = None,
        start: date | None = None,
        end: date | None = None,
        as_of: date | None = None,
        filters: Mapping[str, Any] | None = None,
        limit: int = PAGE_ROWS,
        offset: int = 0,
    ) -> list[Row]:
        """Records of one kind with the names of their codes and the file, sheet and line each came from.

        Args:
            kind: accidents, disasters, inspections, training or statistics.
            region: Code of a region, with all below it; None means all.
            start: First day of occurrence.
            end: Last day of occurrence.
            as_of: What was known on that day; None means today.
            filters: Column → value, or several values of which one must hold; None among them = not said.
            limit: Rows at most.
            offset: Rows to leave out first.

        Raises:
            PipelineError: `unknown_kind`, `unknown_filter`.
        """
        where, params = self._record_conditions(kind, region, start, end, as_of, filters)
        return self._record_rows(kind, where, params, limit, offset)

    def names_of_codes(self, kind: str) -> dict[str, dict[str, Row]]:
        """Names by coded column and code of one kind of record; the codes in the order of their lists.

        Raises:
            PipelineError: `unknown_kind`.
        """
        self._require_kind(kind)
        columns = self.columns(f"core_{kind}__versions")
        found = self._names_of(column for column in _NAMES if column in columns and column != "region_code")
        return {
            column: {code: {"name_zh": zh, "name_en": en} for code, (zh, en) in names.items()}
            for column, names in found.items()
        }

    def counts_by_month(
        self,
        kind: str,
        part: str,
        region: str | None = None,
        start: date | None = None,
        end: date | None = None,
        as_of: date | None = None,
        filters: Mapping[str, Any] | None = None,
    ) -> list[Row]:
        """How many of the records of `records` fell into each month and part, in one pass.

        Args:
            kind: As for `records`.
            part: Column by which they are divided.
            region: As for `records`, like all that follow.
            start: First day of occurrence.
            end: Last day of occurrence.
            as_of: What was known on that day.
            filters: Column → value or values.

        Returns:
            `month`, `part` (None where a record does not say it), `n`, the oldest month first.

        Raises:
            PipelineError: `unknown_kind`, `unknown_filter`.
        """
        conditions, params = self._conditions(kind, region, start, end, filters)
        known = self.columns(f"core_{kind}__versions")
        if part not in known:
            raise PipelineError("unknown_filter", where=kind, column=part, names=", ".join(known))
        params |= {"as_of": as_of} if as_of else {}
        were = " AND ".join(["v.known_on <= $as_of" if as_of else "TRUE", *conditions])
        ended = "v.superseded_on <= $as_of" if as_of else "v.superseded_on IS NOT NULL"
        counted = f"v.month, v.{quoted(part)} AS part, {{n}} AS n FROM core_{kind}__versions AS v WHERE {were}"
        # Few versions have ended: to find these and take them off is quicker than to ask each whether it still counts.
        sql = (
            "SELECT month, part, CAST(SUM(n) AS BIGINT) AS n "
            f"FROM (SELECT {counted.format(n='COUNT(*)')} GROUP BY 1, 2 "
            f"UNION ALL SELECT {counted.format(n='-COUNT(*)')} AND {ended} GROUP BY 1, 2) AS counted "
            "GROUP BY 1, 2 HAVING SUM(n) > 0 ORDER BY 1, 2"
        )
        return self.query(sql, params)

    def versions(self, kind: str, source: str, record_id: str, region: str, as_of: date) -> list[Row]:
        """Every version of one record that was known at a day, the oldest first, each with its file, sheet and line.

        Args:
            kind: As for `records`.
            source: Who reported it.
            record_id: Under which number.
            region: Region under which it was reported.
            as_of: Versions that became known later are not there.

        Raises:
            PipelineError: `unknown_kind`.
        """
        self._require_kind(kind)
        where = "v.source = $source AND v.record_id = $record AND v.region_code = $region AND v.known_on <= $as_of"
        params = {"source": source, "record": record_id, "region": region, "as_of": as_of}
        rows = self._record_rows(kind, where, params, PAGE_ROWS, 0)
        return sorted(rows, key=lambda row: (row["known_on"], row["version_number"]))

    def _require_kind(self, kind: str) -> None:
        if kind not in DATE_COLUMNS:
            raise PipelineError("unknown_kind", where=kind, names=", ".join(DATE_COLUMNS))

    def count_records(
        self,
        kind: str,
        region: str | None = None,
        start: date | None = None,
        end: date | None = None,
        as_of: date | None = None,
        filters: Mapping[str, Any] | None = None,
    ) -> int:
        """How many records `records` would give without a limit."""
        where, params = self._record_conditions(kind, region, start, end, as_of, filters)
        return self.query(f"SELECT COUNT(*) AS n FROM core_{kind}__versions AS v WHERE {where}", params)[0]["n"]

    # Inside

    def _record_conditions(
        self,
        kind: str,
        region: str | None,
        start: date | None,
        end: date | None,
        as_of: date | None,
        filters: Mapping[str, Any] | None,
    ) -> tuple[str, dict[str, Any]]:
        conditions, params = self._conditions(kind, region, start, end, filters)
        live = (_LIVE_AT if as_of else _LIVE_NOW).format(v="v")
        return " AND ".join([live, *conditions]), params | ({"as_of": as_of} if as_of else {})

    def _conditions(
        self, kind: str, region: str | None, start: date | None, end: date | None, filters: Mapping[str, Any] | None
    ) -> tuple[list[str], dict[str, Any]]:
        """What must hold of a record, whenever it was known."""
        self._require_kind(kind)
        day = DATE_COLUMNS[kind]
        conditions: list[str] = []
        params: dict[str, Any] = {}
        if region and not self._are_all_inside(kind, region):
            conditions.append(inside("$region"))
            params["region"] = region
        for name, sign, value in (("start", ">=", start), ("end", "<=", end)):
            if value:
                conditions.append(f"v.{day} {sign} ${name}")
                params[name] = value
        known = self.columns(f"core_{kind}__versions") if filters else []
        for number, (column, wanted) in enumerate((filters or {}).items()):
            if column not in known:
                raise PipelineError("unknown_filter", where=kind, column=column, names=", ".join(known))
            values = list(wanted) if isinstance(wanted, list | tuple | set | frozenset) else [wanted]
            or_nothing = f" OR v.{quoted(column)} IS NULL" if None in values else ""
            values = [value for value in values if value is not None]
            names = [f"f{number}_{i}" for i in range(len(values))]
            params |= dict(zip(names, values, strict=True))
            marks = ", ".join(f"${name}" for name in names) or "NULL"
            conditions.append(f"(v.{quoted(column)} IN ({marks}){or_nothing})")
        return conditions, params

    def _are_all_inside(self, kind: str, region: str) -> bool:
        """Whether no record that the asker may see is of another region, so that none need be asked for its own.

        A build never changes while it is open: the regions of its records are found once.
        """
        found = self._record_regions.get(kind)
        if found is None:
            rows = self.query(f"SELECT DISTINCT v.region_code FROM core_{kind}__versions AS v")
            found = self._record_regions[kind] = frozenset(row["region_code"] for row in rows)
        below = "SELECT a.region_code FROM core_regions__ancestors AS a WHERE a.ancestor_code = $region"
        return found <= {row["region_code"] for row in self.query(below, {"region": region})}

    def _record_rows(
        self, kind: str, where: str, params: Mapping[str, Any], limit: int, offset: int, first: str = ""
    ) -> list[Row]:
        columns = self.columns(f"core_{kind}__versions")
        # The page is cut out first, by the columns of its order, so that only a few rows are read whole and named.
        order = f"ORDER BY {first}v.{DATE_COLUMNS[kind]} DESC, v.source, v.record_id, v.region_code, v.known_on"
        page = (
            f"SELECT * FROM core_{kind}__versions AS v "
            f"WHERE v.rowid IN (SELECT v.rowid FROM core_{kind}__versions AS v "
            f"WHERE {where} {order} LIMIT $page_rows OFFSET $page_offset) {order}"
        )
        rows = self.query(page, {**params, "page_rows": limit, "page_offset": offset})
        names = self._names_of(column for column in _NAMES if column in columns)
        paths = self._paths({row["file_id"] for row in rows})
        for row in rows:
            row["path"] = paths.get(row["file_id"])
            for column, known in names.items():
                stem = column.removesuffix("_code")
                zh, en = known.get(row[column], (None, None))
                row[f"{stem}_name_zh"], row[f"{stem}_name_en"] = zh, en
        return rows

    def _names_of(self, columns: Any) -> dict[str, dict[str, tuple[str, str]]]:
        """Names by column and code, from one question over all the code lists that the columns need."""
        wanted = list(columns)
        if not wanted:
            return {}
        sql = " UNION ALL ".join(
            f"SELECT '{column}' AS of_column, n.{key} AS code, n.name_zh, n.name_en FROM {relation} AS n "
            f"WHERE {condition}"
            for column, (relation, key, condition) in ((column, _NAMES[column]) for column in wanted)
        )
        found: dict[str, dict[str, tuple[str, str]]] = {column: {} for column in wanted}
        for row in self.query(sql):
            found[row["of_column"]][row["code"]] = (row["name_zh"], row["name_en"])
        return found

    def _paths(self, file_ids: set[str]) -> dict[str, str]:
        if not file_ids:
            return {}
        marks = ", ".join("?" for _ in file_ids)
        rows = self.query(f"SELECT file_id, path FROM mart_files WHERE file_id IN ({marks})", sorted(file_ids))
        return {row["file_id"]: row["path"] for row in rows}


def inside(region: str) -> str:
    """The condition that a record `v` is of a region or of one below it; `region` is a parameter's name."""
    return f"v.region_code IN (SELECT a.region_code FROM core_regions__ancestors AS a WHERE a.ancestor_code = {region})"
