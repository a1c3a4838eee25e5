"""A second `anlan up` finds Anlan itself at the port, and no other program."""

import http.server
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
