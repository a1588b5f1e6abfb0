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
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from opentelemetry.trace import SpanKind

from chassis import idempotency
from chassis.envelope import Envelope, NewEvent, new_event_id, to_headers
from chassis.kafka import KafkaAccess
from chassis.pg import TRANSIENT, Connection, Record
from chassis.telemetry import Telemetry, context_of, current_traceparent, describe_exception

log = logging.getLogger(__name__)

KEEP_DAYS = 3
"""Published rows stay this long, so that a topic lost by the broker can be filled again."""

SQL_ADD = """
    WITH i AS MATERIALIZED (
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[])
            WITH ORDINALITY AS i(event_id, topic, key, type, payload, n)),
    c AS MATERIALIZED (SELECT topic, key, count(*) AS n FROM i GROUP BY topic, key),
    s AS (
        INSERT INTO outbox_sequence AS s (topic, key, last)
        SELECT topic, key, n FROM c ORDER BY topic, key
        ON CONFLICT (topic, key) DO UPDATE SET last = s.last + EXCLUDED.last
        RETURNING topic, key, last)
    INSERT INTO outbox (event_id, topic, key, sequence, type, payload, traceparent, created_at)
    SELECT i.event_id, i.topic, i.key,
           s.last - c.n + row_number() OVER (PARTITION BY i.topic, i.key ORDER BY i.n),
           i.type, i.payload, $6, clock_timestamp()
      FROM i JOIN c USING (topic, key) JOIN s USING (topic, key)
     ORDER BY i.n
"""
SQL_TAKE = """
    SELECT outbox_id, created_at, event_id, topic, key, sequence, type, payload, traceparent
      FROM outbox WHERE published_at IS NULL ORDER BY outbox_id LIMIT $1
"""
SQL_MARK = """
    UPDATE outbox o SET published_at = now()
      FROM unnest($1::timestamptz[], $2::bigint[]) AS m(created_at, outbox_id)
     WHERE o.created_at = m.created_at AND o.outbox_id = m.outbox_id
"""
SQL_AGE = """
    SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8
      FROM outbox WHERE published_at IS NULL
"""
SQL_LOCK = "SELECT pg_try_advisory_lock(hashtext('nuaikit-relay'), hashtext($1))"
SQL_PARTITIONS = """
    SELECT c.relname AS name FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
     WHERE h.inhparent = 'outbox'::regclass AND c.relname ~ '^outbox_[0-9]{8}$'
"""


async def add(connection: Connection, events: Sequence[NewEvent], *, traceparent: str | None = None) -> None:
    """Put events into the outbox of the current transaction.

    Call it once, as the last write of a transaction: counter rows are locked here in sorted order, after all else.

    Args:
        connection: Inside the use case's transaction.
        events: In the order in which they happened.
        traceparent: Trace to go on with; the current span's when absent.
    """
    if not events:
        return
    await connection.execute(
        SQL_ADD,
        [new_event_id() for _ in events],
        [event.topic for event in events],
        [event.key for event in events],
        [event.type for event in events],
        [event.message.SerializeToString(deterministic=True) for event in events],
        traceparent or current_traceparent(),
    )


