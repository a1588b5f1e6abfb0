"""What the transaction stated leaves it: nothing lost, nothing out of order, through kills and outages."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.partitioner import DefaultPartitioner
from chassis import outbox
from chassis.envelope import VALUE_BYTES_MAX, NewEvent
from chassis.outbox import Relay
from chassis.pg import Pool, transaction
from google.protobuf.wrappers_pb2 import BytesValue
from nuaikit_local.processes import free_ports
from nuaikit_local.runtime import Endpoints, Runtime, temporary_folder

from tests.support import kafka, plumbing
from tests.support.kafka import Broker, eventually, read_all
from tests.support.plumbing import KILLED, STATED, TOPIC, Victim, access, add_facts, fact, opened, working
from tests.support.telemetry import LogLines, RecordedTelemetry


@pytest.fixture
async def sender(database: Callable[..., str]) -> AsyncIterator["Sender"]:
    """A service's database with the outbox."""
    dsn = database("chassis")
    async with opened(dsn, size_max=20) as pool:
        await pool.execute(STATED)
        yield Sender(dsn, pool)


class Sender:
    """A database whose outbox is relayed."""

    def __init__(self, dsn: str, pool: Pool) -> None:
        self.dsn, self.pool = dsn, pool

    async def unpublished(self) -> int:
        """Rows that wait."""
        return await self.pool.fetchval("SELECT count(*) FROM outbox WHERE published_at IS NULL")

    async def drained(self, *, timeout_s: float = 30) -> None:
        """Wait until every row is marked."""

        async def is_empty() -> bool:
            return await self.unpublished() == 0

        await eventually(is_empty, timeout_s=timeout_s, what="an empty outbox")

    async def stated(self) -> dict[str, list[int]]:
        """What was committed, by key."""
        rows = await self.pool.fetch("SELECT key, last FROM stated")
        return {row["key"]: list(range(1, row["last"] + 1)) for row in rows}

    def relay(self, broker: Broker, prefix: str, telemetry: RecordedTelemetry, **options: object) -> Relay:
        """A relay of this outbox."""
        return Relay(
            self.dsn,
            access(broker, prefix),
            service_name="test",
            telemetry=telemetry.of("test"),
            **options,  # type: ignore[arg-type]  # the test names them
        )


async def test_rolled_back_transaction_publishes_nothing(sender, broker, topics, telemetry) -> None:
    (topic,) = await topics.create(TOPIC, partitions=1)
    with pytest.raises(ZeroDivisionError):
        await _state_and_fail(sender.pool)
    await add_facts(sender.pool, ["a"])
    async with working(sender.relay(broker, topics.prefix, telemetry)):
        await sender.drained()
    records = await read_all(broker, topic)
    assert [record.headers["ce_sequence"] for record in records] == ["1"]


async def _state_and_fail(pool: Pool) -> None:
    async with transaction(pool) as connection:
        await outbox.add(connection, [fact("a", 1)])
        raise ZeroDivisionError


async def test_record_carries_the_envelope_of_the_contract(sender, broker, topics, telemetry) -> None:
    (topic,) = await topics.create(TOPIC, partitions=1)
    await add_facts(sender.pool, ["a"])
    async with working(sender.relay(broker, topics.prefix, telemetry)):
        await sender.drained()
    (record,) = await read_all(broker, topic)
    row = await sender.pool.fetchrow("SELECT event_id, created_at, traceparent FROM outbox")
    assert row is not None
    assert record.key == "a"
    assert record.headers == {
        "ce_specversion": "1.0",
        "ce_id": str(row["event_id"]),
        "ce_type": "google.protobuf.Int64Value",
        "ce_source": "/test",
        "ce_time": row["created_at"].isoformat(),
        "ce_subject": "a",
        "ce_sequence": "1",
        "content-type": "application/protobuf",
        "traceparent": record.headers["traceparent"],
    }


