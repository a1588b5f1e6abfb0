"""Reading a learner's statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import InvalidField, NotFound, PermissionMissing, PurposeMissing
from chassis.pg import Connection, Pool

from credit_bank.access import use_cases as access
from credit_bank.access.domain import Admittance, Ground, Read
from credit_bank.clients import Registry
from credit_bank.ledger import merged
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import Journal
from credit_bank.ledger.duplicates import find_duplicates
from credit_bank.people.merges import Family, families
from credit_bank.statements import store
from credit_bank.statements.domain import AccountBalances, BucketBalance, Statement

JOURNALS_MAX: Final = 1_000
"""Journals that one statement shows; balances count all of them."""

RESOURCE: Final = "statement"


async def get_statement(
    pool: Pool,
    registry: Registry,
    learner_id: UUID,
    *,
    purpose: str,
    as_of: datetime | None,
    actor: Actor,
    now: datetime,
    effective_on: date | None = None,
    page_size: int = 0,
    page_token: str = "",
) -> Statement:
    """Accounts, balances and journals of a learner as posted until an instant; whoever reads leaves an access row.

    Args:
        pool: Connections.
        registry: Asked about share grants when nothing else allows the read.
        learner_id: Whose; the statement is that of the person, with all records that were merged.
        purpose: Purpose code; not needed of the learner himself.
        as_of: Instant, UTC; None: now.
        effective_on: Of what was posted by then, what counts on this day or before; None: all. Posting time says what
            was known, effective date what it was about.
        page_size: Journals of a page, at most 1,000; 0: 1,000. Balances count all of them.
        page_token: From the page before.
        actor: The learner (`own.read`), or one with `credit.read` whose institution is tied to the learner.
        now: UTC.

    Raises:
        PermissionMissing: The role reads no credits.
        NotFound: The learner does not exist for the caller.
        PurposeMissing: None was stated.
        Unavailable: The read crosses institutions and the registry does not answer.
        InvalidField: Page size or token.
    """
    page = _Page.of(page_size, page_token)
    require_reader(actor)
    learner_id, admittance = await admit_to_person(pool, registry, learner_id, purpose=purpose, actor=actor, now=now)
    # One snapshot, so that balances, journals and head belong together while others post.
    async with pool.acquire(timeout=10) as connection, connection.transaction(isolation="repeatable_read"):
        family = (await families(connection, [learner_id]))[learner_id]
        statement = await _read(connection, family, until=as_of or now, effective_on=effective_on, page=page)
        if admittance.ground is not Ground.SELF:
            read = Read(learner_id, RESOURCE, purpose, admittance.ground, admittance.ground_id)
            await access.record_reads(connection, [read], actor=actor, now=now)
    return statement


def require_reader(actor: Actor) -> None:
    """Refuse who reads no credits at all.

    Raises:
        PermissionMissing: The role reads neither its own nor others' credits.
    """
    if not actor.may("own.read") and not actor.may("credit.read"):
        raise PermissionMissing(permission="credit.read", role=actor.role)


async def admit_to_person(
    pool: Pool, registry: Registry, learner_id: UUID, *, purpose: str, actor: Actor, now: datetime
) -> tuple[UUID, Admittance]:
    """The surviving learner of a person whom an actor may read, and on which ground.

    Raises:
        PurposeMissing: None was stated, and the learner does not ask himself.
        NotFound, Unavailable: As `admit_reader`.
    """
    async with pool.acquire(timeout=10) as connection:
        family = (await families(connection, [learner_id]))[learner_id]
    surviving_id = family.surviving_id
    is_own = actor.learner_id in (*family.members, surviving_id) and actor.institution_id is None
    if not purpose and not is_own:
        raise PurposeMissing
    return surviving_id, await admit_reader(pool, registry, surviving_id, actor=actor, now=now)


async def admit_reader(pool: Pool, registry: Registry, learner_id: UUID, *, actor: Actor, now: datetime) -> Admittance:
    """On which ground an actor reads everything of a learner; the registry is asked outside any transaction.

    Raises:
        NotFound: The learner does not exist for the caller, or only single results of him do.
        Unavailable: The read crosses institutions and the registry does not answer.
    """
    # Asked outside any transaction, and only for what nothing else allows.
    grants = await access.ask_grants(pool, registry, [learner_id], actor=actor, now=now)
    async with pool.acquire(timeout=10) as connection:
        found = await access.find_open(connection, [learner_id], actor=actor, grants=grants, now=now)
    if learner_id not in found:
        raise NotFound
    return found[learner_id]


@dataclass(frozen=True, slots=True)
class _Page:
    """Which journals are asked for."""

    size: int
    after: merged.Place | None

    @classmethod
    def of(cls, size: int, token: str) -> _Page:
        """From the request.

        Raises:
            InvalidField: Size or token.
        """
        if not 0 <= size <= JOURNALS_MAX:
            raise InvalidField(field="page_size", expected=f"0 to {JOURNALS_MAX}")
        try:
            posted_at, learner_id, seq = token.split("/") if token else ("", "", "")
            after = merged.Place(datetime.fromisoformat(posted_at), UUID(learner_id), int(seq)) if token else None
        except ValueError:
            raise InvalidField(field="page_token", expected="a token of an answer before") from None
        return cls(size or JOURNALS_MAX, after)

    def token(self, last: Journal) -> str:
        """Behind a journal."""
        return f"{last.posted_at.isoformat()}/{last.learner_id}/{last.seq}"


async def _read(
    connection: Connection, family: Family, *, until: datetime, effective_on: date | None, page: _Page
) -> Statement:
    balances = await merged.balances_until(connection, family, until=until, effective_on=effective_on)
    journals = await merged.journals_until(
        connection, family, until=until, limit=page.size + 1, effective_on=effective_on, after=page.after
    )
    has_more = len(journals) > page.size
    journals = journals[: page.size]
    head = await ledger.head_until(connection, family.surviving_id, until=until)
    states = await store.account_states(
        connection, {account_id for account_id, _ in balances}, until=until, effective_on=effective_on
    )
    entries = await store.read_entries(
        connection, {one.entry_id for one in journals if one.entry_id is not None}, until=until
    )
    twice = await find_duplicates(connection, family, until=until)
    awards = await store.read_awards(
        connection, family.members, until=until, effective_on=effective_on, left_out=twice.journals
    )
    accounts = tuple(
        AccountBalances(
            account_id,
            key,
            tuple(BucketBalance(bucket, unit, amount) for bucket, unit, amount in buckets),
            states[account_id],
        )
        for (account_id, key), buckets in balances.items()
    )
    return Statement(
        family.surviving_id,
        accounts,
        tuple(journals),
        head,
        family.members,
        tuple(entries),
        page.token(journals[-1]) if has_more else "",
        tuple(awards),
    )
