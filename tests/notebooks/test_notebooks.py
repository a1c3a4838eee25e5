"""Every notebook runs from top to bottom, answers its question, and is committed as it was written."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NAMES = sorted(path.name for path in FOLDER.glob("*.ipynb"))
HAN = re.compile(r"[\u4e00-\u9fff]")
ANSWERS = {
    "01_warehouse.ipynb": r"数据仓有 \d+ 个表",
    "02_indicator.ipynb": r"判断：\S+。逐行核对了 \d+ 条原始记录",
    "03_forecast.ipynb": r"\d+ 条路径中 \d+ 条达标，概率约 \d+%",
    "04_quarter.ipynb": r"月发生事故 \d+ 起，同比.*死亡 \d+ 人，同比.*自然灾害 \d+ 起.*季度平均发生事故",
    "05_own_plan.ipynb": r"2023 年死亡 8 人，目标 2025 年不超过 10\.2 人；亿元死亡率 0\.0143，目标 0\.02",
}


def read(name):
    return nbformat.read(FOLDER / name, as_version=4)


def files_of(folder):
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_every_notebook_has_its_answer_here():
    assert set(NAMES) == set(ANSWERS)


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_and_answers_its_question(notebook_office, repository, monkeypatch, name):
    monkeypatch.setenv("ANLAN_ROOT", str(notebook_office.root))
    monkeypatch.setenv("ANLAN_LANG", "zh")
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    before = {where: files_of(repository / where) for where in ("data", "notebooks")}
    office_before = files_of(notebook_office.root / "data")
    book = read(name)
    resources = {"metadata": {"path": str(FOLDER)}}
    NotebookClient(book, kernel_name="python3", timeout=300, startup_timeout=180, resources=resources).execute()
    last = "".join(one["text"] for one in book.cells[-1].outputs if one.output_type == "stream")
    assert re.search(ANSWERS[name], last), last
    pictures = [one for cell in book.cells for one in cell.get("outputs", []) if "image/png" in one.get("data", {})]
    assert pictures
    warned = [one["text"] for cell in book.cells for one in cell.get("outputs", []) if one.get("name") == "stderr"]
    assert warned == []  # a missing glyph, a deprecated call
    assert {where: files_of(repository / where) for where in ("data", "notebooks")} == before
    assert {name for name in files_of(notebook_office.root / "data") if name not in office_before} <= {
        name for name in files_of(notebook_office.root / "data") if "/warehouse/" in name
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_committed_without_outputs(name):
    for cell in read(name).cells:
        assert cell.get("outputs", []) == [] and cell.get("execution_count") is None
        assert not cell.metadata


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_chinese_first_asks_a_question_and_asserts_its_answer(name):
    cells = read(name).cells
    assert HAN.search(cells[0].source.splitlines()[0]) and cells[0].source.splitlines()[0].endswith("？")
    told = [cell.source for cell in cells if cell.cell_type == "markdown"]
    assert all(HAN.search(text) for text in told) and "*" in told[0]
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    assert "assert " in code[-1] and sum(text.count("assert ") for text in code) >= 4
    assert told[-1].startswith("## 答")
