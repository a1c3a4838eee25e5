"""The one gate: what may be asked, and what is never answered."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter

import pytest

from pipelines import warehouse
from pipelines.errors import PipelineError
from pipelines.principals import Principal
from pipelines.settings import Settings


def test_without_a_build_the_command_that_makes_one_is_named(tmp_path):
    with pytest.raises(PipelineError) as caught:
        warehouse.open(Settings(root=tmp_path))
    assert caught.value.code == "no_warehouse"
    assert caught.value.tell("en").splitlines() == [
        "data/warehouse: there is no build to read yet",
        "To do: run anlan build; without any data, run anlan demo first",
    ]
    with pytest.raises(PipelineError):
        warehouse.current(Settings(root=tmp_path))


def test_without_a_build_but_with_rejected_rows_one_is_led_to_these(tmp_path):
    sent_back = tmp_path / "data/warehouse/rejected/accidents_q3.xlsx"
    sent_back.parent.mkdir(parents=True)
    sent_back.touch()
    with pytest.raises(PipelineError) as caught:
        warehouse.open(Settings(root=tmp_path))
    assert caught.value.code == "build_refused_before"
    said = caught.value.tell("zh")
    assert "data/warehouse/rejected/accidents_q3.xlsx" in said and "demo" not in said


def test_a_root_folder_opens_the_warehouse_of_that_office(warehouse_from):
    warehouse_from(accidents=[{}])
    with warehouse.open(warehouse_from.settings.root) as house:
        assert len(house.records("accidents")) == 1


def test_rows_arrow_and_pandas_say_the_same(warehouse_from):
    house = warehouse_from(accidents=[{"deaths": 2}, {"deaths": 1}])
    sql = "SELECT deaths FROM core_accidents__versions WHERE deaths >= ? ORDER BY deaths"
    expected = [{"deaths": 1}, {"deaths": 2}]
    assert house.query(sql, [1]) == expected
    assert house.query(sql.replace("?", "$least"), {"least": 1}) == expected
    assert house.arrow(sql, [1]).to_pylist() == expected
    assert house.pandas(sql, [1]).to_dict("records") == expected


REFUSED = [
    "SELECT 1; SELECT 2",
    "CREATE TEMP VIEW mart_regions AS SELECT 1",
    "DROP TABLE mart_regions",
    "INSERT INTO mart_regions SELECT * FROM mart_regions",
    "ATTACH 'x.duckdb'",
    "COPY mart_regions TO 'x.csv'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM glob('*')",
    "SET enable_external_access = true",
    "INSTALL httpfs",
    "SELECT nothing FROM mart_regions",
    "SELEC 1",
    "",
]


@pytest.mark.parametrize("sql", REFUSED)
@pytest.mark.parametrize("regions", [None, frozenset({"120113"})], ids=["everyone", "restricted"])
def test_whatever_writes_or_reaches_outside_is_refused_in_words(warehouse_from, sql, regions):
    house = warehouse_from(accidents=[{}], principal=Principal("a", regions))
    for ask in (house.query, house.arrow, house.pandas):
        with pytest.raises(PipelineError) as caught:
            ask(sql)
        assert caught.value.code == "query_refused"
    assert len(house.query("SELECT * FROM mart_sectors")) == 4


def test_many_threads_may_ask_at_once(warehouse_from):
    house = warehouse_from(accidents=[{} for _ in range(50)])
    answers, faults = [], []

    def ask():
        try:
            for _ in range(20):
                answers.append(len(house.records("accidents")))
        except PipelineError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert answers == [50] * 160


def test_a_failed_query_leaves_the_gate_usable(warehouse_from):
    house = warehouse_from(accidents=[{}])
    for _ in range(3):
        with pytest.raises(PipelineError):
            house.query("SELECT CAST(source AS INTEGER) FROM core_accidents__versions")
        assert len(house.query("SELECT source FROM core_accidents__versions")) == 1


def test_closing_twice_does_no_harm(warehouse_from):
    house = warehouse_from(accidents=[{}])
    house.close()
    house.close()


def test_reading_imports_pandas_only_when_it_is_asked_for(warehouse_from, repository):
    warehouse_from(accidents=[{}])
    program = f"""
import sys
from pipelines import warehouse
with warehouse.open({str(warehouse_from.settings.root)!r}) as house:
    house.records("accidents"), house.files(), house.arrow("SELECT 1 AS a")
    print("pandas" in sys.modules)
    house.pandas("SELECT 1 AS a")
    print("pandas" in sys.modules)
"""
    ran = subprocess.run([sys.executable, "-c", program], cwd=repository, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "True"]


def test_no_group_of_questions_hides_a_method_of_another():
    groups = [group for group in warehouse.Warehouse.__mro__ if group.__name__.endswith("Readers")]
    defined = Counter(
        name
        for group in groups
        for name, found in vars(group).items()
        if callable(found) and not name.startswith("__") and not getattr(found, "__isabstractmethod__", False)
    )
    assert len(groups) > 5 and [name for name, n in defined.items() if n > 1] == []
