import importlib.util

import pytest


@pytest.fixture(scope="module")
def fetch_wheels(repository):
    spec = importlib.util.spec_from_file_location("fetch_wheels", repository / "requirements/fetch_wheels.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_windows_gets_what_only_windows_needs_and_linux_does_not(fetch_wheels, repository):
    pinned = (repository / "requirements/base.txt").read_text(encoding="utf-8")
    assert "colorama==" in fetch_wheels.applicable(pinned, "Windows", "3.12")
    assert "colorama==" not in fetch_wheels.applicable(pinned, "Linux", "3.12")


def test_each_python_gets_one_numpy_with_its_hashes(fetch_wheels, repository):
    pinned = (repository / "requirements/base.txt").read_text(encoding="utf-8")
    for python in ("3.11", "3.12", "3.13"):
        lines = [x for x in fetch_wheels.applicable(pinned, "Windows", python).splitlines() if x.startswith("numpy==")]
        assert len(lines) == 1 and "--hash=sha256:" in lines[0]
