"""The two halves of a sign-in: sending a person to the issuer, and taking back what the issuer sends."""

from __future__ import annotations

import base64
import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # pyright: ignore[reportUnknownVariableType]  # Authlib has no types
from authlib.oauth2.rfc7636.challenge import create_s256_code_challenge  # pyright: ignore[reportUnknownVariableType]  # as above
from authlib.oidc.core import CodeIDToken
from chassis.auth import TokenVerifier, discover
from chassis.errors import ServiceError, Unauthenticated, Unavailable
from chassis.telemetry import describe_exception
from joserfc.errors import JoseError

from portal.sessions import Session, SignInAttempt

log = logging.getLogger(__name__)

_prepare_grant_uri = cast("Callable[..., str]", prepare_grant_uri)
_code_id_token = cast("Callable[..., Any]", CodeIDToken)

ATTEMPT_S = 600
"""How long a person may take at the issuer."""

SESSION_S_MAX = 8 * 3600
"""A school day; a token that lives longer is not used longer."""

_SCOPE = "openid profile"
_ERROR_CHARACTERS_MAX = 40
_NAME_CHARACTERS_MAX = 120


class SignInRefused(Unauthenticated):
    """The issuer did not sign the person in, or what came back was not what was sent."""

    reason = "SIGN_IN_REFUSED"


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the person, and what to remember meanwhile."""

    url: str
    attempt: SignInAttempt


class SignIn:
    """The portal's relation to the issuer."""

    def __init__(
        self, issuer: str, *, client_id: str, client_secret: str, redirect_uri: str, http: httpx.AsyncClient
    ) -> None:
        """Sign people in to `client_id`, who return to `redirect_uri`."""
        self._issuer = issuer
        self._client = (client_id, client_secret)
        self._redirect_uri = redirect_uri
        self._http = http
        # An ID token is for the client itself, where an access token is for the services.
        self._id_tokens = TokenVerifier(issuer, client_id, http=http)

    @property
    def issuer_origin(self) -> str:
        """Scheme and host of the issuer."""
        parts = urlsplit(self._issuer)
        return f"{parts.scheme}://{parts.netloc}"

    async def depart(self, *, now: float) -> Departure:
        """Begin a sign-in.

        Raises:
            Unavailable: The issuer does not answer.
        """
        configuration = await self._configuration()
        state, nonce, verifier = (secrets.token_urlsafe(size) for size in (24, 24, 48))
        url: str = _prepare_grant_uri(
            configuration["authorization_endpoint"],
            self._client[0],
            "code",
            redirect_uri=self._redirect_uri,
            scope=_SCOPE,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Departure(url, SignInAttempt(state, nonce, verifier, int(now) + ATTEMPT_S))

    async def arrive(
        self, *, code: str, state: str, issuer: str | None, attempt: SignInAttempt | None, now: float
    ) -> Session:
        """Finish a sign-in with what the issuer sent back.

        Args:
            code: Single-use code.
            state: Must be the one sent.
            issuer: `iss` of the answer, where the issuer states it (RFC 9207).
            attempt: What was remembered in this browser.
            now: Seconds since 1970.

        Raises:
            SignInRefused: Another browser, an old attempt, a wrong code, or a token that does not fit.
            Unavailable: The issuer does not answer.
        """
        if attempt is None or not secrets.compare_digest(attempt.state.encode(), state.encode()):
            raise SignInRefused("The answer does not belong to a sign-in begun in this browser.")
        if issuer is not None and issuer != self._issuer:
            raise SignInRefused("The answer comes from another issuer.")
        configuration = await self._configuration()
        token = await self._exchange(configuration, code, attempt)
        claims = await self._id_token_claims(token, attempt)
        lifetime_s = min(int(token.get("expires_in") or 0), SESSION_S_MAX)
        name = str(claims.get("name") or claims.get("preferred_username") or "")[:_NAME_CHARACTERS_MAX]
        return Session(
            name=name,
            token=str(token["access_token"]),
            expires_at=int(now) + lifetime_s,
            csrf=secrets.token_urlsafe(24),
        )

    async def _exchange(self, configuration: dict[str, Any], code: str, attempt: SignInAttempt) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": attempt.code_verifier,
        }
        methods = configuration.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        is_basic = "client_secret_basic" in methods
        auth = httpx.BasicAuth(*self._client) if is_basic else httpx.USE_CLIENT_DEFAULT
        if not is_basic:
            form |= {"client_id": self._client[0], "client_secret": self._client[1]}
        try:
            answer = await self._http.post(configuration["token_endpoint"], data=form, auth=auth)
            token: dict[str, Any] = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as exc:
            log.warning("Issuer did not answer a code", extra={"fields": describe_exception(exc)})
            raise Unavailable("The issuer does not answer.") from exc
        if not answer.is_success:
            error = str(token.get("error", answer.status_code))[:_ERROR_CHARACTERS_MAX]
            log.info("Issuer refused a code", extra={"fields": {"error": error}})
            raise SignInRefused
        if not token.get("access_token") or not token.get("id_token"):
            raise SignInRefused("The issuer gave no token.")
        return token

    async def _id_token_claims(self, token: dict[str, Any], attempt: SignInAttempt) -> dict[str, Any]:
        """Claims of the ID token: signature, issuer, audience and times, then what ties it to this sign-in."""
        id_token = str(token["id_token"])
        try:
            claims = await self._id_tokens.verify(id_token)
            # Authlib checks a nonce only when it is told of one.
            assert attempt.nonce, "every sign-in sends one"
            expected = {"nonce": attempt.nonce, "client_id": self._client[0], "access_token": token["access_token"]}
            _code_id_token(claims, _header(id_token), params=expected).validate()
        except Unavailable:
            raise
        except (ServiceError, JoseError):
            raise SignInRefused("The ID token is not valid for this sign-in.") from None
        return claims

    async def _configuration(self) -> dict[str, Any]:
        try:
            return await discover(self._http, self._issuer)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as exc:
            log.warning("Issuer did not describe itself", extra={"fields": describe_exception(exc)})
            raise Unavailable("The issuer does not answer.") from exc


def _header(token: str) -> dict[str, Any]:
    """Header of a JWT whose signature was verified; the access token's hash is made with its algorithm."""
    encoded = token.partition(".")[0]
    return json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
