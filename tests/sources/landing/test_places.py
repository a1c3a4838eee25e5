"""Places that the list of regions lacks: what is told of them, and which place may be meant."""

import csv

from pipelines.sources.regions import Regions

ROWS = [
    {"region_code": code, "parent_code": parent, "name_zh": zh, "name_en": en}
    for code, parent, zh, en in (
        ("120000", "", "天津市", "Tianjin"),
        ("120113", "120000", "北辰区", "Beichen District"),
        ("120113004", "120113", "果园新村街道", "Guoyuanxincun Subdistrict"),
        ("120113101", "120113", "天穆镇", "Tianmu Town"),
        ("120114", "120000", "武清区", "Wuqing District"),
        ("120114101", "120114", "崔黄口镇", "Cuihuangkou Town"),
    )
]


def nearest(wanted: str, own: tuple[str, ...] = ()) -> str | None:
    return Regions("regions.csv", ROWS, own).find(wanted).nearest


def test_a_place_is_not_near_for_being_a_street_too():
    assert nearest("杨村街道") is None
    assert nearest("Yangcun Subdistrict") is None
    assert nearest("天目镇") is None
    assert nearest("果园新邨街道") == "果园新村街道"
    assert nearest("Tianmo Town") == "Tianmu Town"


def test_only_places_of_the_own_region_are_near():
    assert nearest("果园新邨街道", ("120114",)) is None
    assert nearest("催黄口镇", ("120114",)) == "崔黄口镇"
    assert nearest("催黄口镇", ("120113",)) is None


def test_beside_a_district_only_its_own_towns_are_near():
    regions = Regions("regions.csv", ROWS)
    assert regions.find_names("", "武清区", "崔黄镇").nearest == "崔黄口镇"
    assert regions.find_names("", "北辰区", "崔黄镇").nearest is None


def test_a_place_is_known_by_its_former_name_too_alone_and_behind_those_around_it():
    regions = Regions("regions.csv", [row | {"aliases": "天穆乡|天穆" * (row["name_zh"] == "天穆镇")} for row in ROWS])
    for name in ("天穆乡", "天穆", "北辰区天穆乡", "天津市北辰区天穆"):
        assert regions.find(name).code == "120113101", name
    assert regions.find_names("天津市", "北辰区", "天穆乡").code == "120113101"
    assert regions.find("天木乡").code is None


def test_another_code_is_not_near_for_its_digits():
    assert nearest("120113102") is None


def test_a_new_region_gets_a_code_that_no_other_has():
    regions = Regions("regions.csv", ROWS)
    assert [regions.next_code(parent) for parent in ("120113", "120000", "120114101")] == [
        "120113102",
        "120115",
        "120114101001",
    ]


HEADING = "事故编号,街镇,发生时间,行业领域,死亡人数"
OFFICE = '[office]\nregions = ["120114"]\n'


