"""Recording results and submitting them for the second person: directly, or from drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import ServiceError
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank import coalescing, limits
from credit_bank.calendar_th import thai_date
from credit_bank.canonical import digest_plain
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.catalogue.domain import Course
from credit_bank.catalogue.grades import Grade, find_grade
from credit_bank.clients import Registry
from credit_bank.coalescing import Begin, Call, Done, Work
from credit_bank.ledger import use_cases as ledger
from credit_bank.partnerships import use_cases as partnerships
from credit_bank.people import use_cases as people
from credit_bank.recording import events, store
from credit_bank.recording.attempts import Attempts, read_attempts
from credit_bank.recording.checks import (
    CourseThen,
    Surroundings,
    course_then,
    has_begun_in,
    has_term,
    institutions_named,
    refusal_of,
    terms_studied,
    version_in,
)
from credit_bank.recording.domain import (
    Act,
    Entry,
    EntryState,
    NaturalKey,
    ResultInput,
    content_document,
    natural_key_of,
)
from credit_bank.recording.errors import EntryExistsDifferent
from credit_bank.recording.journals import recorded
from credit_bank.recording.making import new_entry
from credit_bank.recording.policy import OWN_COURSES


@dataclass(frozen=True, slots=True)
class RecordResults:
    """Results to record for the caller's institution."""

    request_id: UUID
    results: tuple[ResultInput, ...]


Recorder = coalescing.Coalescer[RecordResults, None]
"""Through which calls that record results go together."""


