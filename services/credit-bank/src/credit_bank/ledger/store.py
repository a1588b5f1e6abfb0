"""SQL of the ledger: one function per statement, every statement over arrays."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
from chassis.ids import uuid7
from chassis.pg import Connection, Record, translate_unique

from credit_bank.ledger.domain import AccountKey, Award, BucketKey, Claim, ClaimState, Head, Journal, Line
from credit_bank.ledger.errors import CourseAlreadyAwarded, EntryAlreadyClaimed

# A conflicting row is locked although nothing of it changes; one statement makes and locks, in the order given.
SQL_LOCK_LEARNERS = """
    INSERT INTO learner_chain AS c (learner_id, last_seq, head_hash)
    SELECT learner_id, 0, decode(repeat('00', 32), 'hex') FROM unnest($1::uuid[]) WITH ORDINALITY AS i(learner_id, n)
     ORDER BY n
    ON CONFLICT (learner_id) DO UPDATE SET last_seq = c.last_seq WHERE false
"""
SQL_HEADS = "SELECT learner_id, last_seq, head_hash FROM learner_chain WHERE learner_id = ANY($1::uuid[])"

# Accounts that a call names, each with the id that it gets when there is none yet. The learner's lock keeps others from
# making the same one meanwhile; the key of the table would refuse it. `account_ids` holds them by their numbers, since
# a join of two lists that the planner takes for short would compare every row with every other.
_ACCOUNTS = """
    the_account AS MATERIALIZED (
        SELECT w.account_no, w.learner_id, w.kind, w.qualification_code, w.qualification_version,
               w.awarding_institution_id, coalesce(a.account_id, w.new_id) AS account_id, a.account_id IS NULL AS is_new
          FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[])
               WITH ORDINALITY AS w(learner_id, kind, qualification_code, qualification_version,
                                    awarding_institution_id, new_id, account_no)
          LEFT JOIN account a
            ON a.learner_id = w.learner_id AND a.kind = w.kind
           AND a.qualification_code = w.qualification_code AND a.qualification_version = w.qualification_version
           AND a.awarding_institution_id IS NOT DISTINCT FROM w.awarding_institution_id),
    made_account AS (
        INSERT INTO account (account_id, learner_id, kind, qualification_code, qualification_version,
                             awarding_institution_id)
        SELECT account_id, learner_id, kind, qualification_code, qualification_version, awarding_institution_id
          FROM the_account WHERE is_new ORDER BY account_no),
    account_ids AS MATERIALIZED (SELECT array_agg(account_id ORDER BY account_no) AS ids FROM the_account)
"""

# Everything that posting writes. An insert of a bucket is checked before it can turn into an update, so that a negative
# amount for a known bucket would be refused; therefore known buckets are updated and only new ones inserted.
SQL_INSERT_JOURNALS = f"""
    WITH {_ACCOUNTS},
    j AS MATERIALIZED (
        SELECT * FROM unnest($7::uuid[], $8::uuid[], $9::bigint[], $10::text[], $11::date[], $12::uuid[], $13::uuid[],
                             $14::uuid[], $15::text[], $16::bytea[], $17::bytea[])
            AS j(journal_id, learner_id, seq, type, effective_on, entry_id, case_id, line_id, facts, prev_hash, hash)),
    l AS MATERIALIZED (
        SELECT i.journal_id, i.line_no, account_ids.ids[i.account_no] AS account_id, i.bucket, i.unit,
               i.amount_hundredths
          FROM account_ids,
               unnest($18::uuid[], $19::smallint[], $20::integer[], $21::text[], $22::text[], $23::integer[])
               AS i(journal_id, line_no, account_no, bucket, unit, amount_hundredths)),
    head AS (
        UPDATE learner_chain c SET last_seq = n.seq, head_hash = n.hash
          FROM (SELECT DISTINCT ON (learner_id) learner_id, seq, hash FROM j ORDER BY learner_id, seq DESC) n
         WHERE c.learner_id = n.learner_id),
    new_journal AS (
        INSERT INTO journal (journal_id, learner_id, seq, type, posted_at, effective_on, entry_id, case_id, line_id,
                             facts, prev_hash, hash)
        SELECT journal_id, learner_id, seq, type, $24::timestamptz, effective_on, entry_id, case_id, line_id,
               facts::jsonb, prev_hash, hash FROM j ORDER BY learner_id, seq),
    new_line AS (
        INSERT INTO journal_line (journal_id, line_no, account_id, bucket, unit, amount_hundredths)
        SELECT journal_id, line_no, account_id, bucket, unit, amount_hundredths FROM l),
    change AS MATERIALIZED (
        SELECT n.account_id, n.bucket, n.unit, n.amount_hundredths, b.account_id IS NULL AS is_new
          FROM (SELECT account_id, bucket, unit, sum(amount_hundredths)::integer AS amount_hundredths
                  FROM l GROUP BY account_id, bucket, unit) n
          LEFT JOIN account_bucket b ON b.account_id = n.account_id AND b.bucket = n.bucket AND b.unit = n.unit),
    known_bucket AS (
        UPDATE account_bucket b SET balance_hundredths = b.balance_hundredths + change.amount_hundredths
          FROM change
         WHERE NOT change.is_new
           AND b.account_id = change.account_id AND b.bucket = change.bucket AND b.unit = change.unit)
    INSERT INTO account_bucket (account_id, bucket, unit, balance_hundredths)
    SELECT account_id, bucket, unit, amount_hundredths FROM change WHERE is_new
