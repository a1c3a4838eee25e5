"""The gallery of bad files: each gets its whole message in both languages, loses nothing, and never a traceback."""

import pytest

from pipelines.sources.file_work import REJECTED
from pipelines.sources.quarantine import rejected_rows
from tests.sources.gallery.defects import GALLERY, GOOD
from tests.sources.gallery.office import land, message, messages

NAMES = [defect.name for defect in GALLERY]
EXPECTED = {language: messages(language) for language in ("en", "zh")}
ONE_BAD_ROW = {  # file: rows that land, line of the row that does not, and what is kept of it
    "unknown_code.csv": (2, 2, "A-1,110109001,2024-01-05,建築业 ,1"),
    "impossible_date.csv": (2, 2, "A-1,110109001,2024-02-30,建筑业,1"),
    "negative_deaths.csv": (2, 2, "A-1,110109001,2024-01-05,建筑业,-1"),
    "text_in_a_number.csv": (2, 4, "A-3,110109001,2024-03-07,煤矿,两人"),
    "beyond_every_limit.csv": (2, 2, "A-1,110109001,2024-01-05,建筑业," + "9" * 20),
    "blank_mark.csv": (2, 2, "A-1,110109001,2024-01-05,建筑业,—"),
    "reported_too_early.csv": (2, 2, GOOD[0] + ",2024-01-03"),
    "duplicate_id.csv": (3, 5, GOOD[0]),
    "ragged.csv": (3, 5, "A-4,110109001,2024-04-08"),
    "open_quote.csv": (2, 3, '"' + GOOD[1]),
    "nul.csv": (2, 3, GOOD[1].replace("化工", "化␀工")),
    "broken.jsonl": (2, 2, None),
    "formula.xlsx": (3, 5, None),
}


@pytest.mark.parametrize("defect", GALLERY, ids=NAMES)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_bad_file_gets_its_whole_message(tmp_path, defect, language):
    assert message(tmp_path, defect, language) == EXPECTED[language][defect.name]


@pytest.mark.parametrize("defect", [each for each in GALLERY if each.name in ONE_BAD_ROW], ids=lambda each: each.name)
def test_one_bad_row_is_kept_with_its_line_and_the_others_land(tmp_path, defect):
    landed, line, original = ONE_BAD_ROW[defect.name]
    landing = land(tmp_path, defect, limit=0.5)
    assert landing.errors == []
    assert [(row["accepted"], row["rejected"], row["records"]) for row in landing.files] == [(landed, 1, landed + 1)]
    rows = rejected_rows(landing.rejects[0])
    assert landing.rejects[0].name == REJECTED
    assert [row["line_number"] for row in rows] == [line]
    if original is not None:
        assert rows[0]["original_line"] == original


def test_every_message_belongs_to_a_file_and_every_file_has_one():
    assert list(EXPECTED["en"]) == list(EXPECTED["zh"]) == NAMES
    assert set(ONE_BAD_ROW) <= set(NAMES)


def test_the_two_languages_say_different_things_of_the_same_place():
    for defect in GALLERY:
        english, chinese = (EXPECTED[language][defect.name] for language in ("en", "zh"))
        assert english.startswith(f"data/raw/{defect.kind}/{defect.name}")
        assert chinese.startswith(f"data/raw/{defect.kind}/{defect.name}")
        assert "To do: " in english
        assert "处理" in chinese
