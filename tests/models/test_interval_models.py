"""One rule for versions of every kind of record: the five models may differ in the kind's name and in nothing else.

They are five files, not one: a new file of accidents must not make the intervals of millions of inspections anew.
"""

from pipelines.sources.contract import KINDS


def test_the_interval_models_differ_in_the_kind_only(repository):
    folder = repository / "pipelines/models/core"
    texts = {
        (folder / f"core_{kind}__intervals.sql").read_text(encoding="utf-8").replace(kind, "KIND") for kind in KINDS
    }
    assert len(texts) == 1
