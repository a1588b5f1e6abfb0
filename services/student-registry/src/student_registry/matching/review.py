"""Finding pairs that may be one person and deciding about them. Nothing here merges anybody."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency
from chassis.auth import Actor
from chassis.errors import InvalidField, ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, transaction

from student_registry.access.domain import Ground, GroundKind, Resource
from student_registry.access.errors import LearnerNotFound
from student_registry.access.use_cases import record_reads
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.identifiers import use_cases as identifiers
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.institutions.use_cases import subtree
from student_registry.limits import check_purpose, page_size
from student_registry.matching import store
from student_registry.matching.errors import CandidateNotFound, PairMerged
from student_registry.matching.merging import check_reason
from student_registry.matching.reviewing import (
    DECISIONS,
    WAITING,
    Candidate,
    Compared,
    Origin,
    State,
    check_step,
    ordered,
)
from student_registry.matching.scope import TREE, reach, within_reach
from student_registry.matching.scoring import Score, score
from student_registry.matching.weights import WEIGHTS
from student_registry.profiles.use_cases import parent_names
from student_registry.summary import summary

log = logging.getLogger(__name__)

REVIEW = "registry.matching.review"
PURPOSE = "MATCH_REVIEW"
"""Purpose of a look into the queue; the call itself has no field for one."""
DECISIONS_MAX = 100
COMPARED_MAX = 500
"""Learners compared in one call, so that it ends within a request."""
_PAIRS_PER_LEARNER_MAX = 20
_NEAR_BLOCK = 0.3
_ALIKE_BLOCK = 0.25


@dataclass(frozen=True, slots=True)
class FindCandidates:
    """Whom to compare with everybody: the learners of an institution after one of them, or those named."""

    request_id: UUID
    institution_id: UUID | None
    learner_ids: tuple[UUID, ...] = ()
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What comparing found, and the learner after whom to go on."""

    compared: int
    found: int
    after: UUID | None


@dataclass(frozen=True, slots=True)
class ReportCandidates:
    """Pairs that somebody believes to be one person each."""

    request_id: UUID
    pairs: tuple[tuple[UUID, UUID], ...]


