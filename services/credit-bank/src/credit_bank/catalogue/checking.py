"""Checking courses before they are published, and telling that a version was approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Pool, transaction

from credit_bank import limits, settled
from credit_bank.calendar_th import thai_date
from credit_bank.catalogue import events, store
from credit_bank.catalogue.domain import CHARACTERS_MAX, CourseApproval, CourseFacts, CourseFault
from credit_bank.catalogue.errors import ApprovalInvalid, ApprovalSameActor, CourseVersionUnknown
from credit_bank.catalogue.keys import CodeSystem
from credit_bank.catalogue.oddities import all_faults
from credit_bank.catalogue.use_cases import NATIONAL_ROLES, read_courses

SHAPE_FAULTS: Final = frozenset({"OBEC_CODE_SHAPE", "OVEC_CODE_SHAPE"})
PREFIX_LENGTH: Final = {CodeSystem.OBEC: 3, CodeSystem.OVEC: 5}
"""So much of a misspelt code is taken to look for those of the catalogue that begin like it."""

OFFERED_MAX: Final = 5
"""Codes offered for a misspelt one."""
PREFIXES_MAX: Final = 400
"""Beginnings of codes that are looked for in one call."""


async def check_courses(pool: Pool, courses: Sequence[CourseFacts], *, actor: Actor) -> list[list[CourseFault]]:
    """Everything that is wrong or odd about each course, what refuses it first; nothing is kept.

    Args:
        pool: Connections; codes of the catalogue that begin like a misspelt one are offered.
        courses: At most 1,000.
        actor: Being somebody is all that is needed.

    Raises:
        TooManyItems: More than 1,000.
        InvalidField: None at all.
    """
    del actor
    check_size(courses, limits.ITEMS_MAX, field="courses")
    return await offer_codes(pool, courses, [all_faults(facts) for facts in courses])


async def offer_codes(
    pool: Pool, courses: Sequence[CourseFacts], checks: Sequence[Sequence[CourseFault]]
) -> list[list[CourseFault]]:
    """The same faults, where a code is misspelt with codes of the catalogue that begin like it."""
    prefixes: set[str] = set()
    for facts, faults in zip(courses, checks, strict=True):
        code = facts.key.code
        # One letter alone would offer half the catalogue; a file of nothing but misspelt codes is not helped by codes.
        if len(code) > 1 and len(prefixes) < PREFIXES_MAX and any(fault.reason in SHAPE_FAULTS for fault in faults):
            prefixes |= {code, code[: PREFIX_LENGTH[facts.key.code_system]]}
    if not prefixes:
        return [list(faults) for faults in checks]
    async with pool.acquire(timeout=10) as connection:
        known = await store.similar_codes(connection, prefixes, limit=OFFERED_MAX)
    return [[_offered(facts, fault, known) for fault in faults] for facts, faults in zip(courses, checks, strict=True)]


def _offered(facts: CourseFacts, fault: CourseFault, known: Sequence[str]) -> CourseFault:
    if fault.reason not in SHAPE_FAULTS or fault.suggestion:
        return fault
    prefix = facts.key.code[: PREFIX_LENGTH[facts.key.code_system]]
    alike = [code for code in known if prefix and code.startswith(prefix)]
    # Those that begin with all of it, where there are any.
    closer = [code for code in alike if code.startswith(facts.key.code)]
    return replace(fault, suggestion=" / ".join((closer or alike)[:OFFERED_MAX]))


@dataclass(frozen=True, slots=True)
class ApproveCourses:
    """Approvals to record; their ids are made here."""

    request_id: UUID
    approvals: tuple[CourseApproval, ...]


async def approve_courses(pool: Pool, command: ApproveCourses, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Record that a board or agency approved versions of courses.

    Args:
        pool: Connections.
        command: At most 1,000 approvals.
        actor: Needs `catalogue.approve`; agencies for national courses, institutions for their own; never the person
            who published the version.
        now: UTC.

    Raises:
        PermissionMissing: The role approves no courses.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("catalogue.approve")
    check_size(command.approvals, limits.ITEMS_MAX, field="approvals")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        course_ids = {item.course_id for item in command.approvals}
        await store.lock_keys(connection, {f"approval:{course_id}" for course_id in course_ids})
        publishers = await store.publishers(
            connection, {(item.course_id, item.course_version) for item in command.approvals}
        )
        courses = await read_courses(connection, course_ids)
        known = {_name(item): item for item in await store.known_approvals(connection, course_ids)}
        outcomes: list[Outcome] = []
        new: list[CourseApproval] = []
        for index, item in enumerate(command.approvals):
            refusal = _refusal(item, publishers, actor, now)
            same = known.get(_name(item))
            if refusal is not None:
                outcomes.append(Outcome.failed(index, refusal))
            elif same is not None and same.approved_on == item.approved_on:
                outcomes.append(Outcome(index, str(same.approval_id), already_done=True))
            elif same is not None:
                outcomes.append(Outcome.failed(index, ApprovalInvalid(field="approved_on", expected=same.approved_on)))
            else:
                new.append(replace(item, approval_id=uuid7()))
                known[_name(item)] = new[-1]
                outcomes.append(Outcome(index, str(new[-1].approval_id)))
        await store.insert_approvals(connection, new, recorded_by=actor.subject_hash, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(
            connection, [events.course_approved(item, courses[item.course_id].key, now=now) for item in new]
        )
    return outcomes


def _name(approval: CourseApproval) -> tuple[UUID, int, str, str]:
    return (approval.course_id, approval.course_version, approval.body_th, approval.reference)


def _refusal(
    approval: CourseApproval,
    publishers: Mapping[tuple[UUID, int], tuple[str, UUID | None]],
    actor: Actor,
    now: datetime,
) -> ServiceError | None:
    published = publishers.get((approval.course_id, approval.course_version))
    owner = None if actor.role in NATIONAL_ROLES else actor.institution_id
    if published is None or published[1] != owner:
        return CourseVersionUnknown(course_id=approval.course_id, version=approval.course_version)
    if not approval.body_th or not approval.reference or len(approval.body_th + approval.reference) > CHARACTERS_MAX:
        return ApprovalInvalid(field="body_th", expected="who approved and by what")
    if approval.approved_on > thai_date(now):
        return ApprovalInvalid(field="approved_on", expected="today or earlier")
    if published[0] == actor.subject_hash:
        return ApprovalSameActor()
    return None
