"""Reading learners: who exists for the caller, on what ground, and the access rows that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import PermissionMissing
from chassis.pg import Connection, transaction

from student_registry.access.domain import Resource, Visible, stated_ground
from student_registry.access.errors import LearnerNotFound
from student_registry.access.use_cases import (
    READ_LEARNERS,
    READ_OWN,
    learners_on_ground,
    record_own_institution_reads,
    record_reads,
    visible_learners,
)
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.enrolments import use_cases as enrolments
from student_registry.identifiers import use_cases as identifiers
from student_registry.identifiers.domain import INSTITUTION_KINDS, identity_state
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.learners import store
from student_registry.learners.domain import Learner
from student_registry.learners.use_cases import REGISTER
from student_registry.limits import check_ids, check_purpose, page_size
from student_registry.matching.use_cases import surviving

CLASS_LIST_PURPOSE = "CLASS_LIST"
"""Purpose of a list of one's own institution when the caller states none."""


LOOK_UP_PURPOSE = "STUDENT_NO_LOOKUP"
"""Purpose of finding learners by the numbers of one's own institution; the call has no field for one."""


@dataclass(frozen=True, slots=True)
class BatchGetLearners:
    """Whom to read, why, and on what ground when the caller's own right does not reach.

    Attributes:
        ground: PARTNERSHIP, CASE, GRANT or ISSUER, of a service only; empty: the caller's own right.
        on_date: Day for which enrolments are shown; None: today.
    """

    learner_ids: tuple[UUID, ...]
    purpose: str
    ground: str = ""
    ground_id: str = ""
    on_date: date | None = None


@dataclass(frozen=True, slots=True)
class ListLearners:
    """Which learners of one institution to list."""

    institution_id: UUID
    grade_label: str = ""
    on_date: date | None = None
    purpose: str = ""
    page_size: int = 0
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class LearnerPage:
    """A page of learners, where the next begins, and how many all pages hold."""

    learners: list[Learner]
    after: UUID | None
    total: int


async def batch_get_learners(deps: Deps, query: BatchGetLearners, *, actor: Actor, now: datetime) -> list[Learner]:
    """Learners that exist for the caller, in the order asked for; the others are left out.

    Of a learner who was merged into another, that one is given, under his own id.

    Reads by another institution than the one that keeps the record leave an access row in the same transaction.

    Raises:
        TooManyItems: More than 1,000.
        PurposeMissing: No purpose.
        GroundInvalid: Not a ground that can be stated.
        GroundNotAllowed: A ground from someone who is no service with that scope.
        PermissionMissing: The caller may read no learners.
    """
    check_ids(query.learner_ids, field="learner_ids")
    check_purpose(query.purpose)
    ground = stated_ground(query.ground, query.ground_id)
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        known_as = await surviving(connection, query.learner_ids)
        wanted = list(dict.fromkeys(known_as[item] for item in query.learner_ids))
        if ground is None:
            seen = await visible_learners(connection, actor, wanted, today=today)
            await record_own_institution_reads(
                connection, actor, [seen[item] for item in wanted if item in seen], purpose=query.purpose, now=now
            )
            found = seen.keys()
        else:
            found = await learners_on_ground(connection, actor, wanted, ground=ground, today=today)
            await record_reads(
                connection,
                actor,
                [item for item in wanted if item in found],
                resource=Resource.IDENTITY,
                purpose=query.purpose,
                ground=ground,
                now=now,
            )
        shown = [item for item in wanted if item in found]
        return await _load(deps, connection, shown, actor=actor, on_date=query.on_date or today, today=today)


async def get_learner(
    deps: Deps, learner_id: UUID, *, purpose: str, on_date: date | None, actor: Actor, now: datetime
) -> Learner:
    """One learner.

    Raises:
        LearnerNotFound: He does not exist for the caller.
    """
    query = BatchGetLearners((learner_id,), purpose, on_date=on_date)
    found = await batch_get_learners(deps, query, actor=actor, now=now)
    if not found:
        raise LearnerNotFound
    return found[0]


async def get_own_learner(deps: Deps, *, actor: Actor, now: datetime) -> Learner:
    """The caller's own record.

    Raises:
        PermissionMissing: The caller is no learner, or acts under an assignment.
    """
    actor.require(READ_OWN)
    if actor.learner_id is None:
        raise PermissionMissing(permission=READ_OWN, role=actor.role)
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        learner_id = (await surviving(connection, [actor.learner_id]))[actor.learner_id]
        return (await _load(deps, connection, [learner_id], actor=actor, on_date=today, today=today))[0]


