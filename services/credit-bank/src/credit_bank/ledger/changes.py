"""Correcting, revoking, expiring and taking back: what happens to the ledger after something was posted.

Each function takes many items, decides under the learners' locks (`use_cases.lock_learners` comes first), writes its
journals in one statement and gives the events for the caller's one `outbox.add`. Nothing that another institution
decided is changed: it gets a flag and its institution decides (CB-I15).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from chassis.envelope import NewEvent
from chassis.pg import Connection

from credit_bank.ledger import events, flags, store_copies, store_uses
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import (
    AVAILABLE,
    ISSUED,
    VOID,
    AccountKey,
    Award,
    ClaimState,
    Journal,
    JournalDraft,
    Use,
    counted,
    decimal_text,
    move,
)
from credit_bank.ledger.flags import Flag, FlagKind, FlagSubject
from credit_bank.ledger.store_copies import Holder
from credit_bank.ledger.versions import EntryVersion
from credit_bank.qualifications.domain import Qualification, QualificationKey, category_for
from credit_bank.qualifications.rules import CATEGORY_WITHIN
from credit_bank.qualifications.use_cases import read_qualifications

SUPERSEDED: Final = "credit.superseded"
VERIFIED: Final = "credit.verified"
REVOKED: Final = "credit.revoked"
COUNT_VOIDED: Final = "credit.count_voided"
COUNTED: Final = "credit.counted"


@dataclass(frozen=True, slots=True)
class Correction:
    """A verified version replaces another one of the same result.

    Attributes:
        old: Version that stands now.
        new: Version that takes its place; of the same learner and root.
        origin: Where the credits of the new version come from: `PENDING` when it was recorded as a version of its own
            before, `ISSUED` when not.
    """

    old: EntryVersion
    new: EntryVersion
    origin: str = ISSUED


@dataclass(frozen=True, slots=True)
class Revocation:
    """A verified result is revoked."""

    version: EntryVersion
    reason_code: str


@dataclass(frozen=True, slots=True)
class Remaking:
    """Counts of a result in some accounts to be made anew, long after its bank account changed.

    Attributes:
        old: Version that was counted.
        new: Version that stands now; None where the result was revoked.
        accounts: Accounts that were redeemed or closed when it changed, and are open again.
    """

    old: EntryVersion
    new: EntryVersion | None
    accounts: frozenset[AccountKey]


@dataclass(slots=True)
class Changed:
    """What one item did.

    Attributes:
        journals: In the order in which they were chained; the first is the item's own.
        flags: Raised on what rests on it.
        events: To be added to the outbox, in this order.
    """

    journals: list[Journal] = field(default_factory=list[Journal])
    flags: list[Flag] = field(default_factory=list[Flag])
    events: list[NewEvent] = field(default_factory=list[NewEvent])


async def correct(
    connection: Connection, corrections: Sequence[Correction], *, effective_on: date, now: datetime
) -> list[Changed]:
    """Bank account: the old version AVAILABLE to VOID, the new one in; counts of its own institution are made anew.

    A count follows the new version into its category. Where that earned nothing, is of another unit, or its course was
    awarded there otherwise, the count becomes void and the claim is released. Postings, reservations and counts inside
    redeemed or closed accounts stay as they are and are flagged `SOURCE_CHANGED`; so is what institutions were told.

    Args:
        connection: Inside a transaction that holds the learners.
        corrections: Decided by recording: the old version is verified and the newest, the new one may be verified.
        effective_on: Day from which the new versions count.
        now: Posting time, UTC.

    Returns:
        Per correction what it did. Journals: `credit.superseded` of the old entry, `credit.verified` of the new one,
        then `credit.count_voided` and `credit.counted` per account.
    """
    desk = _Desk(now, effective_on)
    await desk.look(connection, [(one.old, one.new) for one in corrections])
    work = [desk.plan_correction(one) for one in corrections]
    return await desk.write(connection, work)


async def revoke(
    connection: Connection, revocations: Sequence[Revocation], *, effective_on: date, now: datetime
) -> list[Changed]:
    """Bank account: AVAILABLE to VOID; counts of its own institution: COUNTED to VOID, claims released.

    Postings, reservations and counts inside redeemed or closed accounts stay and are flagged `SOURCE_REVOKED`.

    Args:
        connection: Inside a transaction that holds the learners.
        revocations: Decided by recording: verified, two persons.
        effective_on: Day from which it counts.
        now: Posting time, UTC.

    Returns:
        Per revocation what it did. Journals: `credit.revoked`, then `credit.count_voided` per account.
    """
    desk = _Desk(now, effective_on)
    await desk.look(connection, [(one.version, None) for one in revocations])
    work = [desk.plan_revocation(one) for one in revocations]
    return await desk.write(connection, work)


async def remake_counts(
    connection: Connection, remakings: Sequence[Remaking], *, effective_on: date, now: datetime
) -> list[Changed]:
    """Counts that were left as they stood because their account was frozen follow their result now.

    Args:
        connection: Inside a transaction that holds the learners.
        remakings: Their accounts are open again.
        effective_on: Day from which it counts.
        now: Posting time, UTC.
    """
    desk = _Desk(now, effective_on)
    await desk.look(connection, [(one.old, one.new) for one in remakings])
    return await desk.write(connection, [desk.plan_remaking(one) for one in remakings])


def bank_draft(
    version: EntryVersion,
    kind: str,
    effective_on: date,
    *,
    origin: str,
    destination: str,
    facts: Mapping[str, str] | None = None,
) -> JournalDraft:
    """A journal about a version that moves its credits between two buckets of the bank account."""
    amount = version.credits()
    bank = AccountKey.bank(version.learner_id)
    lines = () if amount is None else move(bank, origin, destination, unit=amount[0], amount_hundredths=amount[1])
    return JournalDraft(
        learner_id=version.learner_id,
        type=kind,
        effective_on=effective_on,
        entry_id=version.entry_id,
        lines=lines,
        facts={**version.facts, **(facts or {})},
    )


@dataclass(slots=True)
class _Recount:
    """What becomes of one count: void, and made anew unless `category` is None."""

    use: Use
    old: EntryVersion
    new: EntryVersion | None
    category: str | None


@dataclass(slots=True)
class _Plan:
    """What one correction or revocation is going to do."""

    old: EntryVersion
    new: EntryVersion | None
    reason_code: str
    drafts: list[JournalDraft]
    recounts: list[_Recount]
    dependants: list[Use]
    own_count: int = 0
    holders: list[Holder] = field(default_factory=list[Holder])


class _Desk:
    """Plans corrections and revocations of one call, then writes them at once."""

    def __init__(self, now: datetime, effective_on: date) -> None:
        self._now = now
        self._on = effective_on
        self._uses: dict[UUID, list[Use]] = defaultdict(list)
        self._holders: dict[UUID, list[Holder]] = defaultdict(list)
        self._qualifications: Mapping[QualificationKey, Qualification] = {}
        self._awarded: set[tuple[AccountKey, UUID]] = set()
        self._expired: set[UUID] = set()

    async def look(self, connection: Connection, versions: Sequence[tuple[EntryVersion, EntryVersion | None]]) -> None:
        """Read what rests on the results, and what stands where their counts would go."""
        self._expired = await store_uses.expired(connection, {old.entry_id for old, _ in versions})
        for use in await store_uses.uses_of(connection, {old.entry_root_id for old, _ in versions}):
            self._uses[use.entry_root_id].append(use)
        for holder in await store_copies.holders_of(connection, {old.entry_root_id for old, _ in versions}):
            self._holders[holder.entry_root_id].append(holder)
        accounts = {use.account for found in self._uses.values() for use in found}
        self._qualifications = await read_qualifications(
            connection, {(account.qualification_code, account.qualification_version) for account in accounts}
        )
        wanted = [
            (use.account, new.course_id)
            for old, new in versions
            if new is not None and new.course_id != old.course_id
            for use in self._uses[old.entry_root_id]
        ]
        self._awarded = await ledger.awarded_courses(connection, wanted) if wanted else set()

    def plan_correction(self, one: Correction) -> _Plan:
        """Old version out, new one in, counts made anew."""
        old, new = one.old, one.new
        named = {"superseding_entry_id": str(new.entry_id)}
        # What ran out before is void already.
        place = VOID if old.entry_id in self._expired else AVAILABLE
        drafts = [
            bank_draft(old, SUPERSEDED, self._on, origin=place, destination=VOID, facts=named)
            if place == AVAILABLE
            else JournalDraft(old.learner_id, SUPERSEDED, self._on, old.entry_id, facts={**old.facts, **named}),
            bank_draft(new, VERIFIED, self._on, origin=one.origin, destination=AVAILABLE),
        ]
        return self._plan(old, new, drafts, reason_code="")

    def plan_revocation(self, one: Revocation) -> _Plan:
        """The version out, its counts with it."""
        version, named = one.version, {"reason_code": one.reason_code}
        draft = (
            JournalDraft(version.learner_id, REVOKED, self._on, version.entry_id, facts={**version.facts, **named})
            if version.entry_id in self._expired
            else bank_draft(version, REVOKED, self._on, origin=AVAILABLE, destination=VOID, facts=named)
        )
        return self._plan(version, None, [draft], reason_code=one.reason_code)

    def _plan(
        self, old: EntryVersion, new: EntryVersion | None, drafts: list[JournalDraft], *, reason_code: str
    ) -> _Plan:
        # Whoever issued the result needs not be told that he changed it.
        holders = [one for one in self._holders[old.entry_root_id] if one.institution_id != old.issuer_institution_id]
        plan = _Plan(old, new, reason_code, drafts, [], [], len(drafts), holders)
        for use in self._uses[old.entry_root_id]:
            if use.state is ClaimState.COUNTED and not use.account_state.is_frozen:
                recount = _Recount(use, old, new, self._category(use, old, new))
                plan.recounts.append(recount)
                plan.drafts += self._recount_drafts(recount)
            else:
                plan.dependants.append(use)
        return plan

    def plan_remaking(self, one: Remaking) -> _Plan:
        """Only the counts of some accounts; the bank account changed before."""
        plan = _Plan(one.old, one.new, "", [], [], [])
        for use in self._uses[one.old.entry_root_id]:
            if use.state is ClaimState.COUNTED and use.account in one.accounts and not use.account_state.is_frozen:
                recount = _Recount(use, one.old, one.new, self._category(use, one.old, one.new))
                plan.recounts.append(recount)
                plan.drafts += self._recount_drafts(recount)
        return plan

    def _category(self, use: Use, old: EntryVersion, new: EntryVersion | None) -> str | None:
        """Category in which the new version counts in an account; None where it does not."""
        key = (use.account.qualification_code, use.account.qualification_version)
        qualification = self._qualifications.get(key)
        if new is None or qualification is None or not new.earned_hundredths or new.unit != qualification.unit:
            return None
        if new.course_id != old.course_id:
            if (use.account, new.course_id) in self._awarded:
                return None
            self._awarded.add((use.account, new.course_id))
        return category_for(qualification, new.course_category, within=CATEGORY_WITHIN)

    def _recount_drafts(self, recount: _Recount) -> list[JournalDraft]:
        use, old, new = recount.use, recount.old, recount.new
        assert use.bucket is not None
        assert use.unit is not None
        assert use.amount_hundredths is not None
        drafts = [
            JournalDraft(
                learner_id=use.account.learner_id,
                type=COUNT_VOIDED,
                effective_on=self._on,
                entry_id=old.entry_id,
                lines=move(use.account, use.bucket, VOID, unit=use.unit, amount_hundredths=use.amount_hundredths),
                facts={"credits": decimal_text(use.amount_hundredths), "course_code": old.course.code},
            )
        ]
        if new is not None and recount.category is not None:
            amount = new.credits()
            assert amount is not None, "what earned nothing has no category"
            provenance = self._qualifications[
                (use.account.qualification_code, use.account.qualification_version)
            ].provenance
            drafts.append(
                JournalDraft(
                    learner_id=use.account.learner_id,
                    type=COUNTED,
                    effective_on=self._on,
                    entry_id=new.entry_id,
                    lines=move(
                        use.account, ISSUED, counted(recount.category), unit=amount[0], amount_hundredths=amount[1]
                    ),
                    facts={
                        "course_code": new.course.code,
                        "credits": decimal_text(amount[1]),
                        "category": recount.category,
                        "rule_source": provenance.source,
                        "rule_status": provenance.status,
                    },
                )
            )
        return drafts

    async def write(self, connection: Connection, plans: Sequence[_Plan]) -> list[Changed]:
        """Journals in one statement, then awards, claims and flags; gives what each plan did."""
        posted = await ledger.append_journals(connection, [d for plan in plans for d in plan.drafts], now=self._now)
        rest = iter(posted)
        done = [(plan, [next(rest) for _ in plan.drafts]) for plan in plans]
        taken: list[tuple[UUID, UUID]] = []
        awards: list[Award] = []
        freed: list[UUID] = []
        aimed: list[tuple[UUID, UUID]] = []
        answers: list[Changed] = []
        for plan, journals in done:
            changed = Changed(journals=journals)
            if plan.own_count:
                changed.events.append(self._own_event(plan, journals))
            following = iter(journals[plan.own_count :])
            for recount in plan.recounts:
                voiding = next(following)
                assert recount.use.award_id is not None, "what is counted was awarded"
                taken.append((recount.use.award_id, voiding.journal_id))
                changed.events.append(events.count_voided(plan.old, recount.use.account, voiding))
                if plan.new is None or recount.category is None:
                    freed.append(recount.use.claim_id)
                    continue
                counting = next(following)
                awards.append(Award(recount.use.account, plan.new.course_id, counting.journal_id, plan.new.form))
                aimed.append((recount.use.claim_id, plan.new.course_id))
                changed.events.append(events.recounted(plan.new, recount.use.account, counting))
            changed.flags = [self._flag(plan, use, journals) for use in plan.dependants]
            changed.flags += [self._copy_flag(plan, holder, journals) for holder in plan.holders]
            changed.events += [events.source_changed(flag) for flag in changed.flags]
            answers.append(changed)
        await store_uses.take_awards_back(connection, taken)
        await ledger.record_awards(connection, awards)
        await store_uses.free_claims(connection, freed, now=self._now)
        await store_uses.aim_claims(connection, aimed, now=self._now)
        await flags.raise_flags(connection, [flag for one in answers for flag in one.flags], now=self._now)
        return answers

    def _own_event(self, plan: _Plan, journals: Sequence[Journal]) -> NewEvent:
        if plan.new is None:
            return events.revoked(plan.old, journals[0], reason_code=plan.reason_code)
        return events.superseded(plan.old, plan.new, journals[1])

    def _flag(self, plan: _Plan, use: Use, journals: Sequence[Journal]) -> Flag:
        subject = {
            ClaimState.POSTED: FlagSubject.POSTING,
            ClaimState.RESERVED: FlagSubject.RESERVATION,
            ClaimState.COUNTED: FlagSubject.ACCOUNT,
        }[use.state]
        institution_id = use.account.awarding_institution_id
        assert institution_id is not None, "claims are of qualification accounts"
        return Flag(
            flag_id=flags.new_flag_id(),
            learner_id=use.account.learner_id,
            institution_id=institution_id,
            kind=FlagKind.SOURCE_REVOKED if plan.new is None else FlagKind.SOURCE_CHANGED,
            subject=subject,
            account=use.account,
            line_id=use.line_id,
            transcript_id=None,
            entry_root_id=plan.old.entry_root_id,
            entry_id=(plan.new or plan.old).entry_id,
            journal_id=journals[0].journal_id,
            raised_at=self._now,
        )

    def _copy_flag(self, plan: _Plan, holder: Holder, journals: Sequence[Journal]) -> Flag:
        return Flag(
            flag_id=flags.new_flag_id(),
            learner_id=plan.old.learner_id,
            institution_id=holder.institution_id,
            kind=FlagKind.SOURCE_REVOKED if plan.new is None else FlagKind.SOURCE_CHANGED,
            subject=FlagSubject.TRANSCRIPT,
            account=None,
            line_id=None,
            transcript_id=holder.transcript_id,
            entry_root_id=plan.old.entry_root_id,
            entry_id=(plan.new or plan.old).entry_id,
            journal_id=journals[0].journal_id,
            raised_at=self._now,
        )
