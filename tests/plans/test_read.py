"""Plans from YAML alone, and what is said of a plan that is wrong."""

import pytest

from pipelines.errors import PipelineError, SeveralErrors
from pipelines.plans import load_plans
from pipelines.texts import in_language

PERIOD = "line 1 -: the period must not end before it starts, and baseline_year must lie before it"


def refusal(folder):
    with pytest.raises(PipelineError) as caught, in_language("en"):
        load_plans(folder)
    return caught.value


def test_a_plan_is_added_from_yaml_alone(write_plan):
    plan = load_plans(write_plan("wuqing", "120114"))["wuqing"]
    assert plan.region_code == "120114"
    assert plan.target("1").reduction == 0.15


def test_an_unknown_entry_is_named_with_its_line(write_plan):
    error = refusal(write_plan(target='kind: reduction, operator: "<=", valu: 15, unit: "%"'))
    assert error.tell("en") == (
        "p.yml: not accepted: faults: 1\n"
        "  line 18 targets.1.valu: unknown entry; is it misspelt?\n"
        "The file was not read.\n"
        "Rule: docs/plans.md says what each entry means\n"
        "To do: mend the lines that are named"
    )


def test_a_wrong_choice_names_what_is_allowed(write_plan):
    error = refusal(write_plan(target='kind: end, operator: "<=", value: 15, unit: "%"'))
    assert len(error.rows) == 1
    assert error.rows[0].startswith("line 16 targets.1.kind: \"end\" is not allowed; allowed: 'end_value', 'reduction'")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("kind: end_value, value: 3", "a target of this kind needs an operator and a value"),
        ('kind: inherited, operator: "<=", value: 3', "monitored and inherited targets must not have a value"),
        ('kind: reduction, operator: ">=", value: 15, unit: "%"', "the operator of a reduction must be <= or <"),
        ('kind: reduction, operator: "<=", value: 15', "a reduction must be above 0 and below 100 %"),
        (
            'kind: end_value, operator: "<=", value: 3, required_share: 0.9',
            "required_share is for targets of the kind events only",
        ),
        (
            "kind: monitored",
            "a monitored target must have the nature monitored, and the other way round",
        ),
        (
            'kind: end_value, operator: ">=", value: 500, value_in_unit: 1',
            "value_in_unit may differ from the value only where measured_as says so",
        ),
        (
            'kind: every_year, operator: ">=", value: 3, path: {2023: 2}',
            "path is for targets of the kinds end_value, reduction and period_total only",
        ),
        ('kind: end_value, operator: ">=", value: 3, path: {2025: 2}', "the value of 2025 in path must equal value"),
        (
            'kind: end_value, operator: ">=", value: 3, path: {2023: 2}, each_region: {"120113101": 3}',
            "path cannot stand beside measured_as or each_region",
        ),
        (
            'kind: end_value, operator: ">=", value: 3, each_region: {}',
            "each_region must not be empty, and is not for monitored targets",
        ),
        (
            'kind: reduction, operator: "<=", value: 15, unit: "%", each_region: {"120113101": 20}, '
            "baseline: {year: 2020,printed: 9}",
            "where each region has its own reduction, its own records give the baseline: take out baseline.printed",
        ),
        (
            'kind: end_value, operator: "<=", value: 3, baseline: {year: 2019,first_year: 2020}',
            "the baseline begins in 2020, after it ends in 2019",
        ),
        (
            'kind: end_value, operator: "<=", value: 3, baseline: {year: 2025}',
            "the baseline of 2025 does not lie before the due year 2025",
        ),
    ],
)
def test_a_target_that_contradicts_itself_is_refused(write_plan, target, reason):
    assert refusal(write_plan(target=target)).rows == (f"line 7 targets.1: {reason}",)


def test_a_path_of_other_years_is_refused(write_plan):
    error = refusal(write_plan(target='kind: end_value, operator: ">=", value: 3, path: {2020: 1,2023: 2,2026: 3}'))
    told = "target 1: path has years that do not lie after the baseline year and by the due year: 2020, 2026"
    assert error.rows == (f"line 1 -: {told}",)


def test_per_cent_in_full_width_are_per_cent(write_plan):
    target = 'kind: reduction, operator: "<=", value: 15, unit: ％, baseline: {year: 2020,printed: 3,unit: ‰}'
    read = load_plans(write_plan(target=target))["p"].target("1")
    assert (read.unit, read.reduction, read.baseline.value_in_unit) == ("%", 0.15, 0.003)


def test_a_repeated_key_is_refused_and_not_overwritten(write_plan):
    error = refusal(write_plan(target='kind: reduction, operator: "<=", value: 15, value: 51, unit: "%"'))
    assert error.tell("en") == (
        'p.yml: "value" in line 19 repeats line 18\nThe file was not read.\nTo do: keep one of the two'
    )


