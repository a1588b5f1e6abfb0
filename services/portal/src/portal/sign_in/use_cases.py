"""The two halves of a sign-in: sending a person to the issuer, and taking back what the issuer sends."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from chassis.auth import TokenVerifier, discover
from chassis.errors import ServiceError, Unauthenticated, Unavailable
from chassis.telemetry import describe_exception

from portal.sessions import Session, SignInAttempt

log = logging.getLogger(__name__)

ATTEMPT_S = 600
"""How long a person may take at the issuer."""

SESSION_S_MAX = 8 * 3600
"""A school day; a token that lives longer is not used longer."""

_TIMEOUT_S = 5.0
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
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        async with self._oauth(configuration) as client:
            made: tuple[str, str] = client.create_authorization_url(
                configuration["authorization_endpoint"], code_verifier=verifier, nonce=nonce
            )
        url, state = made
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
        try:
            async with self._oauth(configuration) as client:
                token: dict[str, Any] = await client.fetch_token(
                    configuration["token_endpoint"], code=code, code_verifier=attempt.code_verifier
                )
        except AuthlibBaseError as exc:
            log.info("Issuer refused a code", extra={"fields": {"error": str(exc.error)}})
            raise SignInRefused from None
        except (httpx.HTTPError, ValueError) as exc:
            log.warning("Issuer did not answer a code", extra={"fields": describe_exception(exc)})
            raise Unavailable("The issuer does not answer.") from exc
        if not token.get("access_token") or not token.get("id_token"):
            raise SignInRefused("The issuer gave no token.")
        return token

    async def _id_token_claims(self, token: dict[str, Any], attempt: SignInAttempt) -> dict[str, Any]:
        try:
            claims = await self._id_tokens.verify(str(token["id_token"]))
        except Unavailable:
            raise
        except ServiceError:
            raise SignInRefused("The ID token is not valid.") from None
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), attempt.nonce.encode()):
            raise SignInRefused("The ID token belongs to another sign-in.")
        return claims

    async def _configuration(self) -> dict[str, Any]:
        try:
            return await discover(self._http, self._issuer)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as exc:
            log.warning("Issuer did not describe itself", extra={"fields": describe_exception(exc)})
            raise Unavailable("The issuer does not answer.") from exc

    def _oauth(self, configuration: dict[str, Any]) -> Any:
        # Any, as Authlib has no types.
        methods = configuration.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        method = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        return AsyncOAuth2Client(
            *self._client,
            scope="openid profile",
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method=method,
            timeout=_TIMEOUT_S,
        )
