# aiokafka comes without type information; what it returns is annotated where it enters.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
"""Events leave with the transaction that made them: rows in the outbox, sent by one relay.

Rows are marked, never tracked by a cursor: ids are handed out before commit, so a lower id may appear after a higher
one. The counter row of (topic, key) is locked while its number is drawn, so one key's rows commit in their order.
Nothing else in the code base sends to Kafka.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from opentelemetry.trace import SpanKind

from chassis import idempotency
from chassis.envelope import VALUE_BYTES_MAX, Envelope, NewEvent, new_event_id, to_headers
from chassis.kafka import KafkaAccess
from chassis.lifecycle import Checkpoint, pause
from chassis.pg import TRANSIENT, Connection, Record, connect
from chassis.telemetry import Telemetry, context_of, current_traceparent, describe_exception

log = logging.getLogger(__name__)

KEEP_DAYS = 3
"""Published rows stay this long, so that a topic lost by the broker can be filled again."""

DAYS_AHEAD = 3
"""Today's partition and those of the coming days."""

_MAINTAIN_EVERY_S = 3600.0
_STOP_TIMEOUT_S = 5.0

SQL_ADD = """
    WITH i AS MATERIALIZED (
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::text[])
            WITH ORDINALITY AS i(event_id, topic, key, type, payload, traceparent, n)),
    c AS MATERIALIZED (SELECT topic, key, count(*) AS n FROM i GROUP BY topic, key),
    s AS (
        INSERT INTO outbox_sequence AS s (topic, key, last)
        SELECT topic, key, n FROM c ORDER BY topic, key
        ON CONFLICT (topic, key) DO UPDATE SET last = s.last + EXCLUDED.last
        RETURNING topic, key, last)
    INSERT INTO outbox (event_id, topic, key, sequence, type, payload, traceparent, created_at)
    SELECT i.event_id, i.topic, i.key,
           s.last - c.n + row_number() OVER (PARTITION BY i.topic, i.key ORDER BY i.n),
           i.type, i.payload, i.traceparent, clock_timestamp()
      FROM i JOIN c USING (topic, key) JOIN s USING (topic, key)
     ORDER BY i.n
"""
SQL_CLOCK = "SELECT clock_timestamp()"
SQL_TAKE = """
    SELECT outbox_id, created_at, event_id, topic, key, sequence, type, payload, traceparent,
           extract(epoch FROM clock_timestamp() - created_at)::float8 AS age_s
      FROM outbox WHERE published_at IS NULL ORDER BY outbox_id LIMIT $1
"""
SQL_MARK = """
    UPDATE outbox o SET published_at = now()
      FROM unnest($1::timestamptz[], $2::bigint[]) AS m(created_at, outbox_id)
     WHERE o.created_at = m.created_at AND o.outbox_id = m.outbox_id
"""
SQL_AGE = """
    SELECT extract(epoch FROM clock_timestamp() - created_at)::float8
      FROM outbox WHERE published_at IS NULL ORDER BY outbox_id LIMIT 1
"""
SQL_FORGET_DEFAULT = "DELETE FROM outbox_default WHERE published_at IS NOT NULL AND created_at < $1"
SQL_LOCK = "SELECT pg_try_advisory_lock(hashtext('nuaikit-relay'), hashtext($1))"
SQL_PARTITIONS = """
    SELECT c.relname AS name FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
     WHERE h.inhparent = 'outbox'::regclass AND c.relname ~ '^outbox_[0-9]{8}$'
"""


