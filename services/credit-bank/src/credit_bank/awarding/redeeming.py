"""Awarding qualifications: everything that counts becomes redeemed at once, and only when nothing is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import settled
from credit_bank.awarding import events, store
from credit_bank.awarding.auditing import AuditReport, Target, audit_learners
from credit_bank.awarding.domain import Redemption, audit_document
from credit_bank.awarding.errors import (
    AccountUnknown,
    AuditNotPassed,
    AwardInvalid,
    CertificateNoTaken,
    SourceUndecided,
)
from credit_bank.awarding.store import AccountRow, NewRedemption
from credit_bank.calendar_th import thai_date
from credit_bank.canonical import digest
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import REDEEMED, AccountKey, BucketKey, Journal, JournalDraft, Line, move
from credit_bank.ledger.errors import AccountClosed, AccountRedeemed
from credit_bank.people.merges import families
from credit_bank.qualifications.domain import Qualification
from credit_bank.qualifications.use_cases import read_qualifications

AWARDS_MAX: Final = 200
"""Awards of one call."""
NUMBER_CHARACTERS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class RedemptionInput:
    """One award to make."""

    learner_id: UUID
    code: str
    version: str
    certificate_no: str
    order_no: str


@dataclass(frozen=True, slots=True)
class RedeemQualifications:
    """Awards to make at the caller's institution."""

    request_id: UUID
    redemptions: tuple[RedemptionInput, ...]


@dataclass(frozen=True, slots=True)
class _Awarding:
    """An award that may be made."""

    index: int
    item: RedemptionInput
    report: AuditReport
    made: NewRedemption