async def list_learners(deps: Deps, query: ListLearners, *, actor: Actor, now: datetime) -> LearnerPage:
    """A page of the learners enrolled in the caller's own institution, in Thai dictionary order.

    Raises:
        PermissionMissing: The caller may read no learners.
        InstitutionNotFound: Another institution; its learners do not exist for the caller.
        InvalidField: The page size is outside its limits.
    """
    actor.require(READ_LEARNERS)
    if query.institution_id != actor.at():
        raise InstitutionNotFound(field="institution_id")
    purpose = query.purpose or CLASS_LIST_PURPOSE
    check_purpose(purpose)
    limit = page_size(query.page_size)
    today = today_in_thailand(now)
    on_date = query.on_date or today
    async with transaction(deps.pool) as connection:
        found = await store.page(
            connection,
            query.institution_id,
            on_date=on_date,
            grade_label=query.grade_label,
            classroom=actor.classroom,
            after=query.after,
            limit=limit + 1,
        )
        total = await store.count(
            connection,
            query.institution_id,
            on_date=on_date,
            grade_label=query.grade_label,
            classroom=actor.classroom,
        )
        shown = [Visible(learner_id, is_registrar) for learner_id, is_registrar in found[:limit]]
        await record_own_institution_reads(connection, actor, shown, purpose=purpose, now=now)
        learners = await _load(
            deps, connection, [item.learner_id for item in shown], actor=actor, on_date=on_date, today=today
        )
    return LearnerPage(learners, shown[-1].learner_id if len(found) > limit else None, total)


async def find_learners(
    deps: Deps, institution_id: UUID, student_nos: Sequence[str], *, actor: Actor, now: datetime
) -> dict[str, UUID]:
    """Learners of the caller's institution by its own student numbers; only those known and visible.

    Finding a learner whose record another institution keeps leaves an access row.

    Raises:
        PermissionMissing: The caller may neither read nor register learners.
        InstitutionNotFound: Another institution.
        TooManyItems: More than 1,000.
    """
    if not actor.may(REGISTER):
        actor.require(READ_LEARNERS)
    if institution_id != actor.at():
        raise InstitutionNotFound(field="institution_id")
    check_ids(student_nos, field="student_nos")
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        found = await identifiers.find_by_student_no(deps, connection, institution_id, student_nos, on_date=today)
        seen: dict[UUID, Visible] = {}
        if actor.may(READ_LEARNERS):
            seen = await visible_learners(connection, actor, list(found.values()), today=today)
        if actor.classroom:
            found = {number: learner_id for number, learner_id in found.items() if learner_id in seen}
        # Somebody who has left is still found by the number he had today; his record is kept elsewhere by then.
        reads = [seen.get(item, Visible(item, is_registrar=False)) for item in dict.fromkeys(found.values())]
        await record_own_institution_reads(connection, actor, reads, purpose=LOOK_UP_PURPOSE, now=now)
        return found


async def load_changed(deps: Deps, learner_id: UUID, *, actor: Actor, now: datetime) -> Learner:
    """A learner whom the caller has just changed and whose record his institution keeps."""
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        known_as = (await surviving(connection, [learner_id]))[learner_id]
        return (await _load(deps, connection, [known_as], actor=actor, on_date=today, today=today))[0]


async def _load(
    deps: Deps, connection: Connection, learner_ids: Sequence[UUID], *, actor: Actor, on_date: date, today: date
) -> list[Learner]:
    """Learners with what is shown of them, in the order of `learner_ids`, all of which exist."""
    learners = await store.by_ids(connection, learner_ids)
    names = await store.other_names(connection, learner_ids)
    held = await identifiers.of_learners(connection, learner_ids)
    enrolled = await enrolments.of_learners(connection, learner_ids, on_date=on_date)
    own_numbers = [
        item
        for items in held.values()
        for item in items
        if item.kind in INSTITUTION_KINDS
        and (item.institution_id == actor.institution_id or item.learner_id == actor.learner_id)
    ]
    values = await identifiers.opened(deps, connection, own_numbers)
    return [
        replace(
            learners[learner_id],
            other_names=names.get(learner_id, {}),
            identifiers=tuple(held[learner_id]),
            enrolments=tuple(enrolled[learner_id]),
            identity_state=identity_state(held[learner_id], on_date=today),
            shown_values={
                item.identifier_id: values[item.identifier_id]
                for item in held[learner_id]
                if item.identifier_id in values
            },
        )
        for learner_id in learner_ids
    ]
