"""Between quarter-ends nothing is forecast: documents carry the last forecast with its day, as the pages do."""

import shutil

import pytest

from pipelines import warehouse
from pipelines.assessment.tables import create_table
from pipelines.briefing.documents import DRAWN_BY, make_document
from pipelines.briefing.word_reading import read_word
from pipelines.build import extend
from pipelines.forecast.targets.schema import TABLES
from pipelines.settings import load_settings
from tests.briefing.office import BEFORE, rows


def only_of_june(engine, settings, progress):
    """The forecasts by hand of the quarter-end before the newest as-of date, and none of that date."""
    chances = rows()["forecast_probabilities"]
    columns = TABLES["forecast_probabilities"]
    listed = [tuple(row.get(column) for column in columns) for row in chances if row["as_of_on"] == BEFORE]
    create_table(engine.connection, "forecast_probabilities", columns, listed)


@pytest.fixture(scope="module")
def after(office, tmp_path_factory):
    """Settings and house of the office some days after a quarter-end."""
    root = tmp_path_factory.mktemp("between") / "office"
    shutil.copytree(office.root, root)
    settings = load_settings(root)
    extend(settings, "forecasts", "of June", only_of_june)
    with warehouse.open(settings) as opened:
        yield settings, opened


@pytest.mark.parametrize("kind", DRAWN_BY)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_document_carries_the_last_forecast_and_agrees_with_the_build(after, kind, language):
    settings, house = after
    assert make_document(kind, house, settings, "beichen", "2024Q3", language).proof.numbers > 50


@pytest.mark.parametrize("kind", ["brief", "page"])
def test_the_chance_stands_with_its_day_and_no_verdict_is_said_to_have_changed(after, kind):
    settings, house = after
    text = "\n".join(
        line.text for line in read_word(make_document(kind, house, settings, "beichen", "2024Q3").document)
    )
    assert "可能性为截至2024年6月30日的预测" in text and "约六成" in text and "有可能完成" in text
    assert "转为“尚未判定”" not in text and "变为尚未判定" not in text


def test_at_a_quarter_end_no_other_day_is_named(beichen):
    assert "可能性为截至" not in "\n".join(line.text for line in read_word(beichen[1].document))
