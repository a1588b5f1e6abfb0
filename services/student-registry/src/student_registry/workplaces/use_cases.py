"""Recording and searching workplaces, learning places and local experts, and stating cooperation with them."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Container, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis import idempotency
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, Record, transaction

from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.drifting import looked_through
from student_registry.institutions.domain import Tree
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.institutions.use_cases import institutions_by_id, is_within, subtree
from student_registry.keyring import Sealed
from student_registry.limits import ITEMS_MAX, check_purpose, page_size
from student_registry.races import rerun_on
from student_registry.summary import summary
from student_registry.workplaces import store
from student_registry.workplaces.domain import (
    ALIVE,
    Contact,
    Cooperation,
    CooperationFacts,
    CooperationStatus,
    OccupationField,
    Workplace,
    WorkplaceFacts,
    WorkplaceKind,
    checked,
    is_same,
    is_step,
)
from student_registry.workplaces.errors import WorkplaceNotFound, WorkplaceRepeated

log = logging.getLogger(__name__)

MANAGE = "registry.workplaces.manage"
MANAGE_INSTITUTIONS = "registry.institutions.manage"


@dataclass(frozen=True, slots=True)
class RecordWorkplaces:
    """Entries to add or change; the keeper is the institution acted for."""

    request_id: UUID
    workplaces: tuple[WorkplaceFacts, ...]


@dataclass(frozen=True, slots=True)
class SearchWorkplaces:
    """Which entries to find; empty filters mean all.

    Attributes:
        text: Part of a name, offer or area.
        within_institution_id: Only those in its area or that of one below it in the administration.
        statuses: Only those with whom cooperation is so; of `cooperating_institution_id`, or of any.
    """

    text: str = ""
    kinds: tuple[WorkplaceKind, ...] = ()
    field_codes: tuple[str, ...] = ()
    within_institution_id: UUID | None = None
    statuses: tuple[CooperationStatus, ...] = ()
    cooperating_institution_id: UUID | None = None
    capacity_min: int = 0
    page_size: int = 0
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class RecordCooperations:
    """Statements to record."""

    request_id: UUID
    statements: tuple[CooperationFacts, ...]


async def record_workplaces(deps: Deps, command: RecordWorkplaces, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Add entries of the institution acted for, or change those it knows by the same reference.

    Raises:
        PermissionMissing: The actor may not manage workplaces, or acts for no institution.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Others recorded the same entries at the same time, several times over.
    """
    actor.require(MANAGE)
    keeper = actor.at()
    check_size(command.workplaces, ITEMS_MAX, field="workplaces")

    async def decide(connection: Connection) -> list[Outcome]:
        return await _record_all(deps, connection, command.workplaces, keeper=keeper, actor=actor, now=now)

    # Contacts are personal: the fingerprint of the request is keyed.
    content = deps.keyring.fingerprint(command)
    return await _answered(deps, command.request_id, content, decide, actor=actor)


async def record_cooperations(deps: Deps, command: RecordCooperations, *, actor: Actor, now: datetime) -> list[Outcome]:
    """State how far cooperation of institutions in the actor's subtree is; the same statement again is already done.

    Raises:
        PermissionMissing: The actor may not manage workplaces.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Others stated the same cooperations at the same time, several times over.
    """
    actor.require(MANAGE)
    check_size(command.statements, ITEMS_MAX, field="statements")

    async def decide(connection: Connection) -> list[Outcome]:
        return await _state_all(connection, command.statements, actor=actor, now=now)

    return await _answered(deps, command.request_id, idempotency.fingerprint(command), decide, actor=actor)


async def _answered(
    deps: Deps,
    request_id: UUID,
    content: bytes,
    decide: Callable[[Connection], Awaitable[list[Outcome]]],
    *,
    actor: Actor,
) -> list[Outcome]:
    """Carry out a list request once, and give its answer again when it is repeated."""

    async def work() -> list[Outcome]:
        async with transaction(deps.pool) as connection:
            answer = await idempotency.claim(connection, request_id, caller=actor.caller, content=content)
            if answer is not None:
                return outcomes_from_answer(answer)
            outcomes = sorted(await decide(connection), key=lambda outcome: outcome.index)
            await idempotency.finish(connection, request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes))
        log.info("Recorded in the register of workplaces", extra={"fields": summary(outcomes, request_id=request_id)})
        return outcomes

    return await rerun_on(store.CONSTRAINTS, work)


