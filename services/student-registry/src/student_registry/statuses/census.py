"""What a school-age census tells: people met outside school become learners without a school (001:52-53)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from student_registry.provenance import Provenance
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


@dataclass(frozen=True, slots=True)
class Met:
    """A registered learner whom a census met outside school."""

    learner_id: UUID
    seen_on: date
    activity: OutsideActivity | None
    provenance: Provenance


async def take_census(
    deps: Deps, connection: Connection, people: Sequence[CensusPerson], *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Register people of a census in the caller's transaction, and state who of them is in no school.

    Whoever is known by an identifier is the same learner. An import that knows its people by more than identifiers
    registers them itself and calls `state_census` for those who are in.

    Raises:
        PermissionMissing: The actor may not register learners, or record statuses.
    """
    actor.require(REGISTER)
    outcomes = await register_all(deps, connection, [item.registration for item in people], actor=actor, now=now)
    met = {
        outcome.index: Met(
            UUID(outcome.id),
            people[outcome.index].seen_on,
            people[outcome.index].activity,
            people[outcome.index].registration.provenance,
        )
        for outcome in outcomes
        if outcome.problem is None and outcome.id
    }
    return _joined(outcomes, await state_census(connection, met, actor=actor, now=now))


async def state_census(connection: Connection, met: Mapping[int, Met], *, actor: Actor, now: datetime) -> list[Outcome]:
    """State of registered learners whom a census met outside school what follows from it, in the caller's transaction.

    One who turns out to be enrolled somewhere gets no status; one who never was is NEVER_ENROLLED; one who was, and is
    no longer, has DROPPED_OUT unless something says otherwise. What the census says of work and training is kept too.

    Returns:
        Of each by its index what became of his status and activity; nobody for whom there was nothing to state.

    Raises:
        PermissionMissing: The actor may not record statuses.
    """
    actor.require(RECORD)
    named = [item.learner_id for item in met.values()]
    await enrolments.hold_learners(connection, named)
    alive = await surviving(connection, named)
    learner_ids = sorted(set(alive.values()))
    enrolled = await enrolments.of_learners(connection, learner_ids)
    known = await statements_of(connection, learner_ids)
    rules = await status_rules(connection)
    statuses: dict[int, StatusInput] = {}
    activities: dict[int, ActivityInput] = {}
    for index, item in met.items():
        learner_id, day = alive[item.learner_id], item.seen_on
        status = census_status(enrolled[learner_id], known[learner_id], rules, day=day)
        if status is not None:
            statuses[index] = StatusInput(learner_id, status, REASON, day, day, item.provenance)
        if item.activity is not None:
            activities[index] = ActivityInput(learner_id, item.activity, day, day, item.provenance)
    stated, made = await state_all(connection, statuses, stated_by=actor.at(), actor=actor, now=now)
    noted = await state_activities(connection, activities, actor=actor, now=now)
    # Counters of learners who are held here: whoever took them before in this transaction broke no order.
    await outbox.add(connection, [status_changed(item) for item in made])
    return sorted([*stated, *noted], key=lambda outcome: outcome.index)


def _joined(outcomes: Sequence[Outcome], stated: Sequence[Outcome]) -> list[Outcome]:
    """What became of each person: refused as soon as one part was, already done only when all parts were."""
    joined: list[Outcome] = []
    for outcome in outcomes:
        parts = [outcome, *(item for item in stated if item.index == outcome.index)]
        refused = next((item for item in parts if item.problem is not None), None)
        joined.append(
            refused or Outcome(outcome.index, outcome.id, already_done=all(item.already_done for item in parts))
        )
    return joined
