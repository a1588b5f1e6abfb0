"""Who calls: the token says who, the registry says what he may do where, the use case requires it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

import httpx
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from chassis.errors import NotFound, PermissionMissing, ServiceError, Unauthenticated, Unavailable
from chassis.ids import parse_uuid
from chassis.telemetry import describe_exception

ACT_ON_BEHALF = "act-on-behalf"
"""Scope of a service that may carry a person's token beside its own."""

_KEYS_MAX_AGE_S = 600.0
_KEYS_MIN_AGE_S = 5.0
_KEYS_STALE_MAX_S = 86_400.0
_TOKEN_RETRY_S = 1.0
_TOKEN_CHARACTERS_MAX = 16_384
_GOOD_S_MAX = 60.0
_GOOD_TOKENS_MAX = 10_000
_CLOCK_LEEWAY_S = 30

log = logging.getLogger(__name__)


class TokenInvalid(Unauthenticated):
    """The token is missing, malformed, expired or of another issuer."""

    reason = "TOKEN_INVALID"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the tokens of one call say.

    Attributes:
        subject: `sub` of the person or client acting.
        scopes: What the issuer allows the calling client (also when it acts for a person); empty for people.
        assignment_id: Assignment the caller says he acts under.
        token: The actor's own token, to be passed on when a service acts for him.
        service: Client id of the service that acts for the person, or of the calling service itself.
        is_on_behalf: Whether that service acts for the person.
    """

    subject: str
    scopes: frozenset[str]
    assignment_id: UUID | None
    token: str = field(repr=False)
    service: str | None = None
    is_on_behalf: bool = False

    @property
    def is_service(self) -> bool:
        """Whether a service calls for itself: its actor has the scopes as permissions. A person never has them.

        A client program that names an assignment (a college's own system) acts under it, as a person does.
        """
        return self.service is not None and not self.is_on_behalf and self.assignment_id is None


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
        """Under whose name request ids are kept: the same person's, directly or through a service."""
        return f"{self.subject_hash}:{self.assignment_id or self.learner_id or '-'}"

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
    """Turns credentials into an actor: the registry from its tables, other services from a copy or by asking it.

    Nothing here caches actors. A service that wants to spare the registry's answer keeps a copy of assignments fed by
    events: that one survives an outage, is corrected within the events' lag, and says so (`is_fresh`).
    """

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
    """Verifies JWTs (RS256, ES256) against the issuer's published keys.

    Keys are kept: a token is checked without asking anybody. They are renewed in the background after ten minutes, and
    at once when a token names a key that is not among them, which is how a rotation is noticed. One try in five
    seconds, whatever callers send; while the issuer is away the kept keys serve for a day.

    A signature takes 0.15 ms to check and comes with every request of a session, so a token found good is remembered
    until it ends, for a minute at most and never beyond a change of keys.
    """

    def __init__(self, issuer: str, audience: str, *, http: httpx.AsyncClient) -> None:
        """Trust `issuer` for `audience`."""
        self._issuer = issuer
        self._http = http
        self._keys: KeySet | None = None
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self._good: OrderedDict[bytes, tuple[float, dict[str, Any]]] = OrderedDict()
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": issuer},
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
        if len(token) > _TOKEN_CHARACTERS_MAX:
            raise TokenInvalid
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        ends_at, claims = self._good.get(digest, (0.0, {}))
        if time.time() < ends_at:
            return claims
        try:
            claims = self._decode(token, await self._current_keys())
        except InvalidKeyIdError:
            await self._renew()
            try:
                claims = self._decode(token, await self._current_keys())
            except InvalidKeyIdError:
                raise TokenInvalid from None
        self._good[digest] = (min(time.time() + _GOOD_S_MAX, float(claims["exp"])), claims)
        while len(self._good) > _GOOD_TOKENS_MAX:
            self._good.popitem(last=False)
        return claims

    def _decode(self, token: str, keys: KeySet) -> dict[str, Any]:
        try:
            claims = jwt.decode(token, keys, algorithms=["RS256", "ES256"]).claims
            self._claims.validate(claims)
        except InvalidKeyIdError:
            raise  # the caller looks for newer keys
        except (JoseError, ValueError, TypeError, KeyError):
            raise TokenInvalid from None
        if not isinstance(claims["sub"], str) or not claims["sub"]:
            raise TokenInvalid
        return claims

    async def _current_keys(self) -> KeySet:
        age_s = time.monotonic() - self._fetched_at
        if age_s > _KEYS_STALE_MAX_S:
            await self._renew()
        elif age_s > _KEYS_MAX_AGE_S:
            self._begin_renewal()
        if self._keys is None or time.monotonic() - self._fetched_at > _KEYS_STALE_MAX_S:
            raise Unavailable("The issuer does not answer.")
        return self._keys

    async def _renew(self) -> None:
        """Look for other keys, unless somebody just did; all who wait share one fetch."""
        self._begin_renewal()
        if self._fetching is not None:
            await asyncio.shield(self._fetching)

    def _begin_renewal(self) -> None:
        if self._fetching is None and time.monotonic() - self._tried_at >= _KEYS_MIN_AGE_S:
            self._tried_at = time.monotonic()
            self._fetching = asyncio.create_task(self._fetch())

    async def _fetch(self) -> None:
        try:
            configuration = await discover(self._http, self._issuer)
            answer = await self._http.get(configuration["jwks_uri"])
            answer.raise_for_status()
            self._keys = KeySet.import_key_set(answer.json())
            self._good.clear()
            self._fetched_at = time.monotonic()
        except (httpx.HTTPError, httpx.InvalidURL, JoseError, ValueError, TypeError, KeyError) as exc:
            log.warning("Issuer did not give its keys", extra={"fields": describe_exception(exc)})
        finally:
            self._fetching = None


async def discover(http: httpx.AsyncClient, issuer: str) -> dict[str, Any]:
    """The issuer's description of itself.

    Raises:
        ValueError: It is another issuer's.
        httpx.HTTPError: It does not answer.
    """
    answer = await http.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    answer.raise_for_status()
    configuration: dict[str, Any] = answer.json()
    if configuration["issuer"] != issuer:
        raise ValueError("another issuer")
    return configuration


class ServiceToken:
    """This service's own client-credentials token, renewed before it ends."""

    def __init__(self, issuer: str, *, client_id: str, client_secret: str, http: httpx.AsyncClient) -> None:
        """Ask `issuer` as `client_id`."""
        self._issuer = issuer
        self._client = (client_id, client_secret)
        self._http = http
        self._token = ""
        self._renew_at = self._ends_at = self._retry_at = float("-inf")
        self._lock = asyncio.Lock()

    async def get(self) -> str:
        """A valid token; the old one while the issuer is away and it still holds.

        Raises:
            Unavailable: The issuer does not give one.
        """
        if time.monotonic() < self._renew_at:
            return self._token
        async with self._lock:
            now = time.monotonic()
            # Who waited here for a try that failed does not try again himself: the queue would take for ever.
            if now >= self._renew_at and now >= self._retry_at:
                try:
                    await self._renew()
                except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, KeyError) as exc:
                    self._retry_at = time.monotonic() + _TOKEN_RETRY_S
                    log.warning("Issuer did not give a token", extra={"fields": describe_exception(exc)})
            if time.monotonic() >= self._ends_at:
                raise Unavailable("The issuer does not answer.")
            return self._token

    async def _renew(self) -> None:
        configuration = await discover(self._http, self._issuer)
        answer = await self._http.post(
            configuration["token_endpoint"], data={"grant_type": "client_credentials"}, auth=self._client
        )
        answer.raise_for_status()
        body = answer.json()
        lifetime_s = float(body["expires_in"])
        self._token = str(body["access_token"])
        self._renew_at = time.monotonic() + lifetime_s * 0.8
        self._ends_at = time.monotonic() + lifetime_s * 0.95


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
        # An institution's own system has an assignment like a member of staff; a service's bare token gives no rights.
        if person.get("client_id") and assignment_id is None:
            raise TokenInvalid("Only a person, or a client under an assignment, is acted for.")
        return Credentials(str(person["sub"]), scopes, assignment_id, actor_token, client, is_on_behalf=True)

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
