"""Gathering what counts for a learner, and the audit as a use case: "what is missing?" (CB c.6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import InvalidField
from chassis.ids import parse_uuid
from chassis.outcomes import check_size
from chassis.pg import Connection, Pool

from credit_bank.access import use_cases as access
from credit_bank.access.domain import Ground, Read
from credit_bank.averages.awards import StandingRow, award_row
from credit_bank.averages.domain import GradedRow, without_rule
from credit_bank.averages.use_cases import KEYS, policies_of, standing_awards, unannounced
from credit_bank.awarding import store
from credit_bank.awarding.domain import STUDY_TERMS, Audit, AuditFacts, AwardFact, PassFact, audit
from credit_bank.awarding.kinds import kinds_of
from credit_bank.awarding.store import AccountRow
from credit_bank.calendar_th import BE_OFFSET, term_period, thai_date
from credit_bank.clients import Registry
from credit_bank.ledger.duplicates import find_duplicates
from credit_bank.ledger.errors import QualificationUnknown
from credit_bank.people.merges import Family, families
from credit_bank.qualifications.domain import Qualification
from credit_bank.qualifications.use_cases import read_qualifications
from credit_bank.recording import use_cases as recording
from credit_bank.recording.domain import Entry
from credit_bank.rules.domain import PolicyBook
from credit_bank.rules.use_cases import policy_book
from credit_bank.statements.use_cases import admit_to_person, require_reader

TARGETS_MAX: Final = 10
RESOURCE: Final = "qualification-audit"
_TARGET_PARTS: Final = 3
_DOCUMENT_OF_UNIT: Final = {"CR_OBEC": "PP1", "CR_OVEC": "RB1"}


@dataclass(frozen=True, slots=True)
class Target:
    """One qualification of one institution."""

    code: str
    version: str
    institution_id: UUID


@dataclass(frozen=True, slots=True)
class AuditReport:
    """A qualification held against an account.

    Attributes:
        state: Of the account; `AUDIT_PASSED` while an open one passes.
        accounts: Of all records of the person; none before something counts.
        open_flags: About results under it that changed.
        unannounced: Forms, levels and modes of grades for which no rule of averages was announced: no average that the
            qualification asks for is met while they count.
    """

    target: Target
    qualification: Qualification
    audit: Audit
    state: str
    accounts: tuple[AccountRow, ...]
    open_flags: int
    unannounced: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether everything is there, or was redeemed."""
        return self.audit.is_passed or self.state == "REDEEMED"


def is_double_completion(reports: Sequence[AuditReport]) -> bool:
    """Whether two or more qualifications were looked at and each is passed or redeemed (ทวิศึกษา)."""
    return len(reports) > 1 and all(report.is_done for report in reports)


def target_of(text: str) -> Target:
    """A target written as `CODE/VERSION/INSTITUTION`.

    Raises:
        InvalidField: It is something else.
    """
    parts = text.split("/")
    if len(parts) != _TARGET_PARTS or not all(parts):
        raise InvalidField(field="target", expected="CODE/VERSION/INSTITUTION")
    return Target(parts[0], parts[1], parse_uuid(parts[2], field="target"))


async def audit_qualifications(
    pool: Pool,
    registry: Registry,
    learner_id: UUID,
    targets: Sequence[Target],
    *,
    purpose: str,
    actor: Actor,
    now: datetime,
) -> list[AuditReport]:
    """Hold a learner's accounts against what qualifications ask for; nothing is changed, whoever reads leaves a row.

    Args:
        pool: Connections.
        registry: Asked about share grants when nothing else allows the read.
        learner_id: Whose; all records of the person.
        targets: At most 10; none: every qualification account of the learner. One for which nothing counts yet is held
            against nothing, which says all that is asked for.
        purpose: Purpose code; not needed of the learner himself.
        actor: The learner (`own.read`), or one with `credit.read` whose institution is tied to the learner.
        now: UTC.

    Raises:
        QualificationUnknown: A target is no published qualification.
        TooManyItems: More than 10 targets.
        PermissionMissing, NotFound, PurposeMissing, Unavailable: As with the statement.
    """
    if targets:
        check_size(targets, TARGETS_MAX, field="targets")
    require_reader(actor)
    learner_id, admittance = await admit_to_person(pool, registry, learner_id, purpose=purpose, actor=actor, now=now)
    async with pool.acquire(timeout=10) as connection, connection.transaction(isolation="repeatable_read"):
        found = await audit_learners(connection, {learner_id: targets}, now=now)
        if admittance.ground is not Ground.SELF:
            read = Read(learner_id, RESOURCE, purpose, admittance.ground, admittance.ground_id)
            await access.record_reads(connection, [read], actor=actor, now=now)
    return found[learner_id]


