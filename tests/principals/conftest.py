"""One office with forecasts for all tests of this folder, and the app as somebody sees it who signed in."""

from __future__ import annotations

import pytest

from tests.principals.office import make_office

ROLES = """
[sign_in]
method = "proxy"

[roles.beichen]
regions = ["120113"]

[roles.dongjiang]
regions = ["120116403"]

[roles.bureau]
regions = ["*"]

[roles.town]
regions = ["120113101"]
"""
SEEDS = {"BC": 1, "DJ": 2}


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """Both districts, a file that both wrote into, forecasts, and roles."""
    root = make_office(tmp_path_factory.mktemp("two-districts"), SEEDS, forecasts=True)
    with (root / "anlan.toml").open("a", encoding="utf-8") as settings:
        settings.write(ROLES)
    return root
