"""A template, filled in as its reader would, lands without a mapping and without a reject."""

import datetime
import re
import shutil
import subprocess

import openpyxl
import pytest

from pipelines.errors import PipelineError
from pipelines.settings import Settings
from pipelines.sources.codes import read_codes
from pipelines.sources.contract import KINDS, load_contract
from pipelines.sources.headings import find_heading
from pipelines.templates import make_template
from pipelines.templates.checks import rules_of
from pipelines.templates.fields import describe_form
from pipelines.templates.workbook import EXAMPLE_ROW, FIRST_ROW, HEADING_ROW
from tests.sources.conftest import land as land  # a fixture, used by its name

LANGUAGES = ("zh", "en")
EVERY = [(kind, language) for kind in KINDS for language in LANGUAGES]
LATER = datetime.date(2026, 11, 1)


@pytest.fixture
def office(repository):
    return Settings(root=repository)


@pytest.fixture
def template(office, tmp_path):
    """`template(kind, language)` → path and the opened workbook."""

    def make(kind, language="zh", region="beichen"):
        path = make_template(office, kind, tmp_path / language, region, language)
        return path, openpyxl.load_workbook(path)

    return make


def headings_of(sheet):
    return [cell.value for cell in sheet[HEADING_ROW + 1]]


def put(sheet, row, values):
    """Write values by heading into a row below the heading (0 = the first)."""
    places = {heading: i for i, heading in enumerate(headings_of(sheet), start=1)}
    for heading, value in values.items():
        sheet.cell(FIRST_ROW + 1 + row, places[heading]).value = value


def example_of(sheet):
    """The example of the sheet, by heading."""
    cells = [cell.value for cell in sheet[EXAMPLE_ROW + 1]]
    return {heading: value for heading, value in list(zip(headings_of(sheet), cells, strict=True))[1:]}


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_the_example_filled_in_below_lands_and_the_example_itself_does_not(template, land, kind, language):
    path, book = template(kind, language)
    put(book.worksheets[0], 0, example_of(book.worksheets[0]))
    book.save(path)
    landed = land(path, kind, received_on=LATER)
    assert (landed.receipt["records"], landed.receipt["accepted"], landed.receipt["rejected"]) == (1, 1, 0)
    assert landed.receipt["sheets"][0]["unmatched_headings"] == []
    assert landed.accepted("region_code, status, line_number") == [("120113", "reported", FIRST_ROW + 1)]


def test_values_of_a_filled_template_land_as_they_were_meant(template, land):
    path, book = template("accidents")
    sheet = book.worksheets[0]
    said = {
        "事故编号 *": "00123",
        "行政区划 *": "双街镇",
        "发生时间 *": datetime.datetime(2024, 5, 3, 22, 15),
        "行业领域 *": "道路运输",
        "事故类型": "09",
        "死亡人数（人） *": 2,
        "直接经济损失（万元）": 12.34,
        "是否生产安全事故": "否",
    }
    put(sheet, 0, said)
    put(sheet, 1, {**said, "事故编号 *": "00124", "事故类型": "高处坠落", "行政区划 *": "120113102"})
    book.save(path)
    columns = "record_id, region_code, occurred_at, sector_code, type_code, deaths, direct_loss_fen"
    landed = land(path, "accidents", received_on=LATER)
    when = datetime.datetime(2024, 5, 3, 22, 15)
    assert landed.accepted(f"{columns}, counts_as_work_safety") == [
        ("00123", "120113102", when, "road_traffic", "09", 2, 12_340_000, False),
        ("00124", "120113102", when, "road_traffic", "09", 2, 12_340_000, False),
    ]


