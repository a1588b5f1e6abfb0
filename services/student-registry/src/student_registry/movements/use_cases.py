"""Asking for moves, releasing, accepting, calling off, refusing, and listing those past their limit.

Lock order: the request, learners by id, then the outbox counters, as in learners/use_cases.py. Every step of a move is
taken while its learner is held, so two who act at once meet there.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, transaction

from student_registry.access.errors import LearnerNotFound
from student_registry.access.use_cases import READ_LEARNERS, visible_learners
from student_registry.calendar_th import today_in_thailand
from student_registry.codes import CodeUnknown, codes_on
from student_registry.deps import Deps
from student_registry.enrolments import use_cases as enrolments
from student_registry.enrolments.domain import (
    Enrolment,
    EnrolmentRole,
)
from student_registry.institutions.domain import Institution
from student_registry.institutions.use_cases import institutions_by_id
from student_registry.limits import ITEMS_MAX, check_purpose, page_size
from student_registry.matching.use_cases import surviving
from student_registry.movements import store
from student_registry.movements.domain import (
    Acceptance,
    Movement,
    MovementInput,
    MovementRules,
    MovementState,
    PapersSeen,
    Release,
    Stop,
    accepted,
    is_same_request,
    released,
    requested,
    stopped,
)
from student_registry.movements.errors import (
    MovementDateInvalid,
    MovementDestinationInvalid,
    MovementNotEnrolled,
    MovementNotFound,
    MovementOpen,
)
from student_registry.movements.events import movement_changed
from student_registry.movements.handing_over import HandOver, hand_over, write_hand_overs
from student_registry.oversight import Scope, note_reads, places_of
from student_registry.races import rerun_on
from student_registry.rules import rules_on
from student_registry.summary import summary

log = logging.getLogger(__name__)

MANAGE = "registry.movement.manage"
CONSTRAINTS = store.CONSTRAINTS | enrolments.CONSTRAINTS
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RequestMovements:
    """Moves out of the caller's institution."""

    request_id: UUID
    movements: tuple[MovementInput, ...]


@dataclass(frozen=True, slots=True)
class RecordPapers:
    """Papers that were seen."""

    request_id: UUID
    items: tuple[PapersSeen, ...]


@dataclass(frozen=True, slots=True)
class ReleaseMovements:
    """Learners whom the caller's institution lets go."""

    request_id: UUID
    items: tuple[Release, ...]


@dataclass(frozen=True, slots=True)
class AcceptMovements:
    """Learners whom the caller's institution takes."""

    request_id: UUID
    items: tuple[Acceptance, ...]


@dataclass(frozen=True, slots=True)
class StopMovements:
    """Moves that end without hand-over: CANCELLED by the old institution, REFUSED by the new one."""

    request_id: UUID
    state: MovementState
    items: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class ListMovements:
    """Which moves to list."""

    scope: Scope
    purpose: str
    states: tuple[MovementState, ...] = ()
    is_late_only: bool = False
    page_size: int = 0
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class MovementPage:
    """A page of moves, where the next begins, and how many all pages hold."""

    movements: list[Movement]
    after: UUID | None
    total: int


Command = RequestMovements | RecordPapers | ReleaseMovements | AcceptMovements | StopMovements


