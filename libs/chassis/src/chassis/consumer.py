# aiokafka comes without type information; what it returns is annotated where it enters.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
"""Applies events once each, in order per key, through any crash.

Per batch: one database transaction applies the records and notes them as consumed; then the offset is committed. A
record that cannot be applied is parked in this service's own database with later events of its key behind it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from google.protobuf.message import DecodeError, Message
from opentelemetry.trace import SpanKind

from chassis.envelope import BrokenEnvelopeError, Envelope, from_headers
from chassis.errors import Conflict, Unavailable
from chassis.kafka import KafkaAccess
from chassis.pg import TRANSIENT, Connection, Pool, Record, transaction
from chassis.telemetry import Telemetry, context_of, describe_exception

log = logging.getLogger(__name__)

Apply = Callable[[Connection, Any, Envelope], Awaitable[None]]
"""Applies one decoded message inside the runner's transaction."""

SQL_LOCK_POSITION = """
    INSERT INTO consumed_position (topic, key, last_sequence) VALUES ($1, $2, 0)
    ON CONFLICT (topic, key) DO UPDATE SET last_sequence = consumed_position.last_sequence
    RETURNING last_sequence
"""
SQL_ADVANCE = "UPDATE consumed_position SET last_sequence = $3 WHERE topic = $1 AND key = $2"
SQL_SEEN = "INSERT INTO consumed_event (event_id, topic) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING true"
SQL_HAS_PARKED = "SELECT EXISTS (SELECT FROM parked_event WHERE topic = $1 AND key = $2 AND resolved_at IS NULL)"
SQL_PARK = """
    INSERT INTO parked_event
           (topic, kafka_partition, kafka_offset, key, event_id, sequence, type, headers, payload, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (topic, kafka_partition, kafka_offset) DO NOTHING
"""
SQL_PARKED_NEXT = """
    SELECT parked_id, topic, key, headers, payload, sequence FROM parked_event
     WHERE topic = $1 AND key = $2 AND resolved_at IS NULL AND sequence IS NOT NULL
     ORDER BY sequence, parked_id LIMIT 1 FOR UPDATE
"""
SQL_PARKED_KEYS = "SELECT DISTINCT topic, key FROM parked_event WHERE resolved_at IS NULL ORDER BY topic, key"
SQL_PARKED_RESOLVED = "UPDATE parked_event SET resolved_at = now(), tries = tries + 1 WHERE parked_id = $1"
SQL_PARKED_TRIED = "UPDATE parked_event SET tries = tries + 1, reason = $2 WHERE parked_id = $1"
SQL_PARKED_COUNT = "SELECT count(*) FROM parked_event WHERE resolved_at IS NULL"


