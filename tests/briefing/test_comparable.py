"""A change needs both sides: what is out on either makes a zero no zero and a difference no difference."""

import datetime
from types import SimpleNamespace

import pytest

from pipelines.briefing.quarter_facts import QuarterFacts
from pipelines.briefing.quarterly import outlook
from pipelines.quarters import Quarter
from pipelines.reporting import KINDS, Reporting
from pipelines.texts import in_language

D = datetime.date
REGION = "120113"


class House:
    """Answers only what was reported; `out` names (year, kind) of which a return of these regions is out."""

    def __init__(self, out):
        self.out = out

    def reporting(self, region, spans):
        return [self._of(first) for first, _, _ in spans]

    def _of(self, first):
        return {kind: self._of_kind(kind, frozenset(self.out.get((first.year, kind), ()))) for kind in KINDS}

    @staticmethod
    def _of_kind(kind, gone):
        return Reporting(kind, 3, 3 - bool(gone), gone, began=True, overdue=gone)


@pytest.fixture
def facts(tmp_path):
    def of(**out):
        book = SimpleNamespace(plan={"region_code": REGION, "plan_id": "beichen"})
        years = {(int(key[1:5]), key[6:]): regions for key, regions in out.items()}
        quarter = Quarter(2024, 2, D(2024, 6, 30), D(2024, 3, 31))
        made = QuarterFacts(House(years), SimpleNamespace(path=lambda name: tmp_path), quarter, book)
        made.__dict__["breaks"] = []
        return made

    return of


def test_whole_months_stand_beside_whole_months(facts):
    q = facts()
    assert q.is_comparable("accidents") and q.is_comparable("disasters", backs=range(1, 6))
    assert not q.missing and not q.partly


def test_a_return_of_this_year_that_is_out_makes_a_zero_unknown_and_no_change(facts):
    q = facts(y2024_accidents={REGION})
    assert q.missing == q.partly == {"accidents"}
    assert not q.is_comparable("accidents") and q.is_comparable("training")
    row = {"cut": "region", "code": "120113001", "accidents": 0, "accidents_before": 3}
    assert q._unknown_part(row, 0) == "not_reported" and q._unknown_part(row, 1) == ""
    none, four = (lambda measure, back, column, n=n: n if "__" not in measure else 0 for n in (0, 4))
    assert q._why_missing("accidents", "quarter", 0, none, "quarter") == "not_reported"
    assert q._why_missing("accidents", "quarter", 0, four, "quarter") == ""
    assert q.why_not_compared("accidents") == "reported" and q.why_not_compared("training") == ""


def test_a_base_that_was_not_reported_then_is_no_base(facts):
    q = facts(y2023_accidents={REGION})
    assert not q.missing and not q.is_comparable("accidents")
    assert q.is_comparable("accidents", "former", (0,))  # the quarter before lies in this year
    assert q._why_missing("accidents", "to_date", 1, lambda *asked: 0, "to_date") == "not_reported"
    assert q.why_not_compared("accidents") == "before", "this year's returns are in"


def test_the_mean_of_five_years_needs_all_five(facts):
    q = facts(y2020_disasters={"120113001"})
    assert q.is_comparable("disasters") and not q.is_comparable("disasters", backs=range(1, 6))


def test_a_place_below_that_has_not_reported_is_no_place_without_accidents(facts):
    q = facts(y2024_accidents={"120113002"})
    assert (q.missing, q.partly) == (set(), {"accidents"})
    there, out = ({"cut": "region", "code": code, "accidents": 0} for code in ("120113001", "120113002"))
    assert (q._unknown_part(there, 0), q._unknown_part(out, 0)) == ("", "not_reported")


@pytest.mark.parametrize(("can", "told"), [(True, "事故起数明显多于上年同期"), (False, "未作检验")])
def test_where_nothing_could_be_compared_nothing_is_said_to_have_been_tested(can, told):
    quarter = SimpleNamespace(cut=lambda name: [], is_comparable=lambda kind: can)
    with in_language("zh"):
        assert told in str(outlook._higher(SimpleNamespace(quarter=quarter)))
