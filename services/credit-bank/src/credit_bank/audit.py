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

from credit_bank.checkpoints.use_cases import count_drifting
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.chain import first_break
from credit_bank.ledger.domain import Head, Journal, balances

log = logging.getLogger(__name__)

LEARNERS_AT_ONCE: Final = 200

CHECK_SECONDS_MAX: Final = 3_600.0
"""How long one check over whole tables may take."""

# What the lines cannot show: that claims, awards and entries say the same as the journals.
SQL_DRIFT_CLAIMS: Final = """
    SELECT count(*) FROM claim c
     WHERE (c.state = 'COUNTED' AND NOT EXISTS (
                SELECT FROM journal j JOIN entry e ON e.entry_id = j.entry_id
                  JOIN journal_line l ON l.journal_id = j.journal_id AND l.account_id = c.account_id
                 WHERE e.entry_root_id = c.entry_root_id AND j.type = 'credit.counted'))
        OR (c.state = 'POSTED' AND NOT EXISTS (
                SELECT FROM journal j JOIN journal_line l ON l.journal_id = j.journal_id AND l.account_id = c.account_id
                 WHERE j.line_id = c.line_id AND j.type = 'transfer.posted'))
"""
# A posting stands while its award does; what was taken back needs no claim any more.
SQL_DRIFT_POSTINGS: Final = """
    SELECT count(*) FROM journal j JOIN award w ON w.journal_id = j.journal_id AND w.reversed_journal_id IS NULL
     WHERE (j.type = 'credit.counted' AND NOT EXISTS (
                SELECT FROM claim c JOIN entry e ON e.entry_root_id = c.entry_root_id
                 WHERE e.entry_id = j.entry_id AND c.state = 'COUNTED' AND c.account_id = w.account_id))
        OR (j.type = 'transfer.posted' AND NOT EXISTS (
                SELECT FROM claim c WHERE c.line_id = j.line_id AND c.state = 'POSTED'))
"""
SQL_DRIFT_AWARDS: Final = """
    SELECT count(*) FROM journal j
     WHERE j.type IN ('credit.counted', 'transfer.posted')
       AND NOT EXISTS (SELECT FROM award w JOIN journal_line l ON l.journal_id = j.journal_id
                                                              AND l.account_id = w.account_id
                        WHERE w.journal_id = j.journal_id)
"""
# CB-I14: a reversal mirrors its posting line by line; a voided count leaves its category as it was before.
SQL_DRIFT_REVERSALS: Final = """
    SELECT count(*) FROM award w JOIN journal r ON r.journal_id = w.reversed_journal_id
     WHERE r.type NOT IN ('transfer.reversed', 'credit.count_voided')
        OR EXISTS (
            SELECT FROM journal_line l
             WHERE l.journal_id IN (w.journal_id, w.reversed_journal_id)
               AND (r.type = 'transfer.reversed' OR l.bucket LIKE 'COUNTED:%')
             GROUP BY l.account_id, l.bucket, l.unit HAVING sum(l.amount_hundredths) <> 0)
"""
SQL_DRIFT_ENTRIES: Final = """
    SELECT count(*) FROM entry e
      LEFT JOIN LATERAL (
            SELECT j.type, j.facts FROM journal j
             WHERE j.entry_id = e.entry_id
               AND j.type IN ('credit.recorded', 'credit.returned', 'credit.verified', 'credit.rejected',
                              'credit.superseded', 'credit.revoked', 'credit.expired')
             ORDER BY j.seq DESC LIMIT 1) j ON true
     WHERE NOT coalesce(j.type = ANY(CASE e.state
                WHEN 'SUBMITTED' THEN ARRAY['credit.recorded']
                WHEN 'VERIFIED' THEN ARRAY['credit.verified', 'credit.expired']
                WHEN 'REVOKED' THEN ARRAY['credit.revoked']
                WHEN 'SUPERSEDED' THEN ARRAY['credit.returned', 'credit.superseded']
                WHEN 'REJECTED' THEN ARRAY['credit.returned', 'credit.rejected']
                WHEN 'RETURNED' THEN ARRAY['credit.returned'] END), false)
        OR (j.facts ->> 'grade_code', j.facts ->> 'course_code', j.facts ->> 'content_hash')
           IS DISTINCT FROM (e.grade_code, e.code, encode(e.content_hash, 'hex'))
        OR (j.facts ->> 'year_be', j.facts ->> 'term', j.facts ->> 'attempt', j.facts ->> 'issuer_institution_id')
           IS DISTINCT FROM (e.year_be::text, e.term::text, e.attempt::text, e.issuer_institution_id::text)
        OR ((j.facts ->> 'credits')::numeric * 100)::integer IS DISTINCT FROM e.earned_hundredths
"""
# CB-I18: in a redeemed account nothing stands as counted, and elsewhere nothing as redeemed.
SQL_DRIFT_ACCOUNTS: Final = """
    SELECT count(*) FROM account_bucket b JOIN account a USING (account_id)
     WHERE b.balance_hundredths <> 0
       AND ((a.state = 'REDEEMED' AND b.bucket LIKE 'COUNTED:%') OR (a.state <> 'REDEEMED' AND b.bucket = 'REDEEMED'))
"""
SQL_DRIFT_REDEMPTIONS: Final = """
    SELECT count(*) FROM account a
     WHERE (a.state = 'REDEEMED')
           <> EXISTS (SELECT FROM redemption_account r JOIN redemption d USING (redemption_id)
                       WHERE r.account_id = a.account_id AND r.reversed_journal_id IS NULL AND d.reversed_at IS NULL)
"""
# CB-I15: whoever holds what was corrected or revoked since was told so.
SQL_DRIFT_TRANSCRIPTS: Final = """
    SELECT count(*) FROM issued_transcript t
      JOIN issued_transcript_entry i USING (transcript_id)
      JOIN entry e ON e.entry_id = i.entry_id
     WHERE t.state = 'ISSUED' AND e.state <> 'VERIFIED' AND e.issuer_institution_id <> t.institution_id
       AND NOT EXISTS (SELECT FROM review_flag f
                        WHERE f.transcript_id = t.transcript_id AND f.entry_root_id = i.entry_root_id)
"""
_CHECKS: Final[Mapping[str, str]] = {
    "drift_claims": SQL_DRIFT_CLAIMS,
    "drift_postings": SQL_DRIFT_POSTINGS,
    "drift_awards": SQL_DRIFT_AWARDS,
    "drift_reversals": SQL_DRIFT_REVERSALS,
    "drift_accounts": SQL_DRIFT_ACCOUNTS,
    "drift_redemptions": SQL_DRIFT_REDEMPTIONS,
    "drift_transcripts": SQL_DRIFT_TRANSCRIPTS,
    "drift_entries": SQL_DRIFT_ENTRIES,
}


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
            *_CHECKS,
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
        for name, check in _CHECKS.items():
            report[name] = await connection.fetchval(check, timeout=CHECK_SECONDS_MAX)
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
