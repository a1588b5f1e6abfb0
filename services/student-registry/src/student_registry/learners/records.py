"""Who keeps a learner's record: it goes on to the next institution with the primary enrolment.

Whoever enrols somebody as his first institution looks after what is known of him; whom he has left may not change it
any more. A pupil who graduates is enrolled by the next school without a move, somebody who was counted in no school
is enrolled by whichever takes him: nobody hands over the record there, so it follows by itself.

The rule is ours (`assumed`): R-68 and R-72c want the record to go on with the learner, and name no procedure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.pg import Connection

from student_registry.learners import store
from student_registry.learners.events import registrar_changed

MOVED = "MOVED"
ENROLLED = "ENROLLED"
"""Reasons for which a record goes on."""


async def left_behind(
    connection: Connection,
    learner_ids: Collection[UUID],
    *,
    on_date: date,
    left: Collection[UUID] = (),
    is_restricted_too: bool = False,
) -> set[UUID]:
    """Which of these learners have no primary enrolment any more where their record is kept.

    An area office keeps the records of its home-school families, whose enrolments count as its own.

    Args:
        connection: Of the caller's transaction, who holds the learners.
        learner_ids: Who is looked at.
        on_date: Enrolments that are not over on this day count.
        left: Enrolments that do not count: those that are being left.
        is_restricted_too: Also learners whose data are restricted, which only the keeper of the record may use.
    """
    if not learner_ids:
        return set()
    return await store.left_behind(
        connection, learner_ids, on_date=on_date, left=left, is_restricted_too=is_restricted_too
    )


async def hand_over(
    connection: Connection, keepers: Mapping[UUID, UUID], *, reason_code: str, actor: Actor, now: datetime
) -> dict[UUID, NewEvent]:
    """Give records to other institutions, by learner; what others are told, the caller's to add."""
    if not keepers:
        return {}
    by = store.By(actor.subject_hash, actor.role, actor.institution_id, now)
    gone = await store.hand_over(connection, keepers, reason_code=reason_code, by=by)
    return {item: registrar_changed(item, registrar_institution_id=keepers[item], now=now) for item in gone}
