"""SQL of review flags."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from chassis.pg import Connection, Record

from credit_bank.ledger.domain import Decider, Flag, FlagKind, FlagSubject, Resolution
from credit_bank.ledger.store import account_of

# A newer change of the same source stands for the older one: whoever decided on what he saw then must look again.
SQL_REPLACE = """
    UPDATE review_flag f SET resolution = 'REPLACED', resolved_at = $4
      FROM unnest($1::text[], $2::uuid[], $3::uuid[]) AS i(subject, line_id, entry_root_id)
     WHERE f.subject = i.subject AND f.line_id IS NOT DISTINCT FROM i.line_id AND f.entry_root_id = i.entry_root_id
       AND f.resolved_at IS NULL AND f.learner_id = ANY($5::uuid[])
"""
SQL_RAISE = """
    INSERT INTO review_flag (flag_id, learner_id, institution_id, kind, subject, account_id, line_id, transcript_id,
                             entry_root_id, entry_id, journal_id, raised_at)
    SELECT i.flag_id, i.learner_id, i.institution_id, i.kind, i.subject, a.account_id, i.line_id, i.transcript_id,
           i.entry_root_id, i.entry_id, i.journal_id, $15
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::uuid[],
                  $9::uuid[], $10::uuid[], $11::text[], $12::text[], $13::text[], $14::uuid[])
           AS i(flag_id, learner_id, institution_id, kind, subject, line_id, transcript_id, entry_root_id, entry_id,
                journal_id, account_kind, qualification_code, qualification_version, awarding_institution_id)
      LEFT JOIN account a
        ON a.learner_id = i.learner_id AND a.kind = i.account_kind AND a.qualification_code = i.qualification_code
       AND a.qualification_version = i.qualification_version
       AND a.awarding_institution_id IS NOT DISTINCT FROM i.awarding_institution_id
"""
_SELECT = """
    SELECT f.flag_id, f.learner_id, f.institution_id, f.kind AS flag_kind, f.subject, f.line_id, f.transcript_id,
           f.entry_root_id, f.entry_id, f.journal_id, f.raised_at, f.resolution, f.resolved_at, f.reason_code,
           coalesce(a.kind, '') AS kind, coalesce(a.qualification_code, '') AS qualification_code,
           coalesce(a.qualification_version, '') AS qualification_version, a.awarding_institution_id
      FROM review_flag f LEFT JOIN account a USING (account_id)
"""
SQL_READ = f"{_SELECT} WHERE f.flag_id = ANY($1::uuid[])"
SQL_OPEN_OF_LINES = f"{_SELECT} WHERE f.line_id = ANY($1::uuid[]) AND f.resolved_at IS NULL ORDER BY f.flag_id"
SQL_OPEN_OF_ACCOUNTS = f"""
    {_SELECT} WHERE f.learner_id = ANY($1::uuid[]) AND f.subject = 'ACCOUNT' AND f.resolved_at IS NULL
    ORDER BY f.flag_id
"""
SQL_OPEN_OF_TRANSCRIPTS = f"""
    {_SELECT} WHERE f.transcript_id = ANY($1::uuid[]) AND f.resolved_at IS NULL ORDER BY f.flag_id
"""
SQL_PAGE = f"""
    {_SELECT}
     WHERE f.institution_id = $1 AND (NOT $2 OR f.resolved_at IS NULL) AND ($3::text IS NULL OR f.subject = $3)
       AND (cardinality($4::uuid[]) = 0 OR f.learner_id = ANY($4::uuid[])) AND ($5::uuid IS NULL OR f.flag_id > $5)
     ORDER BY f.flag_id LIMIT $6
"""
SQL_COUNT = """
    SELECT count(*) FROM review_flag f
     WHERE f.institution_id = $1 AND (NOT $2 OR f.resolved_at IS NULL) AND ($3::text IS NULL OR f.subject = $3)
       AND (cardinality($4::uuid[]) = 0 OR f.learner_id = ANY($4::uuid[]))
"""
SQL_RESOLVE = """
    UPDATE review_flag f SET resolution = $2, reason_code = $3, resolved_at = $4, resolved_by = $5,
                             resolved_by_assignment = $6
     WHERE f.flag_id = ANY($1::uuid[]) AND f.resolved_at IS NULL RETURNING f.flag_id
