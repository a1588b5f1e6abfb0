"""Adding institutions and reading the register, which is public to everybody who is signed in."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, transaction

from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.institutions import store
from student_registry.institutions.domain import (
    Affiliation,
    ChangeKind,
    ChangeRecord,
    Institution,
    InstitutionFacts,
    InstitutionKind,
    Tree,
    checked,
    codes_after,
    is_same,
)
from student_registry.institutions.errors import InstitutionConflict, InstitutionNotFound
from student_registry.institutions.keeping import Change, Rules, keep
from student_registry.limits import ITEMS_MAX, page_size
from student_registry.races import rerun_on
from student_registry.summary import summary
from student_registry.text import ascii_digits, clean

log = logging.getLogger(__name__)

MANAGE = "registry.institutions.manage"


@dataclass(frozen=True, slots=True)
class RegisterInstitutions:
    """Institutions to add, or to confirm with the same facts."""

    request_id: UUID
    institutions: tuple[InstitutionFacts, ...]


@dataclass(frozen=True, slots=True)
class ListInstitutions:
    """Which institutions to list; empty filters mean all.

    Attributes:
        parent_institution_id: Only its children in `tree`.
        within_institution_id: Only it and everything below it in `tree`.
        on_date: Day for which parents and codes hold; None: today.
        text: Only those whose name holds it, or one of whose codes begins with it.
    """

    kinds: tuple[InstitutionKind, ...] = ()
    parent_institution_id: UUID | None = None
    codes: tuple[str, ...] = ()
    on_date: date | None = None
    page_size: int = 0
    after: UUID | None = None
    tree: Tree = Tree.ADMINISTRATION
    within_institution_id: UUID | None = None
    text: str = ""
    province_code: str = ""
    is_open_only: bool = False


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
            outcomes = await register_all(connection, command.institutions, actor=actor, now=now)
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
            )
        log.info("Registered institutions", extra={"fields": summary(outcomes, request_id=command.request_id)})
        return outcomes

    return await rerun_on(store.CONSTRAINTS, work)


async def register_all(
    connection: Connection, institutions: Sequence[InstitutionFacts], *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Add institutions inside a caller's transaction, who has checked the permission."""
    today = today_in_thailand(now)
    outcomes, added = await _decide(connection, institutions, today=today)
    await keep(connection, added, today=today, now=now, by=actor.subject_hash)
    return outcomes


async def _decide(
    connection: Connection, stated: Sequence[InstitutionFacts], *, today: date
) -> tuple[list[Outcome], list[Change]]:
    """Outcome of each item, and the institutions to add."""
    outcomes: list[Outcome] = []
    right: dict[int, InstitutionFacts] = {}
    for index, facts in enumerate(stated):
        try:
            right[index] = checked(facts)
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
    codes = sorted({code for facts in right.values() for code in facts.codes})
    rules = await Rules.read(connection, [(None, facts) for facts in right.values()])
    new = {index: _added(facts) for index, facts in right.items()}
    # Asked before who is known: what another caller adds in between is then known, not taken.
    taken = await store.taken_codes(
        connection, [(item.institution_id, code) for item in new.values() for code in item.codes]
    )
    known = {
        code: institution
        for institution in await store.find_by_codes(connection, codes, on_date=today)
        for code in institution.facts.codes
    }
    used: set[tuple[str, str, str]] = set()
    added: list[Change] = []
    for index, institution in new.items():
        matches = {known[code].institution_id: known[code] for code in institution.facts.codes if code in known}
        try:
            if matches:
                same = _confirmed(institution.facts, list(matches.values()), today=today)
                outcomes.append(Outcome(index, str(same.institution_id), already_done=True))
                continue
            rules.check(institution, None)
            keys = {(code.kind.value, code.register, code.value) for code in institution.codes}
            if institution.institution_id in taken or keys & used:
                raise InstitutionConflict(field="local_alias", local_alias=institution.facts.local_alias)
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
            continue
        used |= keys
        known |= dict.fromkeys(institution.facts.codes, institution)
        added.append(Change(None, institution, ChangeKind.REGISTERED))
        outcomes.append(Outcome(index, str(institution.institution_id)))
    return sorted(outcomes, key=lambda outcome: outcome.index), added


def _added(facts: InstitutionFacts) -> Institution:
    return Institution(uuid7(), facts, codes_after(facts, None, since=date.min, is_correction=False))


def _confirmed(facts: InstitutionFacts, matches: list[Institution], *, today: date) -> Institution:
    if len(matches) > 1 or not is_same(facts, matches[0].facts, today=today):
        raise InstitutionConflict(field="local_alias", local_alias=facts.local_alias)
    return matches[0]


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
    on_date = query.on_date or today_in_thailand(now)
    async with deps.pool.acquire() as connection:
        within = None
        if query.within_institution_id is not None:
            within = await store.subtree(connection, query.within_institution_id, tree=query.tree, on_date=on_date)
        found = await store.list_page(
            connection,
            kinds=query.kinds,
            parent_institution_id=query.parent_institution_id,
            tree=query.tree,
            on_date=on_date,
            codes=query.codes,
            within=within,
            text=ascii_digits(clean(query.text)),
            province_code=ascii_digits(query.province_code),
            is_open_only=query.is_open_only,
            after=query.after,
            limit=limit + 1,
        )
    page = found[:limit]
    return page, page[-1].institution_id if len(found) > limit else None


async def list_ancestors(
    deps: Deps, institution_id: UUID, *, tree: Tree, on_date: date | None, now: datetime
) -> list[Institution]:
    """What stands above an institution on a day, the nearest first.

    Raises:
        InstitutionNotFound: There is none with this id.
    """
    day = on_date or today_in_thailand(now)
    async with deps.pool.acquire() as connection:
        above = await store.ancestors(connection, institution_id, tree=tree, on_date=day)
        found = await institutions_by_id(connection, [institution_id, *above], on_date=day)
    if institution_id not in found:
        raise InstitutionNotFound
    return [found[place] for place in above]


async def list_changes(
    deps: Deps, institution_id: UUID, *, asked_page_size: int, after: UUID | None
) -> tuple[list[ChangeRecord], UUID | None]:
    """A page of an institution's changes, the latest first, and the id after which the next page begins.

    Raises:
        InvalidField: The page size is outside its limits.
    """
    limit = page_size(asked_page_size)
    async with deps.pool.acquire() as connection:
        found = await store.list_changes(connection, institution_id, after=after, limit=limit + 1)
    page = found[:limit]
    return page, page[-1].change_id if len(found) > limit else None


async def list_affiliations(deps: Deps) -> list[Affiliation]:
    """The meaning of the first two digits of official codes."""
    async with deps.pool.acquire() as connection:
        return await store.affiliations(connection)


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


async def is_within(connection: Connection, institution_ids: Sequence[UUID], *, top: UUID, on_date: date) -> set[UUID]:
    """Which of these stand below `top` in the administration on a day, or are it; for other packages."""
    below = set(await store.subtree(connection, top, tree=Tree.ADMINISTRATION, on_date=on_date))
    return below.intersection(institution_ids)


async def population(
    connection: Connection, institution_ids: Sequence[UUID] | None, *, on_date: date
) -> dict[InstitutionKind, int]:
    """How many institutions of each kind are open on a day, among these or everywhere; for other packages."""
    return await store.population(connection, institution_ids, on_date=on_date)
