"""The same bytes under two names: one file, whose records count once, and both names are told."""

import pytest

from pipelines.sources.remarks import remarks_text

HEADING = "事故编号,行政区划代码,发生时间,行业领域,死亡人数,重伤人数,轻伤人数,直接经济损失（万元）"
ROW = "A-1,120113,2024-07-01,化工,1,0,0,5"
ORIGINAL, COPY = "data/raw/accidents/q3.csv", "data/raw/accidents/a copy of q3.csv"


@pytest.fixture
def twice(project):
    """An office that had the original at its first build, and has a copy beside it since."""
    project.accidents(ROW, heading=HEADING)
    project.land()
    project.accidents(ROW, name="a copy of q3.csv", heading=HEADING)
    return project


def there(landing):
    return [(file["path"], file["records"]) for file in landing.files if file["withdrawn_on"] is None]


def test_records_of_a_copied_file_count_once_under_the_name_of_the_original(twice):
    landing = twice.land()
    assert there(landing) == [(ORIGINAL, 1)]
    assert landing.warnings == (
        f"{ORIGINAL}: {COPY} holds the same, whose records count once; taking either away withdraws nothing",
    )
    assert remarks_text(landing.files[0]["remarks"], "zh") == (
        f"{COPY}与它内容相同，同一份记录只计一次；删去其中任何一个都不算撤回"
    )
    assert twice.land().files == landing.files


@pytest.mark.parametrize(("gone", "left"), [(ORIGINAL, COPY), (COPY, ORIGINAL)])
def test_taking_either_copy_away_withdraws_nothing(twice, gone, left):
    twice.land()
    (twice.root / gone).unlink()
    landing = twice.land()
    assert (there(landing), landing.withdrawn, landing.warnings) == ([(left, 1)], [], ())
    (twice.root / left).unlink()
    landing = twice.land(withdraw=True)
    assert (there(landing), landing.withdrawn) == ([], [left])


def test_a_changed_copy_is_a_file_of_its_own(twice):
    twice.accidents(ROW.replace("A-1", "A-2"), name="a copy of q3.csv", heading=HEADING)
    assert there(twice.land()) == [(COPY, 1), (ORIGINAL, 1)]


def test_of_two_that_come_together_the_shorter_name_is_the_original(project):
    project.accidents(ROW, name="q3 copy.csv", heading=HEADING)
    project.accidents(ROW, heading=HEADING)
    landing = project.land()
    assert there(landing) == [(ORIGINAL, 1)]
    assert landing.warnings[0].startswith(f"{ORIGINAL}: data/raw/accidents/q3 copy.csv holds the same")
