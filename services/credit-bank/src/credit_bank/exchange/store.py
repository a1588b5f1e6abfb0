"""SQL of the exchange."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.pg import Connection, Record

from credit_bank.exchange.domain import Told
from credit_bank.ledger.domain import decimal_text

SQL_BEGIN_MARK = """
    INSERT INTO exchange_mark (peer, posted_at) VALUES ($1, $2)
    ON CONFLICT (peer) DO UPDATE SET posted_at = exchange_mark.posted_at WHERE false
"""
SQL_LOCK_MARK = "SELECT posted_at FROM exchange_mark WHERE peer = $1 FOR UPDATE"
SQL_MOVE_MARK = "UPDATE exchange_mark SET posted_at = $2 WHERE peer = $1"
# Posting times are those of the callers: a journal may appear a moment after a later one, so the last minutes before
# the mark are always looked at again.
SQL_NEW = """
    SELECT j.journal_id, j.learner_id, j.seq, j.type, j.posted_at, j.effective_on, j.facts, j.hash,
           e.code_system, e.code, e.curriculum_version, e.title_th, e.year_be, e.term, e.attempt, e.grade_scheme,
           e.grade_code, e.grade_label, e.unit, e.earned_hundredths, e.issuer_institution_id, e.issuing_body, e.form,
           e.learning_type, e.level, e.source_mode, i.official_code
      FROM journal j
      LEFT JOIN entry e ON e.entry_id = j.entry_id
      LEFT JOIN institution_copy i ON i.institution_id = e.issuer_institution_id
     WHERE j.posted_at > $2::timestamptz - interval '10 minutes' AND j.posted_at <= $3 AND j.type = ANY($4::text[])
       AND (cardinality($5::uuid[]) = 0 OR e.issuer_institution_id = ANY($5::uuid[])
            OR EXISTS (SELECT FROM journal_line l JOIN account a USING (account_id)
                        WHERE l.journal_id = j.journal_id AND a.awarding_institution_id = ANY($5::uuid[])))
       AND NOT EXISTS (SELECT FROM exchange_delivery d WHERE d.peer = $1 AND d.journal_id = j.journal_id)
     ORDER BY j.posted_at, j.learner_id, j.seq LIMIT $6
"""
SQL_LINES = """
    SELECT l.journal_id, l.bucket, l.unit, l.amount_hundredths, a.qualification_code, a.qualification_version
      FROM journal_line l JOIN account a USING (account_id)
     WHERE l.journal_id = ANY($1::uuid[]) ORDER BY l.journal_id, l.line_no
"""
SQL_STORE = """
    INSERT INTO exchange_delivery (message_id, peer, journal_id, type, content, signature, state, attempts, next_try_at,
                                   stored_at, last_answer)
    SELECT i.message_id, $1, i.journal_id, i.type, i.content, i.signature, 'PENDING', 0, $7, $7, ''
      FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::bytea[], $6::bytea[])
           AS i(message_id, journal_id, type, content, signature)
    ON CONFLICT DO NOTHING
"""
# A lease: whoever takes deliveries has a minute; if he dies, they come back by themselves.
SQL_TAKE = """
    UPDATE exchange_delivery d SET attempts = d.attempts + 1, next_try_at = $2::timestamptz + interval '1 minute'
      FROM (SELECT message_id FROM exchange_delivery
             WHERE peer = $1 AND state = 'PENDING' AND next_try_at <= $2
             ORDER BY next_try_at, message_id LIMIT $3 FOR UPDATE SKIP LOCKED) due
     WHERE d.message_id = due.message_id
    RETURNING d.message_id, d.content, d.signature, d.attempts
"""
SQL_SETTLE = """
    UPDATE exchange_delivery d
       SET state = i.state, last_answer = i.answer, next_try_at = i.next_try_at,
           sent_at = CASE i.state WHEN 'SENT' THEN $5::timestamptz END
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) AS i(message_id, state, answer, next_try_at)
     WHERE d.message_id = i.message_id AND d.state = 'PENDING'
"""
SQL_STATES = (
    "SELECT message_id, state FROM exchange_delivery WHERE message_id = ANY($1::uuid[]) ORDER BY message_id FOR UPDATE"
)
SQL_RESEND = """
    UPDATE exchange_delivery SET state = 'PENDING', next_try_at = $2
     WHERE message_id = ANY($1::uuid[]) AND state = 'REFUSED'
"""
SQL_PAGE = """
    SELECT message_id, peer, type, state, attempts, stored_at, sent_at, last_answer FROM exchange_delivery
     WHERE ($1 = '' OR peer = $1) AND ($2 = '' OR state = $2)
       AND ($3::timestamptz IS NULL OR (stored_at, message_id) > ($3, $4::uuid))
     ORDER BY stored_at, message_id LIMIT $5
"""
SQL_RECEIVE = """
    INSERT INTO exchange_inbox (peer, message_id, content, sha256, received_at)
    SELECT $1, i.message_id, i.content::jsonb, i.sha256, $5
      FROM unnest($2::uuid[], $3::text[], $4::bytea[]) AS i(message_id, content, sha256)
    ON CONFLICT DO NOTHING RETURNING message_id
"""
SQL_KNOWN = "SELECT message_id, sha256 FROM exchange_inbox WHERE peer = $1 AND message_id = ANY($2::uuid[])"


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery under way."""

    message_id: UUID
    content: bytes
    signature: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of it."""

    message_id: UUID
    state: str
    answer: str
    next_try_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it is listed."""

    message_id: UUID
    peer: str
    type: str
    state: str
    attempts: int
    stored_at: datetime
    sent_at: datetime | None
    last_answer: str


