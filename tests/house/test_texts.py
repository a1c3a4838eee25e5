"""Both languages say everything, with the same facts."""

import re
import string

import pytest

from pipelines import texts
from pipelines.errors import PipelineError, SeveralErrors, cannot_write
from pipelines.texts import in_language, say

ZH, EN = texts._texts("zh"), texts._texts("en")
HAN = re.compile(r"[\u4e00-\u9fff]")


COMMAND_OR_PATH = re.compile(r"\{[^}]*\}|\banlan\b[ a-z-]*|[\w-]+(?:/[\w.-]+)+")
CHINESE_COUNTS_IN_TENTHS = {"percent": "tenths"}  # 约七成, about 70 %


def facts_of(text: str) -> set[str]:
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return {CHINESE_COUNTS_IN_TENTHS.get(name, name) for name in names}


def test_both_languages_have_the_same_keys():
    assert set(ZH) == set(EN)


@pytest.mark.parametrize("key", sorted(EN))
def test_a_text_names_the_same_facts_in_both_languages(key):
    assert facts_of(ZH[key]) == facts_of(EN[key])


def test_chinese_texts_are_chinese():
    def is_english(text):
        return re.search(r"[A-Za-z]{3,}", COMMAND_OR_PATH.sub("", text)) and not HAN.search(text)

    assert [key for key, text in ZH.items() if is_english(text)] == []


def test_english_texts_hold_no_chinese_outside_quotations():
    def rest(text):
        return re.sub(r"[“\"(（「][^”\")）」]*[”\")）」]", "", text)

    assert [key for key, text in EN.items() if HAN.search(rest(text))] == []


def test_a_missing_fact_is_our_mistake_and_raises():
    with pytest.raises(KeyError):
        say("errors.too_few_points.rule", "en", n=2)


def test_language_can_be_set_for_a_block():
    with in_language("en"):
        assert say("verdicts.likely") == "Likely"
    with in_language("zh"):
        assert say("verdicts.likely") == "有望完成"


def test_an_error_says_where_what_and_what_to_do():
    error = PipelineError("too_few_points", where="work_deaths", n=2, needed=3)
    assert error.tell("en") == (
        "work_deaths: 2 values are too few for a forecast\n"
        "Rule: at least 3 values\n"
        "To do: add earlier periods, or read the pace only"
    )
    assert error.exit_code == 2


def test_only_the_first_rows_are_shown_and_the_rest_is_counted():
    error = PipelineError("too_few_points", rows=[f"row {n}" for n in range(25)], n=1, needed=3)
    told = error.tell("en").splitlines()
    assert told[20] == "  row 19"
    assert told[21] == "  … and 5 more."


def test_several_errors_keep_every_message():
    errors = [PipelineError("too_few_points", where=name, n=1, needed=3) for name in ("a", "b")]
    told = SeveralErrors(errors).tell("en")
    assert "a: 1 values" in told and "b: 1 values" in told


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (OSError(28, "No space left on device", "data/warehouse"), "disk_full"),
        (PermissionError(13, "Permission denied", "data/journal"), "not_writable"),
        (OSError(30, "Read-only file system", "data/journal"), "not_writable"),
        (RuntimeError("TransactionContext Error: could not write: No space left on device"), "disk_full"),
        (ValueError("another fault"), None),
    ],
)
def test_a_full_disk_and_a_locked_folder_get_their_own_sentence(fault, code):
    told = cannot_write(fault)
    assert (told.code if told else None) == code
    if code:
        assert "still current" in told.tell("en") and told.exit_code == 1
