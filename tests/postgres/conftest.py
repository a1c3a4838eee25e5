"""A PostgreSQL of the tests' own: made in a temporary folder, on loopback, by a user who is not root."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from pipelines.settings import Settings

PASSWORD = "not-the-real-one"
QUERY = """
SELECT check_no AS "检查编号", area AS "行政区划代码", checked_on AS "检查日期", kind AS "检查类型",
    found AS "发现隐患数", fine AS "罚款金额", called_in AS "是否约谈", firm AS "企业名称",
    stamped AS "报告时间", changed_at
FROM checks
"""
TABLE = """
DROP TABLE IF EXISTS checks CASCADE;
CREATE TABLE checks (
    check_no TEXT, area TEXT DEFAULT '120113', checked_on DATE DEFAULT '2024-03-10', kind TEXT DEFAULT 'routine',
    found INTEGER, fine NUMERIC(12, 2), called_in BOOLEAN, firm TEXT, stamped TIMESTAMPTZ,
    changed_at TIMESTAMP(3) DEFAULT '2024-03-11 09:00:00'
);
GRANT SELECT ON checks TO reader;
"""


class Server:
    """The running server: `run` does things to it as its owner, `address` is what a reader connects with."""

    def __init__(self, port: int):
        self.port = port

    def address(self, user: str = "reader", password: str = PASSWORD, port: int | None = None) -> str:
        return f"host=127.0.0.1 port={port or self.port} dbname=postgres user={user} password={password}"

    def run(self, statement: str) -> list[tuple]:
        with psycopg.connect(self.address("owner"), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def add(self, **columns: object) -> None:
        """One row of the table of checks; what is not named takes the table's default."""
        with psycopg.connect(self.address("owner"), autocommit=True) as connection:
            names = ", ".join(columns)
            places = ", ".join(["%s"] * len(columns))
            connection.execute(f"INSERT INTO checks ({names}) VALUES ({places})", list(columns.values()))


@pytest.fixture(scope="session")
def server():
    programs = _programs()
    if programs is None:
        reason = "no PostgreSQL here (Debian: apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="anlan-pg-"))
    user = _somebody_else(folder)
    try:
        secret = folder / "secret"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        made = subprocess.run(
            [programs / "initdb", "-D", folder / "data", "-U", "owner", "--pwfile", secret, "-A", "scram-sha-256",
             "--no-sync", "-E", "UTF8", "--locale", "C.UTF-8"],
            cwd=folder, capture_output=True, text=True, check=False, **user,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", folder / "data", "-p", str(port), "-k", folder,
                 "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "shared_buffers=16MB"],
                cwd=folder, stdout=log, stderr=log, **user,
            )  # fmt: skip
        try:
            started = Server(port)
            _wait(started, process, folder / "log")
            started.run(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'; CREATE TABLE hidden (a INT)")
            yield started
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """Folder of initdb and postgres: Debian keeps it off the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = shutil.which("initdb") or (installed[-1] if installed else None)
    return Path(os.path.realpath(found)).parent if found else None


def _somebody_else(folder: Path) -> dict[str, object]:
    """initdb refuses to run as root: then the folder is given to a user that every system has."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam("postgres")
    except KeyError:
        entry = pwd.getpwnam("nobody")
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _wait(server: Server, process: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        with contextlib.suppress(psycopg.OperationalError):
            server.run("SELECT 1")
            return
        if process.poll() is not None or time.monotonic() > until:
            pytest.fail(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


@pytest.fixture
def table(server):
    """An empty table of checks."""
    server.run(TABLE)
    return server


@pytest.fixture
def office(tmp_path, repository, server, monkeypatch):
    """An office without records; `DATABASE` leads to the server. `office.source(…)` writes a source's file."""
    (tmp_path / "data" / "raw" / "inspections").mkdir(parents=True)
    for name in ("codes", "plans"):
        (tmp_path / "data" / name).symlink_to(repository / "data" / name)
    monkeypatch.setenv("DATABASE", server.address())
    return Settings(root=tmp_path)


@pytest.fixture
def write_source(office):
    """Write `checks.source.yml` from what differs from the usual one; a value of None leaves the line out."""

    def write(query: str = QUERY, **said: object) -> Path:
        lines = {
            "connection": "{environment: DATABASE}",
            "cursor": "changed_at",
            "look_back": "1 days",
            "source": "区执法系统",
            **said,
        }
        path = office.path("raw") / "inspections" / "checks.source.yml"
        text = "".join(f"{name}: {value}\n" for name, value in lines.items() if value is not None)
        indented = query.strip().replace("\n", "\n  ")
        path.write_text(f"{text}query: |\n  {indented}\n", encoding="utf-8")
        return path

    return write
