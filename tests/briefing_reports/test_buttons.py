"""The pages hand out the documents."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data
from pipelines.principals import Principal
from pipelines.texts import set_language
from tests.briefing.office import AS_OF

APP = Path(__file__).resolve().parents[2] / "dashboard" / "app.py"


@pytest.fixture
def app(office, monkeypatch):
    monkeypatch.setenv("ANLAN_ROOT", str(office.root))
    yield AppTest.from_file(str(APP), default_timeout=120)
    set_language("zh")


def test_the_overview_offers_page_slides_and_workbook(app):
    app.query_params["plan"] = "beichen"
    page = app.run()
    assert not page.exception
    assert [button.label for button in page.get("download_button")] == ["领导一页纸", "幻灯片", "工作簿"]


@pytest.mark.parametrize(("kind", "begins"), [("page", b"PK"), ("slides", b"PK"), ("workbook", b"PK")])
def test_a_document_is_made_from_the_pinned_build(office, monkeypatch, kind, begins):
    monkeypatch.setenv("ANLAN_ROOT", str(office.root))
    made = data.document(data.pin(Principal.everyone()), kind, "dongjiang", "2024Q3", AS_OF, "zh")
    assert made.startswith(begins) and len(made) > 10_000
