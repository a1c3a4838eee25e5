"""Runs one build and stands still at a named point until somebody kills it; used by `test_killed.py` only."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from pipelines import build as build_module
from pipelines import manifest, model_run, publish
from pipelines.engine import DuckDBEngine
from pipelines.settings import Settings
from tests.rows import landed_inputs

# Where to stand still: module, function, and whether before or after its work.
POINTS = {
    "draft_made": (publish, "draft_folder", "after"),
    "in_the_models": (model_run, "require_grain", "after"),
    "models_done": (build_module, "run_checks", "after"),
    "database_closed": (build_module, "sha256_of", "before"),
    "before_manifest": (publish, "sync_file", "after"),
    "before_folder_is_named": (publish, "remember_verified", "after"),
    "before_pointer": (publish, "_point_to", "before"),
    "pointer_drafted": (manifest.os, "replace", "before"),
    "pointer_written": (publish, "_point_to", "after"),
    "while_removing_old_builds": (publish.shutil, "rmtree", "before"),
}


def stand_still(marker: Path) -> None:
    marker.touch()
    time.sleep(60)


def main(root: Path, point: str) -> None:
    settings = Settings(root=root)
    module, name, when = POINTS[point]
    work = getattr(module, name)
    marker = root / "reached"

    def wrapped(*arguments, **named):
        is_pointer = point != "pointer_drafted" or Path(arguments[1]).parent.name == publish.CURRENT
        is_old = point != "while_removing_old_builds" or "dropped" in str(arguments[0])
        if when == "before" and is_pointer and is_old:
            stand_still(marker)
        result = work(*arguments, **named)
        if when == "after":
            stand_still(marker)
        return result

    setattr(module, name, wrapped)
    if point == "while_removing_old_builds":
        settings = settings.model_copy(update={"build": settings.build.model_copy(update={"keep_builds": 1})})
    inputs = landed_inputs(root / "landed", accidents=[{"deaths": 2}, {"deaths": 5}])
    with publish.writer(settings) as folder:
        build_module.make(settings, folder, inputs, former=publish.current(folder))


if __name__ == "__main__":
    assert DuckDBEngine is not None
    main(Path(sys.argv[1]), sys.argv[2])
