"""Counting verified entries of the caller's institution toward a qualification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from credit_bank.coalescing import Call, Done
from credit_bank.counting import events
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import (
    ISSUED,
    AccountKey,
    Award,
    Claim,
    ClaimState,
    Journal,
    JournalDraft,
    counted,
    decimal_text,
    move,
)
from credit_bank.ledger.errors import (
    CategoryUnknown,
    CourseAlreadyAwarded,
    EntryNotVerified,
    EntryUnknown,
    NothingToCount,
    QualificationUnknown,
    UnitMismatch,
)
from credit_bank.people.merges import families
from credit_bank.qualifications import use_cases as qualifications
from credit_bank.qualifications.domain import Qualification, QualificationKey, category_for
from credit_bank.qualifications.rules import CATEGORY_WITHIN
from credit_bank.recording import use_cases as recording
from credit_bank.recording.domain import Entry, EntryState


@dataclass(frozen=True, slots=True)
class CountInput:
    """One entry to count toward one qualification."""

    entry_id: UUID
    qualification_code: str
    qualification_version: str

    @property
    def qualification_key(self) -> QualificationKey:
        """Code and version."""
        return (self.qualification_code, self.qualification_version)


@dataclass(frozen=True, slots=True)
class CountEntries:
    """Entries to count."""

    request_id: UUID
    entries: tuple[CountInput, ...]


@dataclass(frozen=True, slots=True)
class _Counting:
    """An entry that may be counted."""

    index: int
    entry: Entry
    qualification: Qualification
    category: str
    earned_hundredths: int
    unit: str

    @property
    def account(self) -> AccountKey:
        """The account of the qualification that the entry's own institution awards."""
        entry, qualification = self.entry, self.qualification
        return AccountKey.qualification(
            entry.learner_id, qualification.code, qualification.version, entry.issuer_institution_id
        )

    @property
    def claim(self) -> Claim:
        """The entry counts as itself."""
        course_id = self.entry.course.course_id
        return Claim(self.entry.entry_root_id, self.account, ClaimState.COUNTED, target_course_id=course_id)

    def draft(self, now: datetime) -> JournalDraft:
        """Qualification account: ISSUED to COUNTED."""
        entry = self.entry
        return JournalDraft(
            learner_id=entry.learner_id,
            type="credit.counted",
            effective_on=thai_date(now),
            entry_id=entry.entry_id,
            lines=move(
                self.account,
                ISSUED,
                counted(self.category),
                unit=self.unit,
                amount_hundredths=self.earned_hundredths,
            ),
            facts={
                "entry_version": str(entry.version),
                "course_code": entry.course.key.code,
                "credits": decimal_text(self.earned_hundredths),
                "category": self.category,
                "rule_source": self.qualification.provenance.source,
                "rule_status": self.qualification.provenance.status,
            },
        )


Counter = coalescing.Coalescer[CountEntries, None]
"""Through which calls that count entries go together."""


