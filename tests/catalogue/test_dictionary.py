"""The data dictionary says what the catalogue and the code lists say today."""

from pathlib import Path

import pytest

from pipelines.catalogue import load_catalogue
from pipelines.catalogue.dictionary import FILES, dictionary, targets_by_indicator
from pipelines.sources.contract import KINDS, load_contract

ROOT = Path(__file__).resolve().parents[2]


def page(language, used_by=None):
    used_by = targets_by_indicator(ROOT / "data/plans") if used_by is None else used_by
    return dictionary(load_catalogue(), ROOT / "data/codes", used_by, language)


@pytest.mark.parametrize("language", FILES)
def test_the_page_is_up_to_date(language):
    written = (ROOT / "docs" / FILES[language]).read_text(encoding="utf-8")
    assert written == page(language), "write it again: python -m pipelines.catalogue.dictionary"


def test_every_indicator_stands_in_it_with_its_formula():
    text = page("zh")
    for entry in load_catalogue().values():
        assert f"### {entry.title.zh}\n" in text
        assert entry.formula.zh in text


def test_an_unused_indicator_is_said_to_be_unused():
    assert page("en", used_by={}).count("no plan uses it yet") == len(load_catalogue())


def test_every_code_list_stands_in_it():
    text = page("en")
    for file in (ROOT / "data/codes").glob("*.csv"):
        if "measures" not in file.name:
            assert f"### {file.name} (" in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_record_stands_in_it_with_its_meaning_and_headings(kind):
    part = page("zh").split(f"(`{kind}`)")[1].split("\n### ")[0]
    rows = {line.split("`")[1]: line for line in part.splitlines() if line.startswith("| `")}
    contract = load_contract(kind)
    assert list(rows) == [item.name for item in contract.fields] + list(contract.names)
    for item in contract.fields:
        cells = [cell.strip() for cell in rows[item.name].split("|")]
        assert cells[6] and all(heading in cells[7] for heading in (*item.headings, *contract.spare.get(item.name, ())))
        assert cells[4] == ("是" if item.required else "")
