"""Ending assignments, and who takes over what they leave behind (R-43): a successor, or visibly nobody yet."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import InvalidField, ServiceError
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, transaction

from student_registry.assignments import store
from student_registry.assignments.domain import Assignment, Handover, HandoverState, Succession
from student_registry.assignments.errors import AssignmentNotFound, AssignmentOpen
from student_registry.assignments.queries import HANDOVER, require_staff_of
from student_registry.assignments.use_cases import MANAGE, changed_events
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.limits import ITEMS_MAX, page_size
from student_registry.provenance import Provenance
from student_registry.summary import summary

log = logging.getLogger(__name__)

DAYS_AHEAD = 30
"""How far ahead a list of handovers looks: time to find somebody before the work lies there.

Source: assumption; guidance.md c11 lets the old teacher's access end after 30 days.
"""


@dataclass(frozen=True, slots=True)
class AssignmentEnd:
    """An assignment gets a last day, and perhaps somebody who takes over."""

    assignment_id: UUID
    valid_to: date
    successor_assignment_id: UUID | None
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class EndAssignments:
    """Assignments to end."""

    request_id: UUID
    ends: tuple[AssignmentEnd, ...]


@dataclass(frozen=True, slots=True)
class NameSuccessors:
    """Who takes over from assignments that end."""

    request_id: UUID
    successions: tuple[Succession, ...]


@dataclass(frozen=True, slots=True)
class ListHandovers:
    """Handovers of one institution; `ending_by` None: those of the coming 30 days and of the past."""

    institution_id: UUID
    state: HandoverState = HandoverState.NOBODY_YET
    ending_by: date | None = None
    page_size: int = 0
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """A page of handovers, where the next begins, and how many all pages hold."""

    handovers: list[Handover]
    after: UUID | None
    total: int


async def end_assignments(deps: Deps, command: EndAssignments, *, actor: Actor, now: datetime) -> list[Outcome]:
    """End assignments of the own institution; the same end again is already done.

    Raises:
        PermissionMissing: The actor looks after no staff.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
    """
    _require(actor)
    check_size(command.ends, ITEMS_MAX, field="ends")
    async with transaction(deps.pool) as connection:
        content = idempotency.fingerprint(command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return outcomes_from_answer(answer)
        named = [
            Succession(end.assignment_id, end.successor_assignment_id)
            for end in command.ends
            if end.successor_assignment_id is not None
        ]
        known, followed = await _read(connection, [end.assignment_id for end in command.ends], named)
        before = dict(known)
        said: dict[UUID, Succession] = {}
        outcomes = [_end(index, end, known, followed, said, actor=actor) for index, end in enumerate(command.ends)]
        ended = [item for item in known.values() if item != before[item.assignment_id]]
        await store.set_ends(connection, ended, now=now, assigned_by=actor.subject_hash)
        changed = {item.assignment_id: item for item in ended} | {item: known[item] for item in said}
        await _finish(connection, outcomes, changed, said, command.request_id, actor=actor, now=now)
    log.info("Ended assignments", extra={"fields": summary(outcomes, request_id=command.request_id)})
    return outcomes


def _end(
    index: int,
    end: AssignmentEnd,
    known: dict[UUID, Assignment],
    followed: dict[UUID, Succession],
    said: dict[UUID, Succession],
    *,
    actor: Actor,
) -> Outcome:
    try:
        assignment = _own(known, end.assignment_id, actor)
        ended = assignment.ended(end.valid_to)
        successor = (
            None if end.successor_assignment_id is None else Succession(end.assignment_id, end.successor_assignment_id)
        )
        if successor is not None:
            ended.check_successor(known.get(end.successor_assignment_id) if end.successor_assignment_id else None)
    except ServiceError as error:
        return Outcome.failed(index, error)
    is_same = assignment.valid_to == end.valid_to
    if not is_same:
        known[end.assignment_id] = replace(ended, provenance=end.provenance)
    if successor is not None and followed.get(end.assignment_id) != successor:
        said[end.assignment_id] = successor
        is_same = False
    return Outcome(index, str(end.assignment_id), already_done=is_same)


async def name_successors(deps: Deps, command: NameSuccessors, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Name who takes over, or that nothing is left to take over; the newest word holds.

    Raises:
        PermissionMissing: The actor looks after no staff.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
    """
    _require(actor)
    check_size(command.successions, ITEMS_MAX, field="successions")
    async with transaction(deps.pool) as connection:
        content = idempotency.fingerprint(command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return outcomes_from_answer(answer)
        wanted = [item.assignment_id for item in command.successions]
        known, followed = await _read(connection, wanted, command.successions)
        said: dict[UUID, Succession] = {}
        outcomes = [
            _name(index, item, known, followed | said, said, actor=actor)
            for index, item in enumerate(command.successions)
        ]
        changed = {item: known[item] for item in said}
        await _finish(connection, outcomes, changed, said, command.request_id, actor=actor, now=now)
    log.info("Named successors", extra={"fields": summary(outcomes, request_id=command.request_id)})
    return outcomes


def _name(
    index: int,
    item: Succession,
    known: dict[UUID, Assignment],
    followed: dict[UUID, Succession],
    said: dict[UUID, Succession],
    *,
    actor: Actor,
) -> Outcome:
    try:
        assignment = _own(known, item.assignment_id, actor)
        if item.successor_assignment_id is not None:
            assignment.check_successor(known.get(item.successor_assignment_id))
        elif assignment.valid_to is None:
            raise AssignmentOpen(field="assignment_id")
    except ServiceError as error:
        return Outcome.failed(index, error)
    is_known = followed.get(item.assignment_id) == item
    if not is_known:
        said[item.assignment_id] = item
    return Outcome(index, str(item.assignment_id), already_done=is_known)


async def list_handovers(deps: Deps, query: ListHandovers, *, actor: Actor, now: datetime) -> HandoverPage:
    """What assignments of the own institution leave behind, the earliest end first.

    Raises:
        PermissionMissing: The actor looks after no staff.
        InstitutionNotFound: He does, of another institution.
        InvalidField: The page size is outside its limits.
    """
    require_staff_of(actor, query.institution_id)
    limit = page_size(query.page_size)
    ending_by = query.ending_by or today_in_thailand(now) + timedelta(days=DAYS_AHEAD)
    async with deps.pool.acquire() as connection:
        found, total = await store.handovers(
            connection, query.institution_id, state=query.state, ending_by=ending_by, after=query.after, limit=limit + 1
        )
    page = found[:limit]
    return HandoverPage(page, page[-1].member.assignment.assignment_id if len(found) > limit else None, total)


def _require(actor: Actor) -> None:
    if not actor.may(MANAGE):
        actor.require(HANDOVER)
        actor.at()


def _own(known: dict[UUID, Assignment], assignment_id: UUID, actor: Actor) -> Assignment:
    found = known.get(assignment_id)
    if found is None or (not actor.may(MANAGE) and found.institution_id != actor.institution_id):
        raise AssignmentNotFound(field="assignment_id")
    return found


async def _read(
    connection: Connection, wanted: Sequence[UUID], named: Sequence[Succession]
) -> tuple[dict[UUID, Assignment], dict[UUID, Succession]]:
    """The assignments and their successors, held, and who was named before."""
    successors = [item.successor_assignment_id for item in named if item.successor_assignment_id is not None]
    known = await store.lock(connection, sorted({*wanted, *successors}))
    return known, await store.successions(connection, sorted({*wanted}))


async def _finish(
    connection: Connection,
    outcomes: Sequence[Outcome],
    changed: dict[UUID, Assignment],
    said: dict[UUID, Succession],
    request_id: UUID,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Write successions, events and the answer."""
    today = today_in_thailand(now)
    if said:
        await store.insert_successions(
            connection, list(said.values()), today=today, now=now, decided_by=actor.subject_hash
        )
    told = [changed[item] for item in sorted(changed)]
    await outbox.add(connection, await changed_events(connection, told, today=today))
    await idempotency.finish(connection, request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes))


def succession(
    assignment_id: UUID, successor_assignment_id: UUID | None, *, is_nothing_left: bool, field: str
) -> Succession:
    """A succession as both transports state it: either a successor, or that nothing is left.

    Raises:
        InvalidField: Both or neither.
    """
    if (successor_assignment_id is None) != is_nothing_left:
        raise InvalidField(field=field, expected="either a successor or is_nothing_left")
    return Succession(assignment_id, successor_assignment_id)
