"""The quarterly brief: what it says, and that every number in it is the build's."""

import re

import pytest

from pipelines import warehouse
from pipelines.briefing import word
from pipelines.briefing.blocks import Figure, Heading, Paragraph, Table
from pipelines.briefing.documents import hand_out, make_document
from pipelines.briefing.facts import Worked
from pipelines.briefing.proofreading import Recount, proofread
from pipelines.briefing.word_reading import read_word
from pipelines.errors import PipelineError
from pipelines.principals import Principal
from tests.briefing.making import brief_report, finish
from tests.briefing.office import AS_OF, PLANS

SECTIONS = ["总体情况", "主要指标进展", "分行业领域", "分镇街", "自然灾害", "执法检查与隐患整改", "宣传培训与演练",
            "形势研判", "下一步工作建议（草稿）", "提请会议决定的事项", "附表", "数据说明"]  # fmt: skip
RECORDS = SECTIONS[2:7]


def titles(report):
    return [str(block.text) for block in report.blocks if isinstance(block, Heading) and block.level == 1]


def said(report):
    return "\n".join(str(block.text) for block in report.blocks if isinstance(block, Paragraph))


def table(report, key):
    return next(block for block in report.blocks if isinstance(block, Table) and block.key == key)


def test_it_has_the_sections_of_a_bulletin_in_order(beichen):
    assert titles(beichen[0]) == SECTIONS


@pytest.mark.parametrize(("plan", "language"), [*((plan, "zh") for plan in PLANS), ("nation", "en"), ("tianjin", "en")])
def test_every_plan_has_a_brief_without_an_empty_section(house, office, plan, language):
    report = brief_report(house, office, plan, "2024Q3", language)
    following = [type(block) for block in report.blocks]
    for number, block in enumerate(report.blocks):
        if isinstance(block, Heading):
            under = report.blocks[number + 1] if number + 1 < len(following) else None
            assert under is not None and (not isinstance(under, Heading) or under.level > block.level), str(block.text)
    made = finish(report, house, "x.docx")
    assert made.proof.facts == len(report.book) and made.proof.numbers > 80


def test_the_nation_says_what_can_be_said(house, office):
    report = brief_report(house, office, "nation", "2024Q3")
    assert not set(titles(report)) & set(RECORDS)
    assert "全国规划只有公布的年度合计数" in said(report) and report.marks == ()


def test_what_is_due_is_told_by_the_calendar_and_a_value_that_is_not_there_is_said_so(house, office):
    def told(plan):
        document = make_document("brief", house, office, plan, "2024Q3").document
        return "\n".join(line.text for line in read_word(document))

    nation, district = told("nation"), told("beichen")
    assert "报送日历" not in nation and "再前一年" not in nation
    assert "没有现值：" in nation and "现值尚未报送" not in nation and "不能判断，目标为" not in nation
    assert "规划指标有1项尚无现值" in district


def test_a_quarter_of_which_nothing_is_known_shows_no_zero(house, office):
    report = brief_report(house, office, "beichen", "2026Q4")
    assert not set(titles(report)) & {*RECORDS, "附表"}
    assert "2026年四季度的生产安全事故、自然灾害、执法检查、培训演练均尚未报送" in said(report)
    assert finish(report, house, "x.docx").proof.numbers > 50


def test_the_first_sentence_tells_counts_changes_and_whether_chance_explains_them(beichen, house):
    report = beichen[0]
    row = next(row for row in house.situation("beichen", "120113", 2024, 9, AS_OF) if row["cut"] == "total")
    text = str(next(block.text for block in report.blocks if isinstance(block, Paragraph)))
    assert f"1—9月，北辰区共发生生产安全事故{row['accidents']}起、死亡{row['deaths']}人（含失踪）" in text
    assert row["finding"] == "within_chance" and "（在随机波动范围内）" in text
    assert text.count("（伤亡人数随事故成批出现，未作检验）") == 1  # beside counts that are tested, and told once
    assert "环比（2024年二季度，取当时已报数据）" in text