"""


async def raise_flags(connection: Connection, flags: Sequence[Flag], *, now: datetime) -> None:
    """Keep flags; an open one about the same thing and the same source gives way to the newer.

    The learners must be locked, and the accounts exist.
    """
    if not flags:
        return
    await connection.execute(
        SQL_REPLACE,
        [str(flag.subject) for flag in flags],
        [flag.line_id for flag in flags],
        [flag.entry_root_id for flag in flags],
        now,
        sorted({flag.learner_id for flag in flags}),
    )
    await connection.execute(
        SQL_RAISE,
        [flag.flag_id for flag in flags],
        [flag.learner_id for flag in flags],
        [flag.institution_id for flag in flags],
        [str(flag.kind) for flag in flags],
        [str(flag.subject) for flag in flags],
        [flag.line_id for flag in flags],
        [flag.transcript_id for flag in flags],
        [flag.entry_root_id for flag in flags],
        [flag.entry_id for flag in flags],
        [flag.journal_id for flag in flags],
        [flag.account.kind if flag.account else "" for flag in flags],
        [flag.account.qualification_code if flag.account else "" for flag in flags],
        [flag.account.qualification_version if flag.account else "" for flag in flags],
        [flag.account.awarding_institution_id if flag.account else None for flag in flags],
        now,
    )


async def read_flags(connection: Connection, flag_ids: Collection[UUID]) -> dict[UUID, Flag]:
    """Flags by id, whoever decides on them."""
    return {row["flag_id"]: _flag(row) for row in await connection.fetch(SQL_READ, sorted(flag_ids))}


async def open_flags_of_lines(connection: Connection, line_ids: Collection[UUID]) -> list[Flag]:
    """Open flags on lines of transfer cases, oldest first."""
    return [_flag(row) for row in await connection.fetch(SQL_OPEN_OF_LINES, sorted(line_ids))]


async def open_flags_of_accounts(connection: Connection, learner_ids: Collection[UUID]) -> list[Flag]:
    """Open flags on counts inside accounts of learners, oldest first."""
    return [_flag(row) for row in await connection.fetch(SQL_OPEN_OF_ACCOUNTS, sorted(learner_ids))]


async def open_flags_of_transcripts(connection: Connection, transcript_ids: Collection[UUID]) -> list[Flag]:
    """Open flags on what institutions were told, oldest first."""
    return [_flag(row) for row in await connection.fetch(SQL_OPEN_OF_TRANSCRIPTS, sorted(transcript_ids))]


async def page_of_flags(
    connection: Connection,
    institution_id: UUID,
    *,
    is_open_only: bool,
    subject: FlagSubject | None,
    learner_ids: Sequence[UUID],
    after: UUID | None,
    limit: int,
) -> tuple[list[Flag], int]:
    """Flags on which an institution decides behind `after`, oldest first, and how many there are in all."""
    wanted = None if subject is None else str(subject)
    rows = await connection.fetch(SQL_PAGE, institution_id, is_open_only, wanted, learner_ids, after, limit)
    total = await connection.fetchval(SQL_COUNT, institution_id, is_open_only, wanted, learner_ids)
    return [_flag(row) for row in rows], total


async def settle(
    connection: Connection,
    flag_ids: Collection[UUID],
    resolution: Resolution,
    *,
    reason_code: str,
    by: Decider,
    now: datetime,
) -> set[UUID]:
    """Settle open flags; which of them were open."""
    rows = await connection.fetch(
        SQL_RESOLVE, sorted(flag_ids), str(resolution), reason_code, now, by.subject_hash, by.assignment_id
    )
    return {row["flag_id"] for row in rows}


def _flag(row: Record) -> Flag:
    return Flag(
        flag_id=row["flag_id"],
        learner_id=row["learner_id"],
        institution_id=row["institution_id"],
        kind=FlagKind(row["flag_kind"]),
        subject=FlagSubject(row["subject"]),
        account=account_of(row) if row["kind"] else None,
        line_id=row["line_id"],
        transcript_id=row["transcript_id"],
        entry_root_id=row["entry_root_id"],
        entry_id=row["entry_id"],
        journal_id=row["journal_id"],
        raised_at=row["raised_at"],
        resolution=None if row["resolution"] is None else Resolution(row["resolution"]),
        resolved_at=row["resolved_at"],
        reason_code=row["reason_code"] or "",
    )