async def count_entries(
    pool: Pool, command: CountEntries, *, actor: Actor, now: datetime, together: Counter | None = None
) -> list[Outcome]:
    """Count entries: a claim on each, and in the qualification account ISSUED to COUNTED of its category.

    Counting does not empty the bank account: what was learned stays learned. An entry counts once in an account, and
    in a second qualification only where both permit the pair (CB-I3, CB-I4). One that counts there already is done.

    Args:
        pool: Connections.
        command: At most 1,000 entries.
        actor: Needs `credit.count` at the institution that issued the entries, which is the one that awards.
        now: UTC.
        together: Through which calls made at the same time go together.

    Returns:
        Outcomes whose ids are the journals'.

    Raises:
        PermissionMissing: The role counts no credits.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("credit.count")
    check_size(command.entries, limits.ITEMS_MAX, field="entries")
    call = Call(command, actor, now, None)
    if together is not None:
        return await together.answer(call, size=len(command.entries))
    return await coalescing.answer(pool, call, _begin)


def counting_together(pool: Pool) -> Counter:
    """Through which calls that count entries go together."""
    return coalescing.Coalescer(pool, _begin)


async def _begin(_calls: Sequence[Call[CountEntries, None]]) -> coalescing.Work[CountEntries, None]:
    return _count


async def _count(connection: Connection, calls: Sequence[Call[CountEntries, None]]) -> list[Done]:
    entries = await lock_entries(
        connection, [item.entry_id for call in calls for item in call.command.entries], calls[0].actor.at()
    )
    known = await qualifications.read_qualifications(
        connection, {item.qualification_key for call in calls for item in call.command.entries}
    )
    done: dict[int, Done] = {}
    for places in await _rounds(connection, calls, entries):
        answers = await _count_round(connection, [calls[place] for place in places], entries, known)
        done.update(zip(places, answers, strict=True))
    return [done[place] for place in range(len(calls))]


async def _rounds(
    connection: Connection, calls: Sequence[Call[CountEntries, None]], entries: Mapping[UUID, Entry]
) -> list[list[int]]:
    """Calls by their places, such that those of one round are about different persons.

    What is refused inside a call stands against its later items, as a course is not counted silently from another
    attempt. Another caller must not meet that: his call is judged by what stands once the one before is done.
    """
    if len(calls) == 1:
        return [[0]]
    persons = await families(connection, {entry.learner_id for entry in entries.values()})
    rounds: list[list[int]] = []
    seen: dict[UUID, int] = {}
    for place, call in enumerate(calls):
        named = [entries[item.entry_id] for item in call.command.entries if item.entry_id in entries]
        about = {persons[entry.learner_id].surviving_id for entry in named}
        number = max((seen[person] + 1 for person in about if person in seen), default=0)
        seen.update(dict.fromkeys(about, number))
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(place)
    return rounds


async def _count_round(
    connection: Connection,
    calls: Sequence[Call[CountEntries, None]],
    entries: Mapping[UUID, Entry],
    known: Mapping[QualificationKey, Qualification],
) -> list[Done]:
    now, items = calls[0].now, [item for call in calls for item in call.command.entries]
    outcomes, possible = _sort_out(items, entries, known)
    outcomes += await _leave_out_done(connection, possible)
    outcomes += await _leave_out_awarded(connection, possible)
    outcomes += await _leave_out_claimed(connection, possible, now=now)
    journals = await ledger.append_journals(connection, [item.draft(now) for item in possible], now=now)
    await ledger.record_awards(
        connection,
        [
            Award(item.account, item.entry.course.course_id, journal.journal_id, str(item.entry.placing.form))
            for item, journal in zip(possible, journals, strict=True)
        ],
    )
    outcomes += [Outcome(item.index, str(journal.journal_id)) for item, journal in zip(possible, journals, strict=True)]
    outcomes = _answer_repeats(items, outcomes)
    told = {item.index: _event(item, journal) for item, journal in zip(possible, journals, strict=True)}
    return coalescing.shares([len(call.command.entries) for call in calls], outcomes, told)


def _event(item: _Counting, journal: Journal) -> NewEvent:
    return events.credit_counted(item.entry, item.qualification, category=item.category, journal=journal)


async def lock_entries(connection: Connection, entry_ids: Sequence[UUID], institution_id: UUID) -> Mapping[UUID, Entry]:
    """Entries of the institution, read again once their learners are locked."""
    seen = await recording.read_entries(connection, set(entry_ids))
    mine = {entry_id: entry for entry_id, entry in seen.items() if entry.issuer_institution_id == institution_id}
    await ledger.lock_learners(connection, [entry.learner_id for entry in mine.values()])
    return await recording.read_entries(connection, mine)


def _sort_out(
    items: Sequence[CountInput], entries: Mapping[UUID, Entry], known: Mapping[QualificationKey, Qualification]
) -> tuple[list[Outcome], list[_Counting]]:
    """What can be told from the entry and the qualification alone; items named twice are looked at once."""
    outcomes: list[Outcome] = []
    possible: list[_Counting] = []
    seen: set[CountInput] = set()
    for index, item in enumerate(items):
        if item in seen:
            continue
        seen.add(item)
        found = _countable(index, item, entries.get(item.entry_id), known.get(item.qualification_key))
        if isinstance(found, _Counting):
            possible.append(found)
        else:
            outcomes.append(Outcome.failed(index, found))
    return outcomes, possible


def _countable(
    index: int, item: CountInput, entry: Entry | None, qualification: Qualification | None
) -> _Counting | ServiceError:
    if entry is None:
        return EntryUnknown(entry_id=item.entry_id)
    if qualification is None:
        return QualificationUnknown(qualification="/".join(item.qualification_key))
    refusal = _entry_refusal(entry, qualification)
    if refusal is not None or entry.unit is None or entry.earned_hundredths is None:
        return refusal or NothingToCount(entry_id=item.entry_id)
    category = category_for(qualification, entry.course.facts.category, within=CATEGORY_WITHIN)
    if category is None:
        return CategoryUnknown(entry_id=item.entry_id, category=entry.course.facts.category)
    return _Counting(index, entry, qualification, category, entry.earned_hundredths, entry.unit)


def _entry_refusal(entry: Entry, qualification: Qualification) -> ServiceError | None:
    if entry.state is not EntryState.VERIFIED:
        return EntryNotVerified(entry_id=entry.entry_id, state=entry.state)
    if not entry.earned_hundredths:
        return NothingToCount(entry_id=entry.entry_id)
    if entry.unit != qualification.unit:
        return UnitMismatch(entry_id=entry.entry_id, unit=entry.unit, needed=qualification.unit)
    return None


async def _leave_out_done(connection: Connection, possible: list[_Counting]) -> list[Outcome]:
    """Entries that count as themselves in the account already are done; their journal is the answer."""
    done = await ledger.counted_before(connection, [item.claim for item in possible])
    outcomes = [
        Outcome(item.index, str(done[item.claim]), already_done=True) for item in possible if item.claim in done
    ]
    possible[:] = [item for item in possible if item.claim not in done]
    return outcomes


async def _leave_out_awarded(connection: Connection, possible: list[_Counting]) -> list[Outcome]:
    """Courses that another attempt was counted for are refused: which attempt counts is never chosen silently."""
    awarded = await ledger.awarded_courses(
        connection, [(item.account, item.entry.course.course_id) for item in possible]
    )
    outcomes: list[Outcome] = []
    kept: list[_Counting] = []
    for item in possible:
        award = (item.account, item.entry.course.course_id)
        if award in awarded:
            refusal = CourseAlreadyAwarded(entry_id=item.entry.entry_id, course_code=item.entry.course.key.code)
            outcomes.append(Outcome.failed(item.index, refusal))
        else:
            awarded.add(award)
            kept.append(item)
    possible[:] = kept
    return outcomes


async def _leave_out_claimed(connection: Connection, possible: list[_Counting], *, now: datetime) -> list[Outcome]:
    """Claim the entries; those that are claimed otherwise are refused."""
    refusals = await ledger.reserve_claims(connection, [[item.claim] for item in possible], now=now)
    outcomes = [
        Outcome.failed(item.index, refusal)
        for item, refusal in zip(possible, refusals, strict=True)
        if refusal is not None
    ]
    possible[:] = [item for item, refusal in zip(possible, refusals, strict=True) if refusal is None]
    return outcomes


def _answer_repeats(items: Sequence[CountInput], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """All outcomes in order; an item named again gets the first one's answer and did nothing itself."""
    first = {items[outcome.index]: outcome for outcome in outcomes}
    answers: list[Outcome] = []
    for index, item in enumerate(items):
        outcome = first[item]
        if outcome.index == index:
            answers.append(outcome)
        else:
            is_done = outcome.problem is None
            answers.append(Outcome(index, outcome.id, already_done=is_done, problem=outcome.problem))
    return answers
