"""Every check finds what it is for; a check of severity stop keeps a build from being published."""

from __future__ import annotations

import dataclasses

import pytest

from pipelines import publish
from pipelines.build import make
from pipelines.errors import PipelineError
from pipelines.model_files import load_models
from tests.rows import landed_inputs


def found(house):
    return {row["check_name"]: row["offending_rows"] for row in house.checks() if row["offending_rows"]}


def refused(warehouse_from, **rows):
    with pytest.raises(PipelineError) as caught:
        warehouse_from(**rows)
    assert caught.value.code == "checks_failed"
    assert publish.list_builds(warehouse_from.settings) == []
    return "\n".join(caught.value.rows)


def test_a_clean_build_offends_no_check(warehouse_from):
    house = warehouse_from(accidents=[{}], disasters=[{}], inspections=[{}], training=[{}], statistics=[{}])
    assert found(house) == {}
    assert len(house.checks()) == sum(1 for model in load_models() if model.layer == "checks")


def test_rows_that_vanish_on_the_way_stop_the_build(warehouse_from):
    said = refused(warehouse_from, accidents=[{"file": "a.csv"}], files={"a.csv": {"records": 3, "accepted": 3}})
    assert "文件行数" in said and "accidents/a.csv" in said


def test_rejected_rows_that_are_not_kept_stop_the_build(warehouse_from):
    files = {"a.csv": {"records": 2, "accepted": 1, "rejected": 1}}
    assert "退回的行" in refused(warehouse_from, accidents=[{"file": "a.csv"}], files=files)


def test_a_record_known_before_it_happened_stops_the_build(warehouse_from):
    assert "早于" in refused(warehouse_from, accidents=[{"reported_at": "2024-03-09 00:00:00"}])


def test_an_unknown_region_stops_the_build(warehouse_from):
    assert "999999" in refused(warehouse_from, accidents=[{"region_code": "999999"}])


def test_a_region_without_its_parent_stops_the_build(warehouse_from):
    regions = [("120113", "120000", "district", "北辰区", "Beichen")]
    assert "120000" in refused(warehouse_from, accidents=[{}], regions=regions)


def test_synthetic_files_beside_real_ones_stop_the_build(warehouse_from):
    files = {"real.csv": {"is_history": True}, "demo.csv": {"is_synthetic": True, "is_history": True}}
    rows = [{"file": "real.csv"}, {"file": "demo.csv"}]
    assert "accidents/demo.csv" in refused(warehouse_from, accidents=rows, files=files)


def test_published_figures_may_stand_beside_synthetic_ones(warehouse_from):
    files = {
        "nation.csv": {"is_published": True, "is_history": True},
        "demo.csv": {"is_synthetic": True, "is_history": True},
    }
    house = warehouse_from(accidents=[{"file": "demo.csv"}], statistics=[{"file": "nation.csv"}], files=files)
    assert house.manifest.is_synthetic


@pytest.mark.parametrize("value", [float("inf"), float("nan"), float("-inf")])
def test_a_figure_that_is_no_number_stops_the_build(warehouse_from, value):
    assert "无穷大" in refused(warehouse_from, statistics=[{"value": value}])


def test_parts_of_a_loss_beyond_the_loss_are_a_warning(warehouse_from):
    house = warehouse_from(disasters=[{"direct_loss_fen": 10, "housing_loss_fen": 6, "agriculture_loss_fen": 5}])
    assert found(house) == {"chk_disaster_losses_sum": 1}


def test_an_official_grade_that_differs_is_a_warning(warehouse_from):
    rows = [{"deaths": 3, "official_grade_code": "general"}, {"deaths": 3, "official_grade_code": "larger"}]
    assert found(warehouse_from(accidents=rows)) == {"chk_grades_agree": 1}


def test_a_key_that_is_missing_is_not_lost_silently(warehouse_from):
    with pytest.raises(PipelineError) as caught:
        warehouse_from(accidents=[{"record_id": None}])
    assert caught.value.code == "grain_broken"