async def audit_learners(
    connection: Connection, wanted: Mapping[UUID, Sequence[Target]], *, now: datetime
) -> dict[UUID, list[AuditReport]]:
    """Audits of many learners; set-based, for previews and for awarding under the learners' locks.

    Args:
        connection: In one snapshot, or holding the learners.
        wanted: Targets by learner; none: every account of the learner.
        now: UTC.

    Raises:
        QualificationUnknown: A target is no published qualification.
    """
    desk = await _Gathering.of(connection, wanted, now=now)
    return {
        learner_id: [desk.report(learner_id, target) for target in targets or desk.targets_of(learner_id)]
        for learner_id, targets in wanted.items()
    }


@dataclass(frozen=True, slots=True)
class _Gathering:
    """Everything that audits of one call rest on.

    Attributes:
        entries: Results that stand, each once.
        judged: Versions of results for which something was awarded, by id, whatever became of them.
    """

    families: Mapping[UUID, Family]
    accounts: Mapping[UUID, Sequence[AccountRow]]
    standing: Mapping[UUID, Sequence[StandingRow]]
    entries: Mapping[UUID, Sequence[Entry]]
    enrolments: Mapping[UUID, Sequence[store.EnrolmentRow]]
    qualifications: Mapping[tuple[str, str], Qualification]
    flags: Mapping[UUID, int]
    judged: Mapping[UUID, Entry]
    book: PolicyBook
    today: date

    @classmethod
    async def of(cls, connection: Connection, wanted: Mapping[UUID, Sequence[Target]], *, now: datetime) -> _Gathering:
        """Read it; by asked learner, whichever record of the person holds it."""
        found = await families(connection, wanted)
        asked = {member: learner_id for learner_id, family in found.items() for member in family.members}
        twice_journals: set[UUID] = set()
        kept_roots: dict[UUID, UUID] = {}
        for family in found.values():
            twice = await find_duplicates(connection, family, until=now)
            twice_journals |= twice.journals
            kept_roots |= twice.kept_roots
        accounts: dict[UUID, list[AccountRow]] = defaultdict(list)
        for account in await store.accounts_of(connection, asked):
            accounts[asked[account.learner_id]].append(account)
        ids = [account.account_id for rows in accounts.values() for account in rows]
        standing: dict[UUID, list[StandingRow]] = defaultdict(list)
        for row in await standing_awards(connection, asked):
            if row.journal_id not in twice_journals:
                standing[row.account_id].append(row)
        wanted_versions = {one for rows in standing.values() for row in rows for one in row.judged_entry_ids}
        judged = await recording.read_entries(connection, wanted_versions)
        entries: dict[UUID, list[Entry]] = defaultdict(list)
        for entry in await recording.read_verified_entries(connection, asked, as_of=now):
            if entry.entry_root_id not in kept_roots:
                entries[asked[entry.learner_id]].append(entry)
        enrolments: dict[UUID, list[store.EnrolmentRow]] = defaultdict(list)
        for enrolment in await store.enrolments_of(connection, asked):
            enrolments[asked[enrolment.learner_id]].append(enrolment)
        keys = {(target.code, target.version) for targets in wanted.values() for target in targets}
        keys |= {(account.code, account.version) for rows in accounts.values() for account in rows}
        known = await read_qualifications(connection, keys)
        return cls(
            families=found,
            accounts=accounts,
            standing=standing,
            entries=entries,
            enrolments=enrolments,
            qualifications=known,
            flags=await store.open_flags(connection, ids),
            judged=judged,
            book=await policy_book(connection, KEYS),
            today=thai_date(now),
        )

    def targets_of(self, learner_id: UUID) -> list[Target]:
        """Every qualification that the person has an account for."""
        found = {(row.code, row.version, row.institution_id): None for row in self.accounts.get(learner_id, ())}
        return [Target(*key) for key in found]

    def report(self, learner_id: UUID, target: Target) -> AuditReport:
        """One audit.

        Raises:
            QualificationUnknown: There is no such qualification.
        """
        qualification = self.qualifications.get((target.code, target.version))
        if qualification is None:
            raise QualificationUnknown(qualification=f"{target.code}/{target.version}")
        accounts = tuple(
            row
            for row in self.accounts.get(learner_id, ())
            if (row.code, row.version, row.institution_id) == (target.code, target.version, target.institution_id)
        )
        facts = self._facts(learner_id, target, qualification, accounts)
        found = audit(qualification, facts)
        states = {account.state for account in accounts}
        state = next((one for one in ("REDEEMED", "CLOSED_LEFT", "REOPENED") if one in states), "OPEN")
        if found.is_passed and state in ("OPEN", "REOPENED"):
            state = "AUDIT_PASSED"
        flags = sum(self.flags.get(account.account_id, 0) for account in accounts)
        left_out = unannounced(
            without_rule([row for row in facts.rows if row.unit == qualification.unit], facts.policies), facts.policies
        )
        return AuditReport(target, qualification, found, state, accounts, flags, left_out)

    def _facts(
        self, learner_id: UUID, target: Target, qualification: Qualification, accounts: Sequence[AccountRow]
    ) -> AuditFacts:
        entries = self.entries.get(learner_id, ())
        level = "" if qualification.level is None else str(qualification.level)
        awards: list[AwardFact] = []
        rows: list[GradedRow] = []
        for row in (row for account in accounts for row in self.standing.get(account.account_id, ())):
            awards.append(_award(row))
            grade = award_row(row, self.judged)
            if grade is not None:
                rows.append(replace(grade, level=level))
        kind = _DOCUMENT_OF_UNIT[qualification.unit]
        policies, _ = policies_of({(row.form, row.level) for row in rows}, self.book, kind=kind, on=self.today)
        here = [one for one in self.enrolments.get(learner_id, ()) if one.institution_id == target.institution_id]
        begun = study_terms(here, self.today)
        return AuditFacts(
            awards=tuple(awards),
            rows=tuple(rows),
            passes=tuple(_pass(entry) for entry in entries if entry.unit is None),
            study_terms=len(begun),
            ended_terms=ended_terms(here, begun, self.today),
            delivery_systems=frozenset(one.delivery_system for one in here),
            level=level,
            policies=policies,
        )