async def add(connection: Connection, events: Sequence[NewEvent]) -> None:
    """Put events into the outbox of the current transaction.

    Call it once, as the last write of a transaction: counter rows are locked here in sorted order, after all else.

    Args:
        connection: Inside the use case's transaction.
        events: In the order in which they happened.

    Raises:
        ValueError: An event has no key, or is larger than any consumer takes.
    """
    if not events:
        return
    trace = current_traceparent()
    payloads = [event.message.SerializeToString(deterministic=True) for event in events]
    for event, payload in zip(events, payloads, strict=True):
        if len(payload) > VALUE_BYTES_MAX or not event.key:
            # The broker would refuse it later, and then nothing behind it could leave.
            raise ValueError(f"{event.type} has no key or more than {VALUE_BYTES_MAX} bytes")
    await connection.execute(
        SQL_ADD,
        [new_event_id() for _ in events],
        [event.topic for event in events],
        [event.key for event in events],
        [event.type for event in events],
        payloads,
        [event.traceparent or trace for event in events],
    )


async def add_first(connection: Connection, events: Sequence[NewEvent]) -> None:
    """Put the first events of their keys into the outbox: `add` for very many, by COPY.

    Only for keys that the caller has just made and nobody else can know, such as those of rows that an import inserts
    in the same transaction; a key that has events already is refused by the counter's own primary key.

    Args:
        connection: Inside the use case's transaction.
        events: In the order in which they happened.

    Raises:
        ValueError: An event has no key, or is larger than any consumer takes.
    """
    if not events:
        return
    counts: dict[tuple[str, str], int] = {}
    trace = current_traceparent()
    created_at: datetime = await connection.fetchval(SQL_CLOCK)
    rows: list[tuple[Any, ...]] = []
    for event in events:
        payload = event.message.SerializeToString(deterministic=True)
        if len(payload) > VALUE_BYTES_MAX or not event.key:
            raise ValueError(f"{event.type} has no key or more than {VALUE_BYTES_MAX} bytes")
        place = (event.topic, event.key)
        counts[place] = counts.get(place, 0) + 1
        rows.append(
            (created_at, new_event_id(), *place, counts[place], event.type, payload, event.traceparent or trace)
        )
    await connection.copy_records_to_table(
        "outbox_sequence",
        columns=("topic", "key", "last"),
        records=[(*place, last) for place, last in sorted(counts.items())],
    )
    await connection.copy_records_to_table(
        "outbox",
        columns=("created_at", "event_id", "topic", "key", "sequence", "type", "payload", "traceparent"),
        records=rows,
    )


