"""Later quarters, removal, and what cannot be made."""

import shutil
from datetime import date, datetime

import pytest

from pipelines.demo import make_demo, remove_demo
from pipelines.demo.columns import EVENT_DATE
from pipelines.demo.provenance import write_provenance
from pipelines.errors import PipelineError
from tests.demo.conftest import settings_in
from tests.demo.reading import event_of, is_faulty, moment, provenance, read_folder
from tests.demo.test_records import fingerprint


@pytest.fixture(scope="module")
def with_quarter(repository, demo, tmp_path_factory):
    """The small demonstration with the files of the fourth quarter of 2024, and the names of those."""
    folder = tmp_path_factory.mktemp("quarter") / "demo"
    shutil.copytree(demo, folder)
    made = make_demo(settings_in(repository, folder), quarter="2024Q4")
    return folder, made


def test_a_quarter_adds_files_and_changes_none(demo, with_quarter):
    folder, made = with_quarter
    before, after = fingerprint(demo), fingerprint(folder)
    added = {path.relative_to(folder).as_posix() for path in made}
    assert all("2024Q4" in name for name in added)
    assert set(after) - set(before) == added
    assert {name for name in before if before[name] != after[name]} == {
        f"{kind}/provenance.yml" for kind in ("accidents", "disasters", "inspections", "training", "statistics")
    }


def test_a_quarter_holds_what_was_reported_in_it_including_late_reports(with_quarter):
    folder, made = with_quarter
    files = [file for file in read_folder(folder) if file.path in made]
    rows = [(file, row) for file in files for row in file.rows if not is_faulty(row)]
    assert all(date(2024, 10, 1) <= moment(row["reported_at"]).date() <= date(2024, 12, 31) for _, row in rows)
    accidents = [row for file, row in rows if file.kind == "accidents"]
    late = [row for row in accidents if row["status"] == "reported" and event_of(row) < datetime(2024, 10, 1)]
    new = [row for row in accidents if row["status"] == "reported" and event_of(row) >= datetime(2024, 10, 1)]
    assert len(late) >= 5
    assert len(new) >= 50
    assert any(row["status"] == "revised" for row in accidents)
    assert any(row["status"] == "struck off" for row in accidents)
    bonded_zone = [event_of(row) for file, row in rows if file.kind == "inspections" and file.office == "dongjiang"]
    assert min(bonded_zone) < datetime(2024, 7, 1)


def test_nothing_is_reported_later_than_a_quarter_looks_back():
    from pipelines.demo.make import _LONGEST_LOOK_BACK, _LOOK_BACK, _of_area

    for kind, event in EVENT_DATE.items():
        back = _LOOK_BACK.get(kind, _LONGEST_LOOK_BACK)
        for area in ("tianjin", "dongjiang", "mentougou"):
            rows = _of_area(kind, area, range(2019, 2025), "small")
            assert max(row["reported_at"].year - row[event].year for row in rows) <= back, (kind, area)


def test_a_quarter_is_no_history(with_quarter):
    folder, made = with_quarter
    for path in made:
        said = provenance(folder, path.parent.name)[path.name]
        assert said["history"] is False
        assert str(said["received_on"]) == "2024-12-31"


def test_a_quarter_does_not_depend_on_the_one_before(repository, demo, with_quarter, tmp_path):
    folder, _ = with_quarter
    shutil.copytree(demo, tmp_path / "alone")
    alone = make_demo(settings_in(repository, tmp_path / "alone"), quarter="2025Q1")
    shutil.copytree(folder, tmp_path / "after")
    after = make_demo(settings_in(repository, tmp_path / "after"), quarter="2025Q1")
    assert [path.read_bytes() for path in alone] == [path.read_bytes() for path in after]


def test_making_the_demonstration_anew_takes_the_later_quarters_away(repository, demo, with_quarter, tmp_path):
    folder, _ = with_quarter
    shutil.copytree(folder, tmp_path / "demo")
    make_demo(settings_in(repository, tmp_path / "demo"))
    assert fingerprint(tmp_path / "demo") == fingerprint(demo)


