"""An OpenID Connect provider for tests: authorization code flow with PKCE, discovery, JWKS, RS256, logout.

It follows OpenID Connect Core 1.0 (sections 3.1 and 5.3), Discovery 1.0 and RP-Initiated Logout 1.0 as far as a browser
sign-in needs them. `fault` makes it misbehave in one way, so that a test can see whether the app notices.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import json
import secrets
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, CLIENT_SECRET = "anlan", "a secret that only the app and the provider know"
# How the provider may misbehave; "" is a provider as it should be.
FAULTS = ("expired", "other_key", "other_audience", "other_issuer", "other_nonce", "other_state", "unverified", "old")


class Provider:
    """One provider with its users.

    Attributes:
        url: Its address, which is also the issuer.
        users: Claims by login name.
        fault: One of `FAULTS`, or an empty text.
        ended: How often somebody signed out here.
    """

    def __init__(self, url: str):
        self.url = url
        self.users: dict[str, dict] = {}
        self.fault = ""
        self.ended = 0
        self.asked: list[dict] = []
        self._codes: dict[str, dict] = {}
        self._key = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})
        self._other = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"})

    def configuration(self) -> dict:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "end_session_endpoint": f"{self.url}/logout",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def jwks(self) -> dict:
        return {"keys": [self._key.as_dict(private=False)]}

    def sign_in(self, asked: dict, login: str) -> str:
        """Where the browser goes once a user has said who they are."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = {**asked, "login": login, "until": time.time() + 60}
        state = secrets.token_urlsafe(24) if self.fault == "other_state" else asked.get("state", "")
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': state})}"

    def exchange(self, form: dict, authorization: str) -> tuple[int, dict]:
        """The tokens for a code, which is good once."""
        client, secret = _client_of(form, authorization)
        if (client, secret) != (CLIENT, CLIENT_SECRET):
            return 401, {"error": "invalid_client"}
        said = self._codes.pop(form.get("code", ""), None)
        if form.get("grant_type") != "authorization_code" or said is None or said["until"] < time.time():
            return 400, {"error": "invalid_grant"}
        if form.get("redirect_uri") != said["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if said.get("code_challenge") != challenge.rstrip(b"=").decode():
            return 400, {"error": "invalid_grant", "error_description": "PKCE"}
        token = {"access_token": secrets.token_urlsafe(24), "token_type": "Bearer", "expires_in": 300}
        return 200, {**token, "id_token": self._id_token(said)}

    def _id_token(self, said: dict) -> str:
        now = int(time.time())
        issued = now - 40 * 3600 if self.fault in ("expired", "old") else now
        claims = {
            "iss": "https://elsewhere.example" if self.fault == "other_issuer" else self.url,
            "sub": hashlib.sha256(said["login"].encode()).hexdigest()[:16],
            "aud": "another" if self.fault == "other_audience" else CLIENT,
            "iat": issued,
            "exp": issued + 300 if self.fault != "old" else now + 300,
            "nonce": "another" if self.fault == "other_nonce" else said.get("nonce"),
            **self.users[said["login"]],
        }
        if self.fault == "unverified":
            claims["email_verified"] = False
        key = self._other if self.fault == "other_key" else self._key
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, key)


def _client_of(form: dict, authorization: str) -> tuple[str, str]:
    if authorization.startswith("Basic "):
        name, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
        from urllib.parse import unquote_plus

        return unquote_plus(name), unquote_plus(secret)
    return form.get("client_id", ""), form.get("client_secret", "")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def provider(self) -> Provider:
        return self.server.provider

    def do_GET(self) -> None:
        path, asked = self._split()
        if path == "/.well-known/openid-configuration":
            self._json(200, self.provider.configuration())
        elif path == "/jwks":
            self._json(200, self.provider.jwks())
        elif path == "/authorize":
            self._form(asked)
        elif path == "/logout":
            self.provider.ended += 1
            self._redirect(asked.get("post_logout_redirect_uri", self.provider.url))
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        path, asked = self._split()
        length = int(self.headers.get("Content-Length", 0))
        form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        if path == "/authorize" and form.get("login") in self.provider.users:
            self._redirect(self.provider.sign_in(asked, form["login"]))
        elif path == "/token":
            self._json(*self.provider.exchange(form, self.headers.get("Authorization", "")))
        else:
            self._json(404, {})

    def _split(self) -> tuple[str, dict]:
        parts = urlsplit(self.path)
        return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}

    def _form(self, asked: dict) -> None:
        self.provider.asked.append(asked)
        is_known = asked.get("client_id") == CLIENT and asked.get("response_type") == "code"
        if not is_known or "openid" not in asked.get("scope", "").split():
            self._json(400, {"error": "invalid_request"})
            return
        buttons = "".join(
            f'<button name="login" value="{html.escape(name)}">{html.escape(name)}</button>'
            for name in self.provider.users
        )
        self._send(200, "text/html; charset=utf-8", f"<h1>Provider</h1><form method=post>{buttons}</form>".encode())

    def _json(self, status: int, said: dict) -> None:
        self._send(status, "application/json", json.dumps(said).encode())

    def _redirect(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def running() -> Iterator[Provider]:
    """A provider on a free port of loopback, until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    provider = server.provider = Provider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
