"""Enrolments of learners, from the copy or, where it has none, from the registry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import NotFound, ServiceError, Unavailable
from chassis.pg import Connection, Pool

from guidance.clients import Registry
from guidance.copies import store
from guidance.copies.domain import Enrolment


class LearnerUnknown(NotFound):
    """There is no such learner in the caller's class or school on that day."""

    reason = "LEARNER_UNKNOWN"


@dataclass(frozen=True, slots=True)
class Enrolments:
    """Enrolments of some learners at one institution; those of `unknown` could not be found out just now."""

    by_learner: Mapping[UUID, tuple[Enrolment, ...]]
    unknown: frozenset[UUID]

    def refusal(self, actor: Actor, learner_id: UUID, *, on: date) -> ServiceError | None:
        """Why the learner does not exist for the actor on a day; None when he is in the actor's class or school.

        A learner of another school or class and one who does not exist look the same.
        """
        enrolments = self.by_learner.get(learner_id, ())
        if any(item.holds_on(on) and item.is_in(actor.classroom) for item in enrolments):
            return None
        if learner_id in self.unknown:
            return Unavailable("The enrolment is not known here yet, and the registry does not answer.")
        return LearnerUnknown()


async def enrolments_at(
    pool: Pool, registry: Registry, learner_ids: Collection[UUID], *, institution_id: UUID
) -> Enrolments:
    """Enrolments of learners at an institution, ended ones too.

    Call it before any transaction is open: the registry is asked about learners without a copy at the institution,
    as an event may still be on its way.
    """
    async with pool.acquire(timeout=10) as connection:
        records = await store.records_of(connection, sorted(learner_ids))
        every = sorted({record for group in records.values() for record in group})
        found = await store.enrolments_at(connection, institution_id, every)
    taught = {enrolment.learner_id for enrolment in found}
    missing = {learner_id for learner_id in learner_ids if not taught & set(records[learner_id])}
    unknown = frozenset[UUID]()
    if missing:
        try:
            asked = await registry.enrolments_of(sorted(missing))
        except Unavailable:
            asked, unknown = [], frozenset(missing)
        found += [enrolment for enrolment in asked if enrolment.institution_id == institution_id]
    by_learner: dict[UUID, list[Enrolment]] = {}
    for enrolment in found:
        by_learner.setdefault(enrolment.learner_id, []).append(enrolment)
    # An enrolment of one record of a person is one of the person, whichever of his ids was asked for.
    return Enrolments(
        {
            learner_id: tuple(item for record in group for item in by_learner.get(record, ()))
            for learner_id, group in records.items()
        },
        unknown,
    )


async def records_of(connection: Connection, learner_id: UUID) -> list[UUID]:
    """All records of the person that a learner is, after merges; his own id among them."""
    return (await store.records_of(connection, [learner_id]))[learner_id]
