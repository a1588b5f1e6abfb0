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

from credit_bank.ledger import store, store_merged, use_cases
from credit_bank.ledger.domain import AccountKey, Journal, JournalDraft
from credit_bank.ledger.duplicates import find_duplicates
from credit_bank.people.merges import Family

MERGED: Final = "learner.merged"
UNMERGED: Final = "learner.unmerged"


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
    rows = await store_merged.balances(
        connection,
        family.members,
        until=until,
        left_out_journals=twice.journals,
        left_out_roots=twice.kept_roots,
        effective_on=effective_on,
    )
    ids: dict[AccountKey, UUID] = {}
    sums: dict[AccountKey, dict[tuple[str, str], int]] = {}
    for row in rows:
        key = replace(row.account, learner_id=family.surviving_id)
        if row.account.learner_id == family.surviving_id or key not in ids:
            ids[key] = row.account_id
        buckets = sums.setdefault(key, {})
        bucket = (row.bucket, row.unit)
        buckets[bucket] = buckets.get(bucket, 0) + row.balance_hundredths
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
    return await store_merged.journals(
        connection, family.members, until=until, limit=limit, effective_on=effective_on, after=place
    )


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
    sealed = await store_merged.sealed(connection, pair, kind=kind, merge_id=merge_id)
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