class Relay:
    """Sends outbox rows to Kafka in order and marks them once the broker has them.

    One relay works at a time: it holds an advisory lock on a connection of its own, and works on that same connection,
    so that whoever loses the lock also stops working. A row is sent again after any doubt; consumers drop duplicates.
    A repetition starts at the key's oldest unmarked row and goes on in order, so even two relays that overlap for a
    moment cannot show a consumer a later event of a key before an earlier one.
    """

    def __init__(
        self,
        dsn: str,
        access: KafkaAccess,
        *,
        service_name: str,
        telemetry: Telemetry,
        poll_ms: int = 25,
        batch_rows_max: int = 500,
        send_timeout_s: float = 20.0,
        checkpoint: Checkpoint = lambda _place: None,
    ) -> None:
        """Relay the outbox of `dsn`; `checkpoint` is told `taken`, `sent`, `marked`, which is where tests kill it."""
        self._dsn = dsn
        self._access = access
        self._service_name = service_name
        self._telemetry = telemetry
        self._poll_s = poll_ms / 1000
        self._batch_rows_max = batch_rows_max
        self._send_timeout_s = send_timeout_s
        self._checkpoint = checkpoint
        self._oldest: tuple[float, float] | None = None
        self._stopping = asyncio.Event()
        self._maintain_at = float("-inf")
        telemetry.gauge("outbox.oldest_unpublished.age", self.oldest_age_s, unit="s")

    def oldest_age_s(self) -> float:
        """Age of the oldest unpublished row; grows while broker or database are away, 0 when the outbox is empty."""
        if self._oldest is None:
            return 0.0
        age_s, seen_at = self._oldest
        return age_s + time.monotonic() - seen_at

    def stop(self) -> None:
        """Finish the batch in hand and return from `run`."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop`, through any outage of database or broker."""
        while not self._stopping.is_set():
            try:
                await self._run_with_lock()
            except (*TRANSIENT, KafkaError) as exc:
                if isinstance(exc, ValueError):  # wrong arguments, which asyncpg derives from InterfaceError
                    raise
                log.warning("Relay lost a connection and starts again", extra={"fields": describe_exception(exc)})
                # The lock is free meanwhile: a twin that reaches the broker goes on.
                await pause(self._stopping, 1.0)

    async def _run_with_lock(self) -> None:
        connection: Connection = await connect(
            self._dsn,
            timeout=10,
            command_timeout=30,
            server_settings={"application_name": f"{self._service_name}-relay", "TimeZone": "UTC"},
        )
        try:
            await self._look(connection)
            while not await connection.fetchval(SQL_LOCK, self._service_name):
                await pause(self._stopping, 1.0)
                if self._stopping.is_set():
                    return
                await self._look(connection)
            await self._run_with_producer(connection)
        finally:
            # Ends the lock at once; a polite goodbye to a server that is gone would only wait.
            connection.terminate()

    async def _look(self, connection: Connection) -> None:
        self._note_age(await connection.fetchval(SQL_AGE))

    def _note_age(self, age_s: float | None) -> None:
        self._oldest = None if age_s is None else (max(0.0, age_s), time.monotonic())

    async def _run_with_producer(self, connection: Connection) -> None:
        # A new producer for every try: after a fatal error an idempotent one stays broken (aiokafka #1017).
        producer = AIOKafkaProducer(
            **self._access.options,
            client_id=f"{self._service_name}-relay",
            enable_idempotence=True,
            linger_ms=2,
            request_timeout_ms=10_000,
        )
        try:
            async with asyncio.timeout(self._send_timeout_s):
                await producer.start()
            while not self._stopping.is_set():
                await self._maintain(connection)
                if not await self._publish_batch(connection, producer):
                    await pause(self._stopping, self._poll_s)
        finally:
            await _leave(producer)

    async def _publish_batch(self, connection: Connection, producer: AIOKafkaProducer) -> int:
        rows = await connection.fetch(SQL_TAKE, self._batch_rows_max)
        self._note_age(rows[0]["age_s"] if rows else None)
        if not rows:
            return 0
        self._checkpoint("taken")
        sent: list[asyncio.Future[object]] = []
        try:
            async with asyncio.timeout(self._send_timeout_s):
                for row in rows:
                    sent.append(await self._send(producer, row))  # noqa: PERF401  # what was sent counts if one fails
                await asyncio.wait(sent)
            self._checkpoint("sent")
        finally:
            done, failure = _settled(rows, sent)
            if done:
                await connection.execute(
                    SQL_MARK, [row["created_at"] for row in done], [row["outbox_id"] for row in done]
                )
        if failure is not None:
            raise failure
        self._checkpoint("marked")
        return len(rows)

    async def _send(self, producer: AIOKafkaProducer, row: Record) -> asyncio.Future[object]:
        topic = self._access.name(row["topic"])
        with self._telemetry.span(
            f"publish {row['topic']}", kind=SpanKind.PRODUCER, parent=context_of(row["traceparent"])
        ):
            envelope = Envelope(
                event_id=row["event_id"],
                type=row["type"],
                source=f"/{self._service_name}",
                time=row["created_at"],
                topic=row["topic"],
                key=row["key"],
                sequence=row["sequence"],
                traceparent=current_traceparent() or row["traceparent"],
            )
            return await producer.send(
                topic, value=row["payload"], key=row["key"].encode(), headers=to_headers(envelope)
            )

    async def _maintain(self, connection: Connection) -> None:
        """Once an hour: make the partitions of the coming days, drop the old ones, forget old answers."""
        if time.monotonic() < self._maintain_at:
            return
        self._maintain_at = time.monotonic() + _MAINTAIN_EVERY_S
        await maintain_partitions(connection, today=datetime.now(UTC))
        await idempotency.forget_old(connection)


