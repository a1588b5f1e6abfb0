"""Reading which units of modules a learner has earned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Pool

from credit_bank import limits
from credit_bank.access import use_cases as access
from credit_bank.access.domain import Ground, Read
from credit_bank.catalogue import store_modules
from credit_bank.catalogue.keys import CourseKey
from credit_bank.catalogue.modules import ModuleProgress, progress
from credit_bank.catalogue.publishing_modules import read_module
from credit_bank.clients import Registry
from credit_bank.people.merges import families
from credit_bank.recording import reading as recording
from credit_bank.recording.domain import Entry
from credit_bank.statements.use_cases import admit_to_person, require_reader

RESOURCE: Final = "module progress"


async def module_progress(
    pool: Pool,
    registry: Registry,
    module_id: UUID,
    learner_id: UUID,
    *,
    purpose: str,
    actor: Actor,
    now: datetime,
) -> ModuleProgress:
    """Units of a module that verified, passed results of a learner have earned.

    Args:
        pool: Connections.
        registry: Asked about share grants when nothing else allows the read.
        module_id: Which module.
        learner_id: Whose results.
        purpose: Purpose code; not needed of the learner himself.
        actor: The learner (`own.read`), or one with `credit.read` and a ground.
        now: UTC.

    Raises:
        ModuleUnknown: There is no such module.
        PermissionMissing, NotFound, PurposeMissing, Unavailable: As with the learner's statement.
    """
    require_reader(actor)
    learner_id, admittance = await admit_to_person(pool, registry, learner_id, purpose=purpose, actor=actor, now=now)
    async with pool.acquire(timeout=10) as connection, connection.transaction(isolation="repeatable_read"):
        module = await read_module(connection, module_id)
        family = (await families(connection, [learner_id]))[learner_id]
        entries = await recording.read_verified_entries(connection, family.members, as_of=now)
        if admittance.ground is not Ground.SELF:
            read = Read(learner_id, RESOURCE, purpose, admittance.ground, admittance.ground_id)
            await access.record_reads(connection, [read], actor=actor, now=now)
    return progress(module, _earned(entries))


def _earned(entries: Iterable[Entry]) -> dict[CourseKey, UUID]:
    return {entry.course.key: entry.entry_id for entry in entries if entry.grade.is_earned}


@dataclass(frozen=True, slots=True)
class LearnerModules:
    """A page of the modules of which a learner earned a unit; the token is empty on the last one."""

    modules: list[ModuleProgress]
    next_page_token: str


async def learner_modules(
    pool: Pool,
    registry: Registry,
    learner_id: UUID,
    *,
    purpose: str,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
    now: datetime,
) -> LearnerModules:
    """Modules of which a learner has earned at least one unit, with what is earned of each.

    Args:
        pool: Connections.
        registry: Asked about share grants when nothing else allows the read.
        learner_id: Whose results.
        purpose: Purpose code; not needed of the learner himself.
        page_size: 1 to 1,000; 0: 100.
        page_token: Of the answer before.
        actor: The learner (`own.read`), or one with `credit.read` and a ground.
        now: UTC.

    Raises:
        InvalidField: Page size or token.
        PermissionMissing, NotFound, PurposeMissing, Unavailable: As with the learner's statement.
    """
    require_reader(actor)
    limit, after = limits.page_size(page_size), limits.page_after(page_token)
    learner_id, admittance = await admit_to_person(pool, registry, learner_id, purpose=purpose, actor=actor, now=now)
    async with pool.acquire(timeout=10) as connection, connection.transaction(isolation="repeatable_read"):
        family = (await families(connection, [learner_id]))[learner_id]
        entries = await recording.read_verified_entries(connection, family.members, as_of=now)
        earned = _earned(entries)
        course_ids = {entry.course.course_id for entry in entries if entry.course.key in earned}
        modules = await store_modules.page_of_units(connection, course_ids, after=after, limit=limit + 1)
        if admittance.ground is not Ground.SELF:
            read = Read(learner_id, RESOURCE, purpose, admittance.ground, admittance.ground_id)
            await access.record_reads(connection, [read], actor=actor, now=now)
    has_more = len(modules) > limit
    modules = modules[:limit]
    token = str(modules[-1].module_id) if has_more else ""
    return LearnerModules([progress(module, earned) for module in modules], token)
