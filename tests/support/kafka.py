"""Topics, records and what a block of code published, on the session's real broker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code

READY_SECONDS_MAX = 30
EVENTS_SECONDS_MAX = 15


@dataclass(frozen=True, slots=True)
class Broker:
    """How to reach the session's Kafka.

    Attributes:
        bootstrap: `host:port`.
        security_protocol: `PLAINTEXT`, `SASL_PLAINTEXT` or `SASL_SSL`; SASL means SCRAM-SHA-512.
    """

    bootstrap: str
    security_protocol: str = "PLAINTEXT"
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    def options(self) -> dict[str, Any]:
        """Arguments for any aiokafka client."""
        options: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": self.security_protocol,
        }
        if self.security_protocol != "PLAINTEXT":
            options |= {
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_plain_username": self.username,
                "sasl_plain_password": self.password,
            }
        return options

    def settings(self, prefix: str) -> dict[str, str]:
        """The settings of a service that reach this broker.

        Args:
            prefix: The service's prefix of environment names, such as `CREDIT_BANK_`.
        """
        values = {
            "KAFKA_BOOTSTRAP": self.bootstrap,
            "KAFKA_SECURITY_PROTOCOL": self.security_protocol,
            "KAFKA_USERNAME": self.username,
            "KAFKA_PASSWORD": self.password,
        }
        return {prefix + name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Record:
    """One record as a consumer sees it.

    Attributes:
        topic: Name on the broker, prefix included.
        headers: Header names to values, as text; of a repeated name the last value.
        value: The bytes, never decoded.
    """

    topic: str
    partition: int
    offset: int
    key: str | None
    value: bytes
    headers: dict[str, str]


@asynccontextmanager
async def admin(broker: Broker) -> AsyncIterator[AIOKafkaAdminClient]:
    """An admin client for the length of a block."""
    client = AIOKafkaAdminClient(**broker.options())
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def create_topics(broker: Broker, names: Sequence[str], *, partitions: int = 6) -> None:
    """Make topics and wait until their partitions have leaders; one that exists is left as it is.

    Raises:
        TimeoutError: The broker did not make them in time.
    """
    async with admin(broker) as client:
        answer = await client.create_topics([NewTopic(name, partitions, 1) for name in names])
        for _name, code, *message in answer.topic_errors:
            if code not in (0, TopicAlreadyExistsError.errno):
                raise for_code(code)(*message)

        async def have_leaders() -> bool:
            topics = await client.describe_topics(list(names))
            return all(
                topic["error_code"] == 0 and all(part["error_code"] == 0 for part in topic["partitions"])
                for topic in topics
            )

        await eventually(have_leaders, timeout_s=READY_SECONDS_MAX, what=f"leaders of {', '.join(names)}")


async def delete_topics(broker: Broker, names: Sequence[str]) -> None:
    """Remove topics; one that is not there is no error."""
    async with admin(broker) as client:
        answer = await client.delete_topics(list(dict.fromkeys(names)))  # a name given twice is refused as a whole
    for _name, code, *message in answer.topic_error_codes:
        if code not in (0, UnknownTopicOrPartitionError.errno):
            raise for_code(code)(*message)


class Topics:
    """The topics of one test, all with its prefix."""

    def __init__(self, broker: Broker, prefix: str) -> None:
        self.prefix = prefix
        self._broker = broker
        self._made: list[str] = []

    async def create(self, *names: str, partitions: int = 6) -> list[str]:
        """Make topics by their names in the contracts, and give their names on the broker."""
        full = [self.prefix + name for name in names]
        self._made += full
        await create_topics(self._broker, full, partitions=partitions)
        return full

    async def remove(self) -> None:
        """Delete them; the test's end."""
        if self._made:
            await delete_topics(self._broker, self._made)


async def eventually(
    holds: Callable[[], Awaitable[bool]], *, timeout_s: float, what: str, every_s: float = 0.05
) -> None:
    """Wait until a condition holds, looking again and again.

    Raises:
        TimeoutError: It did not hold in time; the message is `what`.
    """
    deadline = asyncio.get_running_loop().time() + timeout_s
    while not await holds():
        if asyncio.get_running_loop().time() > deadline:
            raise TimeoutError(f"not in {timeout_s} s: {what}")
        await asyncio.sleep(every_s)