def _settled(
    rows: Sequence[Record], sent: Sequence[asyncio.Future[object]]
) -> tuple[list[Record], BaseException | None]:
    """Rows that the broker has, and why another failed.

    A row behind a failed one of its key does not count: it is sent again behind it, so that the topic's last copy of
    every event stands in order.
    """
    done: list[Record] = []
    failure: BaseException | None = None
    held: set[tuple[str, str]] = set()
    for row, future in zip(rows, sent, strict=False):
        place = (row["topic"], row["key"])
        if not future.done():
            future.cancel()  # nobody waits any longer, whatever the producer still learns
        error = None if future.cancelled() else future.exception()
        if future.cancelled() or error is not None or place in held:
            held.add(place)
            failure = failure or error
        else:
            done.append(row)
    return done, failure


async def _leave(producer: AIOKafkaProducer) -> None:
    """Stop a producer, whatever state it is in. What it has not sent is still in the outbox."""
    try:
        async with asyncio.timeout(_STOP_TIMEOUT_S):
            await producer.stop()
    except (TimeoutError, KafkaError, OSError):
        log.warning("Relay left a producer that did not stop")
        # `stop` waits for a flush that never ends while the broker is away; the sender would go on trying behind us.
        sender: Any = producer._sender  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # no public way to give up
        sender.sender_task.cancel()
        await asyncio.wait([sender.sender_task], timeout=_STOP_TIMEOUT_S)
        await producer.client.close()


async def maintain_partitions(connection: Connection, *, today: datetime) -> None:
    """Make day partitions ahead and drop days that are older than `KEEP_DAYS` and wholly published.

    A day is only made while the default partition holds no row of it (first start; a relay that was away for days).
    Each step has its own transaction and gives up after a second: it needs the whole table for a moment, and writers
    must not queue behind it. What was not done is done an hour later; the default partition takes rows meanwhile.
    """
    start = today.replace(hour=0, minute=0, second=0, microsecond=0)
    existing = {row["name"] for row in await connection.fetch(SQL_PARTITIONS)}
    for day in (start + timedelta(days=offset) for offset in range(DAYS_AHEAD)):
        name = f"outbox_{day:%Y%m%d}"
        if name not in existing:
            bounds = f"FROM ('{day.isoformat()}') TO ('{(day + timedelta(days=1)).isoformat()}')"
            await _briefly(connection, f"CREATE TABLE {name} PARTITION OF outbox FOR VALUES {bounds}")
    oldest_kept = start - timedelta(days=KEEP_DAYS)
    for name in sorted(existing):
        if datetime.strptime(name, "outbox_%Y%m%d").replace(tzinfo=UTC) < oldest_kept:
            await _briefly(connection, f"DROP TABLE {name}", only_if_published=name)
    await connection.execute(SQL_FORGET_DEFAULT, oldest_kept)


async def _briefly(connection: Connection, statement: str, *, only_if_published: str | None = None) -> None:
    """Run a statement that locks the whole outbox, if the lock can be had within a second."""
    try:
        async with connection.transaction():
            await connection.execute("SET LOCAL lock_timeout = '1s'")
            # The parent first, as writers lock it; under the lock nobody adds a row behind the look.
            await connection.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")
            waiting = f"SELECT EXISTS (SELECT FROM {only_if_published} WHERE published_at IS NULL)"
            if only_if_published is None or not await connection.fetchval(waiting):
                await connection.execute(statement)
    except (asyncpg.LockNotAvailableError, asyncpg.CheckViolationError) as exc:
        # A check violation says that the default partition already holds rows of that day.
        log.info("Outbox partition was left as it is", extra={"fields": describe_exception(exc)})
