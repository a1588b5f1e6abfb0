"""Confirming agreements: each institution that is a party speaks for itself.

What opens the results of another institution's learners must not be stated by the one who wants to read them alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.outcomes import Outcome, check_size
from chassis.pg import Connection, Pool

from credit_bank import limits
from credit_bank.calls import run
from credit_bank.catalogue.errors import DuplicateItem
from credit_bank.partnerships import store
from credit_bank.partnerships.domain import Confirmation, ConfirmationStatus, Partnership, confirmed
from credit_bank.partnerships.errors import PartnershipStateWrong, PartnershipUnknown, PartnershipVersionOld
from credit_bank.partnerships.use_cases import keep_confirmations, speaker


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """An agreement in the version that was read before it is confirmed."""

    partnership_id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class ConfirmPartnerships:
    """Agreements to confirm."""

    request_id: UUID
    partnerships: tuple[SeenVersion, ...]


async def confirm_partnerships(
    pool: Pool, command: ConfirmPartnerships, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Confirm agreements for the caller's institution; one comes into force with the last party that was awaited.

    Args:
        pool: Connections.
        command: At most 100.
        actor: Needs `partnership.manage` at a party.
        now: UTC.

    Returns:
        By item: done, or PartnershipUnknown (also of an agreement of others), PartnershipStateWrong (a draft, stopped
        or over), PartnershipVersionOld (it was changed since), DuplicateItem.

    Raises:
        PermissionMissing: The role confirms no partnerships, or it acts for no institution.
        TooManyItems: More than 100.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("partnership.manage")
    check_size(command.partnerships, limits.FEW_ITEMS_MAX, field="partnerships")
    place, assignment_id = speaker(actor)

    async def work(connection: Connection) -> tuple[list[Outcome], list[NewEvent]]:
        wanted = {item.partnership_id for item in command.partnerships}
        # Whoever changes one holds its key, which never changes; so it is read again once the key is held.
        keys = {found.facts.natural_key for found in (await store.read_partnerships(connection, wanted)).values()}
        await store.lock_keys(connection, {f"partnership:{key}" for key in keys})
        known = await store.read_partnerships(connection, wanted)
        outcomes: list[Outcome] = []
        agreed: dict[UUID, tuple[Partnership, Confirmation]] = {}
        in_force: list[Partnership] = []
        for index, item in enumerate(command.partnerships):
            before = known.get(item.partnership_id)
            if before is None or place not in before.facts.party_institution_ids:
                outcomes.append(Outcome.failed(index, PartnershipUnknown(partnership_id=item.partnership_id)))
            elif item.partnership_id in agreed:
                outcomes.append(Outcome.failed(index, DuplicateItem(partnership_id=item.partnership_id)))
            elif item.version != before.version:
                refusal = PartnershipVersionOld(version=before.version, seen=item.version)
                outcomes.append(Outcome.failed(index, refusal))
            elif not before.can_be_confirmed:
                outcomes.append(Outcome.failed(index, PartnershipStateWrong(state=before.facts.state)))
            elif _has_confirmed(before, place):
                outcomes.append(Outcome(index, str(item.partnership_id), already_done=True))
            else:
                mine = Confirmation(place, before.version, assignment_id, now)
                after = confirmed(before, mine)
                agreed[item.partnership_id] = (after, mine)
                in_force += [after] if after.facts.state is not before.facts.state else []
                outcomes.append(Outcome(index, str(item.partnership_id)))
        told = await keep_confirmations(connection, list(agreed.values()), in_force=in_force, actor=actor, now=now)
        return outcomes, told

    return await run(pool, command, work, actor=actor)


def _has_confirmed(partnership: Partnership, institution_id: UUID) -> bool:
    """Whether somebody of the institution said so; what is assumed can still be confirmed."""
    return any(
        one.institution_id == institution_id and one.status is ConfirmationStatus.CONFIRMED
        for one in partnership.confirmations
    )
