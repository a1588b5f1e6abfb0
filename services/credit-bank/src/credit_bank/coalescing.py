"""Calls made at the same time for one institution share one transaction and its statements, whoever makes them.

Whoever sends things one by one, and many at once, would otherwise pay a whole transaction for each. Nobody waits for
others: a call that finds its lane free goes at once; those that come while it is under way go together as the next
group. What a call means does not change: each has its own request id, answer, refusals, trace and person, as if the
calls had come one after the other. Each caller's right is looked at before his call joins others, and so is what may
take long and concerns him alone. A group that cannot be carried out as one is carried out call by call.

A use case says once what it does with calls (`Work`); one call is a group of one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import Context, copy_context
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Generic, Protocol, TypeVar
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.errors import Unavailable
from chassis.idempotency import RequestKey
from chassis.outcomes import Outcome
from chassis.pg import Connection, Pool, transaction
from chassis.telemetry import current_traceparent

from credit_bank import calls, settled

log = logging.getLogger(__name__)

SMALL: Final = 10
"""Calls with more items gain nothing by going together."""
GROUP_ITEMS_MAX: Final = 500
WAITING_MAX: Final = 2_000
"""Calls that may wait for one institution; more are told to come again."""


class Command(Protocol):
    """What is asked for, under an id of the caller's."""

    @property
    def request_id(self) -> UUID:
        """The caller's id."""
        ...


C = TypeVar("C", bound=Command)
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Call(Generic[C, S]):
    """One call.

    Attributes:
        actor: Who may do it, which was looked at.
        now: UTC; the same for all calls of a group.
        seen: What was found out for this call alone before it joined others.
    """

    command: C
    actor: Actor
    now: datetime
    seen: S

    @property
    def key(self) -> RequestKey:
        """Whose request it is, and which."""
        return self.actor.caller, self.command.request_id


Done = tuple[list[Outcome], list[NewEvent]]
"""A call's outcomes, numbered as in that call, and the events that tell of them."""
Work = Callable[[Connection, Sequence[Call[C, S]]], Awaitable[list[Done]]]
"""Carries calls out inside one transaction, as if they came one after the other; one `Done` a call, in their order."""
Begin = Callable[[Sequence[Call[C, S]]], Awaitable[Work[C, S]]]
"""Finds out what must be known of all of them before a transaction is open, and gives what then carries them out."""


async def answer(pool: Pool, call: Call[C, S], begin: Begin[C, S], *, is_rehearsal: bool = False) -> list[Outcome]:
    """Carry out one call by itself.

    Args:
        pool: Connections.
        call: The call.
        begin: What is done with calls.
        is_rehearsal: Say what would happen and change nothing.

    Raises:
        RequestMismatch: The request id was used before with other content.
    """
    work = await begin([call])

    async def alone(connection: Connection) -> Done:
        [done] = await work(connection, [call])
        return done

    return await calls.run(pool, call.command, alone, actor=call.actor, is_rehearsal=is_rehearsal)


@dataclass(slots=True)
class _Waiting(Generic[C, S]):
    """A call that waits for its answer; in whose context, for its deadline and trace."""

    call: Call[C, S]
    size: int
    answer: asyncio.Future[list[Outcome]]
    traceparent: str | None = field(default_factory=current_traceparent)
    context: Context = field(default_factory=copy_context)


@dataclass(slots=True)
class _Lane(Generic[C, S]):
    """Calls for one institution, and who works on them."""

    waiting: deque[_Waiting[C, S]] = field(default_factory=deque["_Waiting[C, S]"])
    worker: asyncio.Task[None] | None = None


