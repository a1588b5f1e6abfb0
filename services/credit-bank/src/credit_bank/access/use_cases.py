"""Find what allows a read, keep who read, and show it to the learner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import NotFound, Unavailable
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits
from credit_bank.access import store
from credit_bank.access.domain import AccessPage, Admittance, Ground, Read, Ties, choose_ground
from credit_bank.calendar_th import thai_date
from credit_bank.clients import Registry
from credit_bank.people.merges import families

SITS_IN_COMMITTEE = "transfer.vote"
"""Permission of committee members, who see the learners of their committee's cases only."""

ACROSS: Final = frozenset({Ground.PARTNERSHIP, Ground.CASE, Ground.GRANT})
"""Grounds of reads across institutions, which need a fresh actor."""

RESOURCE = "access log"
PURPOSE = "AUDIT"
"""What an auditor's own look at the log is kept as."""


async def find_grounds(
    connection: Connection,
    learner_ids: Sequence[UUID],
    *,
    actor: Actor,
    grants: Mapping[UUID, UUID],
    today: date,
) -> dict[UUID, Admittance]:
    """On which ground the actor may read each of these learners; those whom he may not are left out.

    Call it in the transaction of the read. A learner that is left out does not exist for the actor: the answer is the
    same as for one that nobody knows.

    Args:
        connection: For the local copies.
        learner_ids: Whom he asks for.
        actor: Who asks; the permission for the resource was required before.
        grants: Share grants to the actor's institution that the registry confirmed just now, by learner.
        today: The day in Thailand.

    Raises:
        PermissionMissing: The actor acts for no institution and is neither a learner nor an auditor.
    """
    if actor.learner_id is not None and actor.institution_id is None:
        own = (await families(connection, [actor.learner_id]))[actor.learner_id]
        is_mine = {own.surviving_id, *own.members}
        return {learner_id: Admittance(Ground.SELF) for learner_id in learner_ids if learner_id in is_mine}
    if actor.may("access.read"):
        return {learner_id: Admittance(Ground.AUDIT) for learner_id in learner_ids}
    is_committee = actor.may(SITS_IN_COMMITTEE)
    # What ties an institution to one record of a person ties it to the person.
    persons = await families(connection, learner_ids)
    found = await store.ties(
        connection,
        sorted({member for family in persons.values() for member in family.members}),
        institution_id=actor.at(),
        committee_assignment_id=actor.assignment_id if is_committee else None,
        today=today,
    )
    grounds = {
        learner_id: choose_ground(
            Ties.of_all(found[member] for member in family.members),
            grant_id=grants.get(learner_id),
            is_committee=is_committee,
        )
        for learner_id, family in persons.items()
    }
    return {learner_id: ground for learner_id, ground in grounds.items() if ground is not None}


async def ask_grants(
    pool: Pool, registry: Registry, learner_ids: Sequence[UUID], *, actor: Actor, now: datetime
) -> dict[UUID, UUID]:
    """Share grants to the actor's institution, by learner, of those whom nothing else opens to him wholly.

    The registry is asked once for all of them, and not at all when there are none. Call it outside any transaction.

    Raises:
        Unavailable: The registry is needed and does not answer.
    """
    if actor.institution_id is None or actor.may(SITS_IN_COMMITTEE):
        return {}
    today = thai_date(now)
    async with pool.acquire(timeout=10) as connection:
        found = await find_grounds(connection, learner_ids, actor=actor, grants={}, today=today)
        persons = await families(connection, learner_ids)
    asked = {
        learner_id: persons[learner_id].surviving_id
        for learner_id in learner_ids
        if learner_id not in found or found[learner_id].is_own_rows_only
    }
    if not asked:
        return {}
    shared = await registry.list_share_grants(
        sorted(set(asked.values())), recipient_institution_id=actor.institution_id, actor=actor
    )
    grants = {grant.learner_id: grant.grant_id for grant in shared if grant.is_valid_on(today)}
    return {learner_id: grants[person] for learner_id, person in asked.items() if person in grants}


async def find_open(
    connection: Connection, learner_ids: Sequence[UUID], *, actor: Actor, grants: Mapping[UUID, UUID], now: datetime
) -> dict[UUID, Admittance]:
    """On which ground the actor may read everything of each of these learners; those whom he may not are left out.

    Args:
        connection: Of the read.
        learner_ids: Whom he asks for.
        actor: Who asks.
        grants: As `ask_grants` gave them just now.
        now: UTC.

    Raises:
        Unavailable: A read crosses institutions, and what is known of the actor is not from the registry.
    """
    found = await find_grounds(connection, learner_ids, actor=actor, grants=grants, today=thai_date(now))
    # Having issued one result is no reason to see the whole ledger.
    wholly = {learner_id: ground for learner_id, ground in found.items() if not ground.is_own_rows_only}
    if not actor.is_fresh and any(ground.ground in ACROSS for ground in wholly.values()):
        raise Unavailable("The registry does not answer, and a read across institutions needs it.")
    return wholly


async def record_reads(connection: Connection, reads: Sequence[Read], *, actor: Actor, now: datetime) -> None:
    """Write access rows in the transaction of the read itself, so that there is never one without the other.

    Args:
        connection: Inside the reading use case's transaction.
        reads: One a learner and resource.
        actor: Who reads.
        now: When, UTC.
    """
    if reads:
        await store.insert(connection, reads, actor=actor, now=now)


async def list_access(
    pool: Pool, learner_id: UUID, *, page_size: int = 0, page_token: str = "", actor: Actor, now: datetime
) -> AccessPage:
    """Reads of one learner's data, newest first; for the learner and for auditors, whose look is kept as well.

    Args:
        pool: Connections.
        learner_id: Whose data was read.
        page_size: 1 to 1,000; 0 means 100.
        page_token: From the previous page; empty for the first.
        actor: The learner himself (`own.read`), or one with `access.read`.
        now: When, UTC.

    Raises:
        PermissionMissing: Neither a learner nor an auditor.
        NotFound: A learner asks for another.
        InvalidField: Page size or token.
    """
    is_auditor = actor.may("access.read")
    if not is_auditor:
        actor.require("own.read")
        if actor.learner_id is None:
            raise NotFound
    limit = limits.page_size(page_size)
    before = limits.page_after(page_token)
    async with transaction(pool) as connection:
        members = (await families(connection, [learner_id]))[learner_id].members
        if not is_auditor and actor.learner_id not in members:
            raise NotFound
        records = await store.page(connection, members, before=before, limit=limit + 1)
        if is_auditor:
            await record_reads(connection, [Read(learner_id, RESOURCE, PURPOSE, Ground.AUDIT)], actor=actor, now=now)
    has_more = len(records) > limit
    records = records[:limit]
    return AccessPage(records, str(records[-1].access_id) if has_more else "")
