"""Recording, verifying and returning results."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import ServiceError, Unavailable
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits, settled
from credit_bank.calendar_th import TERMS, YEARS_BE, term_period, thai_date
from credit_bank.canonical import digest
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.catalogue.domain import CodeSystem, Course, CourseKey
from credit_bank.catalogue.errors import CourseUnknown
from credit_bank.catalogue.grades import SCHEMES, Grade, find_grade, usual_scheme
from credit_bank.clients import Registry
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import AVAILABLE, ISSUED, PENDING, AccountKey, JournalDraft, decimal_text, move
from credit_bank.ledger.errors import EntryUnknown
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.partnerships.domain import Offering
from credit_bank.people import use_cases as people
from credit_bank.recording import events, store
from credit_bank.recording.domain import (
    ATTEMPT_MAX,
    EVIDENCE_MAX,
    Act,
    Entry,
    EntryGrade,
    EntryState,
    NaturalKey,
    ResultInput,
    ReturnReason,
    SourceMode,
    content_document,
    course_content_document,
    credits_of,
    natural_key_of,
)
from credit_bank.recording.errors import (
    EntryExistsDifferent,
    EntryStateWrong,
    EvidenceMissing,
    GradeCodeUnknown,
    GradeSchemeWrong,
    InstitutionUnknown,
    LearnerNotEnrolled,
    LearnerUnknown,
    OfferingUnknown,
    ResultInvalid,
    SameActor,
)


@dataclass(frozen=True, slots=True)
class RecordResults:
    """Results to record for the caller's institution."""

    request_id: UUID
    results: tuple[ResultInput, ...]


