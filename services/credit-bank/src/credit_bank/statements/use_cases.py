"""Reading a learner's statement."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import NotFound, PermissionMissing, PurposeMissing, Unavailable
from chassis.pg import Connection, Pool

from credit_bank.access import use_cases as access
from credit_bank.access.domain import Admittance, Ground, Read
from credit_bank.calendar_th import thai_date
from credit_bank.clients import Registry
from credit_bank.ledger import merged
from credit_bank.ledger import use_cases as ledger
from credit_bank.people.merges import Family, families
from credit_bank.statements.domain import AccountBalances, BucketBalance, Statement

JOURNALS_MAX: Final = 1_000
"""Journals that one statement shows; balances count all of them."""

RESOURCE: Final = "statement"

_ACROSS: Final = frozenset({Ground.PARTNERSHIP, Ground.CASE, Ground.GRANT})
"""Grounds of reads across institutions, which need a fresh actor."""


async def get_statement(
    pool: Pool,
    registry: Registry,
    learner_id: UUID,
    *,
    purpose: str,
    as_of: datetime | None,
    actor: Actor,
    now: datetime,
) -> Statement:
    """Accounts, balances and journals of a learner as posted until an instant; whoever reads leaves an access row.

    Args:
        pool: Connections.
        registry: Asked about share grants when nothing else allows the read.
        learner_id: Whose; the statement is that of the person, with all records that were merged.
        purpose: Purpose code; not needed of the learner himself.
        as_of: Instant, UTC; None: now.
        actor: The learner (`own.read`), or one with `credit.read` whose institution is tied to the learner.
        now: UTC.

    Raises:
        PermissionMissing: The role reads no credits.
        NotFound: The learner does not exist for the caller.
        PurposeMissing: None was stated.
        Unavailable: The read crosses institutions and the registry does not answer.
    """
    _require_reader(actor)
    async with pool.acquire(timeout=10) as connection:
        family = (await families(connection, [learner_id]))[learner_id]
    learner_id = family.surviving_id
    is_own = actor.learner_id in (*family.members, learner_id) and actor.institution_id is None
    if not purpose and not is_own:
        raise PurposeMissing
    admittance = await _admit(pool, registry, learner_id, actor=actor, now=now)
    # One snapshot, so that balances, journals and head belong together while others post.
    async with pool.acquire(timeout=10) as connection, connection.transaction(isolation="repeatable_read"):
        family = (await families(connection, [learner_id]))[learner_id]
        statement = await _read(connection, family, until=as_of or now)
        if admittance.ground is not Ground.SELF:
            read = Read(learner_id, RESOURCE, purpose, admittance.ground, admittance.ground_id)
            await access.record_reads(connection, [read], actor=actor, now=now)
    return statement


def _require_reader(actor: Actor) -> None:
    if not actor.may("own.read") and not actor.may("credit.read"):
        raise PermissionMissing(permission="credit.read", role=actor.role)


async def _admit(pool: Pool, registry: Registry, learner_id: UUID, *, actor: Actor, now: datetime) -> Admittance:
    today = thai_date(now)
    async with pool.acquire(timeout=10) as connection:
        found = await access.find_grounds(connection, [learner_id], actor=actor, grants={}, today=today)
    admittance = found.get(learner_id)
    if admittance is None and actor.institution_id is not None:
        # Asked outside any transaction, and only for what nothing else allows.
        shared = await registry.list_share_grants(
            [learner_id], recipient_institution_id=actor.institution_id, actor=actor
        )
        grants = {grant.learner_id: grant.grant_id for grant in shared if grant.is_valid_on(today)}
        async with pool.acquire(timeout=10) as connection:
            found = await access.find_grounds(connection, [learner_id], actor=actor, grants=grants, today=today)
        admittance = found.get(learner_id)
    if admittance is None or admittance.is_own_rows_only:
        # Having issued one result is no reason to see the whole ledger.
        raise NotFound
    if admittance.ground in _ACROSS and not actor.is_fresh:
        raise Unavailable("The registry does not answer, and a read across institutions needs it.")
    return admittance


async def _read(connection: Connection, family: Family, *, until: datetime) -> Statement:
    balances = await merged.balances_until(connection, family, until=until)
    journals = await merged.journals_until(connection, family, until=until, limit=JOURNALS_MAX)
    head = await ledger.head_until(connection, family.surviving_id, until=until)
    accounts = tuple(
        AccountBalances(
            account_id,
            key,
            tuple(BucketBalance(bucket, unit, amount) for bucket, unit, amount in buckets),
        )
        for (account_id, key), buckets in balances.items()
    )
    return Statement(family.surviving_id, accounts, tuple(journals), head, family.members)
