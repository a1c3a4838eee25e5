import shutil

import pytest

from pipelines.errors import PipelineError
from pipelines.settings import Settings, load_settings
from pipelines.texts import in_language


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
    with pytest.raises(PipelineError) as fault, in_language("en"):
        load_settings(tmp_path)
    assert fault.value.code == "settings_unreadable"
    assert "line 1" in fault.value.tell("en")


@pytest.mark.parametrize(
    ("said", "rows"),
    [
        ('root = "x"\n', ["第 1 行 root：不认识此项，请检查拼写"]),
        ("app = 3\n", ["第 1 行 app：“3”应由“键: 值”组成"]),
        ('[app]\nport = "many"\n', ["第 2 行 app.port：“many”不是整数"]),
        ('[app]\nlanguage = "fr"\n', ["第 2 行 app.language：“fr”不可用，可用：'zh', 'en'"]),
        ("[app]\nport = 0\n", ["第 2 行 app.port：“0”不得小于 1"]),
        ("[verdict]\nlikely = 0.3\n", ["第 1 行 verdict：须为 likely ≥ possible ≥ needs_effort"]),
        ('[paths]\nraw = ""\n', ["第 1 行 paths：raw 不能是项目文件夹本身"]),
        ('[paths]\nwarehouse = "data/raw/w"\n', ["第 1 行 paths：warehouse 与 raw 相同或在其之内；各文件夹须彼此分开"]),
        ('[paths]\ndemo = "data/./raw"\n', ["第 1 行 paths：raw 与 demo 相同或在其之内；各文件夹须彼此分开"]),
    ],
)
def test_what_a_setting_may_not_be_is_told_in_the_language(tmp_path, said, rows):
    (tmp_path / "anlan.toml").write_text(said, encoding="utf-8")
    with pytest.raises(PipelineError) as fault, in_language("zh"):
        load_settings(tmp_path)
    assert (fault.value.code, list(fault.value.rows)) == ("settings_invalid", rows)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"[app\n", "line 1, column 5 is not TOML"), (b"\xff\xfe", "byte 1 is not UTF-8"), (b'a = """', None)],
)
def test_a_file_that_is_no_toml_says_where(tmp_path, content, reason):
    (tmp_path / "anlan.toml").write_bytes(content)
    with pytest.raises(PipelineError) as fault, in_language("en"):
        load_settings(tmp_path)
    assert fault.value.facts["reason"] == (reason or "the file ends too early and is not TOML")


def test_a_folder_in_place_of_the_file_and_no_folder_at_all_are_told(tmp_path):
    with pytest.raises(PipelineError) as fault:
        load_settings(tmp_path / "nowhere")
    assert fault.value.code == "no_root"
    (tmp_path / "anlan.toml").mkdir()
    with pytest.raises(PipelineError) as fault:
        load_settings(tmp_path)
    assert fault.value.code == "settings_unreadable"


def test_a_region_of_the_office_is_a_code_and_a_name_is_answered_with_it(tmp_path, repository, monkeypatch):
    monkeypatch.setenv("ANLAN_LANG", "en")
    shutil.copytree(repository / "data" / "codes", tmp_path / "data" / "codes")
    file = tmp_path / "anlan.toml"
    file.write_text('[office]\nregions = ["120113"]\n', encoding="utf-8")
    assert load_settings(tmp_path).office.regions == ("120113",)
    file.write_text('[office]\nregions = ["北辰区", "Atlantis"]\n', encoding="utf-8")
    with pytest.raises(PipelineError) as caught:
        load_settings(tmp_path)
    first, second = caught.value.rows
    assert "line 2" in first and '"北辰区" is "120113"' in first
    assert "Atlantis" in second and "regions.csv" in second


def test_a_fault_is_told_with_its_line_though_comments_stand_behind_the_sections(tmp_path):
    (tmp_path / "anlan.toml").write_text(
        '[office]   # whose returns\nregions = []\n[verdict]  # thresholds\nlikely = 0.8\n\nregions = ["120114"]\n',
        encoding="utf-8",
    )
    with pytest.raises(PipelineError) as caught:
        load_settings(tmp_path)
    (row,) = caught.value.rows
    assert "6" in row and "verdict.regions" in row