"""

SQL_LIVE_CLAIMS = """
    SELECT c.entry_root_id, c.state, c.line_id, c.target_course_id, a.learner_id, a.kind, a.qualification_code,
           a.qualification_version, a.awarding_institution_id
      FROM claim c JOIN account a USING (account_id)
     WHERE c.entry_root_id = ANY($1::uuid[]) AND c.state <> 'RELEASED'
     ORDER BY c.claim_id
"""
SQL_INSERT_CLAIMS = f"""
    WITH {_ACCOUNTS}
    INSERT INTO claim (claim_id, entry_root_id, account_id, learner_id, state, line_id, target_course_id, claimed_at,
                       changed_at)
    SELECT i.claim_id, i.entry_root_id, account_ids.ids[i.account_no], i.learner_id, i.state, i.line_id,
           i.target_course_id, $14::timestamptz, $14::timestamptz
      FROM account_ids,
           unnest($7::uuid[], $8::uuid[], $9::integer[], $10::uuid[], $11::text[], $12::uuid[], $13::uuid[])
           AS i(claim_id, entry_root_id, account_no, learner_id, state, line_id, target_course_id)
"""
SQL_ACTIVATE_CLAIMS = """
    UPDATE claim SET state = 'POSTED', changed_at = $2
     WHERE line_id = ANY($1::uuid[]) AND state = 'RESERVED' RETURNING true
"""
SQL_RELEASE_CLAIMS = """
    UPDATE claim SET state = 'RELEASED', changed_at = $2
     WHERE line_id = ANY($1::uuid[]) AND state IN ('RESERVED', 'POSTED') RETURNING true
"""

SQL_COUNTED_BEFORE = """
    SELECT i.n, w.journal_id
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::uuid[])
           WITH ORDINALITY AS i(learner_id, kind, qualification_code, qualification_version, awarding_institution_id,
                                entry_root_id, course_id, n)
      JOIN account a ON a.learner_id = i.learner_id AND a.kind = i.kind
       AND a.qualification_code = i.qualification_code AND a.qualification_version = i.qualification_version
       AND a.awarding_institution_id IS NOT DISTINCT FROM i.awarding_institution_id
      JOIN claim c ON c.account_id = a.account_id AND c.entry_root_id = i.entry_root_id AND c.state = 'COUNTED'
      JOIN award w ON w.account_id = a.account_id AND w.course_id = i.course_id AND w.reversed_journal_id IS NULL
"""
SQL_AWARDED = """
    SELECT i.n
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[])
           WITH ORDINALITY AS i(learner_id, kind, qualification_code, qualification_version, awarding_institution_id,
                                course_id, n)
      JOIN account a ON a.learner_id = i.learner_id AND a.kind = i.kind
       AND a.qualification_code = i.qualification_code AND a.qualification_version = i.qualification_version
       AND a.awarding_institution_id IS NOT DISTINCT FROM i.awarding_institution_id
      JOIN award w ON w.account_id = a.account_id AND w.course_id = i.course_id AND w.reversed_journal_id IS NULL