class Coalescer(Generic[C, S]):
    """Answers calls of one kind; small ones for one institution that come at the same time go together."""

    def __init__(self, pool: Pool, begin: Begin[C, S], *, group_items_max: int = GROUP_ITEMS_MAX) -> None:
        """One for each process and transport; `begin` says what is done with calls."""
        self._pool = pool
        self._begin = begin
        self._group_items_max = group_items_max
        self._lanes: dict[UUID, _Lane[C, S]] = {}

    async def answer(self, call: Call[C, S], *, size: int) -> list[Outcome]:
        """As `answer`, with the same outcomes and errors.

        Args:
            call: Of somebody who may do it at his institution.
            size: Its items.

        Raises:
            RequestMismatch: The request id was used before with other content.
            Unavailable: Too many wait already.
        """
        if size > SMALL:
            return await answer(self._pool, call, self._begin)
        institution_id = call.actor.at()
        lane = self._lanes.setdefault(institution_id, _Lane())
        if len(lane.waiting) >= WAITING_MAX:
            raise Unavailable("Too many calls wait for this institution.")
        one = _Waiting(call, size, asyncio.get_running_loop().create_future())
        lane.waiting.append(one)
        if lane.worker is None:
            # In a context of its own: the first caller's deadline and trace are not those of the calls that follow.
            lane.worker = asyncio.create_task(self._work(institution_id, lane), context=Context())
        return await one.answer

    async def _work(self, institution_id: UUID, lane: _Lane[C, S]) -> None:
        try:
            while lane.waiting:
                await self._answer(_next_group(lane.waiting, self._group_items_max))
        finally:
            lane.worker = None
            self._lanes.pop(institution_id, None)
            for one in lane.waiting:  # the process ends: nobody is left waiting for ever
                one.answer.cancel()

    async def _answer(self, group: Sequence[_Waiting[C, S]]) -> None:
        rest: Sequence[_Waiting[C, S]] = group
        if len(group) > 1:
            try:
                rest = await self._together(group)
            except Exception:
                # Nothing of it stays; call by call, each gets its own answer or error.
                log.warning("A group of calls is carried out call by call", exc_info=True)
        for one in rest:
            await asyncio.create_task(self._alone(one), context=one.context)

    async def _alone(self, one: _Waiting[C, S]) -> None:
        try:
            outcomes = await answer(self._pool, one.call, self._begin)
        except Exception as exc:  # noqa: BLE001  # whoever waits for the answer gets the error
            if not one.answer.done():
                one.answer.set_exception(exc)
        else:
            if not one.answer.done():
                one.answer.set_result(outcomes)

    async def _together(self, group: Sequence[_Waiting[C, S]]) -> list[_Waiting[C, S]]:
        """One transaction for all whose request id is new; gives the others, whose answers may be known."""
        now = max(one.call.now for one in group)
        at_once = {id(one): replace(one.call, now=now) for one in group}
        work = await self._begin(list(at_once.values()))
        async with transaction(self._pool) as connection:
            claims = {one.call.key: idempotency.fingerprint(one.call.command) for one in reversed(group)}
            fresh = await idempotency.claim_new(connection, claims)
            chosen: list[_Waiting[C, S]] = []
            for one in group:
                if one.call.key in fresh:
                    fresh.discard(one.call.key)  # a second call under the same id has its answer then
                    chosen.append(one)
            done = await work(connection, [at_once[id(one)] for one in chosen]) if chosen else []
            await settled.finish_many(
                connection, {one.call.key: outcomes for one, (outcomes, _) in zip(chosen, done, strict=True)}
            )
            await outbox.add(
                connection,
                [
                    replace(event, traceparent=one.traceparent)
                    for one, (_, told) in zip(chosen, done, strict=True)
                    for event in told
                ],
            )
        for one, (outcomes, _) in zip(chosen, done, strict=True):
            if not one.answer.done():
                one.answer.set_result(outcomes)
        return [one for one in group if one not in chosen]


def shares(sizes: Sequence[int], outcomes: Sequence[Outcome], told: Mapping[int, NewEvent]) -> list[Done]:
    """What was done with the items of several calls, parted by call.

    Args:
        sizes: Items of each call.
        outcomes: Of all items, in their order.
        told: Events by the places of the items.
    """
    done: list[Done] = []
    start = 0
    for size in sizes:
        own = range(start, start + size)
        done.append(
            (
                [replace(outcomes[place], index=place - start) for place in own],
                [told[place] for place in own if place in told],
            )
        )
        start = own.stop
    return done


def _next_group(waiting: deque[_Waiting[C, S]], items_max: int) -> list[_Waiting[C, S]]:
    """The calls that go next, without those whose callers have left."""
    group: list[_Waiting[C, S]] = []
    size = 0
    while waiting and (not group or size + waiting[0].size <= items_max):
        one = waiting.popleft()
        if not one.answer.done():
            group.append(one)
            size += one.size
    return group
