"""Files damaged at random, and cells of any text: each lands or is refused in words, and no row is lost.

The suite tries a few hundred; ANLAN_FUZZ_SECONDS=600 lets each test go on for ten minutes.
"""

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.harness import land_bytes
from tests.fuzz.seeds import SUFFIXES, TABLES, seed, written

SECONDS = float(os.environ.get("ANLAN_FUZZ_SECONDS", "0"))
FOUND = sorted((Path(__file__).parent / "found").glob("*/*"))
QUICK = {"deadline": None, "suppress_health_check": list(HealthCheck)}

HOSTILE = (
    "'); DROP TABLE core_accidents__versions; --",
    "\"; ATTACH 'x.db'; --",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "../../etc/passwd",
    "\x00",
    "\ufeff",
    "\u202e",
    "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "NaN",
    "inf",
    "-0",
    "1e400",
    "9" * 40,
    "１２３",
    "0x10",
    "2024-02-30",
    "99999",
    "0",
    " ",
    "\n",
    '"',
    "——",
    "１１０１０５１９４９１２３１００２Ｘ",
)
cells = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.integers().map(str), st.floats().map(str))


@st.composite
def damaged(draw) -> tuple[bytes, str, str]:
    """A good file with some bytes changed, taken out, doubled or put in."""
    kind, suffix = draw(st.sampled_from(sorted(TABLES))), draw(st.sampled_from(SUFFIXES))
    data = bytearray(seed(kind, suffix))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        until = min(at + draw(st.integers(0, 30)), len(data))
        data[at:until] = draw(
            st.one_of(st.binary(max_size=12), st.just(bytes(data[at:until]) * 3), st.sampled_from(_BITS))
        )
    return bytes(data), kind, suffix


_BITS = (
    *(text.encode("utf-8", "replace") for text in HOSTILE),
    b"\xff\xfe",
    b"\xfe\xff",
    b"\x81\x30\x81\x30",
    b",,,,,,",
    b"\r",
    b"{}",
    b"[[[[",
    b"PK\x03\x04",
    b"PAR1",
)


@st.composite
def retyped(draw) -> tuple[bytes, str, str]:
    """A file whose headings or cells were replaced by any text."""
    kind, suffix = draw(st.sampled_from(sorted(TABLES))), draw(st.sampled_from(SUFFIXES[:1] + SUFFIXES[3:]))
    table = [list(row) for row in TABLES[kind]]
    for _ in range(draw(st.integers(1, 5))):
        row = draw(st.integers(0 if draw(st.booleans()) else 1, len(table) - 1))
        table[row][draw(st.integers(0, len(table[row]) - 1))] = draw(cells)
    if suffix == ".parquet" and len(set(table[0])) < len(table[0]):
        suffix = ".csv"
    table = [[text.encode("utf-8", "replace").decode() for text in row] for row in table]
    return written(table, suffix), kind, suffix


def tries(strategy, count):
    """Check so many examples, always the same ones; and other ones for as long as ANLAN_FUZZ_SECONDS says."""
    until = time.monotonic() + SECONDS
    _checked(strategy, max_examples=count, derandomize=True)
    while time.monotonic() < until:
        _checked(strategy, max_examples=count)


def _checked(strategy, **options):
    @settings(database=None, **options, **QUICK)
    @given(strategy)
    def check(file):
        data, kind, suffix = file
        land_bytes(data, kind, suffix)

    check()


def test_damaged_files_land_or_are_refused_in_words():
    tries(damaged(), 120)


def test_any_text_in_a_heading_or_cell_lands_or_is_refused_in_words():
    tries(retyped(), 120)


@pytest.mark.parametrize("file", FOUND, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_what_the_fuzzers_found_stays_mended(file):
    land_bytes(file.read_bytes(), file.parent.name, file.suffix)
