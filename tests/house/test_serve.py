import os
import socket

import pytest

from pipelines import serve
from pipelines.errors import PipelineError


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_a_busy_port_is_refused_and_its_holder_named(taken_port):
    with pytest.raises(PipelineError) as fault:
        serve.require_free_port("127.0.0.1", taken_port)
    assert fault.value.code == "port_busy"
    assert f"PID {os.getpid()}" in fault.value.tell("en")


def test_a_free_port_is_accepted(taken_port):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    serve.require_free_port("127.0.0.1", free)


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_loopback_needs_no_sign_in(address):
    serve.require_permitted_address(address, without_sign_in=False)


@pytest.mark.parametrize("address", ["0.0.0.0", "10.1.2.3", "::"])
def test_an_open_address_needs_somebodys_word(address):
    with pytest.raises(PipelineError, match=r"sign-in|登录"):
        serve.require_permitted_address(address, without_sign_in=False)
    serve.require_permitted_address(address, without_sign_in=True)


def test_an_address_that_this_machine_has_not_got_is_told():
    with pytest.raises(PipelineError) as fault:
        serve.require_free_port("no.such.host.invalid", 8501)
    assert fault.value.code == "address_unknown"
    with pytest.raises(PipelineError) as fault:
        serve.require_permitted_address("no.such.host.invalid", without_sign_in=False)
    assert fault.value.code == "address_unknown"
