"""Reading the copies, and asking the registry once where a copy may only be late."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from chassis.assignments import Assignment
from chassis.auth import Actor
from chassis.errors import Unavailable
from chassis.pg import Connection, Pool

from credit_bank.calendar_th import TermPeriod
from credit_bank.clients import Registry
from credit_bank.people import store
from credit_bank.people.domain import Enrolment, Institution, KnownLearner, ShareGrant
from credit_bank.people.merges import Family, families


async def read_assignments(connection: Connection, assignment_ids: Collection[UUID]) -> Mapping[UUID, Assignment]:
    """Assignments that are known here, by id."""
    return await store.assignments(connection, sorted(set(assignment_ids)))


async def read_institutions(connection: Connection, institution_ids: Collection[UUID]) -> Mapping[UUID, Institution]:
    """Institutions that are known here, by id."""
    return await store.institutions(connection, sorted(set(institution_ids)))


async def read_institutions_below(
    connection: Connection, institution_id: UUID, *, on: date
) -> Mapping[UUID, Institution]:
    """Institutions that stand below one on a day, by administration or province, by id."""
    return await store.institutions(connection, await store.below(connection, institution_id, on=on))


async def read_learners(connection: Connection, learner_ids: Collection[UUID]) -> Mapping[UUID, KnownLearner]:
    """Learners that are known here, by id."""
    return await store.learners(connection, sorted(set(learner_ids)))


async def read_enrolments(
    connection: Connection, learner_ids: Collection[UUID], *, on: date | None = None
) -> list[Enrolment]:
    """Enrolments that are known here; all of them, or those valid on a day.

    An enrolment of one record of a person is one of the person: it is given under each of his ids that was asked for.
    """
    persons = await families(connection, learner_ids)
    by_record: dict[UUID, list[Enrolment]] = {}
    for enrolment in await store.enrolments(connection, sorted(_records(persons))):
        by_record.setdefault(enrolment.learner_id, []).append(enrolment)
    found = [
        enrolment if record == asked else replace(enrolment, learner_id=asked)
        for asked, family in sorted(persons.items())
        for record in family.members
        for enrolment in by_record.get(record, ())
    ]
    return found if on is None else [enrolment for enrolment in found if enrolment.is_valid_on(on)]


async def read_share_grants(
    connection: Connection, learner_ids: Collection[UUID], *, recipient_institution_id: UUID, on: date
) -> list[ShareGrant]:
    """Share grants to an institution that are known here and valid on a day, of any record of the learners."""
    persons = await families(connection, learner_ids)
    found = await store.share_grants(
        connection, sorted(_records(persons)), recipient_institution_id=recipient_institution_id
    )
    return [grant for grant in found if grant.is_valid_on(on)]


def _records(persons: Mapping[UUID, Family]) -> set[UUID]:
    return {record for family in persons.values() for record in family.members}


@dataclass(frozen=True, slots=True)
class TermEnrolments:
    """Which learners were enrolled in which terms; about the `unconfirmed` nobody could say just now."""

    enrolled: frozenset[tuple[UUID, TermPeriod]]
    unconfirmed: frozenset[UUID]


async def find_term_enrolments(
    pool: Pool, registry: Registry, wanted: Collection[tuple[UUID, TermPeriod]], *, institution_id: UUID
) -> TermEnrolments:
    """Whether learners were enrolled at an institution in terms: from the copies, else from the registry.

    Call it before any transaction is open. The registry is asked once, about those only whom the copies do not show
    enrolled: an event may still be on its way, and nobody should be refused for that.
    """
    if not wanted:
        return TermEnrolments(frozenset(), frozenset())
    async with pool.acquire(timeout=10) as connection:
        known = await read_enrolments(connection, {learner_id for learner_id, _ in wanted})
    enrolled = _matches(wanted, known, institution_id)
    missing = sorted({learner_id for learner_id, period in wanted if (learner_id, period) not in enrolled})
    if not missing:
        return TermEnrolments(enrolled, frozenset())
    try:
        asked = await registry.list_enrolments(missing)
    except Unavailable:
        return TermEnrolments(enrolled, frozenset(missing))
    return TermEnrolments(enrolled | _matches(wanted, asked, institution_id), frozenset())


def _matches(
    wanted: Collection[tuple[UUID, TermPeriod]], enrolments: Sequence[Enrolment], institution_id: UUID
) -> frozenset[tuple[UUID, TermPeriod]]:
    there: dict[UUID, list[Enrolment]] = {}
    for enrolment in enrolments:
        if enrolment.institution_id == institution_id:
            there.setdefault(enrolment.learner_id, []).append(enrolment)
    return frozenset(
        (learner_id, period)
        for learner_id, period in wanted
        if any(period.meets(item.valid_from, item.valid_to) for item in there.get(learner_id, ()))
    )


async def find_institutions(
    pool: Pool, registry: Registry, institution_ids: Collection[UUID], *, actor: Actor
) -> Mapping[UUID, Institution] | None:
    """Institutions by id: from the copies, else from the registry; None when only the registry could tell.

    Call it before any transaction is open.
    """
    if not institution_ids:
        return {}
    async with pool.acquire(timeout=10) as connection:
        known = await store.institutions(connection, sorted(set(institution_ids)))
    missing = sorted(set(institution_ids) - set(known))
    if not missing:
        return known
    try:
        return known | await registry.get_institutions(missing, actor=actor)
    except Unavailable:
        return None


@dataclass(frozen=True, slots=True)
class KnownLearners:
    """Which learners exist; about the `unconfirmed` nobody could say just now."""

    known: frozenset[UUID]
    unconfirmed: frozenset[UUID]


async def find_known_learners(pool: Pool, registry: Registry, learner_ids: Collection[UUID]) -> KnownLearners:
    """Which learners exist: from the copies, else from the registry, for which an enrolment proves it.

    Call it before any transaction is open.
    """
    if not learner_ids:
        return KnownLearners(frozenset(), frozenset())
    async with pool.acquire(timeout=10) as connection:
        known = frozenset(await store.learners(connection, sorted(set(learner_ids))))
    missing = sorted(set(learner_ids) - known)
    if not missing:
        return KnownLearners(known, frozenset())
    try:
        asked = await registry.list_enrolments(missing)
    except Unavailable:
        return KnownLearners(known, frozenset(missing))
    return KnownLearners(known | {enrolment.learner_id for enrolment in asked}, frozenset())


async def find_institutions_by_code(connection: Connection, codes: Collection[str]) -> dict[str, UUID]:
    """Institutions that are known here, by official code or local one; a code that two share names neither."""
    return await store.find_institutions_by_code(connection, codes) if codes else {}
