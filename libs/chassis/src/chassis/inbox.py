"""What a consumer has applied, up to where, and what it could not: the tables behind `consumer`.

Every statement takes arrays, so a batch of records costs five round trips and not five each. Positions are locked
first and in sorted order; whatever is read afterwards is what the last owner of the key committed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from chassis.envelope import BrokenEnvelopeError, Envelope, from_headers
from chassis.pg import Connection

KEEP = timedelta(days=30)
"""How long ids of applied events are kept. The outbox repeats rows of three days; older repetitions (a group that
starts over from the topic) are known by their sequence."""

SQL_LOCK_POSITIONS = """
    INSERT INTO consumed_position AS p (topic, key, last_sequence)
    SELECT topic, key, 0 FROM unnest($1::text[], $2::text[]) AS k(topic, key)
     ORDER BY topic COLLATE "C", key COLLATE "C"
    ON CONFLICT (topic, key) DO UPDATE SET last_sequence = p.last_sequence
    RETURNING topic, key, last_sequence, adopted_sequence
"""
SQL_ADOPT = """
    INSERT INTO consumed_position AS p (topic, key, last_sequence, adopted_sequence)
    SELECT topic, key, sequence, sequence FROM unnest($1::text[], $2::text[], $3::bigint[]) AS k(topic, key, sequence)
     ORDER BY topic COLLATE "C", key COLLATE "C"
    ON CONFLICT (topic, key) DO UPDATE
       SET last_sequence = greatest(p.last_sequence, EXCLUDED.last_sequence),
           adopted_sequence = greatest(p.adopted_sequence, EXCLUDED.adopted_sequence)
"""
SQL_WAITING = """
    SELECT DISTINCT p.topic, p.key
      FROM parked_event p JOIN unnest($1::text[], $2::text[]) AS k(topic, key) USING (topic, key)
     WHERE p.resolved_at IS NULL
"""
SQL_SEEN = "SELECT event_id FROM consumed_event WHERE event_id = ANY($1::uuid[])"
SQL_NOTE = """
    INSERT INTO consumed_event (event_id, topic)
    SELECT event_id, topic FROM unnest($1::uuid[], $2::text[]) AS e(event_id, topic) ON CONFLICT DO NOTHING
"""
SQL_ADVANCE = """
    UPDATE consumed_position p SET last_sequence = n.last_sequence
      FROM unnest($1::text[], $2::text[], $3::bigint[]) AS n(topic, key, last_sequence)
     WHERE p.topic = n.topic AND p.key = n.key
