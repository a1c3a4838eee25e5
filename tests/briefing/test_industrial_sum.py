"""The subtotal of the industrial sectors says why it is not known in the words of its parts."""

from types import SimpleNamespace

import pytest

from pipelines import situation
from pipelines.briefing import forms
from pipelines.briefing.quarterly.accidents import industrial_sum


@pytest.mark.parametrize(("parts", "told"), [([None, None], "came_later"), ([2, None], "")])
def test_it_is_missing_for_the_reason_of_its_parts(monkeypatch, parts, told):
    def work(address, operation, of, form, unit, missing):
        return SimpleNamespace(values=[fact.value for fact in of], missing=missing)

    def count(row, measure, back):
        return SimpleNamespace(value=row, form=forms.COUNT, unit="", missing="came_later" if row is None else "")

    monkeypatch.setattr(situation, "sector_groups", lambda cuts: ([], parts, []))
    quarter = SimpleNamespace(cuts={}, count=count, quarter=SimpleNamespace(code="2024Q3"))
    found = industrial_sum(SimpleNamespace(quarter=quarter, book=SimpleNamespace(work=work)), "accidents", 1)
    assert found.missing == told and found.values == [part for part in parts if part is not None or told]