@pytest.mark.parametrize(
    ("model", "old", "new", "check"),
    [
        ("core_accidents__deltas", "-accidents AS accidents", "accidents AS accidents", "各月增减量"),
        ("core_accidents__deltas", "WHERE superseded_on IS NOT NULL", "WHERE FALSE", "各月增减量"),
        ("core_accidents__deltas", "-work_deaths AS work_deaths", "-9 * work_deaths AS work_deaths", "累计值为负"),
        ("core_accidents__versions", "'struck_off', 'zero_return'", "'reported', 'struck_off'", "既未入库"),
        ("core_accidents__intervals", "ELSE spells.superseded_on END", "ELSE NULL END", "两个有效版本"),
    ],
)
def test_a_mistake_in_a_model_is_caught_by_a_check(warehouse_from, monkeypatch, tmp_path, model, old, new, check):
    """The checks of the models themselves: break one on purpose, and a check must say so."""
    broken = [
        dataclasses.replace(one, sql=one.sql.replace(old, new)) if one.name == model else one for one in load_models()
    ]
    assert broken != load_models(), "the text to break is no longer in the model"
    monkeypatch.setattr("pipelines.model_files.load_models", lambda **_: broken)
    rows = [
        {"record_id": "B"},
        {"record_id": "A", "reported_at": "2024-04-01 00:00:00"},
        {"record_id": "A", "reported_at": "2024-05-01 00:00:00", "status": "revised"},
        {"record_id": "A", "reported_at": "2024-06-01 00:00:00", "status": "revised"},
    ]
    inputs = landed_inputs(tmp_path / "landed", accidents=rows)
    with publish.writer(warehouse_from.settings) as folder, pytest.raises(PipelineError) as caught:
        make(warehouse_from.settings, folder, inputs)
    assert caught.value.code == "checks_failed"
    assert any(check in row for row in caught.value.rows), caught.value.rows


HISTORY = {"h.csv": {"is_history": True}}


def test_history_without_a_time_of_report_is_a_warning(warehouse_from):
    rows = [{"file": "h.csv", "reported_at": None}, {"file": "h.csv", "reported_at": "2024-03-12 08:00:00"}]
    assert found(warehouse_from(accidents=rows, files=HISTORY)) == {"chk_history_has_report_times": 1}


def test_every_kind_of_history_is_looked_at(warehouse_from):
    rows = [{"file": "h.csv", "reported_at": None}]
    kinds = ("accidents", "disasters", "inspections", "training", "statistics")
    house = warehouse_from(**dict.fromkeys(kinds, rows), files=HISTORY)
    assert found(house) == {"chk_history_has_report_times": 5}


@pytest.mark.parametrize(
    ("said", "received_on", "n"),
    [
        ({"reported_at": None}, "2025-12-01", 1),
        ({"reported_at": "2024-03-12 08:00:00"}, "2025-12-01", 1),
        ({"reported_at": "2025-11-20 08:00:00"}, "2025-12-01", 0),  # a late report
        ({"reported_at": None}, "2024-10-01", 0),
    ],
)
def test_old_records_that_nobody_declared_are_a_warning(warehouse_from, said, received_on, n):
    files = {"old.csv": {"received_on": received_on, "is_history": False}}
    house = warehouse_from(accidents=[{"file": "old.csv", **said}], files=files)
    assert found(house) == ({"chk_old_records_are_declared": n} if n else {})


def test_declared_history_and_published_figures_are_no_old_records(warehouse_from):
    files = {
        "a.csv": {"received_on": "2026-12-01", "is_history": True},
        "b.csv": {"received_on": "2026-12-01", "is_published": True},
    }
    house = warehouse_from(accidents=[{"file": "a.csv"}], statistics=[{"file": "b.csv"}], files=files)
    assert found(house) == {}


@pytest.mark.parametrize("kind", ["accidents", "disasters", "inspections", "training"])
def test_a_strike_off_that_names_another_region_is_told(warehouse_from, kind):
    rows = [
        {"record_id": "A1", "region_code": "120113001"},
        {"record_id": "A1", "region_code": "120113101", "status": "struck_off"},
        {"record_id": "A2", "region_code": "120113001"},
        {"record_id": "A2", "region_code": "120113001", "status": "struck_off"},
    ]
    assert found(warehouse_from(**{kind: rows})) == {"chk_one_id_in_two_regions": 1}


def test_one_accident_under_two_regions_is_told_and_two_of_one_number_are_not(warehouse_from):
    rows = [
        {"record_id": "A1", "region_code": "120113001"},
        {"record_id": "A1", "region_code": "120113101"},
        {"record_id": "A2", "region_code": "120113001", "occurred_at": "2024-01-10 08:00:00"},
        {"record_id": "A2", "region_code": "120113101", "occurred_at": "2024-02-10 08:00:00"},
        {"record_id": "A1", "region_code": "120113101", "source": "fire brigade"},
    ]
    assert found(warehouse_from(accidents=rows[:4])) == {"chk_one_id_in_two_regions": 1}
    assert found(warehouse_from(accidents=rows)) == {
        "chk_one_accident_of_two_sources": 1,
        "chk_one_id_in_two_regions": 1,
    }


def test_one_id_in_two_regions_is_told_with_file_and_line_of_both(warehouse_from):
    rows = [
        {"record_id": "A1", "region_code": "120113001", "file": "north.csv"},
        {"record_id": "A1", "region_code": "120113101", "file": "south.csv"},
    ]
    (one,) = [row for row in warehouse_from(accidents=rows).checks() if row["offending_rows"]]
    assert one["text"].endswith("accidents/south.csv 第 2 行 A1（另见 accidents/north.csv 第 2 行）")


