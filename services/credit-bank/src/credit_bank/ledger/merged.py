"""Reading the ledgers of merged learners as one, and sealing merges into their chains.

Nothing is rewritten. A merge appends one journal without lines to each of the two chains, and so does its undoing.
Sums of a family are those of all its ledgers, minus what they hold twice (CB-I16; `duplicates`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from chassis.pg import Connection

from credit_bank.ledger import store, use_cases
from credit_bank.ledger.domain import AccountKey, Journal, JournalDraft
from credit_bank.ledger.duplicates import find_duplicates
from credit_bank.people.merges import Family

MERGED: Final = "learner.merged"
UNMERGED: Final = "learner.unmerged"

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


async def balances_until(
    connection: Connection, family: Family, *, until: datetime, effective_on: date | None = None
) -> Mapping[tuple[UUID, AccountKey], Sequence[tuple[str, str, int]]]:
    """Bucket, unit and balance by account, as posted until an instant; accounts of one kind in one.

    An account is shown under the surviving learner, by the id of his own account where he has one.

    Args:
        connection: Connection.
        family: Whose.
        until: Posting time.
        effective_on: Of those, what counts on this day or before; None: all.
    """
    twice = await find_duplicates(connection, family, until=until)
    rows = await connection.fetch(
        SQL_BALANCES, family.members, until, list(twice.journals), list(twice.kept_roots), effective_on
    )
    ids: dict[AccountKey, UUID] = {}
    sums: dict[AccountKey, dict[tuple[str, str], int]] = {}
    for row in rows:
        key = replace(store.account_of(row), learner_id=family.surviving_id)
        if row["learner_id"] == family.surviving_id or key not in ids:
            ids[key] = row["account_id"]
        buckets = sums.setdefault(key, {})
        bucket = (row["bucket"], row["unit"])
        buckets[bucket] = buckets.get(bucket, 0) + (row["balance_hundredths"] or 0)
    return {
        (ids[key], key): [(bucket, unit, amount) for (bucket, unit), amount in buckets.items()]
        for key, buckets in sums.items()
    }


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of journals ended."""

    posted_at: datetime
    learner_id: UUID
    seq: int


async def journals_until(
    connection: Connection,
    family: Family,
    *,
    until: datetime,
    limit: int,
    effective_on: date | None = None,
    after: Place | None = None,
) -> list[Journal]:
    """The first journals of a family as posted until an instant, oldest first; each in its own learner's chain.

    Args:
        connection: Connection.
        family: Whose.
        until: Posting time.
        limit: Most journals.
        effective_on: Of those, what counts on this day or before; None: all.
        after: Journals behind this place only.
    """
    place = (None, None, None) if after is None else (after.posted_at, after.learner_id, after.seq)
    rows = await connection.fetch(SQL_JOURNALS, family.members, until, limit, effective_on, *place)
    return await store.with_lines(connection, rows)


async def seal(
    connection: Connection,
    merged_learner_id: UUID,
    surviving_learner_id: UUID,
    *,
    merge_id: UUID,
    is_undone: bool,
    on: date,
    now: datetime,
) -> None:
    """Append to both chains that they were joined or parted; what is sealed already is not sealed again.

    The journal names the end of the other chain, so that either chain proves what the other was at that moment.
    """
    pair = sorted((merged_learner_id, surviving_learner_id))
    await use_cases.lock_learners(connection, pair)
    kind = UNMERGED if is_undone else MERGED
    sealed = {row["learner_id"] for row in await connection.fetch(SQL_SEALED, pair, kind, str(merge_id))}
    heads = await store.read_heads(connection, pair)
    drafts = [
        JournalDraft(
            learner_id=learner_id,
            type=kind,
            effective_on=on,
            facts={
                "merge_id": str(merge_id),
                "surviving_learner_id": str(surviving_learner_id),
                "merged_learner_id": str(merged_learner_id),
                "other_head": heads[other].hash.hex(),
            },
        )
        for learner_id, other in (pair, reversed(pair))
        if learner_id not in sealed
    ]
    await use_cases.append_journals(connection, drafts, now=now)
