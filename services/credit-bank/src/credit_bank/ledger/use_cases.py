"""Posting, claiming and counting; the statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.errors import Conflict, ServiceError
from chassis.ids import uuid7
from chassis.pg import Connection

from credit_bank.ledger import store, store_uses
from credit_bank.ledger.chain import link
from credit_bank.ledger.domain import (
    GENESIS,
    AccountKey,
    AccountState,
    Award,
    BucketKey,
    Claim,
    ClaimFinding,
    Head,
    Journal,
    JournalDraft,
    find_claim_conflict,
)
from credit_bank.ledger.duplicates import persons_of
from credit_bank.ledger.errors import (
    AccountClosed,
    AccountRedeemed,
    EntryAlreadyClaimed,
    EntryCountsElsewhere,
    EntryExpired,
)
from credit_bank.people.merges import families
from credit_bank.qualifications.use_cases import read_qualifications

_MERGES_WAITED_FOR: Final = 4
"""Merges one after the other that a call waits for."""


async def lock_learners(connection: Connection, learner_ids: Sequence[UUID]) -> None:
    """Hold the learners' rows until the transaction ends; rows are made for learners who have none yet.

    Sorted, so that two calls never wait for each other in a circle. Call it before reading anything a decision about
    these learners rests on. Whoever was merged with them is held too: a result of one record decides about the other.

    Raises:
        Conflict: They are being merged again and again while this waits.
    """
    wanted = await _members(connection, learner_ids)
    for _ in range(_MERGES_WAITED_FOR):
        attempt = connection.transaction()
        await attempt.start()
        await store.lock_learners(connection, sorted(wanted))
        # A merge may have been what this waited for, and whom it joined sorts anywhere: asked for now, on top of what
        # is held, he might be held by somebody who waits for the rest. So all is let go and asked for in order.
        grown = await _members(connection, learner_ids)
        if grown <= wanted:
            await attempt.commit()
            return
        await attempt.rollback()
        wanted = grown
    raise Conflict


async def _members(connection: Connection, learner_ids: Sequence[UUID]) -> set[UUID]:
    """The learners and whoever was merged with them."""
    found = await families(connection, learner_ids)
    return {member for family in found.values() for member in family.members}


async def append_journals(connection: Connection, drafts: Sequence[JournalDraft], *, now: datetime) -> list[Journal]:
    """Post drafts: journals, lines, accounts, balances and chain heads in one statement, whatever their number.

    Args:
        connection: Inside a transaction that holds the learners (`lock_learners`).
        drafts: In the order in which they happened; several of one learner are chained in that order.
        now: Posting time, UTC.

    Returns:
        The journals, in the order of the drafts.

    Raises:
        UnbalancedError: A draft breaks a law of the ledger; nothing is written.
    """
    if not drafts:
        return []
    heads = await store.read_heads(connection, sorted({draft.learner_id for draft in drafts}))
    journals: list[Journal] = []
    for draft in drafts:
        journal = link(draft, heads[draft.learner_id], journal_id=uuid7(), posted_at=now)
        heads[draft.learner_id] = Head(journal.seq, journal.hash)
        journals.append(journal)
    await store.insert_journals(connection, journals)
    return journals


async def reserve_claims(
    connection: Connection, groups: Sequence[Sequence[Claim]], *, now: datetime
) -> list[ServiceError | None]:
    """Claim entries, group by group: a group is claimed whole or refused whole.

    A group is what must succeed together, such as all claims of one transfer case. Groups are judged in order; an
    earlier group of the call stands against a later one. The learners must be locked. Accounts are made when missing.

    Returns:
        Per group None when it was claimed, or why not: `EntryAlreadyClaimed` (CB-I3), `EntryCountsElsewhere` (CB-I4),
        `AccountRedeemed`, `AccountClosed` (CB-I18), `EntryExpired`.
    """
    answers, accepted = await _judge_claims(connection, groups, now=now)
    await store.insert_claims(connection, accepted, now=now)
    return answers


async def transferred_entries(connection: Connection, owners: Mapping[UUID, UUID]) -> set[UUID]:
    """Those of the entries that are no roots: their issuer awarded their course by a transfer (CB-I10).

    What was awarded in one record of a person decides about the results of all of them.

    Args:
        connection: Connection.
        owners: Learner of each entry, by any record of the person.
    """
    if not owners:
        return set()
    found = await families(connection, set(owners.values()))
    return await store_uses.transferred_entries(
        connection,
        [(entry_id, member) for entry_id, learner_id in sorted(owners.items()) for member in found[learner_id].members],
    )


async def claim_refusals(
    connection: Connection, groups: Sequence[Sequence[Claim]], *, now: datetime
) -> list[ServiceError | None]:
    """Why each group could not be claimed now, each judged as if it were alone; nothing is kept."""
    answers, _ = await _judge_claims(connection, groups, now=now, is_each_alone=True)
    return answers


async def _judge_claims(
    connection: Connection, groups: Sequence[Sequence[Claim]], *, now: datetime, is_each_alone: bool = False
) -> tuple[list[ServiceError | None], list[Claim]]:
    """Per group why it cannot be claimed, and the claims of those that can."""
    wanted = [claim for group in groups for claim in group]
    if not wanted:
        return [None] * len(groups), []
    persons = await persons_of(connection, {claim.account.learner_id for claim in wanted}, until=now)
    known = await store.live_claims(connection, persons.equal_roots({claim.entry_root_id for claim in wanted}))
    live = [persons.claim(claim) for claim in known]
    states = await store_uses.account_states(connection, {claim.account for claim in wanted})
    expired = await store_uses.expired_roots(connection, {claim.entry_root_id for claim in wanted})
    accounts = {claim.account for claim in (*wanted, *live)}
    qualifications = await read_qualifications(
        connection, {(account.qualification_code, account.qualification_version) for account in accounts}
    )
    pairs = {key: qualification.counts_together_with for key, qualification in qualifications.items()}
    answers: list[ServiceError | None] = []
    accepted: list[Claim] = []
    for group in groups:
        taken = list(live)
        finding: ClaimFinding | None = None
        barred = _barred(group, states, expired)
        if barred is not None:
            answers.append(barred)
            continue
        for claim in map(persons.claim, group):
            finding = find_claim_conflict(claim, taken, pairs)
            if finding is not None:
                break
            taken.append(claim)
        if finding is None:
            live = live if is_each_alone else taken
            accepted.extend(group)
        answers.append(_refusal(finding) if finding else None)
    return answers, accepted


def _barred(
    group: Sequence[Claim], states: Mapping[AccountKey, AccountState], expired: Collection[UUID]
) -> ServiceError | None:
    for claim in group:
        refusal = frozen_refusal(claim.account, states.get(claim.account))
        if refusal is None and claim.entry_root_id in expired:
            refusal = EntryExpired(entry_root_id=claim.entry_root_id)
        if refusal is not None:
            return refusal
    return None


def frozen_refusal(account: AccountKey, state: AccountState | None) -> ServiceError | None:
    """Why nothing may be counted, posted or taken back in an account; None where it may (CB-I18)."""
    if state is AccountState.REDEEMED:
        return AccountRedeemed(qualification_code=account.qualification_code)
    if state is AccountState.CLOSED_LEFT:
        return AccountClosed(qualification_code=account.qualification_code)
    return None


async def frozen_accounts(
    connection: Connection, accounts: Collection[AccountKey]
) -> Mapping[AccountKey, ServiceError]:
    """Those of the accounts in which nothing may be posted now, with the refusal to give; under the learners' locks."""
    found: dict[AccountKey, ServiceError] = {}
    for account, state in (await store_uses.account_states(connection, accounts)).items():
        refusal = frozen_refusal(account, state)
        if refusal is not None:
            found[account] = refusal
    return found


