"""Publishing and finding courses and equivalence rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, Record, transaction

from credit_bank import limits, settled
from credit_bank.calendar_th import thai_date
from credit_bank.canonical import digest
from credit_bank.catalogue import events, store
from credit_bank.catalogue.domain import (
    CodeSystem,
    Course,
    CourseFacts,
    CourseKey,
    EquivalenceRule,
    RuleFacts,
    course_document,
    course_faults,
)
from credit_bank.catalogue.errors import (
    CourseCreditsFixed,
    CourseInvalid,
    CourseUnknown,
    DuplicateItem,
    OwnerNotCaller,
    RuleExistsDifferent,
    RuleInvalid,
    RuleVersionNeedsDate,
    RuleVersionOutdated,
)
from credit_bank.equivalences.domain import rule_content_document, rule_signature_document

NATIONAL_ROLES: Final = frozenset({"agency_publisher", "registry_admin"})
"""Roles that publish for everybody (CB b); all others publish what their own institution owns."""

GROUPS_MAX: Final = 50
GROUP_COURSES_MAX: Final = 20
"""Alternatives of a rule, and courses that count together in one."""


@dataclass(frozen=True, slots=True)
class PublishCourses:
    """Courses to publish."""

    request_id: UUID
    courses: tuple[CourseFacts, ...]


@dataclass(frozen=True, slots=True)
class PublishRules:
    """Equivalence rules to publish."""

    request_id: UUID
    rules: tuple[RuleFacts, ...]


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A page of courses; the token is empty on the last one."""

    courses: list[Course]
    next_page_token: str


@dataclass(frozen=True, slots=True)
class RulePage:
    """A page of rules; the token is empty on the last one."""

    rules: list[EquivalenceRule]
    next_page_token: str


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
        await store.lock_keys(connection, {_lock_name(facts.key) for facts in command.courses})
        known = await store.find_courses(connection, {facts.key for facts in command.courses})
        decisions = _Decisions()
        for index, facts in enumerate(command.courses):
            decisions.decide(index, facts, known.get(facts.key), owner=_owner_of(actor))
        await store.keep_courses(connection, decisions.kept, published_by=actor.subject_hash, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=decisions.outcomes)
        await outbox.add(connection, [events.course_changed(course) for course, _ in decisions.kept])
    return decisions.outcomes


def _lock_name(key: CourseKey) -> str:
    return f"course:{key.code_system}:{key.code}"


def _owner_of(actor: Actor) -> UUID | None:
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
            return DuplicateItem(code=facts.key.code)
        refusal = course_refusal(facts)
        if refusal is not None or known is None:
            return refusal
        before = known[0].facts
        if (before.unit, before.credit_hundredths) != (facts.unit, facts.credit_hundredths):
            return CourseCreditsFixed(code=facts.key.code)
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
            connection, code_system=code_system, codes=codes, after=after, limit=limit + 1
        )
    has_more = len(courses) > limit
    courses = courses[:limit]
    return CoursePage(courses, str(courses[-1].course_id) if has_more else "")


async def find_courses(connection: Connection, keys: Collection[CourseKey]) -> Mapping[CourseKey, Course]:
    """Those of the courses that are in the catalogue, by key."""
    return {key: course for key, (course, _) in (await store.find_courses(connection, set(keys))).items()}


async def find_courses_by_code(
    connection: Connection, codes: Collection[str], *, institution_id: UUID
) -> Mapping[str, Sequence[Course]]:
    """National courses and the institution's own, by code alone; several may share one."""
    return await store.find_courses_by_code(connection, codes, institution_id=institution_id)


async def read_courses(connection: Connection, course_ids: Collection[UUID]) -> Mapping[UUID, Course]:
    """Courses by id."""
    return await store.read_courses(connection, course_ids)


# ---- equivalence rules ----------------------------------------------------------------------------------------------


async def publish_rules(pool: Pool, command: PublishRules, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Publish equivalence rules. A higher version takes the place of the one before from its first day.

    Args:
        pool: Connections.
        command: At most 1,000 rules.
        actor: Needs `rule.publish`; agencies' rules hold everywhere, a college's own rules there.
        now: UTC.

    Raises:
        PermissionMissing: The role publishes no rules.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("rule.publish")
    check_size(command.rules, limits.ITEMS_MAX, field="rules")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        publishing = _RulePublishing(_owner_of(actor))
        signatures = [publishing.signature(facts) for facts in command.rules]
        await store.lock_keys(connection, {f"rule:{signature.hex()}" for signature in signatures})
        courses = await find_courses(connection, {key for facts in command.rules for key in _keys_of(facts)})
        versions = await store.rule_versions(connection, signatures)
        for index, (facts, signature) in enumerate(zip(command.rules, signatures, strict=True)):
            publishing.decide(index, facts, signature, courses=courses, versions=versions.get(signature, []))
        await store.end_rules(connection, publishing.ended)
        await store.insert_rules(
            connection,
            publishing.new,
            courses={key: course.course_id for key, course in courses.items()},
            now=now,
        )
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=publishing.outcomes)
        await outbox.add(connection, [events.rule_changed(new.rule) for new in publishing.new])
    return publishing.outcomes


