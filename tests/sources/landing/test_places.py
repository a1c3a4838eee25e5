"""Places that the list of regions lacks: what is told of them, and which place may be meant."""

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


def test_another_code_is_not_near_for_its_digits():
    assert nearest("120113102") is None


def test_a_new_region_gets_a_code_that_no_other_has():
    regions = Regions("regions.csv", ROWS)
    assert [regions.next_code(parent) for parent in ("120113", "120000", "120114101")] == [
        "120113102",
        "120115",
        "120114101001",
    ]
