"""SQL of links between learners here and references of other banks, and of what those banks told of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from credit_bank.exchange.inbox import Received

_LINK = "link_id, peer, learner_ref, institution_id, learner_id, requested_on, request_reference, linked_at"
SQL_LOCK = """
    SELECT pg_advisory_xact_lock(hashtextextended('exchange:' || key, 0)) FROM unnest($1::text[]) AS k(key) ORDER BY key
"""
SQL_OPEN_OF_REFS = f"""
    SELECT {_LINK} FROM exchange_link l
      JOIN unnest($1::text[], $2::text[]) AS r(peer, learner_ref) USING (peer, learner_ref)
     WHERE l.ended_at IS NULL
"""
SQL_READ = f"SELECT {_LINK}, ended_at FROM exchange_link WHERE link_id = ANY($1::uuid[]) AND institution_id = $2"
SQL_OPEN_OF_LEARNERS = f"""
    SELECT {_LINK} FROM exchange_link
     WHERE institution_id = $1 AND ended_at IS NULL AND learner_id = ANY($2::uuid[]) ORDER BY link_id
"""
SQL_INSERT = f"""
    INSERT INTO exchange_link ({_LINK}, linked_by)
    SELECT link_id, peer, learner_ref, $7, learner_id, requested_on, request_reference, $8, $9
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::date[], $6::text[])
           AS i(link_id, peer, learner_ref, learner_id, requested_on, request_reference)
"""
SQL_END = """
    UPDATE exchange_link l SET ended_at = $3, ended_by = $4, end_reason_th = i.reason_th
      FROM unnest($1::uuid[], $2::text[]) AS i(link_id, reason_th)
     WHERE l.link_id = i.link_id AND l.ended_at IS NULL
"""
_RECEIVED = """
    SELECT i.peer, i.message_id, i.content, i.received_at, l.link_id, l.learner_id,
           (SELECT e.draft_id FROM exchange_draft e JOIN result_draft d USING (draft_id)
             WHERE e.peer = i.peer AND e.message_id = i.message_id AND e.institution_id = l.institution_id
               AND d.state <> 'WITHDRAWN'
             ORDER BY e.draft_id DESC LIMIT 1) AS draft_id
      FROM exchange_link l
      JOIN exchange_inbox i ON i.peer = l.peer AND i.content ->> 'learner_ref' = l.learner_ref
     WHERE l.institution_id = $1 AND l.ended_at IS NULL
"""
SQL_OF_LEARNERS = f"{_RECEIVED} AND l.learner_id = ANY($2::uuid[])"
SQL_BESIDE = f"""
    {_RECEIVED}
       AND l.link_id IN (SELECT m.link_id FROM exchange_link m JOIN exchange_inbox x ON x.peer = m.peer
                            AND x.content ->> 'learner_ref' = m.learner_ref
                          WHERE m.institution_id = $1 AND m.ended_at IS NULL AND x.message_id = ANY($2::uuid[]))
"""
SQL_INSERT_DRAFTS = """
    INSERT INTO exchange_draft (draft_id, peer, message_id, institution_id, drafted_at)
    SELECT draft_id, peer, message_id, $4, $5
      FROM unnest($1::uuid[], $2::text[], $3::uuid[]) AS i(draft_id, peer, message_id)
"""


@dataclass(frozen=True, slots=True)
class Link:
    """That an institution settled, on a learner's request, whom another bank means."""

    link_id: UUID
    peer: str
    learner_ref: str
    institution_id: UUID
    learner_id: UUID
    requested_on: date
    request_reference: str
    linked_at: datetime
    is_ended: bool = False


async def lock(connection: Connection, keys: Sequence[str]) -> None:
    """Hold references, or messages, until the transaction ends; sorted, so that no ring forms."""
    await connection.fetch(SQL_LOCK, sorted(set(keys)))


async def open_links(connection: Connection, refs: Sequence[tuple[str, str]]) -> list[Link]:
    """Links of these references at any institution."""
    columns = [[ref[place] for ref in refs] for place in range(2)]
    return [_link(row) for row in await connection.fetch(SQL_OPEN_OF_REFS, *columns)]


async def links_of(connection: Connection, institution_id: UUID, learner_ids: Sequence[UUID]) -> list[Link]:
    """Links of an institution that hold, by learner."""
    return [_link(row) for row in await connection.fetch(SQL_OPEN_OF_LEARNERS, institution_id, list(learner_ids))]


async def read_links(connection: Connection, link_ids: Sequence[UUID], institution_id: UUID) -> dict[UUID, Link]:
    """Links of an institution by id, ended ones too."""
    rows = await connection.fetch(SQL_READ, list(link_ids), institution_id)
    return {row["link_id"]: _link(row, is_ended=row["ended_at"] is not None) for row in rows}


def _link(row: Record, *, is_ended: bool = False) -> Link:
    return Link(
        row["link_id"],
        row["peer"],
        row["learner_ref"],
        row["institution_id"],
        row["learner_id"],
        row["requested_on"],
        row["request_reference"],
        row["linked_at"],
        is_ended,
    )


async def insert_links(
    connection: Connection, links: Sequence[Link], *, institution_id: UUID, linked_by: str, now: datetime
) -> None:
    """Write links."""
    await connection.execute(
        SQL_INSERT,
        [link.link_id for link in links],
        [link.peer for link in links],
        [link.learner_ref for link in links],
        [link.learner_id for link in links],
        [link.requested_on for link in links],
        [link.request_reference for link in links],
        institution_id,
        now,
        linked_by,
    )


async def end_links(connection: Connection, ended: Sequence[tuple[UUID, str]], *, ended_by: str, now: datetime) -> None:
    """End links, each with its reason."""
    await connection.execute(
        SQL_END, [link_id for link_id, _ in ended], [reason_th for _, reason_th in ended], now, ended_by
    )


async def received_of(connection: Connection, institution_id: UUID, learner_ids: Sequence[UUID]) -> list[Received]:
    """What was told of learners whom the institution linked."""
    return [_received(row) for row in await connection.fetch(SQL_OF_LEARNERS, institution_id, list(learner_ids))]


async def received_beside(connection: Connection, institution_id: UUID, message_ids: Sequence[UUID]) -> list[Received]:
    """These messages, and whatever else was told of the same learners."""
    return [_received(row) for row in await connection.fetch(SQL_BESIDE, institution_id, list(message_ids))]


def _received(row: Record) -> Received:
    return Received(
        row["peer"],
        row["message_id"],
        row["content"],
        row["received_at"],
        row["link_id"],
        row["learner_id"],
        row["draft_id"],
    )


async def insert_drafts(
    connection: Connection, drafts: Sequence[tuple[UUID, str, UUID]], *, institution_id: UUID, now: datetime
) -> None:
    """Keep which drafts were made of which messages: draft, bank, message."""
    await connection.execute(
        SQL_INSERT_DRAFTS, *([one[place] for one in drafts] for place in range(3)), institution_id, now
    )