async def request_movements(deps: Deps, command: RequestMovements, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Ask for moves of learners whose primary enrolment is at the caller's institution.

    Raises what every step does: see `_once`.
    """

    async def work(connection: Connection) -> list[Outcome]:
        today = today_in_thailand(now)
        named = [item.learner_id for item in command.movements]
        await _hold(connection, named)
        alive = await surviving(connection, named)
        visible = await visible_learners(connection, actor, list(alive.values()), today=today)
        held = await enrolments.of_learners(connection, sorted(visible), on_date=today)
        current = {item.learner_id: item for item in await store.open_of_learners(connection, sorted(visible))}
        places = await _places(
            connection,
            [item.to_institution_id for item in command.movements],
            [item.facts.institution_id for items in held.values() for item in items],
            today=today,
        )
        rules = await movement_rules(connection, on_date=today)
        reasons, papers = await _lists(connection, today=today)
        made: list[Movement] = []

        def step(item: MovementInput) -> tuple[UUID, bool]:
            stated = replace(item, learner_id=alive[item.learner_id])
            if stated.learner_id not in visible:
                raise LearnerNotFound(field="learner_id")
            _check_codes(stated.papers, papers, field="papers")
            _check_codes([stated.reason_code], reasons, field="reason_code")
            old = _primary_here(held[stated.learner_id], places, actor=actor)
            if stated.to_institution_id is not None and stated.to_institution_id not in places:
                raise MovementDestinationInvalid(field="to_institution_id")
            known = current.get(stated.learner_id)
            if known is not None:
                if not is_same_request(known, stated):
                    raise MovementOpen(field="learner_id", movement_id=known.movement_id)
                return known.movement_id, True
            movement = requested(
                stated,
                movement_id=uuid7(),
                from_institution_id=old.facts.institution_id,
                old_enrolment_id=old.enrolment_id,
                rules=rules,
                today=today,
                now=now,
            )
            current[stated.learner_id] = movement
            made.append(movement)
            return movement.movement_id, False

        outcomes = _each(command.movements, step)
        if made:
            await store.insert(connection, made, now=now, changed_by=actor.subject_hash)
            await store.insert_papers(
                connection,
                [(item.movement_id, paper, item.requested_on) for item in made for paper in sorted(item.papers)],
                seen_by=actor.at(),
                now=now,
                recorded_by=actor.subject_hash,
            )
        await outbox.add(connection, [movement_changed(item) for item in made])
        return outcomes

    return await _once(deps, command, work, actor=actor)


async def record_papers(deps: Deps, command: RecordPapers, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Note kinds of papers that the old or the new institution has seen; each is noted once.

    Raises what every step does: see `_once`.
    """

    async def work(connection: Connection) -> list[Outcome]:
        today = today_in_thailand(now)
        found, places = await _held_movements(connection, command.items, today=today)
        _, papers = await _lists(connection, today=today)
        seen: list[tuple[UUID, str, date]] = []

        def step(item: PapersSeen) -> tuple[UUID, bool]:
            movement = _own(found.get(item.movement_id), places, actor=actor, is_old=None)
            _check_codes(item.papers, papers, field="papers")
            if item.seen_on > today:
                raise MovementDateInvalid(field="seen_on")
            fresh = [paper for paper in dict.fromkeys(item.papers) if paper not in movement.papers]
            seen.extend((item.movement_id, paper, item.seen_on) for paper in fresh)
            found[item.movement_id] = replace(movement, papers=movement.papers | set(fresh))
            return item.movement_id, not fresh

        outcomes = _each(command.items, step)
        if seen:
            await store.insert_papers(connection, seen, seen_by=actor.at(), now=now, recorded_by=actor.subject_hash)
        return outcomes

    return await _once(deps, command, work, actor=actor)


async def release_movements(deps: Deps, command: ReleaseMovements, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Let learners go to the institution that takes them; by the one they leave.

    Raises what every step does: see `_once`.
    """

    async def work(connection: Connection) -> list[Outcome]:
        today = today_in_thailand(now)
        found, places = await _held_movements(
            connection, command.items, today=today, more=[item.to_institution_id for item in command.items]
        )
        rules = await movement_rules(connection, on_date=today)
        old = await enrolments.by_ids(connection, [item.old_enrolment_id for item in found.values()])

        def step(item: Release) -> Movement:
            movement = _own(found.get(item.movement_id), places, actor=actor, is_old=True)
            if item.to_institution_id is not None and item.to_institution_id not in places:
                raise MovementDestinationInvalid(field="to_institution_id")
            if item.last_day < old[movement.old_enrolment_id].facts.valid_from:
                raise MovementDateInvalid(field="last_day")
            return released(movement, item, rules, today=today, now=now)

        return await _take(connection, command.items, step, found, actor=actor, now=now)

    return await _once(deps, command, work, actor=actor)


async def stop_movements(deps: Deps, command: StopMovements, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Call moves off, or refuse learners who were released.

    Raises what every step does: see `_once`.
    """

    async def work(connection: Connection) -> list[Outcome]:
        today = today_in_thailand(now)
        found, places = await _held_movements(connection, command.items, today=today)
        reasons, _ = await _lists(connection, today=today)
        is_old = command.state is MovementState.CANCELLED

        def step(item: Stop) -> Movement:
            movement = _own(found.get(item.movement_id), places, actor=actor, is_old=is_old)
            _check_codes([item.reason_code], reasons, field="reason_code")
            return stopped(movement, item, command.state, now=now)

        return await _take(connection, command.items, step, found, actor=actor, now=now)

    return await _once(deps, command, work, actor=actor)


async def _take(
    connection: Connection,
    items: Sequence[T],
    step: Callable[[T], Movement],
    found: dict[UUID, Movement],
    *,
    actor: Actor,
    now: datetime,
) -> list[Outcome]:
    """Take a step of each move, in the order of the request, and tell of it."""
    taken: dict[UUID, Movement] = {}

    def noted(item: T) -> tuple[UUID, bool]:
        after = step(item)
        is_done = after == found[after.movement_id]
        if not is_done:
            found[after.movement_id] = taken[after.movement_id] = after
        return after.movement_id, is_done

    outcomes = _each(items, noted)
    if taken:
        await store.update(connection, list(taken.values()), now=now, changed_by=actor.subject_hash)
    await outbox.add(connection, [movement_changed(item) for item in taken.values()])
    return outcomes


def _each(items: Sequence[T], step: Callable[[T], tuple[UUID, bool]]) -> list[Outcome]:
    """What became of each item, in the order of the request; `step` gives its move and whether it was so already."""
    outcomes: list[Outcome] = []
    for index, item in enumerate(items):
        try:
            movement_id, is_done = step(item)
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
        else:
            outcomes.append(Outcome(index, str(movement_id), already_done=is_done))
    return outcomes


async def accept_movements(deps: Deps, command: AcceptMovements, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Take released learners: the old primary enrolment ends, the new one begins, and the record goes with them.

    Raises what every step does: see `_once`.
    """

    async def work(connection: Connection) -> list[Outcome]:
        today = today_in_thailand(now)
        found, places = await _held_movements(connection, command.items, today=today)
        rules = await movement_rules(connection, on_date=today)
        lawful = await enrolments.place_rules(connection, on_date=today)
        every = await enrolments.of_learners(connection, sorted({item.learner_id for item in found.values()}))
        taken: list[HandOver] = []

        def step(item: Acceptance) -> tuple[UUID, bool]:
            before = _own(found.get(item.movement_id), places, actor=actor, is_old=False)
            assert before.to_institution_id is not None, "whoever takes a learner is named"
            taker = places[before.to_institution_id].facts
            lawful.check(taker, EnrolmentRole.PRIMARY, item.delivery_system, valid_from=item.first_day)
            after = accepted(before, item, rules, new_enrolment_id=uuid7(), now=now)
            if after != before:
                taken.append(hand_over(after, item, every[before.learner_id]))
                found[item.movement_id] = after
            return item.movement_id, after == before

        outcomes = _each(command.items, step)
        await write_hand_overs(connection, taken, actor=actor, now=now)
        return outcomes

    return await _once(deps, command, work, actor=actor)


async def list_movements(deps: Deps, query: ListMovements, *, actor: Actor, now: datetime) -> MovementPage:
    """A page of moves out of or into the institutions of a scope, oldest limit first; also only those past it.

    Raises:
        PermissionMissing: The caller may read no learners, or oversees no other institutions.
        InstitutionNotFound: The institution is neither his own nor below it.
        PurposeMissing: No purpose.
        InvalidField: The page size or the tree is none.
    """
    actor.require(READ_LEARNERS)
    check_purpose(query.purpose)
    limit = page_size(query.page_size)
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        places = await places_of(connection, query.scope, actor=actor, on_date=today)
        found, total = await store.list_page(
            connection,
            places.institution_ids,
            is_overseen=places.institution_ids != [actor.at()],
            states=query.states,
            is_late_only=query.is_late_only,
            today=today,
            after=query.after,
            limit=limit + 1,
        )
        page = found[:limit]
        seen = [(movement.learner_id, registrar) for movement, registrar in page]
        await note_reads(connection, actor, seen, places=places, purpose=query.purpose, now=now)
    movements = [movement for movement, _ in page]
    return MovementPage(movements, movements[-1].movement_id if len(found) > limit else None, total)


async def leaving(connection: Connection, enrolment_ids: Sequence[UUID]) -> set[UUID]:
    """Which of these enrolments somebody is leaving by a move, for other packages inside their transaction."""
    return await store.leaving(connection, enrolment_ids)


async def movement_rules(connection: Connection, *, on_date: date) -> MovementRules:
    """Limits and papers as they hold on a day."""
    rules = await rules_on(
        connection,
        [
            "MOVEMENT_RELEASE_DAYS",
            "MOVEMENT_ACCEPT_DAYS",
            "MOVEMENT_RELEASE_PAPERS",
            "MOVEMENT_ACCEPT_PAPERS",
            "MOVEMENT_ACCEPT_PAPERS_MID_TERM",
        ],
        on_date=on_date,
    )
    return MovementRules(
        version=max(rule.version for rule in rules.values()),
        release_days=rules["MOVEMENT_RELEASE_DAYS"].number,
        accept_days=rules["MOVEMENT_ACCEPT_DAYS"].number,
        release_papers=rules["MOVEMENT_RELEASE_PAPERS"].words,
        accept_papers=rules["MOVEMENT_ACCEPT_PAPERS"].words,
        mid_term_papers=rules["MOVEMENT_ACCEPT_PAPERS_MID_TERM"].words,
    )


async def _hold(connection: Connection, learner_ids: Sequence[UUID]) -> None:
    """Hold learners, and those whom they were merged into."""
    named = await surviving(connection, learner_ids)
    await enrolments.hold_learners(connection, [*named, *named.values()])


async def _held_movements(
    connection: Connection,
    items: Sequence[PapersSeen] | Sequence[Release] | Sequence[Acceptance] | Sequence[Stop],
    *,
    today: date,
    more: Sequence[UUID | None] = (),
) -> tuple[dict[UUID, Movement], dict[UUID, Institution]]:
    """Moves as they are while their learners are held, and the institutions of theirs and of `more`."""
    movement_ids = [item.movement_id for item in items]
    named = await store.by_ids(connection, movement_ids)
    await _hold(connection, [item.learner_id for item in named.values()])
    found = await store.by_ids(connection, movement_ids)
    places = await _places(
        connection,
        [item.from_institution_id for item in found.values()],
        [item.to_institution_id for item in found.values()],
        more,
        today=today,
    )
    return found, places


async def _places(connection: Connection, *ids: Sequence[UUID | None], today: date) -> dict[UUID, Institution]:
    wanted = {item for part in ids for item in part if item is not None}
    return await institutions_by_id(connection, sorted(wanted), on_date=today)


async def _lists(connection: Connection, *, today: date) -> tuple[set[str], set[str]]:
    """Reasons and papers that there are."""
    reasons = await codes_on(connection, "MOVEMENT_REASON", on_date=today)
    papers = await codes_on(connection, "MOVEMENT_PAPER", on_date=today)
    return set(reasons), set(papers)


def _check_codes(codes: Sequence[str], known: set[str], *, field: str) -> None:
    if not set(codes) <= known:
        raise CodeUnknown(field=field)


def _primary_here(held: Sequence[Enrolment], places: dict[UUID, Institution], *, actor: Actor) -> Enrolment:
    """The learner's primary enrolment of today, if it is at the caller's institution."""
    for item in held:
        is_own = enrolments.is_own_place(places.get(item.facts.institution_id), actor=actor)
        if item.facts.role is EnrolmentRole.PRIMARY and is_own:
            return item
    raise MovementNotEnrolled(field="learner_id")


def _own(movement: Movement | None, places: dict[UUID, Institution], *, actor: Actor, is_old: bool | None) -> Movement:
    """The move, if the caller acts for its old institution, its new one, or (None) either.

    Raises:
        MovementNotFound: It is not his; the new institution knows of a move once it is released.
    """
    if movement is None:
        raise MovementNotFound(field="movement_id")
    leaves = enrolments.is_own_place(places.get(movement.from_institution_id), actor=actor)
    is_known_there = movement.state not in (MovementState.MOVE_OUT_REQUESTED, MovementState.CANCELLED)
    to = movement.to_institution_id
    takes = to is not None and is_known_there and enrolments.is_own_place(places.get(to), actor=actor)
    allowed = {True: leaves, False: takes, None: leaves or takes}[is_old]
    if not allowed:
        raise MovementNotFound(field="movement_id")
    return movement


async def _once(
    deps: Deps,
    command: Command,
    work: Callable[[Connection], Awaitable[list[Outcome]]],
    *,
    actor: Actor,
) -> list[Outcome]:
    """Do the work of a request once, in one transaction; sent again, it gives the same answer.

    Raises:
        PermissionMissing: The actor may not move learners.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Others acted on the same learners at the same time, several times over.
    """
    actor.require(MANAGE)
    actor.at()
    if isinstance(command, RequestMovements):
        check_size(command.movements, ITEMS_MAX, field="movements")
    else:
        check_size(command.items, ITEMS_MAX, field="items")

    async def attempt() -> list[Outcome]:
        async with transaction(deps.pool) as connection:
            content = idempotency.fingerprint(command)
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
            if answer is not None:
                return outcomes_from_answer(answer)
            outcomes = await work(connection)
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
            )
        fields = summary(outcomes, request_id=command.request_id) | {"step": type(command).__name__}
        log.info("Took steps of moves", extra={"fields": fields})
        return outcomes

    return await rerun_on(CONSTRAINTS, attempt)