def test_one_deadly_accident_of_two_sources_is_told_with_file_and_line_of_both(warehouse_from):
    """Alike in day, sector and deaths, in one region or one above the other."""
    own = {"record_id": "A1", "region_code": "120113001", "file": "ours.csv"}
    theirs = {"record_id": "TJ-77", "region_code": "120113", "source": "city", "file": "city.csv"}
    (one,) = [row for row in warehouse_from(accidents=[own, theirs]).checks() if row["offending_rows"]]
    assert one["check_name"] == "chk_one_accident_of_two_sources"
    assert one["text"].endswith("accidents/ours.csv 第 2 行 A1（另见 accidents/city.csv 第 2 行）")
    same_id = {**theirs, "record_id": "A1", "occurred_at": "2024-03-10 09:00:00"}
    assert found(warehouse_from(accidents=[own, same_id])) == {"chk_one_accident_of_two_sources": 1}
    for other in (
        {"region_code": "120113101"},
        {"occurred_at": "2024-03-10 09:00:00"},
        {"occurred_at": "2024-03-11 08:00:00"},
        {"sector_code": "chemicals"},
        {"deaths": 2},
    ):
        assert found(warehouse_from(accidents=[own, {**theirs, **other}])) == {}, other
    day_alone = {**theirs, "occurred_at": "2024-03-10"}
    assert found(warehouse_from(accidents=[own, day_alone])) == {"chk_one_accident_of_two_sources": 1}
    harmless = [{**own, "deaths": 0}, {**theirs, "deaths": 0}]
    assert found(warehouse_from(accidents=harmless)) == {}


def test_one_id_for_accidents_of_two_days_is_told_unless_one_revises_the_other(warehouse_from):
    first = {"record_id": "A1", "file": "a.csv"}
    later = {"record_id": "A1", "file": "b.csv", "occurred_at": "2024-05-02 08:00:00"}
    (one,) = [row for row in warehouse_from(accidents=[first, later]).checks() if row["offending_rows"]]
    assert one["check_name"] == "chk_one_id_for_two_accidents"
    assert one["text"].endswith("accidents/a.csv 第 2 行 A1（另见 accidents/b.csv 第 2 行）")
    assert found(warehouse_from(accidents=[first, {**later, "status": "revised"}])) == {}


GDP = {"record_id": "G", "value": 1000.0, "source": "bureau", "file": "ours.csv"}
THEIRS = {"record_id": "H", "value": 500.0, "source": "yearbook", "file": "yearbook.csv"}


def test_one_figure_of_two_sources_is_told_with_file_and_line_of_both(warehouse_from):
    (one,) = [row for row in warehouse_from(statistics=[GDP, THEIRS]).checks() if row["offending_rows"]]
    assert one["check_name"] == "chk_one_figure_of_two_sources"
    assert one["text"].endswith("statistics/ours.csv 第 2 行 G（另见 statistics/yearbook.csv 第 2 行）")
    assert "以最新报送的为准" in one["text"] and "preferred" in one["text"]


@pytest.mark.parametrize(
    "other",
    [
        {"source": "bureau"},  # a later print of one source is a revision
        {"value": 1000.9},  # rounding
        {"vintage": "preliminary"},  # another edition
        {"region_code": "120116"},
        {"measure": "population"},
        {"sector_code": "fire"},
        {"period_end": "2024-09-30", "frequency": "quarter_ytd"},
    ],
)
def test_figures_that_do_not_contradict_each_other_are_not_told(warehouse_from, other):
    assert found(warehouse_from(statistics=[GDP, {**THEIRS, **other}])) == {}


def test_a_figure_that_names_no_edition_contradicts_any(warehouse_from):
    assert found(warehouse_from(statistics=[GDP, {**THEIRS, "vintage": None}])) == {"chk_one_figure_of_two_sources": 1}


@pytest.mark.parametrize("kind", ["accidents", "disasters", "inspections", "training"])
def test_a_strike_off_of_what_nobody_reported_is_told_with_file_line_and_id_until_the_report_comes(
    warehouse_from, kind
):
    strike = {"record_id": "A-typo", "status": "struck_off", "file": "q3.csv", "reported_at": "2024-09-01 08:00:00"}
    house = warehouse_from(**{kind: [{"record_id": "A1"}, strike]})
    (one,) = [row for row in house.checks() if row["offending_rows"]]
    assert (one["check_name"], one["offending_rows"]) == (f"chk_strike_offs_of_{kind}_meet_a_record", 1)
    assert one["text"].endswith(f"{kind}/q3.csv 第 2 行 A-typo")
    assert found(warehouse_from(**{kind: [{"record_id": "A1"}, {"record_id": "A-typo"}, strike]})) == {}
