"""A small OpenID Connect issuer for one machine: discovery, keys, sign-in with PKCE, tokens for scripts and services.

Services trust any issuer by configuration; this one exists so that a clone runs without an identity provider. It signs
in demonstration accounts only, on loopback only, and is never part of an image.

Source: OpenID Connect Core 1.0; RFC 6749, 7636 (PKCE, S256 only), 9068 (access token profile), 9700.
"""

import base64
import hashlib
import html
import secrets
import string
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import FastAPI, Form, Query, Request
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from joserfc import jwt
from pydantic import BaseModel, Field

from nuaikit_local.accounts import Account, Client
from nuaikit_local.issuer_store import Store, password_matches, secret_matches

AUDIENCE = "nuaikit"
ACCESS_TOKEN_S = 3600
CODE_S = 60
CODES_MAX = 1000
TRIES_MAX = 10
TRIES_WINDOW_S = 60
SEE_OTHER, BAD_REQUEST, UNAUTHORIZED, TOO_MANY = 303, 400, 401, 429

Clock = Callable[[], float]


class TokenRefusal(Exception):
    """An error answer of the token endpoint (RFC 6749 section 5.2)."""

    def __init__(self, error: str, description: str, *, status: int = BAD_REQUEST) -> None:
        self.error = error
        self.description = description
        self.status = status
        super().__init__(error)


class SignIn(BaseModel):
    """What a program asks when it sends a person here; the page carries it along in hidden fields."""

    client_id: str = Field(description="The program.")
    redirect_uri: str = Field(description="Where the person returns.")
    state: str = Field("", description="Given back untouched.")
    code_challenge: str = Field("", description="PKCE, S256.")
    nonce: str = Field("", description="Put into the id token.")


class SignInQuery(SignIn):
    """The query of the authorization endpoint."""

    response_type: str = ""
    code_challenge_method: str = ""


class SignInForm(SignIn):
    """What the sign-in page sends."""

    username: str = ""
    password: str = Field("", repr=False)


class TokenForm(BaseModel):
    """What the token endpoint is asked; which fields matter depends on `grant_type`."""

    grant_type: str = ""
    client_id: str = ""
    client_secret: str = Field("", repr=False)
    username: str = ""
    password: str = Field("", repr=False)
    code: str = Field("", repr=False)
    redirect_uri: str = ""
    code_verifier: str = Field("", repr=False)


@dataclass(frozen=True, slots=True)
class Grant:
    """A code waiting to be exchanged once."""

    sign_in: SignIn
    account: Account
    expires_at: float


