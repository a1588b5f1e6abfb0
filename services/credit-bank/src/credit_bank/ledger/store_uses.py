"""SQL of what rests on results: claims with their awards and postings, and taking them back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from chassis.pg import Connection

from credit_bank.ledger.domain import AccountKey, AccountState, ClaimState, Posting, Use
from credit_bank.ledger.store import account_arrays, account_of

_AWARD = """
      LEFT JOIN award w ON w.account_id = a.account_id AND w.course_id = c.target_course_id
                       AND w.reversed_journal_id IS NULL
      LEFT JOIN LATERAL (
            SELECT l.bucket, l.unit, l.amount_hundredths FROM journal_line l
             WHERE l.journal_id = w.journal_id AND l.account_id = a.account_id AND l.bucket LIKE 'COUNTED:%'
             LIMIT 1) l ON true
"""
SQL_USES = f"""
    SELECT c.claim_id, c.entry_root_id, c.state AS claim_state, c.line_id, a.state AS account_state, a.learner_id,
           a.kind, a.qualification_code, a.qualification_version, a.awarding_institution_id, w.award_id,
           w.journal_id, l.bucket, l.unit, l.amount_hundredths
      FROM claim c JOIN account a USING (account_id) {_AWARD}
     WHERE c.entry_root_id = ANY($1::uuid[]) AND c.state <> 'RELEASED'
     ORDER BY c.claim_id
"""
SQL_POSTINGS = """
    SELECT j.line_id, j.case_id, j.seq, j.journal_id, w.award_id, a.state AS account_state, a.learner_id, a.kind,
           a.qualification_code, a.qualification_version, a.awarding_institution_id, l.bucket, l.unit,
           l.amount_hundredths
      FROM journal j
      JOIN award w ON w.journal_id = j.journal_id AND w.reversed_journal_id IS NULL
      JOIN account a USING (account_id)
      JOIN journal_line l ON l.journal_id = j.journal_id AND l.bucket LIKE 'COUNTED:%'
     WHERE j.line_id = ANY($1::uuid[]) AND j.type = 'transfer.posted'
"""
SQL_UNAWARD = """
    UPDATE award w SET reversed_journal_id = i.journal_id
      FROM unnest($1::uuid[], $2::uuid[]) AS i(award_id, journal_id)
     WHERE w.award_id = i.award_id AND w.reversed_journal_id IS NULL RETURNING true
"""
SQL_FREE_CLAIMS = """
    UPDATE claim SET state = 'RELEASED', changed_at = $2
     WHERE claim_id = ANY($1::uuid[]) AND state = 'COUNTED' RETURNING true
"""
SQL_AIM_CLAIMS = """
    UPDATE claim c SET target_course_id = i.course_id, changed_at = $3
      FROM unnest($1::uuid[], $2::uuid[]) AS i(claim_id, course_id)
     WHERE c.claim_id = i.claim_id AND c.state = 'COUNTED' RETURNING true
"""
SQL_ACCOUNT_STATES = """
    SELECT i.n, a.state
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[])
           WITH ORDINALITY AS i(learner_id, kind, qualification_code, qualification_version, awarding_institution_id, n)
      JOIN account a ON a.learner_id = i.learner_id AND a.kind = i.kind
       AND a.qualification_code = i.qualification_code AND a.qualification_version = i.qualification_version
       AND a.awarding_institution_id IS NOT DISTINCT FROM i.awarding_institution_id
"""
SQL_EXPIRED = "SELECT entry_id FROM expired_entry WHERE entry_id = ANY($1::uuid[])"
SQL_EXPIRED_ROOTS = """
    SELECT e.entry_root_id FROM entry e JOIN expired_entry x USING (entry_id)
     WHERE e.entry_root_id = ANY($1::uuid[]) AND e.state = 'VERIFIED'
"""
SQL_TRANSFERRED_ENTRIES = """
    SELECT DISTINCT i.entry_id
      FROM unnest($1::uuid[], $2::uuid[]) AS i(entry_id, member_id) JOIN entry e USING (entry_id)
     WHERE EXISTS (
            SELECT FROM account a JOIN award w USING (account_id) JOIN journal j ON j.journal_id = w.journal_id
             WHERE a.learner_id = i.member_id AND a.awarding_institution_id = e.issuer_institution_id
               AND w.course_id = e.course_id AND w.reversed_journal_id IS NULL AND j.type = 'transfer.posted')
