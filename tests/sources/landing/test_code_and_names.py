"""A place by its code and by names beside it: the finer one counts, and two that contradict each other go back."""

import datetime

import pytest
import yaml

pytestmark = pytest.mark.usefixtures("cast_either_way")

HEADING = "事故编号,行政区划代码,区县,街镇,发生时间,行业领域,死亡人数"
GUOYUAN = "120113001"


def send(project, *places: str) -> None:
    rows = (f"A-{n},{place},2024-07-01 08:00,建筑业,1" for n, place in enumerate(places))
    project.accidents(*rows, heading=HEADING)


def test_the_finer_of_a_code_and_its_names_counts(project):
    finer = [
        "120113,北辰区,果园新村街道",
        "120113,,果园新村街道",
        "120113001,北辰区,",
        ",北辰区,果园新村街道",
        "－,北辰区,果园新村街道",
        "120113,,天津市北辰区果园新村街道",
        "120113,—,果园新村街道",
        ",-,果园新村街道",
    ]
    send(project, *finer, "120113,北辰区,某路口", "120113,,")
    found = project.rows(project.land(), "accidents", "region_code")
    assert [code for (code,) in found] == [GUOYUAN] * len(finer) + ["120113", "120113"]


def test_names_that_contradict_the_code_go_back_with_it(project):
    send(project, "120101,北辰区,果园新村街道", "120113001,北辰区,集贤里街道", "120113,和平区,", "120113,,")
    (error,) = project.land(stop=False).errors
    assert error.code == "too_many_rejected" and error.facts["n"] == 3
    told = "\n".join(error.rows)
    for said, code in (("120101 北辰区 果园新村街道", "120101"), ("120113001 北辰区 集贤里街道", "120113001")):
        assert f'"{said}"  names a place that neither lies in the region of code {code} nor holds it' in told


def test_a_corrected_code_outweighs_the_names_of_the_former_place(project):
    send(project, "120113001,北辰区,果园新村街道")
    said = {"file": "q3.csv", "record_id": "A-0", "reason": "wrong town", "who": "statistics"}
    moved = {"action": "set", "field": "region_code", "expect": GUOYUAN, "value": "120101"}
    entry = {**said, **moved, "since": datetime.date(2026, 10, 9)}
    project.write("raw/accidents/corrections.yml", yaml.safe_dump([entry], allow_unicode=True))
    assert project.rows(project.land(), "accidents", "region_code") == [("120101",)]
