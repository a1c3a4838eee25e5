"""Rules of the house that can be searched for."""

import re
import subprocess

import pytest

MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home)/\w")
INDEX = re.compile(r"(?:index-url|find-links|https?://(?:pypi|files\.pythonhosted|registry\.npmjs))", re.IGNORECASE)
LEFT_FOR_LATER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX|NotImplemented" + r"Error)\b")


@pytest.fixture(scope="module")
def files(repository):
    listed = subprocess.run(["git", "ls-files"], cwd=repository, capture_output=True, text=True, check=True).stdout
    texts = {}
    for name in listed.splitlines():
        path = repository / name
        if path.is_file() and path.stat().st_size < 2_000_000:
            try:
                texts[name] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
    return texts


def places(files, pattern, suffixes=(".py", ".sql", ".yml", ".toml", ".md", ".sh", "Makefile", ".txt", "run")):
    return [
        f"{name}:{number}"
        for name, text in files.items()
        if name.endswith(suffixes) and not name.endswith("test_house_rules.py")
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_names_a_path_of_one_machine(files):
    assert places(files, MACHINE_PATH) == []


def test_nothing_is_left_for_later(files):
    assert places(files, LEFT_FOR_LATER) == []


def test_pinned_requirements_carry_hashes_and_no_address(files):
    for name in (name for name in files if name.startswith("requirements/") and name.endswith(".txt")):
        assert not INDEX.search(files[name]) and "://" not in files[name]
        for entry in files[name].replace("\\\n", " ").splitlines():
            if entry.strip() and not entry.startswith("#"):
                assert "==" in entry and "--hash=sha256:" in entry, entry[:80]


def test_only_the_gate_and_the_build_open_the_warehouse(files):
    def connects(text):
        return re.search(r"duckdb\.connect\(", text)

    # The journal keeps what a build says, before anybody reads it; own_rows holds copies in memory for the gate.
    allowed = ("pipelines/engine.py", "pipelines/warehouse.py", "pipelines/own_rows.py", "pipelines/journal.py",
               "pipelines/sources/")  # fmt: skip
    wrong = [n for n, t in files.items() if n.startswith(("pipelines/", "dashboard/")) and n.endswith(".py")
             and connects(t) and not n.startswith(allowed)]  # fmt: skip
    assert wrong == []


def test_pipelines_know_no_streamlit_and_the_dashboard_fits_no_model(files):
    imports = re.compile(r"^\s*(?:import|from) (\w+)", re.MULTILINE)
    for name, text in files.items():
        if not name.endswith(".py"):
            continue
        found = set(imports.findall(text))
        if name.startswith("pipelines/"):
            assert not found & {"streamlit", "dashboard"}, name
        if name.startswith("dashboard/"):
            assert not found & {"statsmodels", "duckdb", "scipy"}, name


def test_files_have_one_subject_and_stay_short(files):
    long = [f"{n}: {t.count(chr(10))}" for n, t in files.items()
            if n.endswith(".py") and not n.startswith("tests/") and t.count("\n") > 400]  # fmt: skip
    assert long == []
