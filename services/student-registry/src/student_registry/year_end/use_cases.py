"""Planning a year end without effect, carrying it out in chunks, taking it back exactly, and who did not arrive.

Lock order: the request, the run, learners by id, then the outbox counters, as in learners/use_cases.py.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
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
from student_registry.access.use_cases import READ_LEARNERS
from student_registry.calendar_th import today_in_thailand
from student_registry.codes import CodeUnknown, codes_on
from student_registry.deps import Deps
from student_registry.enrolments import use_cases as enrolments
from student_registry.enrolments.domain import (
    Enrolment,
    EnrolmentChange,
    EnrolmentEnd,
    EnrolmentRole,
    changed,
    check_beside,
    ended,
)
from student_registry.enrolments.events import enrolment_changed
from student_registry.enrolments.grades import grades_on
from student_registry.institutions.use_cases import institutions_by_id
from student_registry.limits import ITEMS_MAX, check_purpose, page_size
from student_registry.matching.use_cases import surviving
from student_registry.movements.use_cases import leaving
from student_registry.oversight import Scope, note_reads, places_of
from student_registry.provenance import Provenance
from student_registry.races import rerun_on
from student_registry.rules import rules_on
from student_registry.statuses.domain import LearnerStatus, Statement, StatusInput, StatusWithdrawal, in_force
from student_registry.statuses.events import status_changed
from student_registry.statuses.use_cases import state_all, statements_of, status_rules, withdraw_all
from student_registry.summary import summary
from student_registry.year_end import store
from student_registry.year_end.domain import (
    GRADUATED,
    ROLES,
    Candidate,
    Decision,
    Destination,
    ExceptionReason,
    Leaver,
    Line,
    Run,
    RunFigures,
    RunState,
    arrive_by,
    check_dates,
    check_destination,
    decide,
)
from student_registry.year_end.errors import (
    LeaverNotFound,
    YearEndExists,
    YearEndNotFound,
    YearEndStateWrong,
    YearEndTooEarly,
    YearEndUndoBlocked,
)

log = logging.getLogger(__name__)
T = TypeVar("T")

RUN = "registry.year_end.run"
CHUNK_LINES = 500
"""Lines of one transaction: a run that is interrupted has whole chunks behind it and goes on with the next."""
BLOCKED_LINES_SHOWN = 20
PLAN_ITEMS_MAX = 20_000
CONSTRAINTS = store.CONSTRAINTS | enrolments.CONSTRAINTS


@dataclass(frozen=True, slots=True)
class PlanYearEnd:
    """A year end to plan: who stays in his grade with the reason, and where leavers are expected."""

    request_id: UUID
    year_be: int
    last_day: date
    first_day: date
    held_back: tuple[tuple[UUID, str], ...]
    destinations: tuple[tuple[UUID, Destination], ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class SetDestinations:
    """Where leavers of a year are expected."""

    request_id: UUID
    year_be: int
    destinations: tuple[tuple[UUID, Destination], ...]


@dataclass(frozen=True, slots=True)
class ListLeavers:
    """Which leavers to list."""

    scope: Scope
    year_be: int
    purpose: str
    is_expected_there: bool = False
    is_not_arrived_only: bool = False
    on_date: date | None = None
    page_size: int = 0
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class LeaverPage:
    """A page of leavers, where the next begins, how many there are, and the day by which they should have arrived."""

    leavers: list[Leaver]
    after: UUID | None
    total: int
    arrive_by: date


async def plan_year_end(deps: Deps, command: PlanYearEnd, *, actor: Actor, now: datetime) -> RunFigures:
    """Decide for every enrolment of the caller's institution what the year end does; nothing else changes.

    A plan that had no effect yet gives way to the new one.

    Raises:
        PermissionMissing: The actor may not end a year.
        YearEndDatesInvalid: The days do not end that year.
        YearEndExists: The year end is being carried out, or is done.
        LearnerNotFound: Somebody held back or expected elsewhere has no such enrolment here.
        CodeUnknown: A reason of holding back is in no list.
        DestinationInvalid: A place is in no list.
        RequestMismatch: The request id was used with other content.
    """
    actor.require(RUN)
    institution_id = actor.at()
    check_dates(command.year_be, command.last_day, command.first_day)
    for items, field in ((command.held_back, "held_back"), (command.destinations, "destinations")):
        if items:
            check_size(items, PLAN_ITEMS_MAX, field=field)

    async def work() -> RunFigures:
        async with transaction(deps.pool) as connection:
            content = idempotency.fingerprint(command)
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
            if answer is not None:
                return await _figures(connection, UUID(bytes=answer))
            before = await store.current(connection, institution_id, command.year_be)
            if before is not None and before.state is not RunState.PLANNED:
                raise YearEndExists(state=before.state, year_end_run_id=before.year_end_run_id)
            lines = await _plan(connection, command, institution_id, now=now)
            if before is not None:
                await store.set_state(
                    connection, before.year_end_run_id, RunState.REPLACED, now=now, changed_by=actor.subject_hash
                )
            run = Run(
                year_end_run_id=uuid7(),
                institution_id=institution_id,
                year_be=command.year_be,
                last_day=command.last_day,
                first_day=command.first_day,
                state=RunState.PLANNED,
                rule_version=grades_on(command.last_day).version,
                provenance=command.provenance,
                planned_at=now,
            )
            await store.insert(connection, run, lines, planned_by=actor.subject_hash)
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=run.year_end_run_id.bytes
            )
            return await _figures(connection, run.year_end_run_id)

    return await rerun_on(CONSTRAINTS, work)


async def _plan(connection: Connection, command: PlanYearEnd, institution_id: UUID, *, now: datetime) -> list[Line]:
    """Every line of a plan, by grade and classroom."""
    today = today_in_thailand(now)
    running = await enrolments.running(
        connection, institution_id, roles=ROLES, begun_by=command.last_day, until=command.first_day
    )
    named = [learner_id for learner_id, _ in (*command.held_back, *command.destinations)]
    alive = await surviving(connection, named)
    here = {item.learner_id for item in running}
    held_back = _named_here(command.held_back, alive, here, field="held_back")
    destinations = _named_here(command.destinations, alive, here, field="destinations")
    reasons = await codes_on(connection, "HOLD_BACK_REASON", on_date=today)
    if not set(held_back.values()) <= reasons.keys():
        raise CodeUnknown(field="held_back", list="HOLD_BACK_REASON")
    await _check_destinations(connection, list(destinations.values()), today=today)
    ids = [item.enrolment_id for item in running]
    history = await enrolments.latest_states(connection, ids)
    moving = await leaving(connection, ids)
    known = await statements_of(connection, sorted(here))
    rules = await status_rules(connection)
    grades = grades_on(command.last_day)
    lines: list[Line] = []
    for line_no, item in enumerate(running, start=1):
        held = in_force(known[item.learner_id], command.last_day)
        candidate = Candidate(
            enrolment=item,
            history_id=history[item.enrolment_id],
            status=held.status if held else None,
            is_moving=item.enrolment_id in moving,
            held_back=held_back.get(item.learner_id, ""),
        )
        lines.append(
            decide(
                candidate,
                line_no=line_no,
                first_day=command.first_day,
                grades=grades,
                rules=rules,
                destination=destinations.get(item.learner_id),
            )
        )
    return lines


def _named_here(
    named: Sequence[tuple[UUID, T]], alive: Mapping[UUID, UUID], here: set[UUID], *, field: str
) -> dict[UUID, T]:
    found = {alive[learner_id]: value for learner_id, value in named}
    if not found.keys() <= here:
        raise LearnerNotFound(field=field)
    return found


async def _check_destinations(connection: Connection, destinations: Sequence[Destination], *, today: date) -> None:
    kinds = frozenset(await codes_on(connection, "DESTINATION_KIND", on_date=today))
    ids = sorted({item.institution_id for item in destinations if item.institution_id is not None})
    institutions = frozenset(await institutions_by_id(connection, ids, on_date=today))
    for destination in destinations:
        check_destination(destination, kinds=kinds, institutions=institutions)


async def get_year_end(
    deps: Deps, run_id: UUID, *, decisions: Sequence[Decision], size: int, after: int, actor: Actor
) -> tuple[RunFigures, list[Line], int | None]:
    """A run of the caller's institution with a page of its lines, and the number after which the next page begins.

    Raises:
        PermissionMissing: The actor may not end a year.
        YearEndNotFound: There is none with this id at his institution.
        InvalidField: The page size is outside its limits.
    """
    actor.require(RUN)
    limit = page_size(size)
    async with transaction(deps.pool) as connection:
        _own(await store.get(connection, run_id), actor=actor)
        found = await store.list_lines(connection, run_id, decisions=decisions, after=after, limit=limit + 1)
        figures = await _figures(connection, run_id)
    page = found[:limit]
    return figures, page, page[-1].line_no if len(found) > limit else None


async def apply_year_end(
    deps: Deps, request_id: UUID, run_id: UUID, *, actor: Actor, now: datetime, chunk_lines: int = CHUNK_LINES
) -> RunFigures:
    """Carry a plan out, chunk by chunk, each a transaction; sent again after an interruption it goes on.

    Whoever changed since the plan was made becomes an exception and is left alone.

    Raises:
        PermissionMissing: The actor may not end a year.
        YearEndNotFound: There is no such plan at his institution.
        YearEndTooEarly: The last day has not come.
        YearEndStateWrong: Another plan took its place, or it was taken back.
        RequestMismatch: The request id was used with other content.
    """
    actor.require(RUN)
    content = idempotency.fingerprint(["ApplyYearEnd", str(run_id)])

    async def work() -> bool:
        async with transaction(deps.pool) as connection:
            run = _own(await store.lock(connection, run_id), actor=actor)
            if run.state is RunState.APPLIED:
                return True
            if run.state not in (RunState.PLANNED, RunState.APPLYING):
                raise YearEndStateWrong(state=run.state)
            if today_in_thailand(now) < run.last_day:
                raise YearEndTooEarly(last_day=run.last_day)
            lines = await store.next_lines(connection, run_id, limit=chunk_lines)
            state = RunState.APPLYING if len(lines) == chunk_lines else RunState.APPLIED
            await _apply_chunk(connection, run, lines, actor=actor, now=now)
            if state is not run.state:
                await store.set_state(connection, run_id, state, now=now, changed_by=actor.subject_hash)
            return state is RunState.APPLIED

    while not await rerun_on(CONSTRAINTS, work):
        log.info("Carried out a part of a year end", extra={"fields": {"year_end_run_id": str(run_id)}})
    async with transaction(deps.pool) as connection:
        # Every chunk is known again by its lines; the request id only guards against other content.
        if await idempotency.claim(connection, request_id, caller=actor.caller, content=content) is None:
            await idempotency.finish(connection, request_id, caller=actor.caller, answer=run_id.bytes)
        return await _figures(connection, run_id)


async def _apply_chunk(connection: Connection, run: Run, lines: Sequence[Line], *, actor: Actor, now: datetime) -> None:
    if not lines:
        return
    today = today_in_thailand(now)
    by = actor.subject_hash
    await enrolments.hold_learners(connection, [line.learner_id for line in lines])
    ids = [line.enrolment_id for line in lines]
    current = await enrolments.by_ids(connection, ids)
    history = await enrolments.latest_states(connection, ids)
    done, after = _revised(run, lines, current, history)
    stated, refused = await _state_graduated(
        connection, run, [line for line in lines if line.line_no in after], current, actor=actor, now=now
    )
    for line in lines:
        if line.line_no in refused:
            after.pop(line.line_no)
            done[line.line_no] = _exception(line, ExceptionReason.STATUS_TRANSITION)
    changes = {no: item for no, item in after.items() if item != current[item.enrolment_id]}
    await enrolments.apply(connection, added=(), changed=list(changes.values()), now=now, recorded_by=by)
    newest = await enrolments.latest_states(connection, ids)
    done |= {line.line_no: _carried_out(line, newest, stated) for line in lines if line.line_no not in done}
    leavers = [line for line in done.values() if line.is_applied and line.leaver_id is not None]
    if leavers:
        await store.insert_leavers(connection, run, leavers, now=now, changed_by=by)
    await store.update_lines(connection, run.year_end_run_id, list(done.values()))
    # Of one learner the enrolment first, then what is said of him.
    told = [(enrolment_changed(item, today=today), stated.get(no)) for no, item in changes.items()]
    events = [[event] if statement is None else [event, status_changed(statement)] for event, statement in told]
    await outbox.add(connection, [event for pair in events for event in pair])


def _revised(
    run: Run, lines: Sequence[Line], current: Mapping[UUID, Enrolment], history: Mapping[UUID, int]
) -> tuple[dict[int, Line], dict[int, Enrolment]]:
    """Lines that became exceptions since the plan was made, and the enrolments that the others make."""
    done: dict[int, Line] = {}
    after: dict[int, Enrolment] = {}
    for line in lines:
        try:
            if history[line.enrolment_id] != line.planned_history_id:
                done[line.line_no] = _exception(line, ExceptionReason.CHANGED_SINCE_PLAN)
                continue
            after[line.line_no] = _after(current[line.enrolment_id], line, run)
        except ServiceError:
            done[line.line_no] = _exception(line, ExceptionReason.CHANGED_LATER)
    return done, after


def _carried_out(line: Line, newest: Mapping[UUID, int], stated: Mapping[int, Statement]) -> Line:
    statement = stated.get(line.line_no)
    return replace(
        line,
        is_applied=True,
        applied_history_id=newest[line.enrolment_id],
        learner_status_id=statement.learner_status_id if statement else None,
        leaver_id=uuid7() if line.destination is not None else None,
    )


def _exception(line: Line, reason: ExceptionReason) -> Line:
    return replace(line, decision=Decision.EXCEPTION, reason_code=str(reason))


def _after(known: Enrolment, line: Line, run: Run) -> Enrolment:
    """The enrolment as its line makes it.

    Raises:
        ServiceError: It changed in a way that leaves no room.
    """
    if line.decision is Decision.PROMOTE:
        change = EnrolmentChange(known.enrolment_id, run.first_day, run.provenance, grade_label=line.next_grade_label)
        return changed(known, change)
    if line.decision is Decision.GRADUATE:
        end = EnrolmentEnd(known.enrolment_id, run.last_day, GRADUATED, run.provenance)
        # An end that was planned for later gives way to this one.
        return ended(replace(known, facts=replace(known.facts, end_reason="")), end)
    return known


async def _state_graduated(
    connection: Connection,
    run: Run,
    lines: Sequence[Line],
    current: Mapping[UUID, Enrolment],
    *,
    actor: Actor,
    now: datetime,
) -> tuple[dict[int, Statement], set[int]]:
    """State that leavers have graduated; of a partner enrolment the other institution says it.

    Returns:
        New statements by line, and lines whose status the list data does not allow.
    """
    wanted = {
        line.line_no: StatusInput(
            line.learner_id, LearnerStatus.GRADUATED, "", run.last_day, run.last_day, run.provenance
        )
        for line in lines
        if line.decision is Decision.GRADUATE and current[line.enrolment_id].facts.role is EnrolmentRole.PRIMARY
    }
    outcomes, made = await state_all(connection, wanted, stated_by=run.institution_id, actor=actor, now=now)
    by_id = {str(item.learner_status_id): item for item in made}
    stated = {item.index: by_id[item.id] for item in outcomes if item.id is not None and item.id in by_id}
    return stated, {item.index for item in outcomes if item.problem is not None}


async def undo_year_end(deps: Deps, request_id: UUID, run_id: UUID, *, actor: Actor, now: datetime) -> RunFigures:
    """Take a year end back: every enrolment is as it was before, statuses and leavers are withdrawn.

    All of it or nothing: where something later depends on a line, the refusal names the reasons and the lines.

    Raises:
        PermissionMissing: The actor may not end a year.
        YearEndNotFound: There is no such run at his institution.
        YearEndStateWrong: It was not carried out.
        YearEndUndoBlocked: Something later depends on it.
        RequestMismatch: The request id was used with other content.
    """
    actor.require(RUN)
    content = idempotency.fingerprint(["UndoYearEnd", str(run_id)])

    async def work() -> RunFigures:
        async with transaction(deps.pool) as connection:
            if await idempotency.claim(connection, request_id, caller=actor.caller, content=content) is not None:
                return await _figures(connection, run_id)
            run = _own(await store.lock(connection, run_id), actor=actor)
            if run.state not in (RunState.APPLYING, RunState.APPLIED):
                raise YearEndStateWrong(state=run.state)
            await _undo(connection, run, actor=actor, now=now)
            await store.set_state(connection, run_id, RunState.UNDONE, now=now, changed_by=actor.subject_hash)
            await idempotency.finish(connection, request_id, caller=actor.caller, answer=run_id.bytes)
            return await _figures(connection, run_id)

    return await rerun_on(CONSTRAINTS, work)


async def _undo(connection: Connection, run: Run, *, actor: Actor, now: datetime) -> None:
    today = today_in_thailand(now)
    by = actor.subject_hash
    lines = await store.applied_lines(connection, run.year_end_run_id)
    await enrolments.hold_learners(connection, [line.learner_id for line in lines])
    history = await enrolments.latest_states(connection, [line.enrolment_id for line in lines])
    every = await enrolments.of_learners(connection, sorted({line.learner_id for line in lines}))
    known = await statements_of(connection, sorted(every))
    states = await enrolments.states(connection, [line.planned_history_id for line in lines])
    moving = await leaving(connection, [line.enrolment_id for line in lines])
    restored: dict[int, Enrolment] = {}
    blocked: dict[int, ExceptionReason] = {}
    for line in lines:
        reason = _blocks(line, history, known[line.learner_id], moving)
        before = states[line.planned_history_id]
        if line.applied_history_id != line.planned_history_id:
            try:
                check_beside(before, every[line.learner_id])
            except ServiceError:
                reason = reason or ExceptionReason.ENROLLED_ELSEWHERE
            restored[line.line_no] = replace(before, holds_from=before.details_since)
        if reason is not None:
            blocked[line.line_no] = reason
    if blocked:
        counted = Counter(blocked.values())
        raise YearEndUndoBlocked(
            reasons=" ".join(f"{reason}:{counted[reason]}" for reason in sorted(counted)),
            lines=" ".join(str(number) for number in sorted(blocked)[:BLOCKED_LINES_SHOWN]),
        )
    await enrolments.apply(connection, added=(), changed=list(restored.values()), now=now, recorded_by=by)
    withdrawals = [
        StatusWithdrawal(line.learner_status_id, today, run.provenance)
        for line in lines
        if line.learner_status_id is not None
    ]
    withdrawn = await withdraw_all(connection, withdrawals, actor=actor, now=now)
    leaver_ids = [line.leaver_id for line in lines if line.leaver_id is not None]
    await store.withdraw_leavers(connection, leaver_ids, now=now, changed_by=by)
    await store.update_lines(connection, run.year_end_run_id, [replace(line, is_applied=False) for line in lines])
    await outbox.add(connection, [enrolment_changed(item, today=today) for item in restored.values()] + withdrawn)


def _blocks(
    line: Line, history: Mapping[UUID, int], known: Sequence[Statement], moving: set[UUID]
) -> ExceptionReason | None:
    """What was built on a line since it was carried out; on one that changed nothing, nothing is built."""
    if line.applied_history_id == line.planned_history_id:
        return None
    if history[line.enrolment_id] != line.applied_history_id:
        return ExceptionReason.CHANGED_LATER
    if line.enrolment_id in moving and line.decision is Decision.PROMOTE:
        return ExceptionReason.MOVING
    if line.learner_status_id is not None:
        own = next(item for item in known if item.learner_status_id == line.learner_status_id)
        if any(item.statement_no > own.statement_no for item in known):
            return ExceptionReason.STATUS_LATER
    return None


async def set_destinations(deps: Deps, command: SetDestinations, *, actor: Actor, now: datetime) -> list[Outcome]:
    """State where leavers of the caller's institution are expected.

    Raises:
        PermissionMissing: The actor may not end a year.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
    """
    actor.require(RUN)
    institution_id = actor.at()
    check_size(command.destinations, ITEMS_MAX, field="destinations")
    async with transaction(deps.pool) as connection:
        content = idempotency.fingerprint(command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return outcomes_from_answer(answer)
        today = today_in_thailand(now)
        alive = await surviving(connection, [learner_id for learner_id, _ in command.destinations])
        found = await store.lock_leavers(connection, institution_id, command.year_be, sorted(set(alive.values())))
        outcomes: list[Outcome] = []
        written: dict[UUID, Destination] = {}
        for index, (learner_id, destination) in enumerate(command.destinations):
            try:
                if alive[learner_id] not in found:
                    raise LeaverNotFound(field="learner_id")
                await _check_destinations(connection, [destination], today=today)
            except ServiceError as error:
                outcomes.append(Outcome.failed(index, error))
                continue
            leaver_id, before = found[alive[learner_id]]
            if before != destination:
                written[leaver_id] = destination
                found[alive[learner_id]] = (leaver_id, destination)
            outcomes.append(Outcome(index, str(leaver_id), already_done=before == destination))
        if written:
            await store.set_destinations(connection, written, now=now, changed_by=actor.subject_hash)
        await idempotency.finish(
            connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
        )
    log.info("Stated destinations of leavers", extra={"fields": summary(outcomes, request_id=command.request_id)})
    return outcomes


async def list_leavers(deps: Deps, query: ListLeavers, *, actor: Actor, now: datetime) -> LeaverPage:
    """A page of leavers in Thai dictionary order; those not arrived are the missing children of the scope.

    Raises:
        PermissionMissing: The caller may read no learners, or oversees no other institutions.
        InstitutionNotFound: The institution is neither his own nor below it.
        PurposeMissing: No purpose.
        InvalidField: The page size or the tree is none.
    """
    actor.require(READ_LEARNERS)
    check_purpose(query.purpose)
    limit = page_size(query.page_size)
    day = query.on_date or today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        places = await places_of(connection, query.scope, actor=actor, on_date=day)
        rules = await rules_on(connection, ["LEAVERS_ARRIVE_BY", "LEAVERS_EXPECTED_IN_EDUCATION"], on_date=day)
        due = arrive_by(query.year_be, rules["LEAVERS_ARRIVE_BY"].value)
        found, total = await store.leavers(
            connection,
            places.institution_ids,
            year_be=query.year_be,
            is_expected_there=query.is_expected_there,
            on_date=day,
            arrive_by=due,
            expected_kinds=sorted(rules["LEAVERS_EXPECTED_IN_EDUCATION"].words),
            is_not_arrived_only=query.is_not_arrived_only,
            after=query.after,
            limit=limit + 1,
        )
        page = found[:limit]
        seen = [(item.learner_id, item.registrar_institution_id) for item in page]
        await note_reads(connection, actor, seen, places=places, purpose=query.purpose, now=now)
    return LeaverPage(page, page[-1].leaver_id if len(found) > limit else None, total, due)


def _own(run: Run | None, *, actor: Actor) -> Run:
    if run is None or run.institution_id != actor.institution_id:
        raise YearEndNotFound
    return run


async def _figures(connection: Connection, run_id: UUID) -> RunFigures:
    run = await store.get(connection, run_id)
    assert run is not None, "the run is of this transaction or before it"
    counts, left = await store.counts(connection, run_id)
    return RunFigures(run, counts, left)
