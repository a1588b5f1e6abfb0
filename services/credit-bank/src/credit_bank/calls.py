"""One call: the answer of its request id, or its work in one transaction with the outbox last."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NoReturn

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.envelope import NewEvent
from chassis.outcomes import Outcome, outcomes_from_answer
from chassis.pg import Connection, Pool, transaction

from credit_bank import settled

Work = Callable[[Connection], Awaitable[tuple[list[Outcome], list[NewEvent]]]]
"""What a call does inside its transaction: outcomes, and the events that tell of them."""


class _RolledBackError(Exception):
    """Ends a rehearsal: nothing of its transaction stays."""


def _roll_back() -> NoReturn:
    raise _RolledBackError


async def run(pool: Pool, command: Any, work: Work, *, actor: Actor, is_rehearsal: bool = False) -> list[Outcome]:
    """Do a call.

    Args:
        pool: Connections.
        command: With its `request_id`.
        work: Done when the request id is new.
        actor: Under whose name the request id is kept.
        is_rehearsal: Say what would happen and change nothing.

    Raises:
        RequestMismatch: The request id was used before with other content.
    """
    outcomes: list[Outcome] = []
    try:
        async with transaction(pool) as connection:
            answer = await idempotency.claim(
                connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
            )
            if answer is not None:
                return outcomes_from_answer(answer)
            outcomes, announced = await work(connection)
            await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
            await outbox.add(connection, announced)
            if is_rehearsal:
                _roll_back()
    except _RolledBackError:
        pass
    return outcomes
