"""How people say who they are: by OpenID Connect, or by a header that a proxy on this machine sets.

What is needed is checked when the app is started (`require_complete`), and who somebody is each time that a page runs.
"""

from __future__ import annotations

import hmac
import importlib.util
import os
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipelines.errors import PipelineError
from pipelines.settings import SETTINGS_FILE, Settings
from pipelines.texts import say

SECRETS_FILE = ".streamlit/secrets.toml"
SECRET_VARIABLE = "ANLAN_PROXY_SECRET"
FEWEST_SECRET_CHARACTERS = 32
CLOCKS_APART_SECONDS = 300
_NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_CALLBACK = "/oauth2callback"
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Said:
    """What a request says of who sends it.

    Attributes:
        name: Sign-in name to be looked up among the roles; empty when nobody is signed in.
        refused: Key of `sign_in.refused` when something was said that is not believed; empty otherwise.
    """

    name: str = ""
    refused: str = ""


def by_header(settings: Settings, secret: str, headers: Mapping[str, Sequence[str]]) -> Said:
    """Believe a header only from somebody who knows the secret, and only when it was set exactly once.

    An address can be forged, and a client may send the header itself; a proxy that adds a second one must not be
    understood as if the first were its own.

    Args:
        settings: Names of the two headers.
        secret: What the proxy and the app share.
        headers: Values by lower-case name, as they came.
    """
    secrets = headers.get(settings.sign_in.secret_header.lower(), ())
    names = headers.get(settings.sign_in.user_header.lower(), ())
    if len(secrets) != 1 or not secret or not hmac.compare_digest(secrets[0].encode(), secret.encode()):
        return Said(refused="no_proxy")
    if len(names) > 1:
        return Said(refused="two_names")
    name = names[0].strip() if names else ""
    return Said(name) if name else Said(refused="no_name")


def by_token(settings: Settings, claims: Mapping[str, Any], now: float | None = None) -> Said:
    """Who an identity token names, as long as it is not older than a working day.

    Streamlit has verified its signature, issuer, audience and nonce, and keeps what it says in a signed cookie for
    thirty days; the age is judged here, so that whoever has left is not in for a month.

    Args:
        settings: The claim that names a person, and the hours for which a sign-in holds.
        claims: Of the token; empty when nobody is signed in.
        now: Seconds since the epoch.
    """
    if not claims.get("is_logged_in"):
        return Said()
    now = time.time() if now is None else now
    issued = claims.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        return Said(refused="no_time")
    age = now - issued
    if age > settings.sign_in.hours * 3600 or age < -CLOCKS_APART_SECONDS:
        return Said(refused="too_old")
    name = claims.get(settings.sign_in.claim)
    if not isinstance(name, str) or not name.strip():
        return Said(refused="no_claim")
    if settings.sign_in.claim == "email" and claims.get("email_verified") in (False, "false"):
        return Said(refused="not_verified")
    return Said(name.strip())


def proxy_secret(settings: Settings) -> str:
    """The secret shared with the proxy: of the environment, else of its file; empty when there is none."""
    said = os.environ.get(SECRET_VARIABLE, "")
    if said or settings.sign_in.secret_file is None:
        return said
    try:
        return (settings.root / settings.sign_in.secret_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def require_complete(settings: Settings, is_loopback: bool) -> None:
    """Refuse to start with a sign-in that would let everybody in, or nobody.

    Args:
        settings: The office's settings.
        is_loopback: Whether only this machine can reach the address.

    Raises:
        PipelineError: `proxy_needs_loopback`, `proxy_secret_short`, `sign_in_incomplete` with what is missing, or
            `no_roles`.
    """
    if settings.sign_in.method == "none":
        return
    if settings.sign_in.method == "proxy":
        if not is_loopback:
            raise PipelineError("proxy_needs_loopback", where=SETTINGS_FILE)
        if len(proxy_secret(settings)) < FEWEST_SECRET_CHARACTERS:
            raise PipelineError(
                "proxy_secret_short", where=SETTINGS_FILE, n=FEWEST_SECRET_CHARACTERS, variable=SECRET_VARIABLE
            )
    else:
        missing = _missing_for_oidc(settings)
        if missing:
            raise PipelineError("sign_in_incomplete", where=SECRETS_FILE, rows=missing, n=len(missing))
    if not settings.roles:
        raise PipelineError("no_roles", where=SETTINGS_FILE)


def _missing_for_oidc(settings: Settings) -> list[str]:
    """What stands in the way of signing in by OpenID Connect, in words."""
    if importlib.util.find_spec("authlib") is None or importlib.util.find_spec("httpx") is None:
        return [say("sign_in.needs.package")]
    try:
        said = tomllib.loads((settings.root / SECRETS_FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [say("sign_in.needs.file")]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return [say("sign_in.needs.toml")]
    auth = said.get("auth")
    auth = auth if isinstance(auth, dict) else {}
    missing = [say("sign_in.needs.key", key=key) for key in _NEEDED if not isinstance(auth.get(key), str)]
    if missing:
        return missing
    if len(auth["cookie_secret"]) < FEWEST_SECRET_CHARACTERS:
        missing.append(say("sign_in.needs.long_secret", n=FEWEST_SECRET_CHARACTERS))
    address = urlsplit(auth["redirect_uri"])
    if not address.path.endswith(_CALLBACK):
        missing.append(say("sign_in.needs.callback", path=_CALLBACK))
    for key in ("redirect_uri", "server_metadata_url"):
        place = urlsplit(auth[key])
        if place.scheme != "https" and place.hostname not in _LOOPBACK_NAMES:
            missing.append(say("sign_in.needs.https", key=key))
    return missing


def secrets_file(settings: Settings) -> Path:
    """Where the office keeps what OpenID Connect needs."""
    return settings.root / SECRETS_FILE
