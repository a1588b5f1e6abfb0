"""Recompute the whole ledger and count what does not agree; every `drift_` must be 0.

Runs in one read-only snapshot, so that a service that posts meanwhile does not look like drift.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from itertools import groupby
from typing import Final
from uuid import UUID

from chassis.pg import Connection, Pool

from credit_bank import store_audit
from credit_bank.checkpoints.use_cases import count_drifting
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.chain import first_break
from credit_bank.ledger.domain import Head, Journal, balances

log = logging.getLogger(__name__)

LEARNERS_AT_ONCE: Final = 200


async def audit(pool: Pool, *, trusted_keys: Mapping[str, bytes] | None = None) -> dict[str, int]:
    """Recompute chains and balances of all learners, and hold claims, awards and entries against the journals.

    Args:
        pool: Connections.
        trusted_keys: Public keys of checkpoints by name; none: each checkpoint's own.

    Returns:
        `learners` and `journals` looked at, and by kind how many objects drift:
        `drift_chains` learners whose hashes do not verify or whose numbers have a gap,
        `drift_heads` learners whose chain row names another end,
        `drift_sums` journals that do not sum to zero per unit,
        `drift_balances` buckets that differ from their lines,
        `drift_claims` claims without their posting, `drift_postings` postings without their claim,
        `drift_awards` postings without their award,
        `drift_reversals` postings that were not taken back exactly,
        `drift_accounts` redeemed accounts that still count, or others that hold redeemed credits,
        `drift_redemptions` redeemed accounts without their award, or awards without their account,
        `drift_transcripts` results that changed since an institution was told them, without a flag for it,
        `drift_partnerships` agreements in force that a party has not confirmed,
        `drift_checkpoints` checkpoints that are not signed, not in order, or whose chain ends were rewritten,
        `drift_entries` entries whose state, course, grade or credits are not those that the chain sealed.
    """
    report = dict.fromkeys(
        (
            "learners",
            "journals",
            "drift_chains",
            "drift_heads",
            "drift_sums",
            "drift_balances",
            *store_audit.CHECKS,
            "drift_checkpoints",
        ),
        0,
    )
    async with (
        pool.acquire(timeout=10) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        after: UUID | None = None
        while heads := await ledger.learners_after(connection, after, limit=LEARNERS_AT_ONCE):
            await _audit_learners(connection, heads, report)
            after = max(heads)
        for name in store_audit.CHECKS:
            report[name] = await store_audit.count(connection, name)
        report["drift_checkpoints"] = await count_drifting(connection, trusted_keys or {})
    return report


async def _audit_learners(connection: Connection, heads: Mapping[UUID, Head], report: dict[str, int]) -> None:
    journals = await ledger.journals_of(connection, list(heads))
    chains = {learner: list(chain) for learner, chain in groupby(journals, key=lambda journal: journal.learner_id)}
    for learner_id, head in heads.items():
        chain = chains.get(learner_id, [])
        break_at = first_break(chain)
        end = Head(chain[-1].seq, chain[-1].hash) if chain else Head()
        report["drift_chains"] += break_at is not None
        report["drift_heads"] += end != head
        if break_at is not None:
            log.error("Chain does not verify", extra={"fields": {"learner_id": str(learner_id), "seq": break_at}})
    report["learners"] += len(heads)
    report["journals"] += len(journals)
    report["drift_sums"] += sum(_is_unbalanced(journal) for journal in journals)
    kept = await ledger.buckets_of(connection, list(heads))
    told = balances(journals)
    report["drift_balances"] += sum(kept.get(key, 0) != told.get(key, 0) for key in {*kept, *told})


def _is_unbalanced(journal: Journal) -> bool:
    sums: dict[str, int] = {}
    for line in journal.lines:
        sums[line.unit] = sums.get(line.unit, 0) + line.amount_hundredths
    return any(sums.values())
