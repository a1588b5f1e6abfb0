"""What institutions were told of learners' results, so that a correction reaches whoever holds the old ones (CB-I15).

A person has one standing copy at an institution. Reading anew what had changed supersedes it, and settles what was
flagged on it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.envelope import NewEvent
from chassis.ids import uuid7
from chassis.pg import Connection

from credit_bank.canonical import digest
from credit_bank.ledger import events, flags
from credit_bank.ledger.flags import Decider, Resolution

SQL_STANDING = """
    SELECT transcript_id, learner_id, content_digest FROM issued_transcript
     WHERE learner_id = ANY($1::uuid[]) AND institution_id = $2 AND state = 'ISSUED'
"""
SQL_SUPERSEDE = """
    UPDATE issued_transcript SET state = 'SUPERSEDED', superseded_at = $2
     WHERE transcript_id = ANY($1::uuid[]) AND state = 'ISSUED' RETURNING true
"""
SQL_ISSUE = """
    INSERT INTO issued_transcript (transcript_id, learner_id, institution_id, purpose, content_digest, issued_at)
    SELECT i.transcript_id, i.learner_id, $4, $5, i.content_digest, $6
      FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS i(transcript_id, learner_id, content_digest)
"""
SQL_ISSUE_ENTRIES = """
    INSERT INTO issued_transcript_entry (transcript_id, entry_root_id, entry_id)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[])
"""
SQL_HOLDERS = """
    SELECT t.transcript_id, t.institution_id, e.entry_root_id FROM issued_transcript_entry e
      JOIN issued_transcript t USING (transcript_id)
     WHERE e.entry_root_id = ANY($1::uuid[]) AND t.state = 'ISSUED' ORDER BY t.transcript_id, e.entry_root_id
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of one person.

    Attributes:
        learner_id: Under whose id the person is known.
        members: All records of the person.
        entries: By the root of each result the version that is shown.
    """

    learner_id: UUID
    members: tuple[UUID, ...]
    entries: Mapping[UUID, UUID]

    def digest(self) -> bytes:
        """The same for the same versions in any order."""
        return digest({"entries": sorted(str(entry_id) for entry_id in self.entries.values())})


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a result in a standing copy."""

    transcript_id: UUID
    institution_id: UUID
    entry_root_id: UUID


async def issue(
    connection: Connection, shown: Sequence[Shown], *, institution_id: UUID, purpose: str, by: Decider, now: datetime
) -> tuple[dict[UUID, UUID], list[NewEvent]]:
    """Keep what an institution is told; one who is told the same again keeps his copy.

    Args:
        connection: Inside a transaction that holds the learners, so that no correction passes between reading and this.
        shown: One for each person.
        institution_id: Who is told.
        purpose: Why, as a code.
        by: Who reads; he settles the flags on copies that give way.
        now: UTC.

    Returns:
        Copies by person, and the events.
    """
    person_of = {member: one.learner_id for one in shown for member in one.members}
    before: dict[UUID, dict[UUID, bytes]] = {}
    for row in await connection.fetch(SQL_STANDING, sorted(person_of), institution_id):
        before.setdefault(person_of[row["learner_id"]], {})[row["transcript_id"]] = row["content_digest"]
    found: dict[UUID, UUID] = {}
    fresh: list[tuple[UUID, Shown]] = []
    old: list[UUID] = []
    for one in shown:
        held = before.get(one.learner_id, {})
        same = next((key for key, content in held.items() if content == one.digest()), None)
        found[one.learner_id] = same or uuid7()
        if same is None:
            fresh.append((found[one.learner_id], one))
        old += [key for key in held if key != same]
    await connection.execute(SQL_SUPERSEDE, old, now)
    await connection.execute(
        SQL_ISSUE,
        [key for key, _ in fresh],
        [one.learner_id for _, one in fresh],
        [one.digest() for _, one in fresh],
        institution_id,
        purpose,
        now,
    )
    rows = [(key, root, entry) for key, one in fresh for root, entry in sorted(one.entries.items())]
    await connection.execute(SQL_ISSUE_ENTRIES, *([row[column] for row in rows] for column in range(3)))
    open_flags = await flags.open_flags_of_transcripts(connection, old)
    settled = await flags.settle(
        connection,
        [flag.flag_id for flag in open_flags],
        Resolution.REMADE,
        reason_code="TRANSCRIPT_READ_ANEW",
        by=by,
        now=now,
    )
    made = [events.transcript_issued(key, one.learner_id, institution_id, purpose, now=now) for key, one in fresh]
    return found, made + [
        events.source_change_resolved(flag, Resolution.REMADE, reason_code="TRANSCRIPT_READ_ANEW", now=now)
        for flag in open_flags
        if flag.flag_id in settled
    ]


async def holders_of(connection: Connection, entry_root_ids: Collection[UUID]) -> list[Holder]:
    """Standing copies in which results are shown."""
    return [
        Holder(row["transcript_id"], row["institution_id"], row["entry_root_id"])
        for row in await connection.fetch(SQL_HOLDERS, sorted(entry_root_ids))
    ]
