"""Changing, correcting and moving institutions that are registered."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency
from chassis.auth import Actor
from chassis.errors import InvalidField, ServiceError
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, transaction

from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.institutions import store
from student_registry.institutions.domain import (
    Alias,
    ChangeKind,
    ClosedInstitution,
    Institution,
    InstitutionFacts,
    Tree,
    checked,
    codes_after,
    moved,
    other_codes,
)
from student_registry.institutions.errors import (
    InstitutionConflict,
    InstitutionNotFound,
    InstitutionRepeated,
    RevisionStale,
)
from student_registry.institutions.keeping import Change, Rules, keep
from student_registry.institutions.use_cases import MANAGE
from student_registry.limits import ITEMS_MAX
from student_registry.provenance import Provenance
from student_registry.races import rerun_on
from student_registry.summary import summary

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StatedChange:
    """An institution as it shall be.

    Attributes:
        revision: The one that was read; None: whatever it is now (files).
        facts: Whole; `parents` is the whole truth and `parent_institution_id` says nothing of its own.
    """

    institution_id: UUID
    revision: int | None
    kind: ChangeKind
    facts: InstitutionFacts


@dataclass(frozen=True, slots=True)
class ChangeInstitutions:
    """Institutions to change or correct."""

    request_id: UUID
    changes: tuple[StatedChange, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Another parent, or none, in one tree from a day on."""

    institution_id: UUID
    tree: Tree
    parent_institution_id: UUID | None
    valid_from: date
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class MoveInstitutions:
    """Institutions to move."""

    request_id: UUID
    moves: tuple[Move, ...]


async def change_institutions(
    deps: Deps, command: ChangeInstitutions, *, actor: Actor, now: datetime
) -> tuple[list[Outcome], list[ClosedInstitution]]:
    """Give institutions other facts, and tell what still hangs on those that this closes.

    Closing is never refused for what hangs on it: a school that is closed is closed, and its learners are found
    through the answer.

    Raises:
        PermissionMissing: The actor may not manage institutions.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Others changed the same institutions at the same time, several times over.
    """
    actor.require(MANAGE)
    check_size(command.changes, ITEMS_MAX, field="changes")

    async def work() -> tuple[list[Outcome], list[ClosedInstitution]]:
        async with transaction(deps.pool) as connection:
            content = idempotency.fingerprint(command)
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
            if answer is not None:
                return _from_answer(answer)
            outcomes, closed = await change_all(connection, command.changes, actor=actor, now=now)
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=_to_answer(outcomes, closed)
            )
        log.info("Changed institutions", extra={"fields": summary(outcomes, request_id=command.request_id)})
        return outcomes, closed

    return await rerun_on(store.CONSTRAINTS, work)