def _refusal(finding: ClaimFinding) -> ServiceError:
    kind = EntryAlreadyClaimed if finding.reason == EntryAlreadyClaimed.reason else EntryCountsElsewhere
    return kind(
        entry_root_id=finding.claim.entry_root_id,
        qualification_code=finding.claim.account.qualification_code,
        claimed_by_qualification=finding.other_code,
    )


async def activate_claims(connection: Connection, line_ids: Sequence[UUID], *, now: datetime) -> int:
    """Turn the reserved claims of posted lines into posted ones; gives how many there were."""
    return await store.activate_claims(connection, line_ids, now=now)


async def release_claims(connection: Connection, line_ids: Sequence[UUID], *, now: datetime) -> int:
    """Free the entries of rejected, withdrawn or reversed lines; gives how many claims there were."""
    return await store.release_claims(connection, line_ids, now=now)


async def counted_before(connection: Connection, claims: Sequence[Claim]) -> dict[Claim, UUID]:
    """Journals by which entries count as themselves, for those of the claims that stand already."""
    return await store.counted_before(connection, claims)


async def awarded_courses(
    connection: Connection, wanted: Sequence[tuple[AccountKey, UUID]]
) -> set[tuple[AccountKey, UUID]]:
    """Which of these courses were awarded in these accounts, in any record of the person, and not reversed (CB-I5)."""
    found = await families(connection, {account.learner_id for account, _ in wanted})
    in_records = [
        (replace(account, learner_id=member), course_id, (account, course_id))
        for account, course_id in wanted
        for member in found[account.learner_id].members
    ]
    awarded = await store.awarded_courses(connection, [(account, course_id) for account, course_id, _ in in_records])
    return {asked for account, course_id, asked in in_records if (account, course_id) in awarded}


async def record_awards(connection: Connection, awards: Sequence[Award]) -> None:
    """Keep that courses were awarded; decide with `awarded_courses` first, under the learner's lock.

    Raises:
        CourseAlreadyAwarded: One was awarded before; the transaction cannot go on.
    """
    await store.insert_awards(connection, awards)


# ---- reading --------------------------------------------------------------------------------------------------------


async def balances_until(
    connection: Connection, learner_id: UUID, *, until: datetime
) -> Mapping[tuple[UUID, AccountKey], Sequence[tuple[str, str, int]]]:
    """Bucket, unit and balance in 1/100 credit by account, as posted until an instant."""
    return await store.balances_until(connection, learner_id, until=until)


async def journals_until(connection: Connection, learner_id: UUID, *, until: datetime, limit: int) -> list[Journal]:
    """The first journals of a learner as posted until an instant, oldest first."""
    return await store.journals_until(connection, learner_id, until=until, limit=limit)


async def head_until(connection: Connection, learner_id: UUID, *, until: datetime) -> bytes:
    """Hash of the newest journal of a learner as posted until an instant; zeros when there is none."""
    return await store.head_until(connection, learner_id, until=until) or GENESIS


async def learners_after(connection: Connection, after: UUID | None, *, limit: int) -> Mapping[UUID, Head]:
    """Learners behind `after`, in the order of their ids, with the ends of their chains."""
    return await store.learners_after(connection, after, limit=limit)


async def journals_of(connection: Connection, learner_ids: Sequence[UUID]) -> list[Journal]:
    """All journals of learners, by learner and position."""
    return await store.journals_of(connection, learner_ids)


async def buckets_of(connection: Connection, learner_ids: Sequence[UUID]) -> Mapping[BucketKey, int]:
    """Balances of learners as they are kept, to be compared with those that the lines give."""
    return await store.buckets_of(connection, learner_ids)
