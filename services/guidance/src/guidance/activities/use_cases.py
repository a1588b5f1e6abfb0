"""Records guidance activities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError, TooManyItems, Unavailable
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, Pool, transaction

from guidance.activities import domain, store
from guidance.activities.domain import Activity, NewActivity, RecordActivities
from guidance.activities.errors import ActivityMismatch, LearnersUnknown, ReferenceRepeated
from guidance.activities.events import activity_attended
from guidance.activities.store import ActivityRow, KnownActivity
from guidance.clients import Registry
from guidance.copies.use_cases import Enrolments, enrolments_at
from guidance.thai_time import thai_date

PERMISSION = "activity.record"
NAMED_MAX = 20
"""Unknown learners that a refusal names."""

Indexed = tuple[int, NewActivity]


@dataclass(frozen=True, slots=True)
class Activities:
    """What recording needs: database, and registry for learners without a copy."""

    pool: Pool
    registry: Registry


async def record_activities(
    deps: Activities, command: RecordActivities, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Keep the good activities of a call, once each, with those who took part.

    An activity is known by its school's reference: sent again it is the same activity. When one failed only because
    the registry was away, the request stays open: the same request id may be sent again.

    Raises:
        PermissionMissing: The role may not record activities, or acts for no institution.
        TooManyItems: More activities or attendances than one call may hold.
        RequestMismatch: The request id was used for other content.
    """
    actor.require(PERMISSION)
    institution_id = actor.at()
    check_size(command.activities, domain.ACTIVITIES_MAX, field="activities")
    attendance = sum(len(activity.attended) for activity in command.activities)
    if attendance > domain.ATTENDANCE_MAX:
        raise TooManyItems(field="attended_learner_ids", limit=domain.ATTENDANCE_MAX, got=attendance)
    learner_ids = {learner_id for activity in command.activities for learner_id in activity.attended}
    enrolments = await enrolments_at(deps.pool, deps.registry, learner_ids, institution_id=institution_id)
    content = idempotency.fingerprint(command)
    async with transaction(deps.pool) as connection:
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return outcomes_from_answer(answer)
        good, outcomes = _sort_out(command, enrolments, actor=actor, now=now)
        outcomes += await _keep(connection, good, actor=actor, now=now)
        if any(outcome.problem and outcome.problem.kind == Unavailable.kind for outcome in outcomes):
            await idempotency.release(connection, command.request_id, caller=actor.caller)
        else:
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
            )
    return outcomes


def _sort_out(
    command: RecordActivities, enrolments: Enrolments, *, actor: Actor, now: datetime
) -> tuple[list[Indexed], list[Outcome]]:
    """The activities that may be kept, and the outcomes of the others."""
    today = thai_date(now)
    good: list[Indexed] = []
    failed: list[Outcome] = []
    seen: set[str] = set()
    for number, activity in enumerate(command.activities):
        problem: ServiceError | None = ReferenceRepeated(field="reference") if activity.reference in seen else None
        seen.add(activity.reference)
        problem = (
            problem or domain.refusal(activity, today=today) or _attendance_refusal(activity, enrolments, actor=actor)
        )
        if problem is None:
            good.append((number, activity))
        else:
            failed.append(Outcome.failed(number, problem))
    return good, failed


def _attendance_refusal(activity: NewActivity, enrolments: Enrolments, *, actor: Actor) -> ServiceError | None:
    """An activity is kept whole or not at all: a list that silently lost a learner would look complete."""
    refused = {
        learner_id: problem
        for learner_id in activity.attended
        if (problem := enrolments.refusal(actor, learner_id, on=activity.held_on))
    }
    if not refused:
        return None
    unavailable = next((problem for problem in refused.values() if isinstance(problem, Unavailable)), None)
    if unavailable is not None:
        return unavailable
    named = ",".join(str(learner_id) for learner_id in sorted(refused)[:NAMED_MAX])
    return LearnersUnknown(field="attended_learner_ids", learner_ids=named, count=len(refused))


async def _keep(connection: Connection, good: Sequence[Indexed], *, actor: Actor, now: datetime) -> list[Outcome]:
    institution_id, assignment_id = actor.at(), actor.assignment_id
    assert assignment_id is not None, "who acts at an institution acts under an assignment"
    references = [activity.reference for _, activity in good]
    known = await store.known(connection, institution_id, references)
    rows = {
        activity.reference: _row(activity, institution_id=institution_id, now=now)
        for _, activity in good
        if activity.reference not in known
    }
    kept_ids = await store.insert(
        connection, institution_id, list(rows.values()), recorded_by=actor.subject_hash, assignment_id=assignment_id
    )
    if len(kept_ids) < len(rows):
        # Another call kept the same reference between our look and our insert; it is visible now.
        known |= await store.known(connection, institution_id, references)
    kept = {reference: row for reference, row in rows.items() if row.activity.activity_id in kept_ids}
    outcomes = [
        Outcome(number, id=str(kept[activity.reference].activity.activity_id))
        if activity.reference in kept
        else _outcome_of_known(number, activity, known[activity.reference])
        for number, activity in good
    ]
    events = [activity_attended(row.activity, learner_id) for row in kept.values() for learner_id in row.attended]
    await outbox.add(connection, events)
    return outcomes


def _row(activity: NewActivity, *, institution_id: UUID, now: datetime) -> ActivityRow:
    kept = Activity(
        activity_id=uuid7(),
        institution_id=institution_id,
        scope=activity.scope,
        service_kind=activity.service_kind,
        title_th=activity.title_th,
        held_on=activity.held_on,
        duration_minutes=activity.duration_minutes,
        recorded_at=now,
    )
    return ActivityRow(kept, activity.reference, idempotency.fingerprint(activity), activity.attended)


def _outcome_of_known(number: int, activity: NewActivity, known: KnownActivity) -> Outcome:
    if known.content_sha256 != idempotency.fingerprint(activity):
        return Outcome.failed(number, ActivityMismatch(field="reference", reference=activity.reference))
    return Outcome(number, id=str(known.activity_id), already_done=True)


async def activities_of(
    connection: Connection, records: Sequence[UUID], *, institution_id: UUID | None, limit: int
) -> list[Activity]:
    """Activities of the records of one person, newest first; the caller has checked the reader and logs the read."""
    return await store.of_learner(connection, records, institution_id=institution_id, limit=limit)
