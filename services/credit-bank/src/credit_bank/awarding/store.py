"""SQL of awards: what stands in accounts, what was redeemed, and where the learner studies."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.pg import Connection, Record

from credit_bank.awarding.domain import Redemption

SQL_ACCOUNTS = """
    SELECT account_id, learner_id, qualification_code, qualification_version, awarding_institution_id, state
      FROM account WHERE learner_id = ANY($1::uuid[]) AND kind = 'QUALIFICATION' ORDER BY account_id
"""
SQL_OPEN_FLAGS = """
    SELECT account_id, count(*) AS n FROM review_flag
     WHERE account_id = ANY($1::uuid[]) AND resolved_at IS NULL AND subject IN ('POSTING', 'ACCOUNT')
     GROUP BY account_id
"""
SQL_ENROLMENTS = """
    SELECT learner_id, institution_id, delivery_system, status, valid_from, valid_to FROM enrolment_copy
     WHERE learner_id = ANY($1::uuid[]) AND role <> 'SHORT_COURSE' ORDER BY enrolment_id
"""
SQL_SET_STATES = """
    UPDATE account a SET state = i.state FROM unnest($1::uuid[], $2::text[]) AS i(account_id, state)
     WHERE a.account_id = i.account_id RETURNING true
"""
_REDEMPTION = """
    SELECT redemption_id, learner_id, awarding_institution_id, qualification_code, qualification_version,
           certificate_no, order_no, audit_digest, completes_with, redeemed_at, reversed_at
      FROM redemption
"""
SQL_REDEMPTIONS = f"{_REDEMPTION} WHERE redemption_id = ANY($1::uuid[])"
SQL_STANDING_REDEMPTIONS = f"{_REDEMPTION} WHERE learner_id = ANY($1::uuid[]) AND reversed_at IS NULL"
SQL_CERTIFICATES = """
    SELECT certificate_no FROM redemption WHERE awarding_institution_id = $1 AND certificate_no = ANY($2::text[])
"""
SQL_INSERT_REDEMPTIONS = """
    INSERT INTO redemption (redemption_id, learner_id, awarding_institution_id, qualification_code,
                            qualification_version, certificate_no, order_no, audit, audit_digest, completes_with,
                            redeemed_at, redeemed_by, redeemed_by_assignment)
    SELECT i.redemption_id, i.learner_id, $10, i.code, i.version, i.certificate_no, i.order_no, i.audit::jsonb,
           i.audit_digest, i.completes_with, $11, $12, $13
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[],
                  $9::uuid[])
           AS i(redemption_id, learner_id, code, version, certificate_no, order_no, audit, audit_digest,
                completes_with)
"""
SQL_INSERT_REDEEMED = """
    INSERT INTO redemption_account (redemption_id, account_id, journal_id)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[])
"""
SQL_REDEEMED = """
    SELECT r.redemption_id, r.account_id, r.journal_id, a.learner_id FROM redemption_account r
      JOIN account a USING (account_id)
     WHERE r.redemption_id = ANY($1::uuid[]) AND r.reversed_journal_id IS NULL ORDER BY r.account_id
"""
SQL_REVERSE_REDEMPTIONS = """
    UPDATE redemption r SET reversed_at = $4, reversed_by = $5, reversed_by_assignment = $6,
                            reversal_order_no = i.order_no, reversal_reason_code = i.reason_code
      FROM unnest($1::uuid[], $2::text[], $3::text[]) AS i(redemption_id, order_no, reason_code)
     WHERE r.redemption_id = i.redemption_id AND r.reversed_at IS NULL RETURNING true
"""
SQL_REVERSE_REDEEMED = """
    UPDATE redemption_account r SET reversed_journal_id = i.reversed_journal_id
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS i(redemption_id, account_id, reversed_journal_id)
     WHERE r.redemption_id = i.redemption_id AND r.account_id = i.account_id AND r.reversed_journal_id IS NULL
    RETURNING true
"""
SQL_PAGE = f"""
    {_REDEMPTION}
     WHERE awarding_institution_id = $1 AND (cardinality($2::uuid[]) = 0 OR learner_id = ANY($2::uuid[]))
       AND ($3::text = '' OR qualification_code = $3) AND ($4::uuid IS NULL OR redemption_id > $4)
     ORDER BY redemption_id LIMIT $5
"""
SQL_COUNT = """
    SELECT count(*) FROM redemption
     WHERE awarding_institution_id = $1 AND (cardinality($2::uuid[]) = 0 OR learner_id = ANY($2::uuid[]))
       AND ($3::text = '' OR qualification_code = $3)
"""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A qualification account with its state."""

    account_id: UUID
    learner_id: UUID
    code: str
    version: str
    institution_id: UUID
    state: str


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    """Where a learner studies or studied."""

    learner_id: UUID
    institution_id: UUID
    delivery_system: str
    is_studying: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class NewRedemption:
    """An award about to be made."""

    redemption_id: UUID
    learner_id: UUID
    code: str
    version: str
    certificate_no: str
    order_no: str
    audit: Mapping[str, Any]
    audit_digest: bytes
    completes_with: UUID | None


@dataclass(frozen=True, slots=True)
class Redeemed:
    """One account of an award that stands, with the journal that redeemed it."""

    redemption_id: UUID
    account_id: UUID
    journal_id: UUID
    learner_id: UUID


async def accounts_of(connection: Connection, learner_ids: Collection[UUID]) -> list[AccountRow]:
    """Qualification accounts of learners."""
    return [
        AccountRow(
            row["account_id"],
            row["learner_id"],
            row["qualification_code"],
            row["qualification_version"],
            row["awarding_institution_id"],
            row["state"],
        )
        for row in await connection.fetch(SQL_ACCOUNTS, sorted(learner_ids))
    ]