async def _record_all(
    deps: Deps,
    connection: Connection,
    stated: Sequence[WorkplaceFacts],
    *,
    keeper: UUID,
    actor: Actor,
    now: datetime,
) -> list[Outcome]:
    fields = {item.field_code for item in await store.fields(connection)}
    places = {place for facts in stated for place in (facts.area_institution_id, facts.institution_id) if place}
    institutions = await institutions_by_id(connection, sorted(places), on_date=today_in_thailand(now))
    references = sorted({facts.reference.strip() for facts in stated})
    known = {
        item.facts.reference: replace(item, facts=replace(item.facts, contact=_opened(deps, item.workplace_id, sealed)))
        for item, sealed in await store.lock_by_reference(connection, keeper, references)
    }
    outcomes: list[Outcome] = []
    added: list[Workplace] = []
    changed: list[Workplace] = []
    seen: set[str] = set()
    for index, facts in enumerate(stated):
        try:
            right = checked(facts, fields)
            if right.reference in seen:
                raise WorkplaceRepeated(field="reference")
            seen.add(right.reference)
            _check_places(right, institutions)
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
            continue
        before = known.get(right.reference)
        if before is not None and is_same(right, before.facts):
            outcomes.append(Outcome(index, str(before.workplace_id), already_done=True))
            continue
        workplace = Workplace(before.workplace_id if before else uuid7(), keeper, right)
        (changed if before else added).append(workplace)
        outcomes.append(Outcome(index, str(workplace.workplace_id)))
    if added:
        await store.insert(connection, added, now=now, by=actor.subject_hash)
    if changed:
        await store.update(connection, changed, now=now, by=actor.subject_hash)
    contacts = [
        (item.workplace_id, _sealed(deps, item.workplace_id, item.facts.contact))
        for item in (*added, *changed)
        if item.facts.contact is not None
    ]
    if contacts:
        await store.set_contacts(connection, contacts)
    return outcomes


def _check_places(facts: WorkplaceFacts, institutions: Container[UUID]) -> None:
    for name in ("area_institution_id", "institution_id"):
        place = getattr(facts, name)
        if place is not None and place not in institutions:
            raise InstitutionNotFound(field=name)


def _context(workplace_id: UUID) -> bytes:
    return b"workplace_contact:" + workplace_id.bytes


def _sealed(deps: Deps, workplace_id: UUID, contact: Contact) -> Sealed:
    return deps.keyring.seal(json.dumps(asdict(contact), ensure_ascii=False), context=_context(workplace_id))


def _opened(deps: Deps, workplace_id: UUID, sealed: Sealed | None) -> Contact | None:
    return None if sealed is None else Contact(**json.loads(deps.keyring.open(sealed, context=_context(workplace_id))))


async def _state_all(
    connection: Connection, stated: Sequence[CooperationFacts], *, actor: Actor, now: datetime
) -> list[Outcome]:
    today = today_in_thailand(now)
    wanted = sorted({facts.institution_id for facts in stated})
    if actor.may(MANAGE_INSTITUTIONS):
        institutions = set(await institutions_by_id(connection, wanted, on_date=today))
    else:
        institutions = await is_within(connection, wanted, top=actor.at(), on_date=today)
    workplaces = await store.existing(connection, [facts.workplace_id for facts in stated])
    keys = sorted({(facts.workplace_id, facts.institution_id) for facts in stated})
    known = await store.lock_cooperations(connection, keys)
    latest = await store.latest(connection, list(known.values()))
    outcomes: list[Outcome] = []
    added: list[tuple[UUID, CooperationFacts]] = []
    new: list[tuple[UUID, int, CooperationFacts]] = []
    for index, facts in enumerate(stated):
        key = facts.workplace_id, facts.institution_id
        cooperation_id = known.get(key) or uuid7()
        sequence, last = latest.get(cooperation_id, (0, None))
        try:
            if facts.institution_id not in institutions:
                raise InstitutionNotFound(field="institution_id")
            if facts.workplace_id not in workplaces:
                raise WorkplaceNotFound(field="workplace_id")
            is_new = is_step(facts, last)
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
            continue
        outcomes.append(Outcome(index, str(cooperation_id), already_done=not is_new))
        if not is_new:
            continue
        if key not in known:
            known[key] = cooperation_id
            added.append((cooperation_id, facts))
        latest[cooperation_id] = sequence + 1, facts
        new.append((cooperation_id, sequence + 1, facts))
    if added:
        await store.insert_cooperations(connection, added, now=now)
    if new:
        await store.insert_statements(connection, new, now=now, by=actor.subject_hash)
    return outcomes


async def list_fields(deps: Deps) -> list[OccupationField]:
    """The fields of occupation, in the order of the list."""
    async with deps.pool.acquire() as connection:
        return await store.fields(connection)


