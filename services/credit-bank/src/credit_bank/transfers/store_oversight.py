"""SQL of what is late below an office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection

from credit_bank.transfers.store_reading import stood_days

# Undecided cases of institutions ($1) with the day on which each is due as of a day ($2).
_UNDECIDED = f"""
    SELECT c.case_id, c.institution_id, c.ground, c.state, c.submitted_at, c.hearing,
           c.committee_id IS NOT NULL AS has_committee, c.due_on + {stood_days("$2")} AS due_on
      FROM transfer_case c
     WHERE c.institution_id = ANY($1::uuid[]) AND c.state IN
           ('SUBMITTED', 'ACCEPTED_FOR_REVIEW', 'UNDER_EVALUATION', 'WAITING_FOR_INFORMATION', 'APPEALED')
"""
SQL_BACKLOGS = f"""
    SELECT institution_id, count(*) AS undecided, count(*) FILTER (WHERE due_on < $2) AS late,
           min(due_on) FILTER (WHERE due_on < $2) AS oldest_due_on
      FROM ({_UNDECIDED}) AS undecided
     GROUP BY institution_id ORDER BY institution_id
"""
SQL_LATE = f"""
    SELECT case_id, institution_id, ground, state, submitted_at, hearing, has_committee, due_on,
           $2::date - due_on AS days_late
      FROM ({_UNDECIDED} AND c.due_on < $2) AS undecided
     WHERE due_on < $2 AND ($3::uuid IS NULL OR case_id > $3)
     ORDER BY case_id LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class BacklogRow:
    """Undecided and late cases of one institution."""

    institution_id: UUID
    undecided: int
    late: int
    oldest_due_on: date | None


@dataclass(frozen=True, slots=True)
class LateRow:
    """A case past its due day."""

    case_id: UUID
    institution_id: UUID
    ground: str
    state: str
    submitted_at: datetime
    hearing: int
    has_committee: bool
    due_on: date
    days_late: int


async def backlogs(connection: Connection, institution_ids: Sequence[UUID], *, today: date) -> list[BacklogRow]:
    """Institutions with undecided cases, most late ones first."""
    return [BacklogRow(**dict(row)) for row in await connection.fetch(SQL_BACKLOGS, institution_ids, today)]


async def late_cases(
    connection: Connection, institution_ids: Sequence[UUID], *, today: date, after: UUID | None, limit: int
) -> list[LateRow]:
    """Cases past their due day in the order of their submission, later than `after`."""
    rows = await connection.fetch(SQL_LATE, institution_ids, today, after, limit)
    return [LateRow(**dict(row)) for row in rows]
