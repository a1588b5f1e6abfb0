"""Rows of the outbox: their numbers, their days, and what may be dropped."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from chassis import outbox
from chassis.outbox import maintain_partitions
from chassis.pg import Connection, Pool, transaction
from chassis.telemetry import Telemetry

from tests.support.kafka import eventually
from tests.support.plumbing import TOPIC, fact, opened

TODAY = datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)
SQL_PLACES = "SELECT tableoid::regclass::text AS part, created_at FROM outbox ORDER BY created_at"
SQL_BACKDATED = """
    INSERT INTO outbox (event_id, topic, key, sequence, type, payload, created_at, published_at)
    VALUES (uuidv7(), 'topic', 'key', $1, 'type', '', $2, $3)
"""


@pytest.fixture
async def pool(database: Callable[..., str]) -> AsyncIterator[Pool]:
    """A database with the plumbing's tables."""
    async with opened(database("chassis")) as opened_pool:
        yield opened_pool


async def _maintain(pool: Pool, today: datetime) -> set[str]:
    async with pool.acquire() as connection:
        await maintain_partitions(connection, today=today)
        return {row["name"] for row in await connection.fetch(outbox.SQL_PARTITIONS)}


async def _backdate(pool: Pool, moments: list[datetime], *, published: bool) -> None:
    for number, moment in enumerate(moments, start=1):
        await pool.execute(SQL_BACKDATED, number, moment, moment if published else None)


async def test_events_of_one_transaction_are_numbered_in_their_order_per_key(pool: Pool) -> None:
    async with transaction(pool) as connection:
        await outbox.add(connection, [fact("b", 1), fact("a", 1), fact("b", 2)])
    async with transaction(pool) as connection:
        await outbox.add(connection, [fact("b", 3), fact("b", 1, topic="nuaikit.test.other.v1")])
    rows = await pool.fetch("SELECT topic, key, sequence FROM outbox ORDER BY outbox_id")
    assert [tuple(row) for row in rows] == [
        (TOPIC, "b", 1),
        (TOPIC, "a", 1),
        (TOPIC, "b", 2),
        (TOPIC, "b", 3),
        ("nuaikit.test.other.v1", "b", 1),
    ]


async def test_number_of_a_rolled_back_event_is_given_out_again(pool: Pool) -> None:
    async with pool.acquire() as connection:
        undone = connection.transaction()
        await undone.start()
        await outbox.add(connection, [fact("a", 1)])
        await undone.rollback()
        async with connection.transaction():
            await outbox.add(connection, [fact("a", 1)])
    assert await pool.fetchval("SELECT sequence FROM outbox") == 1


async def test_no_event_writes_nothing(pool: Pool) -> None:
    async with transaction(pool) as connection:
        await outbox.add(connection, [])
    assert await pool.fetchval("SELECT count(*) FROM outbox") == 0


async def test_event_goes_on_with_the_trace_of_its_transaction(pool: Pool) -> None:
    telemetry = Telemetry("test")
    with telemetry.span("use case") as span:
        async with transaction(pool) as connection:
            await outbox.add(connection, [fact("a", 1)])
    assert format(span.get_span_context().trace_id, "032x") in await pool.fetchval("SELECT traceparent FROM outbox")


async def test_days_are_made_ahead_and_rows_fall_on_theirs_around_midnight(pool: Pool) -> None:
    made = await _maintain(pool, TODAY)
    assert made == {"outbox_20261121", "outbox_20261122", "outbox_20261123"}
    midnight = datetime(2026, 11, 22, tzinfo=UTC)
    moments = [midnight - timedelta(microseconds=1), midnight, midnight + timedelta(days=10)]
    await _backdate(pool, moments, published=False)
    places = [row["part"] for row in await pool.fetch(SQL_PLACES)]
    assert places == ["outbox_20261121", "outbox_20261122", "outbox_default"]
    await _maintain(pool, midnight)
    assert await pool.fetchval("SELECT count(*) FROM outbox") == len(moments), "no row vanished at midnight"


async def test_day_that_began_in_the_default_partition_stays_there(pool: Pool) -> None:
    await _backdate(pool, [TODAY], published=False)
    assert await _maintain(pool, TODAY) == {"outbox_20261122", "outbox_20261123"}
    assert [row["part"] for row in await pool.fetch(SQL_PLACES)] == ["outbox_default"]


async def test_published_days_are_dropped_after_three_and_unpublished_ones_never(pool: Pool) -> None:
    await _maintain(pool, TODAY)
    day = TODAY.replace(hour=12)
    await _backdate(pool, [day, day + timedelta(days=2)], published=True)
    await _backdate(pool, [day + timedelta(days=1)], published=False)
    assert "outbox_20261121" in await _maintain(pool, TODAY + timedelta(days=3))
    parts = await _maintain(pool, TODAY + timedelta(days=9))
    assert "outbox_20261121" not in parts
    assert "outbox_20261122" in parts, "it holds a row that nobody has sent"
    assert "outbox_20261123" not in parts
    waiting = await pool.fetch("SELECT published_at FROM outbox")
    assert [row["published_at"] for row in waiting] == [None]


async def test_published_rows_of_the_default_partition_are_deleted_after_three_days(pool: Pool) -> None:
    await _backdate(pool, [TODAY - timedelta(days=4), TODAY - timedelta(days=2)], published=True)
    await _backdate(pool, [TODAY - timedelta(days=4)], published=False)
    await _maintain(pool, TODAY)
    left = [(row["created_at"], row["part"]) for row in await pool.fetch(SQL_PLACES)]
    assert left == [(TODAY - timedelta(days=4), "outbox_default"), (TODAY - timedelta(days=2), "outbox_default")]


async def test_upkeep_gives_way_to_a_writer_and_is_done_later(pool: Pool) -> None:
    async with pool.acquire() as writer, pool.acquire() as keeper:
        async with writer.transaction():
            await outbox.add(writer, [fact("a", 1)])
            upkeep = asyncio.create_task(maintain_partitions(keeper, today=TODAY + timedelta(days=30)))
            await asyncio.wait_for(upkeep, timeout=10)  # three tries of a second, none of which got the table
            assert await writer.fetchval("SELECT count(*) FROM pg_inherits") >= 1
        parts = await _maintain(pool, TODAY + timedelta(days=30))
    assert len(parts) == outbox.DAYS_AHEAD


async def test_writer_behind_upkeep_waits_no_longer_than_its_try(pool: Pool) -> None:
    async with pool.acquire() as holder, pool.acquire() as keeper:
        transaction_held = holder.transaction()
        await transaction_held.start()
        await outbox.add(holder, [fact("a", 1)])
        upkeep = asyncio.create_task(maintain_partitions(keeper, today=TODAY))
        await _wait_for_lock(holder)
        async with asyncio.timeout(5), transaction(pool) as connection:
            await outbox.add(connection, [fact("b", 1)])
        await transaction_held.rollback()
        await upkeep


async def _wait_for_lock(connection: Connection) -> None:
    async def somebody_waits() -> bool:
        return await connection.fetchval("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")

    await eventually(somebody_waits, timeout_s=5, what="the upkeep to ask for the table", every_s=0)


async def test_missing_key_and_second_number_are_refused_by_the_table(pool: Pool) -> None:
    await _backdate(pool, [TODAY], published=False)
    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute(SQL_BACKDATED, 0, TODAY, None)
