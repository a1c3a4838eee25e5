"""The list of regions: places by code, by name, or by the names of the regions around them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from pipelines.sources.code_list import CodeList, Found, plain

_KIND_OF_PLACE = re.compile(r"(?:街道|地区|镇|乡|街|区|县|市|subdistrict|district|township|town|street)$")
_LIKE = 0.65  # share of signs, beside the kind of place, that a name has in common with one that may be meant


class Regions(CodeList):
    """The regions, which may also be written as a path (天津市北辰区), or by a code of twelve digits.

    Args:
        file: As the user knows it, for messages.
        rows: Of the list; `aliases`, where there are any, are former or short names.
        own: Regions of the office; only what lies in them is the nearest to a place that is not in the list.
    """

    def __init__(self, file: str, rows: list[dict[str, str]], own: Sequence[str] = ()):
        self.own = tuple(own)
        self.parents = {row["region_code"]: row["parent_code"].strip() for row in rows}
        self.names = {row["region_code"]: row["name_zh"] for row in rows}
        self.has_aliases = any("aliases" in row for row in rows)
        aliases = {row["region_code"]: (row.get("aliases") or "").split("|") for row in rows}
        spelled = [(r["region_code"], r["name_zh"], r["name_en"], aliases[r["region_code"]]) for r in rows]
        super().__init__("regions", file, spelled)
        for code in self.codes:
            for path in self.paths(code):
                self._spell(path, code)
                for alias in filter(None, aliases[code]):
                    self._spell(path.removesuffix(self.names[code]) + alias, code)

    def paths(self, code: str) -> Iterable[str]:
        """The Chinese name with those of the regions above it in front, the shortest first.

        >>> rows = [{"region_code": c, "parent_code": p, "name_zh": n, "name_en": ""} for c, p, n in
        ...         [("12", "", "天津市"), ("13", "12", "北辰区"), ("14", "13", "双街镇")]]
        >>> list(Regions("regions.csv", rows).paths("14"))
        ['北辰区双街镇', '天津市北辰区双街镇']
        """
        path, parent = self.names[code], self.parents.get(code, "")
        while parent and parent in self.names:
            path = self.names[parent] + path
            yield path
            parent = self.parents.get(parent, "")

    def is_below(self, code: str, ancestor: str) -> bool:
        """Whether a region is another one or lies in it."""
        while code and code != ancestor:
            code = self.parents.get(code, "")
        return code == ancestor

    def nearest(self, wanted: str) -> str | None:
        """The place that may be meant by a name: alike without 镇 or 街道, which say nothing of which place it is."""
        return self._nearest_in(wanted, self.own)

    def _nearest_in(self, wanted: str, regions: Sequence[str]) -> str | None:
        stem = _stem(wanted)
        if not stem or stem.isdigit():  # another code is no nearer by its digits
            return None
        stems = {
            _stem(text): self._shown[text]
            for text, codes in reversed(self._spellings.items())
            if not text.isdigit() and self._is_in_one(codes, regions)
        }
        close = difflib.get_close_matches(stem, stems, n=1, cutoff=_LIKE)
        if close:
            return stems[close[0]]
        ends = [known for known in stems if len(known) > 1 and stem.endswith(known)]
        return stems[max(ends, key=len)] if ends else None

    def _is_in_one(self, codes: Iterable[str], regions: Sequence[str]) -> bool:
        return not regions or any(self.is_below(code, region) for code in codes for region in regions)

    def choices(self, wanted: str, nearest: str | None) -> tuple[list[dict[str, str]], list[str]]:
        """As for any list, but of places only the nearest."""
        return [], [nearest] if nearest else []

    def next_code(self, parent: str) -> str:
        """A code below a region that no other region has.

        >>> rows = [{"region_code": c, "parent_code": p, "name_zh": "", "name_en": ""} for c, p in
        ...         [("12", ""), ("12003", "12")]]
        >>> Regions("regions.csv", rows).next_code("12"), Regions("regions.csv", rows).next_code("12003")
        ('12004', '12003001')
        """
        below = [code for code, above in self.parents.items() if above == parent and code.isdigit()]
        return str(max(map(int, below)) + 1) if below else f"{parent}001"

    def find(self, text: str) -> Found:
        """As for any list; a statistical code of nine or twelve digits loses its trailing zeros."""
        wanted = plain(text).removesuffix(".0")
        if wanted.isdigit() and wanted not in self.names:
            for width, tail in ((9, 3), (6, 6), (6, 3)):
                if len(wanted) == width + tail and wanted.endswith("0" * tail) and wanted[:width] in self.names:
                    return Found(wanted[:width])
        return super().find(text)

    def find_place(self, code: str, *names: str) -> Found:
        """The region that a code and names beside it mean together: the lower of two that agree.

        A name that is in no list, such as that of a crossing, says nothing against the code.

        >>> rows = [{"region_code": c, "parent_code": p, "name_zh": n, "name_en": ""} for c, p, n in
        ...         [("12", "", "天津市"), ("13", "12", "北辰区"), ("14", "13", "双街镇"), ("15", "12", "和平区")]]
        >>> place = Regions("regions.csv", rows).find_place
        >>> place("13", "", "双街镇").code, place("14", "北辰区", "").code, place("15", "北辰区", "双街镇").fault
        ('14', '14', 'place_contradicts')
        """
        by_code = self.find(code)
        given = [name for name in names if name.strip()]
        if by_code.code is None or not given:
            return by_code
        spelled = self._spellings.get(plain("".join(given)), set()) | self._spellings.get(plain(given[-1]), set())
        inside = [found for found in spelled if self.is_below(found, by_code.code)]
        place = inside[0] if len(inside) == 1 else by_code.code
        named = (super(Regions, self).find(name).code for name in ("".join(given), *given))
        if all(self.is_below(place, found) or self.is_below(found, place) for found in named if found):
            return Found(place)
        return Found(None, "place_contradicts", by_code.code)

    def find_names(self, region: str, district: str, town: str) -> Found:
        """The region that names in up to three columns mean together, the lowest level that is given."""
        given = [part for part in (region, district, town) if part.strip()]
        whole = super().find("".join(given))
        if whole.code is not None or len(given) == 1:
            return whole
        candidates = self._spellings.get(plain(given[-1]), set())
        above = [CodeList.find(self, part).code for part in given[:-1]]
        inside = [code for code in candidates if all(part and self.is_below(code, part) for part in above)]
        if len(inside) == 1:
            return Found(inside[0])
        around = [part for part in above if part]
        return Found(None, "unknown_code", self._nearest_in(given[-1], around[-1:] or self.own))


def _stem(name: str) -> str:
    """What tells a place from others of its kind.

    >>> _stem("杨村街道"), _stem("天穆镇"), _stem("镇")
    ('杨村', '天穆', '镇')
    """
    text = plain(name)
    return _KIND_OF_PLACE.sub("", text) or text