def test_a_target_id_used_twice_is_refused(write_plan):
    folder = write_plan()
    text = (folder / "p.yml").read_text(encoding="utf-8")
    (folder / "p.yml").write_text(text + text[text.index('  - id: "1"') :], encoding="utf-8")
    assert refusal(folder).rows == ("line 1 -: target id 1 is used twice",)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("- a\n- b\n", "must consist of `key: value` entries"),
        ("id: [\n", "line 2, column 1 is not YAML"),
        ("a: 1\nissued_on: 2023-13-45\n", '"2023-13-45" in line 2, column 12 is no date or number that exists'),
        ("a: " + "[" * 3000 + "]" * 3000, "it is nested too deeply"),
        ("", "must consist of `key: value` entries"),
        ("a: !!python/object/apply:os.getcwd []\n", "line 1, column 4 uses a tag (!!) that is not accepted"),
    ],
)
def test_what_is_no_plan_is_refused_without_running_it(tmp_path, content, words):
    (tmp_path / "p.yml").write_text(content, encoding="utf-8")
    error = refusal(tmp_path)
    assert error.code == "yaml_unreadable" and words in error.facts["reason"]


def test_bytes_that_are_no_utf8_are_refused(tmp_path):
    (tmp_path / "p.yml").write_bytes("id: 规划".encode("gb18030"))
    assert refusal(tmp_path).code == "yaml_unreadable"


def test_a_folder_that_is_named_like_a_plan_is_refused(tmp_path):
    (tmp_path / "p.yml").mkdir()
    error = refusal(tmp_path)
    assert error.code == "yaml_unreadable" and error.facts["reason"] == "it is not a file that can be opened"


@pytest.mark.parametrize("name", ["q.yaml", "q.YML"])
def test_a_plan_with_another_suffix_is_not_overlooked(write_plan, name):
    folder = write_plan()
    (folder / "p.yml").rename(folder / name)
    assert refusal(folder).tell("en") == (
        f"{name}: the name of a plan must end in .yml, in small letters\n"
        "The file was not read.\nTo do: rename the file to q.yml"
    )


def test_a_number_in_quotation_marks_is_a_number(write_plan):
    plan = load_plans(write_plan(target='kind: reduction, operator: "<=", value: "15", unit: "%"'))["p"]
    assert plan.target("1").reduction == 0.15


def test_a_value_that_is_no_number_is_told(write_plan):
    error = refusal(write_plan(target='kind: reduction, operator: "<=", value: many, unit: "%"'))
    assert [row.split(": ", 1)[1] for row in error.rows] == ['"many" is no number']


def test_an_alias_that_holds_itself_ends(tmp_path):
    (tmp_path / "p.yml").write_text("id: &a [*a]\n", encoding="utf-8")
    assert refusal(tmp_path).code in ("yaml_invalid", "yaml_unreadable")


def test_the_name_of_the_file_is_the_id(write_plan):
    folder = write_plan()
    (folder / "p.yml").rename(folder / "q.yml")
    assert refusal(folder).tell("en") == (
        'q.yml: the id "p" differs from the file\'s name "q"\nTo do: rename the file to p.yml'
    )


def test_faults_of_several_files_are_told_together(write_plan):
    write_plan("a", target="kind: end_value")
    error = refusal(write_plan("b", target="kind: end_value"))
    assert isinstance(error, SeveralErrors)
    assert [fault.where for fault in error.errors] == ["a.yml", "b.yml"]


def test_a_plan_above_itself_is_refused(write_plan):
    assert refusal(write_plan(head="parent: p")).rows == ("line 1 -: a plan cannot be its own parent",)


@pytest.mark.parametrize(
    ("right", "wrong", "row"),
    [
        ("end: 2025", "end: 2020", PERIOD),
        ("baseline_year: 2020", "baseline_year: 2021", PERIOD),
        (
            'region_code: "120113"',
            'region_code: "12"',
            r'line 3 region_code: "12" does not have the form ^\d{6}(\d{3})?$',
        ),
    ],
)
def test_a_head_that_contradicts_itself_is_refused(write_plan, right, wrong, row):
    folder = write_plan()
    text = (folder / "p.yml").read_text(encoding="utf-8")
    (folder / "p.yml").write_text(text.replace(right, wrong), encoding="utf-8")
    assert refusal(folder).rows == (row,)


def test_a_plan_without_targets_is_refused(write_plan):
    folder = write_plan()
    text = (folder / "p.yml").read_text(encoding="utf-8")
    (folder / "p.yml").write_text(text[: text.index("targets:")] + "targets: []\n", encoding="utf-8")
    assert refusal(folder).rows == ("line 1 -: a plan needs at least one target",)


def test_a_target_due_before_its_plan_begins_is_refused_with_both_years(write_plan):
    folder = write_plan(target='kind: end_value, operator: "<=", value: 3')
    text = (folder / "p.yml").read_text(encoding="utf-8").replace("due_year: 2025", "due_year: 2020")
    (folder / "p.yml").write_text(text, encoding="utf-8")
    assert refusal(folder).rows == ("line 1 -: target 1 has due_year 2020, before the period starts in 2021",)