class _UnappliableError(Exception):
    """A record cannot be applied as things are; `reason` says why without its content."""

    def __init__(self, reason: str) -> None:
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
    ) -> None:
        """Apply with `pool`."""
        self._pool = pool
        self._access = access
        self._subscription = subscription
        self._group = group
        self._telemetry = telemetry
        self._batch_records_max = batch_records_max
        self._stopping = asyncio.Event()
        self._lag_records = 0
        self._parked = 0
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
            except (*TRANSIENT, KafkaError, Unavailable, Conflict) as exc:
                log.warning("Consumer lost a connection and starts again", extra={"fields": describe_exception(exc)})
                await self._pause(1.0)

    async def _run_consumer(self) -> None:
        consumer = AIOKafkaConsumer(
            *[self._access.name(topic) for topic in sorted(self._subscription.topics)],
            **self._access.options,
            group_id=self._group,
            client_id=self._group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_interval_ms=300_000,
        )
        await consumer.start()
        try:
            self._parked = await self._pool.fetchval(SQL_PARKED_COUNT)
            while not self._stopping.is_set():
                batches = await consumer.getmany(timeout_ms=250, max_records=self._batch_records_max)
                for partition, records in batches.items():
                    await self._apply_records(records)
                    await self._commit(consumer, partition, records[-1].offset + 1)
                    self._note_lag(consumer, partition, records[-1].offset + 1)
        finally:
            try:
                async with asyncio.timeout(10):
                    await consumer.stop()
            except (TimeoutError, KafkaError):
                log.warning("Consumer left a client that did not stop")

    async def _commit(self, consumer: AIOKafkaConsumer, partition: TopicPartition, offset: int) -> None:
        try:
            await consumer.commit({partition: offset})
        except (CommitFailedError, IllegalStateError):
            # A rebalance took the partition between poll and commit; its new owner drops what is already consumed.
            log.info(
                "Offset was not committed, as the partition moved", extra={"fields": {"partition": partition.partition}}
            )

    def _note_lag(self, consumer: AIOKafkaConsumer, partition: TopicPartition, next_offset: int) -> None:
        end = consumer.highwater(partition)
        self._lag_records = max(0, (end or next_offset) - next_offset)

    async def _apply_records(self, records: Sequence[ConsumerRecord[bytes | None, bytes | None]]) -> None:
        """All records in one transaction; when one cannot be applied, each in its own."""
        try:
            async with transaction(self._pool) as connection:
                for record in records:
                    await self._apply_record(connection, record)
        except TRANSIENT:
            raise
        except (Unavailable, Conflict):
            raise
        except Exception as exc:  # noqa: BLE001  # whatever a handler raises, the other records must go on
            if not isinstance(exc, _UnappliableError):
                log.info("Batch falls back to single records", extra={"fields": describe_exception(exc)})
            for record in records:
                await self._apply_or_park(record)

    async def _apply_or_park(self, record: ConsumerRecord[bytes | None, bytes | None]) -> None:
        reason = ""
        try:
            async with transaction(self._pool) as connection:
                await self._apply_record(connection, record)
        except TRANSIENT:
            raise
        except (Unavailable, Conflict):
            raise
        except _UnappliableError as exc:
            reason = exc.reason
        except Exception as exc:  # a fault of the handler must not stop the other keys
            log.exception("Event could not be applied and was parked")
            reason = f"APPLY_FAILED:{type(exc).__name__}"
        if reason:
            async with transaction(self._pool) as connection:
                await self._park(connection, record, reason)
            self._parked = await self._pool.fetchval(SQL_PARKED_COUNT)

    async def _apply_record(self, connection: Connection, record: ConsumerRecord[bytes | None, bytes | None]) -> None:
        topic = self._access.topic(record.topic)
        try:
            envelope = from_headers(record.headers, topic=topic, key=record.key)
        except BrokenEnvelopeError:
            raise _UnappliableError("BROKEN_ENVELOPE") from None
        if await self._apply_envelope(connection, envelope, record.value or b""):
            await self._drain_parked(connection, envelope)

    async def _apply_envelope(self, connection: Connection, envelope: Envelope, value: bytes) -> bool:
        """Apply one event unless it was; True when it was applied now.

        Raises:
            _UnappliableError: An earlier event of the key is missing or parked, or the message is broken.
        """
        last = await connection.fetchval(SQL_LOCK_POSITION, envelope.topic, envelope.key)
        if envelope.sequence <= last or not await connection.fetchval(SQL_SEEN, envelope.event_id, envelope.topic):
            return False
        if envelope.sequence > last + 1:
            parked = await connection.fetchval(SQL_HAS_PARKED, envelope.topic, envelope.key)
            raise _UnappliableError("BEHIND_PARKED" if parked else "GAP")
        handler = self._subscription.handlers.get(envelope.type)
        if handler is None:
            self._skipped.add(1, {"type": envelope.type})
        else:
            message = handler.message()
            try:
                message.ParseFromString(value)
            except DecodeError:
                raise _UnappliableError("BROKEN_MESSAGE") from None
            with self._telemetry.span(
                f"process {envelope.topic}",
                kind=SpanKind.CONSUMER,
                parent=context_of(envelope.traceparent),
                attributes={"messaging.message.type": envelope.type, "event_id": str(envelope.event_id)},
            ):
                await handler.apply(connection, message, envelope)
        await connection.execute(SQL_ADVANCE, envelope.topic, envelope.key, envelope.sequence)
        return True

    async def _drain_parked(self, connection: Connection, after: Envelope) -> None:
        """Apply parked events of the key whose turn has come; the first that still cannot stays parked."""
        while True:
            row = await connection.fetchrow(SQL_PARKED_NEXT, after.topic, after.key)
            if row is None or not await self._apply_parked(connection, row):
                return

    async def _apply_parked(self, connection: Connection, row: Record) -> bool:
        headers = [(name, value.encode()) for name, value in row["headers"]]
        try:
            async with connection.transaction():
                envelope = from_headers(headers, topic=row["topic"], key=row["key"].encode())
                await self._apply_envelope(connection, envelope, row["payload"])
                await connection.execute(SQL_PARKED_RESOLVED, row["parked_id"])
        except (*TRANSIENT, Unavailable, Conflict):
            raise
        except _UnappliableError as exc:
            await connection.execute(SQL_PARKED_TRIED, row["parked_id"], exc.reason)
            return False
        except Exception as exc:  # a fault of the handler keeps the event parked
            log.exception("Parked event could not be applied")
            await connection.execute(SQL_PARKED_TRIED, row["parked_id"], f"APPLY_FAILED:{type(exc).__name__}")
            return False
        return True

    async def _park(
        self, connection: Connection, record: ConsumerRecord[bytes | None, bytes | None], reason: str
    ) -> None:
        topic = self._access.topic(record.topic)
        key = (record.key or b"").decode(errors="replace")
        try:
            envelope: Envelope | None = from_headers(record.headers, topic=topic, key=record.key)
        except BrokenEnvelopeError:
            envelope = None
        await connection.execute(
            SQL_PARK,
            topic,
            record.partition,
            record.offset,
            key,
            envelope and envelope.event_id,
            envelope and envelope.sequence,
            envelope and envelope.type,
            [(name, value.decode(errors="replace")) for name, value in record.headers],
            record.value or b"",
            reason,
        )
        log.error(
            "Parked an event",
            extra={
                "fields": {"topic": topic, "partition": record.partition, "offset": record.offset, "reason": reason}
            },
        )

    async def replay_parked(self) -> tuple[int, int]:
        """Try every parked event again, in order per key.

        Returns:
            How many were applied now, and how many stay parked.
        """
        before = await self._pool.fetchval(SQL_PARKED_COUNT)
        for key in await self._pool.fetch(SQL_PARKED_KEYS):
            async with transaction(self._pool) as connection:
                while True:
                    row = await connection.fetchrow(SQL_PARKED_NEXT, key["topic"], key["key"])
                    if row is None or not await self._apply_parked(connection, row):
                        break
        after = await self._pool.fetchval(SQL_PARKED_COUNT)
        self._parked = after
        return before - after, after

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return