class Issuer:
    """Codes, tokens and tries; everything that changes lives here, in memory."""

    def __init__(self, url: str, store: Store, *, portal_url: str, clock: Clock = time.time) -> None:
        """Serve `store` under `url`; people may return to the portal at `portal_url`."""
        self.url = url
        self.store = store
        self.portal_url = portal_url
        self._clock = clock
        self._grants: OrderedDict[str, Grant] = OrderedDict()
        self._failures: dict[str, list[float]] = {}

    def client_of(self, sign_in: SignIn) -> Client | None:
        """The client, when the return address is exactly one of its own; else nobody may be sent anywhere."""
        client = self.store.clients.get(sign_in.client_id)
        if client and sign_in.redirect_uri in {self.portal_url + path for path in client.redirect_paths}:
            return client
        return None

    def check_password(self, username: str, password: str) -> Account | None:
        """The account when the password is right.

        Raises:
            TokenRefusal: Too many wrong ones for this name within a minute.
        """
        now = self._clock()
        recent = [at for at in self._failures.get(username, []) if at > now - TRIES_WINDOW_S]
        if len(recent) >= TRIES_MAX:
            raise TokenRefusal("slow_down", "Too many wrong passwords; wait a minute.", status=TOO_MANY)
        if password_matches(self.store, username, password):
            self._failures.pop(username, None)
            return self.store.accounts[username]
        # Names that do not exist share one counter, so that the dictionary cannot grow without bound.
        self._failures[username if username in self.store.accounts else ""] = [*recent, now]
        return None

    def grant(self, sign_in: SignIn, account: Account) -> str:
        """A single-use code for this sign-in."""
        while len(self._grants) >= CODES_MAX:
            self._grants.popitem(last=False)
        code = secrets.token_urlsafe(32)
        self._grants[code] = Grant(sign_in, account, self._clock() + CODE_S)
        return code

    def redeem(self, code: str, client: Client, redirect_uri: str, verifier: str) -> dict[str, Any]:
        """Tokens for a code.

        Raises:
            TokenRefusal: The code is unknown, used, expired, of another client or address, or the verifier is wrong.
        """
        grant = self._grants.pop(code, None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        if (
            grant is None
            or grant.expires_at < self._clock()
            or grant.sign_in.client_id != client.client_id
            or grant.sign_in.redirect_uri != redirect_uri
            or not secrets.compare_digest(grant.sign_in.code_challenge.encode(), challenge.encode())
        ):
            raise TokenRefusal("invalid_grant", "The code cannot be used.")
        identity = {
            "aud": client.client_id,
            "preferred_username": grant.account.username,
            "name": grant.account.label_th,
            **({"nonce": grant.sign_in.nonce} if grant.sign_in.nonce else {}),
        }
        return {**self.person_token(grant.account), "id_token": self._sign(grant.account.subject, "JWT", identity)}

    def person_token(self, account: Account) -> dict[str, Any]:
        """An access token of a person."""
        claims = {"aud": [AUDIENCE], "preferred_username": account.username}
        return self._bearer(self._sign(account.subject, "at+jwt", claims))

    def client_token(self, client: Client) -> dict[str, Any]:
        """An access token of a program itself."""
        scope = " ".join(client.scopes)
        claims = {"aud": [AUDIENCE], "client_id": client.client_id, "scope": scope}
        return {**self._bearer(self._sign(client.client_id, "at+jwt", claims)), "scope": scope}

    def _bearer(self, token: str) -> dict[str, Any]:
        return {"access_token": token, "token_type": "Bearer", "expires_in": ACCESS_TOKEN_S}

    def _sign(self, subject: str, kind: str, claims: dict[str, Any]) -> str:
        now = int(self._clock())
        header = {"alg": "RS256", "kid": self.store.key.kid, "typ": kind}
        common = {
            "iss": self.url,
            "sub": subject,
            "iat": now,
            "exp": now + ACCESS_TOKEN_S,
            "jti": secrets.token_hex(16),
        }
        return jwt.encode(header, {**common, **claims}, self.store.key, algorithms=["RS256"])


def create_app(issuer: Issuer) -> FastAPI:
    """The issuer's HTTP interface."""
    app = FastAPI(title="Nuaikit demonstration issuer", docs_url=None, redoc_url=None, openapi_url=None)
    # A page of another site that rebinds its name to 127.0.0.1 arrives with that name as Host.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    _add_metadata(app, issuer)
    _add_sign_in(app, issuer)
    _add_tokens(app, issuer)

    @app.get("/readyz")
    async def ready() -> dict[str, str]:
        return {"status": "ok"}

    return app


def _add_metadata(app: FastAPI, issuer: Issuer) -> None:
    @app.get("/.well-known/openid-configuration")
    async def configuration() -> dict[str, Any]:
        return {
            "issuer": issuer.url,
            "authorization_endpoint": f"{issuer.url}/authorize",
            "token_endpoint": f"{issuer.url}/token",
            "jwks_uri": f"{issuer.url}/jwks.json",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "grant_types_supported": ["authorization_code", "client_credentials", "password"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "scopes_supported": ["openid"],
        }

    @app.get("/jwks.json")
    async def keys() -> dict[str, Any]:
        public = issuer.store.key.as_dict(private=False)
        return {"keys": [{**public, "kid": issuer.store.key.kid, "use": "sig", "alg": "RS256"}]}


def _add_sign_in(app: FastAPI, issuer: Issuer) -> None:
    @app.get("/authorize")
    async def ask(asked: Annotated[SignInQuery, Query()]) -> Response:
        if issuer.client_of(asked) is None:
            return _refusal_page()
        if asked.response_type != "code":
            return _return(asked, error="unsupported_response_type")
        if asked.code_challenge_method != "S256" or not asked.code_challenge:
            return _return(asked, error="invalid_request")
        return _page("", issuer, asked)

    @app.post("/authorize")
    async def check(form: Annotated[SignInForm, Form()]) -> Response:
        if issuer.client_of(form) is None or not form.code_challenge:
            return _refusal_page()
        try:
            account = issuer.check_password(form.username, form.password)
        except TokenRefusal as refusal:
            return _page("ใส่รหัสผ่านผิดหลายครั้ง กรุณารอหนึ่งนาที", issuer, form, status=refusal.status)
        if account is None:
            return _page("บัญชีหรือรหัสผ่านไม่ถูกต้อง", issuer, form, status=UNAUTHORIZED)
        return _return(form, code=issuer.grant(form, account))


def _return(sign_in: SignIn, **answer: str) -> Response:
    """Send the person back; 303, so that the browser never repeats the posted password there."""
    query = urlencode({**answer, **({"state": sign_in.state} if sign_in.state else {})})
    return RedirectResponse(f"{sign_in.redirect_uri}?{query}", status_code=SEE_OTHER)


def _refusal_page() -> Response:
    """Said instead of a redirect when the return address is not known: nobody is sent to a stranger's page."""
    said = "ที่อยู่สำหรับกลับไม่ถูกต้อง · unknown client_id or redirect_uri"
    body = f'<!doctype html><html lang="th"><title>หน่วยกิต</title><p role="alert">{said}</p></html>'
    return HTMLResponse(body, status_code=BAD_REQUEST)


def _page(problem: str, issuer: Issuer, sign_in: SignIn, *, status: int = 200) -> Response:
    """The sign-in page, with what went wrong at the last try."""
    said = f'<p class="problem" role="alert">{html.escape(problem)}</p>' if problem else ""
    fields = {name: getattr(sign_in, name) for name in SignIn.model_fields}
    hidden = "\n".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">' for name, value in fields.items()
    )
    accounts = "\n".join(
        f'<label class="account"><input type="radio" name="username" value="{html.escape(account.username)}" required>'
        f"<span>{html.escape(account.label_th)}<small>{html.escape(account.username)}</small></span></label>"
        for account in issuer.store.accounts.values()
    )
    template = string.Template(
        resources.files("nuaikit_local").joinpath("issuer_page.html").read_text(encoding="utf-8")
    )
    client = issuer.store.clients[sign_in.client_id]
    body = template.substitute(problem=said, hidden=hidden, accounts=accounts, client=html.escape(client.label_th))
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; form-action 'self' {issuer.portal_url}; frame-ancestors 'none'"
    )
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return HTMLResponse(body, status_code=status, headers=headers)


