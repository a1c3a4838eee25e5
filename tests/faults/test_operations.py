"""What docs/operations.md tells an administrator to type is typed here."""

from __future__ import annotations

import datetime
import re
import shutil
import subprocess
import sys

import pytest

from pipelines import journal, publish, warehouse
from pipelines.build import build
from pipelines.settings import load_settings
from tests.faults.conftest import ROWS, accidents, add_file, environment
from tests.principals.office import REPOSITORY, TODAY

DOCS = (REPOSITORY / "docs/operations.md").read_text(encoding="utf-8")


def told(beginning):
    """The one line of the page that begins so, without its comment."""
    line = next(line for line in DOCS.splitlines() if line.startswith(f"    {beginning}"))
    return re.sub(r"\s+#.*$", "", line.strip())


def typed(line, root):
    """Run a line in an office's folder, with this environment's programs."""
    line = line.replace(".venv/bin/python", sys.executable)
    commands = "check|build|builds|status|purge|rollback|said"
    line = re.sub(rf"(?<![\w-])anlan (?={commands})", f"{sys.executable} -m pipelines.cli ", line)
    more = {**environment(), "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(line, shell=True, cwd=root, env=more, capture_output=True, text=True, timeout=300)


def rows(root, as_of):
    with warehouse.open(load_settings(root)) as house:
        return [(row["record_id"], row["known_on"], row["path"]) for row in house.records("accidents", as_of=as_of)]


@pytest.mark.skipif(sys.platform == "win32", reason="the page's commands for Linux")
def test_a_backup_is_restored_with_withdrawals_and_as_of_dates(small_office, tmp_path_factory):
    settings = load_settings(small_office)
    add_file(small_office, 1)
    build(settings, today=TODAY)
    (small_office / "data/raw/accidents/f001.csv").unlink()
    build(settings, today=TODAY + datetime.timedelta(days=5))
    said = journal.said_of(settings.path("journal"), "beichen", "2")
    days = (TODAY, TODAY + datetime.timedelta(days=6))
    before = [rows(small_office, day) for day in days]
    assert [len(one) for one in before] == [2 * ROWS, ROWS]
    assert typed(told("tar -czf anlan-backup"), small_office).returncode == 0

    restored = tmp_path_factory.mktemp("restored")
    shutil.move(small_office / "anlan-backup.tgz", restored / "anlan-backup.tgz")
    shutil.rmtree(small_office / "data")
    assert typed(told("tar -xzf anlan-backup").replace("/srv/anlan", str(restored)), restored).returncode == 0
    done = typed("anlan build", restored)
    assert done.returncode == 0, done.stderr
    assert [rows(restored, day) for day in days] == before
    kept = journal.said_of(restored / "data/journal", "beichen", "2")
    assert kept[: len(said)] == said and len(kept) > len(said)


@pytest.mark.skipif(sys.platform == "win32", reason="the page's commands for Linux")
def test_roll_back_history_log_and_purge_are_typed_as_told(small_office):
    settings = load_settings(small_office)
    first = build(settings, today=TODAY).build_id
    add_file(small_office, 1)
    build(settings, today=TODAY)
    assert first in typed(told("anlan builds"), small_office).stdout
    back = typed(told("anlan rollback").replace("20241020T053001-51d592", first), small_office)
    assert back.returncode == 0, back.stderr
    assert warehouse.current(settings) == first and accidents(small_office) == ROWS
    history = typed(told("anlan said"), small_office)
    assert history.returncode == 0, history.stderr
    assert first in history.stdout  # the newer build said the same again, and so did the roll back
    assert typed(told("anlan check && anlan build").split(" && systemctl")[0], small_office).returncode == 0

    (small_office / "data/raw/accidents/f001.csv").unlink()
    assert typed("anlan build", small_office).returncode == 0
    purge = told("anlan purge").replace("data/raw/accidents/q3.csv", "data/raw/accidents/f001.csv")
    done = typed(purge, small_office)
    assert done.returncode == 0, done.stderr
    assert typed("anlan build --full", small_office).returncode == 0
    assert len(rows(small_office, TODAY)) == ROWS
    assert "order 17 of 2024" in (settings.path("journal") / "receipts.jsonl").read_text(encoding="utf-8")
    assert typed(told("grep -E"), small_office).stdout == ""
    assert publish.list_builds(settings)
