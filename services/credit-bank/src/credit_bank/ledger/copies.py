"""What institutions were told of learners' results, so that a correction reaches whoever holds the old ones (CB-I15).

A person has one standing copy at an institution. Reading anew what had changed supersedes it, and settles what was
flagged on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.envelope import NewEvent
from chassis.ids import uuid7
from chassis.pg import Connection

from credit_bank.canonical import digest
from credit_bank.ledger import events, flags, store_copies
from credit_bank.ledger.flags import Decider, Resolution


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
    for transcript_id, learner_id, content in await store_copies.standing(connection, person_of, institution_id):
        before.setdefault(person_of[learner_id], {})[transcript_id] = content
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
    await store_copies.supersede(connection, old, now=now)
    await store_copies.insert_copies(
        connection,
        [(key, one.learner_id, one.digest()) for key, one in fresh],
        institution_id=institution_id,
        purpose=purpose,
        now=now,
    )
    rows = [(key, root, entry) for key, one in fresh for root, entry in sorted(one.entries.items())]
    await store_copies.insert_entries(connection, rows)
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
