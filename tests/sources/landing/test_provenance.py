"""What may be wrong with provenance.yml: told with file and line, in both languages."""

import re

import pytest

from pipelines.errors import PipelineError, SeveralErrors
from pipelines.sources.provenance import Provenance
from pipelines.texts import in_language

GOOD = "A-1,120113,2024-07-01 08:30,2024-07-02,化工,1,12.5"
SAID = "raw/accidents/provenance.yml"


def refused(project, language="en"):
    with in_language(language), pytest.raises(PipelineError) as caught:
        project.land()
    assert not isinstance(caught.value, SeveralErrors) and caught.value.exit_code == 2
    return caught.value.where, caught.value.tell(language)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("default: {source: a}\nq3.csv: {received_on: 2023-13-45}\n", '"2023-13-45" in line 2'),
        ("q3.csv: {received_on: 2026-12-24}\n", "line 1 q3.csv: received on 2026-12-24"),
        ("# mine\nq3csv: {source: a}\n", r'line 2: there is no file q3csv  nearest: "q3.csv"'),
        ("q3.csv: {source: a}\nq3.csv: {source: b}\n", '"q3.csv" in line 2 repeats line 1'),
        ("q3.csv: {source: a}\ndefault: [a]\n", "line 2"),
        ("- q3.csv\n", "`key: value`"),
        ("", "`key: value`"),
        ("q3.csv: {recieved_on: 2024-01-01}\n", r"line 1 q3\.csv\.recieved_on"),
        ("q3.csv: {history: perhaps}\n", r"line 1 q3\.csv\.history"),
        ("q3.csv: [\n", "line 2"),
    ],
)
def test_provenance_that_cannot_be_true_is_told_with_its_line(project, text, told):
    project.accidents(GOOD)
    project.write(SAID, text)
    where, said = refused(project)
    assert where == "data/raw/accidents/provenance.yml"
    assert re.search(told, said), said
    zh = refused(project, "zh")[1]
    assert "第" in zh or "键: 值" in zh
    ours = {
        "provenance",
        "accidents",
        "csv",
        "yaml",
        "yml",
        "utf",
        "data",
        "raw",
        "true",
        "false",
        "default",
        "perhaps",
    }
    ours |= {*Provenance.model_fields, "provenance", "recieved_on", "q3csv"}
    assert set(re.findall(r"[a-z_0-9]*[a-z]{3,}[a-z_0-9]*", zh.casefold())) <= ours, zh


def test_a_folder_and_another_ending_are_told(project):
    project.accidents(GOOD)
    other = project.write("raw/accidents/provenance.yaml", "default: {source: a}\n")
    where, said = refused(project)
    assert where == "data/raw/accidents/provenance.yaml" and "provenance.yml" in said
    other.unlink()
    (project.root / "data" / SAID).mkdir()
    assert refused(project)[0] == "data/raw/accidents/provenance.yml"


def test_a_folder_that_names_no_source_has_that_of_the_folder_above(project):
    """Else a ledger in a second folder, of which only `history: true` is said, would be other records."""
    project.accidents(GOOD)
    project.accidents(GOOD, "", name="town/q3.csv")
    project.write("raw/accidents/town/provenance.yml", "default: {history: true, received_on: 2024-10-01}\n")
    landing = project.land()
    assert [(row["source"], row["is_history"]) for row in landing.files] == [("accidents", False), ("accidents", True)]
    project.write(SAID, "default: {source: bureau}\n")
    assert {row["source"] for row in project.land().files} == {"bureau"}
    project.write("raw/accidents/town/provenance.yml", "default: {history: true, source: town}\n")
    assert {row["source"] for row in project.land().files} == {"bureau", "town"}


def test_an_entry_may_name_a_file_in_a_folder_below(project):
    project.accidents(GOOD, name="north/q3.csv")
    project.write(SAID, "north/q3.csv: {source: northern, received_on: 2024-10-01}\n")
    assert [row["source"] for row in project.land().files] == ["northern"]
