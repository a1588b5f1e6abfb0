"""The ledger alone, played through its own functions on a real database.

What recording, counting and transfers write beside the ledger (entries, cases, the outbox) is left out, so that a
property can play thousands of steps; the laws of the ledger do not rest on it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.pg import Connection, Pool, transaction
from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.ledger import changes, takeback
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.changes import Changed, Correction, Revocation
from credit_bank.ledger.domain import (
    AVAILABLE,
    GENESIS,
    ISSUED,
    AccountKey,
    Award,
    Claim,
    ClaimState,
    Journal,
    JournalDraft,
    counted,
    move,
)
from credit_bank.ledger.flags import Decider
from credit_bank.ledger.takeback import Reversal
from credit_bank.ledger.versions import EntryVersion

DAY = date(2026, 11, 21)
SCHOOL, COLLEGE = uuid4(), uuid4()
M6, PWC, OTHER = ("M6-OBEC", "2551R60"), ("PWC-2562", "2562"), ("PWC-2567", "2567")
QUALIFICATIONS = {
    M6: ("CR_OBEC", ["BASIC", "ADDITIONAL"], ["PWC-2562"]),
    PWC: ("CR_OVEC", ["CORE", "VOC", "FREE"], ["M6-OBEC"]),
    OTHER: ("CR_OVEC", ["CORE", "VOC", "FREE"], []),
}
COURSES = {
    "ท31101": (uuid7(), "CR_OBEC", 100, "BASIC"),
    "ค31101": (uuid7(), "CR_OBEC", 150, "BASIC"),
    "ว31201": (uuid7(), "CR_OBEC", 150, "ADDITIONAL"),
    "20000-1101": (uuid7(), "CR_OVEC", 100, "CORE"),
    "20000-1201": (uuid7(), "CR_OVEC", 200, "CORE"),
}
DECIDER = Decider("a" * 64, None)

SQL_QUALIFICATION = """
    INSERT INTO qualification (code, version, name_th, unit, total_min_hundredths, counts_together_with, source, status,
                               content_hash, published_at)
    VALUES ($1, $2, 'คุณวุฒิ', $3, 100, $4, 'tests', 'demonstration', $5, now()) ON CONFLICT DO NOTHING
"""
SQL_CATEGORY = """
    INSERT INTO qualification_category (qualification_code, qualification_version, category, min_hundredths)
    VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING
"""
SQL_COURSE = """
    INSERT INTO course (course_id, version, code_system, code, curriculum_version, title_th, unit, credit_hundredths,
                        category, subject_type, subject_group, outcomes, source, status, facts_hash, published_at)
    VALUES ($1, 1, $2, $3, 'tests', 'วิชา', $4, $5, $6, '01', '01', '{}', 'tests', 'demonstration', $7, now())
    ON CONFLICT DO NOTHING
"""


async def seed(pool: Pool) -> None:
    """Qualifications and courses that the rows of claims and awards name."""
    for (code, version), (unit, categories, others) in QUALIFICATIONS.items():
        await pool.execute(SQL_QUALIFICATION, code, version, unit, others, GENESIS)
        for category in categories:
            await pool.execute(SQL_CATEGORY, code, version, category)
    for code, (course_id, unit, credit, category) in COURSES.items():
        system = "OBEC" if unit == "CR_OBEC" else "OVEC"
        await pool.execute(SQL_COURSE, course_id, system, code, unit, credit, category, GENESIS)


def result(learner_id: UUID, code: str, *, is_earned: bool = True) -> EntryVersion:
    """The first version of a result."""
    course_id, unit, credit, category = COURSES[code]
    entry_id = uuid7()
    return EntryVersion(
        learner_id=learner_id,
        entry_id=entry_id,
        entry_root_id=entry_id,
        issuer_institution_id=SCHOOL,
        course_id=course_id,
        course=CourseKey(CodeSystem.OBEC if unit == "CR_OBEC" else CodeSystem.OVEC, code, "tests", None),
        course_title_th="วิชา",
        course_category=category,
        unit=unit,
        earned_hundredths=credit if is_earned else 0,
        facts={"course_code": code, "n": "1"},
    )


def next_version(before: EntryVersion, *, earned_hundredths: int) -> EntryVersion:
    """Another version of the same result."""
    number = str(int(before.facts["n"]) + 1)
    facts = {**before.facts, "n": number}
    return replace(before, entry_id=uuid7(), earned_hundredths=earned_hundredths, facts=facts)


def verified(version: EntryVersion) -> JournalDraft:
    """A result that goes straight to the bank account: recorded and verified at once."""
    lines = move(
        AccountKey.bank(version.learner_id),
        ISSUED,
        AVAILABLE,
        unit=version.unit or "",
        amount_hundredths=version.earned_hundredths or 0,
    )
    return JournalDraft(version.learner_id, "credit.verified", DAY, version.entry_id, lines=lines, facts=version.facts)


def m6(learner_id: UUID) -> AccountKey:
    """The school's account."""
    return AccountKey.qualification(learner_id, *M6, SCHOOL)


def pwc(learner_id: UUID, qualification: tuple[str, str] = PWC) -> AccountKey:
    """The college's account."""
    return AccountKey.qualification(learner_id, *qualification, COLLEGE)


@dataclass(frozen=True)
class Proposal:
    """A line of a transfer case."""

    account: AccountKey
    target: str
    sources: tuple[UUID, ...]
    line_id: UUID = field(default_factory=uuid7)
    case_id: UUID = field(default_factory=uuid7)

    @property
    def course_id(self) -> UUID:
        """Course to be awarded."""
        return COURSES[self.target][0]

    def draft(self) -> JournalDraft:
        """Its posting."""
        _, unit, credit, category = COURSES[self.target]
        lines = move(self.account, ISSUED, counted(category), unit=unit, amount_hundredths=credit)
        return JournalDraft(
            self.account.learner_id, "transfer.posted", DAY, case_id=self.case_id, line_id=self.line_id, lines=lines
        )


