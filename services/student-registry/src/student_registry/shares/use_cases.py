"""Granting, ending and listing shares."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.ids import uuid7
from chassis.pg import Connection, transaction

from student_registry.access.errors import LearnerNotFound
from student_registry.access.use_cases import RESOLVE, hold_visible, require_visible, visible_learners
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.institutions.use_cases import institutions_by_id
from student_registry.limits import check_ids, check_purpose
from student_registry.matching.use_cases import surviving
from student_registry.shares import events, store
from student_registry.shares.domain import GrantScope, ShareGrant, check_period
from student_registry.shares.errors import GrantNotFound

log = logging.getLogger(__name__)

GRANT_OWN = "own.grant"
MANAGE = "registry.grants.manage"


@dataclass(frozen=True, slots=True)
class GrantShare:
    """A learner lets an institution read something until a day."""

    request_id: UUID
    learner_id: UUID
    recipient_institution_id: UUID
    scope: GrantScope
    purpose: str
    valid_to: date


@dataclass(frozen=True, slots=True)
class EndShareGrant:
    """A share ends now."""

    request_id: UUID
    grant_id: UUID


@dataclass(frozen=True, slots=True)
class ListShareGrants:
    """Whose shares, to which institution; None: to any."""

    learner_ids: tuple[UUID, ...]
    recipient_institution_id: UUID | None = None


async def grant_share(deps: Deps, command: GrantShare, *, actor: Actor, now: datetime) -> ShareGrant:
    """Grant a share: by the learner himself, or by staff who enter his dated wish.

    Raises:
        PermissionMissing: The caller may not grant shares.
        LearnerNotFound: The learner does not exist for the caller.
        InstitutionNotFound: There is no such recipient.
        GrantPeriodInvalid: The last day is not within a year from today.
        PurposeMissing: No purpose.
    """
    _require_granting(actor)
    check_purpose(command.purpose)
    today = today_in_thailand(now)
    check_period(command.valid_to, today=today)
    async with transaction(deps.pool) as connection:
        content = idempotency.fingerprint(command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return await _kept(connection, UUID(bytes=answer))
        learner = await hold_visible(connection, actor, command.learner_id, now=now)
        recipient = command.recipient_institution_id
        if recipient not in await institutions_by_id(connection, [recipient], on_date=today):
            raise InstitutionNotFound(field="recipient_institution_id")
        grant = ShareGrant(
            uuid7(), learner.learner_id, recipient, command.scope, command.purpose, today, command.valid_to
        )
        await store.insert(connection, grant, now=now, granted_by=actor.subject_hash, granted_by_role=actor.role)
        await outbox.add(connection, [events.share_grant_changed(grant)])
        await idempotency.finish(connection, command.request_id, caller=actor.caller, answer=grant.grant_id.bytes)
    log.info("Granted a share", extra={"fields": {"grant_id": str(grant.grant_id), "role": actor.role}})
    return grant


async def end_share_grant(deps: Deps, command: EndShareGrant, *, actor: Actor, now: datetime) -> ShareGrant:
    """End a share at once; one that has ended stays as it is.

    Raises:
        PermissionMissing: The caller may not end shares.
        GrantNotFound: There is no such share for the caller.
    """
    _require_granting(actor)
    async with transaction(deps.pool) as connection:
        content = idempotency.fingerprint(command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return await _kept(connection, UUID(bytes=answer))
        grant = await store.lock(connection, command.grant_id)
        if grant is None:
            raise GrantNotFound
        try:
            await require_visible(connection, actor, grant.learner_id, now=now)
        except LearnerNotFound:
            raise GrantNotFound from None
        if not grant.is_ended:
            await store.end(connection, grant.grant_id, now=now, ended_by=actor.subject_hash)
            grant = replace(grant, is_ended=True)
            await outbox.add(connection, [events.share_grant_changed(grant)])
        await idempotency.finish(connection, command.request_id, caller=actor.caller, answer=grant.grant_id.bytes)
    log.info("Ended a share", extra={"fields": {"grant_id": str(grant.grant_id), "role": actor.role}})
    return grant


async def list_share_grants(deps: Deps, query: ListShareGrants, *, actor: Actor, now: datetime) -> list[ShareGrant]:
    """Shares valid today: of learners who exist for the caller, and those to the caller's own institution.

    Those of a merged learner are the surviving one's.

    A service with scope `registry.resolve` sees what the events tell it anyway.

    Raises:
        TooManyItems: More than 1,000 learners.
        PermissionMissing: The caller may read neither learners nor himself.
    """
    check_ids(query.learner_ids, field="learner_ids")
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        learner_ids = list((await surviving(connection, query.learner_ids)).values())
        grants = await store.valid(
            connection,
            learner_ids,
            on_date=today,
            recipient_institution_id=query.recipient_institution_id,
        )
        if actor.service and actor.may(RESOLVE):
            return grants
        visible = await visible_learners(connection, actor, learner_ids, today=today)
    own = actor.institution_id
    return [
        grant
        for grant in grants
        if grant.learner_id in visible or (own is not None and grant.recipient_institution_id == own)
    ]


def _require_granting(actor: Actor) -> None:
    if actor.learner_id is None or not actor.may(GRANT_OWN):
        actor.require(MANAGE)


async def _kept(connection: Connection, grant_id: UUID) -> ShareGrant:
    grant = await store.lock(connection, grant_id)
    assert grant is not None, "grants are never deleted"
    return grant
