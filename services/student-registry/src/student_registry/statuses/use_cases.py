"""Stating, withdrawing and reading statuses; computing who is neither in education nor in work nor in training.

Lock order: the request, learners by id, then the outbox counters, as in learners/use_cases.py.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, DateOutOfRange, transaction

from student_registry.access.errors import LearnerNotFound
from student_registry.access.use_cases import (
    READ_LEARNERS,
    record_own_institution_reads,
    require_visible,
    visible_learners,
)
from student_registry.calendar_th import today_in_thailand
from student_registry.codes import Code, CodeListUnknown, codes_on
from student_registry.deps import Deps
from student_registry.enrolments.use_cases import hold_learners
from student_registry.limits import ITEMS_MAX, check_ids, check_purpose, page_size
from student_registry.matching.use_cases import surviving
from student_registry.oversight import Scope, note_reads, places_of
from student_registry.provenance import Provenance
from student_registry.races import rerun_on
from student_registry.rules import rules_on
from student_registry.statuses import store
from student_registry.statuses.domain import (
    ActivityInput,
    ActivityStatement,
    LearnerStatus,
    NeetState,
    Statement,
    StatusInput,
    StatusRules,
    StatusWithdrawal,
    already_stated,
    check,
    check_withdrawal,
    in_force,
    with_reason,
)
from student_registry.statuses.errors import StatusDateInvalid, StatusNotFound
from student_registry.statuses.events import status_changed, status_withdrawn
from student_registry.statuses.store import LearnerByStatus
from student_registry.summary import summary

log = logging.getLogger(__name__)

RECORD = "registry.status.record"
CONSTRAINTS = store.CONSTRAINTS
_AGAIN_OR_FIRST = (LearnerStatus.RETURNED, LearnerStatus.STUDYING)
"""What somebody out of education is when he is enrolled: back, or in school for the first time."""


@dataclass(frozen=True, slots=True)
class RecordStatuses:
    """Statements to record."""

    request_id: UUID
    statuses: tuple[StatusInput, ...]


@dataclass(frozen=True, slots=True)
class WithdrawStatuses:
    """Statements that were wrong."""

    request_id: UUID
    withdrawals: tuple[StatusWithdrawal, ...]


@dataclass(frozen=True, slots=True)
class RecordActivities:
    """Activities outside school to record."""

    request_id: UUID
    activities: tuple[ActivityInput, ...]


@dataclass(frozen=True, slots=True)
class ListByStatus:
    """Which learners to list by the status that holds on a day; no statuses: all that are stated."""

    scope: Scope
    purpose: str
    statuses: tuple[LearnerStatus, ...] = ()
    classroom: str = ""
    on_date: date | None = None
    page_size: int = 0
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class StatusPage:
    """A page of learners by status, where the next begins, and how many all pages hold."""

    learners: list[LearnerByStatus]
    after: UUID | None
    total: int


@dataclass(frozen=True, slots=True)
class StatusHistory:
    """Everything stated about one learner, newest first, and which of it was taken back."""

    statements: list[Statement]
    withdrawn: frozenset[UUID]
    activities: list[ActivityStatement]


async def record_statuses(deps: Deps, command: RecordStatuses, *, actor: Actor, now: datetime) -> list[Outcome]:
    """State where learners are in education; the list data says which status may follow which.

    Raises:
        PermissionMissing: The actor may not record statuses.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
    """
    actor.require(RECORD)
    actor.at()
    check_size(command.statuses, ITEMS_MAX, field="statuses")

    async def work(connection: Connection) -> list[Outcome]:
        today = today_in_thailand(now)
        alive, visible = await _hold(connection, actor, [item.learner_id for item in command.statuses], today=today)
        wanted: dict[int, StatusInput] = {}
        outcomes: list[Outcome] = []
        for index, item in enumerate(command.statuses):
            if alive[item.learner_id] in visible:
                wanted[index] = replace(item, learner_id=alive[item.learner_id])
            else:
                outcomes.append(Outcome.failed(index, LearnerNotFound(field="learner_id")))
        decided, made = await state_all(connection, wanted, stated_by=actor.at(), actor=actor, now=now)
        await outbox.add(connection, [status_changed(item) for item in made])
        return outcomes + decided

    return await _once(deps, command, "Recorded statuses", work, actor=actor)


async def state_all(
    connection: Connection, statuses: Mapping[int, StatusInput], *, stated_by: UUID, actor: Actor, now: datetime
) -> tuple[list[Outcome], list[Statement]]:
    """Decide and write statements about learners whom the caller holds; also for other packages.

    Returns:
        What became of each item, and the new statements, whose events are the caller's to add.
    """
    today = today_in_thailand(now)
    rules = await status_rules(connection)
    known = await statements_of(connection, sorted({item.learner_id for item in statuses.values()}))
    outcomes: list[Outcome] = []
    made: list[Statement] = []
    for index, said in statuses.items():
        item = with_reason(said, rules)
        same = already_stated(item, known[item.learner_id], rules)
        if same is not None:
            outcomes.append(Outcome(index, str(same.learner_status_id), already_done=True))
            continue
        try:
            check(item, known[item.learner_id], rules, today=today)
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
            continue
        statement = Statement(
            learner_status_id=uuid7(),
            statement_no=_next_no(known[item.learner_id]),
            learner_id=item.learner_id,
            status=item.status,
            reason_code=item.reason_code,
            stated_by_institution_id=stated_by,
            valid_from=item.valid_from,
            confirmed_on=item.confirmed_on,
            withdraws=None,
            provenance=item.provenance,
            recorded_at=now,
        )
        known[item.learner_id].append(statement)
        made.append(statement)
        outcomes.append(Outcome(index, str(statement.learner_status_id)))
    await _insert(connection, made, rules, actor=actor, now=now)
    return outcomes, made


async def state_enrolled(
    connection: Connection, begun: Mapping[UUID, tuple[date, Provenance]], *, actor: Actor, now: datetime
) -> list[NewEvent]:
    """State that learners who were out of education are in it again, or for the first time; for other packages.

    A status that began after the first day of the enrolment is left to people: both cannot be right.

    Args:
        connection: Of the caller's transaction, who holds the learners.
        begun: First day of a new primary enrolment, and where it is known from, by learner.
        actor: Whose institution enrols them.
        now: The instant of it.

    Returns:
        Events, the caller's to add.
    """
    if not begun:
        return []
    today = today_in_thailand(now)
    rules = await status_rules(connection)
    stated: dict[int, StatusInput] = {}
    for index, (learner_id, known) in enumerate((await statements_of(connection, sorted(begun))).items()):
        first_day, provenance = begun[learner_id]
        held = in_force(known, today)
        day = min(first_day, today)
        if held is None or held.status is None or held.valid_from > day:
            continue
        kind = rules.kinds[held.status]
        status = next((item for item in _AGAIN_OR_FIRST if item in kind.becomes), None)
        if kind.is_out_of_education and status is not None:
            stated[index] = StatusInput(learner_id, status, "", day, day, provenance)
    if not stated:
        return []
    _, made = await state_all(connection, stated, stated_by=actor.at(), actor=actor, now=now)
    return [status_changed(item) for item in made]


async def withdraw_statuses(deps: Deps, command: WithdrawStatuses, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Take back statements that were wrong; what held before holds again.

    Raises:
        PermissionMissing: The actor may not record statuses.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Others withdrew the same statements at the same time, several times over.
    """
    actor.require(RECORD)
    actor.at()
    check_size(command.withdrawals, ITEMS_MAX, field="withdrawals")

    async def work(connection: Connection) -> list[Outcome]:
        today = today_in_thailand(now)
        ids = [item.learner_status_id for item in command.withdrawals]
        owners = await store.learners_of(connection, ids)
        _, visible = await _hold(connection, actor, list(owners.values()), today=today)
        known = await statements_of(connection, sorted(visible))
        by_id = {item.learner_status_id: item for items in known.values() for item in items}
        outcomes: list[Outcome] = []
        made: list[Statement] = []
        for index, item in enumerate(command.withdrawals):
            try:
                found = by_id.get(item.learner_status_id)
                if found is None:
                    raise StatusNotFound(field="learner_status_id")
                if item.confirmed_on > today:
                    raise StatusDateInvalid(field="confirmed_on")
                check_withdrawal(found, known[found.learner_id], acting_for=actor.at())
            except ServiceError as error:
                outcomes.append(Outcome.failed(index, error))
                continue
            statement = _withdrawal(found, item, no=_next_no(known[found.learner_id]), now=now)
            known[found.learner_id].append(statement)
            made.append(statement)
            outcomes.append(Outcome(index, str(statement.learner_status_id)))
        await _insert(connection, made, await status_rules(connection), actor=actor, now=now)
        await outbox.add(connection, _withdrawal_events(made, known, today=today))
        return outcomes

    return await _once(deps, command, "Withdrew statuses", work, actor=actor)


