"""Taking messages of other banks, and listing deliveries.

What comes in is stored and nothing else: it becomes a result or a transfer only when an institution records it or opens
a case, so that no other bank writes into this ledger.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis import idempotency
from chassis.auth import Actor
from chassis.errors import InvalidField
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Pool, transaction

from credit_bank import limits, settled
from credit_bank.checkpoints.signing import is_signed
from credit_bank.exchange import store
from credit_bank.exchange.domain import content_fault
from credit_bank.exchange.errors import ExchangeOff, MessageUnknown, PeerUnknown
from credit_bank.exchange.peers import Exchange
from credit_bank.exchange.store import Delivery

MESSAGES_MAX: Final = 200
CONTENT_BYTES_MAX: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """A message of another bank.

    Attributes:
        content: Canonical JSON, as signed.
    """

    message_id: UUID
    content: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class ReceiveMessages:
    """Messages of another bank to take.

    Attributes:
        peer: Who says that he sends; the signature decides.
    """

    request_id: UUID
    peer: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message: `STORED`, `KNOWN` or `REFUSED`."""

    message_id: UUID
    state: str
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """A page of deliveries; the token is empty on the last one."""

    deliveries: list[Delivery]
    next_page_token: str


async def receive_messages(
    pool: Pool, exchange: Exchange | None, command: ReceiveMessages, *, actor: Actor, now: datetime
) -> list[Receipt]:
    """Store messages of another bank once each; the same again is `KNOWN`, another content under its id is refused.

    Args:
        pool: Connections.
        exchange: This bank among others; None: off.
        command: At most 200 messages.
        actor: A client with the scope `exchange.receive`.
        now: UTC.

    Raises:
        PermissionMissing: The client may not send here.
        ExchangeOff: No peers are configured.
        PeerUnknown: No such bank is configured.
        TooManyItems: More than 200.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("exchange.receive")
    peer, messages = command.peer, command.messages
    if exchange is None:
        raise ExchangeOff
    bank = exchange.peers.get(peer)
    if bank is None:
        raise PeerUnknown(peer=peer)
    check_size(messages, MESSAGES_MAX, field="messages")
    faults = {one.message_id: _fault(one, peer, bank.public_key) for one in messages}
    good = {one.message_id: one for one in messages if not faults[one.message_id]}
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return [Receipt(UUID(one[0]), one[1], one[2]) for one in json.loads(answer)]
        rows = [
            (one.message_id, one.content.decode("utf-8"), hashlib.sha256(one.content).digest()) for one in good.values()
        ]
        new = await store.receive(connection, peer, rows, now=now)
        before = await store.known(connection, peer, [message_id for message_id in good if message_id not in new])
        receipts = [_receipt(one, faults[one.message_id], new, before) for one in messages]
        kept = [[str(one.message_id), one.state, one.reason_code] for one in receipts]
        await idempotency.finish(
            connection, command.request_id, caller=actor.caller, answer=json.dumps(kept).encode("utf-8")
        )
    return receipts


def _receipt(one: Message, fault: str, new: Collection[UUID], before: Mapping[UUID, bytes]) -> Receipt:
    if fault:
        return Receipt(one.message_id, "REFUSED", fault)
    if one.message_id in new:
        return Receipt(one.message_id, "STORED")
    if before[one.message_id] == hashlib.sha256(one.content).digest():
        return Receipt(one.message_id, "KNOWN")
    return Receipt(one.message_id, "REFUSED", "ID_REUSED")


def _fault(one: Message, bank: str, public_key: bytes) -> str:
    if len(one.content) > CONTENT_BYTES_MAX:
        return "TOO_LARGE"
    if not is_signed(one.content, one.signature, public_key):
        return "SIGNATURE_WRONG"
    try:
        content: Any = json.loads(one.content.decode("utf-8"))
    except ValueError:
        return "CONTENT_INVALID"
    return content_fault(content, bank=bank, message=one.message_id)


async def list_deliveries(
    pool: Pool, *, peer: str, state: str, page_size: int = 0, page_token: str = "", actor: Actor
) -> DeliveryPage:
    """A page of what is stored for other banks, oldest first; without contents.

    Raises:
        PermissionMissing: The role does not look after the exchange.
        InvalidField: Page size or token.
    """
    actor.require("exchange.manage")
    limit = limits.page_size(page_size)
    after: tuple[datetime, UUID] | None = None
    if page_token:
        try:
            stored_at, message_id = page_token.split("/")
            after = (datetime.fromisoformat(stored_at), UUID(message_id))
        except ValueError:
            raise InvalidField(field="page_token", expected="a token of an answer before") from None
    async with pool.acquire(timeout=10) as connection:
        found = await store.page(connection, peer=peer, state=state, after=after, limit=limit + 1)
    has_more = len(found) > limit
    found = found[:limit]
    token = f"{found[-1].stored_at.isoformat()}/{found[-1].message_id}" if has_more else ""
    return DeliveryPage(found, token)


@dataclass(frozen=True, slots=True)
class ResendDeliveries:
    """Refused deliveries to send again."""

    request_id: UUID
    message_ids: tuple[UUID, ...]


async def resend_deliveries(pool: Pool, command: ResendDeliveries, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Send again what another bank refused; the message stays the same, so that it may be known there.

    Args:
        pool: Connections.
        command: At most 100 messages.
        actor: Needs `exchange.manage`.
        now: UTC.

    Raises:
        PermissionMissing: The role does not look after the exchange.
        TooManyItems: More than 100.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("exchange.manage")
    check_size(command.message_ids, limits.FEW_ITEMS_MAX, field="message_ids")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        states = await store.lock_states(connection, command.message_ids)
        outcomes = [
            Outcome.failed(index, MessageUnknown(message_id=message_id))
            if message_id not in states
            else Outcome(index, str(message_id), already_done=states[message_id] != "REFUSED")
            for index, message_id in enumerate(command.message_ids)
        ]
        await store.resend(connection, command.message_ids, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
    return outcomes