async def wait_until_ready(broker: Broker) -> None:
    """Wait until the broker takes requests and coordinates groups; a group started earlier sees errors for a moment.

    Raises:
        TimeoutError: It did not within 30 s.
    """

    async def coordinates() -> bool:
        try:
            async with admin(broker) as client:
                await client.find_coordinator("nuaikit-test-probe")
        except (KafkaError, OSError):
            return False
        return True

    await eventually(coordinates, timeout_s=READY_SECONDS_MAX, what=f"a group coordinator at {broker.bootstrap}")


async def produce(
    broker: Broker,
    topic: str,
    *,
    value: bytes,
    key: str | None = None,
    headers: Mapping[str, str] | Sequence[tuple[str, bytes]] = (),
    partition: int | None = None,
    timeout_s: float = EVENTS_SECONDS_MAX,
) -> Record:
    """Send one record as it is, past the outbox: for poison, duplicates and events of a service that does not run.

    Raises:
        KafkaError: The broker refuses it, or has not taken it in time.
    """
    pairs = [(name, text.encode()) for name, text in headers.items()] if isinstance(headers, Mapping) else list(headers)
    producer = AIOKafkaProducer(**broker.options(), acks="all", request_timeout_ms=int(timeout_s * 1000))
    await producer.start()
    try:
        sent = await producer.send_and_wait(
            topic, value, key=key.encode() if key is not None else None, headers=pairs, partition=partition
        )
    finally:
        await producer.stop()
    return Record(topic, sent.partition, sent.offset, key, value, {name: raw.decode() for name, raw in pairs})


@asynccontextmanager
async def expect_events(
    broker: Broker, *topics: str, count: int = 1, timeout_s: float = EVENTS_SECONDS_MAX
) -> AsyncIterator[list[Record]]:
    """Record what a block publishes, and insist on the number.

        async with expect_events(broker, topic, count=2) as events:
            await verify(achievement)
        assert events[0].headers["ce_type"] == "nuaikit.credit_bank.v1.CreditVerified"

    The list fills when the block ends; per partition it keeps the broker's order. What was in the topics before is
    not seen. `count=0` asserts that nothing was published up to the end of the block.

    Raises:
        AssertionError: Fewer records in time, or more; the message names types and keys, never values.
    """
    parts = await _partitions(broker, topics)
    consumer = AIOKafkaConsumer(**broker.options(), enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign(parts)
        begin = await consumer.end_offsets(parts)
        for part, offset in begin.items():
            consumer.seek(part, offset)
        events: list[Record] = []
        yield events
        deadline = asyncio.get_running_loop().time() + timeout_s
        while len(events) < count and (left_s := deadline - asyncio.get_running_loop().time()) > 0:
            events.extend(await _fetch(consumer, timeout_ms=int(min(left_s, 1) * 1000)))
        end = await consumer.end_offsets(parts)
        published = sum(end[part] - begin[part] for part in parts)
        while len(events) < published and asyncio.get_running_loop().time() < deadline:
            events.extend(await _fetch(consumer, timeout_ms=200))
        seen = [f"{event.headers.get('ce_type', '?')} key={event.key}" for event in events]
        assert len(events) == count, f"{count} events expected on {', '.join(topics)}, {len(events)} seen: {seen}"
    finally:
        await consumer.stop()


async def read_all(broker: Broker, *topics: str, timeout_s: float = EVENTS_SECONDS_MAX) -> list[Record]:
    """Everything that the topics hold now, in the broker's order per partition."""
    parts = await _partitions(broker, topics)
    consumer = AIOKafkaConsumer(**broker.options(), enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign(parts)
        begin, end = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
        wanted = sum(end[part] - begin[part] for part in parts)
        records: list[Record] = []
        async with asyncio.timeout(timeout_s):
            while len(records) < wanted:
                records.extend(await _fetch(consumer, timeout_ms=500))
        return records
    finally:
        await consumer.stop()


async def _partitions(broker: Broker, topics: Sequence[str]) -> list[TopicPartition]:
    """Every partition of the topics, which must exist.

    Asked of the broker itself: a consumer that follows no topic keeps no metadata.
    """
    async with admin(broker) as client:
        described = await client.describe_topics(list(topics))
    for topic in described:
        assert topic["error_code"] == 0, f"no topic {topic['topic']}: create it first"
    return [TopicPartition(topic["topic"], part["partition"]) for topic in described for part in topic["partitions"]]


async def _fetch(consumer: AIOKafkaConsumer, *, timeout_ms: int) -> list[Record]:
    batches = await consumer.getmany(timeout_ms=timeout_ms)
    return [
        Record(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            key=record.key.decode() if record.key is not None else None,
            value=record.value,
            headers={name: value.decode() for name, value in record.headers},
        )
        for batch in batches.values()
        for record in batch
    ]
