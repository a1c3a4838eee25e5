"""A second writer is told which step the first one is at, and since when."""

from __future__ import annotations

from pipelines.at_work import NotedProgress, holder, note_writer
from pipelines.errors import PipelineError
from pipelines.progress import Silent


def told(folder, language):
    return PipelineError("build_running", where="data/warehouse", **holder(folder)).tell(language)


def test_the_innermost_step_is_told_and_the_outer_one_again_after_it(tmp_path, monkeypatch):
    monkeypatch.setenv("ANLAN_LANG", "en")
    note_writer(tmp_path, "20241122T120000-abcdef")
    progress = NotedProgress(Silent(), tmp_path)
    with progress.task("forecasting"):
        with progress.task("simulating drivers", 3) as advance:
            advance(1)
            assert "at this step since" in told(tmp_path, "en") and "simulating drivers" in told(tmp_path, "en")
        assert "forecasting" in told(tmp_path, "en") and "simulating" not in told(tmp_path, "en")
    assert "forecasting" not in told(tmp_path, "en") and "preparing or publishing" in told(tmp_path, "en")


def test_the_time_of_the_beginning_stays_while_steps_and_builds_follow_each_other(tmp_path, monkeypatch):
    times = iter(f"2024-11-22 12:00:0{i}" for i in range(9))
    monkeypatch.setattr("pipelines.at_work._now", lambda: next(times))
    note_writer(tmp_path)
    with NotedProgress(Silent(), tmp_path).task("reading"):
        note_writer(tmp_path, "20241122T120000-abcdef")
        facts = holder(tmp_path)
    assert (facts["since"], facts["build"]) == ("2024-11-22 12:00:00", "20241122T120000-abcdef")
    assert "2024-11-22 12:00:02" in facts["step"] and "reading" in facts["step"]


def test_what_cannot_be_read_is_not_known(tmp_path):
    assert holder(tmp_path) == {"pid": "?", "build": "…", "since": "?", "step": ""}
    note_writer(tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_text('["half', encoding="utf-8")
    assert holder(tmp_path)["pid"] == "?"