"""
SQL_INSERT_EXPIRED = """
    INSERT INTO expired_entry (entry_id, journal_id, rule_key, rule_version)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
"""


async def uses_of(connection: Connection, entry_root_ids: Collection[UUID]) -> list[Use]:
    """Living claims on results, with what they led to."""
    return [
        Use(
            claim_id=row["claim_id"],
            entry_root_id=row["entry_root_id"],
            state=ClaimState(row["claim_state"]),
            line_id=row["line_id"],
            account=account_of(row),
            account_state=AccountState(row["account_state"]),
            award_id=row["award_id"],
            bucket=row["bucket"],
            unit=row["unit"],
            amount_hundredths=row["amount_hundredths"],
        )
        for row in await connection.fetch(SQL_USES, sorted(entry_root_ids))
    ]


async def postings_of(connection: Connection, line_ids: Collection[UUID]) -> dict[UUID, Posting]:
    """Postings of lines that stand, by line."""
    return {
        row["line_id"]: Posting(
            line_id=row["line_id"],
            case_id=row["case_id"],
            seq=row["seq"],
            journal_id=row["journal_id"],
            award_id=row["award_id"],
            account=account_of(row),
            account_state=AccountState(row["account_state"]),
            bucket=row["bucket"],
            unit=row["unit"],
            amount_hundredths=row["amount_hundredths"],
        )
        for row in await connection.fetch(SQL_POSTINGS, sorted(line_ids))
    }


async def take_awards_back(connection: Connection, awards: Sequence[tuple[UUID, UUID]]) -> None:
    """Awards stand no longer; each with the journal that took it back."""
    if not awards:
        return
    done = await connection.fetch(SQL_UNAWARD, [award for award, _ in awards], [journal for _, journal in awards])
    assert len(done) == len(awards), "decided under the learners' locks"


async def free_claims(connection: Connection, claim_ids: Sequence[UUID], *, now: datetime) -> None:
    """Entries that counted as themselves count no longer."""
    if claim_ids:
        done = await connection.fetch(SQL_FREE_CLAIMS, claim_ids, now)
        assert len(done) == len(claim_ids), "decided under the learners' locks"


async def aim_claims(connection: Connection, courses: Sequence[tuple[UUID, UUID]], *, now: datetime) -> None:
    """Claims of entries that count as themselves follow them to another course."""
    if courses:
        done = await connection.fetch(SQL_AIM_CLAIMS, [one for one, _ in courses], [one for _, one in courses], now)
        assert len(done) == len(courses), "decided under the learners' locks"


async def account_states(connection: Connection, accounts: Collection[AccountKey]) -> dict[AccountKey, AccountState]:
    """States of those accounts that exist."""
    keys = list(accounts)
    rows = await connection.fetch(SQL_ACCOUNT_STATES, *account_arrays(keys))
    return {keys[row["n"] - 1]: AccountState(row["state"]) for row in rows}


async def expired(connection: Connection, entry_ids: Collection[UUID]) -> set[UUID]:
    """Those of the entries whose credits ran out."""
    return {row["entry_id"] for row in await connection.fetch(SQL_EXPIRED, sorted(entry_ids))}


async def expired_roots(connection: Connection, entry_root_ids: Collection[UUID]) -> set[UUID]:
    """Those of the results whose standing version ran out."""
    return {row["entry_root_id"] for row in await connection.fetch(SQL_EXPIRED_ROOTS, sorted(entry_root_ids))}


async def transferred_entries(connection: Connection, asked: Sequence[tuple[UUID, UUID]]) -> set[UUID]:
    """Of entries with records, those whose issuer awarded their course to the record by a transfer that stands."""
    rows = await connection.fetch(
        SQL_TRANSFERRED_ENTRIES, [entry_id for entry_id, _ in asked], [member_id for _, member_id in asked]
    )
    return {row["entry_id"] for row in rows}


async def insert_expired(connection: Connection, rows: Sequence[tuple[UUID, UUID, str, str]]) -> None:
    """Keep which entries ran out: entry, journal, rule and its version."""
    if rows:
        await connection.execute(SQL_INSERT_EXPIRED, *([row[column] for row in rows] for column in range(4)))
