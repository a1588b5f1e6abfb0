"""What tests of the chassis share: a tiny domain of counted facts, and processes that kill themselves at a given line.

A fact's value is its number within its key, so that a lost, doubled or reordered one is visible wherever it arrives.
The effects table has no unique key on purpose: what must prevent doubles is the code under test.
"""

import asyncio
import multiprocessing
import os
import signal
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaProducer
from chassis import outbox
from chassis.consumer import Handler, Runner, Subscription
from chassis.envelope import Envelope, NewEvent, to_headers
from chassis.ids import uuid7
from chassis.kafka import KafkaAccess
from chassis.outbox import Relay
from chassis.pg import Connection, Pool, create_pool, transaction
from chassis.telemetry import Telemetry
from google.protobuf.wrappers_pb2 import Int64Value

from tests.support.kafka import Broker, Record

TOPIC = "nuaikit.test.facts.v1"
EFFECTS = "CREATE TABLE effect (id bigint GENERATED ALWAYS AS IDENTITY, key text, value bigint, event_id uuid)"
STATED = "CREATE TABLE stated (key text PRIMARY KEY, last bigint)"
SQL_STATE = """
    INSERT INTO stated (key, last) VALUES ($1, 1)
    ON CONFLICT (key) DO UPDATE SET last = stated.last + 1 RETURNING last
"""
KILLED = -signal.SIGKILL


def fact(key: str, value: int, *, topic: str = TOPIC) -> NewEvent:
    """The `value`-th fact of a key."""
    return NewEvent(topic, key, Int64Value(value=value))


async def add_facts(pool: Pool, keys: Iterable[str], *, topic: str = TOPIC) -> None:
    """One transaction that states the next fact of each key, each the next after its last committed one."""
    async with transaction(pool) as connection:
        rows = [(key, await connection.fetchval(SQL_STATE, key)) for key in sorted(keys)]  # sorted, as use cases lock
        await outbox.add(connection, [fact(key, value, topic=topic) for key, value in rows])


async def apply_fact(connection: Connection, message: Int64Value, envelope: Envelope) -> None:
    """Note the effect; twice when it is applied twice."""
    await connection.execute(
        "INSERT INTO effect (key, value, event_id) VALUES ($1, $2, $3)",
        envelope.key,
        message.value,
        envelope.event_id,
    )


FACTS = Subscription.of([TOPIC], [Handler(Int64Value, apply_fact)])


async def effects(pool: Pool) -> dict[str, list[int]]:
    """Values applied, by key, in the order of their application."""
    found: dict[str, list[int]] = defaultdict(list)
    for row in await pool.fetch("SELECT key, value FROM effect ORDER BY id"):
        found[row["key"]].append(row["value"])
    return dict(found)


def first_arrivals(records: Sequence[Record]) -> dict[str, list[int]]:
    """Values by key in the order in which a consumer first sees each event; repetitions are left out."""
    seen: set[str] = set()
    found: dict[str, list[int]] = defaultdict(list)
    for record in sorted(records, key=lambda one: (one.partition, one.offset)):
        if record.headers["ce_id"] not in seen:
            seen.add(record.headers["ce_id"])
            found[record.key or ""].append(Int64Value.FromString(record.value).value)
    return dict(found)


def access(broker: Broker, prefix: str) -> KafkaAccess:
    """The session's broker, under a test's prefix."""
    return KafkaAccess(broker.options(), prefix)


@asynccontextmanager
async def opened(dsn: str, *, size_max: int = 8) -> AsyncIterator[Pool]:
    """A service's pool for the length of a block."""
    pool = await create_pool(dsn, size_max=size_max, application_name="test")
    try:
        yield pool
    finally:
        pool.terminate()


@asynccontextmanager
async def working(*workers: Relay | Runner) -> AsyncIterator[None]:
    """Relays and runners at work for the length of a block; one that ends by an error fails the test."""
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()
        async with asyncio.timeout(30):
            await asyncio.gather(*tasks)