async def test_four_hundred_writers_lose_nothing_and_keep_each_keys_order(sender, broker, topics, telemetry) -> None:
    (topic,) = await topics.create(TOPIC)
    keys = [f"k{number % 20:02}" for number in range(400)]
    async with working(sender.relay(broker, topics.prefix, telemetry, batch_rows_max=30)):
        await asyncio.gather(
            *[add_facts(sender.pool, {key, keys[(number * 7) % 20]}) for number, key in enumerate(keys)]
        )
        await sender.drained()
    records = await read_all(broker, topic)
    assert plumbing.first_arrivals(records) == await sender.stated()
    assert (
        len(set(plumbing.event_ids(records)))
        == len(records)
        == await sender.pool.fetchval("SELECT count(*) FROM outbox")
    )
    gaps = await sender.pool.fetchval(
        "SELECT count(*) FROM (SELECT sequence - row_number() OVER (PARTITION BY topic, key ORDER BY outbox_id) AS d"
        " FROM outbox) AS o WHERE d <> 0"
    )
    assert gaps == 0, "sequences are gapless, and ids of a key follow its commits"


async def test_relay_killed_between_commit_and_mark_twenty_times_loses_nothing(sender, broker, topics) -> None:
    (topic,) = await topics.create(TOPIC)
    kills = 0
    for place in ["taken", "sent"] * 10:  # before anything was sent; after all was sent and nothing was marked
        await asyncio.gather(*[add_facts(sender.pool, {f"k{number % 5}"}) for number in range(10)])
        victim = Victim("relay", sender.dsn, broker.options(), topics.prefix, place=place)
        process = plumbing.start_victim(victim)
        assert await plumbing.ended(process) == KILLED
        kills += 1
    last = plumbing.start_victim(Victim("relay", sender.dsn, broker.options(), topics.prefix))
    await sender.drained()
    last.terminate()
    records = await read_all(broker, topic)
    assert kills == 20
    assert plumbing.first_arrivals(records) == await sender.stated(), "nothing lost, nothing reordered"
    assert len(records) > len(set(plumbing.event_ids(records))), "the kills made repetitions, which consumers drop"


async def test_two_relays_work_one_at_a_time_and_hand_over(sender, broker, topics, telemetry) -> None:
    (topic,) = await topics.create(TOPIC)
    first = plumbing.start_victim(Victim("relay", sender.dsn, broker.options(), topics.prefix, place="marked", times=3))
    async with working(*[sender.relay(broker, topics.prefix, telemetry, batch_rows_max=7) for _ in range(2)]):
        for _ in range(10):
            await asyncio.gather(*[add_facts(sender.pool, {f"k{number % 4}"}) for number in range(20)])
        await sender.drained()
        holders = await sender.pool.fetchval(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database"
            " WHERE locktype = 'advisory' AND granted AND d.datname = current_database()"
        )
    first.kill()
    assert holders == 1
    records = await read_all(broker, topic)
    assert plumbing.first_arrivals(records) == await sender.stated()


async def test_relay_whose_connection_is_ended_takes_the_lock_again(sender, broker, topics, telemetry, logs) -> None:
    (topic,) = await topics.create(TOPIC)
    async with working(sender.relay(broker, topics.prefix, telemetry)):
        for _ in range(3):
            await add_facts(sender.pool, ["a"])
            await sender.drained()
            await sender.pool.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-relay'"
            )
        await add_facts(sender.pool, ["a"])
        await sender.drained()
    assert plumbing.first_arrivals(await read_all(broker, topic)) == {"a": [1, 2, 3, 4]}
    assert logs.saying("Relay lost a connection and starts again")


async def test_refused_record_makes_a_new_producer_and_stops_no_other_key(
    sender: Sender, broker: Broker, topics, telemetry: RecordedTelemetry, logs: LogLines
) -> None:
    """A refused batch leaves an idempotent producer with a hole in its numbers: it is broken until it is replaced."""
    (topic,) = await topics.create(TOPIC, partitions=2)
    await _limit_records(broker, topic, 4_000)
    large = NewEvent(TOPIC, "large", BytesValue(value=os.urandom(9_000)))
    async with transaction(sender.pool) as connection:
        await outbox.add(connection, [large])
    for _ in range(5):
        await add_facts(sender.pool, ["tiny"])
    async with transaction(sender.pool) as connection:
        await outbox.add(connection, [fact("large", 2)])

    async def only_large_waits() -> bool:
        rows = await sender.pool.fetch("SELECT key FROM outbox WHERE published_at IS NULL")
        return {row["key"] for row in rows} == {"large"} and len(rows) == 2

    # Keys that fall on partitions of their own, so that the refused batch holds the large one alone.
    assert len({_partition(key, 2) for key in ("large", "tiny")}) == 2
    relay = sender.relay(broker, topics.prefix, telemetry)
    async with working(relay):
        await eventually(only_large_waits, timeout_s=20, what="all but the refused key to leave")
        assert relay.oldest_age_s() > 0
        await _limit_records(broker, topic, 1_000_000)
        await sender.drained()
    records = await read_all(broker, topic)
    large_ones = [record.headers["ce_sequence"] for record in records if record.key == "large"]
    assert large_ones[0] == "1", "the small event behind the refused one waited for it"
    assert set(large_ones) == {"1", "2"}
    assert {"aiokafka.errors.MessageSizeTooLargeError"} <= {
        line["class"] for line in logs.saying("Relay lost a connection and starts again")
    }


