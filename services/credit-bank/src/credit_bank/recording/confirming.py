"""The second person of corrections and revocations: carrying them out, or refusing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import PermissionMissing, ServiceError
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits, settled
from credit_bank.calendar_th import thai_date
from credit_bank.catalogue.domain import Course
from credit_bank.catalogue.grades import find_grade
from credit_bank.clients import Registry
from credit_bank.ledger import changes as ledger_changes
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.versions import EntryVersion
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.partnerships.domain import Offering
from credit_bank.recording import events, store, store_changes, store_signing
from credit_bank.recording.attempts import Attempts, read_attempts
from credit_bank.recording.changes import (
    Change,
    ChangeKind,
    ChangeState,
    confirmation_refusal,
)
from credit_bank.recording.checks import CourseThen, Surroundings, course_then, refusal_of
from credit_bank.recording.domain import Act, Entry, EntryState, ResultInput
from credit_bank.recording.errors import (
    AssessmentMissing,
    ChangeStateWrong,
    ChangeUnknown,
)
from credit_bank.recording.evidence_files import CheckedFiles, check_files
from credit_bank.recording.journals import facts_of
from credit_bank.recording.making import new_entry
from credit_bank.recording.object_store import ObjectStore
from credit_bank.recording.reviewing import evidence_refusal, file_refusal
from credit_bank.recording.submitting import find_courses, look_around


@dataclass(frozen=True, slots=True)
class ConfirmEntryChanges:
    """Changes to carry out."""

    request_id: UUID
    change_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class DeclineEntryChanges:
    """Changes to refuse."""

    request_id: UUID
    change_ids: tuple[UUID, ...]


async def confirm_entry_changes(
    pool: Pool,
    registry: Registry,
    command: ConfirmEntryChanges,
    *,
    actor: Actor,
    now: datetime,
    files: ObjectStore | None = None,
) -> list[Outcome]:
    """Carry out corrections and revocations that another person asked for.

    A correction makes a new verified version, of which the proposer is the recorder and the confirmer the verifier;
    the old one is superseded. Own counts follow, what others built on it is flagged (ledger/changes.py, CB-I15).

    Args:
        pool: Connections.
        registry: Asked about institutions that a corrected result names and that are not known here.
        command: At most 1,000 changes.
        actor: Needs `credit.correct` for corrections and `credit.revoke` for revocations.
        now: UTC.
        files: Where files are; without it no correction that rests on a file is confirmed.

    Raises:
        PermissionMissing: The role confirms no changes.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    _require_decider(actor)
    check_size(command.change_ids, limits.ITEMS_MAX, field="change_ids")
    async with pool.acquire(timeout=10) as connection:
        seen = await store_changes.read_changes(connection, command.change_ids, actor.at())
    around = await look_around(
        pool, registry, [change.result for change in seen.values() if change.result is not None], actor=actor
    )
    evidence = [item for change in seen.values() if change.result is not None for item in change.result.evidence]
    checked = await check_files(pool, files, actor.at(), evidence)
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        decision = _Decision(actor, now, around, checked)
        await decision.look(connection, list(seen.values()))
        outcomes = [decision.judge(index, change_id) for index, change_id in enumerate(command.change_ids)]
        told = await decision.carry_out(connection)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, told)
    return outcomes


async def decline_entry_changes(
    pool: Pool, command: DeclineEntryChanges, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Refuse corrections and revocations; the entries stay. Who asked may take his own back this way.

    Args:
        pool: Connections.
        command: At most 1,000 changes.
        actor: Needs `credit.correct` or `credit.revoke`, by kind.
        now: UTC.

    Raises:
        PermissionMissing: The role decides no changes.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    _require_decider(actor)
    check_size(command.change_ids, limits.ITEMS_MAX, field="change_ids")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        seen = await store_changes.read_changes(connection, command.change_ids, actor.at())
        await ledger.lock_learners(connection, sorted({change.learner_id for change in seen.values()}))
        changes = await store_changes.read_changes(connection, list(seen), actor.at())
        outcomes: list[Outcome] = []
        declined: dict[UUID, Change] = {}
        for index, change_id in enumerate(command.change_ids):
            change = changes.get(change_id)
            if change is None:
                outcomes.append(Outcome.failed(index, ChangeUnknown(change_id=change_id)))
            elif change.state is ChangeState.DECLINED or change_id in declined:
                outcomes.append(Outcome(index, str(change_id), already_done=True))
            elif change.state is ChangeState.CONFIRMED:
                outcomes.append(Outcome.failed(index, ChangeStateWrong(change_id=change_id, state=change.state)))
            elif not actor.may(_permission(change)):
                refusal = PermissionMissing(permission=_permission(change), role=actor.role)
                outcomes.append(Outcome.failed(index, refusal))
            else:
                declined[change_id] = replace(change, state=ChangeState.DECLINED, decided_at=now)
                outcomes.append(Outcome(index, str(change_id)))
        await store_changes.decide_changes(
            connection,
            dict.fromkeys(declined),
            ChangeState.DECLINED,
            now=now,
            decided_by=actor.subject_hash,
            role=actor.role,
        )
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, [events.change_moved(change) for change in declined.values()])
    return outcomes


def _require_decider(actor: Actor) -> None:
    if not (actor.may("credit.correct") or actor.may("credit.revoke")):
        raise PermissionMissing(permission="credit.correct", role=actor.role)


def _permission(change: Change) -> str:
    return "credit.correct" if change.kind is ChangeKind.CORRECTION else "credit.revoke"


