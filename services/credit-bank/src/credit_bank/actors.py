"""The actor of reads that may or may not cross institutions."""

from __future__ import annotations

from typing import Annotated, Any

from chassis.auth import Actor, Identifier
from chassis.errors import Unavailable
from fastapi import Depends, Header, Request
from grpc.aio import ServicerContext


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


FreshestActor = Annotated[Actor, Depends(freshest_actor)]
"""In a route of such a read."""

UsualPurpose = Annotated[str, Header(alias="Nuaikit-Purpose", description="Purpose code; not needed of oneself.")]
"""Purpose of a read that a learner may make of himself without one; empty by default."""
