"""Asking for corrections and revocations of verified results; another person carries them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import PermissionMissing, ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits, settled
from credit_bank.catalogue.domain import Course
from credit_bank.catalogue.grades import find_grade
from credit_bank.clients import Registry
from credit_bank.ledger.errors import EntryUnknown
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.recording import events, store_changes
from credit_bank.recording.changes import (
    Change,
    ChangeKind,
    ChangeState,
    CorrectionReason,
    RevocationReason,
    proposal_refusal,
)
from credit_bank.recording.checks import CourseThen, course_then, refusal_of
from credit_bank.recording.domain import Entry, ResultInput
from credit_bank.recording.errors import (
    ChangeOpen,
    CorrectionEmpty,
)
from credit_bank.recording.making import new_entry
from credit_bank.recording.reviewing import lock_entries
from credit_bank.recording.submitting import find_courses, look_around

PROPOSERS = ("credit.record", "credit.correct")
"""Permissions of which one is needed to propose a correction."""


@dataclass(frozen=True, slots=True)
class CorrectionInput:
    """A correction to propose.

    Attributes:
        entry_version: Version of the entry that was read.
        result: What is right.
    """

    entry_id: UUID
    entry_version: int
    result: ResultInput
    reason: CorrectionReason


@dataclass(frozen=True, slots=True)
class ProposeCorrections:
    """Corrections to propose."""

    request_id: UUID
    corrections: tuple[CorrectionInput, ...]


@dataclass(frozen=True, slots=True)
class RequestRevocations:
    """Entries to have revoked."""

    request_id: UUID
    entry_ids: tuple[UUID, ...]
    reason: RevocationReason


async def propose_corrections(
    pool: Pool, registry: Registry, command: ProposeCorrections, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Propose that verified results be replaced by corrected versions; nothing changes before another confirms.

    Args:
        pool: Connections.
        registry: Asked about institutions that the corrected result names and that are not known here.
        command: At most 1,000 corrections.
        actor: Needs `credit.record` or `credit.correct` at the institution that issued the entries.
        now: UTC.

    Raises:
        PermissionMissing: The role proposes no corrections.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    if not any(actor.may(permission) for permission in PROPOSERS):
        raise PermissionMissing(permission=PROPOSERS[1], role=actor.role)
    check_size(command.corrections, limits.ITEMS_MAX, field="corrections")
    results = [item.result for item in command.corrections]
    around = await look_around(pool, registry, results, actor=actor)
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        courses = await find_courses(connection, results)
        offerings = await partnerships.read_offerings(
            connection, {result.offering_id for result in results if result.offering_id is not None}
        )
        proposal = _Proposal(ChangeKind.CORRECTION, actor, now)
        await proposal.look(connection, [item.entry_id for item in command.corrections])
        for index, item in enumerate(command.corrections):
            result = item.result
            grade = find_grade(result.grade_scheme, result.grade_label)
            refusal = refusal_of(
                result, grade, institution_id=actor.at(), around=around, courses=courses, offerings=offerings
            )
            proposal.add(index, item.entry_id, str(item.reason), item=item, refusal=refusal, courses=courses)
        return await proposal.keep(connection, command.request_id)


async def request_revocations(pool: Pool, command: RequestRevocations, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Ask that verified results be revoked; nothing changes before the second person confirms.

    Args:
        pool: Connections.
        command: At most 1,000 entries.
        actor: Needs `credit.revoke` at the institution that issued the entries.
        now: UTC.

    Raises:
        PermissionMissing: The role revokes no results.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("credit.revoke")
    check_size(command.entry_ids, limits.ITEMS_MAX, field="entry_ids")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        proposal = _Proposal(ChangeKind.REVOCATION, actor, now)
        await proposal.look(connection, command.entry_ids)
        for index, entry_id in enumerate(command.entry_ids):
            proposal.add(index, entry_id, str(command.reason))
        return await proposal.keep(connection, command.request_id)


class _Proposal:
    """Changes of one kind that one person asks for."""

    def __init__(self, kind: ChangeKind, actor: Actor, now: datetime) -> None:
        self._kind = kind
        self._actor = actor
        self._now = now
        self._entries: Mapping[UUID, Entry] = {}
        self._open: dict[UUID, Change] = {}
        self._new: list[Change] = []
        self._outcomes: list[Outcome] = []

    async def look(self, connection: Connection, entry_ids: Sequence[UUID]) -> None:
        """Hold the learners and read what stands."""
        self._entries = await lock_entries(connection, entry_ids, self._actor.at())
        self._open = await store_changes.open_changes(connection, list(self._entries))

    def add(
        self,
        index: int,
        entry_id: UUID,
        reason: str,
        *,
        item: CorrectionInput | None = None,
        refusal: ServiceError | None = None,
        courses: Mapping[CourseThen, Course] | None = None,
    ) -> None:
        """Decide about one entry; the same asked again is known."""
        entry = self._entries.get(entry_id)
        result = None if item is None else item.result
        if entry is None:
            self._outcomes.append(Outcome.failed(index, EntryUnknown(entry_id=entry_id)))
            return
        standing = self._open.get(entry_id)
        if standing is not None and (standing.kind, standing.result, standing.reason_code) == (
            self._kind,
            result,
            reason,
        ):
            self._outcomes.append(Outcome(index, str(standing.change_id), already_done=True))
            return
        version = None if item is None else item.entry_version
        refusal = (
            proposal_refusal(entry, entry_version=version, result=result)
            or refusal
            or (ChangeOpen(change_id=standing.change_id) if standing else None)
            or (_sameness(entry, result, courses or {}) if result else None)
        )
        if refusal is not None:
            self._outcomes.append(Outcome.failed(index, refusal))
            return
        change = Change(
            change_id=uuid7(),
            entry_id=entry_id,
            entry_version=entry.version,
            learner_id=entry.learner_id,
            institution_id=entry.issuer_institution_id,
            kind=self._kind,
            state=ChangeState.PROPOSED,
            reason_code=reason,
            result=result,
            proposed_at=self._now,
            proposed_by=self._actor.subject_hash,
            proposed_by_role=self._actor.role,
        )
        self._open[entry_id] = change
        self._new.append(change)
        self._outcomes.append(Outcome(index, str(change.change_id)))

    async def keep(self, connection: Connection, request_id: UUID) -> list[Outcome]:
        """Write what was asked for."""
        await store_changes.insert_changes(connection, self._new, assignment_id=self._actor.assignment_id)
        await settled.finish(connection, request_id, caller=self._actor.caller, outcomes=self._outcomes)
        await outbox.add(connection, [events.change_moved(change) for change in self._new])
        return self._outcomes


def _sameness(entry: Entry, result: ResultInput, courses: Mapping[CourseThen, Course]) -> ServiceError | None:
    """Whether a correction says what stands already, of a course that has not changed either."""
    grade = find_grade(result.grade_scheme, result.grade_label)
    course = courses[course_then(result)]
    if grade is None:
        return None
    would_be = new_entry(result, grade, course, institution_id=entry.issuer_institution_id, act=entry.recorded)
    same = (would_be.content_hash, would_be.content_sha256, would_be.course.version) == (
        entry.content_hash,
        entry.content_sha256,
        entry.course.version,
    )
    return CorrectionEmpty(entry_id=entry.entry_id) if same else None


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A page of changes; the token is empty on the last one."""

    changes: list[Change]
    next_page_token: str


async def list_entry_changes(
    pool: Pool, *, state: ChangeState | None, page_size: int = 0, page_token: str = "", actor: Actor
) -> ChangePage:
    """A page of the corrections and revocations at the caller's institution, oldest first.

    Raises:
        PermissionMissing: The role reads no credits.
        InvalidField: Page size or token.
    """
    actor.require("credit.read")
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with transaction(pool) as connection:
        changes = await store_changes.page(connection, actor.at(), state=state, after=after, limit=limit + 1)
    has_more = len(changes) > limit
    changes = changes[:limit]
    return ChangePage(changes, str(changes[-1].change_id) if has_more else "")
