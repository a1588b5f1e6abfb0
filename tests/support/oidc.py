"""A tiny OpenID Connect issuer that a test can rotate, silence and count: a real HTTP server with a real RSA key.

For everything that only needs a token, it signs what it is told to; it checks no password and knows no account.
"""

import base64
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

AUDIENCE = "nuaikit"
LIFETIME_S = 3600


class OidcIssuer:
    """Serves discovery, keys and client-credentials tokens on a free port of loopback.

    Attributes:
        requests: How often each path was asked for.
        clients: Secret and scopes of each client that the token endpoint knows.
    """

    def __init__(self) -> None:
        """Make a key; `start` begins to serve."""
        self.requests: Counter[str] = Counter()
        self.clients: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._keys = [_new_key()]
        self._port = 0
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self._answering = threading.Event()
        self._answering.set()

    @property
    def url(self) -> str:
        """The issuer, as `iss` says."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Serve; after a `stop`, at the same address."""
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), self._handler())
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Refuse connections from now on."""
        if self._server and self._thread:
            self._answering.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Take connections and answer none, as a machine that hangs does."""
        self._answering.clear()
        try:
            yield
        finally:
            self._answering.set()

    def rotate(self) -> None:
        """Sign with a new key and publish only that one."""
        self._keys = [_new_key()]

    def person(self, subject: str, **claims: Any) -> str:
        """An access token of a person."""
        return self.sign({"sub": subject, **claims})

    def client(self, client_id: str, scopes: Sequence[str] = (), **claims: Any) -> str:
        """An access token of a program."""
        return self.sign({"sub": client_id, "client_id": client_id, "scope": " ".join(scopes), **claims})

    def sign(self, claims: dict[str, Any], *, header: dict[str, Any] | None = None) -> str:
        """Sign claims over the usual ones; None leaves a usual claim out."""
        now = int(time.time())
        usual = {"iss": self.url, "aud": [AUDIENCE], "iat": now, "exp": now + LIFETIME_S, "jti": uuid4().hex}
        content = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        key = self._keys[0]
        return jwt.encode({"alg": "RS256", "kid": key.kid, **(header or {})}, content, key, algorithms=["RS256"])

    def _answer(self, path: str, authorization: str) -> tuple[int, Any]:
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/jwks.json",
                "token_endpoint": f"{self.url}/oauth2/token",
            }
        if path == "/jwks.json":
            return 200, KeySet(list(self._keys)).as_dict(private=False)
        if path == "/oauth2/token":
            given = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
            secret, scopes = self.clients.get(given[0], ("", ()))
            if secret and secret == given[2]:
                return 200, {"access_token": self.client(given[0], scopes), "expires_in": LIFETIME_S}
            return 401, {"error": "invalid_client"}
        return 404, {}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            """Answers from the issuer's state."""

            def do_GET(self) -> None:
                """Answer any request."""
                issuer.requests[self.path] += 1
                self.rfile.read(int(self.headers.get("content-length", "0")))
                issuer._answering.wait()
                status, content = issuer._answer(self.path, self.headers.get("authorization", ""))
                body = json.dumps(content).encode()
                with suppress(ConnectionError):  # who asked may have lost patience
                    self.send_response(status)
                    self.send_header("content-type", "application/json")
                    self.send_header("content-length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            do_POST = do_GET  # noqa: N815  # the name that the server looks for

            def log_message(self, *args: object) -> None:
                """Nothing: the test's output is the test's."""

        return Handler


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": uuid4().hex, "use": "sig", "alg": "RS256"})


@contextmanager
def running_issuer() -> Iterator[OidcIssuer]:
    """A started issuer, stopped at the end."""
    issuer = OidcIssuer()
    issuer.start()
    try:
        yield issuer
    finally:
        issuer.stop()
