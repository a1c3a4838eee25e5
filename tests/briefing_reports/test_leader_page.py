"""The leader's page: one page, whatever the plan."""

import io
import shutil
import subprocess

import docx
import pytest

from pipelines import standing
from pipelines.briefing.documents import make_document
from tests.briefing.office import AS_OF, PLANS


def said(document):
    opened = docx.Document(io.BytesIO(document))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in opened.paragraphs] + cells


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("plan", PLANS)
def test_every_plan_has_a_page_whose_numbers_are_the_build_s(house, office, plan, language):
    made = make_document("page", house, office, plan, "2024Q3", language)
    assert made.proof.facts > 20


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("plan", PLANS)
def test_no_target_of_the_table_is_left_out(house, office, plan, language):
    document = docx.Document(io.BytesIO(make_document("page", house, office, plan, "2024Q3", language).document))
    rows = house.assessments(plan, AS_OF)
    assert len(document.tables[0].rows) - 1 == len(standing.main_group(rows) or rows)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_it_is_exactly_one_page(house, office, tmp_path):
    for plan in PLANS:
        for language in ("zh", "en"):
            made = make_document("page", house, office, plan, "2024Q3", language)
            (tmp_path / made.name).write_bytes(made.document)
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    files = [str(file) for file in sorted(tmp_path.glob("*.docx"))]
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *files]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    pages = {file.stem: file.read_bytes().count(b"/Type/Page/") for file in tmp_path.glob("*.pdf")}
    assert pages == {file.rpartition("/")[2].removesuffix(".docx"): 1 for file in files}


def test_it_says_what_a_leader_must_know(house, office):
    texts = said(make_document("page", house, office, "beichen", "2024Q3").document)
    assert any(text.startswith("规划期已过75%，12项指标中") for text in texts)
    for words in ("目标进展", "需要关注", "上次会议（2024年6月30日）以来的变化", "需要会议决定的事项", "▲\u00a0需加力"):
        assert any(words in text for text in texts), words
    assert any("把道路运输列为四季度重点 · 区交通局 · 2024年12月31日" in text for text in texts)
    alerts = texts.index(next(text for text in texts if text == "需要关注"))
    assert texts[alerts + 4].startswith(("上次会议", "超时序"))  # three at most


def test_simulated_data_are_marked_and_real_ones_are_not(house, office):
    marks = {}
    for plan in ("beichen", "nation"):
        opened = docx.Document(io.BytesIO(make_document("page", house, office, plan, "2024Q3").document))
        marks[plan] = opened.sections[0].header.paragraphs[0].text
    assert marks == {"beichen": "模拟数据", "nation": ""}


def test_the_same_build_gives_the_same_bytes(house, office):
    one, two = (make_document("page", house, office, "beichen", "2024Q3").document for _ in range(2))
    assert one == two


def test_target_and_value_have_the_same_unit_and_what_went_is_told_beside_what_came(house, office):
    texts = said(make_document("page", house, office, "beichen", "2024Q3").document)
    name = texts.index("区级应急管理机构专业人才占比")
    assert texts[name + 1].endswith("%") and texts[name + 2] == "＞60%"
    (news,) = (text for text in texts if text.startswith("· 新入库事故"))
    assert "核销或撤回1起" in news


def test_a_target_that_its_plan_leaves_open_is_told_as_unset_and_counted_as_such(house, office):
    rows = [row for row in house.assessments("mentougou", AS_OF) if standing.told_verdict(row) == "unset"]
    assert rows and all(row["verdict"] == "no_data" for row in rows)
    for kind in ("page", "brief"):
        told = "\n".join(said(make_document(kind, house, office, "mentougou", "2024Q3").document))
        assert told.count("目标未定") >= len(rows) + 1, "beside the target, and where the verdicts are counted"
        assert "“数据不足”" not in told.replace("\n", "")


def test_no_revision_and_no_strike_off_are_told_as_such(house, office):
    for plan in PLANS:
        told = "\n".join(said(make_document("page", house, office, plan, "2024Q3").document))
        if "新入库事故" in told:
            assert "核销" in told or "更正" in told, plan


def test_what_is_settled_is_told_by_what_settled_it_and_not_by_this_years_value(house, office):
    told = {}
    for plan in PLANS:
        rows = [row for row in house.assessments(plan, AS_OF) if row["verdict"] in ("out_of_reach", "not_met")]
        if rows:
            texts = said(make_document("page", house, office, plan, "2024Q3").document)
            told[plan] = [text for text in texts if text.startswith(("■ ", "✕ "))]
    assert told and all(told.values())
    for texts in told.values():
        assert all("路径要求" not in text for text in texts)
        assert any("按现有记录" in text or "未达到" in text for text in texts)