def _keys_of(facts: RuleFacts) -> set[CourseKey]:
    return {facts.target, *(key for group in facts.source_groups for key in group)}


class _RulePublishing:
    """What becomes of each rule of a call."""

    def __init__(self, owner: UUID | None) -> None:
        self.outcomes: list[Outcome] = []
        self.new: list[store.NewRule] = []
        self.ended: dict[UUID, date] = {}
        self._owner = owner
        self._seen: dict[bytes, tuple[int, bytes, UUID]] = {}

    def signature(self, facts: RuleFacts) -> bytes:
        """What the versions of one rule share."""
        return digest(rule_signature_document(facts, self._owner))

    def decide(
        self,
        index: int,
        facts: RuleFacts,
        signature: bytes,
        *,
        courses: Mapping[CourseKey, Course],
        versions: Sequence[Record],
    ) -> None:
        """Publish a rule, or say why not."""
        content = digest(rule_content_document(facts))
        same = next((row for row in versions if row["version"] == facts.version), None)
        seen = self._seen.get(signature)
        if same is not None and same["content_hash"] == content:
            self.outcomes.append(Outcome(index, str(same["rule_id"]), already_done=True))
        elif seen is not None and seen[:2] == (facts.version, content):
            self.outcomes.append(Outcome(index, str(seen[2]), already_done=True))
        else:
            refusal = DuplicateItem() if seen is not None else _rule_refusal(facts, courses, versions)
            if refusal is not None:
                self.outcomes.append(Outcome.failed(index, refusal))
                return
            self._publish(index, facts, signature, content, versions)

    def _publish(
        self, index: int, facts: RuleFacts, signature: bytes, content: bytes, versions: Sequence[Record]
    ) -> None:
        rule = EquivalenceRule(uuid7(), self._owner, facts, facts.provenance.effective_from, None)
        if versions and rule.valid_from is not None:
            self.ended[versions[-1]["rule_id"]] = rule.valid_from - timedelta(days=1)
        self._seen[signature] = (facts.version, content, rule.rule_id)
        self.new.append(store.NewRule(rule, signature, content))
        self.outcomes.append(Outcome(index, str(rule.rule_id)))


def _rule_refusal(
    facts: RuleFacts, courses: Mapping[CourseKey, Course], versions: Sequence[Record]
) -> ServiceError | None:
    missing = sorted(key.code for key in _keys_of(facts) if key not in courses)
    fault = _rule_fault(facts)
    if fault:
        return RuleInvalid(field=fault[0], expected=fault[1])
    if missing:
        return CourseUnknown(codes=",".join(missing))
    if courses[facts.target].facts.credit_hundredths is None:
        return RuleInvalid(field="target", expected="a course with credits")
    return _version_refusal(facts, versions[-1]) if versions else None


def _version_refusal(facts: RuleFacts, newest: Record) -> ServiceError | None:
    begins, begun = facts.provenance.effective_from, newest["valid_from"]
    if facts.version == newest["version"]:
        return RuleExistsDifferent(version=facts.version)
    if facts.version < newest["version"]:
        return RuleVersionOutdated(version=facts.version, newest=newest["version"])
    if begins is None or (begun is not None and begins <= begun):
        return RuleVersionNeedsDate(version=facts.version)
    return None


def _rule_fault(facts: RuleFacts) -> tuple[str, str] | None:
    """Field and expectation of what can never be right about a rule."""
    groups = facts.source_groups
    if not 0 < len(groups) <= GROUPS_MAX or not all(0 < len(group) <= GROUP_COURSES_MAX for group in groups):
        return "source_groups", f"1 to {GROUPS_MAX} groups of 1 to {GROUP_COURSES_MAX} courses"
    if any(facts.target in group for group in groups):
        return "source_groups", "courses other than the target"
    if not 0 <= facts.min_grade_hundredths <= 400:  # noqa: PLR2004  # grade points end at 4.00
        return "min_grade_hundredths", "0 to 400"
    if facts.min_hours_pct is not None and not 1 <= facts.min_hours_pct <= 1_000:  # noqa: PLR2004  # ten times the target
        return "min_hours_pct", "1 to 1000"
    if facts.version < 1:
        return "version", "1 or more"
    return None


async def list_rules(
    pool: Pool,
    *,
    target_code: str,
    source_code: str,
    on: date | None,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
    now: datetime,
) -> RulePage:
    """A page of the rules in force on a day, which are public to whoever is signed in.

    Raises:
        InvalidField: Page size or token.
    """
    del actor  # being somebody is all that is needed
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with pool.acquire(timeout=10) as connection:
        rules = await store.page_rules(
            connection,
            target_code=target_code,
            source_code=source_code,
            on=on or thai_date(now),
            after=after,
            limit=limit + 1,
        )
    has_more = len(rules) > limit
    rules = rules[:limit]
    return RulePage(rules, str(rules[-1].rule_id) if has_more else "")


async def rules_for(
    connection: Connection, target_course_ids: Collection[UUID], *, on: date, institution_id: UUID | None
) -> list[EquivalenceRule]:
    """Rules in force on a day for these targets: agencies' rules and the institution's own."""
    return await store.rules_for_targets(connection, target_course_ids, on=on, institution_id=institution_id)