async def test_event_that_no_broker_takes_is_refused_when_it_is_stated(sender: Sender) -> None:
    too_large = NewEvent(TOPIC, "a", BytesValue(value=b"x" * (VALUE_BYTES_MAX + 1)))
    for event in (too_large, fact("", 1)):
        with pytest.raises(ValueError, match="no key or more than"):
            async with transaction(sender.pool) as connection:
                await outbox.add(connection, [event])
    assert await sender.pool.fetchval("SELECT count(*) FROM outbox") == 0


class OwnBroker:
    """A broker that a test may stop, start and freeze, apart from the session's."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._runtime = Runtime(home, parts=("kafka",))
        found = self._started()
        assert found.kafka_bootstrap
        assert found.kafka_security_protocol
        self._port = int(found.kafka_bootstrap.rpartition(":")[2])
        self.access = Broker(
            found.kafka_bootstrap, found.kafka_security_protocol, found.kafka_username, found.kafka_password
        )

    def _started(self) -> Endpoints:
        found = self._runtime.start()
        self._pid = found.pids["kafka"]
        return found

    def stop(self) -> None:
        """End the broker as an operator does."""
        self._runtime.stop()

    def start(self) -> None:
        """Start it again at the same address, with what it held."""
        self._runtime = Runtime(self._home, ports=(0, self._port, free_ports(1)[0]), parts=("kafka",))
        self._started()

    def freeze(self) -> None:
        """Leave its connections open and answer nothing."""
        os.kill(self._pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        os.kill(self._pid, signal.SIGCONT)


@pytest.fixture
def own_broker() -> Iterator[OwnBroker]:
    """A broker of this test alone."""
    with temporary_folder() as home:
        broker = OwnBroker(home)
        yield broker
        broker.stop()


async def test_outbox_waits_for_a_broker_that_stops_freezes_and_comes_back(
    sender: Sender, own_broker: OwnBroker, telemetry: RecordedTelemetry
) -> None:
    await kafka.create_topics(own_broker.access, [TOPIC], partitions=2)
    relay = sender.relay(own_broker.access, "", telemetry, send_timeout_s=1)
    async with working(relay):
        await add_facts(sender.pool, ["a", "b"])
        await sender.drained()
        assert relay.oldest_age_s() == 0

        await asyncio.to_thread(own_broker.stop)
        for _ in range(20):
            await add_facts(sender.pool, ["a", "b", "c"])
        await _older_than(relay, 2.0)  # it grows while nobody can be reached
        assert await sender.unpublished() == 60
        await asyncio.to_thread(own_broker.start)
        await sender.drained()

        own_broker.freeze()
        for _ in range(20):
            await add_facts(sender.pool, ["a", "b", "c"])
        await _older_than(relay, 2.0)
        own_broker.thaw()
        await sender.drained()

        async def is_calm() -> bool:
            return relay.oldest_age_s() == 0

        await eventually(is_calm, timeout_s=5, what="the age to fall to 0")
    assert plumbing.first_arrivals(await read_all(own_broker.access, TOPIC)) == await sender.stated()
    (point,) = telemetry.metric("test", "outbox.oldest_unpublished.age")
    assert point.value == 0


async def _older_than(relay: Relay, seconds: float) -> None:
    async def is_older() -> bool:
        return relay.oldest_age_s() > seconds

    await eventually(is_older, timeout_s=seconds + 20, what=f"an age of {seconds} s")


def _partition(key: str, count: int) -> int:
    return DefaultPartitioner()(key.encode(), list(range(count)), list(range(count)))


async def _limit_records(broker: Broker, topic: str, max_bytes: int) -> None:
    async with kafka.admin(broker) as client:
        await client.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, topic, configs={"max.message.bytes": str(max_bytes)})]
        )
