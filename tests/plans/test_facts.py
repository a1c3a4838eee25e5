"""The figures that the plans print for the period before, carried over whole."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.catalogue import load_catalogue
from pipelines.errors import PipelineError
from pipelines.plans import load_facts
from pipelines.texts import in_language

FILE = Path(__file__).resolve().parents[2] / "data/plans/published-facts.csv"
ENGLISH_UNITS = {"10,000 yuan": "ten thousand yuan"}


def rows(file):
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def test_every_printed_figure_is_carried_over_in_order(shared):
    printed, carried = rows(shared / "plans/published-facts.csv"), rows(FILE)
    assert len(printed) == 52
    for theirs, ours in zip(printed, carried, strict=True):
        unit = theirs["unit"].removesuffix(" a year")
        assert {
            "plan_id": theirs["plan"],
            "kind": theirs["kind"],
            "measure_as_printed": theirs["measure"],
            "period_start_year": theirs["period_start"],
            "period_end_year": theirs["period_end"],
            "printed_value": theirs["value"],
            "printed_unit_en": ENGLISH_UNITS.get(unit, unit) if theirs["value"] else "",
            "quote": theirs["quote"],
            "note": theirs["note"],
        } == {key: ours[key] for key in ours if key not in (
            "measure", "aggregation", "value", "unit", "printed_unit", "is_exact")}  # fmt: skip
        if theirs["value"]:
            rounded = any(word in theirs["note"] for word in ("rounded", "upper bound"))
            assert ours["is_exact"] == ("false" if rounded else "true")


def test_values_are_printed_values_in_the_canonical_unit():
    factors = {"万元": 1_000_000, "%": Decimal("0.01"), "万平方米": 10_000}
    for row in rows(FILE):
        if row["value"]:
            assert Decimal(row["value"]) == Decimal(row["printed_value"]) * factors.get(row["printed_unit"], 1)


def test_measures_are_known_to_the_code_lists_or_the_catalogue():
    codes = FILE.parents[1] / "codes"
    known = {row["measure"] for name in ("measures.csv", "statistics_measures.csv") for row in rows(codes / name)}
    known |= set(load_catalogue())
    unknown = [(f.plan_id, f.quote) for f in load_facts(FILE) if f.measure and f.measure not in known]
    assert unknown == []
    # A count of communities of two ranks, and a statement: nothing in the warehouse adds up to them.
    assert [(f.plan_id, f.kind, f.aggregation) for f in load_facts(FILE) if not f.measure] == [
        ("mentougou", "capability", "total"),
        ("dongjiang", "disasters", "statement"),
    ]


def test_fines_are_in_fen():
    fines = [f for f in load_facts(FILE) if f.measure == "fines_fen"]
    assert [(f.plan_id, f.aggregation, f.value) for f in fines] == [
        ("dongjiang", "total", 260_500_000),
        ("mentougou", "total", 1_663_735_000),
        ("mentougou", "yearly_mean", 339_107_022),
    ]


def test_a_broken_file_is_told_and_not_guessed(tmp_path):
    (tmp_path / "f.csv").write_text("plan_id,kind\nbeichen,accidents\n", encoding="utf-8")
    with pytest.raises(PipelineError) as caught, in_language("en"):
        load_facts(tmp_path / "f.csv")
    assert caught.value.tell("en") == (
        "f.csv: the printed figures are not readable: these columns are missing: measure, aggregation, "
        "period_start_year, period_end_year, value, unit, printed_value, printed_unit, printed_unit_en, is_exact, "
        "quote, note\n"
        "To do: docs/plans.md names the columns and their values"
    )


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda file: None, "it is not a CSV file in UTF-8 that can be opened"),
        (lambda file: file.mkdir(), "it is not a CSV file in UTF-8 that can be opened"),
        (lambda file: file.write_bytes("规划".encode("gb18030")), "it is not a CSV file in UTF-8 that can be opened"),
        (
            lambda file: file.write_text(
                FILE.read_text(encoding="utf-8").replace(",2016,", ",x,", 1), encoding="utf-8"
            ),
            "a year or the value in row 1 below the heading is no number",
        ),
    ],
)
def test_every_fault_of_the_printed_figures_is_a_sentence(tmp_path, write, reason):
    write(tmp_path / "f.csv")
    with pytest.raises(PipelineError) as caught, in_language("en"):
        load_facts(tmp_path / "f.csv")
    assert caught.value.facts["reason"] == reason
