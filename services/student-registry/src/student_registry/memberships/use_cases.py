"""Stating how far institutions are in programmes, and counting them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, transaction

from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.institutions.domain import Tree
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.institutions.use_cases import institutions_by_id, is_within, population, subtree
from student_registry.limits import ITEMS_MAX, page_size
from student_registry.memberships import events, store
from student_registry.memberships.domain import (
    Counts,
    Membership,
    MembershipFacts,
    MembershipStatus,
    Programme,
    Statement,
    checked,
    stated_on,
)
from student_registry.memberships.errors import MembershipNotFound
from student_registry.races import rerun_on
from student_registry.summary import summary

log = logging.getLogger(__name__)

MANAGE = "registry.memberships.manage"
MANAGE_INSTITUTIONS = "registry.institutions.manage"
"""Who keeps the register of institutions states memberships of any of them; others of their own subtree."""


@dataclass(frozen=True, slots=True)
class RecordMemberships:
    """Statements to record."""

    request_id: UUID
    statements: tuple[MembershipFacts, ...]


@dataclass(frozen=True, slots=True)
class ListMemberships:
    """Which memberships to list or count; empty filters mean all.

    Attributes:
        within_institution_id: Only institutions of its subtree in `tree`.
        on_date: Day on which statements are in force; None: today.
    """

    programme_codes: tuple[str, ...] = ()
    year_be: int = 0
    institution_id: UUID | None = None
    statuses: tuple[MembershipStatus, ...] = ()
    tree: Tree = Tree.ADMINISTRATION
    within_institution_id: UUID | None = None
    on_date: date | None = None
    page_size: int = 0
    after: UUID | None = None


async def record_memberships(deps: Deps, command: RecordMemberships, *, actor: Actor, now: datetime) -> list[Outcome]:
    """State memberships of institutions in the actor's subtree; the same statement again is already done.

    Raises:
        PermissionMissing: The actor may not manage memberships.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Others stated the same memberships at the same time, several times over.
    """
    actor.require(MANAGE)
    check_size(command.statements, ITEMS_MAX, field="statements")

    async def work() -> list[Outcome]:
        async with transaction(deps.pool) as connection:
            content = idempotency.fingerprint(command)
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
            if answer is not None:
                return outcomes_from_answer(answer)
            outcomes = await record_all(connection, command.statements, actor=actor, now=now)
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
            )
        log.info("Recorded memberships", extra={"fields": summary(outcomes, request_id=command.request_id)})
        return outcomes

    return await rerun_on(store.CONSTRAINTS, work)


async def record_all(
    connection: Connection, statements: Sequence[MembershipFacts], *, actor: Actor, now: datetime
) -> list[Outcome]:
    """State memberships inside a caller's transaction, who has checked the permission; for files too."""
    today = today_in_thailand(now)
    places = await _allowed(connection, [facts.institution_id for facts in statements], actor=actor, today=today)
    programmes = {item.programme_code: item for item in await store.programmes(connection)}
    outcomes: list[Outcome] = []
    right: dict[int, MembershipFacts] = {}
    for index, facts in enumerate(statements):
        try:
            if facts.institution_id not in places:
                raise InstitutionNotFound(field="institution_id")
            right[index] = checked(facts, programmes)
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
    known = await store.lock(connection, sorted({facts.key for facts in right.values()}))
    held = await store.holding(connection, list(known.values()))
    work = _Stating(known, held)
    for index, facts in right.items():
        try:
            outcomes.append(work.state(index, facts))
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
    await work.keep(connection, now=now, by=actor.subject_hash)
    return sorted(outcomes, key=lambda outcome: outcome.index)


async def _allowed(connection: Connection, institution_ids: Sequence[UUID], *, actor: Actor, today: date) -> set[UUID]:
    """Which of these exist for the actor: all for who keeps the register, else those of his subtree."""
    wanted = sorted(set(institution_ids))
    if actor.may(MANAGE_INSTITUTIONS):
        return set(await institutions_by_id(connection, wanted, on_date=today))
    return await is_within(connection, wanted, top=actor.at(), on_date=today)


