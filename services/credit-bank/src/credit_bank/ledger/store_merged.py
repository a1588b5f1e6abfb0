"""SQL that reads the ledgers of one person as one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection

from credit_bank.ledger import store
from credit_bank.ledger.domain import AccountKey, Journal

SQL_BALANCES = """
    SELECT a.account_id, a.learner_id, a.kind, a.qualification_code, a.qualification_version,
           a.awarding_institution_id, l.bucket, l.unit,
           (sum(l.amount_hundredths) FILTER (
               WHERE j.journal_id <> ALL($3::uuid[])
                 AND NOT (a.kind = 'BANK' AND coalesce(e.entry_root_id = ANY($4::uuid[]), false))))::integer
               AS balance_hundredths
      FROM account a
      JOIN journal_line l USING (account_id)
      JOIN journal j ON j.journal_id = l.journal_id AND j.posted_at <= $2
                    AND ($5::date IS NULL OR j.effective_on <= $5)
      LEFT JOIN entry e ON e.entry_id = j.entry_id
     WHERE a.learner_id = ANY($1::uuid[])
     GROUP BY a.account_id, l.bucket, l.unit
     ORDER BY a.kind, a.qualification_code, a.account_id, l.bucket, l.unit
"""
SQL_JOURNALS = """
    SELECT j.journal_id, j.learner_id, j.seq, j.type, j.posted_at, j.effective_on, j.entry_id, j.case_id, j.line_id,
           j.facts, j.prev_hash, j.hash
      FROM journal j
     WHERE j.learner_id = ANY($1::uuid[]) AND j.posted_at <= $2 AND ($4::date IS NULL OR j.effective_on <= $4)
       AND ($5::timestamptz IS NULL OR (j.posted_at, j.learner_id, j.seq) > ($5, $6::uuid, $7::bigint))
     ORDER BY j.posted_at, j.learner_id, j.seq LIMIT $3
"""
SQL_SEALED = """
    SELECT learner_id FROM journal
     WHERE learner_id = ANY($1::uuid[]) AND type = $2 AND facts ->> 'merge_id' = $3
"""


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """What one bucket of one record's account holds."""

    account_id: UUID
    account: AccountKey
    bucket: str
    unit: str
    balance_hundredths: int


async def balances(
    connection: Connection,
    learner_ids: Sequence[UUID],
    *,
    until: datetime,
    left_out_journals: Collection[UUID],
    left_out_roots: Collection[UUID],
    effective_on: date | None,
) -> list[BalanceRow]:
    """Buckets as posted until an instant, without awards and results that stand a second time."""
    rows = await connection.fetch(
        SQL_BALANCES, learner_ids, until, list(left_out_journals), list(left_out_roots), effective_on
    )
    return [
        BalanceRow(row["account_id"], store.account_of(row), row["bucket"], row["unit"], row["balance_hundredths"] or 0)
        for row in rows
    ]


async def journals(
    connection: Connection,
    learner_ids: Sequence[UUID],
    *,
    until: datetime,
    limit: int,
    effective_on: date | None,
    after: tuple[datetime, UUID, int] | tuple[None, None, None],
) -> list[Journal]:
    """The first journals as posted until an instant, behind a posting time, learner and number; oldest first."""
    rows = await connection.fetch(SQL_JOURNALS, learner_ids, until, limit, effective_on, *after)
    return await store.with_lines(connection, rows)


async def sealed(connection: Connection, learner_ids: Sequence[UUID], *, kind: str, merge_id: UUID) -> set[UUID]:
    """Those of the learners into whose chains a merge, or its undoing, was sealed already."""
    return {row["learner_id"] for row in await connection.fetch(SQL_SEALED, learner_ids, kind, str(merge_id))}
