"""Waiting that a stop ends, and places where tests stop the work for good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

Checkpoint = Callable[[str], None]
"""Told where the work stands; does nothing but in tests, which kill the process there."""


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    """Wait `seconds`, or until `stopping` is set."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return
