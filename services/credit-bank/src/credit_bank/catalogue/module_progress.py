"""Reading which units of a module a learner has earned."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Pool

from credit_bank.access import use_cases as access
from credit_bank.access.domain import Ground, Read
from credit_bank.catalogue.modules import ModuleProgress, progress
from credit_bank.catalogue.publishing_modules import read_module
from credit_bank.clients import Registry
from credit_bank.people.merges import families
from credit_bank.recording import reading as recording
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
    return progress(module, {entry.course.key: entry.entry_id for entry in entries if entry.grade.is_earned})
