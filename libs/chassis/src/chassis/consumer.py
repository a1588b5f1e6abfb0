# aiokafka comes without type information; what it returns is annotated where it enters.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Applies events once each, in order per key, through any crash.

Per batch: one database transaction applies the records and notes them as consumed; then the offset is committed. A
record that cannot be applied is parked in this service's own database, and later events of its key behind it, so that
order survives and the other keys go on. An outage parks nothing: it is waited for.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from google.protobuf.message import DecodeError, Message
from opentelemetry.trace import SpanKind

from chassis import inbox
from chassis.envelope import VALUE_BYTES_MAX, Envelope
from chassis.errors import Conflict, Unavailable
from chassis.inbox import Arrival, Positions
from chassis.kafka import KafkaAccess
from chassis.lifecycle import Checkpoint, pause
from chassis.pg import CONTENTION, Connection, Pool, is_transient, transaction
from chassis.telemetry import Telemetry, context_of, describe_exception

log = logging.getLogger(__name__)

Apply = Callable[[Connection, Any, Envelope], Awaitable[None]]
"""Applies one decoded message inside the runner's transaction; it may run again after a rollback."""

TRIES_MAX = 10
"""Tries of one record that loses its locks or its time each time, about half a minute, before it is parked."""

BACKOFF_S_MAX = 5.0
MEASURE_EVERY_S = 5.0
FORGET_EVERY_S = 3600.0
BROKER_TIMEOUT_S = 30.0

_Record = ConsumerRecord[bytes | None, bytes | None]


_BLAMED: tuple[type[Exception], ...] = (*CONTENTION, Conflict)
"""Failures that may pass, unless this very record is their cause."""


def _may_pass(exc: Exception) -> bool:
    return is_transient(exc) or isinstance(exc, Unavailable | Conflict)


class UnappliableError(Exception):
    """A record cannot be applied as things are; `reason` says why without its content."""

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Handler:
    """How one message type is applied."""

    message: type[Message]
    apply: Apply

    @property
    def type(self) -> str:
        """Full name of the message."""
        return self.message.DESCRIPTOR.full_name


@dataclass(frozen=True, slots=True)
class Subscription:
    """Topics a service reads and what it does with their types; other types are skipped and counted."""

    topics: frozenset[str]
    handlers: Mapping[str, Handler]

    @classmethod
    def of(cls, topics: Sequence[str], handlers: Sequence[Handler]) -> Subscription:
        """Index handlers by type."""
        return cls(frozenset(topics), {handler.type: handler for handler in handlers})