"""
SQL_INSERT_AWARDS = f"""
    WITH {_ACCOUNTS}
    INSERT INTO award (award_id, account_id, course_id, journal_id, form, learning_type, level)
    SELECT uuidv7(), account_ids.ids[i.account_no], i.course_id, i.journal_id, i.form,
           CASE WHEN c.code_system IN ('OVEC', 'SHORT') OR c.subject_type IN ('03', '04', '05', '06', '07')
                THEN 'VOCATIONAL' ELSE 'GENERAL' END,
           q.level
      FROM account_ids
     CROSS JOIN unnest($7::integer[], $8::uuid[], $9::uuid[], $10::text[])
                AS i(account_no, course_id, journal_id, form)
      JOIN course c USING (course_id)
      JOIN the_account a ON a.account_no = i.account_no
      LEFT JOIN qualification q ON q.code = a.qualification_code AND q.version = a.qualification_version
"""

# Learners in keyset order: the audit goes through all of them in parts.
SQL_LEARNERS_AFTER = """
    SELECT learner_id, last_seq, head_hash FROM learner_chain
     WHERE ($1::uuid IS NULL OR learner_id > $1) ORDER BY learner_id LIMIT $2
"""
_JOURNAL = """
    SELECT j.journal_id, j.learner_id, j.seq, j.type, j.posted_at, j.effective_on, j.entry_id, j.case_id, j.line_id,
           j.facts, j.prev_hash, j.hash
      FROM journal j
"""
SQL_JOURNALS_OF = f"{_JOURNAL} WHERE j.learner_id = ANY($1::uuid[]) ORDER BY j.learner_id, j.seq"
SQL_JOURNALS_UNTIL = f"{_JOURNAL} WHERE j.learner_id = $1 AND j.posted_at <= $2 ORDER BY j.seq LIMIT $3"
SQL_LINES_OF = """
    SELECT l.journal_id, l.bucket, l.unit, l.amount_hundredths, a.learner_id, a.kind, a.qualification_code,
           a.qualification_version, a.awarding_institution_id
      FROM journal_line l JOIN account a USING (account_id)
     WHERE l.journal_id = ANY($1::uuid[]) ORDER BY l.journal_id, l.line_no
"""
SQL_BALANCES_UNTIL = """
    SELECT a.account_id, a.learner_id, a.kind, a.qualification_code, a.qualification_version,
           a.awarding_institution_id, l.bucket, l.unit, sum(l.amount_hundredths)::integer AS balance_hundredths
      FROM account a
      JOIN journal_line l USING (account_id)
      JOIN journal j ON j.journal_id = l.journal_id AND j.posted_at <= $2
     WHERE a.learner_id = $1
     GROUP BY a.account_id, l.bucket, l.unit
     ORDER BY a.kind, a.qualification_code, a.account_id, l.bucket, l.unit
"""
SQL_HEAD_UNTIL = "SELECT hash FROM journal WHERE learner_id = $1 AND posted_at <= $2 ORDER BY seq DESC LIMIT 1"
SQL_BUCKETS_OF = """
    SELECT b.bucket, b.unit, b.balance_hundredths, a.learner_id, a.kind, a.qualification_code,
           a.qualification_version, a.awarding_institution_id
      FROM account_bucket b JOIN account a USING (account_id)
     WHERE a.learner_id = ANY($1::uuid[])
"""


async def lock_learners(connection: Connection, learner_ids: Sequence[UUID]) -> None:
    """Make missing chain rows and lock all of them, in the order given (sorted)."""
    await connection.execute(SQL_LOCK_LEARNERS, learner_ids)


async def read_heads(connection: Connection, learner_ids: Sequence[UUID]) -> dict[UUID, Head]:
    """End of each learner's chain; the learners were locked."""
    rows = await connection.fetch(SQL_HEADS, learner_ids)
    heads = {row["learner_id"]: Head(row["last_seq"], row["head_hash"]) for row in rows}
    assert len(heads) == len(learner_ids), "lock_learners comes before posting"
    return heads


class _Accounts:
    """Accounts of one call, numbered; the arrays of `_ACCOUNTS`."""

    def __init__(self) -> None:
        self._numbers: dict[AccountKey, int] = {}

    def number(self, account: AccountKey) -> int:
        """Its ordinal in the arrays, from 1 as WITH ORDINALITY counts."""
        return self._numbers.setdefault(account, len(self._numbers) + 1)

    @property
    def arrays(self) -> tuple[list[UUID], list[str], list[str], list[str], list[UUID | None], list[UUID]]:
        """Parameters 1 to 6; the last are ids for accounts that are not there yet."""
        return (*account_arrays(self._numbers), [uuid7() for _ in self._numbers])


