"""Sealing everything anew with the current keys, after a rotation.

The order of a rotation: (1) configure the new key as a previous one everywhere, so that every process can open what any
other seals; (2) make it the current one and the old one a previous one; (3) run this; (4) when nothing is left, remove
the old key. Each chunk is a transaction, and a row is known by its own key versions: a run that was cut off is simply
started again, and rows that others hold or write meanwhile are met by the next pass.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from chassis.pg import Connection, transaction

from student_registry.deps import Deps
from student_registry.identifiers import use_cases as identifiers
from student_registry.importing import use_cases as imports
from student_registry.profiles import use_cases as profiles
from student_registry.requests import use_cases as requests
from student_registry.workplaces import use_cases as workplaces

log = logging.getLogger(__name__)

CHUNK_ROWS = 500


class _ResealChunk(Protocol):
    """Seals a chunk of one table anew: the last id of the chunk, or None when there is none after `after`."""

    async def __call__(self, deps: Deps, connection: Connection, *, after: UUID, limit: int) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class _Sealed:
    """One table with sealed values."""

    reseal_chunk: _ResealChunk
    count_old: Callable[[Deps, Connection], Awaitable[int]]
    chunk_rows: int = CHUNK_ROWS


_TABLES: Mapping[str, _Sealed] = {
    "learner_identifier": _Sealed(identifiers.reseal_chunk, identifiers.count_old_seals),
    "data_request": _Sealed(requests.reseal_chunk, requests.count_old_seals),
    "profile_fact": _Sealed(profiles.reseal_chunk, profiles.count_old_seals),
    "profile_photo": _Sealed(profiles.reseal_photos, profiles.count_old_photos, chunk_rows=20),
    "workplace_contact": _Sealed(workplaces.reseal_chunk, workplaces.count_old_seals),
}


@dataclass(frozen=True, slots=True)
class Resealed:
    """What a run did: chunks by table, and rows that an older key still seals."""

    chunks: Mapping[str, int]
    left: Mapping[str, int]

    @property
    def is_complete(self) -> bool:
        """Whether the older keys may be removed."""
        return not any(self.left.values())


async def reseal(deps: Deps) -> Resealed:
    """Seal and index everything with the current keys; may be stopped at any time and started again.

    Raises:
        SealBrokenError: A key that sealed a value is not configured; what was done before stays done.
    """
    chunks: dict[str, int] = {}
    for name, table in _TABLES.items():
        chunks[name] = 0
        after: UUID | None = UUID(int=0)
        while after is not None:
            async with transaction(deps.pool) as connection:
                after = await table.reseal_chunk(deps, connection, after=after, limit=table.chunk_rows)
            if after is not None:
                chunks[name] += 1
                log.info("Sealed a chunk anew", extra={"fields": {"table": name, "chunk": chunks[name]}})
    left: dict[str, int] = {}
    async with transaction(deps.pool) as connection:
        for name, table in _TABLES.items():
            left[name] = await table.count_old(deps, connection)
        left |= await imports.count_old_seals(deps, connection)
    return Resealed(chunks, left)