@dataclass
class Play:
    """Operations on the ledger, each in a transaction of its own.

    Attributes:
        pool: Connections.
        before_commit: Called inside each transaction at its end; what it raises rolls everything back.
    """

    pool: Pool
    before_commit: Callable[[], None] = lambda: None

    async def act(self, learners: Sequence[UUID], work: Callable[[Connection], Awaitable[Any]]) -> Any:
        """Do something under the learners' locks."""
        async with transaction(self.pool) as connection:
            await ledger.lock_learners(connection, list(learners))
            answer = await work(connection)
            self.before_commit()
            return answer

    async def post(self, *drafts: JournalDraft, now: datetime | None = None) -> list[Journal]:
        """Post drafts."""
        at = now or datetime.now(UTC)
        return await self.act(
            sorted({draft.learner_id for draft in drafts}), lambda c: ledger.append_journals(c, drafts, now=at)
        )

    async def count(
        self, version: EntryVersion, account: AccountKey, *, now: datetime | None = None
    ) -> Journal | ServiceError:
        """An own result counts; as counting does it, without the entry's row."""
        at = now or datetime.now(UTC)
        claim = Claim(version.entry_root_id, account, ClaimState.COUNTED, target_course_id=version.course_id)
        lines = move(
            account,
            ISSUED,
            counted(version.course_category),
            unit=version.unit or "",
            amount_hundredths=version.earned_hundredths or 0,
        )
        draft = JournalDraft(version.learner_id, "credit.counted", DAY, version.entry_id, lines=lines)

        async def work(connection: Connection) -> Journal | ServiceError:
            if await ledger.awarded_courses(connection, [(account, version.course_id)]):
                return _said("COURSE_ALREADY_AWARDED")
            [refusal] = await ledger.reserve_claims(connection, [[claim]], now=at)
            if refusal:
                return refusal
            [journal] = await ledger.append_journals(connection, [draft], now=at)
            await ledger.record_awards(connection, [Award(account, version.course_id, journal.journal_id)])
            return journal

        return await self.act([version.learner_id], work)

    async def propose(self, proposal: Proposal, *, now: datetime | None = None) -> ServiceError | None:
        """Reserve the sources of a line."""
        claims = [
            Claim(root, proposal.account, ClaimState.RESERVED, proposal.line_id, proposal.course_id)
            for root in proposal.sources
        ]
        at = now or datetime.now(UTC)
        [refusal] = await self.act([proposal.account.learner_id], lambda c: ledger.reserve_claims(c, [claims], now=at))
        return refusal

    async def post_line(self, proposal: Proposal, *, now: datetime | None = None) -> Journal | ServiceError:
        """Post a reserved line; as transfers do it, without the case's rows."""
        at = now or datetime.now(UTC)

        async def work(connection: Connection) -> Journal | ServiceError:
            if await ledger.awarded_courses(connection, [(proposal.account, proposal.course_id)]):
                return _said("COURSE_ALREADY_AWARDED")
            frozen = await ledger.frozen_accounts(connection, [proposal.account])
            if frozen:
                return frozen[proposal.account]
            [journal] = await ledger.append_journals(connection, [proposal.draft()], now=at)
            await ledger.activate_claims(connection, [proposal.line_id], now=at)
            await ledger.record_awards(connection, [Award(proposal.account, proposal.course_id, journal.journal_id)])
            return journal

        return await self.act([proposal.account.learner_id], work)

    async def release(self, proposal: Proposal, *, now: datetime | None = None) -> None:
        """Reject a reserved line."""
        at = now or datetime.now(UTC)
        await self.act([proposal.account.learner_id], lambda c: ledger.release_claims(c, [proposal.line_id], now=at))

    async def correct(self, *corrections: Correction, now: datetime | None = None) -> list[Changed]:
        """Correct results."""
        at = now or datetime.now(UTC)
        return await self.act(
            sorted({one.old.learner_id for one in corrections}),
            lambda c: changes.correct(c, corrections, effective_on=DAY, now=at),
        )

    async def revoke(self, *versions: EntryVersion, now: datetime | None = None) -> list[Changed]:
        """Revoke results."""
        at = now or datetime.now(UTC)
        work = [Revocation(version, "WRONG_LEARNER") for version in versions]
        return await self.act(
            sorted({version.learner_id for version in versions}),
            lambda c: changes.revoke(c, work, effective_on=DAY, now=at),
        )

    async def reverse(self, *proposals: Proposal, now: datetime | None = None) -> list[Changed | ServiceError]:
        """Take posted lines back, each as a case of its own."""
        at = now or datetime.now(UTC)
        work = [Reversal((proposal.line_id,), "DECISION_WRONG") for proposal in proposals]
        return await self.act(
            sorted({proposal.account.learner_id for proposal in proposals}),
            lambda c: takeback.reverse(c, work, by=DECIDER, effective_on=DAY, now=at),
        )

    async def balances(self, learner_id: UUID) -> dict[tuple[str, str], int]:
        """Balances that are not zero, by qualification (empty: the bank) and bucket."""
        async with self.pool.acquire() as connection:
            kept = await ledger.buckets_of(connection, [learner_id])
        return {(account.qualification_code, bucket): amount for (account, bucket, _), amount in kept.items() if amount}


def _said(reason: str) -> ServiceError:
    error = ServiceError(reason)
    error.reason = reason
    return error
