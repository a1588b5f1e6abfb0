"""Merging two learners who proved to be one person, and undoing it exactly.

Merging needs two people: one who reviewed the pair and found it to be one person, another who merges. A learner who was
merged keeps his id, which leads to the surviving one from then on. What undoing does to facts that were added or
changed meanwhile is said in `moving`.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, transaction

from student_registry.access.errors import LearnerNotFound
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.enrolments import use_cases as enrolments
from student_registry.enrolments.events import enrolment_changed
from student_registry.identifiers import use_cases as identifiers
from student_registry.identifiers.events import identifier_changed
from student_registry.matching import store, store_moving
from student_registry.matching.errors import (
    DecidedDifferent,
    FactsCollide,
    MergeNotFound,
    ReviewMissing,
    SamePerson,
    SecondPersonRequired,
)
from student_registry.matching.events import learners_merged, learners_unmerged
from student_registry.matching.merging import Facts, Merge, Side, check_reason, plan
from student_registry.matching.review import note_reads
from student_registry.matching.scope import within_reach
from student_registry.races import LostRace, rerun_on
from student_registry.snapshot.use_cases import stated_of
from student_registry.summary import summary

log = logging.getLogger(__name__)

MERGE = "registry.learners.merge"
ITEMS_MAX = 20
"""Merges in one call: each is looked at by people, and each holds two learners."""
LISTED_MAX = 1_000

_CONSTRAINTS = frozenset({"learner_merge_active"})


@dataclass(frozen=True, slots=True)
class MergeItem:
    """Two learners to merge.

    Attributes:
        right_citizen_id: Whose citizen ID is right, where both have one; the other ends.
        reason_code: Why they are one person, as a code.
        document_no: Number of the paper that proves it; may be empty.
    """

    surviving_learner_id: UUID
    merged_learner_id: UUID
    right_citizen_id: Side | None
    reason_code: str
    document_no: str


@dataclass(frozen=True, slots=True)
class MergeLearners:
    """Pairs to merge, in this order."""

    request_id: UUID
    merges: tuple[MergeItem, ...]


@dataclass(frozen=True, slots=True)
class UnmergeItem:
    """A merge to undo, and why, as a code."""

    merge_id: UUID
    reason_code: str


@dataclass(frozen=True, slots=True)
class UnmergeLearners:
    """Merges to undo, in this order."""

    request_id: UUID
    merges: tuple[UnmergeItem, ...]


async def merge_learners(deps: Deps, command: MergeLearners, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Merge pairs; the id of an outcome is that of the merge.

    Raises:
        PermissionMissing: The actor may not merge learners.
        TooManyItems: More than 20.
        RequestMismatch: The request id was used with other content.
    """
    actor.require(MERGE)
    check_size(command.merges, ITEMS_MAX, field="merges")

    async def one(connection: Connection, index: int) -> tuple[Outcome, list[NewEvent]]:
        return await _merge(connection, index, command.merges[index], actor=actor, now=now)

    return await _each(deps, command, one, actor=actor)