async def withdraw_all(
    connection: Connection, withdrawals: Sequence[StatusWithdrawal], *, actor: Actor, now: datetime
) -> list[NewEvent]:
    """Take back statements that another package had stated, about learners whom the caller holds.

    Returns:
        Events, the caller's to add.
    """
    owners = await store.learners_of(connection, [item.learner_status_id for item in withdrawals])
    known = await statements_of(connection, sorted(set(owners.values())))
    by_id = {item.learner_status_id: item for items in known.values() for item in items}
    made: list[Statement] = []
    for item in withdrawals:
        found = by_id[item.learner_status_id]
        statement = _withdrawal(found, item, no=_next_no(known[found.learner_id]), now=now)
        known[found.learner_id].append(statement)
        made.append(statement)
    await _insert(connection, made, await status_rules(connection), actor=actor, now=now)
    return _withdrawal_events(made, known, today=today_in_thailand(now))


def _withdrawal(found: Statement, item: StatusWithdrawal, *, no: int, now: datetime) -> Statement:
    return Statement(
        learner_status_id=uuid7(),
        statement_no=no,
        learner_id=found.learner_id,
        status=None,
        reason_code="",
        stated_by_institution_id=found.stated_by_institution_id,
        valid_from=found.valid_from,
        confirmed_on=item.confirmed_on,
        withdraws=found.learner_status_id,
        provenance=item.provenance,
        recorded_at=now,
    )


