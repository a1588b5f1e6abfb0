"""Confirming agreements: each institution that is a party speaks for itself.

What opens the results of another institution's learners must not be stated by the one who wants to read them alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import ServiceError
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank import limits
from credit_bank.calls import run
from credit_bank.catalogue.errors import DuplicateItem
from credit_bank.partnerships import store
from credit_bank.partnerships.domain import Partnership, confirmed, speaks_for_another
from credit_bank.partnerships.errors import (
    PartnershipSameActor,
    PartnershipStateWrong,
    PartnershipUnknown,
    PartnershipVersionOld,
)
from credit_bank.partnerships.keeping import Changes, has_confirmed, keep, speaker


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """An agreement in the version that was read, which is its own or that of the terms beside it."""

    partnership_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class ConfirmPartnerships:
    """Agreements to confirm."""

    request_id: UUID
    partnerships: tuple[SeenVersion, ...]


@dataclass(frozen=True, slots=True)
class TakeBackPartnerships:
    """Terms beside agreements to take back, each by its version."""

    request_id: UUID
    partnerships: tuple[SeenVersion, ...]


async def confirm_partnerships(
    pool: Pool, command: ConfirmPartnerships, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Confirm agreements for the caller's institution, or other terms beside them.

    An agreement comes into force with the last party that was awaited; so do other terms, in place of those before.

    Args:
        pool: Connections.
        command: At most 100.
        actor: Needs `partnership.manage` at a party.
        now: UTC.

    Returns:
        By item: done, or PartnershipUnknown (also of an agreement of others), PartnershipStateWrong (a draft, stopped
        or over), PartnershipVersionOld (it was changed since), PartnershipSameActor (the person has confirmed it for
        another party), DuplicateItem.

    Raises:
        PermissionMissing: The role confirms no partnerships, or it acts for no institution.
        TooManyItems: More than 100.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("partnership.manage")
    check_size(command.partnerships, limits.FEW_ITEMS_MAX, field="partnerships")
    speaking = speaker(actor, now=now)

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        known = await _held(connection, command.partnerships)
        changes = Changes()
        taken: set[UUID] = set()

        def take(item: SeenVersion) -> bool:
            before = _party_of(known, item, speaking.institution_id, taken)
            is_proposed = before.proposal is not None and before.proposal.version == item.version
            if not is_proposed and item.version != before.version:
                raise PartnershipVersionOld(version=_newest(before), seen=item.version)
            if not is_proposed and not before.can_be_confirmed:
                raise PartnershipStateWrong(state=before.facts.state)
            others = before.confirmations_of(item.version)
            if has_confirmed(others, speaking.institution_id):
                return True
            if speaks_for_another(others, by=speaking.institution_id, person=speaking.confirmed_by):
                raise PartnershipSameActor(partnership_id=item.partnership_id)
            mine = replace(speaking, version=item.version)
            changes.confirm(before, confirmed(before, mine), mine)
            taken.add(item.partnership_id)
            return False

        outcomes = [_outcome(index, item, take) for index, item in enumerate(command.partnerships)]
        return outcomes, await keep(connection, changes, actor=actor, now=now)

    return await run(pool, command, work, actor=actor)


async def take_back_partnerships(
    pool: Pool, command: TakeBackPartnerships, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Take other terms back that stand beside agreements: whoever proposed them, or a party that does not agree.

    The agreements stay in force as they were agreed.

    Args:
        pool: Connections.
        command: At most 100.
        actor: Needs `partnership.manage` at a party.
        now: UTC.

    Returns:
        By item: done, or PartnershipUnknown (also of an agreement of others), PartnershipVersionOld (no such terms
        stand beside it, or others do), DuplicateItem.

    Raises:
        PermissionMissing: The role takes nothing back, or it acts for no institution.
        TooManyItems: More than 100.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("partnership.manage")
    check_size(command.partnerships, limits.FEW_ITEMS_MAX, field="partnerships")
    speaking = speaker(actor, now=now)

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        known = await _held(connection, command.partnerships)
        changes = Changes()
        taken: set[UUID] = set()

        def take(item: SeenVersion) -> bool:
            before = _party_of(known, item, speaking.institution_id, taken)
            if before.proposal is None or before.proposal.version != item.version:
                raise PartnershipVersionOld(version=_newest(before), seen=item.version)
            changes.take_back(before)
            taken.add(item.partnership_id)
            return False

        outcomes = [_outcome(index, item, take) for index, item in enumerate(command.partnerships)]
        return outcomes, await keep(connection, changes, actor=actor, now=now)

    return await run(pool, command, work, actor=actor)


async def _held(connection: Connection, seen: Collection[SeenVersion]) -> Mapping[UUID, Partnership]:
    """The agreements as they are while nobody else changes them."""
    wanted = {item.partnership_id for item in seen}
    # Whoever changes one holds its key, which never changes; so it is read again once the key is held.
    keys = {found.facts.natural_key for found in (await store.read_partnerships(connection, wanted)).values()}
    await store.lock_keys(connection, {f"partnership:{key}" for key in keys})
    return await store.read_partnerships(connection, wanted)


def _party_of(
    known: Mapping[UUID, Partnership], item: SeenVersion, institution_id: UUID, taken: Collection[UUID]
) -> Partnership:
    """An agreement of the institution that the call has not touched yet."""
    found = known.get(item.partnership_id)
    if found is None or institution_id not in found.facts.party_institution_ids:
        raise PartnershipUnknown(partnership_id=item.partnership_id)
    if item.partnership_id in taken:
        raise DuplicateItem(partnership_id=item.partnership_id)
    return found


def _newest(partnership: Partnership) -> int:
    """Version that is to be read: that of the terms beside it where there are any."""
    return partnership.version if partnership.proposal is None else partnership.proposal.version


def _outcome(index: int, item: SeenVersion, take: Callable[[SeenVersion], bool]) -> Outcome:
    try:
        is_done = take(item)
    except ServiceError as refusal:
        return Outcome.failed(index, refusal)
    return Outcome(index, str(item.partnership_id), already_done=is_done)
