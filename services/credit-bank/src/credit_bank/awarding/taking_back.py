"""Taking awards back, and closing accounts of learners who left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import ServiceError
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits, settled
from credit_bank.awarding import events, store
from credit_bank.awarding.domain import Redemption
from credit_bank.awarding.errors import AccountUnknown, AwardInvalid, RedemptionUnknown, StillEnrolled
from credit_bank.awarding.redeeming import AWARDS_MAX, NUMBER_CHARACTERS_MAX, amount_of
from credit_bank.awarding.store import AccountRow, Redeemed
from credit_bank.calendar_th import thai_date
from credit_bank.ledger import changes, flags, takeback
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import AccountKey, Journal, JournalDraft, mirrored
from credit_bank.ledger.errors import AccountRedeemed
from credit_bank.ledger.flags import Decider, Flag, Resolution
from credit_bank.ledger.versions import EntryVersion
from credit_bank.people.merges import families
from credit_bank.qualifications.use_cases import read_qualifications
from credit_bank.recording import use_cases as recording
from credit_bank.recording.domain import Entry
from credit_bank.recording.journals import facts_of


class UnredeemReason(StrEnum):
    """Why an award is taken back."""

    SOURCE_CHANGED = "SOURCE_CHANGED"
    SOURCE_REVOKED = "SOURCE_REVOKED"
    ISSUED_IN_ERROR = "ISSUED_IN_ERROR"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class UnredemptionInput:
    """One award to take back."""

    redemption_id: UUID
    order_no: str
    reason: UnredeemReason


@dataclass(frozen=True, slots=True)
class UnredeemQualifications:
    """Awards to take back."""

    request_id: UUID
    redemptions: tuple[UnredemptionInput, ...]


@dataclass(frozen=True, slots=True)
class AccountClosing:
    """One account to close, or to open again."""

    learner_id: UUID
    code: str
    version: str
    reopen: bool = False


@dataclass(frozen=True, slots=True)
class CloseAccounts:
    """Accounts to close at the caller's institution."""

    request_id: UUID
    accounts: tuple[AccountClosing, ...]


