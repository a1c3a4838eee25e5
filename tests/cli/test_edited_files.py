"""Every file that users edit, with a fault of each sort: a sentence in their language, its place, and exit code 2."""

import re
import shutil
from datetime import date

import pytest

from pipelines import selfcheck
from pipelines.catalogue.read import load_catalogue
from pipelines.errors import PipelineError, SeveralErrors
from pipelines.selfcheck import check_everything
from pipelines.settings import load_settings
from pipelines.sources.contract import read_contract
from pipelines.texts import LANGUAGES, in_language

TODAY = date(2026, 11, 22)
CORRECTION = "- {file: q.csv, record_id: A-1, action: set, field: deaths, expect: '1', value: '2', reason: a letter, who: me, since: 2024-10-08}\n"  # noqa: E501
DUTY = "- {kind: accidents, regions: ['120113'], frequency: quarter, first_period: 2024-01-01, due_days: 15}\n"
MAPPING = "kind: accidents\nfields:\n  record_id: id\n  region_code: {constant: '120113'}\n  occurred_at: day\n  sector_code: {constant: fire}\n  deaths: dead\n"  # noqa: E501
DECISION = "decisions:\n  - {quarter: 2024Q3, text: 增派人员, state: asked}\n"
SEASONS = "seasons:\n  - {region_code: '120000', kind: flood, begins: 06-15, ends: 09-15}\nholidays:\n  - {name_zh: 元旦, name_en: New Year, begins_on: 2024-01-01, ends_on: 2024-01-01}\n"  # noqa: E501
SYNTAX, TYPE, KEY, VALUE = "syntax", "type", "unknown key", "value"
INDICATOR = "pipelines/catalogue/indicators/work_deaths.yml"
CONTRACT = "pipelines/sources/contracts/accidents.yml"

# What stands in the file, or a replacement (old, new) in the shipped one, for a fault of each sort.
FAULTS = {
    "data/plans/beichen.yml": {
        SYNTAX: ("targets:", "targets: ["),
        TYPE: ("baseline_year: 2020", "baseline_year: soon"),
        KEY: ("baseline_year: 2020", "baseline_year: 2020\nbase_line: 1"),
        VALUE: ("start: 2021", "start: 2031"),
    },
    "data/raw/accidents/corrections.yml": {
        SYNTAX: "- file: [\n",
        TYPE: CORRECTION.replace("2024-10-08", "soon"),
        KEY: CORRECTION.replace("who:", "by:"),
        VALUE: CORRECTION.replace("field: deaths", "field: dead"),
    },
    "data/codes/reporting_calendar.yml": {
        SYNTAX: DUTY + "- kind: [\n",
        TYPE: DUTY + DUTY.replace("due_days: 15", "due_days: soon"),
        KEY: DUTY + DUTY.replace("due_days", "days_due"),
        VALUE: DUTY + DUTY.replace("2024-01-01", "2024-02-01") + DUTY.replace("120113", "999999"),
    },
    "data/raw/accidents/m.yml": {
        SYNTAX: MAPPING + "  missing: [\n",
        TYPE: MAPPING + "  serious_injuries: {column: hurt, factor: much}\n",
        KEY: MAPPING + "  serious_injuries: {column: hurt, colour: red}\n",
        VALUE: MAPPING + "  enterprise: {column: firm, extract: '(['}\n  minor_injuries: {}\nkeep: [{column: day}]\n",
    },
    "data/raw/accidents/provenance.yml": {
        SYNTAX: "q.csv: {source: [}\n",
        TYPE: "q.csv: {history: perhaps}\n",
        KEY: "q.csv: {publicher: me}\n",
        VALUE: "q.csv: {received_on: 2027-01-01}\n",
    },
    "data/plans/decisions/beichen.yml": {
        SYNTAX: DECISION + "outlook: [\n",
        TYPE: DECISION + "outlook: soon\n",
        KEY: DECISION.replace("state:", "status:"),
        VALUE: DECISION.replace("2024Q3", "2024Q7"),
    },
    "data/codes/seasons.yml": {
        SYNTAX: SEASONS + "  - [\n",
        TYPE: SEASONS.replace("2024-01-01", "soon"),
        KEY: SEASONS.replace("begins:", "starts:"),
        VALUE: SEASONS.replace("ends_on: 2024-01-01", "ends_on: 2023-01-01"),
    },
    "anlan.toml": {
        SYNTAX: "[app\n",
        TYPE: '[app]\nport = "eight"\n',
        KEY: "[app]\nports = 8501\n",
        VALUE: "[verdict]\nlikely = 0.1\n\n[app]\nport = 99999999\n",
    },
    "data/codes/sectors.csv": {
        SYNTAX: ("is_industrial", "industrial"),
        VALUE: "sector_code,name_zh,name_en,is_industrial,sort_order,aliases\nfire,火灾,Fire,maybe,1,\n",
    },
    "data/codes/regions.csv": {
        SYNTAX: "nothing\n",
        KEY: "region_code,parent_code,level,name_zh,name_en,sort_order,note\n12,11,city,津,T,1,\n",
        VALUE: "region_code,parent_code,level,name_zh,name_en,sort_order,note\n12,,city,津,T,1,\n12,,city,津,T,1,\n",
    },
    "data/codes/units.csv": {
        SYNTAX: "unit\n",
        VALUE: "unit,dimension,factor,aliases\n元,money,much,\n",
    },
    "data/codes/measures.csv": {SYNTAX: "measure,name_zh\n"},
    "data/codes/series_breaks.csv": {
        SYNTAX: "code\n",
        VALUE: "break_code,region_code,begins_on,name_zh,name_en\nx,120000,soon,甲,A\n",
    },
    "data/plans/published-facts.csv": {SYNTAX: "plan\n"},
    CONTRACT: {
        SYNTAX: ("fields:", "fields: ["),
        TYPE: ("max_length: 120", "max_length: long"),
        KEY: ("max_length: 120", "longest: 120"),
        VALUE: ("[失踪人数,", "[死亡人数,"),
    },
    INDICATOR: {
        SYNTAX: ("unit:", "unit: ["),
        KEY: ("better:", "best: 1\nbetter:"),
        VALUE: ("better: lower", "better: downwards"),
    },
}
CASES = [(path, sort, change) for path, sorts in FAULTS.items() for sort, change in sorts.items()]
ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}")
PLACE = {"zh": re.compile(r"第 \d+ 行"), "en": re.compile(r"line \d+")}


