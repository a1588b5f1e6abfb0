"""Reading entries: for the institution that issued them, and for use cases of other packages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection, Pool, transaction

from credit_bank import limits
from credit_bank.recording import store, store_signing
from credit_bank.recording.domain import Entry, EntryState, Signature


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A page of entries; the token is empty on the last one."""

    entries: list[Entry]
    signatures: Mapping[UUID, tuple[Signature, ...]]
    next_page_token: str
    total: int


async def list_entries(
    pool: Pool,
    *,
    learner_ids: Sequence[UUID],
    state: EntryState | None,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
) -> EntryPage:
    """A page of the entries that the caller's institution issued; superseded versions only when asked for.

    Raises:
        PermissionMissing: The role reads no credits.
        InvalidField: Page size or token.
    """
    actor.require("credit.read")
    limit = limits.page_size(page_size)
    after = limits.page_after(page_token)
    async with transaction(pool) as connection:
        entries, total = await store.page(
            connection, actor.at(), state=state, learner_ids=learner_ids, after=after, limit=limit + 1
        )
        has_more = len(entries) > limit
        entries = entries[:limit]
        signatures = await read_signatures(connection, entries)
    return EntryPage(entries, signatures, str(entries[-1].entry_id) if has_more else "", total)


async def read_signatures(connection: Connection, entries: Collection[Entry]) -> Mapping[UUID, tuple[Signature, ...]]:
    """What the sides that assessed entries together signed, by entry."""
    joint = [entry.entry_id for entry in entries if entry.assessor_institution_ids]
    return await store_signing.signatures(connection, joint) if joint else {}


async def read_entries(connection: Connection, entry_ids: Collection[UUID]) -> Mapping[UUID, Entry]:
    """Entries by id, whoever issued them; for use cases that judge the caller's right themselves."""
    return await store.read_entries(connection, sorted(set(entry_ids)))


async def read_verified_entries(
    connection: Connection, learner_ids: Collection[UUID], *, as_of: datetime
) -> list[Entry]:
    """Entries of learners that were verified by an instant, and neither superseded nor revoked by then.

    By learner, year and term. Activities, yearly assessments and level equivalences are among them.
    """
    return await store.read_verified(connection, sorted(set(learner_ids)), as_of=as_of)