async def unredeem_qualifications(
    pool: Pool, command: UnredeemQualifications, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Take awards back by an order: the exact mirror of the award, the account `REOPENED`.

    Counts that had been left as they stood, because the account was redeemed when their result changed, follow their
    result now; their flags are settled as `REMADE`.

    Args:
        pool: Connections.
        command: At most 200 awards of the caller's institution.
        actor: Needs `awarding.unredeem` there.
        now: UTC.

    Raises:
        PermissionMissing: The role takes nothing back.
        TooManyItems: More than 200.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("awarding.unredeem")
    check_size(command.redemptions, AWARDS_MAX, field="redemptions")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        known = await _lock_redemptions(connection, command.redemptions, actor.at())
        outcomes, chosen = _choose(command.redemptions, known)
        events_made = await _take_back(connection, chosen, known, actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, events_made)
    return outcomes


async def _lock_redemptions(
    connection: Connection, items: Sequence[UnredemptionInput], institution_id: UUID
) -> dict[UUID, Redemption]:
    """Awards of the institution, read again once their learners are locked."""
    seen = await store.redemptions(connection, {item.redemption_id for item in items})
    mine = {key: award for key, award in seen.items() if award.institution_id == institution_id}
    await ledger.lock_learners(connection, sorted({award.learner_id for award in mine.values()}))
    return await store.redemptions(connection, mine)


def _choose(
    items: Sequence[UnredemptionInput], known: Mapping[UUID, Redemption]
) -> tuple[list[Outcome], dict[UUID, UnredemptionInput]]:
    outcomes: list[Outcome] = []
    chosen: dict[UUID, UnredemptionInput] = {}
    for index, item in enumerate(items):
        award = known.get(item.redemption_id)
        if award is None:
            outcomes.append(Outcome.failed(index, RedemptionUnknown(redemption_id=item.redemption_id)))
        elif not 0 < len(item.order_no) <= NUMBER_CHARACTERS_MAX:
            outcomes.append(Outcome.failed(index, AwardInvalid(field="order_no")))
        else:
            is_done = award.reversed_at is not None or item.redemption_id in chosen
            outcomes.append(Outcome(index, str(item.redemption_id), already_done=is_done))
            if not is_done:
                chosen[item.redemption_id] = item
    return outcomes, chosen


async def _take_back(
    connection: Connection,
    chosen: Mapping[UUID, UnredemptionInput],
    known: Mapping[UUID, Redemption],
    *,
    actor: Actor,
    now: datetime,
) -> list[NewEvent]:
    rows = await store.redeemed(connection, chosen)
    posted = {
        journal.journal_id: journal
        for journal in await ledger.journals_of(connection, sorted({row.learner_id for row in rows}))
    }
    drafts = [_mirror(row, posted[row.journal_id], chosen[row.redemption_id], now) for row in rows]
    journals = await ledger.append_journals(connection, drafts, now=now)
    await store.set_states(connection, {row.account_id: "REOPENED" for row in rows})
    await store.reverse_redemptions(
        connection,
        [(item.redemption_id, item.order_no, str(item.reason)) for item in chosen.values()],
        [(row.redemption_id, row.account_id, one.journal_id) for row, one in zip(rows, journals, strict=True)],
        by=actor.subject_hash,
        by_assignment=actor.assignment_id,
        now=now,
    )
    units = await read_qualifications(connection, {(award.code, award.version) for award in known.values()})
    made = [
        events.reversed_(
            known[row.redemption_id],
            learner_id=row.learner_id,
            amount=amount_of(journal, units[known[row.redemption_id].code, known[row.redemption_id].version].unit),
            reason_code=str(chosen[row.redemption_id].reason),
            seq=journal.seq,
            now=now,
        )
        for row, journal in zip(rows, journals, strict=True)
    ]
    reopened = {
        AccountKey.qualification(
            row.learner_id,
            known[row.redemption_id].code,
            known[row.redemption_id].version,
            known[row.redemption_id].institution_id,
        )
        for row in rows
    }
    return made + await follow_sources(connection, reopened, by=_decider(actor), now=now)


def _mirror(row: Redeemed, journal: Journal, item: UnredemptionInput, now: datetime) -> JournalDraft:
    return JournalDraft(
        learner_id=row.learner_id,
        type="qualification.redemption_reversed",
        effective_on=thai_date(now),
        lines=mirrored(journal.lines),
        facts={
            "redemption_id": str(row.redemption_id),
            "reversed_journal_id": str(row.journal_id),
            "reason_code": str(item.reason),
        },
    )


def _decider(actor: Actor) -> Decider:
    return Decider(actor.subject_hash, actor.assignment_id)


async def follow_sources(
    connection: Connection, accounts: set[AccountKey], *, by: Decider, now: datetime
) -> list[NewEvent]:
    """Counts in accounts that are open again follow results that changed meanwhile; gives the events.

    Args:
        connection: Inside a transaction that holds the learners.
        accounts: Open again.
        by: Who decided.
        now: UTC.
    """
    found = await flags.open_flags_of_accounts(connection, {account.learner_id for account in accounts})
    mine = [flag for flag in found if flag.account in accounts]
    if not mine:
        return []
    learner_ids = {flag.learner_id for flag in mine}
    counted = await _counted_entries(connection, learner_ids, {flag.entry_root_id for flag in mine})
    current = {
        entry.entry_root_id: entry
        for entry in await recording.read_verified_entries(connection, learner_ids, as_of=now)
    }
    remakings = [
        changes.Remaking(_version(old), _version_or_none(current.get(root)), _accounts_of(mine, root))
        for root, old in counted.items()
    ]
    remade = await changes.remake_counts(connection, remakings, effective_on=thai_date(now), now=now)
    made = [event for one in remade for event in one.events]
    return made + await takeback.resolve_flags(
        connection, mine, Resolution.REMADE, reason_code="ACCOUNT_REOPENED", by=by, now=now
    )


async def _counted_entries(connection: Connection, learner_ids: set[UUID], roots: set[UUID]) -> dict[UUID, Entry]:
    """By root, the version that is counted now: the one that the newest count names."""
    entry_ids = {
        journal.entry_id
        for journal in await ledger.journals_of(connection, sorted(learner_ids))
        if journal.type == changes.COUNTED and journal.entry_id is not None
    }
    entries = await recording.read_entries(connection, entry_ids)
    newest: dict[UUID, Entry] = {}
    for entry in entries.values():
        before = newest.get(entry.entry_root_id)
        if entry.entry_root_id in roots and (before is None or before.version < entry.version):
            newest[entry.entry_root_id] = entry
    return newest


def _accounts_of(found: Sequence[Flag], root: UUID) -> frozenset[AccountKey]:
    return frozenset(flag.account for flag in found if flag.entry_root_id == root and flag.account is not None)


def _version(entry: Entry) -> EntryVersion:
    return EntryVersion.of(entry, facts_of(entry))


def _version_or_none(entry: Entry | None) -> EntryVersion | None:
    return None if entry is None else _version(entry)


# ---- learners who left ----------------------------------------------------------------------------------------------


async def close_accounts(pool: Pool, command: CloseAccounts, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Close accounts of learners who left without the award, or open them again when they come back.

    Nothing is counted, posted or taken back in a closed account; what was learned stays in the bank account.

    Args:
        pool: Connections.
        command: At most 1,000 accounts of the caller's institution.
        actor: Needs `awarding.redeem` there.
        now: UTC.

    Raises:
        PermissionMissing: The role closes nothing.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("awarding.redeem")
    institution_id = actor.at()
    check_size(command.accounts, limits.ITEMS_MAX, field="accounts")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        await ledger.lock_learners(connection, sorted({item.learner_id for item in command.accounts}))
        outcomes, states, changed = await _decide_closings(connection, command.accounts, institution_id)
        drafts = [
            JournalDraft(
                learner_id=account.learner_id,
                type="qualification.account_closed" if state == "CLOSED_LEFT" else "qualification.account_reopened",
                effective_on=thai_date(now),
                facts={"account_id": str(account.account_id), "qualification": f"{account.code}/{account.version}"},
            )
            for account, state in changed
        ]
        journals = await ledger.append_journals(connection, drafts, now=now)
        await store.set_states(connection, states)
        made = [
            events.account_changed(account, state=state, seq=journal.seq, now=now)
            for (account, state), journal in zip(changed, journals, strict=True)
        ]
        reopened = {
            AccountKey.qualification(account.learner_id, account.code, account.version, account.institution_id)
            for account, state in changed
            if state == "REOPENED"
        }
        made += await follow_sources(connection, reopened, by=_decider(actor), now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, made)
    return outcomes


async def _decide_closings(
    connection: Connection, items: Sequence[AccountClosing], institution_id: UUID
) -> tuple[list[Outcome], dict[UUID, str], list[tuple[AccountRow, str]]]:
    persons = await families(connection, {item.learner_id for item in items})
    members = {member for family in persons.values() for member in family.members}
    accounts = [row for row in await store.accounts_of(connection, members) if row.institution_id == institution_id]
    studying = {
        one.learner_id
        for one in await store.enrolments_of(connection, members)
        if one.is_studying and one.institution_id == institution_id
    }
    outcomes: list[Outcome] = []
    states: dict[UUID, str] = {}
    changed: list[tuple[AccountRow, str]] = []
    for index, item in enumerate(items):
        family = persons[item.learner_id].members
        mine = [
            row for row in accounts if row.learner_id in family and (row.code, row.version) == (item.code, item.version)
        ]
        refusal = _closing_refusal(item, mine, is_studying=any(member in studying for member in family))
        if refusal is not None:
            outcomes.append(Outcome.failed(index, refusal))
            continue
        goal = "REOPENED" if item.reopen else "CLOSED_LEFT"
        moving = [row for row in mine if _moves(states.get(row.account_id, row.state), item)]
        states |= {row.account_id: goal for row in moving}
        changed += [(row, goal) for row in moving]
        outcomes.append(Outcome(index, str(mine[0].account_id), already_done=not moving))
    return outcomes, states, changed


def _moves(state: str, item: AccountClosing) -> bool:
    return (state == "CLOSED_LEFT") == item.reopen


def _closing_refusal(item: AccountClosing, mine: Sequence[AccountRow], *, is_studying: bool) -> ServiceError | None:
    if not mine:
        return AccountUnknown(qualification=f"{item.code}/{item.version}")
    if any(row.state == "REDEEMED" for row in mine):
        return AccountRedeemed(qualification_code=item.code)
    return StillEnrolled() if is_studying and not item.reopen else None
