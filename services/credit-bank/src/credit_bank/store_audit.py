"""SQL of the audit: what must not be, each as a count over whole tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chassis.pg import Connection

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
# What opens other institutions' learners was confirmed by each of them, or is said to be assumed.
SQL_DRIFT_PARTNERSHIPS: Final = """
    SELECT count(DISTINCT p.partnership_id) FROM partnership p JOIN partnership_party y USING (partnership_id)
     WHERE p.state = 'ACTIVE'
       AND NOT EXISTS (SELECT FROM partnership_consent c
                        WHERE c.partnership_id = p.partnership_id AND c.institution_id = y.institution_id
                          AND c.version >= p.terms_version)
"""
CHECKS: Final[Mapping[str, str]] = {
    "drift_claims": SQL_DRIFT_CLAIMS,
    "drift_postings": SQL_DRIFT_POSTINGS,
    "drift_awards": SQL_DRIFT_AWARDS,
    "drift_reversals": SQL_DRIFT_REVERSALS,
    "drift_accounts": SQL_DRIFT_ACCOUNTS,
    "drift_redemptions": SQL_DRIFT_REDEMPTIONS,
    "drift_transcripts": SQL_DRIFT_TRANSCRIPTS,
    "drift_entries": SQL_DRIFT_ENTRIES,
    "drift_partnerships": SQL_DRIFT_PARTNERSHIPS,
}
"""Statements by the name under which the audit reports them."""


async def count(connection: Connection, name: str) -> int:
    """How many objects drift in one check of `CHECKS`."""
    found: int = await connection.fetchval(CHECKS[name], timeout=CHECK_SECONDS_MAX)
    return found