async def open_flags(connection: Connection, account_ids: Collection[UUID]) -> dict[UUID, int]:
    """Open flags on what stands in accounts."""
    return {row["account_id"]: row["n"] for row in await connection.fetch(SQL_OPEN_FLAGS, sorted(account_ids))}


async def enrolments_of(connection: Connection, learner_ids: Collection[UUID]) -> list[EnrolmentRow]:
    """Enrolments of learners as this service knows them, without short courses."""
    return [
        EnrolmentRow(
            row["learner_id"],
            row["institution_id"],
            row["delivery_system"],
            row["status"] == "STUDYING",
            row["valid_from"],
            row["valid_to"],
        )
        for row in await connection.fetch(SQL_ENROLMENTS, sorted(learner_ids))
    ]


async def set_states(connection: Connection, states: Mapping[UUID, str]) -> None:
    """States of accounts; decided under their learners' locks."""
    if states:
        done = await connection.fetch(SQL_SET_STATES, list(states), list(states.values()))
        assert len(done) == len(states), "accounts are never deleted"


async def redemptions(connection: Connection, redemption_ids: Collection[UUID]) -> dict[UUID, Redemption]:
    """Awards by id."""
    rows = await connection.fetch(SQL_REDEMPTIONS, sorted(redemption_ids))
    return {row["redemption_id"]: _redemption(row) for row in rows}


async def standing_redemptions(connection: Connection, learner_ids: Collection[UUID]) -> list[Redemption]:
    """Awards of learners that stand."""
    return [_redemption(row) for row in await connection.fetch(SQL_STANDING_REDEMPTIONS, sorted(learner_ids))]


async def taken_certificates(connection: Connection, institution_id: UUID, numbers: Collection[str]) -> set[str]:
    """Those of the certificate numbers that the institution has used."""
    rows = await connection.fetch(SQL_CERTIFICATES, institution_id, sorted(numbers))
    return {row["certificate_no"] for row in rows}


async def insert_redemptions(
    connection: Connection,
    made: Sequence[NewRedemption],
    accounts: Sequence[tuple[UUID, UUID, UUID]],
    *,
    institution_id: UUID,
    by: str,
    by_assignment: UUID | None,
    now: datetime,
) -> None:
    """Write awards, with their accounts and journals.

    Args:
        connection: Inside a transaction.
        made: The awards.
        accounts: Award, account and journal.
        institution_id: Who awards.
        by: Keyed hash of the person.
        by_assignment: Assignment acted under.
        now: UTC.
    """
    if not made:
        return
    await connection.execute(
        SQL_INSERT_REDEMPTIONS,
        [one.redemption_id for one in made],
        [one.learner_id for one in made],
        [one.code for one in made],
        [one.version for one in made],
        [one.certificate_no for one in made],
        [one.order_no for one in made],
        [json.dumps(dict(one.audit), ensure_ascii=False) for one in made],
        [one.audit_digest for one in made],
        [one.completes_with for one in made],
        institution_id,
        now,
        by,
        by_assignment,
    )
    await connection.execute(SQL_INSERT_REDEEMED, *([row[column] for row in accounts] for column in range(3)))


async def redeemed(connection: Connection, redemption_ids: Collection[UUID]) -> list[Redeemed]:
    """Accounts of awards that stand."""
    return [
        Redeemed(row["redemption_id"], row["account_id"], row["journal_id"], row["learner_id"])
        for row in await connection.fetch(SQL_REDEEMED, sorted(redemption_ids))
    ]


async def reverse_redemptions(
    connection: Connection,
    taken: Sequence[tuple[UUID, str, str]],
    accounts: Sequence[tuple[UUID, UUID, UUID]],
    *,
    by: str,
    by_assignment: UUID | None,
    now: datetime,
) -> None:
    """Awards stand no longer.

    Args:
        connection: Inside a transaction.
        taken: Award, order number and reason code.
        accounts: Award, account and the journal that took it back.
        by: Keyed hash of the person.
        by_assignment: Assignment acted under.
        now: UTC.
    """
    if not taken:
        return
    done = await connection.fetch(
        SQL_REVERSE_REDEMPTIONS, *([row[column] for row in taken] for column in range(3)), now, by, by_assignment
    )
    assert len(done) == len(taken), "decided under the learners' locks"
    rows = await connection.fetch(SQL_REVERSE_REDEEMED, *([row[column] for row in accounts] for column in range(3)))
    assert len(rows) == len(accounts), "decided under the learners' locks"


async def page(
    connection: Connection,
    institution_id: UUID,
    *,
    learner_ids: Sequence[UUID],
    code: str,
    after: UUID | None,
    limit: int,
) -> tuple[list[Redemption], int]:
    """Awards of an institution behind `after`, oldest first, and how many there are in all."""
    rows = await connection.fetch(SQL_PAGE, institution_id, learner_ids, code, after, limit)
    total = await connection.fetchval(SQL_COUNT, institution_id, learner_ids, code)
    return [_redemption(row) for row in rows], total


def _redemption(row: Record) -> Redemption:
    return Redemption(
        redemption_id=row["redemption_id"],
        learner_id=row["learner_id"],
        institution_id=row["awarding_institution_id"],
        code=row["qualification_code"],
        version=row["qualification_version"],
        certificate_no=row["certificate_no"],
        order_no=row["order_no"],
        audit_digest=row["audit_digest"],
        completes_with=row["completes_with"],
        redeemed_at=row["redeemed_at"],
        reversed_at=row["reversed_at"],
    )
