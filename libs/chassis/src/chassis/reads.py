"""Reads asked for at the same time go as one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextvars import Context
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class SharedReads(Generic[K, V]):
    """Reads values by key with one statement for all who ask meanwhile.

    Nothing is kept: whoever asks while a read is under way goes with the next one, so that what he gets was read after
    he had asked. Nobody waits for others either: who finds no read under way goes at once.
    """

    def __init__(self, read: Callable[[list[K]], Awaitable[Mapping[K, V]]]) -> None:
        """Read with `read`, which gives what there is of the keys."""
        self._read = read
        self._asked: list[tuple[K, asyncio.Future[V | None]]] = []
        self._reader: asyncio.Task[None] | None = None

    async def get(self, key: K) -> V | None:
        """The value of a key, None where there is none; fails as the read does."""
        answer: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        self._asked.append((key, answer))
        if self._reader is None:
            # In a context of its own: it reads for all, and not within the first one's deadline and trace.
            self._reader = asyncio.create_task(self._work(), context=Context())
        return await answer

    async def _work(self) -> None:
        try:
            while self._asked:
                asked, self._asked = self._asked, []
                await _answer(asked, self._read)
        finally:
            self._reader = None
            for _, answer in self._asked:  # the process ends: nobody is left waiting for ever
                answer.cancel()


async def _answer(
    asked: list[tuple[K, asyncio.Future[V | None]]], read: Callable[[list[K]], Awaitable[Mapping[K, V]]]
) -> None:
    waiting = [(key, answer) for key, answer in asked if not answer.done()]
    if not waiting:
        return
    try:
        found = await read(list(dict.fromkeys(key for key, _ in waiting)))
    except Exception as exc:  # noqa: BLE001  # whoever waits gets the error
        for _, answer in waiting:
            if not answer.done():
                answer.set_exception(exc)
        return
    for key, answer in waiting:
        if not answer.done():
            answer.set_result(found.get(key))
