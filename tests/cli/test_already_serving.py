"""A second `anlan up` finds Anlan itself at the port, and no other program."""

import http.server
import os
import subprocess
import sys
import threading

import pytest

from pipelines import serve


@pytest.fixture
def port():
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    server.RequestHandlerClass.log_message = lambda *_: None
    server.RequestHandlerClass.do_GET = lambda handler: (handler.send_response(200), handler.end_headers())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_another_program_that_answers_is_not_taken_for_anlan(port):
    assert serve.own_app("127.0.0.1", port) == ""


def test_the_app_itself_is_known_by_its_command_line(port, monkeypatch):
    monkeypatch.setattr(serve, "_listener", lambda _: ["python", "-m", "streamlit", "run", str(serve.APP)])
    assert serve.own_app("127.0.0.1", port) == f"http://127.0.0.1:{port}"
    assert serve.own_app("127.0.0.1", 1) == ""


def up(monkeypatch, tmp_path, port, shown):
    from typer.testing import CliRunner

    from pipelines import cli

    (tmp_path / "data/codes").mkdir(parents=True)
    monkeypatch.setenv("ANLAN_LANG", "en")
    monkeypatch.setattr(serve, "_listener", lambda _: ["python", "-m", "streamlit", "run", str(serve.APP)])
    monkeypatch.setattr(serve, "office_shown", lambda _: shown)
    return CliRunner().invoke(cli.app, ["--root", str(tmp_path), "up", "--port", str(port)])


def test_up_says_which_office_is_open_already(port, monkeypatch, tmp_path):
    done = up(monkeypatch, tmp_path, port, tmp_path)
    assert done.exit_code == 0 and f"with the data of {tmp_path}" in done.stdout.replace("\n", "")


def test_up_does_not_send_anybody_to_the_data_of_another_office(port, monkeypatch, tmp_path):
    done = up(monkeypatch, tmp_path, port, tmp_path / "elsewhere")
    assert done.exception.code == "port_other_office" and done.exception.exit_code == 2
    assert str(tmp_path / "elsewhere") in done.exception.tell("en") and f"--port {port + 1}" in done.exception.tell(
        "zh"
    )


def test_up_says_nothing_of_an_office_that_the_system_does_not_tell(port, monkeypatch, tmp_path):
    done = up(monkeypatch, tmp_path, port, None)
    assert done.exit_code == 0 and f"http://127.0.0.1:{port}. Nothing" in done.stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the environment of a process is read where the system shows it")
def test_the_office_is_read_from_the_environment_of_the_app(tmp_path):
    code = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True)"
    shown = {**os.environ, "ANLAN_ROOT": str(tmp_path)}
    command = [sys.executable, "-c", code + "; time.sleep(60)"]
    with subprocess.Popen(command, env=shown, stdout=subprocess.PIPE, text=True) as app:
        try:
            assert serve.office_shown(int(app.stdout.readline())) == tmp_path
        finally:
            app.kill()
    assert serve.office_shown(1) is None