def test_removal_leaves_what_somebody_else_put_there(repository, demo, tmp_path):
    shutil.copytree(demo, tmp_path / "demo")
    own = tmp_path / "demo" / "accidents" / "own.csv"
    own.write_text("id\n", encoding="utf-8")
    remove_demo(settings_in(repository, tmp_path / "demo"))
    assert list((tmp_path / "demo").rglob("*.*")) == [own]
    own.unlink()
    remove_demo(settings_in(repository, tmp_path / "never"))


@pytest.mark.parametrize("quarter", ["2024Q3", "2026Q1", "2024-4", "2024Q5", ""])
def test_a_quarter_that_cannot_be_made_is_refused(repository, tmp_path, quarter):
    with pytest.raises(PipelineError) as caught:
        make_demo(settings_in(repository, tmp_path), quarter=quarter)
    assert caught.value.code == "demo_quarter_invalid"
    where = f"{quarter}: " if quarter else ""
    assert caught.value.tell("en") == (
        f"{where}this quarter cannot be made\n"
        "No file was made.\n"
        "Rule: a quarter is written 2024Q4, from 2024Q4 to 2025Q4\n"
        "To do: choose another quarter"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("history", ["small", "full"])
def test_a_quarter_goes_on_at_the_scale_of_the_history(repository, demo, tmp_path, monkeypatch, history):
    shutil.copytree(demo / "inspections", tmp_path / "inspections")
    write_provenance(tmp_path / "inspections", "inspections", [], scale=history, quarter=None)
    asked = set()
    monkeypatch.setattr("pipelines.demo.make.inspection_reports", lambda area, years, scale: asked.add(scale) or [])
    make_demo(settings_in(repository, tmp_path), scale="small", quarter="2025Q1")
    assert asked == {history}


def test_a_quarter_before_the_history_is_refused(repository, tmp_path):
    with pytest.raises(PipelineError) as caught:
        make_demo(settings_in(repository, tmp_path), quarter="2024Q4")
    assert caught.value.code == "demo_quarter_before_history"


def test_an_unknown_scale_is_refused(repository, tmp_path):
    with pytest.raises(PipelineError) as caught:
        make_demo(settings_in(repository, tmp_path), scale="huge")
    assert caught.value.facts["scales"] == "small, full"


def test_a_provenance_that_is_no_yaml_is_told_and_nothing_is_deleted(repository, demo, tmp_path):
    shutil.copytree(demo / "training", tmp_path / "demo" / "training")
    (tmp_path / "demo" / "training" / "provenance.yml").write_text("a: [", encoding="utf-8")
    before = fingerprint(tmp_path)
    with pytest.raises(PipelineError) as caught:
        remove_demo(settings_in(repository, tmp_path / "demo"))
    assert caught.value.code == "yaml_unreadable"
    assert caught.value.where == "training/provenance.yml"
    assert fingerprint(tmp_path) == before


def test_removal_never_leaves_its_folder(repository, tmp_path):
    (tmp_path / "demo" / "training").mkdir(parents=True)
    outside = tmp_path / "outside.csv"
    outside.write_text("id\n", encoding="utf-8")
    said = "../../outside.csv: {synthetic: true}\n"
    (tmp_path / "demo" / "training" / "provenance.yml").write_text(said, encoding="utf-8")
    remove_demo(settings_in(repository, tmp_path / "demo"))
    assert outside.exists()


def test_a_missing_code_list_is_told(repository, tmp_path):
    settings = settings_in(repository, tmp_path / "demo")
    settings = settings.model_copy(update={"paths": settings.paths.model_copy(update={"codes": tmp_path / "none"})})
    with pytest.raises(PipelineError) as caught:
        make_demo(settings)
    assert caught.value.code == "code_list_invalid"
    assert not (tmp_path / "demo" / "accidents").exists()
