"""The small demonstration, made once for all tests of this folder."""

import os
from pathlib import Path

import pytest

from pipelines.demo import make_demo
from pipelines.settings import Settings, load_settings
from tests.demo.reading import read_folder


def settings_in(repository: Path, folder: Path) -> Settings:
    """The project's settings with the demonstration somewhere else."""
    settings = load_settings(repository)
    return settings.model_copy(update={"paths": settings.paths.model_copy(update={"demo": folder})})


@pytest.fixture(scope="session")
def demo(repository, tmp_path_factory):
    """Folder of a fresh small demonstration."""
    folder = tmp_path_factory.mktemp("demo")
    make_demo(settings_in(repository, folder))
    return folder


@pytest.fixture(scope="session")
def files(demo):
    """Its files, read."""
    return read_folder(demo)


@pytest.fixture(scope="session")
def shared(repository):
    """The shared material beside the project; a build server must have it."""
    folder = repository.parent / "shared" / "plans"
    if not folder.exists():
        message = "the shared plans are not beside the project"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder
