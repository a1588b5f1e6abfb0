"""What an accepted move does: the old primary enrolment ends, the new one begins, and the record goes with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis import outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.pg import Connection

from student_registry.calendar_th import today_in_thailand
from student_registry.enrolments import use_cases as enrolments
from student_registry.enrolments.domain import (
    Enrolment,
    EnrolmentEnd,
    EnrolmentFacts,
    EnrolmentRole,
    check_beside,
    checked,
    ended,
)
from student_registry.enrolments.events import enrolment_changed
from student_registry.learners import records
from student_registry.movements import store
from student_registry.movements.domain import (
    Acceptance,
    Movement,
)
from student_registry.movements.errors import (
    MovementNotEnrolled,
)
from student_registry.movements.events import movement_changed
from student_registry.statuses.use_cases import state_enrolled

MOVED = "MOVED"
"""Reason for which the old enrolment ends: a code of the list ENROLMENT_END_REASON."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """An accepted move with the enrolment that ends and the one that begins."""

    movement: Movement
    old: Enrolment | None
    new: Enrolment
    provenance_of: Acceptance


def hand_over(movement: Movement, acceptance: Acceptance, known: list[Enrolment]) -> HandOver:
    """The enrolments that an acceptance makes; the learner's own list follows.

    Raises:
        ServiceError: The new enrolment is malformed, or has no room beside the others.
    """
    assert movement.to_institution_id is not None
    assert movement.new_enrolment_id is not None
    assert movement.last_day is not None
    place = next((n for n, item in enumerate(known) if item.enrolment_id == movement.old_enrolment_id), None)
    if place is None:
        raise MovementNotEnrolled(field="movement_id")  # a merge has put the enrolment aside
    before = known[place]
    is_over = before.facts.valid_to is not None and before.facts.valid_to <= movement.last_day
    # Where the old institution has ended the enrolment itself, its own words stay.
    end = EnrolmentEnd(before.enrolment_id, movement.last_day, MOVED, movement.provenance)
    old = None if is_over else ended(replace(before, facts=replace(before.facts, end_reason="")), end)
    facts = checked(
        EnrolmentFacts(
            institution_id=movement.to_institution_id,
            role=EnrolmentRole.PRIMARY,
            delivery_system=acceptance.delivery_system,
            grade_label=acceptance.grade_label,
            classroom=acceptance.classroom,
            programme_code=acceptance.programme_code,
            valid_from=acceptance.first_day,
            valid_to=None,
        )
    )
    new = Enrolment(movement.new_enrolment_id, movement.learner_id, facts, acceptance.provenance)
    check_beside(new, [item for n, item in enumerate(known) if n != place] + ([] if old is None else [old]))
    if old is not None:
        known[place] = old
    known.append(new)
    return HandOver(movement, old, new, acceptance)


async def write_hand_overs(connection: Connection, taken: Sequence[HandOver], *, actor: Actor, now: datetime) -> None:
    """Write what was accepted: enrolments, moves, who keeps the record, who has returned; and tell of it."""
    if not taken:
        return
    today = today_in_thailand(now)
    by = actor.subject_hash
    movements = [item.movement for item in taken]
    # Asked before the enrolments change: the old one is still what keeps the record there. The old institution let
    # him go itself, so a restriction goes with the record.
    left_behind = await records.left_behind(
        connection,
        [item.learner_id for item in movements],
        on_date=today,
        left=[item.old_enrolment_id for item in movements],
        is_restricted_too=True,
    )
    await enrolments.apply(
        connection,
        added=[item.new for item in taken],
        changed=[item.old for item in taken if item.old is not None],
        now=now,
        recorded_by=by,
    )
    await store.update(connection, movements, now=now, changed_by=by)
    # An office that takes somebody into a home-school family of its own keeps the record itself.
    keepers = {item: actor.at() for item in left_behind}
    handed_over = await records.hand_over(connection, keepers, reason_code=records.MOVED, actor=actor, now=now)
    begun = {item.movement.learner_id: (item.new.facts.valid_from, item.provenance_of.provenance) for item in taken}
    returned = await state_enrolled(connection, begun, actor=actor, now=now)
    events: list[NewEvent] = []
    for item in taken:
        learner_id = item.movement.learner_id
        events.append(movement_changed(item.movement))
        if item.old is not None:
            events.append(enrolment_changed(item.old, today=today))
        events.append(enrolment_changed(item.new, today=today))
        if learner_id in handed_over:
            events.append(handed_over[learner_id])
    await outbox.add(connection, events + returned)