class _Decision:
    """Changes that one person confirms."""

    def __init__(self, actor: Actor, now: datetime, around: Surroundings, checked: CheckedFiles) -> None:
        self._checked = checked
        self._actor = actor
        self._act = Act(now, actor.subject_hash, actor.assignment_id)
        self._around = around
        self._changes: dict[UUID, Change] = {}
        self._entries: dict[UUID, Entry] = {}
        self._courses: Mapping[CourseThen, Course] = {}
        self._offerings: Mapping[UUID, Offering] = {}
        self._attempts: Attempts | None = None
        self._corrected: dict[UUID, tuple[Change, Entry, Entry]] = {}
        self._revoked: dict[UUID, tuple[Change, Entry]] = {}

    async def look(self, connection: Connection, seen: Sequence[Change]) -> None:
        """Hold the learners, and read changes and entries again."""
        await ledger.lock_learners(connection, sorted({change.learner_id for change in seen}))
        self._changes = await store_changes.read_changes(
            connection, [change.change_id for change in seen], self._actor.at()
        )
        self._entries = await store.read_entries(connection, [change.entry_id for change in seen])
        results = [change.result for change in seen if change.result is not None]
        self._courses = await find_courses(connection, results)
        self._offerings = await partnerships.read_offerings(
            connection, {result.offering_id for result in results if result.offering_id is not None}
        )
        self._attempts = await read_attempts(connection, results, self._actor.at(), on_date=thai_date(self._act.at))

    def judge(self, index: int, change_id: UUID) -> Outcome:
        """What becomes of one change; a confirmed one, or one named twice, is done once."""
        change = self._changes.get(change_id)
        if change is None:
            return Outcome.failed(index, ChangeUnknown(change_id=change_id))
        if change.state is ChangeState.CONFIRMED or change_id in self._corrected or change_id in self._revoked:
            made = self._corrected[change_id][2].entry_id if change_id in self._corrected else change.new_entry_id
            return Outcome(index, str(made or change.entry_id), already_done=True)
        if not self._actor.may(_permission(change)):
            return Outcome.failed(index, PermissionMissing(permission=_permission(change), role=self._actor.role))
        entry = self._entries[change.entry_id]
        refusal = confirmation_refusal(change, entry, subject_hash=self._act.subject_hash, role=self._actor.role)
        if refusal is None and change.result is not None:
            refusal = self._correct(change, entry, change.result)
        elif refusal is None:
            self._revoked[change_id] = (change, entry)
        if refusal is not None:
            return Outcome.failed(index, refusal)
        done = self._corrected.get(change_id)
        return Outcome(index, str(done[2].entry_id if done else entry.entry_id))

    def _correct(self, change: Change, entry: Entry, result: ResultInput) -> ServiceError | None:
        """Make the new version. What several sides assessed keeps their signatures only while the grade stays.

        Where the grade or the sides change, the result is revoked and recorded anew, so that all of them sign again.
        """
        grade = find_grade(result.grade_scheme, result.grade_label)
        refusal = refusal_of(
            result,
            grade,
            institution_id=self._actor.at(),
            around=self._around,
            courses=self._courses,
            offerings=self._offerings,
        )
        if refusal is not None or grade is None:
            return refusal
        assessors = set(result.assessor_institution_ids)
        if assessors != set(entry.assessor_institution_ids) or (assessors and grade.code != entry.grade.code):
            return AssessmentMissing(entry_id=entry.entry_id)
        course = self._courses[course_then(result)]
        refusal = self._attempts.refusal(result, grade, course) if self._attempts else None
        proposed = Act(change.proposed_at, change.proposed_by, None)
        made = new_entry(
            result,
            grade,
            course,
            institution_id=entry.issuer_institution_id,
            act=proposed,
            before=entry,
        )
        refusal = refusal or evidence_refusal(made) or file_refusal(made, self._checked)
        if refusal is None:
            self._corrected[change.change_id] = (change, entry, replace(made, verified=self._act))
        return refusal

    async def carry_out(self, connection: Connection) -> list[NewEvent]:
        """Write new versions and states, then the ledger's part."""
        now, day = self._act.at, thai_date(self._act.at)
        old = [entry.entry_id for _, entry, _ in self._corrected.values()]
        new = [made for _, _, made in self._corrected.values()]
        await store.supersede(connection, old, EntryState.VERIFIED)
        await store.insert_entries(connection, new)
        await store_signing.copy_signatures(
            connection, {made.entry_id: entry.entry_id for _, entry, made in self._corrected.values()}
        )
        await store.verify(connection, {entry.entry_id: self._act for entry in new})
        await store.revoke(connection, [entry.entry_id for _, entry in self._revoked.values()], self._act)
        corrections = [
            ledger_changes.Correction(_version(entry), _version(made)) for _, entry, made in self._corrected.values()
        ]
        revocations = [
            ledger_changes.Revocation(_version(entry), change.reason_code) for change, entry in self._revoked.values()
        ]
        changed = [
            *await ledger_changes.correct(connection, corrections, effective_on=day, now=now),
            *await ledger_changes.revoke(connection, revocations, effective_on=day, now=now),
        ]
        made_by: dict[UUID, UUID | None] = {item: made.entry_id for item, (_, _, made) in self._corrected.items()}
        await store_changes.decide_changes(
            connection,
            {**made_by, **dict.fromkeys(self._revoked)},
            ChangeState.CONFIRMED,
            now=now,
            decided_by=self._act.subject_hash,
            role=self._actor.role,
        )
        confirmed = [change for change, *_ in (*self._corrected.values(), *self._revoked.values())]
        moved = [
            events.change_moved(replace(change, state=ChangeState.CONFIRMED, decided_at=now)) for change in confirmed
        ]
        return [*moved, *(event for item in changed for event in item.events)]


def _version(entry: Entry) -> EntryVersion:
    return EntryVersion.of(entry, facts_of(entry))
