"""Fixtures that every test may use."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pipelines import texts
from tests.browser import browser

__all__ = ["browser"]

# A loaded machine makes no test fail: what takes long is measured in benchmarks.
settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")


@pytest.fixture(autouse=True)
def _own_language():
    """No test hands the language that it set on to the next one."""
    token = texts._current.set(texts._current.get())
    yield
    texts._current.reset(token)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The project's root."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture
def warehouse_from(tmp_path):
    """A function that builds a warehouse from rows in sight and opens it.

    `warehouse_from(accidents=[{"deaths": 3}], statistics=[…])`; see `tests.rows.landed_inputs` for what rows may leave
    out and for files, rejects, plans and facts. `assess=` takes a step that writes the assessment tables.
    `principal=` opens it for somebody. `settings` is an attribute of the function.
    """
    from pipelines import publish, warehouse
    from pipelines.build import make
    from pipelines.settings import Settings
    from tests.rows import landed_inputs

    settings = Settings(root=tmp_path)
    opened = []

    def build(*, assess=None, principal=None, full=False, **rows):
        inputs = landed_inputs(tmp_path / "landed", **rows)
        with publish.writer(settings) as folder:
            former = publish.current(folder)
            build.result = make(settings, folder, inputs, former=former, full=full, assess=assess)
        house = warehouse.open(settings, principal=principal)
        opened.append(house)
        return house

    build.settings = settings
    yield build
    for house in opened:
        house.close()