async def redeem_qualifications(
    pool: Pool, command: RedeemQualifications, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Award qualifications whose audit passes: every `COUNTED` bucket of the account to `REDEEMED`, all at once.

    The audit runs under the learners' locks and is kept with the award. Open flags about changed results must be
    decided first. When the learner holds another award that counts together with this one, the two complete each other
    (ทวิศึกษา).

    Args:
        pool: Connections.
        command: At most 200 awards.
        actor: Needs `awarding.redeem` at the awarding institution.
        now: UTC.

    Returns:
        Outcomes whose ids are the awards'; `already_done` where the account was redeemed by the same certificate.

    Raises:
        PermissionMissing: The role awards nothing.
        TooManyItems: More than 200.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("awarding.redeem")
    institution_id = actor.at()
    check_size(command.redemptions, AWARDS_MAX, field="redemptions")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        await ledger.lock_learners(connection, sorted({item.learner_id for item in command.redemptions}))
        desk = await _Desk.of(connection, command.redemptions, institution_id, now)
        outcomes = [desk.decide(index, item) for index, item in enumerate(command.redemptions)]
        events_made = await _write(connection, desk.chosen, institution_id, actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, events_made)
    return outcomes


class _Desk:
    """Decides award by award; what an earlier item of the call did stands against a later one."""

    def __init__(
        self,
        reports: Mapping[tuple[UUID, str, str], AuditReport],
        standing: Mapping[UUID, Sequence[Redemption]],
        partners: Mapping[tuple[str, str], Qualification],
        taken: set[str],
    ) -> None:
        self.chosen: list[_Awarding] = []
        self._reports = reports
        self._standing = {learner_id: list(found) for learner_id, found in standing.items()}
        self._partners = partners
        self._taken = taken

    @classmethod
    async def of(
        cls, connection: Connection, items: Sequence[RedemptionInput], institution_id: UUID, now: datetime
    ) -> _Desk:
        """Read what the awards rest on; the learners are locked."""
        known = await read_qualifications(connection, {(item.code, item.version) for item in items})
        wanted: dict[UUID, list[Target]] = {}
        for item in items:
            if (item.code, item.version) in known:
                wanted.setdefault(item.learner_id, []).append(Target(item.code, item.version, institution_id))
        audited = await audit_learners(connection, wanted, now=now)
        reports = {
            (learner_id, report.target.code, report.target.version): report
            for learner_id, found in audited.items()
            for report in found
        }
        persons = await families(connection, {item.learner_id for item in items})
        of_member = {member: asked for asked, family in persons.items() for member in family.members}
        standing: dict[UUID, list[Redemption]] = {item.learner_id: [] for item in items}
        for award in await store.standing_redemptions(connection, of_member):
            standing[of_member[award.learner_id]].append(award)
        held = {(award.code, award.version) for found in standing.values() for award in found}
        partners = dict(known) | dict(await read_qualifications(connection, held))
        taken = await store.taken_certificates(connection, institution_id, {item.certificate_no for item in items})
        return cls(reports, standing, partners, taken)

    def decide(self, index: int, item: RedemptionInput) -> Outcome:
        """What becomes of one award."""
        if not (
            0 < len(item.certificate_no) <= NUMBER_CHARACTERS_MAX and 0 < len(item.order_no) <= NUMBER_CHARACTERS_MAX
        ):
            return Outcome.failed(index, AwardInvalid(field="certificate_no"))
        report = self._reports.get((item.learner_id, item.code, item.version))
        if report is None or not report.accounts:
            return Outcome.failed(index, AccountUnknown(qualification=f"{item.code}/{item.version}"))
        before = self._before(item, report)
        if before is not None and before.certificate_no == item.certificate_no:
            return Outcome(index, str(before.redemption_id), already_done=True)
        refusal = self._refusal(item, report, is_redeemed=before is not None)
        if refusal is not None:
            return Outcome.failed(index, refusal)
        made = self._made(item, report)
        self.chosen.append(_Awarding(index, item, report, made))
        self._taken.add(item.certificate_no)
        self._standing[item.learner_id].append(_as_standing(made, report.target.institution_id))
        return Outcome(index, str(made.redemption_id))

    def _before(self, item: RedemptionInput, report: AuditReport) -> Redemption | None:
        wanted = (item.code, item.version, report.target.institution_id)
        return next(
            (one for one in self._standing[item.learner_id] if (one.code, one.version, one.institution_id) == wanted),
            None,
        )

    def _refusal(self, item: RedemptionInput, report: AuditReport, *, is_redeemed: bool) -> ServiceError | None:
        if is_redeemed or report.state == "REDEEMED":
            return AccountRedeemed(qualification_code=item.code)
        if report.state == "CLOSED_LEFT":
            return AccountClosed(qualification_code=item.code)
        if not report.audit.is_passed:
            return AuditNotPassed(qualification_code=item.code, missing=" ".join(report.audit.missing))
        if report.open_flags:
            return SourceUndecided(qualification_code=item.code, flags=report.open_flags)
        if item.certificate_no in self._taken:
            return CertificateNoTaken(certificate_no=item.certificate_no)
        return None

    def _made(self, item: RedemptionInput, report: AuditReport) -> NewRedemption:
        document = audit_document(report.audit)
        return NewRedemption(
            redemption_id=uuid7(),
            learner_id=item.learner_id,
            code=item.code,
            version=item.version,
            certificate_no=item.certificate_no,
            order_no=item.order_no,
            audit=document,
            audit_digest=digest(document),
            completes_with=self._completes(item, report.qualification),
        )

    def _completes(self, item: RedemptionInput, qualification: Qualification) -> UUID | None:
        for award in self._standing[item.learner_id]:
            other = self._partners.get((award.code, award.version))
            if (
                other is not None
                and award.code in qualification.counts_together_with
                and item.code in other.counts_together_with
            ):
                return award.redemption_id
        return None


def _as_standing(made: NewRedemption, institution_id: UUID) -> Redemption:
    return Redemption(
        redemption_id=made.redemption_id,
        learner_id=made.learner_id,
        institution_id=institution_id,
        code=made.code,
        version=made.version,
        certificate_no=made.certificate_no,
        order_no=made.order_no,
        audit_digest=made.audit_digest,
        completes_with=made.completes_with,
        redeemed_at=datetime.min.replace(tzinfo=UTC),
        reversed_at=None,
    )


async def _write(
    connection: Connection, chosen: Sequence[_Awarding], institution_id: UUID, *, actor: Actor, now: datetime
) -> list[NewEvent]:
    if not chosen:
        return []
    accounts = [(one, account) for one in chosen for account in one.report.accounts]
    kept = await ledger.buckets_of(connection, sorted({account.learner_id for _, account in accounts}))
    drafts = [_draft(one, account, kept, now) for one, account in accounts]
    journals = await ledger.append_journals(connection, drafts, now=now)
    await store.set_states(connection, {account.account_id: REDEEMED for _, account in accounts})
    await store.insert_redemptions(
        connection,
        [one.made for one in chosen],
        [
            (one.made.redemption_id, account.account_id, journal.journal_id)
            for (one, account), journal in zip(accounts, journals, strict=True)
        ],
        institution_id=institution_id,
        by=actor.subject_hash,
        by_assignment=actor.assignment_id,
        now=now,
    )
    return [
        events.redeemed(
            one.made,
            learner_id=account.learner_id,
            institution_id=institution_id,
            amount=amount_of(journal, one.report.qualification.unit),
            seq=journal.seq,
            now=now,
        )
        for (one, account), journal in zip(accounts, journals, strict=True)
    ]


def amount_of(journal: Journal, unit: str) -> tuple[int, str]:
    """Credits that moved into or out of `REDEEMED`, and their unit."""
    return sum(abs(line.amount_hundredths) for line in journal.lines if line.bucket == REDEEMED), unit


def _draft(one: _Awarding, account: AccountRow, kept: Mapping[BucketKey, int], now: datetime) -> JournalDraft:
    key = AccountKey.qualification(account.learner_id, account.code, account.version, account.institution_id)
    lines: list[Line] = []
    for (of, bucket, unit), amount in sorted(kept.items(), key=lambda item: (item[0][1], item[0][2])):
        if of == key and bucket.startswith("COUNTED:"):
            lines += move(key, bucket, REDEEMED, unit=unit, amount_hundredths=amount)
    return JournalDraft(
        learner_id=account.learner_id,
        type="qualification.redeemed",
        effective_on=thai_date(now),
        lines=tuple(lines),
        facts={
            "redemption_id": str(one.made.redemption_id),
            "qualification": f"{account.code}/{account.version}",
            "audit_digest": one.made.audit_digest.hex(),
        },
    )