class Relay:
    """Sends outbox rows to Kafka in order and marks them once the broker has them.

    One relay works at a time: it holds an advisory lock on a connection of its own, and works on that same connection,
    so that whoever loses the lock also stops working. A row is sent again after any doubt; consumers drop duplicates.
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
    ) -> None:
        """Relay the outbox of `dsn`."""
        self._dsn = dsn
        self._access = access
        self._service_name = service_name
        self._telemetry = telemetry
        self._poll_s = poll_ms / 1000
        self._batch_rows_max = batch_rows_max
        self._send_timeout_s = send_timeout_s
        self._oldest_age_s = 0.0
        self._stopping = asyncio.Event()
        self._maintained_on: datetime | None = None
        telemetry.gauge("outbox.oldest_unpublished.age", lambda: self._oldest_age_s, unit="s")

    def stop(self) -> None:
        """Finish the batch in hand and return from `run`."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop`, through any outage of database or broker."""
        while not self._stopping.is_set():
            try:
                await self._run_with_lock()
            except (*TRANSIENT, KafkaError, ConnectionError) as exc:
                log.warning("Relay lost a connection and starts again", extra={"fields": describe_exception(exc)})
                await self._pause(1.0)

    async def _run_with_lock(self) -> None:
        connection = await asyncpg.connect(
            self._dsn, command_timeout=30, server_settings={"application_name": f"{self._service_name}-relay"}
        )
        try:
            while not await connection.fetchval(SQL_LOCK, self._service_name):
                await self._pause(1.0)
                if self._stopping.is_set():
                    return
            await self._run_with_producer(connection)
        finally:
            await connection.close(timeout=5)

    async def _run_with_producer(self, connection: Connection) -> None:
        # A new producer for every try: after a fatal error an idempotent one stays broken (aiokafka #1017).
        producer = AIOKafkaProducer(
            **self._access.options,
            client_id=f"{self._service_name}-relay",
            enable_idempotence=True,
            linger_ms=2,
            request_timeout_ms=10_000,
        )
        async with asyncio.timeout(self._send_timeout_s):
            await producer.start()
        try:
            while not self._stopping.is_set():
                await self._maintain(connection)
                if not await self._publish_batch(connection, producer):
                    await self._pause(self._poll_s)
        finally:
            # A producer whose broker is gone would flush for ever; what is unsent is still in the outbox.
            try:
                async with asyncio.timeout(5):
                    await producer.stop()
            except (TimeoutError, KafkaError):
                log.warning("Relay left a producer that did not stop")

    async def _publish_batch(self, connection: Connection, producer: AIOKafkaProducer) -> int:
        rows = await connection.fetch(SQL_TAKE, self._batch_rows_max)
        if not rows:
            self._oldest_age_s = 0.0
            return 0
        self._oldest_age_s = max(0.0, (datetime.now(UTC) - rows[0]["created_at"]).total_seconds())
        async with asyncio.timeout(self._send_timeout_s):
            sent = [await self._send(producer, row) for row in rows]
            await asyncio.gather(*sent)
        await connection.execute(SQL_MARK, [row["created_at"] for row in rows], [row["outbox_id"] for row in rows])
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
        now = datetime.now(UTC)
        if self._maintained_on is not None and now - self._maintained_on < timedelta(hours=1):
            return
        self._maintained_on = now
        await maintain_partitions(connection, today=now)
        await idempotency.forget_old(connection)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return


async def maintain_partitions(connection: Connection, *, today: datetime) -> None:
    """Make day partitions ahead and drop days that are older than `KEEP_DAYS` and wholly published.

    Today's rows may already lie in the default partition (first start); a day is only split off while the default
    partition holds no row of it.
    """
    start = today.replace(hour=0, minute=0, second=0, microsecond=0)
    existing = {row["name"] for row in await connection.fetch(SQL_PARTITIONS)}
    for offset in range(3):
        day = start + timedelta(days=offset)
        name = f"outbox_{day:%Y%m%d}"
        bounds = (day, day + timedelta(days=1))
        taken = "SELECT EXISTS (SELECT FROM outbox_default WHERE created_at >= $1 AND created_at < $2)"
        if name in existing or await connection.fetchval(taken, *bounds):
            continue
        await connection.execute(
            f"CREATE TABLE {name} PARTITION OF outbox "
            f"FOR VALUES FROM ('{bounds[0].isoformat()}') TO ('{bounds[1].isoformat()}')"
        )
    oldest_kept = start - timedelta(days=KEEP_DAYS)
    for name in sorted(existing):
        day = datetime.strptime(name, "outbox_%Y%m%d").replace(tzinfo=UTC)
        if day < oldest_kept and not await connection.fetchval(
            f"SELECT EXISTS (SELECT FROM {name} WHERE published_at IS NULL)"
        ):
            await connection.execute(f"DROP TABLE {name}")
    await connection.execute(
        "DELETE FROM outbox_default WHERE published_at IS NOT NULL AND created_at < $1", oldest_kept
    )
