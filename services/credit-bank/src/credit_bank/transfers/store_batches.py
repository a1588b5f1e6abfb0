"""SQL of cases for many learners at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection, Record

from credit_bank.catalogue.domain import CourseKey
from credit_bank.transfers.store import course_key_of

# A class elsewhere: only those whom an agreement can concern.
SQL_CLASS = """
    SELECT DISTINCT learner_id FROM enrolment_copy
     WHERE institution_id = $1 AND grade_label = $2 AND ($3 = '' OR programme_code = $3)
       AND valid_from <= $4 AND (valid_to >= $4 OR (valid_to IS NULL AND status = 'STUDYING'))
       AND (NOT $5 OR delivery_system = 'DUAL_EDUCATION')
     ORDER BY learner_id LIMIT $6
"""
SQL_INSERT_BATCH = """
    INSERT INTO case_batch (batch_id, institution_id, request, state, started_by, started_by_assignment, role,
                            started_at)
    VALUES ($1, $2, $3, 'WAITING', $4, $5, $6, $7)
"""
SQL_INSERT_ITEMS = """
    INSERT INTO case_batch_item (batch_id, learner_id, state) SELECT $1, unnest($2::uuid[]), 'WAITING'
"""
SQL_TAKE = """
    UPDATE case_batch SET state = 'RUNNING', lease_until = $2
     WHERE batch_id = (SELECT batch_id FROM case_batch
                        WHERE state IN ('WAITING', 'RUNNING') AND (lease_until IS NULL OR lease_until < $1)
                        ORDER BY batch_id LIMIT 1 FOR UPDATE SKIP LOCKED)
 RETURNING batch_id, institution_id, request, started_by, started_by_assignment, role
"""
SQL_LEASE = "UPDATE case_batch SET lease_until = $2 WHERE batch_id = $1"
SQL_FINISH = """
    UPDATE case_batch SET state = 'FINISHED', finished_at = $2, lease_until = NULL
     WHERE batch_id = $1 AND state IN ('WAITING', 'RUNNING')
       AND NOT EXISTS (SELECT FROM case_batch_item WHERE batch_id = $1 AND state = 'WAITING')
 RETURNING batch_id
"""
# Its lease never ends, so that a process of the previous release, which does not know the state, leaves it alone.
SQL_SET_ASIDE = """
    UPDATE case_batch SET state = 'FAILED', reason = $2, finished_at = $3, lease_until = 'infinity'
     WHERE batch_id = $1 AND state IN ('WAITING', 'RUNNING')
 RETURNING batch_id
"""
SQL_WAITING = """
    SELECT learner_id FROM case_batch_item WHERE batch_id = $1 AND state = 'WAITING' ORDER BY learner_id LIMIT $2
       FOR UPDATE
"""
SQL_SETTLE = """
    UPDATE case_batch_item b SET state = i.state, case_id = i.case_id, reason = i.reason
      FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[]) AS i(learner_id, state, case_id, reason)
     WHERE b.batch_id = $1 AND b.learner_id = i.learner_id
"""
# The newest verified result of each course.
SQL_VERIFIED = """
    SELECT DISTINCT ON (e.learner_id, e.code_system, e.code, e.curriculum_version, e.owner_institution_id)
           e.learner_id, e.entry_id, e.code_system, e.code, e.curriculum_version, e.owner_institution_id
      FROM entry e
     WHERE e.learner_id = ANY($1::uuid[]) AND e.code = ANY($2::text[]) AND e.state = 'VERIFIED'
     ORDER BY e.learner_id, e.code_system, e.code, e.curriculum_version, e.owner_institution_id, e.attempt DESC,
              e.verified_at DESC
"""
SQL_BATCH = """
    SELECT b.state, b.reason, count(i.learner_id) AS total, count(*) FILTER (WHERE i.state <> 'WAITING') AS done,
           count(*) FILTER (WHERE i.state IN ('OPENED', 'ALREADY_OPEN')) AS opened,
           count(*) FILTER (WHERE i.state = 'REFUSED') AS refused
      FROM case_batch b LEFT JOIN case_batch_item i USING (batch_id)
     WHERE b.batch_id = $1 AND b.institution_id = $2 GROUP BY b.batch_id
"""
SQL_PAGE = """
    SELECT b.batch_id, b.state, b.reason, b.started_at, b.finished_at, count(i.learner_id) AS total,
           count(*) FILTER (WHERE i.state <> 'WAITING') AS done,
           count(*) FILTER (WHERE i.state IN ('OPENED', 'ALREADY_OPEN')) AS opened,
           count(*) FILTER (WHERE i.state = 'REFUSED') AS refused
      FROM (SELECT batch_id, state, reason, started_at, finished_at FROM case_batch
             WHERE institution_id = $1 AND ($2::uuid IS NULL OR batch_id < $2) ORDER BY batch_id DESC LIMIT $3) b
      LEFT JOIN case_batch_item i USING (batch_id)
     GROUP BY b.batch_id, b.state, b.reason, b.started_at, b.finished_at ORDER BY b.batch_id DESC
"""
SQL_ITEMS = """
    SELECT learner_id, state, case_id, reason FROM case_batch_item
     WHERE batch_id = $1 AND ($2::uuid IS NULL OR learner_id > $2) ORDER BY learner_id LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class TakenBatch:
    """A batch to work on, and in whose name."""

    batch_id: UUID
    request: dict[str, Any]
    actor: Actor


