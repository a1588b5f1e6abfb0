"""Publishing modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits, settled
from credit_bank.canonical import digest
from credit_bank.catalogue import events, store_modules
from credit_bank.catalogue.domain import Course
from credit_bank.catalogue.errors import CourseUnknown, DuplicateItem, ModuleInvalid, ModuleUnknown, OwnerNotCaller
from credit_bank.catalogue.keys import CourseKey
from credit_bank.catalogue.modules import Module, ModuleFacts, module_document, module_fault
from credit_bank.catalogue.use_cases import find_courses, lock_keys, owner_of


@dataclass(frozen=True, slots=True)
class PublishModules:
    """Modules to publish."""

    request_id: UUID
    modules: tuple[ModuleFacts, ...]


@dataclass(frozen=True, slots=True)
class ModulePage:
    """A page of modules; the token is empty on the last one."""

    modules: list[Module]
    next_page_token: str


async def publish_modules(pool: Pool, command: PublishModules, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Put modules into the catalogue. The same content again changes nothing; other content is the next version.

    Args:
        pool: Connections.
        command: At most 100 modules.
        actor: Needs `catalogue.publish`; agencies publish national modules, institutions their own.
        now: UTC.

    Raises:
        PermissionMissing: The role publishes nothing.
        TooManyItems: More than 100.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("catalogue.publish")
    check_size(command.modules, limits.FEW_ITEMS_MAX, field="modules")
    owner = owner_of(actor)
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        await lock_keys(connection, {f"module:{facts.code}" for facts in command.modules})
        courses = await find_courses(connection, {key for facts in command.modules for key in _keys_of(facts)})
        known = await store_modules.modules_by_code(connection, {facts.code for facts in command.modules}, owner=owner)
        outcomes: list[Outcome] = []
        new: dict[str, tuple[Module, bytes]] = {}
        for index, facts in enumerate(command.modules):
            content = digest(module_document(facts))
            before = new.get(facts.code) or known.get(facts.code)
            refusal = _refusal(facts, courses, owner, is_twice=facts.code in new)
            if before is not None and before[1] == content:
                outcomes.append(Outcome(index, str(before[0].module_id), already_done=True))
            elif refusal is not None:
                outcomes.append(Outcome.failed(index, refusal))
            else:
                module = Module(
                    uuid7() if before is None else before[0].module_id,
                    1 if before is None else before[0].version + 1,
                    facts,
                )
                new[facts.code] = (module, content)
                outcomes.append(Outcome(index, str(module.module_id)))
        ids = {key: course.course_id for key, course in courses.items()}
        await store_modules.keep_modules(connection, list(new.values()), courses=ids, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, [events.module_changed(module) for module, _ in new.values()])
    return outcomes


def _keys_of(facts: ModuleFacts) -> set[CourseKey]:
    return {*facts.units, *([facts.leads_to_course] if facts.leads_to_course else [])}


def _refusal(
    facts: ModuleFacts, courses: Mapping[CourseKey, Course], owner: UUID | None, *, is_twice: bool
) -> ServiceError | None:
    if facts.owner_institution_id != owner:
        return OwnerNotCaller(code=facts.code)
    if is_twice:
        return DuplicateItem(code=facts.code)
    fault = module_fault(facts)
    if fault:
        return ModuleInvalid(field=fault[0], expected=fault[1])
    missing = sorted(key.code for key in _keys_of(facts) if key not in courses)
    return CourseUnknown(codes=",".join(missing)) if missing else None


async def list_modules(
    pool: Pool,
    *,
    unit_code: str,
    owner_institution_id: UUID | None,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
) -> ModulePage:
    """A page of modules, which are public to whoever is signed in.

    Raises:
        InvalidField: Page size or token.
    """
    del actor  # being somebody is all that is needed
    limit, after = limits.page_size(page_size), limits.page_after(page_token)
    async with pool.acquire(timeout=10) as connection:
        modules = await store_modules.page_modules(
            connection, unit_code=unit_code, owner=owner_institution_id, after=after, limit=limit + 1
        )
    has_more = len(modules) > limit
    modules = modules[:limit]
    return ModulePage(modules, str(modules[-1].module_id) if has_more else "")


async def read_module(connection: Connection, module_id: UUID) -> Module:
    """A module by id.

    Raises:
        ModuleUnknown: There is none.
    """
    module = await store_modules.read_module(connection, module_id)
    if module is None:
        raise ModuleUnknown(module_id=module_id)
    return module