def test_a_change_of_definition_is_said_and_nothing_is_compared_across_it(house, office, monkeypatch):
    broken = [{"begins_on": AS_OF.replace(month=3), "name_zh": "2024年起不含非生产经营性道路交通事故", "name_en": "x"}]
    monkeypatch.setattr("pipelines.meetings.read_series_breaks", lambda *_: broken)
    report = brief_report(house, office, "beichen", "2024Q3")
    assert "跨此变化不作同比" in said(report) and "同比事故起数" not in said(report)
    assert all(str(row[4]) == "—" for row in table(report, "sector").rows)


def test_what_is_not_all_in_is_not_compared(house, office):
    report = brief_report(house, office, "dongjiang", "2024Q3")
    assert "执法检查尚未报全，合计只含已报部分，逾期未报的不作同比" in said(report)
    assert "执法检查尚未报全，不作同比" in said(report)
    assert all(str(row[4]) == "—" for row in table(report, "inspections").rows)
    assert str(table(report, "inspections").rows[-1][1]) == "尚未报送"


def test_targets_carry_value_path_pace_verdict_chance_and_track_record(beichen):
    text = said(beichen[0])
    for words in ("当年路径要求", "差距", "已完成应变化量的", "判断：需加力，按目前走势实现的可能性约三成",
                  "主要取决于道路运输死亡人数", "目标共120项，实现36项（30%）",
                  "。不作概率判断：仅有4个最终年度值，至少需要8个。",
                  "说八成以上的1000项实现90%", "2项约束性指标全部实现的可能性约一成",
                  "2024年死亡人数控制在年度指标内的可能性不足一成"):  # fmt: skip
        assert words in text, words
    assert "“亿元GDP（国内生产总值）生产安全事故死亡率”由“有可能完成”转为“需加力”" in text
    assert len(table(beichen[0], "targets").rows) == 21


def test_the_newest_months_are_called_incomplete(beichen):
    assert "9月的事故尚未报全，估计其他行业已报73%（80%区间70%—77%）" in said(beichen[0])


def test_decisions_and_views_stand_in_the_words_of_whoever_wrote_them(beichen):
    text = said(beichen[0])
    assert "1. 把道路运输列为四季度重点；责任单位：区交通局；2024年12月31日前完成。" in text
    assert "开展 3 次夜间联合检查；责任单位：区应急局；2024年8月31日前完成；已办结；已完成 3 次。" in text
    assert "区气象局（2024年9月25日）：降水较常年偏少 2 成。" in text


def test_advice_is_marked_as_a_draft_and_follows_from_the_facts(beichen):
    text = said(beichen[0])
    assert "供修改，不代表任何单位意见" in text and "一是死亡人数已占年度控制指标的96.6%" in text
    assert "2024年四季度有森林防火期" in text


def test_from_few_deaths_no_sector_is_put_first(house, office):
    assert "突出重点行业" not in said(brief_report(house, office, "dongjiang", "2024Q3"))


def test_every_fact_is_recomputed_by_a_select_of_its_own_or_worked_out(beichen, house):
    book = beichen[0].book
    recount = Recount(house, book)
    for fact in book:
        assert isinstance(fact.source, Worked) or fact.source.query.sql.lstrip().startswith(("SELECT", "WITH"))
        assert recount.printed(fact) == fact.printed, fact.address
        assert fact.source.words


def test_the_same_facts_give_the_same_bytes(house, office, beichen):
    assert make_document("brief", house, office, "beichen", "2024Q3").document == beichen[1].document


def test_a_reader_that_errs_stops_the_brief_and_the_former_file_stays(house, office, tmp_path, monkeypatch):
    former = hand_out(make_document("brief", house, office, "tongan", "2024Q3"), tmp_path)
    before = former.read_bytes()
    situation = type(house).situation

    def wrong(self, *asked):
        rows = situation(self, *asked)
        return [{**row, "accidents": row["accidents"] + 1} if row["cut"] == "total" else row for row in rows]

    monkeypatch.setattr(type(house), "situation", wrong)
    with pytest.raises(PipelineError) as caught:
        hand_out(make_document("brief", house, office, "tongan", "2024Q3"), tmp_path)
    assert caught.value.code == "document_differs"
    assert any(row.startswith("quarter/2024Q3/to_date/total/all/accidents/now：") for row in caught.value.rows)
    assert any(row.startswith("一、总体情况：写为") for row in caught.value.rows)
    assert former.read_bytes() == before and [path.name for path in tmp_path.iterdir()] == [former.name]