async def move_institutions(deps: Deps, command: MoveInstitutions, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Give institutions another parent from a day on; the days before stay as they were.

    Raises:
        PermissionMissing: The actor may not manage institutions.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Others changed the same institutions at the same time, several times over.
    """
    actor.require(MANAGE)
    check_size(command.moves, ITEMS_MAX, field="moves")

    async def work() -> list[Outcome]:
        async with transaction(deps.pool) as connection:
            content = idempotency.fingerprint(command)
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
            if answer is not None:
                return outcomes_from_answer(answer)
            outcomes = await _move_all(connection, command.moves, actor=actor, now=now)
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
            )
        log.info("Moved institutions", extra={"fields": summary(outcomes, request_id=command.request_id)})
        return outcomes

    return await rerun_on(store.CONSTRAINTS, work)


async def change_all(
    connection: Connection, changes: Sequence[StatedChange], *, actor: Actor, now: datetime
) -> tuple[list[Outcome], list[ClosedInstitution]]:
    """Change institutions inside a caller's transaction, who has checked the permission."""
    today = today_in_thailand(now)
    known = await _locked(connection, [change.institution_id for change in changes], on_date=today)
    outcomes: list[Outcome] = []
    right: dict[int, Change] = {}
    seen: set[UUID] = set()
    for index, change in enumerate(changes):
        try:
            if change.institution_id in seen:
                raise InstitutionRepeated(field="institution_id")
            seen.add(change.institution_id)
            before = known.get(change.institution_id)
            if before is None:
                raise InstitutionNotFound(field="institution_id")
            after = _after(change, before, today=today)
            if after is None:
                outcomes.append(Outcome(index, str(change.institution_id), already_done=True))
                continue
            right[index] = Change(before, after, change.kind)
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
    done = await _settle(connection, right, outcomes, actor=actor, now=now)
    closed = [change.after for change in done if change.before and _is_closed_by(change.before, change.after)]
    hanging = await store.hanging_on(connection, closed) if closed else []
    return sorted(outcomes, key=lambda outcome: outcome.index), hanging


async def _move_all(connection: Connection, moves: Sequence[Move], *, actor: Actor, now: datetime) -> list[Outcome]:
    today = today_in_thailand(now)
    known = await _locked(connection, [move.institution_id for move in moves], on_date=today)
    outcomes: list[Outcome] = []
    right: dict[int, Change] = {}
    seen: set[UUID] = set()
    for index, move in enumerate(moves):
        try:
            if move.institution_id in seen:
                raise InstitutionRepeated(field="institution_id")
            seen.add(move.institution_id)
            before = known.get(move.institution_id)
            if before is None:
                raise InstitutionNotFound(field="institution_id")
            parents = moved(before.facts.parents, move.tree, move.parent_institution_id, valid_from=move.valid_from)
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
            continue
        if parents == before.facts.parents:
            outcomes.append(Outcome(index, str(move.institution_id), already_done=True))
            continue
        facts = replace(before.facts, parents=parents, provenance=move.provenance)
        right[index] = Change(before, replace(before, facts=facts, revision=before.revision + 1), ChangeKind.CHANGED)
    await _settle(connection, right, outcomes, actor=actor, now=now)
    return sorted(outcomes, key=lambda outcome: outcome.index)


async def _locked(connection: Connection, ids: Sequence[UUID], *, on_date: date) -> dict[UUID, Institution]:
    await store.lock(connection, sorted(set(ids)))
    return {item.institution_id: item for item in await store.by_ids(connection, ids, on_date=on_date)}


def _after(change: StatedChange, before: Institution, *, today: date) -> Institution | None:
    """The institution as it shall be; None when it is so already.

    Raises:
        InvalidField: The parent of today differs from what the parents say.
        RevisionStale: It was changed since it was read.
    """
    facts = checked(replace(change.facts, parent_institution_id=None))
    stated = change.facts.parent_institution_id
    if stated is not None and stated != facts.parent_in(Tree.ADMINISTRATION, today):
        raise InvalidField(field="parent_institution_id", expected="absent, or what parents say of today")
    since = facts.provenance.effective_from or today
    codes = codes_after(facts, before, since=since, is_correction=change.kind is ChangeKind.CORRECTED)
    facts = replace(facts, aliases=other_codes(codes), parent_institution_id=before.facts.parent_institution_id)
    if replace(facts, provenance=before.facts.provenance) == before.facts:
        return None
    if change.revision is not None and change.revision != before.revision:
        raise RevisionStale(field="revision", revision=before.revision)
    return Institution(before.institution_id, facts, codes, before.revision + 1)


async def _settle(
    connection: Connection, right: dict[int, Change], outcomes: list[Outcome], *, actor: Actor, now: datetime
) -> list[Change]:
    """Check changes against the tables, write the good ones, and add the outcome of each."""
    rules = await Rules.read(connection, [(change.before, change.after.facts) for change in right.values()])
    taken = await store.taken_codes(
        connection, [(change.after.institution_id, code) for change in right.values() for code in _new_codes(change)]
    )
    used: set[tuple[str, str, str]] = set()
    done: list[Change] = []
    for index, change in right.items():
        keys = {(code.kind.value, code.register, code.value) for code in _new_codes(change)}
        try:
            rules.check(change.after, change.before)
            if change.after.institution_id in taken or keys & used:
                raise InstitutionConflict(field="local_alias", local_alias=change.after.facts.local_alias)
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
            continue
        used |= keys
        done.append(change)
        outcomes.append(Outcome(index, str(change.after.institution_id)))
    await keep(connection, done, today=today_in_thailand(now), now=now, by=actor.subject_hash)
    return done


def _new_codes(change: Change) -> list[Alias]:
    before = change.before.codes if change.before else ()
    return [code for code in change.after.codes if code not in before]


def _is_closed_by(before: Institution, after: Institution) -> bool:
    return after.facts.closed_on is not None and after.facts.closed_on != before.facts.closed_on


def _to_answer(outcomes: Sequence[Outcome], closed: Sequence[ClosedInstitution]) -> bytes:
    hanging = [asdict(item) | {"institution_id": str(item.institution_id)} for item in closed]
    return json.dumps({"outcomes": outcomes_to_answer(outcomes).decode(), "closed": hanging}).encode()


def _from_answer(answer: bytes) -> tuple[list[Outcome], list[ClosedInstitution]]:
    kept = json.loads(answer)
    closed = [ClosedInstitution(**item | {"institution_id": UUID(item["institution_id"])}) for item in kept["closed"]]
    return outcomes_from_answer(kept["outcomes"].encode()), closed