@dataclass(frozen=True, slots=True)
class ListCandidates:
    """Which part of the queue to show."""

    states: tuple[State, ...] = ()
    institution_id: UUID | None = None
    page_size: int = 0
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class CandidatePage:
    """A page of the queue, the pair after which the next begins, and how many all pages hold."""

    candidates: list[Candidate]
    after: UUID | None
    total: int


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about one pair."""

    candidate_id: UUID
    state: State
    reason_code: str


@dataclass(frozen=True, slots=True)
class DecideCandidates:
    """Decisions about pairs."""

    request_id: UUID
    decisions: tuple[Decision, ...]


async def note_reads(connection: Connection, actor: Actor, learner_ids: Collection[UUID], *, now: datetime) -> None:
    """Note that somebody who does not keep the records of these learners saw how they compare with others."""
    await record_reads(
        connection,
        actor,
        await store.kept_elsewhere(connection, learner_ids, institution_id=actor.institution_id),
        resource=Resource.IDENTITY,
        purpose=PURPOSE,
        ground=Ground(GroundKind.OVERSIGHT),
        now=now,
    )


async def find_candidates(deps: Deps, command: FindCandidates, *, actor: Actor, now: datetime) -> Found:
    """Compare learners with everybody who might be the same, and put probable pairs into the queue.

    Raises:
        PermissionMissing: The actor does not review.
        InvalidField: Both an institution and learners are named, or neither.
        TooManyItems: More than 500 learners are named.
        InstitutionNotFound: It is not the actor's and does not report to it.
    """
    actor.require(REVIEW)
    if (command.institution_id is None) != bool(command.learner_ids):
        raise InvalidField(field="institution_id", expected="an institution or learners, and not both")
    if command.learner_ids:
        check_size(command.learner_ids, COMPARED_MAX, field="learner_ids")
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        content = idempotency.fingerprint(command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            compared_count, found_count, after = json.loads(answer)
            return Found(compared_count, found_count, UUID(after) if after else None)
        more: UUID | None = None
        if command.institution_id is not None:
            institution_ids = await reach(connection, actor, today=today)
            if institution_ids is not None and command.institution_id not in institution_ids:
                raise InstitutionNotFound(field="institution_id")
            asked = await store.roll(
                connection, command.institution_id, on_date=today, after=command.after, limit=COMPARED_MAX + 1
            )
            more = asked[COMPARED_MAX - 1] if len(asked) > COMPARED_MAX else None
            asked = asked[:COMPARED_MAX]
        else:
            asked = sorted(await within_reach(connection, actor, command.learner_ids, today=today))
        found = await propose(deps, connection, asked, found_by=actor.subject_hash, now=now)
        kept = json.dumps([len(asked), found, str(more) if more else None]).encode()
        await idempotency.finish(connection, command.request_id, caller=actor.caller, answer=kept)
    log.info("Compared learners", extra={"fields": {"compared": len(asked), "found": found}})
    return Found(len(asked), found, more)


async def propose(
    deps: Deps, connection: Connection, learner_ids: Collection[UUID], *, found_by: str, now: datetime
) -> int:
    """Put probable pairs of these learners with anybody into the queue; how many are new.

    Also what becomes of everybody who is new in the register (`matching/comparing.py`).
    """
    if not learner_ids:
        return 0
    pairs = await store.blocks(
        connection, learner_ids, near_from=_NEAR_BLOCK, alike_from=_ALIKE_BLOCK, limit=_PAIRS_PER_LEARNER_MAX
    )
    scores = await _scores(deps, connection, pairs)
    probable = [
        _candidate(pair, found, origin=Origin.PROBABLE, now=now)
        for pair, found in scores.items()
        if found.points >= WEIGHTS.propose_from
    ]
    return len(await store.insert_candidates(connection, probable, found_by=found_by))


async def _scores(
    deps: Deps, connection: Connection, pairs: Sequence[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], Score]:
    named = sorted({learner_id for pair in pairs for learner_id in pair})
    parents = await parent_names(deps, connection, named)
    records = {
        learner_id: replace(record, parents=frozenset(f"{given} {family}" for given, family in parents[learner_id]))
        for learner_id, record in (await store.records(connection, named)).items()
    }
    return {pair: score(records[pair[0]], records[pair[1]], WEIGHTS) for pair in pairs}


def _candidate(pair: tuple[UUID, UUID], found: Score, *, origin: Origin, now: datetime) -> Candidate:
    return Candidate(
        candidate_id=uuid7(),
        low_learner_id=pair[0],
        high_learner_id=pair[1],
        origin=origin,
        score=found.points,
        is_strong=found.points >= WEIGHTS.strong_from,
        weights_version=WEIGHTS.version,
        contributions=found.contributions,
        state=State.OPEN,
        found_at=now,
    )


async def report_candidates(deps: Deps, command: ReportCandidates, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Put pairs into the queue whatever their score; a pair that is there already is already done.

    Raises:
        PermissionMissing: The actor does not review.
        TooManyItems: More than 100.
        RequestMismatch: The request id was used with other content.
    """
    actor.require(REVIEW)
    check_size(command.pairs, DECISIONS_MAX, field="pairs")
    async with transaction(deps.pool) as connection:
        content = idempotency.fingerprint(command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return outcomes_from_answer(answer)
        outcomes: list[Outcome] = []
        right: dict[int, tuple[UUID, UUID]] = {}
        named = {learner_id for pair in command.pairs for learner_id in pair}
        seen = await within_reach(connection, actor, named, today=today_in_thailand(now))
        known = await store.records(connection, named)
        for index, pair in enumerate(command.pairs):
            try:
                if not set(pair) & seen or set(pair) - known.keys():
                    raise LearnerNotFound(field="one_learner_id")
                right[index] = ordered(*pair)
            except ServiceError as error:
                outcomes.append(Outcome.failed(index, error))
        outcomes += await _reported(deps, connection, right, actor=actor, now=now)
        await idempotency.finish(
            connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
        )
    log.info("Reported pairs", extra={"fields": summary(outcomes, request_id=command.request_id)})
    return sorted(outcomes, key=lambda outcome: outcome.index)


async def _reported(
    deps: Deps, connection: Connection, right: dict[int, tuple[UUID, UUID]], *, actor: Actor, now: datetime
) -> list[Outcome]:
    pairs = sorted(set(right.values()))
    scores = await _scores(deps, connection, pairs)
    new = [_candidate(pair, scores[pair], origin=Origin.REPORTED, now=now) for pair in pairs]
    added = await store.insert_candidates(connection, new, found_by=actor.subject_hash)
    there = await store.candidates_by_pair(connection, pairs)
    return [
        Outcome(index, str(there[pair].candidate_id), already_done=pair not in added) for index, pair in right.items()
    ]


async def suspect(
    deps: Deps, connection: Connection, pairs: Collection[tuple[UUID, UUID]], *, found_by: str, now: datetime
) -> None:
    """Put pairs of learners into the queue whom the identifiers of one statement both led to."""
    if pairs:
        suspected = sorted({ordered(*pair) for pair in pairs})
        scores = await _scores(deps, connection, suspected)
        new = [_candidate(pair, scores[pair], origin=Origin.IDENTIFIERS, now=now) for pair in suspected]
        await store.insert_candidates(connection, new, found_by=found_by)


async def list_candidates(deps: Deps, query: ListCandidates, *, actor: Actor, now: datetime) -> CandidatePage:
    """A page of the queue, the most alike first; of the actor's institution and those below it, or of one of these.

    Raises:
        PermissionMissing: The actor does not review.
        InvalidField: The page size is outside its limits.
        InstitutionNotFound: The institution is not the actor's and does not report to it.
    """
    actor.require(REVIEW)
    limit = page_size(query.page_size)
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        institution_ids = await reach(connection, actor, today=today)
        if query.institution_id is not None:
            if institution_ids is not None and query.institution_id not in institution_ids:
                raise InstitutionNotFound(field="institution_id")
            institution_ids = await subtree(connection, query.institution_id, tree=TREE, on_date=today)
        found, total = await store.candidates(
            connection,
            states=query.states or WAITING,
            institution_ids=institution_ids,
            today=today,
            after=query.after,
            limit=limit + 1,
        )
        page = found[:limit]
        await note_reads(connection, actor, {item for one in page for item in one.pair}, now=now)
    return CandidatePage(page, page[-1].candidate_id if len(found) > limit else None, total)


async def get_candidate(
    deps: Deps, candidate_id: UUID, *, purpose: str, actor: Actor, now: datetime
) -> tuple[Candidate, list[Compared]]:
    """One pair side by side; the reads of both are noted.

    Raises:
        PermissionMissing: The actor does not review.
        PurposeMissing: No purpose.
        CandidateNotFound: Neither of the two exists for the actor.

    A learner whose data are restricted is left out for all but the keeper of his record.
    """
    actor.require(REVIEW)
    check_purpose(purpose)
    async with transaction(deps.pool) as connection:
        candidate = (await store.candidates_by_id(connection, [candidate_id])).get(candidate_id)
        if candidate is None or not await within_reach(connection, actor, candidate.pair, today=today_in_thailand(now)):
            raise CandidateNotFound(field="candidate_id")
        compared = await store.compared(connection, candidate.pair, reader_institution_id=actor.institution_id)
        held = await identifiers.of_learners(connection, candidate.pair)
        ground = Ground(GroundKind.CASE, str(candidate_id))
        others = [item for item in compared.values() if item.registrar_institution_id != actor.institution_id]
        await record_reads(
            connection,
            actor,
            [item.learner_id for item in others],
            resource=Resource.IDENTITY,
            purpose=purpose,
            ground=ground,
            now=now,
        )
    return candidate, [
        replace(compared[item], identifiers=tuple(held[item])) for item in candidate.pair if item in compared
    ]


async def decide_candidates(deps: Deps, command: DecideCandidates, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Decide about pairs: one person, two persons, or later.

    Raises:
        PermissionMissing: The actor does not review.
        TooManyItems: More than 100.
        RequestMismatch: The request id was used with other content.
    """
    actor.require(REVIEW)
    check_size(command.decisions, DECISIONS_MAX, field="decisions")
    async with transaction(deps.pool) as connection:
        content = idempotency.fingerprint(command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return outcomes_from_answer(answer)
        outcomes, decided = await _decisions(connection, command.decisions, actor=actor, today=today_in_thailand(now))
        await store.decide(
            connection,
            decided,
            now=now,
            by=actor.subject_hash,
            role=actor.role,
            institution_id=actor.institution_id,
        )
        await idempotency.finish(
            connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
        )
    log.info("Decided about pairs", extra={"fields": summary(outcomes, request_id=command.request_id)})
    return outcomes


async def _decisions(
    connection: Connection, stated: Sequence[Decision], *, actor: Actor, today: date
) -> tuple[list[Outcome], list[tuple[UUID, State, str]]]:
    """Outcome of each decision, and those to write; the pairs are held until the transaction ends."""
    locked = await store.lock_candidates(connection, [item.candidate_id for item in stated])
    learners = {learner_id for _, low, high in locked.values() for learner_id in (low, high)}
    seen = await within_reach(connection, actor, learners, today=today)
    stands_for = await store.surviving(connection, sorted(learners))
    states = {candidate_id: state for candidate_id, (state, _, _) in locked.items()}
    outcomes: list[Outcome] = []
    decided: dict[UUID, tuple[UUID, State, str]] = {}
    for index, item in enumerate(stated):
        try:
            check_reason(item.reason_code)
            if item.state not in DECISIONS:
                raise InvalidField(field="state", expected="SAME, DIFFERENT or LATER")
            if item.candidate_id not in locked or not set(locked[item.candidate_id][1:]) & seen:
                raise CandidateNotFound(field="candidate_id")
            _, low, high = locked[item.candidate_id]
            is_new = check_step(states[item.candidate_id], item.state)
            if is_new and stands_for[low] == stands_for[high]:
                raise PairMerged(field="state")
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
            continue
        if is_new:
            states[item.candidate_id] = item.state
            decided[item.candidate_id] = (item.candidate_id, item.state, item.reason_code)
        outcomes.append(Outcome(index, str(item.candidate_id), already_done=not is_new))
    return outcomes, list(decided.values())