class _Stating:
    """Statements of one request as they are decided: later ones see the earlier ones."""

    def __init__(self, known: dict[tuple[UUID, str, int], UUID], held: dict[UUID, list[MembershipFacts]]) -> None:
        self._known = dict(known)
        self._held = held
        self._new: list[Membership] = []
        self._superseded: list[Membership] = []
        self._stated: list[tuple[Membership, bool]] = []

    def state(self, index: int, facts: MembershipFacts) -> Outcome:
        membership_id = self._known.get(facts.key) or uuid7()
        held = self._held.setdefault(membership_id, [])
        gone = stated_on(facts, held)
        if gone is None:
            return Outcome(index, str(membership_id), already_done=True)
        membership = Membership(membership_id, facts)
        if facts.key not in self._known:
            self._known[facts.key] = membership_id
            self._new.append(membership)
        for item in gone:
            held.remove(item)
            self._drop(Membership(membership_id, item))
        held.append(facts)
        held.sort(key=lambda item: item.valid_from)
        self._stated.append((membership, False))
        return Outcome(index, str(membership_id))

    def _drop(self, membership: Membership) -> None:
        for place, (item, _) in enumerate(self._stated):
            if item == membership:
                self._stated[place] = (item, True)
                return
        self._superseded.append(membership)

    async def keep(self, connection: Connection, *, now: datetime, by: str) -> None:
        if not self._stated:
            return
        if self._new:
            await store.insert(connection, self._new, now=now)
        if self._superseded:
            await store.supersede(connection, self._superseded, now=now)
        await store.insert_statements(connection, self._stated, now=now, by=by)
        changed = dict.fromkeys(item.membership_id for item, _ in self._stated)
        await outbox.add(
            connection, [events.membership_changed(Membership(place, self._held[place][-1])) for place in changed]
        )


async def list_programmes(deps: Deps) -> list[Programme]:
    """The programmes, by code."""
    async with deps.pool.acquire() as connection:
        return await store.programmes(connection)


async def list_memberships(
    deps: Deps, query: ListMemberships, *, now: datetime
) -> tuple[list[Membership], UUID | None, int]:
    """A page of memberships as they stand on a day, the id after which the next page begins, and how many in all.

    Raises:
        InvalidField: The page size is outside its limits.
    """
    limit, on_date = page_size(query.page_size), query.on_date or today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        found, total = await store.list_page(
            connection,
            programme_codes=query.programme_codes,
            year_be=query.year_be,
            institution_ids=await _places(connection, query, on_date=on_date),
            on_date=on_date,
            statuses=query.statuses,
            after=query.after,
            limit=limit + 1,
        )
    page = found[:limit]
    return page, page[-1].membership_id if len(found) > limit else None, total


async def _places(connection: Connection, query: ListMemberships, *, on_date: date) -> list[UUID] | None:
    places: list[UUID] | None = None
    if query.within_institution_id is not None:
        places = await subtree(connection, query.within_institution_id, tree=query.tree, on_date=on_date)
    if query.institution_id is not None:
        is_in = places is None or query.institution_id in places
        places = [query.institution_id] if is_in else []
    return places


async def count_memberships(deps: Deps, query: ListMemberships, *, now: datetime) -> Counts:
    """Institutions by programme, year, status and band on a day, beside the open institutions they are part of.

    A denominator is stated, never guessed: `READY` of the surveyed is a share of all counts of that programme and
    year, and of all schools a share of `population`.
    """
    on_date = query.on_date or today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        places = await _places(connection, query, on_date=on_date)
        counts = await store.count(
            connection,
            programme_codes=query.programme_codes,
            year_be=query.year_be,
            institution_ids=places,
            on_date=on_date,
        )
        return Counts(counts, await population(connection, places, on_date=on_date), on_date)


async def list_history(deps: Deps, membership_id: UUID) -> list[Statement]:
    """Everything that was stated about a membership, the latest first.

    Raises:
        MembershipNotFound: There is none with this id.
    """
    async with deps.pool.acquire() as connection:
        found = await store.history(connection, membership_id)
    if not found:
        raise MembershipNotFound
    return found