def _withdrawal_events(
    made: Sequence[Statement], known: Mapping[UUID, Sequence[Statement]], *, today: date
) -> list[NewEvent]:
    return [status_withdrawn(item, in_force(known[item.learner_id], today)) for item in made]


async def record_activities(deps: Deps, command: RecordActivities, *, actor: Actor, now: datetime) -> list[Outcome]:
    """State what learners do outside school: working, in training, neither, unknown.

    Raises:
        PermissionMissing: The actor may not record statuses.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
    """
    actor.require(RECORD)
    actor.at()
    check_size(command.activities, ITEMS_MAX, field="activities")

    async def work(connection: Connection) -> list[Outcome]:
        today = today_in_thailand(now)
        alive, visible = await _hold(connection, actor, [item.learner_id for item in command.activities], today=today)
        wanted: dict[int, ActivityInput] = {}
        outcomes: list[Outcome] = []
        for index, item in enumerate(command.activities):
            if alive[item.learner_id] in visible:
                wanted[index] = replace(item, learner_id=alive[item.learner_id])
            else:
                outcomes.append(Outcome.failed(index, LearnerNotFound(field="learner_id")))
        return outcomes + await state_activities(connection, wanted, actor=actor, now=now)

    return await _once(deps, command, "Recorded activities", work, actor=actor)


