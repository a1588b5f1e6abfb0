"""What a school-age census tells: people met outside school become learners without a school (001:52-53)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import outbox
from chassis.auth import Actor
from chassis.outcomes import Outcome
from chassis.pg import Connection

from student_registry.deps import Deps
from student_registry.enrolments import use_cases as enrolments
from student_registry.learners.domain import Registration
from student_registry.learners.use_cases import REGISTER, register_all
from student_registry.matching.use_cases import surviving
from student_registry.statuses.domain import ActivityInput, OutsideActivity, StatusInput, census_status
from student_registry.statuses.events import status_changed
from student_registry.statuses.use_cases import (
    RECORD,
    state_activities,
    state_all,
    statements_of,
    status_rules,
)

REASON = "NOT_FOUND_IN_SCHOOL"
"""Reason of the statuses that a census states."""


@dataclass(frozen=True, slots=True)
class CensusPerson:
    """Somebody of school age whom a census met outside school.

    Attributes:
        registration: Who he is; without enrolments, kept by the office that took the census.
        seen_on: Day on which he was met.
        activity: What he does outside school; None: nobody asked.
    """

    registration: Registration
    seen_on: date
    activity: OutsideActivity | None = None


async def take_census(
    deps: Deps, connection: Connection, people: Sequence[CensusPerson], *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Register people of a census in the caller's transaction, and state who of them is in no school.

    Whoever is known by an identifier is the same learner. One who turns out to be enrolled somewhere gets no status;
    one who never was is NEVER_ENROLLED; one who was, and is no longer, has DROPPED_OUT unless something says otherwise.
    The file import (importing/) calls this for each chunk of rows, and reruns it on the constraints of register_all.

    Raises:
        PermissionMissing: The actor may not register learners, or record statuses.
    """
    actor.require(REGISTER)
    actor.require(RECORD)
    outcomes = await register_all(deps, connection, [item.registration for item in people], actor=actor, now=now)
    found = {outcome.index: UUID(outcome.id) for outcome in outcomes if outcome.problem is None and outcome.id}
    await enrolments.hold_learners(connection, list(found.values()))
    alive = await surviving(connection, list(found.values()))
    met = {index: alive[learner_id] for index, learner_id in found.items()}
    learner_ids = sorted(set(met.values()))
    enrolled = await enrolments.of_learners(connection, learner_ids)
    known = await statements_of(connection, learner_ids)
    rules = await status_rules(connection)
    statuses: dict[int, StatusInput] = {}
    activities: dict[int, ActivityInput] = {}
    for index, learner_id in met.items():
        person = people[index]
        status = census_status(enrolled[learner_id], known[learner_id], rules, day=person.seen_on)
        provenance = person.registration.provenance
        if status is not None:
            statuses[index] = StatusInput(learner_id, status, REASON, person.seen_on, person.seen_on, provenance)
        if person.activity is not None:
            activities[index] = ActivityInput(learner_id, person.activity, person.seen_on, person.seen_on, provenance)
    stated, made = await state_all(connection, statuses, stated_by=actor.at(), actor=actor, now=now)
    noted = await state_activities(connection, activities, actor=actor, now=now)
    # The same counters as register_all has taken, or those of learners held here: no order is broken.
    await outbox.add(connection, [status_changed(item) for item in made])
    return _joined(outcomes, stated, noted)


def _joined(outcomes: Sequence[Outcome], stated: Sequence[Outcome], noted: Sequence[Outcome]) -> list[Outcome]:
    """What became of each person: refused as soon as one part was, already done only when all parts were."""
    joined: list[Outcome] = []
    for outcome in outcomes:
        parts = [outcome, *(item for item in (*stated, *noted) if item.index == outcome.index)]
        refused = next((item for item in parts if item.problem is not None), None)
        joined.append(
            refused or Outcome(outcome.index, outcome.id, already_done=all(item.already_done for item in parts))
        )
    return joined
