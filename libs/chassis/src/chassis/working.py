"""One way for whatever works beside the relay to bear failures: nothing that goes wrong in a round ends the worker."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from chassis.errors import Conflict, Unavailable
from chassis.lifecycle import pause
from chassis.pg import is_transient
from chassis.telemetry import describe_exception

log = logging.getLogger(__name__)

RETRY_S: Final = 1.0
RETRY_S_MAX: Final = 60.0
"""Pauses after failures double from the one to the other; a round that succeeds begins anew."""

Round = Callable[[], Awaitable[bool]]
"""One round of work; True: there may be more at once."""


def is_outage(exc: BaseException) -> bool:
    """Whether the same work may succeed a little later, for reasons that lie outside it."""
    return isinstance(exc, Unavailable | Conflict | OSError) or is_transient(exc)


async def keep_working(work: Round, stopping: asyncio.Event, *, name: str, every_s: float) -> None:
    """Do rounds until the stop: the next at once while there is more, else after a pause.

    A failure is told, an outage as a warning, and the round comes again after a pause that grows. A round that can tell
    which item it failed on sets that aside itself, so that the next ones have their turn.

    Args:
        work: One round.
        stopping: Ends it.
        name: What works, for the log.
        every_s: Seconds between rounds when there is nothing to do.
    """
    failures = 0
    while not stopping.is_set():
        try:
            has_more = await work()
        except Exception as exc:
            fields = {"worker": name, "in_a_row": failures + 1}
            if is_outage(exc):
                log.warning("Work waits", extra={"fields": fields | describe_exception(exc)})
            else:
                log.exception("A round of work failed and is tried again", extra={"fields": fields})
            await pause(stopping, min(RETRY_S * 2**failures, RETRY_S_MAX))
            failures = min(failures + 1, 16)
            continue
        failures = 0
        if not has_more:
            await pause(stopping, every_s)
