"""Enrolments inside registrations, changing and ending known ones, and reading them.

Lock order: the request, learners by id, then the outbox counters, as in learners/use_cases.py.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, transaction

from student_registry.access.use_cases import (
    RESOLVE,
    record_own_institution_reads,
    require_visible,
    visible_learners,
)
from student_registry.calendar_th import today_in_thailand
from student_registry.codes import CodeUnknown, codes_on
from student_registry.deps import Deps
from student_registry.enrolments import store
from student_registry.enrolments.domain import (
    Enrolment,
    EnrolmentChange,
    EnrolmentEnd,
    EnrolmentRole,
    EnrolmentState,
    PlaceRules,
    changed,
    check_beside,
    ended,
)
from student_registry.enrolments.errors import EnrolmentNotFound
from student_registry.enrolments.events import enrolment_changed
from student_registry.institutions.domain import Institution, InstitutionKind
from student_registry.institutions.use_cases import institutions_by_id
from student_registry.limits import ITEMS_MAX, check_ids, check_purpose
from student_registry.matching.use_cases import surviving
from student_registry.races import LostRace, rerun_on
from student_registry.rules import rules_on
from student_registry.summary import summary

log = logging.getLogger(__name__)

REGISTER = "registry.learners.register"
END_REASONS = "ENROLMENT_END_REASON"
CONSTRAINTS = store.CONSTRAINTS
HOME_SCHOOL_PLACES = "ENROLMENT_PLACES_HOME_SCHOOL"
LIST_PURPOSE = "ENROLMENT_LIST"
"""Purpose of a list of enrolments; the call has no field for one."""


@dataclass(frozen=True, slots=True)
class ListEnrolments:
    """Whose enrolments, valid on which day; None: all, also ended ones."""

    learner_ids: tuple[UUID, ...]
    on_date: date | None


@dataclass(frozen=True, slots=True)
class ChangeEnrolments:
    """Details of known enrolments that change from a day on."""

    request_id: UUID
    changes: tuple[EnrolmentChange, ...]


@dataclass(frozen=True, slots=True)
class EndEnrolments:
    """Known enrolments that end."""

    request_id: UUID
    ends: tuple[EnrolmentEnd, ...]


async def change_enrolments(deps: Deps, command: ChangeEnrolments, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Change delivery system, grade, classroom, number, programme or hosting of enrolments at the own institution.

    Raises:
        PermissionMissing: The actor may not register learners.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Others changed the same learners at the same time, several times over.
    """
    actor.require(REGISTER)
    actor.at()
    check_size(command.changes, ITEMS_MAX, field="changes")
    return await _revise(
        deps,
        command,
        [(item.enrolment_id, lambda known, item=item: changed(known, item)) for item in command.changes],
        actor=actor,
        now=now,
    )


async def end_enrolments(deps: Deps, command: EndEnrolments, *, actor: Actor, now: datetime) -> list[Outcome]:
    """End enrolments at the own institution with a reason of the list.

    Raises:
        PermissionMissing: The actor may not register learners.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Others changed the same learners at the same time, several times over.
    """
    actor.require(REGISTER)
    actor.at()
    check_size(command.ends, ITEMS_MAX, field="ends")
    async with deps.pool.acquire() as connection:
        reasons = await codes_on(connection, END_REASONS, on_date=today_in_thailand(now))

    def end(known: Enrolment, item: EnrolmentEnd) -> Enrolment:
        if item.reason_code not in reasons:
            raise CodeUnknown(field="reason_code", list=END_REASONS)
        return ended(known, item)

    return await _revise(
        deps,
        command,
        [(item.enrolment_id, lambda known, item=item: end(known, item)) for item in command.ends],
        actor=actor,
        now=now,
    )


async def _revise(
    deps: Deps,
    command: ChangeEnrolments | EndEnrolments,
    revisions: Sequence[tuple[UUID, Callable[[Enrolment], Enrolment]]],
    *,
    actor: Actor,
    now: datetime,
) -> list[Outcome]:
    """Make each revision of a known enrolment, in the order of the request."""

    async def work() -> list[Outcome]:
        async with transaction(deps.pool) as connection:
            content = idempotency.fingerprint(command)
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
            if answer is not None:
                return outcomes_from_answer(answer)
            outcomes = await _revise_all(connection, revisions, actor=actor, now=now)
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
            )
        log.info("Revised enrolments", extra={"fields": summary(outcomes, request_id=command.request_id)})
        return outcomes

    return await rerun_on(CONSTRAINTS, work)


async def _revise_all(
    connection: Connection,
    revisions: Sequence[tuple[UUID, Callable[[Enrolment], Enrolment]]],
    *,
    actor: Actor,
    now: datetime,
) -> list[Outcome]:
    today = today_in_thailand(now)
    named = await store.by_ids(connection, [enrolment_id for enrolment_id, _ in revisions])
    learner_ids = sorted({enrolment.learner_id for enrolment in named})
    await store.lock_learners(connection, learner_ids)
    # What was read before the lock may be old by now; what is read from here on stays as it is.
    current = {
        enrolment.enrolment_id: enrolment
        for enrolment in await store.of_learners(connection, learner_ids, on_date=None)
    }
    if any(enrolment.enrolment_id not in current for enrolment in named):
        raise LostRace  # a merge took the enrolment to another learner meanwhile
    before = dict(current)
    institution_ids = {enrolment.facts.institution_id for enrolment in named}
    places = await institutions_by_id(connection, list(institution_ids), on_date=today)
    outcomes: list[Outcome] = []
    for index, (enrolment_id, revise) in enumerate(revisions):
        known = current.get(enrolment_id)
        try:
            if known is None or not is_own_place(places.get(known.facts.institution_id), actor=actor):
                raise EnrolmentNotFound(field="enrolment_id")
            after = revise(known)
            check_beside(after, [item for item in current.values() if item.learner_id == after.learner_id])
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
            continue
        current[enrolment_id] = after
        outcomes.append(Outcome(index, str(enrolment_id), already_done=after == known))
    revised = [item for key, item in current.items() if item != before[key]]
    await apply(connection, added=(), changed=revised, now=now, recorded_by=actor.subject_hash)
    await outbox.add(connection, [enrolment_changed(item, today=today) for item in revised])
    return outcomes