def account_arrays(
    accounts: Iterable[AccountKey],
) -> tuple[list[UUID], list[str], list[str], list[str], list[UUID | None]]:
    """Accounts as arrays by column."""
    keys = list(accounts)
    return (
        [key.learner_id for key in keys],
        [key.kind for key in keys],
        [key.qualification_code for key in keys],
        [key.qualification_version for key in keys],
        [key.awarding_institution_id for key in keys],
    )


def account_of(row: Record) -> AccountKey:
    """The account that a row names."""
    return AccountKey(
        row["learner_id"],
        row["kind"],
        row["qualification_code"],
        row["qualification_version"],
        row["awarding_institution_id"],
    )


async def insert_journals(connection: Connection, journals: Sequence[Journal]) -> None:
    """Write journals, lines, accounts, balances and chain heads."""
    accounts = _Accounts()
    lines: list[tuple[Journal, int, int, Line]] = [
        (journal, number, accounts.number(line.account), line)
        for journal in journals
        for number, line in enumerate(journal.lines)
    ]
    await connection.execute(
        SQL_INSERT_JOURNALS,
        *accounts.arrays,
        [journal.journal_id for journal in journals],
        [journal.learner_id for journal in journals],
        [journal.seq for journal in journals],
        [journal.type for journal in journals],
        [journal.effective_on for journal in journals],
        [journal.entry_id for journal in journals],
        [journal.case_id for journal in journals],
        [journal.line_id for journal in journals],
        [json.dumps(dict(journal.facts), ensure_ascii=False) for journal in journals],
        [journal.prev_hash for journal in journals],
        [journal.hash for journal in journals],
        [journal.journal_id for journal, _, _, _ in lines],
        [number for _, number, _, _ in lines],
        [account_no for _, _, account_no, _ in lines],
        [line.bucket for _, _, _, line in lines],
        [line.unit for _, _, _, line in lines],
        [line.amount_hundredths for _, _, _, line in lines],
        journals[0].posted_at,
    )


async def live_claims(connection: Connection, entry_root_ids: Sequence[UUID]) -> list[Claim]:
    """Claims on these entries that are not released."""
    return [
        Claim(
            entry_root_id=row["entry_root_id"],
            account=account_of(row),
            state=ClaimState(row["state"]),
            line_id=row["line_id"],
            target_course_id=row["target_course_id"],
        )
        for row in await connection.fetch(SQL_LIVE_CLAIMS, entry_root_ids)
    ]


async def insert_claims(connection: Connection, claims: Sequence[Claim], *, now: datetime) -> None:
    """Write claims.

    Raises:
        EntryAlreadyClaimed: The database found one that was not seen; the transaction cannot go on.
    """
    if not claims:
        return
    accounts = _Accounts()
    numbers = [accounts.number(claim.account) for claim in claims]
    try:
        await connection.execute(
            SQL_INSERT_CLAIMS,
            *accounts.arrays,
            [uuid7() for _ in claims],
            [claim.entry_root_id for claim in claims],
            numbers,
            [claim.account.learner_id for claim in claims],
            [str(claim.state) for claim in claims],
            [claim.line_id for claim in claims],
            [claim.target_course_id for claim in claims],
            now,
        )
    except asyncpg.UniqueViolationError as exc:
        translate_unique(exc, {"claim_once_per_account": EntryAlreadyClaimed})


async def activate_claims(connection: Connection, line_ids: Sequence[UUID], *, now: datetime) -> int:
    """Reserved claims of these lines become posted."""
    return len(await connection.fetch(SQL_ACTIVATE_CLAIMS, line_ids, now))


async def release_claims(connection: Connection, line_ids: Sequence[UUID], *, now: datetime) -> int:
    """Live claims of these lines become released."""
    return len(await connection.fetch(SQL_RELEASE_CLAIMS, line_ids, now))


async def counted_before(connection: Connection, claims: Sequence[Claim]) -> dict[Claim, UUID]:
    """Journals of claims that stand as counted."""
    rows = await connection.fetch(
        SQL_COUNTED_BEFORE,
        *account_arrays(claim.account for claim in claims),
        [claim.entry_root_id for claim in claims],
        [claim.target_course_id for claim in claims],
    )
    return {claims[row["n"] - 1]: row["journal_id"] for row in rows}


