"""Who calls: the token says who, the registry says what he may do where, the use case requires it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from chassis.errors import NotFound, PermissionMissing, ServiceError, Unauthenticated, Unavailable
from chassis.ids import parse_uuid

ACT_ON_BEHALF = "act-on-behalf"
"""Scope of a service that may carry a person's token beside its own."""

_KEYS_MAX_AGE_S = 600.0
_KEYS_MIN_AGE_S = 5.0
_CLOCK_LEEWAY_S = 30


class TokenInvalid(Unauthenticated):
    """The token is missing, malformed, expired or of another issuer."""

    reason = "TOKEN_INVALID"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the tokens of one call say.

    Attributes:
        subject: `sub` of the person or client acting.
        scopes: Scopes of a client-credentials token; empty for people.
        assignment_id: Assignment the caller says he acts under.
        token: The actor's own token, to be passed on when a service acts for him.
        service: Client id of the service that acts for the person, or of the calling service itself.
    """

    subject: str
    scopes: frozenset[str]
    assignment_id: UUID | None
    token: str = field(repr=False)
    service: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and what he may do there.

    Attributes:
        subject_hash: Keyed hash of the subject, hexadecimal.
        role: Role code; `learner` for a learner acting for himself, `service` for a service.
        institution_id: Institution of the assignment.
        classroom: Classroom limit; empty: none.
        permissions: What the role may do.
        learner_id: The learner, when the subject is one.
        service: Service through which the call came; None when the person called directly.
        is_fresh: False when a local copy answered because the registry did not.
        token: The actor's token, to be passed on.
    """

    subject_hash: str
    role: str
    institution_id: UUID | None
    assignment_id: UUID | None
    classroom: str
    permissions: frozenset[str]
    permission_version: str
    learner_id: UUID | None = None
    service: str | None = None
    is_fresh: bool = True
    token: str = field(default="", repr=False)

    @property
    def caller(self) -> str:
        """Under whose name request ids are kept."""
        return f"{self.subject_hash}:{self.assignment_id or self.service or self.learner_id or '-'}"

    def may(self, permission: str) -> bool:
        """Whether the role allows it."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """First line of every use case.

        Raises:
            PermissionMissing: The role does not allow it.
        """
        if permission not in self.permissions:
            raise PermissionMissing(permission=permission, role=self.role)

    def require_at(self, permission: str, institution_id: UUID) -> None:
        """Require a permission at one institution; elsewhere the object does not exist for the caller.

        Raises:
            PermissionMissing: The role does not allow it.
            NotFound: The object belongs to another institution.
        """
        self.require(permission)
        if self.institution_id != institution_id:
            raise NotFound

    def at(self) -> UUID:
        """The institution acted for.

        Raises:
            PermissionMissing: The caller acts for no institution.
        """
        if self.institution_id is None:
            raise PermissionMissing(permission="institution", role=self.role)
        return self.institution_id


class ActorResolver(Protocol):
    """Turns credentials into an actor: the registry from its tables, other services by asking it."""

    async def resolve(self, credentials: Credentials, *, is_fresh_needed: bool) -> Actor:
        """The actor.

        Raises:
            PermissionMissing: The subject has no such assignment today.
            Unavailable: A fresh answer is needed and the registry does not give one.
        """
        ...


def subject_hash(subject: str, key: bytes) -> str:
    """HMAC-SHA-256 of a subject, hexadecimal; the only form in which subjects leave the registry."""
    return hmac.new(key, subject.encode(), hashlib.sha256).hexdigest()


class TokenVerifier:
    """Verifies JWTs (RS256, ES256, EdDSA) against the issuer's published keys, which it keeps for ten minutes."""

    def __init__(self, issuer: str, audience: str, *, http: httpx.AsyncClient) -> None:
        """Trust `issuer` for `audience`."""
        self._issuer = issuer.rstrip("/")
        self._http = http
        self._keys: KeySet | None = None
        self._fetched_at = float("-inf")
        self._lock = asyncio.Lock()
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
            leeway=_CLOCK_LEEWAY_S,
        )

    async def verify(self, token: str) -> dict[str, Any]:
        """Claims of a valid token.

        Raises:
            TokenInvalid: It is not valid here and now.
            Unavailable: The issuer's keys cannot be had.
        """
        keys = await self._current_keys(max_age_s=_KEYS_MAX_AGE_S)
        try:
            return self._decode(token, keys)
        except (JoseError, ValueError):
            # The key may have been rotated: look once more, but not at every bad token.
            keys = await self._current_keys(max_age_s=_KEYS_MIN_AGE_S)
        try:
            return self._decode(token, keys)
        except (JoseError, ValueError):
            raise TokenInvalid from None

    def _decode(self, token: str, keys: KeySet) -> dict[str, Any]:
        decoded = jwt.decode(token, keys, algorithms=["RS256", "ES256", "EdDSA"])
        self._claims.validate(decoded.claims)
        return decoded.claims

    async def _current_keys(self, *, max_age_s: float) -> KeySet:
        async with self._lock:
            if self._keys is None or time.monotonic() - self._fetched_at > max_age_s:
                try:
                    self._keys = await self._fetch()
                    self._fetched_at = time.monotonic()
                except (httpx.HTTPError, JoseError, ValueError, KeyError) as exc:
                    if self._keys is None:
                        raise Unavailable("The issuer does not answer.", cause=type(exc).__name__) from exc
            return self._keys

    async def _fetch(self) -> KeySet:
        configuration = await self._http.get(f"{self._issuer}/.well-known/openid-configuration")
        configuration.raise_for_status()
        keys = await self._http.get(configuration.json()["jwks_uri"])
        keys.raise_for_status()
        return KeySet.import_key_set(keys.json())