async def unmerge_learners(deps: Deps, command: UnmergeLearners, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Undo merges; one that is undone already is already done.

    Raises:
        PermissionMissing: The actor may not merge learners.
        TooManyItems: More than 20.
        RequestMismatch: The request id was used with other content.
    """
    actor.require(MERGE)
    check_size(command.merges, ITEMS_MAX, field="merges")

    async def one(connection: Connection, index: int) -> tuple[Outcome, list[NewEvent]]:
        return await _unmerge(connection, index, command.merges[index], actor=actor, now=now)

    return await _each(deps, command, one, actor=actor)


async def _each(
    deps: Deps,
    command: MergeLearners | UnmergeLearners,
    one: Callable[[Connection, int], Awaitable[tuple[Outcome, list[NewEvent]]]],
    *,
    actor: Actor,
) -> list[Outcome]:
    """Do the items of a call in one transaction, each whole or not at all."""

    async def work() -> list[Outcome]:
        async with transaction(deps.pool) as connection:
            content = idempotency.fingerprint(command)
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
            if answer is not None:
                return outcomes_from_answer(answer)
            outcomes: list[Outcome] = []
            events: list[NewEvent] = []
            for index in range(len(command.merges)):
                try:
                    async with connection.transaction():
                        outcome, told = await one(connection, index)
                    outcomes.append(outcome)
                    events.extend(told)
                except LostRace:
                    raise
                except ServiceError as error:
                    outcomes.append(Outcome.failed(index, error))
                except asyncpg.IntegrityConstraintViolationError as exc:
                    if exc.constraint_name in _CONSTRAINTS:
                        raise
                    outcomes.append(Outcome.failed(index, FactsCollide(constraint=exc.constraint_name)))
            await outbox.add(connection, events)
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
            )
        fields = summary(outcomes, request_id=command.request_id)
        log.info("Merged or unmerged learners", extra={"fields": {**fields, "command": type(command).__name__}})
        return outcomes

    return await rerun_on(_CONSTRAINTS, work)


async def _merge(
    connection: Connection, index: int, item: MergeItem, *, actor: Actor, now: datetime
) -> tuple[Outcome, list[NewEvent]]:
    check_reason(item.reason_code, document_no=item.document_no)
    pair = (item.surviving_learner_id, item.merged_learner_id)
    today = today_in_thailand(now)
    if set(pair) - await within_reach(connection, actor, pair, today=today):
        raise LearnerNotFound(field="merged_learner_id")
    facts = await _facts(connection, pair)
    known = await store.active_merge(connection, item.merged_learner_id)
    if known is not None and known.surviving_learner_id == item.surviving_learner_id:
        return Outcome(index, str(known.merge_id), already_done=True), []
    await _check_review(connection, pair, actor=actor)
    decision = plan(facts[pair[0]], facts[pair[1]], right_citizen_id=item.right_citizen_id)
    merge = Merge(
        merge_id=uuid7(),
        surviving_learner_id=item.surviving_learner_id,
        merged_learner_id=item.merged_learner_id,
        reason_code=item.reason_code,
        document_no=item.document_no,
        ended_identifier_id=decision.ended and decision.ended.identifier_id,
        ended_on=today if decision.ended else None,
        merged_at=now,
        merged_by=actor.subject_hash,
        undone_at=None,
    )
    if decision.ended is not None:
        await identifiers.end(connection, decision.ended, on_date=today)
    before = await stated_of(connection, pair[0])
    await store.insert_merge(connection, merge)
    await store.point(connection, item.merged_learner_id, item.surviving_learner_id)
    await store_moving.move(connection, pair[1], pair[0], merge_id=merge.merge_id, now=now)
    moved = {one.enrolment_id for one in facts[pair[1]].enrolments} - decision.parked
    told = await _told(connection, pair[0], moved, before, now=now)
    return Outcome(index, str(merge.merge_id)), [learners_merged(merge), *told]


async def _unmerge(
    connection: Connection, index: int, item: UnmergeItem, *, actor: Actor, now: datetime
) -> tuple[Outcome, list[NewEvent]]:
    check_reason(item.reason_code)
    merge = await store.merge(connection, item.merge_id)
    if merge is None:
        raise MergeNotFound(field="merge_id")
    today = today_in_thailand(now)
    pair = (merge.surviving_learner_id, merge.merged_learner_id)
    standing = await store.surviving(connection, pair)
    if set(standing.values()) - await within_reach(connection, actor, standing.values(), today=today):
        raise MergeNotFound(field="merge_id")
    # The root is held by whoever writes facts of this person, the merged learner by whoever merges or unmerges him.
    await store.lock(connection, {*pair, *standing.values()})
    if await store.surviving(connection, pair) != standing:
        raise LostRace
    merge = await store.merge(connection, item.merge_id)
    assert merge is not None, "merges are never deleted"
    if merge.undone_at is not None:
        return Outcome(index, str(merge.merge_id), already_done=True), []
    await store.undo_merge(connection, merge.merge_id, now=now, by=actor.subject_hash, reason_code=item.reason_code)
    await store.point(connection, merge.merged_learner_id, None)
    family = await store.family(connection, merge.merged_learner_id)
    before = {one.enrolment_id for one in await _enrolments(connection, family)}
    stated = await stated_of(connection, merge.merged_learner_id)
    await store_moving.bring_home(connection, merge.merged_learner_id, family=family, merge_id=merge.merge_id)
    if merge.ended_identifier_id is not None and merge.ended_on is not None:
        await store.take_up_again(connection, merge.ended_identifier_id, ended_on=merge.ended_on)
    returned = {one.enrolment_id for one in await _enrolments(connection, family)} - before
    told = await _told(connection, merge.merged_learner_id, returned, stated, now=now)
    still = standing[merge.merged_learner_id]
    return Outcome(index, str(merge.merge_id)), [
        learners_unmerged(merge, now=now),
        *told,
        identifier_changed(still, now=now),
    ]


async def _enrolments(connection: Connection, learner_ids: Collection[UUID]) -> list[enrolments.Enrolment]:
    found = await enrolments.of_learners(connection, list(learner_ids))
    return [enrolment for items in found.values() for enrolment in items]


async def _facts(connection: Connection, pair: Sequence[UUID]) -> dict[UUID, Facts]:
    """What decides about a merge, of two learners held until the transaction ends.

    Raises:
        SamePerson: There is only one.
        LearnerNotFound: One of them is unknown.
    """
    if pair[0] == pair[1]:
        raise SamePerson(field="merged_learner_id")
    locked = await store.lock(connection, pair)
    if len(locked) < len(pair):
        raise LearnerNotFound(field="merged_learner_id")
    held = await identifiers.of_learners(connection, pair)
    enrolled = await enrolments.of_learners(connection, pair)
    return {
        learner_id: Facts(learner_id, is_merged, tuple(held[learner_id]), tuple(enrolled[learner_id]))
        for learner_id, is_merged in locked.items()
    }


async def _check_review(connection: Connection, pair: Sequence[UUID], *, actor: Actor) -> None:
    """Two people decide: the one who reviewed and the one who merges.

    Raises:
        DecidedDifferent: A review found two persons among those who would become one.
        ReviewMissing: Nobody found them to be one person.
        SecondPersonRequired: Nobody but the actor did.
    """
    one, other = [await store.family(connection, learner_id) for learner_id in pair]
    if await store.is_decided_different(connection, one, other):
        raise DecidedDifferent(field="merged_learner_id")
    reviewers = await store.confirmed_by(connection, one, other)
    if not reviewers:
        raise ReviewMissing(field="merged_learner_id")
    if reviewers == {actor.subject_hash}:
        raise SecondPersonRequired(field="merged_learner_id")


async def _told(
    connection: Connection,
    learner_id: UUID,
    enrolment_ids: Collection[UUID],
    stated: Collection[NewEvent],
    *,
    now: datetime,
) -> list[NewEvent]:
    """Events about facts that are this learner's now, so that copies agree with the registry.

    Args:
        connection: Of the transaction that made them his.
        learner_id: Whose they are now.
        enrolment_ids: Enrolments that became his.
        stated: What was stated of him before.
        now: The instant of it.
    """
    moved = [item for item in await _enrolments(connection, [learner_id]) if item.enrolment_id in enrolment_ids]
    today = today_in_thailand(now)
    return [
        identifier_changed(learner_id, now=now),
        *(enrolment_changed(item, today=today) for item in moved),
        *(event for event in await stated_of(connection, learner_id) if event not in stated),
    ]


async def list_merges(deps: Deps, learner_id: UUID, *, actor: Actor, now: datetime) -> list[Merge]:
    """Merges in which a learner or those who lead to him took part, newest first, undone ones too.

    Raises:
        PermissionMissing: The actor may not merge learners.
        LearnerNotFound: He does not exist for the actor.
    """
    actor.require(MERGE)
    async with transaction(deps.pool) as connection:
        root = (await store.surviving(connection, [learner_id])).get(learner_id, learner_id)
        if root not in await within_reach(connection, actor, [root], today=today_in_thailand(now)):
            raise LearnerNotFound
        found = await store.merges(connection, {learner_id, *await store.family(connection, root)}, limit=LISTED_MAX)
        told = {item for one in found for item in (one.surviving_learner_id, one.merged_learner_id)}
        await note_reads(connection, actor, told | {root}, now=now)
    return found
