"""Keeping the answer of a list call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis import idempotency
from chassis.errors import Unavailable
from chassis.idempotency import RequestKey
from chassis.outcomes import Outcome, outcomes_to_answer
from chassis.pg import Connection


async def answered(connection: Connection, request_id: UUID, *, caller: str, content: bytes) -> bytes | None:
    """The answer that a request id has already; asked in a transaction of which nothing stays.

    For calls that ask neighbours before their own transaction: what was answered is answered again, whether or not the
    neighbours answer now, and whatever they would say. The transaction that does the work claims the id itself.

    Raises:
        RequestMismatch: The id was used for other content.
    """
    asking = connection.transaction()
    await asking.start()
    try:
        return await idempotency.claim(connection, request_id, caller=caller, content=content)
    finally:
        await asking.rollback()


async def finish(connection: Connection, request_id: UUID, *, caller: str, outcomes: Sequence[Outcome]) -> None:
    """Keep the answer under the request id, unless an item failed for want of a neighbour's answer.

    `Unavailable` tells the caller to send the same request again. Such a request id is given back: when it comes again
    it is decided again, and what is done already is known by its natural key.
    """
    if any(outcome.problem is not None and outcome.problem.kind == Unavailable.kind for outcome in outcomes):
        await idempotency.release(connection, request_id, caller=caller)
    else:
        await idempotency.finish(connection, request_id, caller=caller, answer=outcomes_to_answer(outcomes))


async def finish_many(connection: Connection, answers: Mapping[RequestKey, Sequence[Outcome]]) -> None:
    """The same for several requests, in one statement where all can be kept."""
    kept: dict[RequestKey, bytes] = {}
    for (caller, request_id), outcomes in answers.items():
        if any(outcome.problem is not None and outcome.problem.kind == Unavailable.kind for outcome in outcomes):
            await idempotency.release(connection, request_id, caller=caller)
        else:
            kept[caller, request_id] = outcomes_to_answer(outcomes)
    await idempotency.finish_many(connection, kept)