async def awarded_courses(
    connection: Connection, wanted: Sequence[tuple[AccountKey, UUID]]
) -> set[tuple[AccountKey, UUID]]:
    """Those of `wanted` that were awarded and not reversed."""
    arrays = account_arrays(account for account, _ in wanted)
    rows = await connection.fetch(SQL_AWARDED, *arrays, [course_id for _, course_id in wanted])
    return {wanted[row["n"] - 1] for row in rows}


async def insert_awards(connection: Connection, awards: Sequence[Award]) -> None:
    """Write awards.

    Raises:
        CourseAlreadyAwarded: The database found one that was not seen; the transaction cannot go on.
    """
    if not awards:
        return
    accounts = _Accounts()
    numbers = [accounts.number(award.account) for award in awards]
    try:
        await connection.execute(
            SQL_INSERT_AWARDS,
            *accounts.arrays,
            numbers,
            [award.course_id for award in awards],
            [award.journal_id for award in awards],
            [award.form for award in awards],
        )
    except asyncpg.UniqueViolationError as exc:
        translate_unique(exc, {"award_once_per_account": CourseAlreadyAwarded})


# ---- reading --------------------------------------------------------------------------------------------------------


async def learners_after(connection: Connection, after: UUID | None, *, limit: int) -> dict[UUID, Head]:
    """Learners behind `after` with the heads that their chain rows name."""
    rows = await connection.fetch(SQL_LEARNERS_AFTER, after, limit)
    return {row["learner_id"]: Head(row["last_seq"], row["head_hash"]) for row in rows}


async def journals_of(connection: Connection, learner_ids: Sequence[UUID]) -> list[Journal]:
    """All journals of learners, by learner and position."""
    return await with_lines(connection, await connection.fetch(SQL_JOURNALS_OF, learner_ids))


async def journals_until(connection: Connection, learner_id: UUID, *, until: datetime, limit: int) -> list[Journal]:
    """The first journals of a learner that were posted by an instant."""
    return await with_lines(connection, await connection.fetch(SQL_JOURNALS_UNTIL, learner_id, until, limit))


async def with_lines(connection: Connection, rows: Sequence[Record]) -> list[Journal]:
    """Journals of these rows with their lines, in the order of the rows."""
    lines: dict[UUID, list[Line]] = {}
    for row in await connection.fetch(SQL_LINES_OF, [row["journal_id"] for row in rows]):
        line = Line(account_of(row), row["bucket"], row["unit"], row["amount_hundredths"])
        lines.setdefault(row["journal_id"], []).append(line)
    return [
        Journal(
            journal_id=row["journal_id"],
            learner_id=row["learner_id"],
            seq=row["seq"],
            type=row["type"],
            posted_at=row["posted_at"],
            effective_on=row["effective_on"],
            entry_id=row["entry_id"],
            case_id=row["case_id"],
            line_id=row["line_id"],
            lines=tuple(lines.get(row["journal_id"], ())),
            facts=row["facts"],
            prev_hash=row["prev_hash"],
            hash=row["hash"],
        )
        for row in rows
    ]


async def balances_until(
    connection: Connection, learner_id: UUID, *, until: datetime
) -> dict[tuple[UUID, AccountKey], list[tuple[str, str, int]]]:
    """Bucket, unit and balance by account, from the lines posted by an instant."""
    found: dict[tuple[UUID, AccountKey], list[tuple[str, str, int]]] = {}
    for row in await connection.fetch(SQL_BALANCES_UNTIL, learner_id, until):
        balance = (row["bucket"], row["unit"], row["balance_hundredths"])
        found.setdefault((row["account_id"], account_of(row)), []).append(balance)
    return found


async def head_until(connection: Connection, learner_id: UUID, *, until: datetime) -> bytes | None:
    """Hash of the newest journal posted by an instant."""
    return await connection.fetchval(SQL_HEAD_UNTIL, learner_id, until)


async def buckets_of(connection: Connection, learner_ids: Sequence[UUID]) -> dict[BucketKey, int]:
    """Kept balances of learners."""
    rows = await connection.fetch(SQL_BUCKETS_OF, learner_ids)
    return {(account_of(row), row["bucket"], row["unit"]): row["balance_hundredths"] for row in rows}
