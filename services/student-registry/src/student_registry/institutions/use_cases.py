"""Adding institutions and reading the register, which is public to everybody who is signed in."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from student_registry.institutions import events, store
from student_registry.institutions.domain import Institution, InstitutionFacts, InstitutionKind, checked
from student_registry.institutions.errors import InstitutionConflict, InstitutionNotFound, ParentUnknown
from student_registry.limits import ITEMS_MAX, page_size
from student_registry.races import rerun_on
from student_registry.summary import summary

log = logging.getLogger(__name__)

MANAGE = "registry.institutions.manage"


@dataclass(frozen=True, slots=True)
class RegisterInstitutions:
    """Institutions to add, or to confirm with the same facts."""

    request_id: UUID
    institutions: tuple[InstitutionFacts, ...]


@dataclass(frozen=True, slots=True)
class ListInstitutions:
    """Which institutions to list; empty filters mean all."""

    kinds: tuple[InstitutionKind, ...] = ()
    parent_institution_id: UUID | None = None
    codes: tuple[str, ...] = ()
    on_date: date | None = None
    page_size: int = 0
    after: UUID | None = None


async def register_institutions(
    deps: Deps, command: RegisterInstitutions, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Add institutions; one already there with the same facts is already done, with other facts refused.

    Raises:
        PermissionMissing: The actor may not manage institutions.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Others added the same institutions at the same time, several times over.
    """
    actor.require(MANAGE)
    check_size(command.institutions, ITEMS_MAX, field="institutions")

    async def work() -> list[Outcome]:
        async with transaction(deps.pool) as connection:
            content = idempotency.fingerprint(command)
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
            if answer is not None:
                return outcomes_from_answer(answer)
            outcomes, added = await _decide(connection, command.institutions, today=today_in_thailand(now))
            await store.insert(connection, added, now=now)
            await store.insert_parents(connection, added)
            await outbox.add(connection, [events.institution_changed(institution) for institution in added])
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
            )
        log.info("Registered institutions", extra={"fields": summary(outcomes, request_id=command.request_id)})
        return outcomes

    return await rerun_on(store.CONSTRAINTS, work)


async def _decide(
    connection: Connection, stated: Sequence[InstitutionFacts], *, today: date
) -> tuple[list[Outcome], list[Institution]]:
    """Outcome of each item, and the institutions to add."""
    outcomes: list[Outcome] = []
    right: dict[int, InstitutionFacts] = {}
    for index, facts in enumerate(stated):
        try:
            right[index] = checked(facts)
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
    codes = sorted({code for facts in right.values() for code in facts.codes})
    parents = [facts.parent_institution_id for facts in right.values() if facts.parent_institution_id]
    known = {
        code: institution
        for institution in await store.find_by_codes(connection, codes, on_date=today)
        for code in institution.facts.codes
    }
    known_parents = await store.existing(connection, parents)
    added: list[Institution] = []
    for index, facts in right.items():
        try:
            institution = _decide_one(facts, known, known_parents)
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
            continue
        is_known = any(code in known for code in institution.facts.codes)
        if not is_known:
            added.append(institution)
            known |= dict.fromkeys(institution.facts.codes, institution)
        outcomes.append(Outcome(index, str(institution.institution_id), already_done=is_known))
    return sorted(outcomes, key=lambda outcome: outcome.index), added


def _decide_one(facts: InstitutionFacts, known: dict[str, Institution], parents: set[UUID]) -> Institution:
    matches = {known[code].institution_id: known[code] for code in facts.codes if code in known}
    if facts.parent_institution_id is not None and facts.parent_institution_id not in parents:
        raise ParentUnknown(field="parent_institution_id", parent_institution_id=facts.parent_institution_id)
    if not matches:
        return Institution(uuid7(), facts)
    institution = next(iter(matches.values()))
    # Where a fact was read may be stated anew without being another fact.
    if len(matches) > 1 or replace(institution.facts, provenance=facts.provenance) != facts:
        raise InstitutionConflict(field="local_alias", local_alias=facts.local_alias)
    return institution


async def get_institution(deps: Deps, institution_id: UUID, *, now: datetime) -> Institution:
    """One institution, with its parent of today.

    Raises:
        InstitutionNotFound: There is none with this id.
    """
    async with deps.pool.acquire() as connection:
        found = await store.by_ids(connection, [institution_id], on_date=today_in_thailand(now))
    if not found:
        raise InstitutionNotFound
    return found[0]


async def list_institutions(
    deps: Deps, query: ListInstitutions, *, now: datetime
) -> tuple[list[Institution], UUID | None]:
    """A page of institutions in Thai dictionary order, and the id after which the next page begins.

    Raises:
        InvalidField: The page size is outside its limits.
    """
    limit = page_size(query.page_size)
    async with deps.pool.acquire() as connection:
        found = await store.list_page(
            connection,
            kinds=query.kinds,
            parent_institution_id=query.parent_institution_id,
            codes=query.codes,
            on_date=query.on_date or today_in_thailand(now),
            after=query.after,
            limit=limit + 1,
        )
    page = found[:limit]
    return page, page[-1].institution_id if len(found) > limit else None


async def institutions_by_id(
    connection: Connection, institution_ids: Sequence[UUID], *, on_date: date
) -> dict[UUID, Institution]:
    """Institutions by id, for other packages inside their transaction."""
    return {found.institution_id: found for found in await store.by_ids(connection, institution_ids, on_date=on_date)}


async def subtree(connection: Connection, institution_id: UUID, *, tree: str, on_date: date) -> list[UUID]:
    """Ids of an institution and of everything below it in one tree on one day, for other packages.

    Closed institutions are in it too: their learners are history of the subtree.

    Args:
        connection: Inside the caller's transaction, or any.
        institution_id: Top of the subtree; nothing is given for one that is not registered.
        tree: `administration`, `network`, `district`, `guidance`, `branch` or `province`.
        on_date: Day for which the parents hold.

    Returns:
        In the order of the ids, the top included.
    """
    return await store.subtree(connection, institution_id, tree=tree, on_date=on_date)
