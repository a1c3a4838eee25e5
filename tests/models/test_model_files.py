"""Model files: header, reads, order, and the subset that means the same on DuckDB and Spark."""

from __future__ import annotations

import shutil

import pytest
import sqlglot

from pipelines.errors import PipelineError
from pipelines.model_docs import page
from pipelines.model_files import (
    MODELS_FOLDER,
    PROOF,
    as_shipped,
    digest,
    fingerprints,
    in_order,
    load_models,
    read_model,
)
from pipelines.relations import SOURCE_RELATIONS
from pipelines.sources.contract import KINDS
from pipelines.spark.dialect import to_spark
from pipelines.texts import has

GOOD = """-- core_x__rows: rows of x.
-- grain: a, b
-- reads: stg_x
-- caveat: one; two
WITH x AS (SELECT * FROM stg_x)
SELECT a, b, SUM(c) / NULLIF(COUNT(*), 0) AS mean
FROM x
GROUP BY a, b
"""


def model(text=GOOD, name="core_x__rows", layer="core"):
    return read_model(text, name=name, layer=layer)


def faults(text, **more):
    with pytest.raises(PipelineError) as caught:
        model(text, **more)
    assert caught.value.code == "model_rules"
    return " | ".join(caught.value.rows)


def test_a_file_states_its_grain_reads_and_caveats():
    found = model()
    assert (found.grain, found.reads, found.caveats) == (("a", "b"), ("stg_x",), ("one", "two"))
    assert found.summary == "rows of x."
    assert found.sql.startswith("WITH x") and found.is_kept


def test_a_header_goes_on_over_several_lines():
    found = model(GOOD.replace("-- reads: stg_x", "-- reads:\n--     stg_x"))
    assert found.reads == ("stg_x",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("core_x__rows: rows", "core_y: rows", "the header begins"),
        ("-- reads: stg_x", "-- reads: stg_y", "the SQL reads stg_x"),
        ("-- grain: a, b\n", "", "grain is not stated"),
        ("WITH x", "DELETE FROM y; WITH x", "one bare SELECT"),
        ("GROUP BY a, b", "GROUP BY (a", "not readable as SQL"),
        ("SUM(c) / NULLIF(COUNT(*), 0)", "SUM(c) / COUNT(*)", "NULLIF"),
    ],
)
def test_a_fault_of_a_file_is_said_in_words(old, new, said):
    assert said in faults(GOOD.replace(old, new))


def test_a_check_needs_a_severity_and_a_sentence():
    text = "-- chk_x: rows.\n-- reads: stg_x\nSELECT a FROM stg_x\n"
    said = faults(text, name="chk_x", layer="checks")
    assert "severity is stop or warn" in said and "tell names" in said


def test_proven_files_give_the_same_models_without_being_parsed(monkeypatch):
    parsed = load_models()
    read_model.cache_clear()
    monkeypatch.setattr("sqlglot.parse", None)
    assert load_models(is_proven=True) == parsed


def test_the_shipped_files_are_proven_and_a_changed_one_is_not(tmp_path):
    assert as_shipped(), "run python -m pipelines.model_docs"
    assert (MODELS_FOLDER / PROOF).read_text(encoding="utf-8").strip() == digest()
    shutil.copytree(MODELS_FOLDER, tmp_path / "models")
    assert as_shipped(tmp_path / "models")
    with (tmp_path / "models/marts/mart_grades.sql").open("a", encoding="utf-8") as file:
        file.write("-- one more line\n")
    assert not as_shipped(tmp_path / "models")


def test_names_follow_their_layer():
    assert "begin with mart_" in faults(GOOD, layer="marts")


def family(folder, text, file="core_KIND__rows.sql"):
    """Put a file for several kinds into a folder of models; the models that it makes."""
    (folder / "core").mkdir(parents=True)
    (folder / "core" / file).write_text(text.replace("core_x__rows", "core_KIND__rows"), encoding="utf-8")
    return {made.name: made for made in load_models(folder)}


def test_a_file_for_several_kinds_makes_a_model_of_each(tmp_path):
    text = GOOD.replace("stg_x", "stg_KIND").replace("-- grain", "-- kinds: accidents, training\n-- grain")
    made = family(tmp_path, text)
    assert set(made) == {"core_accidents__rows", "core_training__rows"}
    assert made["core_training__rows"].reads == ("stg_training",)
    assert "FROM stg_accidents" in made["core_accidents__rows"].sql


@pytest.mark.parametrize(
    ("kinds", "said"), [("", "which kinds it is for"), ("-- kinds: accidents\n", "the SQL reads stg_x")]
)
def test_a_fault_of_a_file_for_several_kinds_names_the_file(tmp_path, kinds, said):
    text = GOOD.replace("-- reads: stg_x", "-- reads: stg_KIND").replace("-- grain", kinds + "-- grain")
    with pytest.raises(PipelineError) as caught:
        family(tmp_path, text)
    assert said in " ".join(caught.value.rows)
    assert caught.value.where.endswith("core/core_KIND__rows.sql")


def test_no_kind_of_record_is_forgotten_by_the_files_for_several_kinds():
    made = {found.name for found in load_models()}
    for kind in KINDS:
        assert {f"core_{kind}__intervals", f"chk_no_report_of_{kind}_is_lost"} <= made
        assert (f"core_{kind}__strays" in made) == (kind != "statistics"), "a figure has no record that it could miss"


def test_models_that_read_each_other_are_refused():
    one = model(GOOD.replace("stg_x", "core_y__rows"))
    other = read_model(
        GOOD.replace("core_x__rows", "core_y__rows").replace("stg_x", "core_x__rows"), name="core_y__rows", layer="core"
    )
    with pytest.raises(PipelineError) as caught:
        in_order([one, other])
    assert caught.value.code == "models_in_a_circle"


def test_each_model_stands_after_what_it_reads():
    seen = set(SOURCE_RELATIONS)
    for found in load_models():
        assert set(found.reads) <= seen, f"{found.name} reads what nobody makes, or makes later"
        seen.add(found.name)


def test_every_check_has_its_sentence():
    checks = [found for found in load_models() if found.layer == "checks"]
    assert len(checks) >= 10
    assert all(has(check.tell) for check in checks)


def test_a_fingerprint_changes_with_the_sql_and_with_what_it_reads():
    models = load_models()
    inputs = dict.fromkeys(SOURCE_RELATIONS, "a")
    before = fingerprints(models, inputs)
    after = fingerprints(models, {**inputs, "src_accidents": "b"})
    moved = {name for name in before if before[name] != after[name]}
    assert {"stg_accidents", "core_accidents__versions", "mart_measure_deltas"} <= moved
    assert not {name for name in moved if "inspections" in name or "statistics" in name}


def test_every_model_can_be_carried_to_spark():
    for found in load_models():
        assert sqlglot.parse_one(to_spark(found.sql), read="spark") is not None, found.name


def test_the_page_of_models_is_the_one_that_the_headers_give(repository):
    said = (repository / "docs" / "models.md").read_text(encoding="utf-8")
    assert said == page(load_models()), "run python -m pipelines.model_docs"


def test_no_line_of_sql_is_too_long_to_read():
    for file in MODELS_FOLDER.rglob("*.sql"):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            assert len(line) <= 130, f"{file.name}:{number}"