@pytest.mark.parametrize(("kind", "language"), [each for each in EVERY if each[0] != "statistics"])
def test_zero_returns_and_strike_offs_land_as_the_notes_tell(template, office, land, kind, language):
    path, book = template(kind, language)
    form = describe_form(kind, read_codes(office.path("codes")), "120113", language)
    heading = {column.name: column.heading for column in form.columns}
    status = {choice.code: choice.name for choice in next(c for c in form.columns if c.name == "status").choices}
    region = heading["region_code"]
    dated = heading[form.contract.date_field]
    sheet = book.worksheets[0]
    zero = {heading["status"]: status["zero_return"], region: "北辰区", dated: datetime.date(2024, 7, 1)}
    struck = {heading["status"]: status["struck_off"], region: "北辰区", heading["record_id"]: "A-1"}
    put(sheet, 0, zero)
    put(sheet, 1, struck)
    book.save(path)
    landed = land(path, kind, received_on=LATER)
    assert landed.reasons() == []
    assert landed.accepted("status, region_code") == [("zero_return", "120113"), ("struck_off", "120113")]


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_an_empty_template_holds_no_record(template, land, kind, language):
    path, _ = template(kind, language)
    assert land(path, kind).receipt["records"] == 0


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_only_the_sheet_to_fill_in_looks_like_a_table_to_the_reader(template, kind, language):
    contract = load_contract(kind)
    _, book = template(kind, language)

    def means(cell):
        return contract.match(cell).use in ("field", "name", "dropped")

    def is_table(sheet):
        rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
        return find_heading(rows, means) is not None

    found = [is_table(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert found == [True, False, False]
    assert [sheet.sheet_state for sheet in book.worksheets] == ["visible", "visible", "visible", "hidden"]


@pytest.mark.parametrize(("kind", "language"), EVERY)
def test_each_heading_means_its_field_in_a_unit_that_its_contract_knows(office, kind, language):
    codes = read_codes(office.path("codes"))
    contract = load_contract(kind)
    form = describe_form(kind, codes, None, language)
    assert [column.name for column in form.columns] == [item.name for item in contract.fields]
    for column in form.columns:
        meaning = contract.match(column.heading)
        assert (meaning.use, meaning.field) == ("field", column.name)
        if column.unit:
            base = "分" if column.field.type == "money" else column.field.unit
            assert meaning.unit and codes.units.factor(meaning.unit, base) == codes.units.factor(column.unit, base), (
                column
            )
        for choice in column.choices if column.field.codes else ():
            assert codes.lists[column.field.codes].find(choice.name).code == choice.code


def rule_of(sheet, heading):
    letter = next(cell.column_letter for cell in sheet[HEADING_ROW + 1] if cell.value == heading)
    first = f"{letter}{FIRST_ROW + 1}"
    return next(rule for rule in sheet.data_validations.dataValidation if first in rule.sqref)


def test_drop_downs_take_their_names_from_the_code_lists_by_way_of_the_hidden_sheet(template, office):
    codes = read_codes(office.path("codes"))
    _, book = template("accidents")
    sheet = book.worksheets[0]
    rule = rule_of(sheet, "行政区划 *")
    name, first, last = re.fullmatch(r"'(.+)'!(\$\w+\$\d+):(\$\w+\$\d+)", rule.formula1).groups()
    offered = [row[0].value for row in book[name][f"{first}:{last}".replace("$", "")]]
    towns = [code for code in codes.regions.codes if codes.regions.is_below(code, "120113")]
    assert rule.type == "list" and [codes.regions.find(text).code for text in offered] == towns and len(towns) > 20
    assert len("".join(offered)) + len(offered) > 255 or len(rule.formula1) < 255
    for heading in ("行业领域 *", "事故类型", "事故等级", "是否生产安全事故", "状态"):
        assert rule_of(sheet, heading).type == "list"


def test_the_sheet_checks_types_ranges_and_what_may_not_exceed_what(template):
    _, book = template("inspections")
    sheet = book.worksheets[0]
    whole = rule_of(sheet, "检查人数（人）")
    assert (whole.type, whole.formula1, whole.formula2) == ("whole", "0", "10000")
    assert rule_of(sheet, "罚款金额（元）").type == "decimal"
    assert rule_of(sheet, "检查日期 *").type == "custom"
    assert rule_of(sheet, "检查编号 *").type == "textLength"
    rectified = rule_of(sheet, "整改隐患数（项）")
    found = next(cell.column_letter for cell in sheet[HEADING_ROW + 1] if cell.value == "发现隐患数（项）")
    assert rectified.type == "custom" and f"<=${found}{FIRST_ROW + 1}" in rectified.formula1
    assert all(
        rule.promptTitle and rule.prompt and len(rule.prompt) <= 255 for rule in sheet.data_validations.dataValidation
    )


def test_rules_between_two_fields_hold_from_both_sides():
    contract = load_contract("inspections")
    assert rules_of(contract, "hazards_rectified") == [("<=", "hazards_found")]
    assert set(rules_of(contract, "hazards_found")) == {(">=", "hazards_rectified"), (">=", "major_hazards")}


@pytest.mark.parametrize("kind", KINDS)
def test_texts_and_codes_stand_in_columns_of_text(template, kind):
    _, book = template(kind)
    sheet = book.worksheets[0]
    contract = load_contract(kind)
    looks = list(sheet.column_dimensions.values())
    for cell in sheet[HEADING_ROW + 1][1:]:
        item = contract.by_name[contract.match(cell.value).field]
        look = next(each for each in looks if each.min <= cell.column <= each.max)
        if item.type in ("text", "code", "period", "boolean"):
            assert look.number_format == "@", cell.value


def test_an_existing_file_is_never_written_over(template, office, tmp_path):
    path, _ = template("training")
    before = path.read_bytes()
    with pytest.raises(PipelineError, match="同名") as caught:
        make_template(office, "training", path.parent, "beichen", "zh")
    assert caught.value.code == "file_exists" and path.read_bytes() == before


def test_the_same_office_gives_the_same_bytes(office, tmp_path):
    first, second = (make_template(office, "disasters", tmp_path / name, "tongan") for name in "ab")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("kind", "region", "code"), [("weather", None, "template_kind"), ("accidents", "beichan", "template_region")]
)
def test_what_is_not_there_is_told_with_what_is(office, tmp_path, kind, region, code):
    with pytest.raises(PipelineError) as caught:
        make_template(office, kind, tmp_path, region)
    assert caught.value.code == code
    assert "beichen" in caught.value.tell("en") or "accidents" in caught.value.tell("en")


def test_statistics_know_no_zero_return_and_ask_for_a_unit(office):
    form = describe_form("statistics", read_codes(office.path("codes")), None, "zh")
    columns = {column.name: column for column in form.columns}
    assert [choice.code for choice in columns["status"].choices] == ["reported", "revised", "struck_off"]
    assert columns["unit"].heading == "单位 *" and columns["unit"].excused == ("核销",)


def test_bounds_are_in_the_unit_of_the_cells_in_both_languages(office):
    codes = read_codes(office.path("codes"))
    for language in LANGUAGES:
        columns = {column.name: column for column in describe_form("inspections", codes, None, language).columns}
        assert columns["fine_fen"].bounds == (0, 1e8)  # 元
        columns = {column.name: column for column in describe_form("accidents", codes, None, language).columns}
        assert columns["direct_loss_fen"].bounds == (0, 1e7)  # 万元


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_keeps_what_was_filled_in_and_the_drop_downs(template, land, tmp_path):
    path, book = template("training")
    put(book.worksheets[0], 0, {**example_of(book.worksheets[0]), "培训编号 *": "007"})
    book.save(path)
    out = tmp_path / "office"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    saved = out / path.name
    landed = land(saved, "training", received_on=LATER)
    assert landed.accepted("record_id, trained_new_employees") == [("007", 38)]
    sheet = openpyxl.load_workbook(saved).worksheets[0]
    assert rule_of(sheet, "培训类型 *").type == "list"
    assert rule_of(sheet, "实训新员工数（人）").type == "custom"
