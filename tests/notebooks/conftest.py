"""One office for all notebooks: the demonstration records of one city, one plan, and its forecasts."""

import datetime
import shutil

import pytest

from pipelines.build import build, build_forecasts
from pipelines.demo import make_demo
from pipelines.settings import Settings, load_settings

OTHERS = ("tongan", "mentougou", "dongjiang")


@pytest.fixture(scope="session")
def notebook_office(repository, tmp_path_factory) -> Settings:
    """An office with the plan of Beichen alone, which keeps the build and the forecasts short."""
    root = tmp_path_factory.mktemp("office")
    shutil.copy(repository / "anlan.toml", root)
    shutil.copytree(repository / "data" / "codes", root / "data" / "codes")
    plans = root / "data" / "plans"
    plans.mkdir()
    shutil.copy(repository / "data" / "plans" / "published-facts.csv", plans)
    plan = (repository / "data" / "plans" / "beichen.yml").read_text(encoding="utf-8")
    (plans / "beichen.yml").write_text(plan.replace("parent: tianjin", "parent: null"), encoding="utf-8")
    settings = load_settings(root)
    make_demo(settings, scale="small", quarter=None)
    for file in (root / "data" / "demo").rglob("*"):
        if file.is_file() and file.name.startswith(OTHERS):
            file.unlink()
    build(settings, today=datetime.date(2026, 11, 22))
    build_forecasts(settings)
    return settings
