"""Publishing and finding courses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits, settled
from credit_bank.canonical import digest
from credit_bank.catalogue import events, store
from credit_bank.catalogue.domain import (
    CodeSystem,
    Course,
    CourseApproval,
    CourseFacts,
    CourseKey,
    amount_text,
    course_document,
    course_faults,
)
from credit_bank.catalogue.errors import (
    CourseCreditsFixed,
    CourseInvalid,
    DuplicateItem,
    OwnerNotCaller,
)
from credit_bank.catalogue.keys import ScopeTag

NATIONAL_ROLES: Final = frozenset({"agency_publisher", "registry_admin"})
"""Roles that publish for everybody (CB b); all others publish what their own institution owns."""


@dataclass(frozen=True, slots=True)
class PublishCourses:
    """Courses to publish."""

    request_id: UUID
    courses: tuple[CourseFacts, ...]


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A page of courses; the token is empty on the last one."""

    courses: list[Course]
    next_page_token: str
    approvals: Mapping[UUID, Sequence[CourseApproval]] = field(default_factory=dict[UUID, Sequence[CourseApproval]])


# ---- courses --------------------------------------------------------------------------------------------------------


async def publish_courses(pool: Pool, command: PublishCourses, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Put courses into the catalogue. The same facts again change nothing; others become the next version.

    Args:
        pool: Connections.
        command: At most 1,000 courses.
        actor: Needs `catalogue.publish`; agencies publish national courses, institutions their own.
        now: UTC.

    Raises:
        PermissionMissing: The role publishes no courses.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("catalogue.publish")
    check_size(command.courses, limits.ITEMS_MAX, field="courses")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        await lock_keys(connection, {_lock_name(facts.key) for facts in command.courses})
        known = await store.find_courses(connection, {facts.key for facts in command.courses})
        decisions = _Decisions()
        for index, facts in enumerate(command.courses):
            decisions.decide(index, facts, known.get(facts.key), owner=owner_of(actor))
        await store.keep_courses(connection, decisions.kept, published_by=actor.subject_hash, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=decisions.outcomes)
        await outbox.add(connection, [events.course_changed(course) for course, _ in decisions.kept])
    return decisions.outcomes


async def rehearse_courses(pool: Pool, courses: Sequence[CourseFacts], *, actor: Actor) -> list[Outcome]:
    """What publishing would answer now; nothing is kept.

    Args:
        pool: Connections.
        courses: However many.
        actor: Needs `catalogue.publish`.

    Raises:
        PermissionMissing: The role publishes no courses.
    """
    actor.require("catalogue.publish")
    async with pool.acquire(timeout=10) as connection:
        known = await store.find_courses(connection, {facts.key for facts in courses})
    decisions = _Decisions()
    for index, facts in enumerate(courses):
        decisions.decide(index, facts, known.get(facts.key), owner=owner_of(actor))
    return decisions.outcomes


async def lock_keys(connection: Connection, keys: Collection[str]) -> None:
    """Keep others from publishing under the same keys until the transaction ends."""
    await store.lock_keys(connection, keys)


def _lock_name(key: CourseKey) -> str:
    return f"course:{key.code_system}:{key.code}"


def owner_of(actor: Actor) -> UUID | None:
    """Institution whose courses and rules the actor publishes; None for everybody's."""
    return None if actor.role in NATIONAL_ROLES else actor.at()


class _Decisions:
    """What becomes of each course of a call."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.kept: list[tuple[Course, bytes]] = []
        self._seen: dict[CourseKey, tuple[Course, bytes]] = {}

    def decide(self, index: int, facts: CourseFacts, known: tuple[Course, bytes] | None, *, owner: UUID | None) -> None:
        """Keep a new course or version, or say why not."""
        facts_hash = digest(course_document(facts))
        known = self._seen.get(facts.key, known)
        if known is not None and known[1] == facts_hash:
            self.outcomes.append(Outcome(index, str(known[0].course_id), already_done=True))
            return
        refusal = self._refusal(facts, known, owner)
        if refusal is not None:
            self.outcomes.append(Outcome.failed(index, refusal))
            return
        course = Course(
            course_id=uuid7() if known is None else known[0].course_id,
            version=1 if known is None else known[0].version + 1,
            facts=facts,
        )
        self._seen[facts.key] = (course, facts_hash)
        self.kept.append((course, facts_hash))
        self.outcomes.append(Outcome(index, str(course.course_id)))

    def _refusal(
        self, facts: CourseFacts, known: tuple[Course, bytes] | None, owner: UUID | None
    ) -> ServiceError | None:
        if facts.key.owner_institution_id != owner:
            return OwnerNotCaller(code=facts.key.code)
        if facts.key in self._seen:
            return DuplicateItem(field="code", code=facts.key.code)
        refusal = course_refusal(facts)
        if refusal is not None or known is None:
            return refusal
        before = known[0].facts
        if (before.unit, before.credit_hundredths) != (facts.unit, facts.credit_hundredths):
            published = before.credit_hundredths
            return CourseCreditsFixed(
                field="credits",
                code=facts.key.code,
                suggestion_credits="" if published is None else amount_text(published),
            )
        return None


def course_refusal(facts: CourseFacts) -> CourseInvalid | None:
    """Why a course cannot be published: its first fault, with all of them and offered values beside it."""
    faults = course_faults(facts)
    if not faults:
        return None
    suggestions = {f"suggestion_{fault.field}": fault.suggestion for fault in faults if fault.suggestion}
    names = ",".join(fault.reason for fault in faults)
    refusal = CourseInvalid(field=faults[0].field, code=facts.key.code, faults=names, **suggestions)
    refusal.reason = faults[0].reason
    return refusal


async def list_courses(
    pool: Pool,
    *,
    code_system: CodeSystem | None,
    codes: Sequence[str],
    scope: ScopeTag | None = None,
    curriculum_version: str = "",
    on: date | None = None,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
) -> CoursePage:
    """A page of the catalogue, which is public to whoever is signed in.

    Raises:
        InvalidField: Page size or token.
    """
    del actor  # being somebody is all that is needed
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with pool.acquire(timeout=10) as connection:
        courses = await store.page_courses(
            connection,
            code_system=code_system,
            codes=codes,
            after=after,
            limit=limit + 1,
            scope=None if scope is None else scope.text,
            curriculum_version=curriculum_version,
            on=on,
        )
        has_more = len(courses) > limit
        courses = courses[:limit]
        approvals = await store.approvals_of(connection, [course.course_id for course in courses])
    return CoursePage(courses, str(courses[-1].course_id) if has_more else "", approvals)


async def find_courses(connection: Connection, keys: Collection[CourseKey]) -> Mapping[CourseKey, Course]:
    """Those of the courses that are in the catalogue, by key."""
    return {key: course for key, (course, _) in (await store.find_courses(connection, set(keys))).items()}


async def read_earlier_versions(
    connection: Connection, course_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[Course]]:
    """Versions of courses before the newest, by course, the newest of them first."""
    return await store.read_earlier_versions(connection, course_ids) if course_ids else {}


async def find_courses_by_code(
    connection: Connection, codes: Collection[str], *, institution_id: UUID
) -> Mapping[str, Sequence[Course]]:
    """National courses and the institution's own, by code alone; several may share one."""
    return await store.find_courses_by_code(connection, codes, institution_id=institution_id)


async def read_courses(connection: Connection, course_ids: Collection[UUID]) -> Mapping[UUID, Course]:
    """Courses by id."""
    return await store.read_courses(connection, course_ids)
