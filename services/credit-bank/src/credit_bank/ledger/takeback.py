"""Taking postings back, letting credits run out, settling flags; each over many items, like `changes`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from chassis.envelope import NewEvent
from chassis.errors import ServiceError
from chassis.pg import Connection

from credit_bank.ledger import events, flags, store_uses
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.changes import Changed, bank_draft
from credit_bank.ledger.domain import AVAILABLE, VOID, JournalDraft, Posting, mirrored
from credit_bank.ledger.errors import EntryExpired, PostingUnknown
from credit_bank.ledger.flags import Decider, Flag, Resolution
from credit_bank.ledger.versions import EntryVersion

EXPIRED: Final = "credit.expired"
REVERSED: Final = "transfer.reversed"


@dataclass(frozen=True, slots=True)
class Reversal:
    """Posted lines of one case to take back, all or none."""

    line_ids: tuple[UUID, ...]
    reason_code: str


@dataclass(frozen=True, slots=True)
class Expiry:
    """The credits of a result run out by a rule."""

    version: EntryVersion
    rule_key: str
    rule_version: str


async def reverse(
    connection: Connection, reversals: Sequence[Reversal], *, by: Decider, effective_on: date, now: datetime
) -> list[Changed | ServiceError]:
    """Take posted lines back: the exact mirror of each posting, its claims released, its award no longer standing.

    Open flags on these lines are settled as `REVERSED`. A reversal is done whole or refused whole.

    Args:
        connection: Inside a transaction that holds the learners.
        reversals: Usually one per case.
        by: Who decided, for the flags.
        effective_on: Day from which it counts.
        now: Posting time, UTC.

    Returns:
        Per reversal what it did, or why not: `PostingUnknown`, `AccountRedeemed` (CB-I18: unredeem first),
        `AccountClosed`.
    """
    postings = await store_uses.postings_of(connection, {line for one in reversals for line in one.line_ids})
    answers: list[Changed | ServiceError] = []
    work: list[tuple[Changed, Reversal, Posting]] = []
    taken: set[UUID] = set()
    for one in reversals:
        refusal = _reversal_refusal(one, postings, taken)
        changed = Changed()
        answers.append(refusal or changed)
        if refusal is None:
            taken.update(one.line_ids)
            work += [(changed, one, postings[line_id]) for line_id in one.line_ids]
    drafts = [_reversal_draft(one, posting, effective_on) for _, one, posting in work]
    journals = await ledger.append_journals(connection, drafts, now=now)
    await ledger.release_claims(connection, sorted(taken), now=now)
    pairs = [(posting.award_id, journal.journal_id) for (_, _, posting), journal in zip(work, journals, strict=True)]
    await store_uses.take_awards_back(connection, pairs)
    open_flags: dict[UUID | None, list[Flag]] = defaultdict(list)
    for flag in await flags.open_flags_of_lines(connection, taken):
        open_flags[flag.line_id].append(flag)
    settled = [flag.flag_id for found in open_flags.values() for flag in found]
    await flags.settle(connection, settled, Resolution.REVERSED, reason_code="", by=by, now=now)
    for (changed, one, posting), journal in zip(work, journals, strict=True):
        changed.journals.append(journal)
        changed.events.append(events.reversed_(posting, journal, reason_code=one.reason_code))
        changed.events += [
            events.source_change_resolved(flag, Resolution.REVERSED, reason_code=one.reason_code, now=now)
            for flag in open_flags[posting.line_id]
        ]
    return answers


def _reversal_refusal(one: Reversal, postings: Mapping[UUID, Posting], taken: Collection[UUID]) -> ServiceError | None:
    for line_id in one.line_ids:
        posting = postings.get(line_id)
        if posting is None or line_id in taken:
            return PostingUnknown(line_id=line_id)
        refusal = ledger.frozen_refusal(posting.account, posting.account_state)
        if refusal is not None:
            return refusal
    return None


def _reversal_draft(one: Reversal, posting: Posting, effective_on: date) -> JournalDraft:
    return JournalDraft(
        learner_id=posting.account.learner_id,
        type=REVERSED,
        effective_on=effective_on,
        case_id=posting.case_id,
        line_id=posting.line_id,
        lines=mirrored(posting.lines),
        facts={"reversed_journal_id": str(posting.journal_id), "reason_code": one.reason_code},
    )


async def expire(
    connection: Connection, expiries: Sequence[Expiry], *, effective_on: date, now: datetime
) -> list[Changed | ServiceError]:
    """Bank account: AVAILABLE to VOID, for results whose credits run out by a rule; what counts already goes on.

    No rule has a validity by default (CB d.1 R6); the caller has looked the rule up and passes it.

    Args:
        connection: Inside a transaction that holds the learners.
        expiries: Verified results.
        effective_on: Day from which it counts.
        now: Posting time, UTC.

    Returns:
        Per expiry what it did, or `EntryExpired` where that had happened before.
    """
    before = await store_uses.expired(connection, {one.version.entry_id for one in expiries})
    answers: list[Changed | ServiceError] = []
    work: list[tuple[Changed, Expiry]] = []
    for one in expiries:
        changed = Changed()
        if one.version.entry_id in before:
            answers.append(EntryExpired(entry_id=one.version.entry_id))
            continue
        before.add(one.version.entry_id)
        answers.append(changed)
        work.append((changed, one))
    drafts = [
        bank_draft(
            one.version,
            EXPIRED,
            effective_on,
            origin=AVAILABLE,
            destination=VOID,
            facts={"rule_key": one.rule_key, "rule_version": one.rule_version},
        )
        for _, one in work
    ]
    journals = await ledger.append_journals(connection, drafts, now=now)
    rows = [
        (one.version.entry_id, journal.journal_id, one.rule_key, one.rule_version)
        for (_, one), journal in zip(work, journals, strict=True)
    ]
    await store_uses.insert_expired(connection, rows)
    for (changed, one), journal in zip(work, journals, strict=True):
        changed.journals.append(journal)
        event = events.expired(one.version, journal, rule_key=one.rule_key, rule_version=one.rule_version)
        changed.events.append(event)
    return answers


async def resolve_flags(
    connection: Connection,
    found: Collection[Flag],
    resolution: Resolution,
    *,
    reason_code: str,
    by: Decider,
    now: datetime,
) -> list[NewEvent]:
    """Settle open flags; gives the events of those that were open.

    Args:
        connection: Inside a transaction that holds the learners.
        found: As `flags.read_flags` or `flags.open_flags_of_lines` gave them.
        resolution: What was decided.
        reason_code: Why.
        by: Who decided.
        now: UTC.
    """
    settled = await flags.settle(
        connection, [flag.flag_id for flag in found], resolution, reason_code=reason_code, by=by, now=now
    )
    return [
        events.source_change_resolved(flag, resolution, reason_code=reason_code, now=now)
        for flag in found
        if flag.flag_id in settled
    ]
