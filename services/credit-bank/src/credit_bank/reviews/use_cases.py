"""Listing what has to be decided, and deciding that it stands.

Other decisions come from elsewhere: a posting that is taken back (transfers), an award that is taken back (awarding).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import PermissionMissing, ServiceError
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits, settled
from credit_bank.ledger import flags, takeback
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.errors import FlagResolved, FlagUnknown
from credit_bank.ledger.flags import Decider, Flag, FlagSubject, Resolution


class KeepReason(StrEnum):
    """Why something stands although a result under it changed."""

    STILL_FITS = "STILL_FITS"
    CORRECTED_ELSEWHERE = "CORRECTED_ELSEWHERE"
    DECIDED_OTHERWISE = "DECIDED_OTHERWISE"


NEEDED: Final[Mapping[FlagSubject, str]] = {
    FlagSubject.POSTING: "transfer.reverse",
    FlagSubject.RESERVATION: "transfer.reverse",
    FlagSubject.ACCOUNT: "awarding.unredeem",
    FlagSubject.TRANSCRIPT: "credit.verify",
}
"""Whoever may take something back may also decide that it stands. What an institution was told is taken back by nobody:
there the registrar decides, who answers for results, and not everybody who reads transcripts, such as a committee."""


@dataclass(frozen=True, slots=True)
class ResolveFlags:
    """Flags on things that stand."""

    request_id: UUID
    flag_ids: tuple[UUID, ...]
    reason: KeepReason


@dataclass(frozen=True, slots=True)
class FlagPage:
    """A page of flags; the token is empty on the last one."""

    flags: list[Flag]
    next_page_token: str
    total: int


async def list_flags(
    pool: Pool,
    *,
    with_resolved: bool,
    subject: FlagSubject | None,
    learner_ids: Sequence[UUID],
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
) -> FlagPage:
    """A page of the flags on which the caller's institution decides.

    Raises:
        PermissionMissing: The role reads no credits.
        InvalidField: Page size or token.
    """
    actor.require("credit.read")
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with pool.acquire(timeout=10) as connection:
        found, total = await flags.page_of_flags(
            connection,
            actor.at(),
            is_open_only=not with_resolved,
            subject=subject,
            learner_ids=learner_ids,
            after=after,
            limit=limit + 1,
        )
    has_more = len(found) > limit
    found = found[:limit]
    return FlagPage(found, str(found[-1].flag_id) if has_more else "", total)


async def resolve_flags(pool: Pool, command: ResolveFlags, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Decide that things stand as they are. Each decision is an event; the flag is never edited again.

    Args:
        pool: Connections.
        command: At most 1,000 open flags.
        actor: Needs, at the institution that decides, what taking the thing back would need (`NEEDED`).
        now: UTC.

    Raises:
        PermissionMissing: The role decides about nothing of this kind.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    if not any(actor.may(permission) for permission in NEEDED.values()):
        raise PermissionMissing(permission="transfer.reverse", role=actor.role)
    check_size(command.flag_ids, limits.ITEMS_MAX, field="flag_ids")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        known = await _lock(connection, command.flag_ids, actor.at())
        outcomes: list[Outcome] = []
        chosen: dict[UUID, Flag] = {}
        for index, flag_id in enumerate(command.flag_ids):
            flag = known.get(flag_id)
            refusal = _refusal(flag_id, flag, actor)
            if refusal is not None:
                outcomes.append(Outcome.failed(index, refusal))
                continue
            assert flag is not None
            is_done = flag.resolution is Resolution.KEPT or flag_id in chosen
            outcomes.append(Outcome(index, str(flag_id), already_done=is_done))
            if not is_done:
                chosen[flag_id] = flag
        events = await takeback.resolve_flags(
            connection,
            chosen.values(),
            Resolution.KEPT,
            reason_code=str(command.reason),
            by=Decider(actor.subject_hash, actor.assignment_id),
            now=now,
        )
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, events)
    return outcomes


async def _lock(connection: Connection, flag_ids: Sequence[UUID], institution_id: UUID) -> dict[UUID, Flag]:
    """Flags of the institution, read again once their learners are locked."""
    seen = await flags.read_flags(connection, set(flag_ids))
    mine = {flag_id: flag for flag_id, flag in seen.items() if flag.institution_id == institution_id}
    await ledger.lock_learners(connection, [flag.learner_id for flag in mine.values()])
    return await flags.read_flags(connection, mine)


def _refusal(flag_id: UUID, flag: Flag | None, actor: Actor) -> ServiceError | None:
    if flag is None:
        return FlagUnknown(flag_id=flag_id)
    if not actor.may(NEEDED[flag.subject]):
        return PermissionMissing(permission=NEEDED[flag.subject], role=actor.role)
    if flag.resolution not in (None, Resolution.KEPT):
        return FlagResolved(flag_id=flag_id, resolution=flag.resolution)
    return None