@dataclass(frozen=True, slots=True)
class VerifyResults:
    """Entries to verify."""

    request_id: UUID
    entry_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ReturnResults:
    """Entries to send back."""

    request_id: UUID
    entry_ids: tuple[UUID, ...]
    reason: ReturnReason


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A page of entries; the token is empty on the last one."""

    entries: list[Entry]
    next_page_token: str
    total: int


class _RolledBackError(Exception):
    """Ends a rehearsal: nothing of its transaction stays."""


def _roll_back() -> NoReturn:
    raise _RolledBackError


# ---- recording ------------------------------------------------------------------------------------------------------


async def record_results(
    pool: Pool,
    registry: Registry,
    command: RecordResults,
    *,
    actor: Actor,
    now: datetime,
    is_rehearsal: bool = False,
) -> list[Outcome]:
    """Record results and submit them for verification: bank account, ISSUED to PENDING.

    The same result again changes nothing. Another result for the same learner, course, term and attempt is refused,
    unless the first was returned: then it is its next version. Courses without credits make a journal without amounts.

    Args:
        pool: Connections.
        registry: Asked once about learners whom the copies do not show enrolled; recording goes on without it for
            learners who are known.
        command: At most 1,000 results.
        actor: Needs `credit.record`; the results are those of his institution.
        now: UTC.
        is_rehearsal: Say what would happen and change nothing.

    Raises:
        PermissionMissing: The role records no results.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("credit.record")
    institution_id = actor.at()
    check_size(command.results, limits.ITEMS_MAX, field="results")
    surroundings = await _look_around(pool, registry, command.results, actor=actor)
    recording = _Recording(institution_id, Act(now, actor.subject_hash, actor.assignment_id), surroundings)
    try:
        async with transaction(pool) as connection:
            answer = await idempotency.claim(
                connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
            )
            if answer is not None:
                return outcomes_from_answer(answer)
            await recording.run(connection, command.results)
            await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=recording.outcomes)
            await outbox.add(connection, recording.events)
            if is_rehearsal:
                _roll_back()
    except _RolledBackError:
        pass
    return recording.outcomes


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What was found out about learners and institutions before the transaction."""

    enrolments: people.TermEnrolments
    learners: people.KnownLearners
    institutions: frozenset[UUID] | None


async def _look_around(
    pool: Pool, registry: Registry, results: Sequence[ResultInput], *, actor: Actor
) -> _Surroundings:
    studied = {
        (result.learner_id, term_period(result.year_be, result.term))
        for result in results
        if result.source_mode is SourceMode.STUDY and _has_term(result)
    }
    others = {result.learner_id for result in results if result.source_mode is not SourceMode.STUDY}
    teachers = {result.taught_by_institution_id for result in results if result.taught_by_institution_id is not None}
    found = await people.find_institutions(pool, registry, teachers, actor=actor)
    return _Surroundings(
        enrolments=await people.find_term_enrolments(pool, registry, studied, institution_id=actor.at()),
        learners=await people.find_known_learners(pool, registry, others),
        institutions=None if found is None else frozenset(found),
    )


def _has_term(result: ResultInput) -> bool:
    return result.year_be in YEARS_BE and result.term in TERMS


class _Recording:
    """What becomes of each result of a call."""

    def __init__(self, institution_id: UUID, act: Act, surroundings: _Surroundings) -> None:
        self.outcomes: list[Outcome] = []
        self.events: list[NewEvent] = []
        self._institution_id = institution_id
        self._act = act
        self._surroundings = surroundings
        self._new: list[Entry] = []
        self._replaced: list[UUID] = []

    async def run(self, connection: Connection, results: Sequence[ResultInput]) -> None:
        """Decide under the learners' locks and write."""
        courses = await catalogue.find_courses(connection, {result.course for result in results})
        offerings = await partnerships.read_offerings(
            connection, {result.offering_id for result in results if result.offering_id is not None}
        )
        good: list[tuple[int, ResultInput, Grade]] = []
        for index, result in enumerate(results):
            grade = find_grade(result.grade_scheme, result.grade_label)
            refusal = self._refusal(result, grade, courses, offerings)
            if refusal is None and grade is not None:
                good.append((index, result, grade))
            elif refusal is not None:
                self.outcomes.append(Outcome.failed(index, refusal))
        await ledger.lock_learners(connection, [result.learner_id for _, result, _ in good])
        keys = [natural_key_of(result, self._institution_id) for _, result, _ in good]
        standing = await store.read_by_natural_key(connection, keys)
        for (index, result, grade), key in zip(good, keys, strict=True):
            self._decide(index, result, grade, course=courses[result.course], key=key, standing=standing)
        self.outcomes.sort(key=lambda outcome: outcome.index)
        await store.supersede(connection, self._replaced)
        await store.insert_entries(connection, self._new)
        journals = await ledger.append_journals(connection, [_recorded(e) for e in self._new], now=self._act.at)
        self.events = [
            events.credit_recorded(entry, journal) for entry, journal in zip(self._new, journals, strict=True)
        ]

    def _refusal(
        self,
        result: ResultInput,
        grade: Grade | None,
        courses: Mapping[CourseKey, Course],
        offerings: Mapping[UUID, Offering],
    ) -> ServiceError | None:
        fault = _result_fault(result)
        if fault:
            return ResultInvalid(field=fault[0], expected=fault[1])
        course = courses.get(result.course)
        if course is None:
            return CourseUnknown(field="course", code=result.course.code)
        if grade is None:
            return GradeCodeUnknown(field="grade_label", scheme=result.grade_scheme, label=result.grade_label)
        if result.grade_scheme != usual_scheme(course.facts.unit):
            return GradeSchemeWrong(field="grade_scheme", scheme=usual_scheme(course.facts.unit))
        return self._standing_refusal(result, course, offerings)

    def _standing_refusal(
        self, result: ResultInput, course: Course, offerings: Mapping[UUID, Offering]
    ) -> ServiceError | None:
        """Whether the learner, the offering and who taught it are what they must be."""
        around = self._surroundings
        if result.offering_id is not None:
            offering = offerings.get(result.offering_id)
            if offering is None or not self._fits(result, course, offering):
                return OfferingUnknown(field="offering_id", offering_id=result.offering_id)
        if result.taught_by_institution_id is not None:
            if around.institutions is None:
                return Unavailable("The register of institutions does not answer.")
            if result.taught_by_institution_id not in around.institutions:
                return InstitutionUnknown(field="taught_by_institution_id")
        if result.source_mode is SourceMode.STUDY:
            if (result.learner_id, term_period(result.year_be, result.term)) in around.enrolments.enrolled:
                return None
            is_unconfirmed, refusal = result.learner_id in around.enrolments.unconfirmed, LearnerNotEnrolled()
        else:
            if result.learner_id in around.learners.known:
                return None
            is_unconfirmed, refusal = result.learner_id in around.learners.unconfirmed, LearnerUnknown()
        return Unavailable("The registry does not answer about this learner.") if is_unconfirmed else refusal

    def _fits(self, result: ResultInput, course: Course, offering: Offering) -> bool:
        return (offering.institution_id, offering.course_id, offering.year_be, offering.term) == (
            self._institution_id,
            course.course_id,
            result.year_be,
            result.term,
        )

    def _decide(
        self,
        index: int,
        result: ResultInput,
        grade: Grade,
        *,
        course: Course,
        key: NaturalKey,
        standing: dict[NaturalKey, Entry],
    ) -> None:
        content = digest(content_document(result, grade_code=grade.code))
        before = standing.get(key)
        if before is not None and before.content_hash == content:
            self.outcomes.append(Outcome(index, str(before.entry_id), already_done=True))
            return
        if before is not None and before.state is not EntryState.RETURNED:
            refusal = EntryExistsDifferent(entry_id=before.entry_id)
            self.outcomes.append(Outcome.failed(index, refusal))
            return
        entry = _new_entry(result, grade, course, content, before, institution_id=key[1], act=self._act)
        if before is not None:
            self._replaced.append(before.entry_id)
        standing[key] = entry
        self._new.append(entry)
        self.outcomes.append(Outcome(index, str(entry.entry_id)))


