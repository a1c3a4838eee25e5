"""The page of the quarterly situation as it opens: order, parts, paper, wall, earlier quarters, users' own words."""

import re
import shutil
from urllib.parse import parse_qsl

import pytest

from dashboard.quarterly import sections
from tests.dashboard import hand
from tests.dashboard.conftest import words as text_of
from tests.dashboard.test_quarterly import MEETING, plain


@pytest.mark.parametrize(("language", "said"), [("zh", "天津市共发生生产安全事故"), ("en", "in Tianjin")])
def test_the_page_opens_with_the_first_minute_in_order(open_page, office, language, said):
    at = open_page(office, "quarterly", plan="tianjin", lang=language)
    text = text_of(at)
    assert not at.exception and said in text
    found = [text.index(name) for name in ('class="a-data"', 'class="a-h1"', "a-grid a-five", "a-grid a-three")]
    assert found == sorted(found)
    assert "q-sample" in text and "decisions/tianjin.yml" in text


def test_every_chart_has_alt_text_and_a_table(open_page, office):
    found = 0
    for part, n in (("trend", 2), ("time", 2)):
        at = open_page(office, "quarterly", plan="tianjin", lang="zh", part=part)
        charts = at.get("plotly_chart")
        assert len(charts) == n
        assert all("2024 年" in chart.proto.alt for chart in charts)
        found += sum("数据表" in one.label for one in at.expander)
    assert found == 3


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("part", sections.PARTS)
def test_every_part_opens_and_each_figure_has_its_trust_line(open_page, office, part, language):
    at = open_page(office, "quarterly", plan="tianjin", part=part, lang=language)
    assert not at.exception
    text = text_of(at)
    source, formula, records = (
        ("来源：", "公式：", "看记录") if language == "zh" else ("Source: ", "Formula: ", "See records")
    )
    lines = [line for line in re.findall(r'<p class="a-trust">.*?</p>', text) if source in line]
    assert len(lines) >= 2, "the first minute and each card have one"
    assert all(formula in line and records in line for line in lines)
    assert any("records?" in line and "kind=" in line for line in lines)


def test_on_paper_all_parts_stand_one_below_the_other_with_pictures(open_page, office):
    at = open_page(office, "quarterly", plan="tianjin", mode="print")
    text = text_of(at)
    assert not at.get("plotly_chart") and not at.expander
    assert text.count('class="a-still"') == 4
    assert text.count('class="q-part"') == len(sections.PARTS)


def test_the_wall_shows_the_first_minute_and_the_running_totals(open_page, office):
    at = open_page(office, "quarterly", plan="tianjin", mode="wall")
    assert "天津市共发生生产安全事故" in text_of(at) and len(at.get("plotly_chart")) == 2
    assert not at.selectbox


def test_an_earlier_quarter_shows_only_what_was_known_then(open_page, office):
    at = open_page(office, "quarterly", plan="tianjin", quarter="2024Q2")
    text = text_of(at)
    assert "2024-06-30" in text and "未发生生产安全事故" in plain(text)
    assert at.selectbox(key="pick_quarter").value == "2024Q2"
    assert "共发生生产安全事故 1 起" in plain(text_of(open_page(office, "quarterly", plan="tianjin")))


def test_decisions_written_by_users_are_on_the_page_without_a_build(open_page, office, tmp_path):
    shutil.copytree(office / "data", tmp_path / "data")
    folder = tmp_path / "data/plans/decisions"
    folder.mkdir(parents=True)
    (folder / "tianjin.yml").write_text(MEETING, encoding="utf-8")
    assert "加密&lt;检查&gt;" in text_of(open_page(tmp_path, "quarterly", plan="tianjin"))
    assert "降水偏多" in text_of(open_page(tmp_path, "quarterly", plan="tianjin", part="ahead"))


def test_a_file_of_decisions_that_is_wrong_is_told_in_words(open_page, office, tmp_path):
    shutil.copytree(office / "data", tmp_path / "data")
    folder = tmp_path / "data/plans/decisions"
    folder.mkdir(parents=True)
    (folder / "tianjin.yml").write_text("decisions: [", encoding="utf-8")
    at = open_page(tmp_path, "quarterly", plan="tianjin")
    assert not at.exception and "data/plans/decisions/tianjin.yml" in text_of(at)


def test_no_wording_of_cause_stands_on_the_page(open_page, office):
    said = plain(text_of(open_page(office, "quarterly", plan="tianjin", lang="zh", mode="print")))
    assert "并列，不表示因果" in said
    for word in ("导致", "由于", "得益于", "促使", "成效显著"):
        assert word not in said


@pytest.fixture
def mixed(tmp_path, monkeypatch):
    """An office of which one accident does not count as work safety, and others fell into other quarters."""
    more = [
        {**hand.ACCIDENTS[0], "record_id": f"M-{n}", "occurred_at": f"{day} 08:00:00", "counts_as_work_safety": counts}
        for n, (day, counts) in enumerate([("2024-05-06", True), ("2024-05-07", False), ("2024-08-03", False)])
    ]
    monkeypatch.setattr(hand, "ACCIDENTS", [*hand.ACCIDENTS, *more])
    hand.publish_office(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("quarter", "n"), [("2024Q3", 2), ("2024Q2", 1)])
def test_the_number_behind_each_link_is_the_number_that_was_clicked(open_page, mixed, quarter, n):
    """Records that do not count as work safety, or of later months or days, do not come along."""
    text = text_of(open_page(mixed, "quarterly", plan="tianjin", lang="zh", quarter=quarter))
    assert int(re.search(r"发生生产安全事故 (\d+) 起", text)[1]) == n
    clicked = [(str(n), re.search(r'href="records\?([^"]*kind=accidents[^"]*)"', text)[1])]
    way = r'<a href="records\?([^"]*)"[^>]*>'
    named = rf'<th scope="row">{way}[^<]*</a></th>.*?<td class=a-n>{way}(\d+)</a></td>'
    clicked += [(count, query) for ways in re.findall(named, text) for count in ways[2:] for query in ways[:2]]
    assert len(clicked) > 1
    for count, query in clicked[:4]:
        listed = text_of(open_page(mixed, "records", **dict(parse_qsl(query.replace("&amp;", "&")))))
        assert _listed(listed) == count, query


def test_the_records_say_how_many_of_them_do_not_count(open_page, mixed):
    every = text_of(open_page(mixed, "records", plan="tianjin", lang="zh", kind="accidents"))
    others = text_of(open_page(mixed, "records", plan="tianjin", lang="zh", kind="accidents", scope="other"))
    assert "其中 2 条不计入生产安全事故" in every and _listed(others) == "2"


def _listed(text: str) -> str:
    return re.search(r"<h1[^>]*>[^<]*?(\d+) ?条", text)[1]
