"""Letting credits run out, where a rule gives learning a validity. None does by default (CB d.1 R6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Pool, transaction

from credit_bank import limits, settled
from credit_bank.calendar_th import thai_date
from credit_bank.counting.use_cases import lock_entries
from credit_bank.ledger import takeback
from credit_bank.ledger.errors import EntryNotVerified, EntryUnknown, NoValidityRule, StillValid
from credit_bank.ledger.takeback import Expiry
from credit_bank.ledger.versions import EntryVersion
from credit_bank.recording.domain import Entry, EntryState
from credit_bank.recording.journals import facts_of
from credit_bank.rules.domain import PolicyBook, Rule, RuleKey
from credit_bank.rules.use_cases import policy_book


@dataclass(frozen=True, slots=True)
class ExpireCredits:
    """Entries whose credits should run out."""

    request_id: UUID
    entry_ids: tuple[UUID, ...]


async def expire_credits(pool: Pool, command: ExpireCredits, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Bank account: AVAILABLE to VOID, for results older than a rule lets them count. What counts already goes on.

    Args:
        pool: Connections.
        command: At most 1,000 verified entries.
        actor: Needs `credit.expire` at the institution that issued them.
        now: UTC.

    Returns:
        Outcomes whose ids are the journals'; `NoValidityRule` where no rule limits such learning, which is everywhere
        unless somebody announced one.

    Raises:
        PermissionMissing: The role lets nothing run out.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("credit.expire")
    check_size(command.entry_ids, limits.ITEMS_MAX, field="entry_ids")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        entries = await lock_entries(connection, command.entry_ids, actor.at())
        book = await policy_book(connection, [RuleKey.VALIDITY_DAYS])
        outcomes: list[Outcome] = []
        expiries: list[tuple[int, Expiry]] = []
        for index, entry_id in enumerate(command.entry_ids):
            found = _expiry(entry_id, entries, book, now)
            if isinstance(found, ServiceError):
                outcomes.append(Outcome.failed(index, found))
            else:
                expiries.append((index, found))
        answers = await takeback.expire(
            connection, [expiry for _, expiry in expiries], effective_on=thai_date(now), now=now
        )
        events = [event for one in answers if not isinstance(one, ServiceError) for event in one.events]
        for (index, _), one in zip(expiries, answers, strict=True):
            outcomes.append(
                Outcome.failed(index, one)
                if isinstance(one, ServiceError)
                else Outcome(index, str(one.journals[0].journal_id))
            )
        outcomes.sort(key=lambda outcome: outcome.index)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, events)
    return outcomes


def _expiry(entry_id: UUID, entries: Mapping[UUID, Entry], book: PolicyBook, now: datetime) -> Expiry | ServiceError:
    entry = entries.get(entry_id)
    if entry is None:
        return EntryUnknown(entry_id=entry_id)
    if entry.state is not EntryState.VERIFIED or entry.verified is None:
        return EntryNotVerified(entry_id=entry_id, state=entry.state)
    rule = _validity(entry, book, now)
    if rule is None:
        return NoValidityRule(entry_id=entry_id)
    ends = entry.verified.at + timedelta(days=rule.number)
    if ends > now:
        return StillValid(entry_id=entry_id, valid_to=thai_date(ends).isoformat())
    return Expiry(EntryVersion.of(entry, facts_of(entry)), str(rule.key), rule.version)


def _validity(entry: Entry, book: PolicyBook, now: datetime) -> Rule | None:
    """The rule that limits such learning; a rule without a number says that nothing runs out."""
    level = entry.placing.level
    if level is None:
        return None
    rule = book.policy(RuleKey.VALIDITY_DAYS, form=entry.placing.form, level=level, on_date=thai_date(now))
    return None if rule is None or rule.value is None else rule
