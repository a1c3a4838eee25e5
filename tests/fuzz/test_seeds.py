import pytest

from tests.fuzz.harness import land_bytes
from tests.fuzz.seeds import SUFFIXES, TABLES, written


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kind", sorted(TABLES))
def test_the_files_from_which_the_fuzzers_start_land(kind, suffix):
    assert land_bytes(written(TABLES[kind], suffix), kind, suffix) == "landed"