class Runner:
    """Reads the subscribed topics as one member of the service's group."""

    def __init__(
        self,
        pool: Pool,
        access: KafkaAccess,
        subscription: Subscription,
        *,
        group: str,
        telemetry: Telemetry,
        batch_records_max: int = 200,
        checkpoint: Checkpoint = lambda _place: None,
    ) -> None:
        """Apply with `pool`; `checkpoint` is told `applied` and `committed`, which is where tests kill the process."""
        self._pool = pool
        self._access = access
        self._subscription = subscription
        self._group = group
        self._telemetry = telemetry
        self._batch_records_max = batch_records_max
        self._checkpoint = checkpoint
        self._stopping = asyncio.Event()
        self._lag_records = 0
        self._parked = 0
        self._measure_at = self._forget_at = float("-inf")
        self._tries: dict[tuple[str, int, int], int] = {}
        self._put_back = 0
        self._put_backs = telemetry.meter.create_counter("consumer.put_back", unit="batches")
        self._skipped = telemetry.meter.create_counter("consumer.skipped", unit="events")
        telemetry.gauge("consumer.lag", lambda: self._lag_records, unit="records")
        telemetry.gauge("consumer.parked", lambda: self._parked, unit="events")

    def stop(self) -> None:
        """Finish the batch in hand and return from `run`."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop`, through any outage of broker or database."""
        while not self._stopping.is_set():
            try:
                await self._run_consumer()
            except (KafkaError, OSError) as exc:
                log.warning("Consumer lost the broker and starts again", extra={"fields": describe_exception(exc)})
                await pause(self._stopping, 1.0)

    async def _run_consumer(self) -> None:
        consumer = AIOKafkaConsumer(
            *[self._access.name(topic) for topic in sorted(self._subscription.topics)],
            **self._access.options,
            group_id=self._group,
            client_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_interval_ms=300_000,
            # One fetch at a time goes to a broker: a partition that was just emptied waits for the others' to return.
            fetch_max_wait_ms=100,
            # The least a broker allows: partitions of a killed member wait this long for their next one.
            session_timeout_ms=6_000,
            heartbeat_interval_ms=2_000,
        )
        try:
            async with asyncio.timeout(BROKER_TIMEOUT_S):
                await consumer.start()
            while not self._stopping.is_set():
                batches = await consumer.getmany(timeout_ms=250, max_records=self._batch_records_max)
                for partition, records in batches.items():
                    await self._take(consumer, partition, records)
                await self._look_after(consumer)
        finally:
            try:
                async with asyncio.timeout(10):
                    await consumer.stop()
            except (TimeoutError, KafkaError):
                log.warning("Consumer left a client that did not stop")

    async def _take(self, consumer: AIOKafkaConsumer, partition: TopicPartition, records: Sequence[_Record]) -> None:
        """Apply records and commit their offset; after a failure that may pass, go back to where they began.

        The member stays in its group meanwhile: leaving it at every failed try would stop all others too.
        """
        try:
            await self._apply_records([self._arrival(record) for record in records])
        except Exception as exc:
            if not _may_pass(exc):
                raise
            self._put_back += 1
            self._put_backs.add(1)
            log.warning("Batch was put back", extra={"fields": {"times": self._put_back, **describe_exception(exc)}})
            if partition in consumer.assignment():
                consumer.seek(partition, records[0].offset)
            await pause(self._stopping, min(BACKOFF_S_MAX, 0.1 * 2 ** min(self._put_back, 6)))
            return
        self._put_back = 0
        self._checkpoint("applied")
        await self._commit(consumer, partition, records[-1].offset + 1)
        self._checkpoint("committed")

    async def _commit(self, consumer: AIOKafkaConsumer, partition: TopicPartition, offset: int) -> None:
        try:
            async with asyncio.timeout(BROKER_TIMEOUT_S):  # a failed commit may otherwise wait for ever
                await consumer.commit({partition: offset})
        except (CommitFailedError, IllegalStateError):
            # A rebalance took the partition between poll and commit; its new owner drops what is already consumed.
            fields = {"topic": partition.topic, "partition": partition.partition}
            log.info("Offset was not committed, as the partition moved", extra={"fields": fields})

    async def _look_after(self, consumer: AIOKafkaConsumer) -> None:
        """Now and then measure lag and parked events, and forget old event ids; an outage only delays it."""
        now = time.monotonic()
        if now < self._measure_at:
            return
        self._measure_at = now + MEASURE_EVERY_S
        try:
            async with asyncio.timeout(MEASURE_EVERY_S):
                parts = list(consumer.assignment())
                ends = await consumer.end_offsets(parts) if parts else {}
                self._lag_records = sum([max(0, ends[part] - await consumer.position(part)) for part in parts])
                self._parked = await self._pool.fetchval(inbox.SQL_PARKED_COUNT)
                if now >= self._forget_at:
                    await self._pool.execute(inbox.SQL_FORGET, inbox.KEEP)
                    self._forget_at = now + FORGET_EVERY_S
        except Exception as exc:
            if not (is_transient(exc) or isinstance(exc, KafkaError)):
                raise
            log.info("Measures are late", extra={"fields": describe_exception(exc)})

    async def _apply_records(self, arrivals: Sequence[Arrival]) -> None:
        """All records in one transaction; when that fails, each in its own.

        Raises:
            Exception: A failure that may pass; the records must come again, and those applied by then are known.
        """
        try:
            await self._apply_together(arrivals)
        except Exception as exc:
            if _may_pass(exc) and not isinstance(exc, _BLAMED):
                raise
            log.info("Batch falls back to single records", extra={"fields": describe_exception(exc)})
            for arrival in arrivals:
                await self._apply_or_park(arrival)

    def _arrival(self, record: _Record) -> Arrival:
        topic = self._access.topic(record.topic)
        return Arrival.read(
            topic, record.partition, record.offset, key=record.key, headers=record.headers, value=record.value
        )

    async def _apply_or_park(self, arrival: Arrival) -> None:
        place = (arrival.topic, arrival.partition, arrival.offset)
        try:
            await self._apply_together([arrival])
        except Exception as exc:
            reason = "APPLY_FAILED"
            if _may_pass(exc):
                # Only what a statement may be to blame for counts, so that nobody is parked because of an outage.
                self._tries[place] = self._tries.get(place, 0) + isinstance(exc, _BLAMED)
                if self._tries[place] < TRIES_MAX:
                    raise
                reason = "TRIES_EXHAUSTED"
            log.exception("Event could not be applied")
            async with transaction(self._pool) as connection:
                await inbox.park(connection, arrival, f"{reason}:{type(exc).__name__}")
            self._tell_parked(arrival, reason)
        self._tries.pop(place, None)

    async def _apply_together(self, arrivals: Sequence[Arrival]) -> None:
        """One transaction; what is known to be impossible before its handler runs is parked in it."""
        parked: list[tuple[Arrival, str]] = []
        async with transaction(self._pool) as connection:
            positions = await Positions.lock(connection, [one.envelope for one in arrivals if one.envelope])
            for arrival in arrivals:
                try:
                    await self._apply(connection, arrival, positions)
                except UnappliableError as exc:
                    await inbox.park(connection, arrival, exc.reason)
                    parked.append((arrival, exc.reason))
                    if arrival.envelope:
                        positions.waiting.add((arrival.envelope.topic, arrival.envelope.key))
            await positions.write(connection)
        for arrival, reason in parked:
            self._tell_parked(arrival, reason)

    async def _apply(self, connection: Connection, arrival: Arrival, positions: Positions) -> None:
        """Apply one event, and then those parked behind it, unless it was applied before.

        Raises:
            UnappliableError: It is broken, or its turn has not come; nothing was written for it.
        """
        envelope = arrival.envelope
        if envelope is None:
            raise UnappliableError("BROKEN_ENVELOPE")
        obstacle = positions.obstacle(envelope)
        if obstacle == "":
            return
        if obstacle:
            raise UnappliableError(obstacle)
        await self._handle(connection, envelope, arrival.value)
        positions.advance(envelope)
        await self._drain(connection, (envelope.topic, envelope.key), positions)

    async def _handle(self, connection: Connection, envelope: Envelope, value: bytes | None) -> None:
        handler = self._subscription.handlers.get(envelope.type)
        if handler is None:
            self._skipped.add(1, {"type": envelope.type})
            return
        message = decode(handler.message, value)
        with self._telemetry.span(
            f"process {envelope.topic}",
            kind=SpanKind.CONSUMER,
            parent=context_of(envelope.traceparent),
            attributes={"messaging.message.type": envelope.type, "event_id": str(envelope.event_id)},
        ):
            await handler.apply(connection, message, envelope)

    async def _drain(self, connection: Connection, key: inbox.Key, positions: Positions) -> None:
        """Apply parked events of a key whose turn has come; the first that still cannot stays parked.

        Unbounded, as nothing would come back for the rest: each round resolves a row or ends the loop.
        """
        while key in positions.waiting:
            found = await inbox.next_parked(connection, key, last=positions.last[key])
            if found is None:
                return
            parked_id, arrival = found
            assert arrival.envelope is not None, "an event with a number was parked with its envelope"
            try:
                async with connection.transaction():
                    await self._handle(connection, arrival.envelope, arrival.value)
            except Exception as exc:
                if _may_pass(exc):
                    raise
                reason = exc.reason if isinstance(exc, UnappliableError) else f"APPLY_FAILED:{type(exc).__name__}"
                if not isinstance(exc, UnappliableError):
                    log.exception("Parked event could not be applied")
                await connection.execute(inbox.SQL_PARKED_TRIED, parked_id, reason)
                return
            positions.advance(arrival.envelope)

    def _tell_parked(self, arrival: Arrival, reason: str) -> None:
        self._measure_at = float("-inf")
        fields = {"topic": arrival.topic, "partition": arrival.partition, "offset": arrival.offset, "reason": reason}
        log.error("Parked an event", extra={"fields": fields})

    async def replay_parked(self) -> tuple[int, int]:
        """Try every parked event again, in order per key.

        Returns:
            How many were applied now, and how many stay parked.
        """
        applied = 0
        for row in await self._pool.fetch(inbox.SQL_PARKED_KEYS):
            key = (row["topic"], row["key"])
            async with transaction(self._pool) as connection:
                positions = await Positions.lock_key(connection, key)
                await self._drain(connection, key, positions)
                await positions.write(connection)
                applied += len(positions.applied)
        self._parked = await self._pool.fetchval(inbox.SQL_PARKED_COUNT)
        return applied, self._parked


def decode(message_type: type[Message], value: bytes | None) -> Message:
    """Read an event.

    Raises:
        UnappliableError: Not this message, larger than any sender may send, or an enum value of a newer release, whose
            meaning would be lost.
    """
    if value is None:
        raise UnappliableError("BROKEN_MESSAGE")
    if len(value) > VALUE_BYTES_MAX:
        raise UnappliableError("TOO_LARGE")
    message = message_type()
    try:
        message.ParseFromString(value)
    except DecodeError:
        raise UnappliableError("BROKEN_MESSAGE") from None
    if _has_unknown_enum(message):
        raise UnappliableError("UNKNOWN_ENUM_VALUE")
    return message


def _has_unknown_enum(message: Message) -> bool:
    for descriptor, value in message.ListFields():
        values: Sequence[Any] = value if descriptor.is_repeated else [value]
        enum, nested = descriptor.enum_type, descriptor.message_type
        if enum is not None and any(number not in enum.values_by_number for number in values):
            return True
        is_map = nested is not None and nested.GetOptions().map_entry  # maps of ours hold text only
        if nested is not None and not is_map and any(_has_unknown_enum(part) for part in values):
            return True
    return False