@pytest.fixture
def office(repository, tmp_path, monkeypatch):
    # Users edit no models, and looking over them takes two seconds.
    monkeypatch.setattr(selfcheck, "require_portable", lambda models: None)
    for folder in ("plans", "codes"):
        shutil.copytree(repository / "data" / folder, tmp_path / "data" / folder)
    folder = tmp_path / "data/raw/accidents"
    folder.mkdir(parents=True)
    (folder / "q.csv").write_text("x\n", encoding="utf-8")
    return tmp_path


def told(root, repository, path, change, language):
    """The error that the change brings, in one language."""
    if isinstance(change, tuple):
        old, new = change
        source = (repository / path).read_text(encoding="utf-8")
        assert old in source
        change = source.replace(old, new, 1)
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(change, encoding="utf-8")
    if path.endswith("/m.yml"):
        (target.parent / "provenance.yml").write_text("q.csv: {mapping: m.yml}\n", encoding="utf-8")
    with in_language(language), pytest.raises(PipelineError) as caught:
        if path == CONTRACT:
            read_contract(target)
        elif path == INDICATOR:
            load_catalogue(target.parent)
        else:
            check_everything(load_settings(root), TODAY)
    return caught.value


@pytest.mark.parametrize(("path", "sort", "change"), CASES, ids=[f"{path}-{sort}" for path, sort, _ in CASES])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_is_told_in_words_with_its_place(office, repository, path, sort, change, language):
    error = told(office, repository, path, change, language)
    with in_language(language):
        message = error.tell(language)
    assert error.exit_code == 2
    shown = "work_deaths.yml" if path == INDICATOR else path
    every = error.errors if isinstance(error, SeveralErrors) else (error,)
    assert any(shown in one.where for one in every), message
    if not path.endswith(".csv") or sort == VALUE:
        assert PLACE[language].search(message), message
    if language == "zh":
        assert not ENGLISH.search(message), message
    assert "Traceback" not in message and "Error" not in message
