"""Cases for a class: begun by one call, worked off beside it in small transactions, followed learner by learner (R-15).

What was begun lies in the database. A process that dies leaves its batch to the next one when its lease is over; each
learner's case and its row in the batch are written by one transaction, so nobody gets two.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from chassis import outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import InvalidField, ServiceError, TooManyItems
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool, transaction
from chassis.working import is_outage, keep_working

from credit_bank import limits
from credit_bank.calendar_th import thai_date, utc_now
from credit_bank.calls import run
from credit_bank.catalogue.domain import CourseKey
from credit_bank.clients import Registry
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.people.merges import families
from credit_bank.transfers import errors, events, store_batches
from credit_bank.transfers.domain import Applicant, Ground
from credit_bank.transfers.opening import CaseProposal, LineProposal
from credit_bank.transfers.store_batches import BatchCounts, BatchItem, BatchSummary, TakenBatch
from credit_bank.transfers.store_drafts import key_document, key_of
from credit_bank.transfers.submitting import LINES_MAX, SOURCES_MAX, Item, late_enrolments, submit

LEARNERS_MAX: Final = 2_000
AT_ONCE: Final = 100
"""Learners of one transaction."""
LEASE: Final = timedelta(minutes=5)
LOOK_EVERY_S: Final = 2.0
TRY_AGAIN: Final = timedelta(seconds=15)
"""After which a batch goes on that met an outage."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """What to ask for each learner."""

    sources: tuple[CourseKey, ...]
    target: CourseKey


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """Everybody enrolled in a grade of a school; of one programme, unless it is empty."""

    institution_id: UUID
    grade_label: str
    programme_code: str


@dataclass(frozen=True, slots=True)
class StartCaseBatch:
    """Begin cases for many learners: those named, or a class."""

    request_id: UUID
    learner_ids: tuple[UUID, ...]
    school_class: SchoolClass | None
    ground: Ground
    partnership_id: UUID | None
    committee_id: UUID | None
    requested_on: date
    requested_by: Applicant
    qualification_code: str
    qualification_version: str
    lines: tuple[BatchLine, ...]


@dataclass(frozen=True, slots=True)
class StartedBatch:
    """A batch that was begun; `already_done` where this request had begun it before."""

    batch_id: UUID
    total: int
    already_done: bool


@dataclass(frozen=True, slots=True)
class BatchPage:
    """How far a batch is, and a page of its learners."""

    batch_id: UUID
    counts: BatchCounts
    items: list[BatchItem]
    next_page_token: str


async def start_case_batch(pool: Pool, command: StartCaseBatch, *, actor: Actor, now: datetime) -> StartedBatch:
    """Begin cases for many learners of one class, on their dated requests.

    Args:
        pool: Connections.
        command: At most 2,000 learners.
        actor: Needs `transfer.open` at the deciding institution.
        now: When, UTC.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField, TooManyItems: Neither learners nor a class, no line, a day in the future, or too many.
        PartnershipNotActive: The class is elsewhere, and no agreement that is named covers its school.
        BatchEmpty: Nobody is in the class.
        RequestMismatch: The request id was used before with other content.
    """
    actor.require("transfer.open")
    actor.at()
    _check(command, thai_date(now))
    batch_id = uuid7()

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        learner_ids = list(dict.fromkeys(command.learner_ids)) or await _class(connection, command, actor, now)
        if not learner_ids:
            raise errors.BatchEmpty
        await store_batches.insert(connection, batch_id, _document(command), learner_ids, actor=actor, now=now)
        begun = BatchCounts("WAITING", len(learner_ids), 0, 0, 0)
        return [Outcome(0, str(batch_id))], [events.case_batch_changed(batch_id, actor.at(), begun, now=now)]

    [outcome] = await run(pool, command, work, actor=actor)
    assert outcome.id is not None, "a batch that was begun has an id"
    begun = UUID(outcome.id)
    async with pool.acquire(timeout=10) as connection:
        counts = await store_batches.counts(connection, begun, actor.at())
    assert counts is not None, "it was begun at this institution"
    return StartedBatch(begun, counts.total, begun != batch_id)


def _check(command: StartCaseBatch, today: date) -> None:
    if bool(command.learner_ids) == (command.school_class is not None):
        raise InvalidField(field="learner_ids", expected="learners, or a class, and not both")
    if len(command.learner_ids) > LEARNERS_MAX:
        raise TooManyItems(field="learner_ids", limit=LEARNERS_MAX, got=len(command.learner_ids))
    check_size(command.lines, LINES_MAX, field="lines")
    for line in command.lines:
        check_size(line.sources, SOURCES_MAX, field="lines.sources")
    if command.requested_on > today:
        raise InvalidField(field="requested_on", expected="today or earlier")
    if (command.ground is Ground.PARTNERSHIP) != (command.partnership_id is not None):
        raise InvalidField(field="partnership_id", expected="present when and only when the ground is PARTNERSHIP")


async def _class(connection: Connection, command: StartCaseBatch, actor: Actor, now: datetime) -> list[UUID]:
    assert command.school_class is not None, "checked before"
    wanted, today = command.school_class, thai_date(now)
    is_elsewhere = wanted.institution_id != actor.institution_id
    if is_elsewhere:
        known = await partnerships.read_partnerships(
            connection, [command.partnership_id] if command.partnership_id else []
        )
        agreement = known.get(command.partnership_id) if command.partnership_id else None
        parties = agreement.facts.party_institution_ids if agreement and agreement.is_active_on(today) else ()
        if wanted.institution_id not in parties or actor.institution_id not in parties:
            raise errors.PartnershipNotActive
    found = await store_batches.class_members(
        connection,
        wanted.institution_id,
        grade_label=wanted.grade_label,
        programme_code=wanted.programme_code,
        on=today,
        is_elsewhere=is_elsewhere,
        limit=LEARNERS_MAX + 1,
    )
    if len(found) > LEARNERS_MAX:
        raise TooManyItems(field="school_class", limit=LEARNERS_MAX, got=len(found))
    return found


def _document(command: StartCaseBatch) -> dict[str, Any]:
    return {
        "ground": str(command.ground),
        "partnership_id": None if command.partnership_id is None else str(command.partnership_id),
        "committee_id": None if command.committee_id is None else str(command.committee_id),
        "requested_on": command.requested_on.isoformat(),
        "requested_by": str(command.requested_by),
        "qualification_code": command.qualification_code,
        "qualification_version": command.qualification_version,
        "lines": [
            {"sources": [key_document(key) for key in line.sources], "target": key_document(line.target)}
            for line in command.lines
        ],
    }


async def get_case_batch(
    pool: Pool, batch_id: UUID, *, page_size: int = 0, page_token: str = "", actor: Actor
) -> BatchPage:
    """How far a batch is, and what became of each learner.

    Raises:
        PermissionMissing: The role does not allow it.
        BatchNotFound: There is none at the actor's institution.
        InvalidField: Page size or token.
    """
    actor.require("transfer.open")
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with pool.acquire(timeout=10) as connection:
        counts = await store_batches.counts(connection, batch_id, actor.at())
        if counts is None:
            raise errors.BatchNotFound(batch_id=batch_id)
        found = await store_batches.items(connection, batch_id, after=after, limit=limit + 1)
    page = found[:limit]
    return BatchPage(batch_id, counts, page, str(page[-1].learner_id) if len(found) > limit else "")


@dataclass(frozen=True, slots=True)
class BatchListPage:
    """A page of batches, newest first; the token is empty on the last one."""

    batches: list[BatchSummary]
    next_page_token: str


async def list_case_batches(pool: Pool, *, page_size: int = 0, page_token: str = "", actor: Actor) -> BatchListPage:
    """Batches that the actor's institution has begun, newest first, and how far each is.

    Raises:
        PermissionMissing: The role does not allow it.
        InvalidField: Page size or token.
    """
    actor.require("transfer.open")
    limit = limits.page_size(page_size)
    before = limits.page_after(page_token)
    async with pool.acquire(timeout=10) as connection:
        found = await store_batches.page(connection, actor.at(), before=before, limit=limit + 1)
    page = found[:limit]
    return BatchListPage(page, str(page[-1].batch_id) if len(found) > limit else "")


# ---- the work -------------------------------------------------------------------------------------------------------


async def work(pool: Pool, registry: Registry, stopping: asyncio.Event) -> None:
    """Work batches off until the stop."""
    await keep_working(
        lambda: work_once(pool, registry), stopping, name="batches of transfer cases", every_s=LOOK_EVERY_S
    )


async def work_once(pool: Pool, registry: Registry) -> bool:
    """Work one batch off to its end; False: there was none.

    One that cannot be worked off is set aside for whoever began it to see, and others have their turn. What it opened
    stays open; the same class begun again finds those cases.
    """
    now = utc_now()
    async with transaction(pool) as connection:
        batch = await store_batches.take(connection, now=now, until=now + LEASE)
    if batch is None:
        return False
    try:
        while await _next(pool, registry, batch, now=utc_now()):
            pass
    except Exception as exc:
        if is_outage(exc):
            # Others are not held up by what one of them waits for.
            async with transaction(pool) as connection:
                await store_batches.extend(connection, batch.batch_id, until=utc_now() + TRY_AGAIN)
            raise
        log.exception("A batch is set aside", extra={"fields": {"batch_id": str(batch.batch_id)}})
        reason = exc.reason if isinstance(exc, ServiceError) else ServiceError.reason
        await _set_aside(pool, batch, reason=reason, now=utc_now())
    return True


async def _set_aside(pool: Pool, batch: TakenBatch, *, reason: str, now: datetime) -> None:
    async with transaction(pool) as connection:
        if await store_batches.set_aside(connection, batch.batch_id, reason=reason, now=now):
            await outbox.add(connection, [await _told(connection, batch, now=now)])


async def _told(connection: Connection, batch: TakenBatch, *, now: datetime) -> NewEvent:
    place = batch.actor.at()
    counts = await store_batches.counts(connection, batch.batch_id, place)
    assert counts is not None, "batches are never deleted"
    return events.case_batch_changed(batch.batch_id, place, counts, now=now)


async def _next(pool: Pool, registry: Registry, batch: TakenBatch, *, now: datetime) -> bool:
    """The next learners of a batch; False when nobody waits any more."""
    async with pool.acquire(timeout=10) as connection, connection.transaction():
        seen = await store_batches.lock_waiting(connection, batch.batch_id, limit=AT_ONCE)
        proposals = await _proposals(connection, batch, seen)
    place = batch.actor.at()
    late = await late_enrolments(
        pool, registry, [found for found, _ in proposals.values()], institution_id=place, today=thai_date(now)
    )
    async with transaction(pool) as connection:
        waiting = await store_batches.lock_waiting(connection, batch.batch_id, limit=AT_ONCE)
        known = [learner_id for learner_id in waiting if learner_id in proposals]
        items = [Item(uuid7(), proposals[learner_id][0], is_entered_by_staff=True) for learner_id in known]
        outcomes: list[Outcome] = []
        announced: list[NewEvent] = []
        if items:
            outcomes, announced = await submit(
                connection,
                items,
                late=late,
                institution_id=place,
                is_own_request=False,
                actor=batch.actor,
                now=now,
            )
        settled = [
            _item(learner_id, outcome, is_whole=proposals[learner_id][1])
            for learner_id, outcome in zip(known, outcomes, strict=True)
        ]
        settled += [
            BatchItem(learner_id, "REFUSED", None, "ENTRY_UNKNOWN")
            for learner_id in waiting
            if learner_id in seen and learner_id not in proposals
        ]
        await store_batches.settle(connection, batch.batch_id, settled)
        if await store_batches.finish(connection, batch.batch_id, now=now):
            announced = [*announced, await _told(connection, batch, now=now)]
        if waiting:
            await store_batches.extend(connection, batch.batch_id, until=now + LEASE)
        await outbox.add(connection, announced)
    return bool(waiting)


def _item(learner_id: UUID, outcome: Outcome, *, is_whole: bool) -> BatchItem:
    if outcome.problem is not None or outcome.id is None:
        return BatchItem(learner_id, "REFUSED", None, outcome.problem.reason if outcome.problem else "UNKNOWN")
    state = "ALREADY_OPEN" if outcome.already_done else "OPENED"
    return BatchItem(learner_id, state, UUID(outcome.id), "" if is_whole else "SOURCES_MISSING")


def _lines_of(
    record: UUID, lines: Sequence[BatchLine], entries: Mapping[tuple[UUID, CourseKey], UUID]
) -> tuple[LineProposal, ...]:
    """Lines for which a record has all sources."""
    return tuple(
        LineProposal(tuple(entries[record, key] for key in line.sources), line.target)
        for line in lines
        if all((record, key) in entries for key in line.sources)
    )


async def _proposals(
    connection: Connection, batch: TakenBatch, learner_ids: Sequence[UUID]
) -> Mapping[UUID, tuple[CaseProposal, bool]]:
    """What is asked for each learner who has any of the sources, and whether that is all of it."""
    request = batch.request
    lines = [
        BatchLine(tuple(key_of(key) for key in line["sources"]), key_of(line["target"])) for line in request["lines"]
    ]
    codes = {key.code for line in lines for key in line.sources}
    persons = await families(connection, learner_ids)
    members = {member for family in persons.values() for member in family.members}
    entries = await store_batches.verified(connection, members, codes)
    found: dict[UUID, tuple[CaseProposal, bool]] = {}
    for learner_id in learner_ids:
        # A case is of one record of a person: the one that bears most of what is asked for, before others his own.
        records = sorted(persons[learner_id].members, key=lambda one: (one != learner_id, one))
        proposed = max((_lines_of(record, lines, entries) for record in records), key=len)
        if not proposed:
            continue
        proposal = CaseProposal(
            learner_id=learner_id,
            ground=Ground(request["ground"]),
            partnership_id=UUID(request["partnership_id"]) if request["partnership_id"] else None,
            committee_id=UUID(request["committee_id"]) if request["committee_id"] else None,
            requested_on=date.fromisoformat(request["requested_on"]),
            requested_by=Applicant(request["requested_by"]),
            qualification_code=request["qualification_code"],
            qualification_version=request["qualification_version"],
            lines=proposed,
        )
        found[learner_id] = (proposal, len(proposed) == len(lines))
    return found
