"""Enrolments inside registrations, and reading them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection, transaction

from student_registry.access.use_cases import RESOLVE, visible_learners
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.enrolments import store
from student_registry.enrolments.domain import Enrolment
from student_registry.limits import check_ids

CONSTRAINTS = store.CONSTRAINTS


@dataclass(frozen=True, slots=True)
class ListEnrolments:
    """Whose enrolments, valid on which day; None: all, also ended ones."""

    learner_ids: tuple[UUID, ...]
    on_date: date | None


async def list_enrolments(deps: Deps, query: ListEnrolments, *, actor: Actor, now: datetime) -> list[Enrolment]:
    """Enrolments of the learners that exist for the caller, by learner.

    A service with scope `registry.resolve` sees what the events tell it anyway, without names, and for any learner.

    Raises:
        TooManyItems: More than 1,000 learners.
    """
    check_ids(query.learner_ids, field="learner_ids")
    async with transaction(deps.pool) as connection:
        learner_ids: Sequence[UUID] = query.learner_ids
        if not (actor.service and actor.may(RESOLVE)):
            visible = await visible_learners(connection, actor, query.learner_ids, today=today_in_thailand(now))
            learner_ids = [learner_id for learner_id in query.learner_ids if learner_id in visible]
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
    """Write new and changed enrolments of learners that the caller has locked or just made."""
    if added:
        await store.insert(connection, added, now=now, recorded_by=recorded_by)
    if changed:
        await store.update(connection, changed, now=now, recorded_by=recorded_by)