def _award(row: StandingRow) -> AwardFact:
    return AwardFact(
        row.course, row.category, row.course_category, row.unit, row.hundredths, row.judged_entry_ids, row.line_id
    )


def _pass(entry: Entry) -> PassFact:
    return PassFact(
        kinds=kinds_of(entry),
        year_be=entry.year_be,
        term=entry.term,
        attempt=entry.attempt,
        is_passed=entry.grade.counts_for_graduation,
        entry_id=entry.entry_id,
    )


def study_terms(enrolments: Collection[store.EnrolmentRow], today: date) -> set[tuple[int, int]]:
    """Terms of study, by year and term, that have begun and meet an enrolment."""
    found: set[tuple[int, int]] = set()
    for one in enrolments:
        last_year = min(one.valid_to or today, today).year + BE_OFFSET
        for year_be in range(one.valid_from.year + BE_OFFSET - 1, last_year + 1):
            for term in STUDY_TERMS:
                period = term_period(year_be, term)
                if period.first <= today and period.meets(one.valid_from, one.valid_to):
                    found.add((year_be, term))
    return found


def ended_terms(
    enrolments: Collection[store.EnrolmentRow], begun: Collection[tuple[int, int]], today: date
) -> frozenset[tuple[int, int]]:
    """Those of the terms that are over and in whose middle the learner was enrolled (assumed).

    Terms are drawn wide: whoever is entered some days before a year begins has not studied in the term before it.
    """
    found: set[tuple[int, int]] = set()
    for year_be, term in begun:
        period = term_period(year_be, term)
        middle = period.first + (period.last - period.first) / 2
        if period.last < today and any(
            one.valid_from <= middle and (one.valid_to is None or middle <= one.valid_to) for one in enrolments
        ):
            found.add((year_be, term))
    return frozenset(found)