async def record_results(
    pool: Pool,
    registry: Registry,
    command: RecordResults,
    *,
    actor: Actor,
    now: datetime,
    together: Recorder | None = None,
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
        together: Through which calls made at the same time go together.
        is_rehearsal: Say what would happen and change nothing.

    Raises:
        PermissionMissing: The role records no results.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("credit.record")
    actor.at()
    check_size(command.results, limits.ITEMS_MAX, field="results")
    call = Call(command, actor, now, None)
    if together is not None and not is_rehearsal:
        return await together.answer(call, size=len(command.results))
    return await coalescing.answer(pool, call, _begin(pool, registry), is_rehearsal=is_rehearsal)


def recording_together(pool: Pool, registry: Registry) -> Recorder:
    """Through which calls that record results go together."""
    return coalescing.Coalescer(pool, _begin(pool, registry))


def _begin(pool: Pool, registry: Registry) -> Begin[RecordResults, None]:
    async def begin(calls: Sequence[Call[RecordResults, None]]) -> Work[RecordResults, None]:
        results = [result for call in calls for result in call.command.results]
        around = await look_around(pool, registry, results, actor=calls[0].actor)

        async def work(connection: Connection, chosen: Sequence[Call[RecordResults, None]]) -> list[Done]:
            return await _record(connection, chosen, around)

        return work

    return begin


async def _record(
    connection: Connection, calls: Sequence[Call[RecordResults, None]], around: Surroundings
) -> list[Done]:
    recording = Recording(calls[0].actor.at(), _act(calls[0]), around)
    items = [(call, result) for call in calls for result in call.command.results]
    await recording.run(
        connection, [Submitted(index, result, act=_act(call)) for index, (call, result) in enumerate(items)]
    )
    return coalescing.shares([len(call.command.results) for call in calls], recording.outcomes, recording.told)


def _act(call: Call[RecordResults, None]) -> Act:
    return Act(call.now, call.actor.subject_hash, call.actor.assignment_id)


async def look_around(pool: Pool, registry: Registry, results: Sequence[ResultInput], *, actor: Actor) -> Surroundings:
    """What must be known of learners and institutions; before any transaction, since the registry may be asked."""
    studied = {period for result in results for period in [terms_studied(result)] if period is not None}
    others = {result.learner_id for result in results if terms_studied(result) is None}
    named = {institution_id for result in results for institution_id in institutions_named(result)}
    found = await people.find_institutions(pool, registry, named, actor=actor)
    return Surroundings(
        enrolments=await people.find_term_enrolments(pool, registry, studied, institution_id=actor.at()),
        learners=await people.find_known_learners(pool, registry, others),
        institutions=None if found is None else frozenset(found),
    )


async def find_courses(connection: Connection, results: Sequence[ResultInput]) -> dict[CourseThen, Course]:
    """The courses of results as they were in the terms of the results, and what has results without being in one.

    A result that comes late is one of the course as it was then, whatever version was published meanwhile.
    """
    keys = {result.course for result in results}
    own = {key: OWN_COURSES[key].course for key in keys if key in OWN_COURSES}
    newest = {**await catalogue.find_courses(connection, keys - set(own)), **own}
    wanted = {course_then(result) for result in results if result.course in newest}
    in_terms = {course_then(result) for result in results if has_term(result)} & wanted
    late = {newest[key].course_id for key, year, term in in_terms if not has_begun_in(newest[key], year, term)}
    earlier = await catalogue.read_earlier_versions(connection, late)
    found = {one: newest[one[0]] for one in wanted}
    for key, year, term in in_terms:
        versions = [newest[key], *earlier.get(newest[key].course_id, ())]
        found[key, year, term] = version_in(versions, year, term)
    return found


@dataclass(frozen=True, slots=True)
class Submitted:
    """A result and its place in the call.

    Attributes:
        entry_id: Of the draft that becomes an entry; None: a new one.
        drafted_by: Keyed hash of who drafted it.
        act: Who records it, where that is not the one for whom all are recorded.
    """

    index: int
    result: ResultInput
    entry_id: UUID | None = None
    drafted_by: str | None = None
    act: Act | None = None


class Recording:
    """What becomes of each result of a call.

    Attributes:
        outcomes: In the order of the call, once `run` is done.
        told: What happened, by the places of the results in the call.
    """

    def __init__(self, institution_id: UUID, act: Act, surroundings: Surroundings) -> None:
        """Record for an institution."""
        self.outcomes: list[Outcome] = []
        self.told: dict[int, NewEvent] = {}
        self._institution_id = institution_id
        self._act = act
        self._surroundings = surroundings
        self._new: dict[int, Entry] = {}
        self._replaced: list[UUID] = []

    async def run(self, connection: Connection, items: Sequence[Submitted]) -> None:
        """Decide under the learners' locks and write."""
        results = [item.result for item in items]
        courses = await find_courses(connection, results)
        offerings = await partnerships.read_offerings(
            connection, {result.offering_id for result in results if result.offering_id is not None}
        )
        good: list[tuple[Submitted, Grade]] = []
        for item in items:
            result = item.result
            grade = find_grade(result.grade_scheme, result.grade_label)
            refusal = refusal_of(
                result,
                grade,
                institution_id=self._institution_id,
                around=self._surroundings,
                courses=courses,
                offerings=offerings,
            )
            if refusal is None and grade is not None:
                good.append((item, grade))
            elif refusal is not None:
                self.outcomes.append(Outcome.failed(item.index, refusal))
        await ledger.lock_learners(connection, [item.result.learner_id for item, _ in good])
        keys = [natural_key_of(item.result, self._institution_id) for item, _ in good]
        standing = await store.read_by_natural_key(connection, keys)
        attempts = await read_attempts(
            connection, [item.result for item, _ in good], self._institution_id, on_date=thai_date(self._act.at)
        )
        for (item, grade), key in zip(good, keys, strict=True):
            self._decide(
                item, grade, course=courses[course_then(item.result)], key=key, standing=standing, attempts=attempts
            )
        self.outcomes.sort(key=lambda outcome: outcome.index)
        await self._write(connection)

    async def _write(self, connection: Connection) -> None:
        await store.supersede(connection, self._replaced, EntryState.RETURNED)
        entries = list(self._new.values())
        await store.insert_entries(connection, entries)
        journals = await ledger.append_journals(connection, [recorded(entry) for entry in entries], now=self._act.at)
        told = [events.credit_recorded(entry, journal) for entry, journal in zip(entries, journals, strict=True)]
        self.told = dict(zip(self._new, told, strict=True))

    def _decide(
        self,
        item: Submitted,
        grade: Grade,
        *,
        course: Course,
        key: NaturalKey,
        standing: dict[NaturalKey, Entry],
        attempts: Attempts,
    ) -> None:
        content = digest_plain(content_document(item.result, grade_code=grade.code))
        before = standing.get(key)
        if before is not None and before.content_hash == content:
            self.outcomes.append(Outcome(item.index, str(before.entry_id), already_done=True))
            return
        refusal = self._refusal(item.result, grade, course, before, attempts)
        if refusal is not None:
            self.outcomes.append(Outcome.failed(item.index, refusal))
            return
        entry = new_entry(
            item.result,
            grade,
            course,
            institution_id=key[1],
            act=item.act or self._act,
            before=before,
            entry_id=item.entry_id,
            drafted_by=item.drafted_by,
            content_hash=content,
        )
        if before is not None:
            self._replaced.append(before.entry_id)
        standing[key] = entry
        attempts.add(entry)
        self._new[item.index] = entry
        self.outcomes.append(Outcome(item.index, str(entry.entry_id)))

    def _refusal(
        self, result: ResultInput, grade: Grade, course: Course, before: Entry | None, attempts: Attempts
    ) -> ServiceError | None:
        if before is not None and before.state is not EntryState.RETURNED:
            return EntryExistsDifferent(entry_id=before.entry_id)
        return attempts.refusal(result, grade, course)
