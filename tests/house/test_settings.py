import pytest

from pipelines.errors import PipelineError
from pipelines.settings import Settings, load_settings


def test_the_shipped_file_says_what_the_defaults_say(repository):
    assert load_settings(repository) == Settings(root=repository)


def test_no_file_means_defaults(tmp_path):
    assert load_settings(tmp_path).app.port == 8501


def test_a_part_of_a_section_leaves_the_rest_at_its_default(tmp_path):
    (tmp_path / "anlan.toml").write_text("[app]\nport = 9000\n", encoding="utf-8")
    assert load_settings(tmp_path).app.port == 9000
    assert load_settings(tmp_path).app.address == "127.0.0.1"


def test_all_faults_of_the_file_are_told_at_once(tmp_path):
    (tmp_path / "anlan.toml").write_text("[app]\nport = 99999\ncolour = 'red'\n", encoding="utf-8")
    with pytest.raises(PipelineError) as fault:
        load_settings(tmp_path)
    assert fault.value.facts["n"] == 2
    assert "app.port" in fault.value.tell("en") and "app.colour" in fault.value.tell("en")


def test_a_broken_file_names_the_place(tmp_path):
    (tmp_path / "anlan.toml").write_text("[app\n", encoding="utf-8")
    with pytest.raises(PipelineError) as fault:
        load_settings(tmp_path)
    assert fault.value.code == "settings_unreadable"
    assert "line 1" in fault.value.tell("en")
