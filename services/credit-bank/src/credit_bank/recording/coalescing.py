"""Calls made at the same time for one institution share one transaction and its statements, whoever makes them.

Whoever sends results one by one, and many at once, would otherwise pay a whole transaction for each. Nobody waits for
others: a call that finds its lane free goes at once; those that come while it is under way go together as the next
group. What a call means does not change: each has its own request id, answer and refusals, and each result the person
who recorded it, as if the calls had come one after the other. Each caller's right is looked at before his call joins
others. A group that cannot be carried out as one is carried out call by call.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.idempotency import RequestKey
from chassis.outcomes import Outcome, check_size
from chassis.pg import Pool, transaction

from credit_bank import limits, settled
from credit_bank.clients import Registry
from credit_bank.recording.domain import Act
from credit_bank.recording.submitting import Recording, RecordResults, Submitted, look_around, record_results

log = logging.getLogger(__name__)

SMALL: Final = 10
"""Calls with more results gain nothing by going together."""
GROUP_RESULTS_MAX: Final = 500


@dataclass(slots=True)
class _Waiting:
    """A call that waits for its answer."""

    command: RecordResults
    actor: Actor
    now: datetime
    answer: asyncio.Future[list[Outcome]]

    @property
    def key(self) -> RequestKey:
        """Whose request it is, and which."""
        return self.actor.caller, self.command.request_id


@dataclass(slots=True)
class _Queue:
    """Calls for one institution, and who works on them."""

    waiting: deque[_Waiting] = field(default_factory=deque[_Waiting])
    worker: asyncio.Task[None] | None = None


class Coalescer:
    """Records results; small calls for one institution that come at the same time go together."""

    def __init__(self, pool: Pool, registry: Registry) -> None:
        """One for each process and transport."""
        self._pool = pool
        self._registry = registry
        self._lanes: dict[UUID, _Queue] = {}

    async def record(self, command: RecordResults, *, actor: Actor, now: datetime) -> list[Outcome]:
        """As `record_results`, with the same answers and errors."""
        actor.require("credit.record")
        lane = actor.at()
        check_size(command.results, limits.ITEMS_MAX, field="results")
        if len(command.results) > SMALL:
            return await record_results(self._pool, self._registry, command, actor=actor, now=now)
        queue = self._lanes.setdefault(lane, _Queue())
        one = _Waiting(command, actor, now, asyncio.get_running_loop().create_future())
        queue.waiting.append(one)
        if queue.worker is None:
            queue.worker = asyncio.create_task(self._work(lane, queue))
        return await one.answer

    async def _work(self, lane: UUID, queue: _Queue) -> None:
        try:
            while queue.waiting:
                await self._answer(_next_group(queue.waiting))
        finally:
            queue.worker = None
            self._lanes.pop(lane, None)
            for one in queue.waiting:  # the process ends: nobody is left waiting for ever
                one.answer.cancel()

    async def _answer(self, group: Sequence[_Waiting]) -> None:
        rest: Sequence[_Waiting] = group
        if len(group) > 1:
            try:
                rest = await self._together(group)
            except Exception:
                # Nothing of it stays; call by call, each gets its own answer or error.
                log.warning("A group of calls is carried out call by call", exc_info=True)
        for one in rest:
            await self._alone(one)

    async def _alone(self, one: _Waiting) -> None:
        try:
            outcomes = await record_results(self._pool, self._registry, one.command, actor=one.actor, now=one.now)
        except Exception as exc:  # noqa: BLE001  # whoever waits for the answer gets the error
            if not one.answer.done():
                one.answer.set_exception(exc)
        else:
            if not one.answer.done():
                one.answer.set_result(outcomes)

    async def _together(self, group: Sequence[_Waiting]) -> list[_Waiting]:
        """One transaction for all whose request id is new; gives the others, whose answers may be known."""
        actor, now = group[0].actor, max(one.now for one in group)
        around = await look_around(
            self._pool, self._registry, [result for one in group for result in one.command.results], actor=actor
        )
        recording = Recording(actor.at(), _act(actor, now), around)
        async with transaction(self._pool) as connection:
            claims = {one.key: idempotency.fingerprint(one.command) for one in reversed(group)}
            fresh = await idempotency.claim_new(connection, claims)
            chosen: list[_Waiting] = []
            for one in group:
                if one.key in fresh:
                    fresh.discard(one.key)  # a second call under the same id has its answer then
                    chosen.append(one)
            items = [(one, result) for one in chosen for result in one.command.results]
            await recording.run(
                connection,
                [Submitted(index, result, act=_act(one.actor, now)) for index, (one, result) in enumerate(items)],
            )
            answers = _shares(chosen, recording.outcomes)
            await settled.finish_many(
                connection, {one.key: answer for one, answer in zip(chosen, answers, strict=True)}
            )
            await outbox.add(connection, recording.events)
        for one, answer in zip(chosen, answers, strict=True):
            if not one.answer.done():
                one.answer.set_result(answer)
        return [one for one in group if one not in chosen]


def _act(actor: Actor, now: datetime) -> Act:
    return Act(now, actor.subject_hash, actor.assignment_id)


def _next_group(waiting: deque[_Waiting]) -> list[_Waiting]:
    group = [waiting.popleft()]
    size = len(group[0].command.results)
    while waiting and size + len(waiting[0].command.results) <= GROUP_RESULTS_MAX:
        group.append(waiting.popleft())
        size += len(group[-1].command.results)
    return group


def _shares(chosen: Sequence[_Waiting], outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    """Each call's outcomes, numbered as in that call."""
    shares: list[list[Outcome]] = []
    start = 0
    for one in chosen:
        count = len(one.command.results)
        shares.append([replace(outcome, index=outcome.index - start) for outcome in outcomes[start : start + count]])
        start += count
    return shares
