"""What an inherited target stands for."""

import pytest

from pipelines.errors import PipelineError
from pipelines.plans import ancestors, load_plans, resolve

ASKS = 'kind: reduction, operator: "<=", value: 15, unit: "%"'


def test_an_inherited_target_is_that_of_the_nearest_plan_above(write_plan):
    write_plan("city", "120000", target=ASKS)
    write_plan("district", "120116", "parent: city", target="kind: inherited")
    folder = write_plan("town", "120116403", "parent: district", target="kind: inherited")
    plans = load_plans(folder)
    found = resolve(plans, "town", "1")
    assert (found.plan_id, found.target.value) == ("city", 15)
    assert [plan.id for plan in ancestors(plans, "town")] == ["district", "city"]


def test_a_plan_between_that_says_nothing_is_passed_over(write_plan):
    write_plan("city", "120000", target=ASKS)
    folder = write_plan("district", "120116", "parent: city", target="kind: inherited")
    text = (folder / "district.yml").read_text(encoding="utf-8")
    (folder / "district.yml").write_text(text.replace("indicator: work_deaths", "indicator: accidents"), "utf-8")
    plans = load_plans(write_plan("town", "120116403", "parent: district", target="kind: inherited"))
    assert resolve(plans, "town", "1").plan_id == "city"


def test_without_a_parent_it_is_not_set(plans):
    assert resolve(plans, "mentougou", "1") is None


def test_a_monitored_target_above_sets_nothing(write_plan):
    folder = write_plan("city", "120000", target="kind: monitored")
    text = (folder / "city.yml").read_text(encoding="utf-8")
    (folder / "city.yml").write_text(text.replace("nature: binding", "nature: monitored"), "utf-8")
    plans = load_plans(write_plan("district", "120116", "parent: city", target="kind: inherited"))
    assert resolve(plans, "district", "1") is None


def test_a_plan_above_of_other_years_is_passed_over(write_plan):
    write_plan("city", "120000", target=ASKS)
    folder = write_plan("district", "120116", "parent: city", target=ASKS)
    text = (
        (folder / "district.yml")
        .read_text(encoding="utf-8")
        .replace("start: 2021, end: 2025", "start: 2016, end: 2020")
    )
    text = text.replace("baseline_year: 2020", "baseline_year: 2015").replace("due_year: 2025", "due_year: 2020")
    (folder / "district.yml").write_text(text, encoding="utf-8")
    plans = load_plans(write_plan("town", "120116403", "parent: district", target="kind: inherited"))
    assert resolve(plans, "town", "1").plan_id == "city"


def test_a_target_of_its_own_is_itself(plans):
    assert resolve(plans, "beichen", "2").plan_id == "beichen"


def test_a_circle_of_parents_is_an_error(write_plan):
    write_plan("a", head="parent: b")
    folder = write_plan("b", head="parent: a")
    with pytest.raises(PipelineError) as caught:
        load_plans(folder)
    assert caught.value.code == "plan_circle"
    assert caught.value.tell("en") == (
        "a.yml: the plans are parents of one another in a circle: a → b → a\n"
        "Rule: no plan may inherit from itself, directly or through others\n"
        "To do: remove one of the parents"
    )


def test_an_unknown_parent_is_an_error(write_plan):
    with pytest.raises(PipelineError) as caught:
        load_plans(write_plan("a", head="parent: nowhere"))
    assert caught.value.tell("en") == (
        'a.yml: there is no parent plan "nowhere"\nTo do: add nowhere.yml, or remove parent and say why in parent_note'
    )
