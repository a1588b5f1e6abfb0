"""Comparing learners who are new in the register with everybody who may be the same, beside the relay.

However somebody comes in (a call, a file, a census), an identifier decides at once who he is. Whom no identifier leads
to may still be known: that is found here, a little later, so that nobody waits for it who registers or imports.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

import asyncpg
from chassis.lifecycle import pause
from chassis.pg import is_transient, transaction
from chassis.telemetry import describe_exception

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.matching import store
from student_registry.matching.review import propose

log = logging.getLogger(__name__)

CHUNK = 20
POLL_S = 2.0
BREATH_S = 0.02
"""Between two chunks: imports and calls come before this."""
FOUND_BY = "registry"
"""Stands where the keyed hash of a person stands for pairs that people looked for."""


async def compare_new(deps: Deps, *, now: datetime, limit: int = CHUNK) -> int:
    """Compare a few learners nobody has compared yet, and put probable pairs into the queue; how many were compared."""
    async with transaction(deps.pool) as connection:
        learner_ids = await store.uncompared(connection, limit=limit)
        found = await propose(deps, connection, learner_ids, found_by=FOUND_BY, now=now)
    if learner_ids:
        # Afterwards and by itself: whoever registers such a learner now never waits for a comparison.
        async with deps.pool.acquire(timeout=10) as connection:
            await store.note_compared(connection, learner_ids, now=now)
        log.info("Compared new learners", extra={"fields": {"compared": len(learner_ids), "found": found}})
    return len(learner_ids)


async def set_aside(deps: Deps, *, now: datetime) -> None:
    """Note the next learner as compared though he could not be; a person can still look for whom he may be."""
    async with deps.pool.acquire(timeout=10) as connection:
        learner_ids = await store.uncompared(connection, limit=1)
        await store.note_compared(connection, learner_ids, now=now)
    log.error("A learner could not be compared", extra={"fields": {"learner_ids": [str(item) for item in learner_ids]}})


async def work(deps: Deps, stopping: asyncio.Event) -> None:
    """Compare new learners until a stop.

    An outage is waited for. A chunk that fails otherwise is gone through one by one, and the learner who fails by
    himself is set aside, so that nobody holds up those behind him.
    """
    limit, is_stuck = CHUNK, False
    while not stopping.is_set():
        compared = 0
        try:
            if is_stuck:
                await set_aside(deps, now=now_utc())
                is_stuck = False
            compared = await compare_new(deps, now=now_utc(), limit=limit)
            limit = CHUNK
        except Exception as exc:
            if is_transient(exc) and not isinstance(exc, asyncpg.QueryCanceledError):
                log.warning("Comparing new learners waits", extra={"fields": describe_exception(exc)})
            else:
                log.exception("Comparing new learners failed")
                limit, is_stuck = 1, limit == 1
        await pause(stopping, BREATH_S if compared else POLL_S)
