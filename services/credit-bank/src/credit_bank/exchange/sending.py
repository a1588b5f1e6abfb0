"""Store and forward: journals become messages, messages go out when the other bank answers."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import httpx
import rfc8785
from chassis.ids import uuid7
from chassis.pg import Pool, transaction
from chassis.working import keep_working

from credit_bank.calendar_th import utc_now
from credit_bank.exchange import store
from credit_bank.exchange.domain import content_of, message_id, next_wait
from credit_bank.exchange.peers import Exchange, Peer
from credit_bank.exchange.store import Settled, Taken

log = logging.getLogger(__name__)

STORED_AT_ONCE: Final = 500
SENT_AT_ONCE: Final = 100
SETTLES: Final = timedelta(seconds=2)
"""Journals younger than this are left for the next round: others posted before them may still appear."""
EVERY_S: Final = 5.0
TIMEOUT_S: Final = 30.0
ANSWER_CHARACTERS_MAX: Final = 100


async def store_new(pool: Pool, exchange: Exchange, peer: Peer, *, now: datetime) -> int:
    """Journals that a peer was not told of become messages, once each for ever; gives how many."""
    until = now - SETTLES
    async with transaction(pool) as connection:
        mark = await store.lock_mark(connection, peer.name, since=peer.since or now)
        told = await store.new_journals(
            connection,
            peer.name,
            after=mark,
            until=until,
            types=peer.types,
            institutions=peer.institutions,
            limit=STORED_AT_ONCE,
        )
        messages: list[tuple[Any, Any, str, bytes, bytes]] = []
        for one in told:
            content = content_of(one, bank=exchange.bank, peer=peer.name, key=peer.learner_key)
            signed = exchange.signer.sign(content)
            name = message_id(peer.name, one.journal_id)
            messages.append((name, one.journal_id, one.type, rfc8785.dumps(content), signed))
        await store.store(connection, peer.name, messages, now=now)
        is_whole = len(told) < STORED_AT_ONCE
        await store.move_mark(connection, peer.name, max(mark, until if is_whole else told[-1].posted_at))
    return len(told)


async def forward(pool: Pool, exchange: Exchange, peer: Peer, client: httpx.AsyncClient, *, now: datetime) -> int:
    """Send what is due to a peer; gives how many it has now. No answer is no loss: they are sent again later."""
    async with transaction(pool) as connection:
        taken = await store.take(connection, peer.name, now=now, limit=SENT_AT_ONCE)
    if not taken:
        return 0
    receipts, fault = await _send(exchange, peer, taken, client)
    settled = [_settled(one, receipts.get(str(one.message_id)), fault, now) for one in taken]
    async with transaction(pool) as connection:
        await store.settle(connection, settled, now=now)
    sent = sum(one.state == "SENT" for one in settled)
    if fault:
        log.warning("A bank does not take messages", extra={"fields": {"peer": peer.name, "answer": fault}})
    return sent


async def _send(
    exchange: Exchange, peer: Peer, taken: Sequence[Taken], client: httpx.AsyncClient
) -> tuple[dict[str, tuple[str, str]], str]:
    """State and reason by message id, and why there are none."""
    body = {
        "peer": exchange.bank,
        "messages": [
            {
                "message_id": str(one.message_id),
                "content_base64": base64.b64encode(one.content).decode("ascii"),
                "signature_hex": one.signature.hex(),
            }
            for one in taken
        ],
    }
    headers = {"Idempotency-Key": str(uuid7())}
    if peer.token_file is not None:
        headers["Authorization"] = f"Bearer {peer.token_file.read_text('ascii').strip()}"
    try:
        answer = await client.post(peer.url, json=body, headers=headers, timeout=TIMEOUT_S)
        answer.raise_for_status()
        receipts: list[dict[str, Any]] = answer.json()["receipts"]
        return {one["message_id"]: (one["state"], one.get("reason_code", "")) for one in receipts}, ""
    except httpx.HTTPStatusError as exc:
        return {}, f"HTTP_{exc.response.status_code}"
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as exc:
        return {}, type(exc).__name__


def _settled(one: Taken, receipt: tuple[str, str] | None, fault: str, now: datetime) -> Settled:
    later = now + next_wait(one.attempts)
    if receipt is None:
        return Settled(one.message_id, "PENDING", (fault or "NO_RECEIPT")[:ANSWER_CHARACTERS_MAX], later)
    state, reason = receipt
    if state in ("STORED", "KNOWN"):
        return Settled(one.message_id, "SENT", state, later)
    return Settled(one.message_id, "REFUSED", (reason or state)[:ANSWER_CHARACTERS_MAX], later)


async def work(pool: Pool, exchange: Exchange, stopping: asyncio.Event) -> None:
    """Store and forward until the stop; one bank that is away does not hold up another."""
    async with httpx.AsyncClient(trust_env=False) as client:
        await asyncio.gather(
            *(
                keep_working(
                    partial(_round, pool, exchange, peer, client),
                    stopping,
                    name=f"exchange with {peer.name}",
                    every_s=EVERY_S,
                )
                for peer in exchange.peers.values()
                if peer.url
            )
        )
        await stopping.wait()  # a worker that ends before the stop is a fault, also one without peers


async def _round(pool: Pool, exchange: Exchange, peer: Peer, client: httpx.AsyncClient) -> bool:
    while await store_new(pool, exchange, peer, now=utc_now()) == STORED_AT_ONCE:
        pass
    return await forward(pool, exchange, peer, client, now=utc_now()) == SENT_AT_ONCE