def test_a_number_changed_in_the_finished_file_is_found(beichen, house):
    report, made = beichen
    found = read_word(made.document)
    place = next(n for n, line in enumerate(found) if "发生自然灾害" in line.text)
    number = re.search(r"\d{3,}", found[place].text)[0]
    tampered = found[place].text.replace(number, "7654321", 1)
    found[place] = type(found[place])(found[place].section, tampered)
    with pytest.raises(PipelineError) as caught:
        proofread(found, word.lines(report), report.book, house, made.name)
    assert [row.partition("（")[0] for row in caught.value.rows] == [f"五、自然灾害：写为 7654321，应为 {number}"]


@pytest.mark.parametrize(
    ("quarter", "code"),
    [
        ("2024-3", "not_a_quarter"),
        ("2024Q5", "not_a_quarter"),
        ("2019Q1", "quarter_too_early"),
        ("2999Q1", "quarter_to_come"),
    ],
)
def test_a_quarter_that_cannot_be_is_an_error_in_words(house, office, quarter, code):
    with pytest.raises(PipelineError) as caught:
        make_document("brief", house, office, "beichen", quarter)
    assert caught.value.code == code and caught.value.exit_code == 2


def test_an_unknown_plan_is_named(house, office):
    with pytest.raises(PipelineError, match="beichen"):
        make_document("brief", house, office, "haidian", "2024Q3")


def test_without_a_chinese_typeface_the_brief_goes_on_without_figures_and_says_so(house, office, monkeypatch):
    monkeypatch.setattr("pipelines.briefing.fonts.chinese_font", lambda: None)
    report = brief_report(house, office, "beichen", "2024Q3")
    assert not any(isinstance(block, Figure) for block in report.blocks)
    made = finish(report, house, "x.docx")
    assert len(made.notices) == 1 and "Noto Sans CJK" in made.notices[0]
    english = brief_report(house, office, "beichen", "2024Q3", "en")
    assert any(isinstance(block, Figure) for block in english.blocks)  # English signs are always there
    assert not finish(english, house, "x.docx").notices


def test_somebody_who_may_see_one_district_gets_its_brief_and_no_other(office):
    with warehouse.open(office, principal=Principal("x", frozenset({"120113"}))) as own:
        assert make_document("brief", own, office, "beichen", "2024Q3").proof.numbers > 900
        for plan in ("tianjin", "tongan"):
            with pytest.raises(PipelineError) as caught:
                make_document("brief", own, office, plan, "2024Q3")
            assert caught.value.code in ("no_plan", "no_data_for_plan")


def test_english_holds_no_chinese_but_names_that_have_no_other(house, office):
    made = make_document("brief", house, office, "beichen", "2024Q3", "en")
    text = "\n".join(line.text for line in read_word(made.document))
    han = set(re.findall(r"[\u4e00-\u9fff]+", text))
    written = "区气象局降水较常年偏少成开展次夜间联合检查应急已完把道路运输列为四季度重点交通"
    assert all("模拟某" in words or "有限公司" in words or set(words) <= set(written) for words in han), han


def test_chinese_holds_no_english_words_but_names_of_files_and_standards(beichen):
    text = said(beichen[0]) + "".join(str(cell) for block in beichen[0].blocks if isinstance(block, Table)
                                      for row in block.rows for cell in row)  # fmt: skip
    text = text.replace(beichen[0].book.build, "")
    words = set(re.findall(r"[A-Za-z]{2,}", text)) - {"GDP", "GB", "csv", "beichen", "Brier"}
    assert words == set()