def _result_fault(result: ResultInput) -> tuple[str, str] | None:
    """Field and expectation of what can never be right about a result; None for a good one."""
    is_short = result.source_mode is SourceMode.SHORT_COURSE
    checks = (
        (result.year_be in YEARS_BE, "year_be", f"{YEARS_BE.start} to {YEARS_BE.stop - 1}, Buddhist Era"),
        (result.term in TERMS, "term", "1, 2 or 3"),
        (1 <= result.attempt <= ATTEMPT_MAX, "attempt", f"1 to {ATTEMPT_MAX}"),
        (result.grade_scheme in SCHEMES, "grade_scheme", f"one of {', '.join(SCHEMES)}"),
        (len(result.evidence) <= EVIDENCE_MAX, "evidence", f"at most {EVIDENCE_MAX} pieces"),
        (not is_short or result.offering_id is not None, "offering_id", "the offering of the short course"),
        (is_short == (result.course.code_system is CodeSystem.SHORT), "source_mode", "SHORT_COURSE for short courses"),
    )
    return next(((field, expected) for is_right, field, expected in checks if not is_right), None)


def _new_entry(
    result: ResultInput,
    grade: Grade,
    course: Course,
    content: bytes,
    before: Entry | None,
    *,
    institution_id: UUID,
    act: Act,
) -> Entry:
    attempted, earned = credits_of(course.facts, is_attempted=grade.is_attempted, is_earned=grade.is_earned)
    entry_id = uuid7()
    return Entry(
        entry_id=entry_id,
        entry_root_id=entry_id if before is None else before.entry_root_id,
        version=1 if before is None else before.version + 1,
        supersedes_entry_id=None if before is None else before.entry_id,
        learner_id=result.learner_id,
        issuer_institution_id=institution_id,
        course=course,
        content_sha256=digest(course_content_document(course.facts)),
        year_be=result.year_be,
        term=result.term,
        attempt=result.attempt,
        grade=EntryGrade(
            scheme=grade.scheme,
            scheme_version=grade.scheme_version,
            code=grade.code,
            label=grade.label,
            point_hundredths=grade.point_hundredths,
            is_in_gpa=grade.is_in_gpa,
        ),
        attempted_hundredths=attempted,
        earned_hundredths=earned,
        source_mode=result.source_mode,
        taught_by_institution_id=result.taught_by_institution_id,
        offering_id=result.offering_id,
        evidence=result.evidence,
        state=EntryState.SUBMITTED,
        content_hash=content,
        recorded=act,
        verified=None,
        returned=None,
        return_reason=None,
        provenance=result.provenance,
    )


