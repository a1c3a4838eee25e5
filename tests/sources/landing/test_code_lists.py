"""Code lists that an administrator spoilt are refused in a sentence, in both languages."""

import re

import pytest

from pipelines.errors import PipelineError
from pipelines.sources.codes import read_codes
from pipelines.texts import in_language

HEADING = "region_code,parent_code,level,name_zh,name_en,sort_order,note\n"
NATION = "000000,,nation,全国,China,10,\n"


def refused(project, language="en"):
    with in_language(language), pytest.raises(PipelineError) as caught:
        read_codes(project.root / "data/codes")
    assert (caught.value.code, caught.value.exit_code) == ("code_list_invalid", 2)
    return caught.value


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("120000,120000,province,天津市,Tianjin,20,\n", "from line 3 on, * 120000 → 120000"),
        ("1,2,province,甲,A,20,\n2,1,province,乙,B,20,\n3,1,county,丙,C,20,\n", "line 3 on, * 1 → 2 → 1"),
        ("120000,999999,province,天津市,Tianjin,20,\n", "line 3, the parent 999999 of 120000"),
        ("120000,000000,province\n", "line 3 does not have the 7 cells"),
        ("120000,000000,province,天津市,Tianjin,20,\n" * 2, "line 4 repeats the region_code 120000 of line 3"),
        (",000000,province,天津市,Tianjin,20,\n", "line 3 has no region_code"),
    ],
)
def test_regions_that_form_no_tree_or_miss_cells_are_refused(project, rows, reason):
    project.write("codes/regions.csv", HEADING + NATION + rows)
    said = refused(project).facts["reason"]
    assert re.search(".*".join(map(re.escape, reason.split("*"))), said), said


def test_missing_columns_are_called_missing_and_an_empty_list_is_told(project):
    project.write("codes/causes.csv", "code,name_zh\na,b\n")
    assert "missing: name_en" in refused(project).facts["reason"]
    project.write("codes/causes.csv", "code,name_zh,name_en,aliases\n")
    assert "no code" in refused(project).facts["reason"]
    project.write("codes/causes.csv", "")
    assert "missing" in refused(project).facts["reason"]


def spoil(project, how):
    path = project.root / "data/codes/sectors.csv"
    if how == "folder":
        path.unlink()
        path.mkdir()
    elif how == "gone":
        path.unlink()
    else:
        path.write_bytes({"gbk": "code,名称".encode("gbk"), "quote": b'sector_code,name_zh,name_en\na,"b,c\n'}[how])


@pytest.mark.parametrize("how", ["folder", "gone", "gbk", "quote"])
def test_a_list_that_cannot_be_read_is_told_in_chinese_without_english(project, how):
    spoil(project, how)
    reason = refused(project, "zh").facts["reason"]
    assert not re.search(r"[A-Za-z]{4,}", reason), reason