async def place_rules(connection: Connection, *, on_date: date) -> PlaceRules:
    """At which kinds of institutions somebody can be enrolled, as it holds on a day."""
    names = {role: f"ENROLMENT_PLACES_{role}" for role in EnrolmentRole}
    rules = await rules_on(connection, [*names.values(), HOME_SCHOOL_PLACES], on_date=on_date)
    return PlaceRules({role: rules[name].words for role, name in names.items()}, rules[HOME_SCHOOL_PLACES].words)


def is_own_place(place: Institution | None, *, actor: Actor) -> bool:
    """Whether facts there are the caller's to state: of his institution, or of a home-school family of his office."""
    if place is None or actor.institution_id is None:
        return False
    is_own_family = (
        place.facts.kind is InstitutionKind.HOME_SCHOOL and place.facts.parent_institution_id == actor.institution_id
    )
    return place.institution_id == actor.institution_id or is_own_family


async def list_history(
    deps: Deps, learner_id: UUID, *, purpose: str, actor: Actor, now: datetime
) -> list[EnrolmentState]:
    """Everything that was stated about a learner's enrolments, by enrolment, oldest first.

    A look by another institution than the one that keeps the record leaves an access row.

    Raises:
        PurposeMissing: No purpose.
        PermissionMissing: The caller may read no learners.
        LearnerNotFound: The learner does not exist for him.
    """
    check_purpose(purpose)
    async with transaction(deps.pool) as connection:
        alive = (await surviving(connection, [learner_id]))[learner_id]
        seen = await require_visible(connection, actor, alive, now=now)
        await record_own_institution_reads(connection, actor, [seen], purpose=purpose, now=now)
        return await store.history(connection, alive)


async def list_enrolments(deps: Deps, query: ListEnrolments, *, actor: Actor, now: datetime) -> list[Enrolment]:
    """Enrolments of the learners that exist for the caller, by learner; of a merged one under the surviving id.

    A service with scope `registry.resolve` sees what the events tell it anyway, without names, and for any learner.
    A look by another institution than the one that keeps the record leaves an access row.

    Raises:
        TooManyItems: More than 1,000 learners.
    """
    check_ids(query.learner_ids, field="learner_ids")
    async with transaction(deps.pool) as connection:
        known_as = await surviving(connection, query.learner_ids)
        learner_ids = list(dict.fromkeys(known_as.values()))
        if not (actor.service and actor.may(RESOLVE)):
            visible = await visible_learners(connection, actor, learner_ids, today=today_in_thailand(now))
            learner_ids = [learner_id for learner_id in learner_ids if learner_id in visible]
            await record_own_institution_reads(connection, actor, visible.values(), purpose=LIST_PURPOSE, now=now)
        return await store.of_learners(connection, learner_ids, on_date=query.on_date)


async def of_learners(
    connection: Connection, learner_ids: Sequence[UUID], *, on_date: date | None = None
) -> dict[UUID, list[Enrolment]]:
    """Enrolments by learner, for other packages inside their transaction."""
    found: dict[UUID, list[Enrolment]] = {learner_id: [] for learner_id in learner_ids}
    for enrolment in await store.of_learners(connection, learner_ids, on_date=on_date):
        found[enrolment.learner_id].append(enrolment)
    return found


async def apply(
    connection: Connection,
    *,
    added: Sequence[Enrolment],
    changed: Sequence[Enrolment],
    now: datetime,
    recorded_by: str,
) -> None:
    """Write new and changed enrolments of learners that the caller has locked or just made.

    Changes first: an enrolment that ends makes room for the one that begins.
    """
    if changed:
        await store.update(connection, changed, today=today_in_thailand(now), now=now, recorded_by=recorded_by)
    if added:
        await store.insert(connection, added, now=now, recorded_by=recorded_by)


async def hold_learners(connection: Connection, learner_ids: Sequence[UUID]) -> None:
    """Hold known learners until the transaction ends, before anything of them is written."""
    await store.lock_learners(connection, sorted(set(learner_ids)))


async def by_ids(connection: Connection, enrolment_ids: Sequence[UUID]) -> dict[UUID, Enrolment]:
    """Enrolments as they are kept now, for other packages inside their transaction."""
    return {item.enrolment_id: item for item in await store.by_ids(connection, enrolment_ids)}


async def states(connection: Connection, history_ids: Sequence[int]) -> dict[int, Enrolment]:
    """What enrolments were according to statements of their history, for other packages inside their transaction."""
    return await store.states(connection, history_ids)


async def latest_states(connection: Connection, enrolment_ids: Sequence[UUID]) -> dict[UUID, int]:
    """The newest statement about each of these enrolments: whoever finds another one later knows of a change."""
    return await store.latest_states(connection, enrolment_ids)


async def running(
    connection: Connection, institution_id: UUID, *, roles: Sequence[EnrolmentRole], begun_by: date, until: date
) -> list[Enrolment]:
    """Enrolments of an institution that began by one day and go on until another, by grade and classroom."""
    return await store.running(connection, institution_id, roles=roles, begun_by=begun_by, until=until)