def _draft(entry: Entry, kind: str, act: Act, *, origin: str, destination: str) -> JournalDraft:
    """A journal about an entry that moves its credits between two buckets of the bank account."""
    earned, unit = entry.earned_hundredths, entry.unit
    facts = {
        "entry_version": str(entry.version),
        "issuer_institution_id": str(entry.issuer_institution_id),
        "course_code": entry.course.key.code,
        "year_be": str(entry.year_be),
        "term": str(entry.term),
        "attempt": str(entry.attempt),
        "grade_code": entry.grade.code,
        "content_hash": entry.content_hash.hex(),
    }
    lines = ()
    if earned is not None and unit is not None:
        facts["credits"] = decimal_text(earned)
        bank = AccountKey.bank(entry.learner_id)
        lines = move(bank, origin, destination, unit=unit, amount_hundredths=earned)
    return JournalDraft(
        learner_id=entry.learner_id,
        type=kind,
        effective_on=thai_date(act.at),
        entry_id=entry.entry_id,
        lines=lines,
        facts=facts,
    )


def _recorded(entry: Entry) -> JournalDraft:
    return _draft(entry, "credit.recorded", entry.recorded, origin=ISSUED, destination=PENDING)


# ---- the second person ----------------------------------------------------------------------------------------------


async def verify_results(pool: Pool, command: VerifyResults, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Verify submitted results: bank account, PENDING to AVAILABLE. Whoever recorded a result does not verify it.

    Args:
        pool: Connections.
        command: At most 1,000 entries.
        actor: Needs `credit.verify` at the institution that issued the entries.
        now: UTC.

    Raises:
        PermissionMissing: The role verifies no results.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("credit.verify")
    check_size(command.entry_ids, limits.ITEMS_MAX, field="entry_ids")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        act = Act(now, actor.subject_hash, actor.assignment_id)
        entries = await _lock_entries(connection, command.entry_ids, actor.at())
        outcomes, chosen = _choose(command.entry_ids, entries, EntryState.VERIFIED, _verify_refusal, act)
        await store.verify(connection, [entry.entry_id for entry in chosen], act)
        drafts = [_draft(entry, "credit.verified", act, origin=PENDING, destination=AVAILABLE) for entry in chosen]
        journals = await ledger.append_journals(connection, drafts, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(
            connection,
            [events.credit_verified(entry, journal) for entry, journal in zip(chosen, journals, strict=True)],
        )
    return outcomes


async def return_results(pool: Pool, command: ReturnResults, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Send submitted results back to the recorder with a reason; their pending credits are taken back exactly.

    Args:
        pool: Connections.
        command: At most 1,000 entries.
        actor: Needs `credit.verify` at the institution that issued the entries.
        now: UTC.

    Raises:
        PermissionMissing: The role verifies no results.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("credit.verify")
    check_size(command.entry_ids, limits.ITEMS_MAX, field="entry_ids")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        act = Act(now, actor.subject_hash, actor.assignment_id)
        entries = await _lock_entries(connection, command.entry_ids, actor.at())
        outcomes, chosen = _choose(command.entry_ids, entries, EntryState.RETURNED, _return_refusal, act)
        await store.send_back(connection, [entry.entry_id for entry in chosen], act, reason=command.reason)
        drafts = [_draft(entry, "credit.returned", act, origin=PENDING, destination=ISSUED) for entry in chosen]
        await ledger.append_journals(connection, drafts, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
    return outcomes


async def _lock_entries(connection: Connection, entry_ids: Sequence[UUID], institution_id: UUID) -> dict[UUID, Entry]:
    """Entries of the institution, read again once their learners are locked."""
    seen = await store.read_entries(connection, entry_ids)
    mine = {entry_id: entry for entry_id, entry in seen.items() if entry.issuer_institution_id == institution_id}
    await ledger.lock_learners(connection, [entry.learner_id for entry in mine.values()])
    return await store.read_entries(connection, list(mine))


def _choose(
    entry_ids: Sequence[UUID],
    entries: Mapping[UUID, Entry],
    goal: EntryState,
    refuse: Callable[[Entry, Act], ServiceError | None],
    act: Act,
) -> tuple[list[Outcome], list[Entry]]:
    """Outcomes, and the entries to bring to `goal`; an entry that is there already, or named twice, is done once."""
    outcomes: list[Outcome] = []
    chosen: dict[UUID, Entry] = {}
    for index, entry_id in enumerate(entry_ids):
        entry = entries.get(entry_id)
        if entry is None:
            outcomes.append(Outcome.failed(index, EntryUnknown(entry_id=entry_id)))
        elif entry.state is goal or entry_id in chosen:
            outcomes.append(Outcome(index, str(entry_id), already_done=True))
        else:
            refusal = refuse(entry, act)
            if refusal is None:
                chosen[entry_id] = entry
            outcomes.append(Outcome.failed(index, refusal) if refusal else Outcome(index, str(entry_id)))
    return outcomes, list(chosen.values())


def _verify_refusal(entry: Entry, act: Act) -> ServiceError | None:
    if entry.state is not EntryState.SUBMITTED:
        return EntryStateWrong(entry_id=entry.entry_id, state=entry.state)
    if entry.recorded.subject_hash == act.subject_hash:
        return SameActor(entry_id=entry.entry_id)
    return None if entry.evidence else EvidenceMissing(entry_id=entry.entry_id)


def _return_refusal(entry: Entry, _act: Act) -> ServiceError | None:
    if entry.state is not EntryState.SUBMITTED:
        return EntryStateWrong(entry_id=entry.entry_id, state=entry.state)
    return None


# ---- reading --------------------------------------------------------------------------------------------------------


async def list_entries(
    pool: Pool,
    *,
    learner_ids: Sequence[UUID],
    state: EntryState | None,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
) -> EntryPage:
    """A page of the entries that the caller's institution issued.

    Raises:
        PermissionMissing: The role reads no credits.
        InvalidField: Page size or token.
    """
    actor.require("credit.read")
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with transaction(pool) as connection:
        entries, total = await store.page(
            connection, actor.at(), state=state, learner_ids=learner_ids, after=after, limit=limit + 1
        )
    has_more = len(entries) > limit
    entries = entries[:limit]
    return EntryPage(entries, str(entries[-1].entry_id) if has_more else "", total)


async def read_entries(connection: Connection, entry_ids: Collection[UUID]) -> Mapping[UUID, Entry]:
    """Entries by id, whoever issued them; for use cases that judge the caller's right themselves."""
    return await store.read_entries(connection, sorted(set(entry_ids)))


async def read_verified_entries(
    connection: Connection, learner_ids: Collection[UUID], *, as_of: datetime
) -> list[Entry]:
    """Entries of learners that were verified by an instant and not superseded by then; by learner, year and term."""
    return await store.read_verified(connection, sorted(set(learner_ids)), as_of=as_of)
