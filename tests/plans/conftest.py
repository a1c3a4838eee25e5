"""What the tests of plans read: the shipped plans, and the documents they were taken from where those are at hand."""

import os
from pathlib import Path

import pytest

from pipelines.catalogue import load_catalogue
from pipelines.plans import load_facts, load_parents, load_plans

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared():
    """The folder of source documents beside the project; CI must have it."""
    folder = ROOT.parent / "shared"
    if folder.is_dir():
        return folder
    if os.environ.get("CI") == "true":
        pytest.fail("../shared is needed in CI: it holds the plans that the targets were taken from")
    pytest.skip("../shared is absent: the targets cannot be compared with the documents")


@pytest.fixture(scope="session")
def plans():
    return load_plans(ROOT / "data/plans")


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def facts():
    return load_facts(ROOT / "data/plans/published-facts.csv")


@pytest.fixture(scope="session")
def parents():
    return load_parents(ROOT / "data/codes")


MINIMAL = """\
id: {id}
title: {{zh: 某规划, en: A plan}}
region_code: "{region}"
{head}period: {{start: 2021, end: 2025}}
baseline_year: 2020
targets:
  - id: "1"
    section: 表1
    category: work_safety
    name: {{zh: 某目标, en: A target}}
    indicator: work_deaths
    due_year: 2025
    nature: binding
    clause: 表1
    quote: 下降15%
{target}
"""


@pytest.fixture
def write_plan(tmp_path):
    """Write a plan with one target; `head` and `target` are further YAML lines."""

    def write(plan_id="p", region="120113", head="", target='kind: reduction, operator: "<=", value: 15, unit: "%"'):
        lines = "\n".join(f"    {entry}" for entry in target.split(", "))
        head = "".join(f"{line}\n" for line in head.splitlines())
        text = MINIMAL.format(id=plan_id, region=region, head=head, target=lines)
        (tmp_path / f"{plan_id}.yml").write_text(text, encoding="utf-8")
        return tmp_path

    return write
