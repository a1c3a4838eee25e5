import pytest

from pipelines.errors import PipelineError
from pipelines.relations import SOURCE_RELATIONS
from pipelines.sources.codes import LISTS
from pipelines.sources.columns import landed_columns
from pipelines.sources.contract import KINDS, load_contract, read_contract
from pipelines.texts import in_language


@pytest.mark.parametrize("kind", KINDS)
def test_what_lands_is_what_the_models_read(kind):
    assert list(landed_columns(load_contract(kind)).items()) == list(SOURCE_RELATIONS[f"src_{kind}"].items())


@pytest.mark.parametrize("kind", KINDS)
def test_every_code_field_has_a_list_that_exists(kind):
    inner = {"statuses", "roundings"}
    assert {f.codes for f in load_contract(kind).fields if f.codes} <= set(LISTS) | inner


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "heading", ["姓名", "身份证号码", "联系电话", "受害人手机号", "家庭成员姓名", "ID card number"]
)
def test_columns_of_persons_are_dropped_even_under_a_heading_nobody_listed(kind, heading):
    assert load_contract(kind).match(heading).use == "dropped"


def test_line_of_a_field_is_where_it_stands_in_the_yaml():
    contract = load_contract("accidents")
    lines = (read_contract.__globals__["FOLDER"] / "accidents.yml").read_text(encoding="utf-8").splitlines()
    assert all(lines[field.line - 1].strip().startswith(f"{field.name}:") for field in contract.fields)


@pytest.mark.parametrize(
    ("heading", "field", "unit"),
    [
        ("死亡人数（人）", "deaths", "人"),
        ("死亡 人数\n(人)*", "deaths", "人"),
        ("直接经济损失【单位：万元】", "direct_loss_fen", "万元"),
        ("Direct_Economic Loss", "direct_loss_fen", None),
        ("ＤＥＡＴＨＳ", "deaths", None),
    ],
)
def test_heading_is_known_whatever_its_dress(heading, field, unit):
    assert load_contract("accidents").match(heading)[1:] == (field, unit)


def test_contract_that_uses_one_heading_twice_is_refused(tmp_path):
    path = tmp_path / "accidents.yml"
    text = (read_contract.__globals__["FOLDER"] / "accidents.yml").read_text(encoding="utf-8")
    path.write_text(text.replace("[失踪人数,", "[死亡人数,"), encoding="utf-8")
    with in_language("en"), pytest.raises(PipelineError) as caught:
        read_contract(path)
    assert "heading 死亡人数 stands for both deaths and missing" in caught.value.tell("en")


def test_unknown_kind_says_which_there_are():
    with pytest.raises(PipelineError) as caught:
        load_contract("weather")
    assert "accidents, disasters, inspections, training, statistics" in caught.value.tell("en")


def test_a_name_of_the_region_stands_for_its_code():
    contract = load_contract("accidents")
    missing = {field.name for field in contract.missing_required({"town_name", "record_id"})}
    assert missing == {"occurred_at", "sector_code", "deaths"}