"""
SQL_FORGET = "DELETE FROM consumed_event WHERE consumed_at < now() - $1::interval"
SQL_PARK = """
    INSERT INTO parked_event
           (topic, kafka_partition, kafka_offset, key, event_id, sequence, type, headers, payload, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING
"""
SQL_PARKED_NEXT = """
    SELECT parked_id, topic, key, sequence, headers, payload FROM parked_event
     WHERE topic = $1 AND key = $2 AND resolved_at IS NULL AND sequence > $3
     ORDER BY sequence, parked_id LIMIT 1 FOR UPDATE
"""
SQL_PARKED_KEYS = """
    SELECT DISTINCT topic, key FROM parked_event
     WHERE resolved_at IS NULL AND sequence IS NOT NULL ORDER BY topic, key
"""
SQL_PARKED_RESOLVED = """
    UPDATE parked_event SET resolved_at = now(), tries = tries + 1
     WHERE resolved_at IS NULL AND event_id = ANY($1::uuid[])
"""
SQL_PARKED_TRIED = "UPDATE parked_event SET tries = tries + 1, reason = $2 WHERE parked_id = $1"
SQL_PARKED_COUNT = "SELECT count(*) FROM parked_event WHERE resolved_at IS NULL"

Key = tuple[str, str]
"""Topic and record key: within one, events are ordered."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One record as it came; `envelope` is None when its headers are not ours."""

    topic: str
    partition: int
    offset: int
    key: str
    headers: list[tuple[str, str]]
    value: bytes | None
    envelope: Envelope | None

    @classmethod
    def read(
        cls,
        topic: str,
        partition: int,
        offset: int,
        *,
        key: bytes | None,
        headers: Sequence[tuple[str, bytes | None]],
        value: bytes | None,
    ) -> Arrival:
        """Read a record; whatever it holds, the outcome can be stored."""
        try:
            envelope = from_headers(headers, topic=topic, key=key)
        except BrokenEnvelopeError:
            envelope = None
        text = [(_storable(name), _storable((content or b"").decode(errors="replace"))) for name, content in headers]
        shown = envelope.key if envelope else _storable((key or b"").decode(errors="replace"))[:200]
        return cls(topic, partition, offset, shown, text, value, envelope)


def _storable(text: str) -> str:
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")


@dataclass(slots=True)
class Positions:
    """Where the keys of one batch stand, while its transaction holds them.

    Attributes:
        last: Sequence applied last, by key.
        seen: Ids of this batch's events that were applied before, and those applied in it.
        waiting: Keys that have parked events.
        applied: Events applied in this transaction, to be noted at its end.
        adopted: Up to which sequence a snapshot held the key's facts; such events are known without their ids.
    """

    last: dict[Key, int]
    seen: set[UUID]
    waiting: set[Key]
    applied: list[Envelope] = field(default_factory=list[Envelope])
    adopted: dict[Key, int] = field(default_factory=dict[Key, int])

    @classmethod
    async def lock(cls, connection: Connection, envelopes: Iterable[Envelope]) -> Positions:
        """Hold the keys' positions until the transaction ends."""
        found = list(envelopes)
        keys = {(one.topic, one.key) for one in found}
        return await cls._lock(connection, keys, [one.event_id for one in found])

    @classmethod
    async def lock_key(cls, connection: Connection, key: Key) -> Positions:
        """Hold one key's position until the transaction ends."""
        return await cls._lock(connection, {key}, [])

    @classmethod
    async def _lock(cls, connection: Connection, held: set[Key], event_ids: list[UUID]) -> Positions:
        topics, keys = [key[0] for key in held], [key[1] for key in held]
        rows = await connection.fetch(SQL_LOCK_POSITIONS, topics, keys)
        waiting = await connection.fetch(SQL_WAITING, topics, keys)
        seen = await connection.fetch(SQL_SEEN, event_ids)
        return cls(
            last={(row["topic"], row["key"]): row["last_sequence"] for row in rows},
            seen={row["event_id"] for row in seen},
            waiting={(row["topic"], row["key"]) for row in waiting},
            adopted={(row["topic"], row["key"]): row["adopted_sequence"] for row in rows},
        )

    def obstacle(self, envelope: Envelope) -> str | None:
        """Why an event's turn has not come: empty for a repetition, None when it is next.

        A number that was given out twice shows that the sender's database went back in time; the second event is a
        fact like any other and must not pass for a repetition.
        """
        key = (envelope.topic, envelope.key)
        if envelope.event_id in self.seen or envelope.sequence <= self.adopted.get(key, 0):
            return ""
        if envelope.sequence <= self.last[key]:
            return "" if envelope.time < datetime.now(UTC) - KEEP else "SEQUENCE_REUSED"
        if envelope.sequence > self.last[key] + 1:
            return "BEHIND_PARKED" if key in self.waiting else "GAP"
        return None

    def advance(self, envelope: Envelope) -> None:
        """Note an event as applied."""
        key = (envelope.topic, envelope.key)
        assert envelope.sequence == self.last[key] + 1, "events of a key are applied in order"
        self.last[key] = envelope.sequence
        self.seen.add(envelope.event_id)
        self.applied.append(envelope)

    async def write(self, connection: Connection) -> None:
        """Write what was applied; the last statements of the transaction."""
        if not self.applied:
            return
        await connection.execute(SQL_NOTE, [one.event_id for one in self.applied], [one.topic for one in self.applied])
        if any((one.topic, one.key) in self.waiting for one in self.applied):
            # Also rows that hold another copy: the same event that came early five times, or broken once.
            await connection.execute(SQL_PARKED_RESOLVED, [one.event_id for one in self.applied])
        moved = {(one.topic, one.key) for one in self.applied}
        await connection.execute(
            SQL_ADVANCE, [key[0] for key in moved], [key[1] for key in moved], [self.last[key] for key in moved]
        )


async def adopt(connection: Connection, topic: str, sequences: Mapping[str, int]) -> None:
    """Note that a snapshot gave the facts of these keys, each up to the number of its event.

    In the transaction that stores the facts: the topic may then be read from any place before those events, or from its
    start, and what the snapshot held is passed over.
    """
    await connection.execute(SQL_ADOPT, [topic for _ in sequences], list(sequences), list(sequences.values()))


async def park(connection: Connection, arrival: Arrival, reason: str) -> None:
    """Keep a record that cannot be applied now, as it came."""
    envelope = arrival.envelope
    await connection.execute(
        SQL_PARK,
        arrival.topic,
        arrival.partition,
        arrival.offset,
        arrival.key,
        envelope and envelope.event_id,
        envelope and envelope.sequence,
        envelope and envelope.type,
        arrival.headers,
        arrival.value or b"",
        reason,
    )


async def next_parked(connection: Connection, key: Key, *, last: int) -> tuple[int, Arrival] | None:
    """The parked event of a key whose turn it is, locked, with its row's id."""
    row = await connection.fetchrow(SQL_PARKED_NEXT, *key, last)
    if row is None or row["sequence"] != last + 1:
        return None
    headers = [(name, value.encode()) for name, value in row["headers"]]
    return row["parked_id"], Arrival.read(
        row["topic"], 0, 0, key=row["key"].encode(), headers=headers, value=row["payload"]
    )
