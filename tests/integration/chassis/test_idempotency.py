"""One request id: one effect, one answer, however many ask at once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from uuid import UUID, uuid4

import asyncpg
import pytest
from chassis import idempotency
from chassis.errors import RequestMismatch
from chassis.pg import Pool, transaction

from tests.support.plumbing import EFFECTS, opened

CONTENT = idempotency.fingerprint({"amount": 1})


@pytest.fixture
async def pool(database: Callable[..., str]) -> AsyncIterator[Pool]:
    """A database with an effects table."""
    async with opened(database("chassis"), size_max=20) as opened_pool:
        await opened_pool.execute(EFFECTS)
        yield opened_pool


async def _do_once(
    pool: Pool, request_id: UUID, *, caller: str = "me", content: bytes = CONTENT, fails: bool = False
) -> bytes:
    async with transaction(pool) as connection:
        answer = await idempotency.claim(connection, request_id, caller=caller, content=content)
        if answer is not None:
            return answer
        await connection.execute("INSERT INTO effect (key, value) VALUES ($1, 1)", caller)
        if fails:
            raise ZeroDivisionError
        answer = str(await connection.fetchval("SELECT max(id) FROM effect")).encode()
        await idempotency.finish(connection, request_id, caller=caller, answer=answer)
        return answer


async def _count(pool: Pool) -> int:
    return await pool.fetchval("SELECT count(*) FROM effect")


async def test_forty_at_once_have_one_effect_and_one_answer(pool: Pool) -> None:
    request_id = uuid4()
    answers = await asyncio.gather(*[_do_once(pool, request_id) for _ in range(40)])
    assert len(set(answers)) == 1
    assert await _count(pool) == 1


async def test_forty_at_once_of_which_the_first_ones_fail_still_have_one_effect(pool: Pool) -> None:
    request_id = uuid4()
    outcomes = await asyncio.gather(
        *[_do_once(pool, request_id, fails=number < 10) for number in range(40)], return_exceptions=True
    )
    answers = {outcome for outcome in outcomes if isinstance(outcome, bytes)}
    failures = [outcome for outcome in outcomes if not isinstance(outcome, bytes)]
    assert len(answers) == 1
    assert await _count(pool) == 1
    assert {type(failure) for failure in failures} <= {ZeroDivisionError}


async def test_other_content_under_the_same_id_is_refused_at_once_and_later(pool: Pool) -> None:
    request_id, other = uuid4(), idempotency.fingerprint({"amount": 2})
    outcomes = await asyncio.gather(
        *[_do_once(pool, request_id, content=content) for content in (CONTENT, other) * 10], return_exceptions=True
    )
    assert sum(isinstance(outcome, RequestMismatch) for outcome in outcomes) == 10
    assert len({outcome for outcome in outcomes if isinstance(outcome, bytes)}) == 1
    assert await _count(pool) == 1


async def test_ids_of_different_callers_never_meet(pool: Pool) -> None:
    request_id = uuid4()
    await asyncio.gather(*[_do_once(pool, request_id, caller=f"caller {number}") for number in range(5)])
    assert await _count(pool) == 5


async def test_empty_answer_is_an_answer(pool: Pool) -> None:
    request_id = uuid4()
    for expected in (None, b""):
        async with transaction(pool) as connection:
            assert await idempotency.claim(connection, request_id, caller="me", content=CONTENT) == expected
            await idempotency.finish(connection, request_id, caller="me", answer=b"")


async def test_claim_that_was_committed_without_an_answer_is_a_fault_and_no_second_effect(pool: Pool) -> None:
    request_id = uuid4()
    async with transaction(pool) as connection:
        await idempotency.claim(connection, request_id, caller="me", content=CONTENT)
    with pytest.raises(AssertionError, match="without an answer"):
        await _do_once(pool, request_id)
    assert await _count(pool) == 0


async def test_killed_session_leaves_the_id_free(pool: Pool) -> None:
    request_id = uuid4()
    with pytest.raises((asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.AdminShutdownError)):
        await _die_in_the_middle(pool, request_id)
    await _do_once(pool, request_id)
    assert await _count(pool) == 1


async def _die_in_the_middle(pool: Pool, request_id: UUID) -> None:
    async with transaction(pool) as connection:
        await idempotency.claim(connection, request_id, caller="me", content=CONTENT)
        await connection.execute("INSERT INTO effect (key, value) VALUES ('me', 1)")
        await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")


async def test_answers_older_than_three_days_are_forgotten(pool: Pool) -> None:
    young, old = uuid4(), uuid4()
    for request_id in (young, old):
        await _do_once(pool, request_id)
    await pool.execute("UPDATE request SET created_at = now() - interval '73 hours' WHERE request_id = $1", old)
    async with pool.acquire() as connection:
        await idempotency.forget_old(connection)
    assert [row["request_id"] for row in await pool.fetch("SELECT request_id FROM request")] == [young]
