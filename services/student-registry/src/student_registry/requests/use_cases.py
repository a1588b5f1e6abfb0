"""Opening, answering and listing data requests; restricting data and ending that."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis import idempotency
from chassis.auth import Actor
from chassis.ids import uuid7
from chassis.pg import Connection, Record, transaction

from student_registry.access.domain import Ground, GroundKind, Resource
from student_registry.access.errors import LearnerNotFound
from student_registry.access.use_cases import hold_visible, record_reads, require_visible
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.drifting import looked_through
from student_registry.keyring import Sealed
from student_registry.limits import check_purpose, page_size
from student_registry.matching.use_cases import surviving
from student_registry.requests import store
from student_registry.requests.domain import (
    DataRequest,
    FactKind,
    RequestKind,
    RequestState,
    check_received,
    checked_details,
    due_on,
)
from student_registry.requests.errors import DataRequestNotFound, DataRequestReasonUnknown

log = logging.getLogger(__name__)

ASK_OWN = "own.request"
ANSWER = "registry.requests.answer"
READ_PURPOSE = "DATA_REQUEST"
"""Purpose of reads that answer requests; the calls have no field for another."""


@dataclass(frozen=True, slots=True)
class OpenDataRequest:
    """Somebody asks about a learner's data; `received_on` None: today."""

    request_id: UUID
    learner_id: UUID
    kind: RequestKind
    fact_kinds: tuple[FactKind, ...]
    details: str
    received_on: date | None


@dataclass(frozen=True, slots=True)
class BeginDataRequest:
    """A request is taken in hand."""

    request_id: UUID
    data_request_id: UUID


@dataclass(frozen=True, slots=True)
class CloseDataRequest:
    """A request is answered, or refused when a reason is named."""

    request_id: UUID
    data_request_id: UUID
    reason_code: str


@dataclass(frozen=True, slots=True)
class LiftRestriction:
    """A learner's data are no longer restricted."""

    request_id: UUID
    learner_id: UUID
    reason_code: str


@dataclass(frozen=True, slots=True)
class ListDataRequests:
    """Which requests to list; empty and None: all.

    Attributes:
        due_by: Only open ones due by this day.
        is_overdue: Only open ones after their day.
    """

    states: tuple[RequestState, ...] = ()
    kind: RequestKind | None = None
    due_by: date | None = None
    is_overdue: bool = False
    learner_id: UUID | None = None
    page_size: int = 0
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class RequestPage:
    """A page of requests, where the next begins, and how many all pages hold."""

    requests: list[DataRequest]
    after: UUID | None
    total: int


