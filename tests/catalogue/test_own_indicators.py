"""An indicator of an office's own: one file in `data/catalogue`, kept apart from the product's."""

import shutil

import pytest
import yaml

from pipelines.catalogue.read import catalogue_of
from pipelines.errors import PipelineError
from pipelines.fingerprints import definitions_fingerprint
from pipelines.selfcheck import check_everything
from pipelines.settings import Settings
from tests.catalogue.test_catalogue import CATALOGUE, ROOT, SERIOUS_INJURIES

NAME = "serious_injuries_per_100k"


@pytest.fixture
def office(tmp_path):
    """An office whose copy of Beichen's plan also asks for an indicator that is not shipped."""
    for folder in ("codes", "plans"):
        shutil.copytree(ROOT / "data" / folder, tmp_path / "data" / folder)
    file = tmp_path / "data/plans/beichen.yml"
    plan = yaml.safe_load(file.read_text(encoding="utf-8"))
    plan["targets"][0]["indicator"] = NAME
    file.write_text(yaml.safe_dump(plan, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return Settings(root=tmp_path)


def define(office, text=SERIOUS_INJURIES):
    folder = office.path("catalogue")
    folder.mkdir(exist_ok=True)
    (folder / f"{NAME}.yml").write_text(text, encoding="utf-8")
    return folder


def test_without_the_file_the_plan_is_refused(office):
    with pytest.raises(PipelineError) as caught:
        check_everything(office)
    assert NAME in str(caught.value)


def test_with_the_file_it_is_an_indicator_as_any_other(office):
    folder = define(office)
    assert check_everything(office).indicators == len(CATALOGUE) + 1
    assert catalogue_of("one build", folder)[NAME].numerator.measure == "serious_injuries"


def test_a_change_of_the_file_makes_the_assessments_anew(office):
    define(office)
    before = definitions_fingerprint(office)
    define(office, SERIOUS_INJURIES.replace("scale: 100000", "scale: 10000"))
    assert definitions_fingerprint(office) != before


def test_a_shipped_indicator_is_not_replaced(office):
    folder = define(office)
    shutil.copy(ROOT / "pipelines/catalogue/indicators/work_deaths.yml", folder)
    with pytest.raises(PipelineError) as caught:
        check_everything(office)
    assert caught.value.code == "catalogue_twice"
