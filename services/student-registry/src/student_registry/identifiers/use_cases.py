"""Steps about identifiers inside the use cases of other packages; approval of G-codes; sealing anew with other keys."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, Record, transaction

from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.drifting import looked_through
from student_registry.identifiers import store
from student_registry.identifiers.domain import (
    Basis,
    Identifier,
    IdentifierFacts,
    IdentifierKind,
    VerificationState,
    WaitingGCode,
    checked,
    last4,
)
from student_registry.identifiers.errors import (
    IdentifierNotFound,
    IdentifierNotWaiting,
    StudentNoFormat,
    VocationalStudentNoFormat,
)
from student_registry.identifiers.events import identifier_changed
from student_registry.institutions.use_cases import subtree
from student_registry.keyring import Sealed
from student_registry.limits import ITEMS_MAX
from student_registry.summary import summary

log = logging.getLogger(__name__)

APPROVE = "registry.area_desk.approve"
CONSTRAINTS = store.CONSTRAINTS


@dataclass(frozen=True, slots=True)
class ApproveGCodes:
    """G-codes that an area office has checked."""

    request_id: UUID
    identifier_ids: tuple[UUID, ...]


def blind_index(deps: Deps, facts: IdentifierFacts) -> bytes:
    """Keyed hash under which a checked identifier is kept."""
    return deps.keyring.blind_index(*facts.index_parts)


async def look_up(deps: Deps, connection: Connection, facts: Iterable[IdentifierFacts]) -> dict[bytes, bytes]:
    """Every hash under which these checked identifiers may lie, each with the one under which they are kept now.

    They differ only while the key of the index is rotated. Then two callers of different versions could give one
    number to two learners, each under a hash of its own: so they go one after another until all is indexed anew.
    """
    if deps.keyring.is_reindexing:
        await store.hold_indexes(connection)
    found: dict[bytes, bytes] = {}
    for item in facts:
        current, *older = deps.keyring.blind_indexes(*item.index_parts)
        found |= dict.fromkeys((current, *older), current)
    return found


def make(deps: Deps, facts: IdentifierFacts, *, learner_id: UUID, valid_from: date) -> Identifier:
    """A new identifier of a learner, from checked facts."""
    return Identifier(
        identifier_id=uuid7(),
        learner_id=learner_id,
        kind=facts.kind,
        blind_index=blind_index(deps, facts),
        length=len(facts.value),
        last4=last4(facts.value),
        country=facts.country,
        institution_id=facts.institution_id,
        state=facts.state,
        valid_from=valid_from,
        valid_to=None,
    )


def _context(identifier_id: UUID, kind: str) -> bytes:
    """What a sealed value is bound to: its row and kind, which a merge of learners leaves as they are."""
    return f"learner_identifier:{identifier_id}:{kind}".encode()


async def add(
    deps: Deps, connection: Connection, items: Sequence[tuple[Identifier, str]], *, actor: Actor, now: datetime
) -> None:
    """Seal and write new identifiers with their values; whoever adds verified ones says that he saw the documents."""
    sealed = [
        store.SealedIdentifier(
            identifier,
            deps.keyring.seal(value, context=_context(identifier.identifier_id, identifier.kind)),
        )
        for identifier, value in items
    ]
    await store.insert(connection, sealed, index_version=deps.keyring.index_version, now=now)
    verified = [identifier for identifier, _ in items if identifier.state is VerificationState.VERIFIED]
    await _state(connection, verified, VerificationState.VERIFIED, basis=Basis.DOCUMENT, actor=actor, now=now)


def sealed(deps: Deps, identifier_id: UUID, kind: IdentifierKind, value: str) -> Sealed:
    """A checked value as it is kept, for whoever writes many at once."""
    return deps.keyring.seal(value, context=_context(identifier_id, kind))


async def known(connection: Connection, blind_indexes: Sequence[bytes]) -> list[bytes]:
    """Which of these somebody has or had."""
    return await store.known(connection, blind_indexes)


async def owners(connection: Connection, blind_indexes: Sequence[bytes]) -> list[UUID]:
    """Learners who have or had one of these identifiers."""
    return await store.owners(connection, blind_indexes)


async def of_learners(
    connection: Connection, learner_ids: Sequence[UUID], *, known_as: Mapping[bytes, bytes] | None = None
) -> dict[UUID, list[Identifier]]:
    """Identifiers by learner, ended ones too.

    Args:
        connection: Inside the caller's transaction.
        learner_ids: Whose.
        known_as: From `look_up`: an identifier that still lies under an older hash is given with its current one.
    """
    found: dict[UUID, list[Identifier]] = {learner_id: [] for learner_id in learner_ids}
    for identifier in await store.of_learners(connection, learner_ids, known_as=known_as or {}):
        found[identifier.learner_id].append(identifier)
    return found


async def verify(
    connection: Connection, identifiers: Iterable[Identifier], *, basis: Basis, actor: Actor, now: datetime
) -> None:
    """Note who saw the documents of these."""
    await set_state(connection, identifiers, VerificationState.VERIFIED, basis=basis, actor=actor, now=now)


async def set_state(
    connection: Connection,
    identifiers: Iterable[Identifier],
    state: VerificationState,
    *,
    basis: Basis,
    actor: Actor,
    now: datetime,
) -> None:
    """Give identifiers a state, and keep who did so, when and on what."""
    stated = list(identifiers)
    await store.set_state(connection, [item.identifier_id for item in stated], state=state)
    await _state(connection, stated, state, basis=basis, actor=actor, now=now)


async def _state(
    connection: Connection,
    identifiers: Sequence[Identifier],
    state: VerificationState,
    *,
    basis: Basis,
    actor: Actor,
    now: datetime,
) -> None:
    if identifiers:
        await store.insert_statements(
            connection,
            [(uuid7(), item.identifier_id) for item in identifiers],
            state=state,
            basis=basis,
            now=now,
            stated_by=actor.subject_hash,
            role=actor.role,
            institution_id=actor.institution_id,
        )


async def end(connection: Connection, identifier: Identifier, *, on_date: date) -> None:
    """End an identifier."""
    await store.end(connection, identifier.identifier_id, on_date=on_date)


async def take_up_again(connection: Connection, identifier: Identifier) -> None:
    """Make an ended identifier valid again, as when a change is undone."""
    await store.take_up_again(connection, identifier.identifier_id)


async def opened(deps: Deps, connection: Connection, identifiers: Iterable[Identifier]) -> Mapping[UUID, str]:
    """Values by identifier id, for those who may see them whole."""
    wanted = {identifier.identifier_id: identifier.kind for identifier in identifiers}
    if not wanted:
        return {}
    sealed = await store.sealed_values(connection, list(wanted))
    return {
        identifier_id: deps.keyring.open(value, context=_context(identifier_id, wanted[identifier_id]))
        for identifier_id, value in sealed.items()
    }


async def find_by_student_no(
    deps: Deps, connection: Connection, institution_id: UUID, numbers: Sequence[str], *, on_date: date
) -> dict[str, UUID]:
    """Learners by student number as asked for, vocational ones too; numbers that are none are simply not found."""
    asked: list[tuple[str, list[bytes]]] = []
    for number in numbers:
        for kind in (IdentifierKind.STUDENT_NO, IdentifierKind.VOCATIONAL_STUDENT_NO):
            try:
                facts = checked(IdentifierFacts(kind, number, institution_id=institution_id))
            except (StudentNoFormat, VocationalStudentNoFormat):
                continue
            asked.append((number, deps.keyring.blind_indexes(*facts.index_parts)))
    indexes = [index for _, ways in asked for index in ways]
    found = await store.find_student_nos(connection, institution_id, indexes, on_date=on_date)
    learners: dict[str, UUID] = {}
    for number, ways in asked:
        for index in ways:
            if index in found:
                # The school's own number comes first; eleven digits may also be a vocational number of somebody else.
                learners.setdefault(number, found[index])
    return learners


async def waiting_for_approval(
    connection: Connection, institution_ids: Sequence[UUID] | None, *, after: UUID | None, limit: int
) -> tuple[list[WaitingGCode], UUID | None, int]:
    """A page of G-codes that no area office has approved; for the desk, which has checked who asks.

    Args:
        connection: Inside the caller's transaction.
        institution_ids: Keepers of the records, such as an area's subtree; None: all.
        after: Last identifier of the page before; None: the first page.
        limit: Size of the page.

    Returns:
        The page, after which identifier the next one begins, and how many all pages hold.
    """
    found = await store.waiting(connection, institution_ids, after=after, limit=limit + 1)
    page = found[:limit]
    total = await store.count_waiting(connection, institution_ids)
    return page, page[-1].identifier_id if len(found) > limit else None, total


async def approve(deps: Deps, command: ApproveGCodes, *, actor: Actor, now: datetime) -> list[Outcome]:
    """An area office approves G-codes of learners whose record is kept in its administration.

    Raises:
        PermissionMissing: The caller may not approve them.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.

    Source: credit-bank.md e.5 (teacher registers, area approves).
    """
    actor.require(APPROVE)
    check_size(command.identifier_ids, ITEMS_MAX, field="identifier_ids")
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        content = idempotency.fingerprint(command)
        answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
        if answer is not None:
            return outcomes_from_answer(answer)
        area = set(await subtree(connection, actor.at(), tree="administration", on_date=today))
        locked = await store.lock_for_approval(connection, sorted(set(command.identifier_ids)))
        outcomes: list[Outcome] = []
        approved: dict[UUID, UUID] = {}
        for index, identifier_id in enumerate(command.identifier_ids):
            try:
                code = _waiting(locked.get(identifier_id), area)
            except ServiceError as error:
                outcomes.append(Outcome.failed(index, error))
                continue
            is_done = code.state is VerificationState.VERIFIED or identifier_id in approved
            outcomes.append(Outcome(index, str(identifier_id), already_done=is_done))
            if not is_done:
                approved[identifier_id] = code.learner_id
        if approved:
            await store.set_state(connection, list(approved), state=VerificationState.VERIFIED)
            await store.insert_statements(
                connection,
                [(uuid7(), identifier_id) for identifier_id in approved],
                state=VerificationState.VERIFIED,
                basis=Basis.AREA_APPROVAL,
                now=now,
                stated_by=actor.subject_hash,
                role=actor.role,
                institution_id=actor.institution_id,
            )
        learner_ids = list(dict.fromkeys(approved.values()))
        await outbox.add(connection, [identifier_changed(learner_id, now=now) for learner_id in learner_ids])
        await idempotency.finish(
            connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
        )
    log.info("Approved G-codes", extra={"fields": summary(outcomes, request_id=command.request_id)})
    return outcomes


def _waiting(code: store.LockedGCode | None, area: set[UUID]) -> store.LockedGCode:
    """The G-code as it may be approved.

    Raises:
        IdentifierNotFound: There is no such G-code in the area.
        IdentifierNotWaiting: It ended, or two learners claim it.
    """
    if code is None or code.registrar_institution_id not in area:
        raise IdentifierNotFound(field="identifier_ids")
    if not code.is_valid or code.state is VerificationState.CONFLICT:
        raise IdentifierNotWaiting(field="identifier_ids")
    return code


async def reseal_chunk(deps: Deps, connection: Connection, *, after: UUID, limit: int) -> UUID | None:
    """Seal and index a chunk of identifiers with the current keys, those after an id; the last id, or None at the end.

    Raises:
        SealBrokenError: The key that sealed one of them is not configured; nothing of the chunk is changed.
    """
    keyring = deps.keyring
    rows = await store.lock_old_seals(
        connection, after=after, key_version=keyring.version, index_version=keyring.index_version, limit=limit
    )
    items: list[tuple[UUID, bytes, bytes]] = []
    for row in rows:
        kind = IdentifierKind(row["kind"])
        context = _context(row["identifier_id"], kind)
        value = keyring.open(Sealed(row["sealed_value"], row["key_version"]), context=context)
        facts = IdentifierFacts(kind, value, row["country"], row["institution_id"])
        items.append((row["identifier_id"], keyring.seal(value, context=context).ciphertext, blind_index(deps, facts)))
    if not items:
        return None
    await store.reseal(connection, items, key_version=keyring.version, index_version=keyring.index_version)
    return items[-1][0]


async def count_old_seals(deps: Deps, connection: Connection) -> int:
    """How many identifiers an older key still seals or indexes; older keys may be removed at 0."""
    keyring = deps.keyring
    return await store.count_old_seals(connection, key_version=keyring.version, index_version=keyring.index_version)


async def drift(deps: Deps, connection: Connection) -> tuple[int, int]:
    """How many identifiers were looked at, and how many do not open, or open to another index, length or ending."""
    return await looked_through(deps, connection, store.all_sealed, _fits)


def _fits(deps: Deps, row: Record) -> bool:
    kind = IdentifierKind(row["kind"])
    sealed = Sealed(row["sealed_value"], row["key_version"])
    value = deps.keyring.open(sealed, context=_context(row["identifier_id"], kind))
    facts = IdentifierFacts(kind, value, row["country"], row["institution_id"])
    return (
        row["blind_index"] in deps.keyring.blind_indexes(*facts.index_parts)
        and len(value) == row["value_length"]
        and last4(value) == row["last4"]
    )
