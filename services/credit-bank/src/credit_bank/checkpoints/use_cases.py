"""Making, listing and verifying checkpoints."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import asyncpg
from chassis.auth import Actor
from chassis.errors import InvalidField
from chassis.pg import Connection, Pool

from credit_bank import limits
from credit_bank.calendar_th import thai_date
from credit_bank.checkpoints import store
from credit_bank.checkpoints.domain import NO_DIGEST, Checkpoint, HeadsDigest, document
from credit_bank.checkpoints.signing import Signer, find_faults

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CheckpointPage:
    """A page of checkpoints; the token is empty on the last one."""

    checkpoints: list[Checkpoint]
    next_page_token: str


async def make_checkpoint(pool: Pool, signer: Signer, *, now: datetime) -> Checkpoint | None:
    """The checkpoint of today, unless there is one: all chain ends in one snapshot, digested and signed.

    Args:
        pool: Connections.
        signer: Key of this installation.
        now: UTC.

    Returns:
        None when today's was made before, by this process or another.
    """
    day = thai_date(now)
    try:
        # One snapshot, so that the ends belong together while others post.
        async with pool.acquire(timeout=10) as connection, connection.transaction(isolation="repeatable_read"):
            before = await store.newest(connection)
            if before is not None and before.day >= day:
                return None
            prev_digest = NO_DIGEST if before is None else before.digest
            await store.keep_heads(connection, day)
            heads = await _digest(connection, day, prev_digest)
            unsigned = Checkpoint(
                day=day,
                made_at=now,
                learner_count=heads.learners,
                journal_count=heads.journals,
                digest=heads.digest(),
                prev_digest=prev_digest,
                key_id=signer.key_id,
                public_key=signer.public_key,
            )
            checkpoint = unsigned.signed(signer.sign(document(unsigned)))
            if not await store.insert(connection, checkpoint):
                return None
    except (asyncpg.SerializationError, asyncpg.UniqueViolationError):
        return None  # another process made it meanwhile
    log.info("Made a checkpoint", extra={"fields": {"day": day.isoformat(), "digest": checkpoint.digest.hex()}})
    return checkpoint


async def _digest(connection: Connection, day: date, prev_digest: bytes) -> HeadsDigest:
    heads = HeadsDigest(prev_digest)
    async for learner_id, seq, head_hash in store.heads_on(connection, day):
        heads.add(learner_id, seq, head_hash)
    return heads


async def count_drifting(connection: Connection, trusted_keys: Mapping[str, bytes]) -> int:
    """Checkpoints that do not verify: wrong signature, unknown key, broken chain, or ends that were rewritten.

    Args:
        connection: Inside a transaction, better with one snapshot.
        trusted_keys: Public keys by name; none: each checkpoint's own.
    """
    checkpoints = await store.all_of(connection)
    drifting = {checkpoints[position].day for position in find_faults(checkpoints, trusted_keys)}
    drifting |= set(await store.lost_heads(connection))
    for checkpoint in checkpoints:
        heads = await _digest(connection, checkpoint.day, checkpoint.prev_digest)
        told = (heads.digest(), heads.learners, heads.journals)
        if told != (checkpoint.digest, checkpoint.learner_count, checkpoint.journal_count):
            drifting.add(checkpoint.day)
    for day in sorted(drifting):
        log.error("Checkpoint does not verify", extra={"fields": {"day": day.isoformat()}})
    return len(drifting)


async def list_checkpoints(pool: Pool, *, page_size: int = 0, page_token: str = "", actor: Actor) -> CheckpointPage:
    """A page of checkpoints, newest first; they name no learner.

    Raises:
        PermissionMissing: The role reads no credits.
        InvalidField: Page size or token.
    """
    actor.require("credit.read")
    limit = limits.page_size(page_size)
    try:
        before = date.fromisoformat(page_token) if page_token else None
    except ValueError:
        raise InvalidField(field="page_token", expected="a token of an answer before") from None
    async with pool.acquire(timeout=10) as connection:
        found = await store.page(connection, before=before, limit=limit + 1)
    token = found[limit - 1].day.isoformat() if len(found) > limit else ""
    return CheckpointPage(found[:limit], token)
