"""The app does not start in a way that would let strangers in, and says what is missing."""

from __future__ import annotations

import shutil
import signal
import time

import pytest

from pipelines import serve
from pipelines.errors import PipelineError
from pipelines.settings import Role, Settings, SignIn, load_settings
from pipelines.sign_in import SECRET_VARIABLE, by_token, require_complete
from tests.sign_in.conftest import REPOSITORY, free_port, served

COMPLETE = {
    "redirect_uri": "https://anlan.example/oauth2callback",
    "cookie_secret": "x" * 40,
    "client_id": "anlan",
    "client_secret": "s",
    "server_metadata_url": "https://id.example/.well-known/openid-configuration",
}


def settings(root, method, **more):
    return Settings(root=root, sign_in=SignIn(method=method, **more), roles={"li": Role(regions=("120113",))})


def write_secrets(root, **changes):
    said = {key: value for key, value in {**COMPLETE, **changes}.items() if value is not None}
    (root / ".streamlit").mkdir()
    lines = ["[auth]", *(f'{key} = "{value}"' for key, value in said.items())]
    (root / ".streamlit/secrets.toml").write_text("\n".join(lines), encoding="utf-8")


def refusal(call):
    with pytest.raises(PipelineError) as caught:
        call()
    assert caught.value.tell("zh") and caught.value.tell("en")
    return caught.value


def test_without_a_sign_in_only_this_machine_is_served(tmp_path):
    require_complete(settings(tmp_path, "none"), is_loopback=False)  # the address decides
    assert refusal(lambda: serve.require_permitted_address("0.0.0.0", without_sign_in=False)).code == "open_address"
    serve.require_permitted_address("0.0.0.0", without_sign_in=True)
    serve.require_permitted_address("0.0.0.0", without_sign_in=False, has_sign_in=True)


def test_a_proxys_header_needs_loopback_whatever_somebody_says(tmp_path, monkeypatch):
    monkeypatch.setenv(SECRET_VARIABLE, "s" * 40)
    office = settings(tmp_path, "proxy")
    require_complete(office, is_loopback=True)
    assert refusal(lambda: require_complete(office, is_loopback=False)).code == "proxy_needs_loopback"
    with pytest.raises(PipelineError) as caught:
        serve.serve(office, address="0.0.0.0", port=free_port(), without_sign_in=True)
    assert caught.value.code == "proxy_needs_loopback"


@pytest.mark.parametrize("secret", [None, "", "short", " " * 50])
def test_a_proxy_needs_a_long_secret(tmp_path, monkeypatch, secret):
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    if secret is not None:
        (tmp_path / "secret").write_text(secret, encoding="utf-8")
    office = settings(tmp_path, "proxy", secret_file="secret")
    assert refusal(lambda: require_complete(office, is_loopback=True)).code == "proxy_secret_short"


def test_a_complete_provider_may_be_served_to_others(tmp_path):
    write_secrets(tmp_path)
    require_complete(settings(tmp_path, "oidc"), is_loopback=False)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"client_secret": None}, "client_secret"),
        ({"cookie_secret": "short"}, "32"),
        ({"redirect_uri": "https://anlan.example/"}, "oauth2callback"),
        ({"redirect_uri": "http://anlan.example/oauth2callback"}, "https"),
        ({"server_metadata_url": "http://id.example/x"}, "https"),
    ],
)
def test_a_provider_that_is_not_complete_is_refused_with_what_is_missing(tmp_path, changes, words):
    write_secrets(tmp_path, **changes)
    error = refusal(lambda: require_complete(settings(tmp_path, "oidc"), is_loopback=True))
    assert error.code == "sign_in_incomplete" and words in error.tell("en")


@pytest.mark.parametrize("content", [None, "no toml [", "", b"\xff\xfe"])
def test_secrets_that_cannot_be_read_are_told(tmp_path, content):
    if content is not None:
        (tmp_path / ".streamlit").mkdir()
        file = tmp_path / ".streamlit/secrets.toml"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert refusal(lambda: require_complete(settings(tmp_path, "oidc"), True)).code == "sign_in_incomplete"


def test_a_sign_in_without_roles_is_refused(tmp_path):
    write_secrets(tmp_path)
    office = Settings(root=tmp_path, sign_in=SignIn(method="oidc"))
    assert refusal(lambda: require_complete(office, True)).code == "no_roles"


def test_a_role_for_a_region_that_is_not_there_is_refused(tmp_path):
    shutil.copytree(REPOSITORY / "data/codes", tmp_path / "data/codes")
    roles = {"li": Role(regions=("120113", "999999")), "wang": Role(regions=("*",))}
    error = refusal(lambda: serve.require_known_regions(Settings(root=tmp_path, roles=roles)))
    assert error.code == "role_region_unknown" and "[roles.li] 999999" in error.tell("en")


@pytest.mark.parametrize(
    ("claims", "name", "refused"),
    [
        ({}, "", ""),
        ({"is_logged_in": False, "email": "li@x"}, "", ""),
        ({"is_logged_in": True, "email": "li@x", "iat": 1000}, "li@x", ""),
        ({"is_logged_in": True, "email": "li@x", "iat": 1000 - 13 * 3600}, "", "too_old"),
        ({"is_logged_in": True, "email": "li@x", "iat": 1000 + 400}, "", "too_old"),
        ({"is_logged_in": True, "email": "li@x"}, "", "no_time"),
        ({"is_logged_in": True, "email": "li@x", "iat": True}, "", "no_time"),
        ({"is_logged_in": True, "email": "li@x", "email_verified": False, "iat": 1000}, "", "not_verified"),
        ({"is_logged_in": True, "email": ["li@x"], "iat": 1000}, "", "no_claim"),
        ({"is_logged_in": True, "sub": "li", "iat": 1000}, "", "no_claim"),
    ],
)
def test_what_a_token_says_is_believed_for_a_working_day(claims, name, refused):
    said = by_token(Settings(root=".", sign_in=SignIn(method="oidc", hours=12)), claims, now=1000)
    assert (said.name, said.refused) == (name, refused)


def test_where_nobody_signs_in_only_names_of_this_machine_are_answered(tmp_path):
    options = serve.streamlit_options(settings(tmp_path, "none"), "127.0.0.1")
    assert options[::2] == ["--server.allowedHosts"] * 3
    assert options[1::2] == ["localhost", "127.0.0.1", "[::1]"]
    assert serve.streamlit_options(settings(tmp_path, "oidc"), "0.0.0.0")[0] == "--secrets.files"


def test_a_service_manager_that_ends_the_command_ends_the_app_too(tmp_path):
    import psutil

    shutil.copytree(REPOSITORY / "data/codes", tmp_path / "data/codes")
    assert load_settings(tmp_path).sign_in.method == "none"
    port = free_port()
    with served(tmp_path, port):
        mine = [child for child in psutil.Process().children(recursive=True) if str(port) in " ".join(child.cmdline())]
        assert len(mine) == 2, "the command and the app"
        mine[0].send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 30
        while any(child.is_running() and child.status() != "zombie" for child in mine) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert not [child for child in mine if child.is_running() and child.status() != "zombie"]