async def lock_mark(connection: Connection, peer: str, *, since: datetime) -> datetime:
    """Until when journals were looked at for a peer, held until the transaction ends."""
    await connection.execute(SQL_BEGIN_MARK, peer, since)
    return await connection.fetchval(SQL_LOCK_MARK, peer)


async def move_mark(connection: Connection, peer: str, posted_at: datetime) -> None:
    """Journals until then were looked at."""
    await connection.execute(SQL_MOVE_MARK, peer, posted_at)


async def new_journals(
    connection: Connection,
    peer: str,
    *,
    after: datetime,
    until: datetime,
    types: Sequence[str],
    institutions: Sequence[UUID],
    limit: int,
) -> list[Told]:
    """Journals that a peer was not told of yet, oldest first."""
    rows = await connection.fetch(SQL_NEW, peer, after, until, types, institutions, limit)
    lines: dict[UUID, list[dict[str, str]]] = {}
    for row in await connection.fetch(SQL_LINES, [row["journal_id"] for row in rows]):
        lines.setdefault(row["journal_id"], []).append(
            {
                "qualification": "/".join(filter(None, (row["qualification_code"], row["qualification_version"]))),
                "bucket": row["bucket"],
                "unit": row["unit"],
                "amount": decimal_text(row["amount_hundredths"]),
            }
        )
    return [_told(row, lines.get(row["journal_id"], [])) for row in rows]


async def store(
    connection: Connection,
    peer: str,
    messages: Sequence[tuple[UUID, UUID, str, bytes, bytes]],
    *,
    now: datetime,
) -> None:
    """Keep messages to be sent: id, journal, type, content, signature."""
    if messages:
        await connection.execute(SQL_STORE, peer, *([one[n] for one in messages] for n in range(5)), now)


async def take(connection: Connection, peer: str, *, now: datetime, limit: int) -> list[Taken]:
    """Deliveries that are due, leased for a minute."""
    rows = await connection.fetch(SQL_TAKE, peer, now, limit)
    return [Taken(row["message_id"], row["content"], row["signature"], row["attempts"]) for row in rows]


async def settle(connection: Connection, settled: Sequence[Settled], *, now: datetime) -> None:
    """What became of deliveries."""
    await connection.execute(
        SQL_SETTLE,
        [one.message_id for one in settled],
        [one.state for one in settled],
        [one.answer for one in settled],
        [one.next_try_at for one in settled],
        now,
    )


async def page(
    connection: Connection, *, peer: str, state: str, after: tuple[datetime, UUID] | None, limit: int
) -> list[Delivery]:
    """Deliveries behind a place, oldest first."""
    rows = await connection.fetch(SQL_PAGE, peer, state, *(after or (None, None)), limit)
    return [
        Delivery(
            row["message_id"],
            row["peer"],
            row["type"],
            row["state"],
            row["attempts"],
            row["stored_at"],
            row["sent_at"],
            row["last_answer"],
        )
        for row in rows
    ]


async def lock_states(connection: Connection, message_ids: Sequence[UUID]) -> dict[UUID, str]:
    """States of deliveries, held until the transaction ends."""
    return {row["message_id"]: row["state"] for row in await connection.fetch(SQL_STATES, list(message_ids))}


async def resend(connection: Connection, message_ids: Sequence[UUID], *, now: datetime) -> None:
    """Refused deliveries are due again."""
    await connection.execute(SQL_RESEND, list(message_ids), now)


async def receive(
    connection: Connection, peer: str, messages: Sequence[tuple[UUID, str, bytes]], *, now: datetime
) -> set[UUID]:
    """Keep messages of another bank: id, JSON, digest; gives those that were new."""
    rows = await connection.fetch(SQL_RECEIVE, peer, *([one[n] for one in messages] for n in range(3)), now)
    return {row["message_id"] for row in rows}


async def known(connection: Connection, peer: str, message_ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """Digests of messages that are here, by id."""
    return {row["message_id"]: row["sha256"] for row in await connection.fetch(SQL_KNOWN, peer, message_ids)}


def _told(row: Record, lines: Sequence[dict[str, str]]) -> Told:
    return Told(
        journal_id=row["journal_id"],
        learner_id=row["learner_id"],
        seq=row["seq"],
        type=row["type"],
        posted_at=row["posted_at"],
        effective_on=row["effective_on"],
        facts=row["facts"],
        hash=row["hash"],
        entry=_entry(row),
        lines=tuple(lines),
    )


def _entry(row: Record) -> dict[str, Any] | None:
    if row["code"] is None:
        return None
    issuer = {"institution_id": str(row["issuer_institution_id"]), "official_code": row["official_code"] or ""}
    earned = row["earned_hundredths"]
    return {
        "code_system": row["code_system"],
        "code": row["code"],
        "curriculum_version": row["curriculum_version"],
        "title_th": row["title_th"],
        "year_be": row["year_be"],
        "term": row["term"],
        "attempt": row["attempt"],
        "grade_scheme": row["grade_scheme"],
        "grade_code": row["grade_code"],
        "grade_label": row["grade_label"],
        "unit": row["unit"] or "",
        "credits": "" if earned is None else decimal_text(earned),
        "form": row["form"],
        "learning_type": row["learning_type"],
        "level": row["level"] or "",
        "source_mode": row["source_mode"],
        "issuer": issuer,
        "issuing_body": row["issuing_body"],
    }


def as_text(content: object) -> str:
    """JSON for the inbox."""
    return json.dumps(content, ensure_ascii=False)