async def get_workplace(deps: Deps, workplace_id: UUID, *, purpose: str, actor: Actor, now: datetime) -> Workplace:
    """An entry, with its contact where the caller may see it.

    A place's contact is for who works at an institution. A local expert is a person: his name and contact are for his
    keeper, for an office above that, and for institutions that have asked or work with him, who say why and leave a
    record, all but the keeper.

    Raises:
        WorkplaceNotFound: There is none with this id.
        PurposeMissing: A local expert's contact would be shown and no purpose was stated.
        InvalidField: The purpose is not a code.
    """
    async with transaction(deps.pool) as connection:
        found = await store.get(connection, workplace_id)
        if found is None:
            raise WorkplaceNotFound
        workplace, sealed = found
        if sealed is None or not await _may_see_contact(connection, workplace, actor=actor, now=now):
            return workplace
        if workplace.facts.kind is WorkplaceKind.LOCAL_EXPERT and actor.at() != workplace.keeper_institution_id:
            check_purpose(purpose)
            await store.record_contact_read(
                connection,
                workplace_id,
                institution_id=actor.at(),
                by=actor.subject_hash,
                role=actor.role,
                purpose=purpose,
                now=now,
            )
        contact = _opened(deps, workplace_id, sealed)
        return replace(workplace, facts=replace(workplace.facts, contact=contact))


async def _may_see_contact(connection: Connection, workplace: Workplace, *, actor: Actor, now: datetime) -> bool:
    if actor.institution_id is None:
        return False
    if workplace.facts.kind is not WorkplaceKind.LOCAL_EXPERT:
        return True
    if not actor.may(MANAGE):
        return False
    keeper = workplace.keeper_institution_id
    if await is_within(connection, [keeper], top=actor.at(), on_date=today_in_thailand(now)):
        return True
    return await store.has_alive(connection, workplace.workplace_id, actor.at(), statuses=sorted(ALIVE))


async def search_workplaces(
    deps: Deps, query: SearchWorkplaces, *, now: datetime
) -> tuple[list[Workplace], UUID | None]:
    """A page of the register in Thai dictionary order, without contacts and closed entries, and where the next begins.

    Raises:
        InvalidField: The page size is outside its limits.
    """
    limit, today = page_size(query.page_size), today_in_thailand(now)
    async with deps.pool.acquire() as connection:
        areas = None
        if query.within_institution_id is not None:
            areas = await subtree(connection, query.within_institution_id, tree=Tree.ADMINISTRATION, on_date=today)
        found = await store.search(
            connection,
            text=query.text.strip(),
            kinds=query.kinds,
            field_codes=query.field_codes,
            areas=areas,
            capacity_min=query.capacity_min,
            statuses=query.statuses,
            cooperating_institution_id=query.cooperating_institution_id,
            on_date=today,
            after=query.after,
            limit=limit + 1,
        )
    page = found[:limit]
    return page, page[-1].workplace_id if len(found) > limit else None


async def list_cooperations(
    deps: Deps,
    *,
    workplace_id: UUID | None,
    institution_id: UUID | None,
    asked_page_size: int,
    after: UUID | None,
) -> tuple[list[Cooperation], UUID | None]:
    """A page of cooperations with their history, and the id after which the next page begins.

    Raises:
        InvalidField: The page size is outside its limits.
    """
    limit = page_size(asked_page_size)
    async with transaction(deps.pool) as connection:
        found = await store.cooperations(
            connection, workplace_id=workplace_id, institution_id=institution_id, after=after, limit=limit + 1
        )
    page = found[:limit]
    return page, page[-1].cooperation_id if len(found) > limit else None


async def drift(deps: Deps, connection: Connection) -> tuple[int, int]:
    """How many contacts were looked at, and how many do not open to one."""
    return await looked_through(deps, connection, store.all_sealed, _fits)


def _fits(deps: Deps, row: Record) -> bool:
    return _opened(deps, row["workplace_id"], Sealed(row["contact"], row["key_version"])) is not None


async def reseal_chunk(deps: Deps, connection: Connection, *, after: UUID, limit: int) -> UUID | None:
    """Seal a chunk of contacts with the current key; gives its last id, or None when there is none after `after`.

    Raises:
        SealBrokenError: The key that sealed one is not configured.
    """
    keyring = deps.keyring
    old = await store.old_seals(connection, key_version=keyring.version, after=after, limit=limit)
    if not old:
        return None
    contexts = [(place, sealed, _context(place)) for place, sealed in old]
    await store.set_contacts(
        connection,
        [
            (place, keyring.seal(keyring.open(sealed, context=context), context=context))
            for place, sealed, context in contexts
        ],
    )
    return old[-1][0]


async def count_old_seals(deps: Deps, connection: Connection) -> int:
    """How many contacts an older key still seals."""
    return await store.count_old_seals(connection, key_version=deps.keyring.version)
