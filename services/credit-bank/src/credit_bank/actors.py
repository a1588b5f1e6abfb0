"""Who acts: a copy of the registry's assignments answers first, the registry where the copy cannot."""

from __future__ import annotations

from typing import Annotated, Any

from chassis.auth import Actor, Credentials, Identifier, subject_hash
from chassis.errors import Unavailable
from chassis.pg import Pool
from fastapi import Header, Request
from grpc.aio import ServicerContext

from credit_bank.calendar_th import thai_date, utc_now
from credit_bank.clients import Registry
from credit_bank.people import use_cases as people


class Actors:
    """Resolves credentials.

    A person's assignment is read from the copy, so that recording goes on while the registry is away. Whoever is not in
    the copy (learners, and assignments too new) is asked for; so is everybody when a fresh answer is needed, and then
    the call fails when the registry does not answer.
    """

    def __init__(self, pool: Pool, registry: Registry, *, subject_hash_key: bytes) -> None:
        """Read copies with `pool`, ask `registry`; subjects are compared as hashes under the key."""
        self._pool = pool
        self._registry = registry
        self._key = subject_hash_key

    async def resolve(self, credentials: Credentials, *, is_fresh_needed: bool) -> Actor:
        """The actor.

        Raises:
            PermissionMissing: The subject has no such assignment today.
            Unavailable: Only the registry can tell, and it does not answer.
        """
        if credentials.is_service:
            return self._service(credentials)
        if not is_fresh_needed:
            known = await self._from_copy(credentials)
            if known is not None:
                return known
        return await self._registry.resolve_actor(credentials)

    def _service(self, credentials: Credentials) -> Actor:
        return Actor(
            subject_hash=subject_hash(credentials.subject, self._key),
            role="service",
            institution_id=None,
            assignment_id=None,
            classroom="",
            permissions=credentials.scopes,
            permission_version="",
            service=credentials.service,
            token=credentials.token,
        )

    async def _from_copy(self, credentials: Credentials) -> Actor | None:
        if credentials.assignment_id is None:
            return None
        async with self._pool.acquire(timeout=10) as connection:
            known = await people.read_assignments(connection, [credentials.assignment_id])
        assignment = known.get(credentials.assignment_id)
        hashed = subject_hash(credentials.subject, self._key)
        if assignment is None or assignment.subject_hash != hashed or not assignment.is_valid_on(thai_date(utc_now())):
            # Not this person's, or not valid: the registry says so with its own reason.
            return None
        return Actor(
            subject_hash=hashed,
            role=assignment.role,
            institution_id=assignment.institution_id,
            assignment_id=assignment.assignment_id,
            classroom=assignment.classroom,
            permissions=assignment.permissions,
            permission_version=assignment.permission_version,
            service=credentials.service,
            is_fresh=False,
            token=credentials.token,
        )


async def freshest_actor(
    request: Request,
    authorization: Annotated[str | None, Header(description="Bearer token of the issuer.")] = None,
    nuaikit_assignment: Annotated[str | None, Header(description="Assignment acted under (UUID).")] = None,
) -> Actor:
    """The actor as the registry knows him now; while it is away, as the copy does, and then he is not fresh.

    For reads that may or may not cross institutions: the use case, which finds out, refuses those that do.
    """
    identifier: Identifier = request.app.state.identifier
    return await _freshest(identifier, authorization, nuaikit_assignment, None)


async def freshest_actor_of(context: ServicerContext[Any, Any], identifier: Identifier) -> Actor:
    """The same from the metadata of a gRPC call."""
    metadata = {key: value for key, value in (context.invocation_metadata() or ()) if isinstance(value, str)}
    return await _freshest(
        identifier,
        metadata.get("authorization"),
        metadata.get("nuaikit-assignment"),
        metadata.get("nuaikit-actor-token"),
    )


async def _freshest(
    identifier: Identifier, authorization: str | None, assignment: str | None, actor_token: str | None
) -> Actor:
    try:
        return await identifier.actor(authorization, assignment, actor_token, is_fresh_needed=True)
    except Unavailable:
        return await identifier.actor(authorization, assignment, actor_token)