class ServiceToken:
    """This service's own client-credentials token, renewed before it ends."""

    def __init__(self, issuer: str, *, client_id: str, client_secret: str, http: httpx.AsyncClient) -> None:
        """Ask `issuer` as `client_id`."""
        self._issuer = issuer.rstrip("/")
        self._client = (client_id, client_secret)
        self._http = http
        self._token = ""
        self._renew_at = float("-inf")
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """A valid token.

        Raises:
            Unavailable: The issuer does not give one.
        """
        async with self._lock:
            if time.monotonic() >= self._renew_at:
                try:
                    answer = await self._http.post(
                        f"{self._issuer}/token", data={"grant_type": "client_credentials"}, auth=self._client
                    )
                    answer.raise_for_status()
                    body = answer.json()
                    self._token = body["access_token"]
                    self._renew_at = time.monotonic() + float(body["expires_in"]) * 0.8
                except (httpx.HTTPError, ValueError, KeyError) as exc:
                    raise Unavailable("The issuer does not answer.", cause=type(exc).__name__) from exc
            return self._token


class Identifier:
    """Reads the credentials of a call and resolves its actor."""

    def __init__(self, verifier: TokenVerifier, resolver: ActorResolver) -> None:
        """Verify tokens, then ask `resolver`."""
        self._verifier = verifier
        self._resolver = resolver

    async def credentials(
        self, authorization: str | None, assignment: str | None, actor_token: str | None
    ) -> Credentials:
        """Credentials from the raw header values.

        Raises:
            TokenInvalid: A token is missing or not valid, or a client without the scope acts for a person.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise TokenInvalid
        claims = await self._verifier.verify(token)
        assignment_id = parse_uuid(assignment, field="nuaikit-assignment") if assignment else None
        scopes = frozenset(str(claims.get("scope", "")).split())
        client = str(claims["client_id"]) if claims.get("client_id") else None
        if not actor_token:
            return Credentials(str(claims["sub"]), scopes, assignment_id, token, client)
        if client is None or ACT_ON_BEHALF not in scopes:
            raise TokenInvalid("This client may not act for a person.")
        person = await self._verifier.verify(actor_token)
        return Credentials(str(person["sub"]), scopes, assignment_id, actor_token, client)

    async def actor(
        self,
        authorization: str | None,
        assignment: str | None,
        actor_token: str | None,
        *,
        is_fresh_needed: bool = False,
    ) -> Actor:
        """The actor of a call.

        Raises:
            ServiceError: Not signed in, no such assignment, or no fresh answer.
        """
        credentials = await self.credentials(authorization, assignment, actor_token)
        return await self._resolver.resolve(credentials, is_fresh_needed=is_fresh_needed)


__all__ = [
    "ACT_ON_BEHALF",
    "Actor",
    "ActorResolver",
    "Credentials",
    "Identifier",
    "ServiceError",
    "ServiceToken",
    "TokenInvalid",
    "TokenVerifier",
    "subject_hash",
]
