"""Queries of the area desk. Each covers the caller's office with everything below it, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection, transaction

from student_registry.area_desk import store
from student_registry.area_desk.domain import (
    ConflictingIdentifier,
    Desk,
    Family,
    SchoolData,
    SchoolRound,
    Stage,
    StaleRules,
    StaleSchool,
    academic_year_be,
    after_in,
    families_of,
)
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.identifiers import use_cases as identifiers
from student_registry.identifiers.domain import WaitingGCode
from student_registry.limits import check_purpose, page_size
from student_registry.matching import review
from student_registry.movements import use_cases as movements
from student_registry.oversight import OVERSEE, Places, Scope, note_reads, places_of
from student_registry.profiles.queries import stale_counts
from student_registry.rules import rules_on

_SUBTREE = Scope(is_subtree=True)
_RULES = ("AREA_DESK_IMPORT_DAYS", "AREA_DESK_CONTACTS_PCT")


@dataclass(frozen=True, slots=True)
class Page:
    """Which page of a list; `purpose` where it shows learners."""

    size: int = 0
    after: UUID | None = None
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class GCodePage:
    """A page of G-codes, where the next begins, and how many all pages hold."""

    g_codes: list[WaitingGCode]
    after: UUID | None
    total: int


@dataclass(frozen=True, slots=True)
class IdentifierPage:
    """A page of identifiers, where the next begins, and how many all pages hold."""

    identifiers: list[ConflictingIdentifier]
    after: UUID | None
    total: int


@dataclass(frozen=True, slots=True)
class RoundPage:
    """A page of schools, where the next begins, and how many all pages hold."""

    schools: list[SchoolRound]
    after: UUID | None
    total: int


@dataclass(frozen=True, slots=True)
class FamilyPage:
    """A page of families, where the next begins, and how many families and homes all pages hold."""

    families: list[Family]
    after: UUID | None
    total_families: int
    total_homes: int


@dataclass(frozen=True, slots=True)
class StalePage:
    """A page of schools, where the next begins, how many all pages hold, and the rules."""

    schools: list[StaleSchool]
    after: UUID | None
    total: int
    rules: StaleRules


async def _places(connection: Connection, actor: Actor, *, today: date) -> Places:
    """The caller's office with everything below it.

    Raises:
        PermissionMissing: He oversees nothing.
    """
    return await places_of(connection, _SUBTREE, actor=actor, on_date=today)


async def get_desk(deps: Deps, *, year_be: int, actor: Actor, now: datetime) -> Desk:
    """How much waits.

    Raises:
        PermissionMissing: The caller oversees nothing.
    """
    actor.require(OVERSEE)
    today = today_in_thailand(now)
    year = year_be or academic_year_be(today)
    async with transaction(deps.pool) as connection:
        ids = (await _places(connection, actor, today=today)).institution_ids
        homes = await store.homes(connection, ids, on_date=today)
        _, _, waiting = await identifiers.waiting_for_approval(connection, ids, after=None, limit=1)
        schools, rules = await _schools(connection, ids, today=today)
        return Desk(
            waiting_g_codes=waiting,
            identity_conflicts=await store.count_pairs(connection, ids),
            conflicting_identifiers=await store.count_conflicting(connection, ids),
            late_movements=await store.count_late(connection, ids, today=today),
            rounds=tuple(await store.stages(connection, ids, today=today, academic_year_be=year)),
            academic_year_be=year,
            families=len(families_of(homes)),
            homes=len(homes),
            home_school_learners=sum(home.learners for home, _ in homes),
            stale_schools=sum(bool(rules.reasons(school, today=today)) for school in schools),
            schools=len(schools),
        )


async def list_waiting_g_codes(deps: Deps, page: Page, *, actor: Actor, now: datetime) -> GCodePage:
    """G-codes that wait for the area's approval, the oldest first.

    Raises:
        PermissionMissing: The caller oversees nothing.
        PurposeMissing: No purpose.
    """
    actor.require(OVERSEE)
    check_purpose(page.purpose)
    limit = page_size(page.size)
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        places = await _places(connection, actor, today=today)
        found, after, total = await identifiers.waiting_for_approval(
            connection, places.institution_ids, after=page.after, limit=limit
        )
        seen = [(item.learner_id, item.registrar_institution_id) for item in found]
        await note_reads(connection, actor, seen, places=places, purpose=page.purpose, now=now)
    return GCodePage(found, after, total)


async def list_identity_conflicts(
    deps: Deps, page: Page, *, institution_id: UUID | None, actor: Actor, now: datetime
) -> review.CandidatePage:
    """Pairs of learners who may be one person, the most alike first; the queue itself notes who saw them.

    Raises:
        PermissionMissing: The caller oversees nothing, or reviews no identities.
        InstitutionNotFound: The institution is not below his office.
    """
    actor.require(OVERSEE)
    query = review.ListCandidates(institution_id=institution_id, page_size=page.size, after=page.after)
    return await review.list_candidates(deps, query, actor=actor, now=now)


async def list_conflicting_identifiers(deps: Deps, page: Page, *, actor: Actor, now: datetime) -> IdentifierPage:
    """Identifiers that contradict what is known of their learner, the oldest first.

    Raises:
        PermissionMissing: The caller oversees nothing.
        PurposeMissing: No purpose.
    """
    actor.require(OVERSEE)
    check_purpose(page.purpose)
    limit = page_size(page.size)
    async with transaction(deps.pool) as connection:
        places = await _places(connection, actor, today=today_in_thailand(now))
        found, total = await store.conflicting(connection, places.institution_ids, after=page.after, limit=limit + 1)
        shown = found[:limit]
        seen = [(item.learner_id, item.registrar_institution_id) for item in shown]
        await note_reads(connection, actor, seen, places=places, purpose=page.purpose, now=now)
    return IdentifierPage(shown, shown[-1].identifier_id if len(found) > limit else None, total)


async def list_late_movements(deps: Deps, page: Page, *, actor: Actor, now: datetime) -> movements.MovementPage:
    """Moves past their limit, the longest first.

    Raises:
        PermissionMissing: The caller oversees nothing, or may read no learners.
        PurposeMissing: No purpose.
    """
    actor.require(OVERSEE)
    query = movements.ListMovements(_SUBTREE, page.purpose, is_late_only=True, page_size=page.size, after=page.after)
    return await movements.list_movements(deps, query, actor=actor, now=now)


async def list_round_stages(
    deps: Deps, page: Page, *, year_be: int, kind: str, stages: Sequence[Stage], actor: Actor, now: datetime
) -> RoundPage:
    """Schools with the stage of one round, those that have not begun too.

    Raises:
        PermissionMissing: The caller oversees nothing.
    """
    actor.require(OVERSEE)
    limit = page_size(page.size)
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        found, total = await store.rounds(
            connection,
            (await _places(connection, actor, today=today)).institution_ids,
            today=today,
            academic_year_be=year_be or academic_year_be(today),
            kind=kind,
            stages=stages,
            after=page.after,
            limit=limit + 1,
        )
    shown = found[:limit]
    return RoundPage(shown, shown[-1].institution_id if len(found) > limit else None, total)


async def list_home_school_families(
    deps: Deps, page: Page, *, on_date: date | None, actor: Actor, now: datetime
) -> FamilyPage:
    """Home-school families with their homes, counted apart.

    Raises:
        PermissionMissing: The caller oversees nothing.

    Source: 002:891-899.
    """
    actor.require(OVERSEE)
    limit = page_size(page.size)
    day = on_date or today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        homes = await store.homes(
            connection, (await _places(connection, actor, today=day)).institution_ids, on_date=day
        )
    families = families_of(homes)
    start = after_in([family.institution_id for family in families], page.after)
    shown = families[start : start + limit]
    after = shown[-1].institution_id if start + limit < len(families) else None
    return FamilyPage(shown, after, len(families), len(homes))


async def list_stale_schools(deps: Deps, page: Page, *, actor: Actor, now: datetime) -> StalePage:
    """Schools whose last import or whose learners' contact data are old.

    Raises:
        PermissionMissing: The caller oversees nothing.
    """
    actor.require(OVERSEE)
    limit = page_size(page.size)
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        ids = (await _places(connection, actor, today=today)).institution_ids
        schools, rules = await _schools(connection, ids, today=today)
    stale = [StaleSchool(school, reasons) for school in schools if (reasons := rules.reasons(school, today=today))]
    start = after_in([item.school.institution_id for item in stale], page.after)
    shown = stale[start : start + limit]
    after = shown[-1].school.institution_id if start + limit < len(stale) else None
    return StalePage(shown, after, len(stale), rules)


async def _schools(
    connection: Connection, institution_ids: Sequence[UUID], *, today: date
) -> tuple[list[SchoolData], StaleRules]:
    """Schools with the age of their data, and when that is old."""
    rules = await rules_on(connection, _RULES, on_date=today)
    schools = await store.schools(connection, institution_ids, today=today)
    counts = await stale_counts(connection, [school.institution_id for school in schools], today=today)
    filled: list[SchoolData] = []
    for school in schools:
        learners, stale = counts.get(school.institution_id, (0, 0))
        filled.append(replace(school, learners=learners, stale_contacts=stale))
    days, share = (rules[name] for name in _RULES)
    return filled, StaleRules(days.number, share.number, max(days.version, share.version))
