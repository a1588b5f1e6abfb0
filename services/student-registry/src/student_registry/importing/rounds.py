"""Rounds of a year: the learners of an institution as a dated snapshot, vouched for stage by stage by different people.

The school confirms, its director certifies, the area office acknowledges; each stage once.

Source: credit-bank.md e.7 (DMC rounds of 10 June, 10 November, end of year; the chain of three) [T37].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, transaction

from student_registry.calendar_th import BE_MINUS_CE, today_in_thailand
from student_registry.deps import Deps
from student_registry.importing import store_rounds as store
from student_registry.importing.errors import (
    ImportNotFinished,
    RoundKindUnknown,
    RoundNotFound,
    RoundSamePerson,
    RoundStageWrong,
)
from student_registry.importing.round_facts import ImportRound, RoundStage
from student_registry.institutions.use_cases import subtree
from student_registry.learners.use_cases import REGISTER
from student_registry.limits import ITEMS_MAX, page_size

CERTIFY = "registry.imports.certify"
ACKNOWLEDGE = "registry.imports.acknowledge"
READ_AREA = "registry.area_desk.read"


PERMISSIONS = {
    RoundStage.CONFIRMED: REGISTER,
    RoundStage.CERTIFIED: CERTIFY,
    RoundStage.ACKNOWLEDGED: ACKNOWLEDGE,
}
_BEFORE = {
    RoundStage.CONFIRMED: RoundStage.OPEN,
    RoundStage.CERTIFIED: RoundStage.CONFIRMED,
    RoundStage.ACKNOWLEDGED: RoundStage.CERTIFIED,
}


async def reference_date(connection: Connection, round_id: UUID) -> date:
    """Day of a round that exists."""
    found = await store.lock(connection, [round_id])
    return found[round_id].reference_date


async def open_round(
    deps: Deps, institution_id: UUID, *, academic_year_be: int, kind: str, actor: Actor, now: datetime
) -> ImportRound:
    """The round of an institution, opened when there is none yet; asking again changes nothing.

    Raises:
        PermissionMissing: The actor may not register learners.
        RoundNotFound: The institution is another one.
        RoundKindUnknown: A year has no such round.
    """
    actor.require(REGISTER)
    if institution_id != actor.at():
        raise RoundNotFound(field="institution_id")
    async with transaction(deps.pool) as connection:
        found = await store.kind_on(connection, kind, on_date=today_in_thailand(now))
        if found is None:
            raise RoundKindUnknown(field="kind")
        day = date(academic_year_be - BE_MINUS_CE + found.year_offset, found.month, found.day)
        await store.insert(
            connection,
            uuid7(),
            institution_id,
            academic_year_be=academic_year_be,
            kind=kind,
            kind_version=found.version,
            reference_date=day,
            now=now,
            opened_by=actor.subject_hash,
        )
        return await store.by_key(connection, institution_id, academic_year_be=academic_year_be, kind=kind)


async def advance_rounds(
    deps: Deps, round_ids: Sequence[UUID], stage: RoundStage, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Confirm, certify or acknowledge rounds; a stage that the same person has already set is done.

    Confirming keeps the snapshot: everybody enrolled on the day of the round.

    Raises:
        PermissionMissing: The stage is another role's.
        TooManyItems: More than 1,000.
    """
    actor.require(PERMISSIONS[stage])
    check_size(round_ids, ITEMS_MAX, field="round_ids")
    async with transaction(deps.pool) as connection:
        places = {actor.at()}
        if stage is RoundStage.ACKNOWLEDGED:
            day = today_in_thailand(now)
            places = set(await subtree(connection, actor.at(), tree="administration", on_date=day)) - places
        rounds = await store.lock(connection, sorted(set(round_ids)))
        outcomes: list[Outcome] = []
        for index, round_id in enumerate(round_ids):
            found = rounds.get(round_id)
            try:
                if found is None or found.institution_id not in places:
                    raise RoundNotFound(field="round_id")
                is_done = _check(found, stage, actor=actor)
                if not is_done:
                    rounds[round_id] = await _set(connection, found, stage, actor=actor, now=now)
                outcomes.append(Outcome(index, str(round_id), already_done=is_done))
            except ServiceError as error:
                outcomes.append(Outcome.failed(index, error))
    return outcomes


def _check(found: ImportRound, stage: RoundStage, *, actor: Actor) -> bool:
    """Whether the stage is this person's work already.

    Raises:
        RoundStageWrong: The stage before it is missing, or it was set by another person.
        RoundSamePerson: The person has set another stage.
    """
    by = {
        RoundStage.CONFIRMED: found.confirmed_by,
        RoundStage.CERTIFIED: found.certified_by,
        RoundStage.ACKNOWLEDGED: found.acknowledged_by,
    }
    if by[stage] == actor.subject_hash:
        return True
    if found.stage is not _BEFORE[stage]:
        raise RoundStageWrong(field="stage", stage=found.stage)
    if actor.subject_hash in by.values():
        raise RoundSamePerson(field="stage")
    return False


async def _set(
    connection: Connection, found: ImportRound, stage: RoundStage, *, actor: Actor, now: datetime
) -> ImportRound:
    if stage is RoundStage.CONFIRMED:
        if await store.has_unfinished_import(connection, found.round_id):
            raise ImportNotFinished(field="round_id")
        count = await store.keep_snapshot(connection, found)
        await store.confirm(connection, found.round_id, learner_count=count, now=now, by=actor.subject_hash)
    elif stage is RoundStage.CERTIFIED:
        await store.certify(connection, found.round_id, now=now, by=actor.subject_hash)
    else:
        await store.acknowledge(connection, found.round_id, now=now, by=actor.subject_hash, at=actor.at())
    return (await store.lock(connection, [found.round_id]))[found.round_id]


@dataclass(frozen=True, slots=True)
class ListRounds:
    """Which rounds to list; None means all."""

    academic_year_be: int | None = None
    stage: RoundStage | None = None
    page_size: int = 0
    after: UUID | None = None


async def list_rounds(
    deps: Deps, query: ListRounds, *, actor: Actor, now: datetime
) -> tuple[list[ImportRound], UUID | None]:
    """A page of rounds of the caller's institution, or of all below his office, and after which the next begins.

    Raises:
        PermissionMissing: The actor has nothing to do with rounds.
        InvalidField: The page size is outside its limits.
    """
    is_office = actor.may(READ_AREA) or actor.may(ACKNOWLEDGE)
    if not (is_office or actor.may(CERTIFY)):
        actor.require(REGISTER)
    limit = page_size(query.page_size)
    async with transaction(deps.pool) as connection:
        places = [actor.at()]
        if is_office:
            day = today_in_thailand(now)
            places = await subtree(connection, actor.at(), tree="administration", on_date=day)
        found = await store.of_institutions(
            connection,
            places,
            academic_year_be=query.academic_year_be,
            stage=query.stage,
            after=query.after,
            limit=limit + 1,
        )
    return found[:limit], found[limit - 1].round_id if len(found) > limit else None
