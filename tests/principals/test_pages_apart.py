"""Two offices that differ only in the sibling's records show a district the very same pages, down to the last sign.

A walk that looks for the sibling's names and long numbers cannot find a count of three, a point of a chart or an order
of rows; this does. Forecasts are left out: models that are pooled over districts may move in their digits
(docs/security.md), and a test of their relations says how far.
"""

from __future__ import annotations

import re

import pytest

from dashboard.frame import PAGES
from tests.principals.conftest import ROLES, SEEDS
from tests.principals.office import DONGJIANG, make_office
from tests.principals.walk import keeping_downloads, open_as, shown

STATES = [{"mode": "print"}, {"plan": "dongjiang", "region": DONGJIANG.code, "kind": "accidents"}]
# When a build was made, its name, and the hashes of whole files.
OWN_TO_A_BUILD = re.compile(r"\d{8}T\d{6}-[0-9a-f]{6}|20\d\d-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?|\b[0-9a-f]{16,64}\b")


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """The same office twice, with other records of Dongjiang in the second."""
    roots = []
    for seed in (SEEDS[DONGJIANG.sign], 3):
        root = make_office(tmp_path_factory.mktemp("seed"), {**SEEDS, DONGJIANG.sign: seed}, shared=False)
        with (root / "anlan.toml").open("a", encoding="utf-8") as settings:
            settings.write(ROLES)
        roots.append(root)
    return roots


def met(who, root, page, monkeypatch):
    """Every element and download of a page in its fullest state and under a foreign address, a text a line."""
    kept: list[str] = []
    with keeping_downloads(kept):
        texts = [shown(open_as(who, root, page, state, monkeypatch)) for state in STATES]
    return [OWN_TO_A_BUILD.sub("…", line) for text in (*texts, *kept) for line in text.splitlines()]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_and_its_downloads_do_not_depend_on_what_a_sibling_reported(two, page, monkeypatch):
    before, after = (met("beichen", root, page, monkeypatch) for root in two)
    assert len(before) > 20
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == []


def test_the_bureau_sees_the_difference_so_that_the_comparison_can_fail(two, monkeypatch):
    before, after = (met("bureau", root, "overview", monkeypatch) for root in two)
    assert before != after