async def open_data_request(deps: Deps, command: OpenDataRequest, *, actor: Actor, now: datetime) -> DataRequest:
    """Open a request, by the learner himself or by staff who received it; the clock runs from its receipt.

    Raises:
        PermissionMissing: The caller may neither ask nor enter requests.
        LearnerNotFound: The learner does not exist for the caller.
        DataRequestDetailsInvalid: A correction that does not say what, or another request with details.
        DataRequestDateInvalid: A day of receipt that cannot be.
    """
    _require(actor)
    today = today_in_thailand(now)
    details = checked_details(command.kind, command.details)
    received_on = today if _is_learner(actor) else command.received_on or today
    check_received(received_on, today=today)
    async with transaction(deps.pool) as connection:
        content = deps.keyring.fingerprint(command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return await _kept(deps, connection, UUID(bytes=answer))
        learner = await hold_visible(connection, actor, command.learner_id, now=now)
        version, days = await store.rule(connection, command.kind, on_date=received_on)
        request = DataRequest(
            data_request_id=uuid7(),
            learner_id=learner.learner_id,
            kind=command.kind,
            state=RequestState.RECEIVED,
            institution_id=await store.keeper(connection, learner.learner_id),
            fact_kinds=tuple(sorted(set(command.fact_kinds))),
            details=details,
            received_on=received_on,
            due_on=due_on(received_on, days=days),
            rule_version=version,
        )
        sealed = deps.keyring.seal(details, context=_context(request.data_request_id)) if details else None
        await store.insert(connection, request, sealed)
        await store.add_step(connection, request, now=now, by=actor.subject_hash, role=actor.role)
        await idempotency.finish(
            connection, command.request_id, caller=actor.caller, answer=request.data_request_id.bytes
        )
    _tell("Opened a data request", request, actor)
    return request


async def begin_data_request(deps: Deps, command: BeginDataRequest, *, actor: Actor, now: datetime) -> DataRequest:
    """Take a request in hand; one that is stays so.

    Raises:
        PermissionMissing: The caller answers no requests.
        DataRequestNotFound: His institution does not answer this one.
        DataRequestClosed: It is closed.
    """
    return await _step(deps, command, DataRequest.begun, actor=actor, now=now)


async def close_data_request(deps: Deps, command: CloseDataRequest, *, actor: Actor, now: datetime) -> DataRequest:
    """Answer a request that is in hand, or refuse it with a reason; an answered restriction holds from now on.

    Raises:
        PermissionMissing: The caller answers no requests.
        DataRequestNotFound: His institution does not answer this one.
        DataRequestReasonUnknown: Not a reason of the list.
        DataRequestClosed: It is closed.
        DataRequestNotBegun: Nobody took it in hand.
    """
    actor.require(ANSWER)
    institution_id = actor.at()

    def close(request: DataRequest) -> DataRequest:
        return request.closed(command.reason_code, by_institution_id=institution_id, now=now)

    return await _step(deps, command, close, actor=actor, now=now)


async def _step(
    deps: Deps,
    command: BeginDataRequest | CloseDataRequest,
    change: Callable[[DataRequest], DataRequest],
    *,
    actor: Actor,
    now: datetime,
) -> DataRequest:
    actor.require(ANSWER)
    institution_id = actor.at()
    async with transaction(deps.pool) as connection:
        content = idempotency.fingerprint(command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return await _kept(deps, connection, UUID(bytes=answer))
        kept = await store.lock(connection, command.data_request_id)
        if kept is None or kept.request.institution_id != institution_id:
            raise DataRequestNotFound
        reason = command.reason_code if isinstance(command, CloseDataRequest) else ""
        if reason and not await store.is_reason(connection, reason, on_date=today_in_thailand(now)):
            raise DataRequestReasonUnknown(field="reason_code")
        before = _opened(deps, kept)
        request = change(before)
        if request != before:
            await store.set_state(connection, request)
            await store.add_step(connection, request, now=now, by=actor.subject_hash, role=actor.role)
            if request.kind is RequestKind.RESTRICT and request.state is RequestState.ANSWERED:
                await store.restrict(
                    connection,
                    request.learner_id,
                    restriction_id=uuid7(),
                    data_request_id=request.data_request_id,
                    now=now,
                )
        await idempotency.finish(
            connection, command.request_id, caller=actor.caller, answer=request.data_request_id.bytes
        )
    _tell("Stepped a data request", request, actor)
    return request


async def lift_restriction(deps: Deps, command: LiftRestriction, *, actor: Actor, now: datetime) -> bool:
    """End the restriction of a learner's data; whether one was there.

    Raises:
        PermissionMissing: The caller answers no requests.
        LearnerNotFound: His institution does not keep the learner's record.
        PurposeMissing: No reason.
        InvalidField: The reason is not a code.
    """
    actor.require(ANSWER)
    check_purpose(command.reason_code)
    async with transaction(deps.pool) as connection:
        content = idempotency.fingerprint(command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return answer == b"1"
        learner = await require_visible(connection, actor, command.learner_id, now=now)
        if not learner.is_registrar:
            raise LearnerNotFound
        is_lifted = await store.lift(
            connection, learner.learner_id, now=now, by=actor.subject_hash, reason=command.reason_code
        )
        await idempotency.finish(
            connection, command.request_id, caller=actor.caller, answer=b"1" if is_lifted else b"0"
        )
    log.info("Lifted a restriction", extra={"fields": {"is_lifted": is_lifted, "role": actor.role}})
    return is_lifted


async def list_data_requests(deps: Deps, query: ListDataRequests, *, actor: Actor, now: datetime) -> RequestPage:
    """A page of requests, the earliest due first: a learner's own, or those that the caller's institution answers.

    Raises:
        PermissionMissing: The caller may neither ask nor answer.
        InvalidField: The page size is outside its limits.
    """
    _require(actor)
    limit = page_size(query.page_size)
    today = today_in_thailand(now)
    yesterday = today - timedelta(days=1)
    due_by = query.due_by
    if query.is_overdue:
        due_by = yesterday if due_by is None else min(due_by, yesterday)
    own = actor.learner_id if _is_learner(actor) else None
    asked = own or query.learner_id
    async with transaction(deps.pool) as connection:
        wanted = store.Filter(
            learner_id=asked and (await surviving(connection, [asked]))[asked],
            institution_id=None if own else actor.at(),
            states=query.states,
            kind=query.kind,
            due_by=due_by,
        )
        found, total = await store.page(connection, wanted, after=query.after, limit=limit + 1)
        shown = found[:limit]
        if own is None:
            # A closed request may be of a learner whose record another institution keeps now.
            away = [item.request.learner_id for item in shown if item.keeper_id != actor.institution_id]
            await _note_reads(connection, actor, away, now=now)
    requests = [_opened(deps, item) for item in shown]
    return RequestPage(requests, shown[-1].request.data_request_id if len(found) > limit else None, total)


async def _note_reads(connection: Connection, actor: Actor, learner_ids: list[UUID], *, now: datetime) -> None:
    await record_reads(
        connection,
        actor,
        dict.fromkeys(learner_ids),
        resource=Resource.DATA_REQUESTS,
        purpose=READ_PURPOSE,
        ground=Ground(GroundKind.OWN_INSTITUTION),
        now=now,
    )


async def request_for_copy(connection: Connection, data_request_id: UUID, *, actor: Actor) -> DataRequest:
    """The request that a copy answers, for the learner or for who answers it.

    Raises:
        PermissionMissing: The caller may neither ask nor answer.
        DataRequestNotFound: There is no such request for him.
    """
    _require(actor)
    kept = await store.lock(connection, data_request_id)
    if kept is None:
        raise DataRequestNotFound
    request = kept.request
    is_his = request.learner_id == actor.learner_id if _is_learner(actor) else request.institution_id == actor.at()
    if not is_his:
        raise DataRequestNotFound
    return request


async def reseal_chunk(deps: Deps, connection: Connection, *, after: UUID, limit: int) -> UUID | None:
    """Seal a chunk of details with the current key, those after an id; the last id, or None at the end.

    Raises:
        SealBrokenError: The key that sealed one of them is not configured; nothing of the chunk is changed.
    """
    rows = await store.lock_old_seals(connection, after=after, key_version=deps.keyring.version, limit=limit)
    if not rows:
        return None
    items: list[tuple[UUID, bytes]] = []
    for data_request_id, sealed in rows:
        context = _context(data_request_id)
        items.append(
            (data_request_id, deps.keyring.seal(deps.keyring.open(sealed, context=context), context=context).ciphertext)
        )
    await store.reseal(connection, items, key_version=deps.keyring.version)
    return rows[-1][0]


async def count_old_seals(deps: Deps, connection: Connection) -> int:
    """How many details an older key still seals."""
    return await store.count_old_seals(connection, key_version=deps.keyring.version)


async def drift(deps: Deps, connection: Connection) -> tuple[int, int]:
    """How many requests with details were looked at, and how many do not open."""
    return await looked_through(deps, connection, store.all_sealed, _fits)


def _fits(deps: Deps, row: Record) -> bool:
    sealed = Sealed(row["sealed_details"], row["key_version"])
    deps.keyring.open(sealed, context=_context(row["data_request_id"]))
    return True  # or it does not open


def _is_learner(actor: Actor) -> bool:
    return actor.learner_id is not None and actor.may(ASK_OWN)


def _require(actor: Actor) -> None:
    if not _is_learner(actor):
        actor.require(ANSWER)
        actor.at()


def _context(data_request_id: UUID) -> bytes:
    return b"data_request" + data_request_id.bytes


def _opened(deps: Deps, kept: store.KeptRequest) -> DataRequest:
    if kept.sealed is None:
        return kept.request
    details = deps.keyring.open(kept.sealed, context=_context(kept.request.data_request_id))
    return replace(kept.request, details=details)


async def _kept(deps: Deps, connection: Connection, data_request_id: UUID) -> DataRequest:
    kept = await store.lock(connection, data_request_id)
    assert kept is not None, "requests are never deleted"
    return _opened(deps, kept)


def _tell(sentence: str, request: DataRequest, actor: Actor) -> None:
    fields = {
        "data_request_id": str(request.data_request_id),
        "kind": request.kind.value,
        "state": request.state.value,
        "role": actor.role,
    }
    log.info(sentence, extra={"fields": fields})