def test_places_that_the_list_lacks_are_told_once_with_the_lines_that_let_them_in(project):
    (project.root / "anlan.toml").write_text(OFFICE, encoding="utf-8")
    project.accidents("A-1,杨村街道,2024-07-01,化工,1", "A-2,杨村街道,2024-07-02,化工,0", heading=HEADING)
    project.accidents(
        "A-3,杨村街道,2024-10-01,化工,0", "A-4,大碱厂镇,2024-10-02,化工,0", name="q4.csv", heading=HEADING
    )
    (error,) = project.land(stop=False).errors
    file = project.root / "data/codes/regions.csv"
    lines = ["120114001,120114,town,杨村街道,杨村街道,,,", "120114002,120114,town,大碱厂镇,大碱厂镇,,,"]
    assert error.tell("zh") == "\n".join(
        [
            "data/codes/regions.csv：地区表里没有 2 个地名，2 个文件共 4 行因此未被接受",
            *(f"  {row}" for row in error.rows),
            "未发布任何内容；此前有构建的，仍使用上一次的构建。",
            "规则：地名（或代码）须列在 data/codes/regions.csv 中，才能逐级汇总",
            "处理办法：地名无误的，在 data/codes/regions.csv 末尾加上它的一行（各栏为代码、上级代码、级别、中文名、"
            "英文名、序号、说明；代码用统计用区划代码，或表中没有的数）；已有地区的旧名、简称，加到那一行的 aliases 栏"
            "（以 | 分隔），再构建；写错了的，在退回的工作簿中改正后重新上报（data/warehouse/rejected）。可加的行：",
            *lines,
        ]
    )
    assert error.rows == (
        '"杨村街道"  data/raw/accidents/q3.csv (rows: 2), data/raw/accidents/q4.csv (rows: 1)',
        '"大碱厂镇"  data/raw/accidents/q4.csv (rows: 1)',
    )
    file.write_text(file.read_text(encoding="utf-8") + "\n".join([*lines, ""]), encoding="utf-8")
    landing = project.land()
    assert sorted(project.rows(landing, "accidents", "record_id, region_code")) == [
        ("A-1", "120114001"),
        ("A-2", "120114001"),
        ("A-3", "120114001"),
        ("A-4", "120114002"),
    ]


def test_a_list_of_an_earlier_version_without_former_names_gets_lines_of_its_own_length(project):
    (project.root / "anlan.toml").write_text(OFFICE, encoding="utf-8")
    file = project.root / "data/codes/regions.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = [row[:-1] for row in csv.reader(opened)]
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows(rows)
    project.accidents("A-1,杨村街道,2024-07-02,化工,1", heading=HEADING)
    (error,) = project.land(stop=False).errors
    assert error.facts["lines"] == "120114001,120114,town,杨村街道,杨村街道,,"


def test_a_file_has_an_error_of_its_own_only_for_its_other_faults(project):
    rows = ["A-1,杨村街道,3月22日,化工,1", "A-2,杨村街道,2024-07-02,化工,两人", "A-3,天穆镇,2024-07-02,化工,两人"]
    project.accidents(*rows, heading=HEADING)
    file, places = project.land(stop=False).errors
    assert (file.code, file.where, file.facts["n"]) == ("too_many_rejected", "data/raw/accidents/q3.csv", 3)
    assert [row.split("  ")[0] for row in file.rows] == ["row 2", "row 3, row 4"]
    assert not any("杨村" in row for row in file.rows)
    assert (places.code, places.facts["rows_n"]) == ("places_unlisted", 2)
    assert "[office]" in places.tell("zh") and "新代码" not in places.tell("zh")


def test_where_every_row_has_one_fault_nobody_is_told_to_bear_it(project):
    heading = HEADING.replace("街镇", "行政区划代码")
    project.accidents(*(f"A-{n},120113,2024-07-0{n},化工,两人" for n in range(1, 6)), heading=heading)
    (error,) = project.land(stop=False).errors
    assert error.code == "every_row_rejected" and len(error.rows) == 1
    assert error.rows[0].startswith("row 2, row 3, row 4 and more, 5 in all  ")
    assert "rejected_rows_borne" not in error.tell("zh") + error.tell("en")


def test_a_measure_that_the_list_lacks_is_told_with_the_line_that_lets_it_in(project):
    text = "地区,指标,时期,数值,单位\n武清区,安责险投保企业,2023,12,家\n武清区,安责险投保企业,2024,15,家\n"
    project.write("raw/statistics/own.csv", text)
    (error,) = project.land(stop=False).errors
    line = "own_1,安责险投保企业,安责险投保企业,个,stock,"
    assert error.code == "measures_unlisted" and error.facts["lines"] == line
    assert error.rows == ('"安责险投保企业"  data/raw/statistics/own.csv (rows: 2)',)
    file = project.root / "data/codes/statistics_measures.csv"
    file.write_text(file.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    assert project.rows(project.land(), "statistics", "measure, value") == [("own_1", 12.0), ("own_1", 15.0)]