async def state_activities(
    connection: Connection, activities: Mapping[int, ActivityInput], *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Decide and write activities of learners whom the caller holds; also the step of the census."""
    today = today_in_thailand(now)
    known = {
        (item.learner_id, item.activity, item.valid_from, item.confirmed_on): item.outside_activity_id
        for item in await store.activities_of(connection, sorted({item.learner_id for item in activities.values()}))
    }
    outcomes: list[Outcome] = []
    made: list[tuple[UUID, ActivityInput]] = []
    for index, item in activities.items():
        key = (item.learner_id, item.activity, item.valid_from, item.confirmed_on)
        if item.valid_from > today or item.confirmed_on > today:
            outcomes.append(Outcome.failed(index, StatusDateInvalid(field="valid_from")))
            continue
        is_known = key in known
        activity_id = known.setdefault(key, uuid7())
        if not is_known:
            made.append((activity_id, item))
        outcomes.append(Outcome(index, str(activity_id), already_done=is_known))
    if made:
        await store.insert_activities(connection, made, stated_by=actor.at(), now=now, recorded_by=actor.subject_hash)
    return outcomes


async def list_by_status(deps: Deps, query: ListByStatus, *, actor: Actor, now: datetime) -> StatusPage:
    """A page of learners by the status that holds on a day, in Thai dictionary order.

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
        found, total = await store.by_status(
            connection,
            places.institution_ids,
            statuses=query.statuses,
            on_date=day,
            classroom=actor.classroom or query.classroom,
            after=query.after,
            limit=limit + 1,
        )
        page = found[:limit]
        seen = [(item.statement.learner_id, item.registrar_institution_id) for item in page]
        await note_reads(connection, actor, seen, places=places, purpose=query.purpose, now=now)
    return StatusPage(page, page[-1].statement.learner_id if len(found) > limit else None, total)


async def list_history(deps: Deps, learner_id: UUID, *, purpose: str, actor: Actor, now: datetime) -> StatusHistory:
    """Everything that was stated about one learner, newest first.

    Raises:
        PurposeMissing: No purpose.
        PermissionMissing: The caller may read no learners.
        LearnerNotFound: The learner does not exist for him.
    """
    check_purpose(purpose)
    async with transaction(deps.pool) as connection:
        alive = (await surviving(connection, [learner_id]))[learner_id]
        seen = await require_visible(connection, actor, alive, now=now)
        await record_own_institution_reads(connection, actor, [seen], purpose=purpose, now=now)
        statements = await store.of_learners(connection, [alive])
        activities = await store.activities_of(connection, [alive])
    gone = frozenset(item.withdraws for item in statements if item.withdraws is not None)
    return StatusHistory(statements[::-1], gone, activities[::-1])


async def list_neet(
    deps: Deps,
    learner_ids: Sequence[UUID],
    *,
    on_date: date | None,
    purpose: str,
    actor: Actor,
    now: datetime,
) -> dict[UUID, NeetState]:
    """Who of these learners is neither in education nor in work nor in training on a day; only those visible.

    Raises:
        PurposeMissing: No purpose.
        PermissionMissing: The caller may read no learners.
        TooManyItems: More than 1,000.
        DateOutOfRange: The day is the first or last that there is.
    """
    check_purpose(purpose)
    check_ids(learner_ids, field="learner_ids")
    if on_date in (date.min, date.max):
        raise DateOutOfRange(field="on_date")  # nobody has an age on a day that the database takes for infinity
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        alive = await surviving(connection, learner_ids)
        seen = await visible_learners(connection, actor, list(alive.values()), today=today)
        await record_own_institution_reads(connection, actor, seen.values(), purpose=purpose, now=now)
        return await neet_states(connection, list(seen), on_date=on_date or today)


async def neet_ages(connection: Connection, *, on_date: date) -> tuple[int, int]:
    """First and last age of the definition, for whoever joins `neet_on` to a population."""
    rules = await rules_on(connection, ["NEET_AGE_MIN", "NEET_AGE_MAX"], on_date=on_date)
    return rules["NEET_AGE_MIN"].number, rules["NEET_AGE_MAX"].number


async def neet_states(connection: Connection, learner_ids: Sequence[UUID], *, on_date: date) -> dict[UUID, NeetState]:
    """The computed state of learners, for other packages inside their transaction."""
    ages = await neet_ages(connection, on_date=on_date)
    return await store.neet(connection, learner_ids, on_date=on_date, ages=ages)


async def statements_of(connection: Connection, learner_ids: Sequence[UUID]) -> dict[UUID, list[Statement]]:
    """Everything stated about learners, for other packages inside their transaction."""
    found: dict[UUID, list[Statement]] = {learner_id: [] for learner_id in learner_ids}
    for statement in await store.of_learners(connection, learner_ids):
        found[statement.learner_id].append(statement)
    return found


async def status_rules(connection: Connection) -> StatusRules:
    """The list data: statuses, their reasons and what may follow what."""
    kinds = await store.kinds(connection)
    reasons = await store.reasons(connection)
    return StatusRules(
        version=max(item.provenance.version or "" for item in (*kinds, *reasons)),
        kinds={kind.status: kind for kind in kinds},
        reasons={reason.reason_code: reason for reason in reasons},
    )


async def list_rules(deps: Deps) -> StatusRules:
    """The list data, for everybody who is signed in."""
    async with deps.pool.acquire() as connection:
        return await status_rules(connection)


async def list_codes(deps: Deps, name: str, *, now: datetime) -> list[Code]:
    """A list of codes with Thai names, for everybody who is signed in.

    Raises:
        CodeListUnknown: There is no such list.
    """
    async with deps.pool.acquire() as connection:
        found = await codes_on(connection, name, on_date=today_in_thailand(now))
    if not found:
        raise CodeListUnknown(field="list")
    return list(found.values())


async def _hold(
    connection: Connection, actor: Actor, learner_ids: Sequence[UUID], *, today: date
) -> tuple[dict[UUID, UUID], set[UUID]]:
    """Hold learners and those they were merged into: under whose ids they are known, and who of them is visible."""
    named = await surviving(connection, learner_ids)
    await hold_learners(connection, [*named, *named.values()])
    alive = await surviving(connection, learner_ids)
    visible = await visible_learners(connection, actor, list(alive.values()), today=today)
    return alive, set(visible)


async def _insert(
    connection: Connection, made: Sequence[Statement], rules: StatusRules, *, actor: Actor, now: datetime
) -> None:
    if made:
        await store.insert(connection, made, rule_version=rules.version, now=now, recorded_by=actor.subject_hash)


def _next_no(statements: Sequence[Statement]) -> int:
    """Order among those of one learner until the database gives the number."""
    return max((item.statement_no for item in statements), default=0) + 1


async def _once(
    deps: Deps,
    command: RecordStatuses | WithdrawStatuses | RecordActivities,
    message: str,
    work: Callable[[Connection], Awaitable[list[Outcome]]],
    *,
    actor: Actor,
) -> list[Outcome]:
    """Do the work of a request once, in one transaction; sent again, it gives the same answer."""

    async def attempt() -> list[Outcome]:
        async with transaction(deps.pool) as connection:
            content = idempotency.fingerprint(command)
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
            if answer is not None:
                return outcomes_from_answer(answer)
            outcomes = sorted(await work(connection), key=lambda outcome: outcome.index)
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
            )
        log.info(message, extra={"fields": summary(outcomes, request_id=command.request_id)})
        return outcomes

    return await rerun_on(CONSTRAINTS, attempt)
