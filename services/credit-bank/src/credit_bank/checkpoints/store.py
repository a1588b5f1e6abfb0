"""SQL of checkpoints."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

from chassis.pg import Connection, Record

from credit_bank.checkpoints.domain import Checkpoint

_COLUMNS = "day, made_at, learner_count, journal_count, digest, prev_digest, key_id, public_key, signature"

SQL_NEWEST = f"SELECT {_COLUMNS} FROM ledger_checkpoint ORDER BY day DESC LIMIT 1"
SQL_PAGE = f"""
    SELECT {_COLUMNS} FROM ledger_checkpoint WHERE ($1::date IS NULL OR day < $1) ORDER BY day DESC LIMIT $2
"""
SQL_ALL = f"SELECT {_COLUMNS} FROM ledger_checkpoint ORDER BY day"
SQL_INSERT = f"""
    INSERT INTO ledger_checkpoint ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (day) DO NOTHING RETURNING true
"""
SQL_KEEP_HEADS = """
    INSERT INTO checkpoint_head (learner_id, seq, hash, day)
    SELECT c.learner_id, c.last_seq, c.head_hash, $1 FROM learner_chain c
     WHERE c.last_seq > 0
       AND NOT EXISTS (SELECT FROM checkpoint_head h WHERE h.learner_id = c.learner_id AND h.seq = c.last_seq)
"""
SQL_HEADS_ON = """
    SELECT DISTINCT ON (learner_id) learner_id, seq, hash FROM checkpoint_head WHERE day <= $1
     ORDER BY learner_id, seq DESC
"""
# The end of a chain on that day is a journal of that chain for ever.
SQL_LOST_HEADS = """
    SELECT h.day, count(*) AS lost FROM checkpoint_head h
     WHERE NOT EXISTS (SELECT FROM journal j WHERE j.learner_id = h.learner_id AND j.seq = h.seq AND j.hash = h.hash)
     GROUP BY h.day ORDER BY h.day
"""


async def newest(connection: Connection) -> Checkpoint | None:
    """The last checkpoint."""
    row = await connection.fetchrow(SQL_NEWEST)
    return None if row is None else _checkpoint(row)


async def page(connection: Connection, *, before: date | None, limit: int) -> list[Checkpoint]:
    """Checkpoints before a day, newest first."""
    return [_checkpoint(row) for row in await connection.fetch(SQL_PAGE, before, limit)]


async def all_of(connection: Connection) -> list[Checkpoint]:
    """All checkpoints, oldest first; one a day."""
    return [_checkpoint(row) for row in await connection.fetch(SQL_ALL)]


async def insert(connection: Connection, checkpoint: Checkpoint) -> bool:
    """Keep a checkpoint; False when another process has made that day's."""
    done = await connection.fetchval(
        SQL_INSERT,
        checkpoint.day,
        checkpoint.made_at,
        checkpoint.learner_count,
        checkpoint.journal_count,
        checkpoint.digest,
        checkpoint.prev_digest,
        checkpoint.key_id,
        checkpoint.public_key,
        checkpoint.signature,
    )
    return done is not None


async def keep_heads(connection: Connection, day: date) -> None:
    """Keep the ends of chains that grew since the checkpoint before."""
    await connection.execute(SQL_KEEP_HEADS, day)


async def heads_on(connection: Connection, day: date) -> AsyncIterator[tuple[UUID, int, bytes]]:
    """Where every chain ended at the checkpoint of a day, by learner; inside a transaction."""
    async for row in connection.cursor(SQL_HEADS_ON, day, prefetch=1_000):
        yield row["learner_id"], row["seq"], row["hash"]


async def lost_heads(connection: Connection) -> dict[date, int]:
    """By day, ends of chains that are no journals any more."""
    return {row["day"]: row["lost"] for row in await connection.fetch(SQL_LOST_HEADS)}


def _checkpoint(row: Record) -> Checkpoint:
    return Checkpoint(
        day=row["day"],
        made_at=row["made_at"],
        learner_count=row["learner_count"],
        journal_count=row["journal_count"],
        digest=row["digest"],
        prev_digest=row["prev_digest"],
        key_id=row["key_id"],
        public_key=row["public_key"],
        signature=row["signature"],
    )
