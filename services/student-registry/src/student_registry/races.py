"""Two callers may state the same new fact at once: the loser looks again and finds it known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
from chassis.errors import Conflict

T = TypeVar("T")

TRIES_MAX = 3


class LostRace(Conflict):
    """Another request changed the same facts at the same time; send this one again."""

    reason = "LOST_RACE"


async def rerun_on(constraints: frozenset[str], work: Callable[[], Awaitable[T]]) -> T:
    """Run a whole use case again when it lost a race for one of `constraints`.

    Its transaction was rolled back, request id included, so the next try reads what the winner wrote. A violation of
    any other constraint is a fault of ours and is raised as it is.

    Raises:
        LostRace: Every try lost.
    """
    for _ in range(TRIES_MAX):
        try:
            return await work()
        except (asyncpg.UniqueViolationError, asyncpg.ExclusionViolationError) as exc:
            if exc.constraint_name not in constraints:
                raise
        except (asyncpg.DeadlockDetectedError, LostRace):
            # Two unique keys of one row may be awaited crosswise; the database ends one of the two.
            pass
    raise LostRace
