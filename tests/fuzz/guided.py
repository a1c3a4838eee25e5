"""The coverage-guided fuzzer (Atheris) on the readers and contracts; no part of the test suite.

    make fuzz SECONDS=600

runs it in an environment of its own. What breaks a promise is left beside the corpus as `crash-…`; it belongs, smaller
if it can be, into `tests/fuzz/found/<kind>/` with its suffix, where the suite tries it for good.
"""

import sys

import atheris

with atheris.instrument_imports(include=["pipelines.sources", "openpyxl"]):
    from tests.fuzz.harness import land_bytes
from tests.fuzz.seeds import SUFFIXES, TABLES, seed

KINDS = sorted(TABLES)


def one(data: bytes) -> None:
    """The first two bytes choose kind and format, the rest is the file."""
    if len(data) < 2:
        return
    land_bytes(data[2:], KINDS[data[0] % len(KINDS)], SUFFIXES[data[1] % len(SUFFIXES)])


def main() -> None:
    """Write the seeds into the corpus (the last argument) and fuzz."""
    import pathlib

    corpus = pathlib.Path(sys.argv[-1])
    corpus.mkdir(parents=True, exist_ok=True)
    for i, kind in enumerate(KINDS):
        for j, suffix in enumerate(SUFFIXES):
            (corpus / f"seed-{kind}{suffix}").write_bytes(bytes([i, j]) + seed(kind, suffix))
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