def headers_of(key: str, sequence: int, **changed: str | None) -> list[tuple[str, bytes]]:
    """Headers of a fact, with some changed or, by None, left out; `_` in a name stands for `-`."""
    envelope = Envelope(
        event_id=uuid7(),
        type=Int64Value.DESCRIPTOR.full_name,
        source="/test",
        time=datetime.now(UTC),
        topic=TOPIC,
        key=key,
        sequence=sequence,
        traceparent=None,
    )
    named = {name: value.decode() for name, value in to_headers(envelope)}
    for name, value in changed.items():
        named["content-type" if name == "content_type" else name] = value or ""
        if value is None:
            del named["content-type" if name == "content_type" else name]
    return [(name, value.encode()) for name, value in named.items()]


@dataclass
class Publisher:
    """Sends records as they are, past any outbox: repetitions, gaps, poison."""

    producer: AIOKafkaProducer
    topic: str
    sent: dict[tuple[str, int], list[tuple[str, bytes]]] = field(default_factory=dict)

    async def fact(self, key: str, value: int, *, partition: int | None = None) -> None:
        """The `value`-th fact of a key; the same again has the same id."""
        headers = self.sent.setdefault((key, value), headers_of(key, value))
        await self.raw(key.encode(), Int64Value(value=value).SerializeToString(), headers, partition=partition)

    async def raw(
        self, key: bytes | None, value: bytes | None, headers: list[tuple[str, Any]], *, partition: int | None = None
    ) -> None:
        """Any record, behind those of its partition; it may still be on its way."""
        await self.producer.send(self.topic, value, key=key, headers=headers, partition=partition)


@asynccontextmanager
async def publishing(broker: Broker, prefix: str) -> AsyncIterator[Publisher]:
    """A publisher on the topic of facts."""
    producer = AIOKafkaProducer(**broker.options(), acks="all", linger_ms=1)
    await producer.start()
    try:
        yield Publisher(producer, prefix + TOPIC)
    finally:
        await producer.stop()


@dataclass(frozen=True, slots=True)
class Victim:
    """A process that does a relay's or a runner's work and kills itself at a checkpoint.

    Attributes:
        role: `relay` or `runner`.
        place: Name of the checkpoint; empty: it lives until it is killed from outside.
        times: At which passage.
    """

    role: str
    dsn: str
    options: dict[str, Any]
    prefix: str
    group: str = ""
    place: str = ""
    times: int = 1


# Started from a helper process that has the modules loaded, so that killing twenty takes seconds and not a minute.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.support.plumbing"])


def start_victim(victim: Victim) -> BaseProcess:
    """Start it; `await ended(process)` tells how it ended."""
    process = _context.Process(target=_live, args=(victim,), daemon=True)
    process.start()
    return process


async def ended(process: BaseProcess, *, timeout_s: float = 30) -> int | None:
    """Its exit code, -9 when it was killed.

    Raises:
        TimeoutError: It lives on.
    """
    await asyncio.to_thread(process.join, timeout_s)
    if process.exitcode is None:
        raise TimeoutError("the victim did not reach its checkpoint")
    return process.exitcode


def _live(victim: Victim) -> None:
    passages = 0

    def checkpoint(place: str) -> None:
        nonlocal passages
        passages += place == victim.place
        if passages == victim.times and place == victim.place:
            os.kill(os.getpid(), signal.SIGKILL)

    with suppress(KeyboardInterrupt):
        asyncio.run(_work(victim, checkpoint))


async def _work(victim: Victim, checkpoint: Callable[[str], None]) -> None:
    telemetry = Telemetry("victim")
    kafka = KafkaAccess(victim.options, victim.prefix)
    if victim.role == "relay":
        await Relay(
            victim.dsn, kafka, service_name="test", telemetry=telemetry, batch_rows_max=50, checkpoint=checkpoint
        ).run()
    else:
        async with opened(victim.dsn) as pool:
            await Runner(
                pool, kafka, FACTS, group=victim.group, telemetry=telemetry, batch_records_max=20, checkpoint=checkpoint
            ).run()


def event_ids(records: Sequence[Record]) -> list[UUID]:
    """Ids of events as they lie in a topic."""
    return [UUID(record.headers["ce_id"]) for record in records]