def _add_tokens(app: FastAPI, issuer: Issuer) -> None:
    @app.post("/token")
    async def token(request: Request, form: Annotated[TokenForm, Form()]) -> Response:
        try:
            body = _tokens(issuer, request, form)
        except TokenRefusal as refusal:
            answer = {"error": refusal.error, "error_description": refusal.description}
            headers = {"WWW-Authenticate": "Basic"} if refusal.status == UNAUTHORIZED else {}
            return JSONResponse(answer, status_code=refusal.status, headers={"Cache-Control": "no-store", **headers})
        return JSONResponse(body, headers={"Cache-Control": "no-store"})


def _tokens(issuer: Issuer, request: Request, form: TokenForm) -> dict[str, Any]:
    """Tokens for one of the three grants.

    Raises:
        TokenRefusal: What RFC 6749 section 5.2 names.
    """
    match form.grant_type:
        case "password":
            return _by_password(issuer, form.username, form.password)
        case "client_credentials":
            return issuer.client_token(_client(issuer, request, form))
        case "authorization_code":
            return issuer.redeem(form.code, _client(issuer, request, form), form.redirect_uri, form.code_verifier)
        case _:
            raise TokenRefusal("unsupported_grant_type", "password, client_credentials or authorization_code")


def _by_password(issuer: Issuer, username: str, password: str) -> dict[str, Any]:
    """Tokens for scripts; the grant that RFC 9700 forbids to real issuers and that a demonstration needs."""
    account = issuer.check_password(username, password)
    if account is None:
        raise TokenRefusal("invalid_grant", "Unknown account or wrong password.")
    return issuer.person_token(account)


def _client(issuer: Issuer, request: Request, form: TokenForm) -> Client:
    """The signed-in client, from the Authorization header or from the form.

    Raises:
        TokenRefusal: It is unknown or its secret is wrong.
    """
    client_id, client_secret = form.client_id, form.client_secret
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, client_secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            client_id = ""
    if not secret_matches(issuer.store, client_id, client_secret):
        raise TokenRefusal("invalid_client", "Unknown client or wrong secret.", status=UNAUTHORIZED)
    return issuer.store.clients[client_id]
