"""The app behind a sign-in: a provider on loopback, or a proxy on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest

from tests.principals.conftest import office  # noqa: F401
from tests.principals.office import REPOSITORY
from tests.sign_in import provider as providers

COOKIE_SECRET = "0123456789abcdef0123456789abcdef0123456789"
PROXY_SECRET = "a proxy and the app know this and nobody else"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(root, port):
    """`anlan serve` of an office on a port of loopback, with its address; ended together with what it started."""
    command = [sys.executable, "-m", "pipelines.cli", "--root", str(root), "serve", "--port", str(port)]
    environment = {**os.environ, "PYTHONUTF8": "1", "CI": "1"}
    child = subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    url = f"http://127.0.0.1:{port}"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        for _ in range(300):
            try:
                opener.open(f"{url}/_stcore/health", timeout=2).close()
                break
            except OSError:
                assert child.poll() is None, child.stdout.read()
                time.sleep(0.2)
        yield url
    finally:
        child.terminate()
        child.wait(20)
        child.stdout.close()


def with_settings(office, root, old, new):  # noqa: F811
    """A copy of an office with other settings."""
    shutil.copytree(office, root, dirs_exist_ok=True)
    file = root / "anlan.toml"
    said = file.read_text(encoding="utf-8")
    assert old in said
    file.write_text(said.replace(old, new), encoding="utf-8")
    return root


@pytest.fixture(scope="session")
def provider():
    """A provider that knows three people."""
    with providers.running() as running:
        for name in ("beichen", "bureau", "stranger"):
            running.users[name] = {"email": f"{name}@office.example", "email_verified": True, "name": name}
        yield running


@pytest.fixture(scope="session")
def by_oidc(office, provider, tmp_path_factory):  # noqa: F811
    """Address of the app that asks the provider."""
    port = free_port()
    root = with_settings(
        office, tmp_path_factory.mktemp("oidc"), '[sign_in]\nmethod = "proxy"', '[sign_in]\nmethod = "oidc"\nhours = 12'
    )
    file = root / "anlan.toml"
    said = file.read_text(encoding="utf-8")
    for name in ("beichen", "bureau"):
        said = said.replace(f"[roles.{name}]", f'[roles."{name}@office.example"]')
    file.write_text(said, encoding="utf-8")
    (root / ".streamlit").mkdir()
    (root / ".streamlit/secrets.toml").write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "{COOKIE_SECRET}"\n'
        f'client_id = "{providers.CLIENT}"\nclient_secret = "{providers.CLIENT_SECRET}"\n'
        f'server_metadata_url = "{provider.url}/.well-known/openid-configuration"\n',
        encoding="utf-8",
    )
    with served(root, port) as url:
        yield url, root


@pytest.fixture(scope="session")
def by_proxy(office, tmp_path_factory):  # noqa: F811
    """Address of the app that believes a proxy with a secret."""
    root = with_settings(
        office, tmp_path_factory.mktemp("proxy"), 'method = "proxy"', 'method = "proxy"\nsecret_file = "proxy-secret"'
    )
    (root / "proxy-secret").write_text(PROXY_SECRET + "\n", encoding="utf-8")
    with served(root, free_port()) as url:
        yield url
