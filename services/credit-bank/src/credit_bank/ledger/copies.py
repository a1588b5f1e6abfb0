"""What institutions were told of learners' results, so that a correction reaches whoever holds the old ones (CB-I15).

A person has one standing copy at an institution. Reading the whole anew, when something of it had changed, supersedes
it and settles what was flagged on it; when nothing of others is left to tell, it gives way to nothing. Reading a part
adds what is new to the copy and settles nothing: the rest is held as before.
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
        entries: By the root of each result that is kept the version that is shown; none: nothing that others issued.
        is_whole: All that there is of the person, not a part.
    """

    learner_id: UUID
    members: tuple[UUID, ...]
    entries: Mapping[UUID, UUID]
    is_whole: bool = True

    def digest(self) -> bytes:
        """The same for the same versions in any order."""
        return digest({"entries": sorted(str(entry_id) for entry_id in self.entries.values())})


async def issue(
    connection: Connection, shown: Sequence[Shown], *, institution_id: UUID, purpose: str, by: Decider, now: datetime
) -> tuple[dict[UUID, UUID], list[NewEvent]]:
    """Keep what an institution is told; whoever is told the same again keeps his copy.

    Args:
        connection: Inside a transaction that holds the learners, so that no correction passes between reading and this.
        shown: One for each person.
        institution_id: Who is told.
        purpose: Why, as a code.
        by: Who reads; he settles the flags on copies that give way.
        now: UTC.

    Returns:
        Copies by person, of those of whom something is kept, and the events.
    """
    person_of = {member: one.learner_id for one in shown for member in one.members}
    before: dict[UUID, dict[UUID, Mapping[UUID, UUID]]] = {}
    for copy in await store_copies.standing(connection, person_of, institution_id):
        before.setdefault(person_of[copy.learner_id], {})[copy.transcript_id] = copy.entries
    found: dict[UUID, UUID] = {}
    fresh: list[tuple[UUID, Shown]] = []
    old: list[UUID] = []
    rows: list[tuple[UUID, UUID, UUID]] = []
    for one in shown:
        held = before.get(one.learner_id, {})
        if not one.entries:
            old += held if one.is_whole else ()
            continue
        same = next((key for key, entries in held.items() if entries == one.entries), None)
        if same is None and held and not one.is_whole:
            same = min(held)
            # A root that is held already is reached by its corrections, whichever version was told.
            known = {root for entries in held.values() for root in entries}
            rows += [(same, root, entry) for root, entry in sorted(one.entries.items()) if root not in known]
        found[one.learner_id] = same or uuid7()
        if same is None:
            fresh.append((found[one.learner_id], one))
        old += [key for key in held if key != same and one.is_whole]
    await store_copies.supersede(connection, old, now=now)
    await store_copies.insert_copies(
        connection,
        [(key, one.learner_id, one.digest()) for key, one in fresh],
        institution_id=institution_id,
        purpose=purpose,
        now=now,
    )
    rows += [(key, root, entry) for key, one in fresh for root, entry in sorted(one.entries.items())]
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
