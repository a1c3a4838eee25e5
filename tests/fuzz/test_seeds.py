import pytest

from tests.fuzz.harness import land_bytes
from tests.fuzz.seeds import SUFFIXES, TABLES, seed


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kind", sorted(TABLES))
def test_the_files_from_which_the_fuzzers_start_land(kind, suffix):
    assert land_bytes(seed(kind, suffix), kind, suffix) == "landed"
