"""Districts from which nothing ever came: the records of some districts do not speak for their city."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set


def upwards(parents: Mapping[str, str | None], code: str) -> list[str]:
    """A region and all above it, from the nearest.

    >>> upwards({"120113": "120000", "120000": None}, "120113")
    ['120113', '120000']
    """
    found = [code]
    while (parent := parents.get(found[-1])) and parent not in found:
        found.append(parent)
    return found


def silent_districts(
    region: str, districts: Iterable[str], parents: Mapping[str, str | None], came: Set[str]
) -> frozenset[str]:
    """Districts from which nothing came, where some of the others reported and the region itself did not.

    Args:
        region: Code.
        districts: Codes of the districts directly below it.
        parents: The region above each region.
        came: Regions of which anything came, zero returns included.

    >>> parents = {"120113": "120000", "120116": "120000", "120000": None}
    >>> sorted(silent_districts("120000", ["120113", "120116"], parents, {"120113"}))
    ['120116']
    >>> sorted(silent_districts("120000", ["120113", "120116"], parents, {"120113", "120000"}))
    []
    """
    if came & set(upwards(parents, region)):
        return frozenset()
    spoken = {one for code in came for one in upwards(parents, code)}
    return frozenset(districts) - spoken if region in spoken else frozenset()