@dataclass(frozen=True, slots=True)
class BatchItem:
    """What became of one learner.

    Attributes:
        state: `WAITING`, `OPENED`, `ALREADY_OPEN` or `REFUSED`.
        reason: Why not; with a case: why some of it was left out.
    """

    learner_id: UUID
    state: str
    case_id: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """How far a batch is.

    Attributes:
        state: `WAITING`, `RUNNING`, `FINISHED`, or `FAILED`: it was set aside, and learners who wait get nothing by it.
        reason: Why it was set aside.
    """

    state: str
    total: int
    done: int
    opened: int
    refused: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """A batch in a list.

    Attributes:
        finished_at: None while it goes on.
    """

    batch_id: UUID
    started_at: datetime
    finished_at: datetime | None
    counts: BatchCounts


async def class_members(
    connection: Connection,
    institution_id: UUID,
    *,
    grade_label: str,
    programme_code: str,
    on: date,
    is_elsewhere: bool,
    limit: int,
) -> list[UUID]:
    """Learners enrolled in a class on a day; of a class elsewhere only those in dual education."""
    rows = await connection.fetch(SQL_CLASS, institution_id, grade_label, programme_code, on, is_elsewhere, limit)
    return [row["learner_id"] for row in rows]


async def insert(
    connection: Connection,
    batch_id: UUID,
    request: dict[str, Any],
    learner_ids: Sequence[UUID],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write a batch with its learners."""
    await connection.execute(
        SQL_INSERT_BATCH,
        batch_id,
        actor.at(),
        request,
        actor.subject_hash,
        actor.assignment_id,
        actor.role,
        now,
    )
    await connection.execute(SQL_INSERT_ITEMS, batch_id, list(learner_ids))


async def take(connection: Connection, *, now: datetime, until: datetime) -> TakenBatch | None:
    """An unfinished batch that nobody works on, for a while; None: there is none."""
    row = await connection.fetchrow(SQL_TAKE, now, until)
    if row is None:
        return None
    actor = Actor(
        subject_hash=row["started_by"],
        role=row["role"],
        institution_id=row["institution_id"],
        assignment_id=row["started_by_assignment"],
        classroom="",
        permissions=frozenset({"transfer.open"}),
        permission_version="",
        is_fresh=False,
    )
    return TakenBatch(row["batch_id"], row["request"], actor)


async def extend(connection: Connection, batch_id: UUID, *, until: datetime) -> None:
    """Go on working on a batch."""
    await connection.execute(SQL_LEASE, batch_id, until)


async def finish(connection: Connection, batch_id: UUID, *, now: datetime) -> bool:
    """Write that nobody of a batch waits any more; False: somebody does."""
    return await connection.fetchval(SQL_FINISH, batch_id, now) is not None


async def set_aside(connection: Connection, batch_id: UUID, *, reason: str, now: datetime) -> bool:
    """Write that a batch cannot be worked off; False: it is over by now."""
    return await connection.fetchval(SQL_SET_ASIDE, batch_id, reason, now) is not None


async def lock_waiting(connection: Connection, batch_id: UUID, *, limit: int) -> list[UUID]:
    """Learners of a batch that wait, held until the transaction ends."""
    return [row["learner_id"] for row in await connection.fetch(SQL_WAITING, batch_id, limit)]


async def settle(connection: Connection, batch_id: UUID, items: Sequence[BatchItem]) -> None:
    """Write what became of learners."""
    await connection.execute(
        SQL_SETTLE,
        batch_id,
        [item.learner_id for item in items],
        [item.state for item in items],
        [item.case_id for item in items],
        [item.reason for item in items],
    )


async def verified(
    connection: Connection, learner_ids: Collection[UUID], codes: Collection[str]
) -> dict[tuple[UUID, CourseKey], UUID]:
    """The newest verified result of learners by course."""
    rows = await connection.fetch(SQL_VERIFIED, list(learner_ids), sorted(set(codes)))
    return {(row["learner_id"], course_key_of(row)): row["entry_id"] for row in rows}


async def counts(connection: Connection, batch_id: UUID, institution_id: UUID) -> BatchCounts | None:
    """How far a batch of an institution is; None: there is none."""
    row = await connection.fetchrow(SQL_BATCH, batch_id, institution_id)
    if row is None:
        return None
    return _counts(row)


async def page(connection: Connection, institution_id: UUID, *, before: UUID | None, limit: int) -> list[BatchSummary]:
    """Batches of an institution, newest first."""
    rows = await connection.fetch(SQL_PAGE, institution_id, before, limit)
    return [
        BatchSummary(
            batch_id=row["batch_id"],
            started_at=row["started_at"],
            finished_at=row["finished_at"],
            counts=_counts(row),
        )
        for row in rows
    ]


def _counts(row: Record) -> BatchCounts:
    return BatchCounts(row["state"], row["total"], row["done"], row["opened"], row["refused"], row["reason"])


async def items(connection: Connection, batch_id: UUID, *, after: UUID | None, limit: int) -> list[BatchItem]:
    """Learners of a batch in the order of their ids."""
    rows = await connection.fetch(SQL_ITEMS, batch_id, after, limit)
    return [BatchItem(row["learner_id"], row["state"], row["case_id"], row["reason"]) for row in rows]
