"""The button on the page of the quarterly situation."""

import io
from pathlib import Path

import docx
import pytest

from pipelines.principals import Principal

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"


@pytest.fixture
def page(office, monkeypatch):
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv("ANLAN_ROOT", str(office.root))

    def run(**query):
        at = AppTest.from_file(str(APP), default_timeout=60)
        at.query_params.update(query)
        at.run()
        at.switch_page("app_pages/quarterly.py")
        at.query_params.update(query)
        return at.run()

    return run


@pytest.mark.parametrize("plan", ["beichen", "nation"])
def test_every_plan_offers_its_brief(page, plan):
    labels = [button.label for button in page(plan=plan, quarter="2024Q3").get("download_button")]
    assert "下载季度简报（Word）" in labels


def test_the_brief_is_the_one_of_the_pinned_build_and_of_the_date_in_force(office, monkeypatch, beichen, house):
    from dashboard import data

    monkeypatch.setenv("ANLAN_ROOT", str(office.root))
    as_of = max(row["as_of_on"] for row in house.as_of_dates("beichen"))
    reader = data.pin(Principal.everyone())
    assert data.document(reader, "brief", "beichen", "2024Q3", as_of, "zh") == beichen[1].document
    march = as_of.replace(month=3, day=31)
    earlier = data.document(reader, "brief", "beichen", "2023Q4", march, "zh")
    text = "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(earlier)).paragraphs)
    assert "北辰区2023年四季度" in text and "2024年9月" not in text
