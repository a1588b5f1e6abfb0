"""Each event has its effect once and in its key's order, whatever arrives and whoever is killed."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest
from aiokafka.errors import KafkaError
from chassis import consumer as consumer_module
from chassis import migrate
from chassis.consumer import Handler, Runner, Subscription
from chassis.envelope import VALUE_BYTES_MAX, Envelope
from chassis.errors import Refused, Unavailable
from chassis.pg import Connection, Pool
from google.protobuf.wrappers_pb2 import Int64Value, StringValue
from nuaikit.student_registry.v1 import enrolments_pb2

from tests.support import kafka, plumbing
from tests.support.kafka import Broker, eventually
from tests.support.plumbing import (
    EFFECTS,
    FACTS,
    KILLED,
    TOPIC,
    Publisher,
    Victim,
    access,
    apply_fact,
    effects,
    headers_of,
    opened,
    publishing,
    working,
)
from tests.support.telemetry import RecordedTelemetry


class Receiver:
    """A service that applies facts."""

    def __init__(
        self, dsn: str, pool: Pool, broker: Broker, prefix: str, telemetry: RecordedTelemetry, *, name: str = "receiver"
    ) -> None:
        self.dsn, self.pool, self.broker, self.prefix, self.telemetry = dsn, pool, broker, prefix, telemetry
        self.name = name
        self.group = prefix + name

    def runner(self, subscription: Subscription = FACTS, **options: Any) -> Runner:
        """A member of the service's group."""
        return Runner(
            options.pop("pool", self.pool),
            access(self.broker, self.prefix),
            subscription,
            group=self.group,
            telemetry=self.telemetry.of(self.name),
            **options,
        )

    def victim(self, place: str = "", times: int = 1) -> Victim:
        """A process that does the same."""
        return Victim("runner", self.dsn, self.broker.options(), self.prefix, self.group, place, times=times)

    async def until(self, expected: dict[str, list[int]], *, timeout_s: float = 30) -> None:
        """Wait for these effects, and insist that there are no others."""

        async def has_them() -> bool:
            found = await effects(self.pool)
            return sum(map(len, found.values())) >= sum(map(len, expected.values()))

        await eventually(has_them, timeout_s=timeout_s, what=f"{sum(map(len, expected.values()))} effects")
        assert await effects(self.pool) == expected

    async def parked(self) -> list[tuple[str, int | None, str]]:
        """Key, number and reason of what waits."""
        rows = await self.pool.fetch(
            "SELECT key, sequence, reason FROM parked_event WHERE resolved_at IS NULL ORDER BY parked_id"
        )
        return [(row["key"], row["sequence"], row["reason"]) for row in rows]

    async def until_parked(self, count: int) -> None:
        """Wait for a number of parked events."""

        async def are_parked() -> bool:
            return len(await self.parked()) == count

        await eventually(are_parked, timeout_s=30, what=f"{count} parked events")

    async def offsets(self) -> int:
        """How many records the group has left behind it."""
        async with kafka.admin(self.broker) as client:
            offsets = await client.list_consumer_group_offsets(self.group)
        return sum(entry.offset for entry in offsets.values() if entry.offset > 0)


@pytest.fixture
async def receiver(database: Callable[..., str], broker: Broker, topics, telemetry) -> AsyncIterator[Receiver]:
    """A service with an effects table, and its topic."""
    dsn = database("chassis")
    await topics.create(TOPIC, partitions=3)
    async with opened(dsn) as pool:
        await pool.execute(EFFECTS)
        yield Receiver(dsn, pool, broker, topics.prefix, telemetry)


@pytest.fixture
async def publisher(receiver: Receiver) -> AsyncIterator[Publisher]:
    """Sends anything to the topic."""
    async with publishing(receiver.broker, receiver.prefix) as opened_publisher:
        yield opened_publisher


async def test_same_event_five_times_has_one_effect(receiver: Receiver, publisher: Publisher) -> None:
    async with working(receiver.runner()):
        for value in (1, 2, 3):
            for _ in range(5):
                await publisher.fact("a", value)
        await publisher.fact("b", 1)
        await receiver.until({"a": [1, 2, 3], "b": [1]})
    assert await receiver.parked() == []


async def test_events_out_of_order_wait_for_the_missing_one(receiver: Receiver, publisher: Publisher) -> None:
    async with working(receiver.runner()):
        for value in (3, 2, 5):
            await publisher.fact("a", value)
        await publisher.fact("b", 1)
        await receiver.until_parked(3)
        assert await receiver.parked() == [("a", 3, "GAP"), ("a", 2, "BEHIND_PARKED"), ("a", 5, "BEHIND_PARKED")]
        await receiver.until({"b": [1]})  # another key does not wait
        await publisher.fact("a", 1)
        await receiver.until({"a": [1, 2, 3], "b": [1]})
        await publisher.fact("a", 4)
        await receiver.until({"a": [1, 2, 3, 4, 5], "b": [1]})
    assert await receiver.parked() == []


async def test_shuffled_and_repeated_stream_is_applied_once_and_in_order(
    receiver: Receiver, publisher: Publisher
) -> None:
    """F11 and F12 of the fault matrix: every event one to five times, within a window of fifty, seeded."""
    chance = random.Random(20261121)  # noqa: S311  # a seed that a failure can be repeated with
    keys, count = [f"k{number}" for number in range(8)], 25
    stream = [(key, value) for value in range(1, count + 1) for key in keys for _ in range(chance.randint(1, 5))]
    places = sorted(range(len(stream)), key=lambda place: place + chance.uniform(0, 50))
    async with working(receiver.runner(batch_records_max=17)):
        for place in places:
            await publisher.fact(*stream[place])
        await receiver.until({key: list(range(1, count + 1)) for key in keys}, timeout_s=60)
    assert await receiver.parked() == []


async def test_runners_killed_between_database_and_offset_twenty_times_double_nothing(
    receiver: Receiver, publisher: Publisher
) -> None:
    """Ten services, each killed twice: the broker waits six seconds for a killed member, so they die side by side."""
    for value in range(1, 41):
        for key in ("a", "b", "c"):
            await publisher.fact(key, value)

    async def die_twice(number: int) -> int:
        dsn = f"{receiver.dsn}?search_path=service{number}"
        await receiver.pool.execute(f"CREATE SCHEMA service{number}")
        await migrate.run(dsn, "chassis")
        async with opened(dsn, size_max=2) as pool:
            await pool.execute(EFFECTS)
            other = Receiver(dsn, pool, receiver.broker, receiver.prefix, receiver.telemetry, name=f"receiver{number}")
            for kill in (1, 2):
                process = plumbing.start_victim(other.victim("applied", times=kill))
                assert await plumbing.ended(process, timeout_s=60) == KILLED
            done = sum(map(len, (await effects(pool)).values()))
            async with working(other.runner()):
                await other.until({key: list(range(1, 41)) for key in "abc"}, timeout_s=40)
            assert await other.parked() == []
            return done

    done_by_victims = await asyncio.gather(*[die_twice(number) for number in range(10)])
    assert all(0 < done < 120 for done in done_by_victims), "each died between two batches"


POISON = {
    "no headers": ([], b"", "BROKEN_ENVELOPE"),
    "header without value": ([("ce_id", None)], b"", "BROKEN_ENVELOPE"),
    "other specversion": ({"ce_specversion": "2.0"}, b"", "BROKEN_ENVELOPE"),
    "other content type": ({"content_type": "application/json"}, b"{}", "BROKEN_ENVELOPE"),
    "id that is none": ({"ce_id": "seven"}, b"", "BROKEN_ENVELOPE"),
    "time without zone": ({"ce_time": "2026-11-21T00:00:00"}, b"", "BROKEN_ENVELOPE"),
    "number zero": ({"ce_sequence": "0"}, b"", "BROKEN_ENVELOPE"),
    "number beyond bigint": ({"ce_sequence": str(2**63)}, b"", "BROKEN_ENVELOPE"),
    "subject that is not the key": ({"ce_subject": "another"}, b"", "BROKEN_ENVELOPE"),
    "NUL in the type": ({"ce_type": "a\0b"}, b"", "BROKEN_ENVELOPE"),
    "endless type": ({"ce_type": "x" * 5_000}, b"", "BROKEN_ENVELOPE"),
    "no type": ({"ce_type": None}, b"", "BROKEN_ENVELOPE"),
    "bytes that are no message": ({}, b"\xff\xff\xff\xff", "BROKEN_MESSAGE"),
    "tombstone": ({}, None, "BROKEN_MESSAGE"),
    "too large": ({}, Int64Value(value=1).SerializeToString() + b"\x12" + b"\x00" * (VALUE_BYTES_MAX + 1), "TOO_LARGE"),
}


async def test_poison_is_parked_and_stops_no_other_key(receiver: Receiver, publisher: Publisher) -> None:
    for number, (changed, value, _reason) in enumerate(POISON.values()):
        key = f"poison {number}"
        headers = headers_of(key, 1, **changed) if isinstance(changed, dict) else changed
        await publisher.raw(key.encode(), value, headers)
        await publisher.fact("good", number + 1)
    await publisher.raw(None, b"", headers_of("no key", 1))
    await publisher.raw(b"\xff\x00\xfe", b"", [("ce\0id", b"\x00\xff")])
    async with working(receiver.runner()):
        await receiver.until_parked(len(POISON) + 2)
        await receiver.until({"good": list(range(1, len(POISON) + 1))})
    reasons = {key: reason for key, _number, reason in await receiver.parked()}
    assert {name: reasons[f"poison {number}"] for number, name in enumerate(POISON)} == {
        name: reason for name, (_changed, _value, reason) in POISON.items()
    }
    payloads = await receiver.pool.fetch(
        "SELECT payload FROM parked_event WHERE reason = 'BROKEN_MESSAGE' ORDER BY key"
    )
    assert {row["payload"] for row in payloads} == {b"\xff\xff\xff\xff", b""}, "bytes are kept as they came"


async def test_poison_delivered_again_is_parked_once(receiver: Receiver, publisher: Publisher) -> None:
    passages = 0

    def fail_before_the_offset(place: str) -> None:
        nonlocal passages
        passages += place == "applied"
        if place == "applied" and passages < 4:
            raise KafkaError

    await publisher.raw(b"p", b"\xff", headers_of("p", 1))
    await publisher.raw(b"q", b"", [])
    await publisher.fact("a", 1)
    async with working(receiver.runner(checkpoint=fail_before_the_offset)):
        await publisher.fact("a", 2)
        await receiver.until({"a": [1, 2]})
        await eventually(lambda: _is(passages >= 4), timeout_s=30, what="three deliveries again")
        await receiver.until_parked(2)


async def test_good_copy_of_a_broken_event_frees_those_behind_it(receiver: Receiver, publisher: Publisher) -> None:
    headers = headers_of("a", 1)
    async with working(receiver.runner()):
        await publisher.raw(b"a", b"\xff", headers)
        await publisher.fact("a", 2)
        await receiver.until_parked(2)
        await publisher.raw(b"a", Int64Value(value=1).SerializeToString(), headers)
        await receiver.until({"a": [1, 2]})
    assert await receiver.parked() == []


async def test_unknown_type_is_skipped_and_counted_and_moves_on(receiver: Receiver, publisher: Publisher) -> None:
    async with working(receiver.runner()):
        await publisher.raw(b"a", b"", headers_of("a", 1, ce_type="nuaikit.of.a.later.Release"))
        await publisher.fact("a", 2)
        await receiver.until({"a": [2]})
    (point,) = receiver.telemetry.metric("receiver", "consumer.skipped")
    assert (point.value, dict(point.attributes)) == (1, {"type": "nuaikit.of.a.later.Release"})


async def test_enum_value_of_a_later_release_is_parked(receiver: Receiver, publisher: Publisher) -> None:
    message_type = enrolments_pb2.Enrolment
    seen: list[Any] = []

    async def apply(_connection: Connection, message: Any, _envelope: Envelope) -> None:
        seen.append(message.status)

    name = message_type.DESCRIPTOR.full_name
    later = message_type(status=99)  # type: ignore[arg-type]  # an open enum carries any number
    nested = message_type()
    nested.facts.role = 99  # type: ignore[assignment]  # a value of a later release
    known = message_type(status=1)  # type: ignore[arg-type]  # a message made at run time
    async with working(receiver.runner(Subscription.of([TOPIC], [Handler(message_type, apply)]))):
        for key, message in (("a", later), ("b", nested), ("c", known)):
            await publisher.raw(key.encode(), message.SerializeToString(), headers_of(key, 1, ce_type=name))
        await receiver.until_parked(2)
        await eventually(lambda: _is(seen == [1]), timeout_s=10, what="the known one")
    assert {(key, reason) for key, _number, reason in await receiver.parked()} == {
        ("a", "UNKNOWN_ENUM_VALUE"),
        ("b", "UNKNOWN_ENUM_VALUE"),
    }


async def _is(truth: bool) -> bool:
    return truth


async def test_fault_of_a_handler_parks_its_key_and_replay_resumes_in_order(
    receiver: Receiver, publisher: Publisher, logs
) -> None:
    is_broken = True

    async def apply(connection: Connection, message: Int64Value, envelope: Envelope) -> None:
        await apply_fact(connection, message, envelope)
        if is_broken and envelope.key == "a" and message.value == 2:
            raise Refused("a secret of สมชาย")

    runner = receiver.runner(Subscription.of([TOPIC], [Handler(Int64Value, apply)]))
    async with working(runner):
        for value in (1, 2, 3, 4):
            await publisher.fact("a", value)
            await publisher.fact("b", value)
        await receiver.until({"a": [1], "b": [1, 2, 3, 4]})
        await receiver.until_parked(3)
        assert await receiver.parked() == [
            ("a", 2, "APPLY_FAILED:Refused"),
            ("a", 3, "BEHIND_PARKED"),
            ("a", 4, "BEHIND_PARKED"),
        ]
        assert await runner.replay_parked() == (0, 3), "what is still broken stays parked"
        is_broken = False
        assert await runner.replay_parked() == (3, 0)
        await receiver.until({"a": [1, 2, 3, 4], "b": [1, 2, 3, 4]})
        await publisher.fact("a", 5)
        await receiver.until({"a": [1, 2, 3, 4, 5], "b": [1, 2, 3, 4]})
    assert await receiver.pool.fetchval("SELECT tries FROM parked_event WHERE sequence = 2") == 2
    assert "สมชาย" not in "".join(logs.texts)


async def test_number_given_out_twice_is_parked_and_not_taken_for_a_repetition(
    receiver: Receiver, publisher: Publisher
) -> None:
    """A sender whose database was restored to an earlier moment states other facts under numbers already used."""
    async with working(receiver.runner()):
        for value in (1, 2):
            await publisher.fact("a", value)
        await receiver.until({"a": [1, 2]})
        await publisher.raw(b"a", Int64Value(value=20).SerializeToString(), headers_of("a", 2))
        await publisher.raw(b"a", b"", headers_of("a", 1, ce_time="2020-01-01T00:00:00+00:00"))
        await publisher.fact("a", 3)
        await receiver.until({"a": [1, 2, 3]})
        await receiver.until_parked(1)
    assert await receiver.parked() == [("a", 2, "SEQUENCE_REUSED")]


async def test_database_outage_parks_nothing_and_work_goes_on_after_it(
    receiver: Receiver, publisher: Publisher, infrastructure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "TRIES_MAX", 2)
    monkeypatch.setattr(consumer_module, "BACKOFF_S_MAX", 0.2)
    name = receiver.dsn.rpartition("/")[2]
    async with working(receiver.runner()):
        await publisher.fact("a", 1)
        await receiver.until({"a": [1]})
        admin = await asyncpg.connect(infrastructure.postgres_dsn)
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        ended = await admin.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1", name
        )
        for value in (2, 3, 4):
            await publisher.fact("a", value)
        refused = receiver.telemetry
        assert ended >= 1

        async def was_refused() -> bool:
            return receiver_put_back(refused) >= 5

        await eventually(was_refused, timeout_s=30, what="five tries")
        await admin.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await admin.close()
        await receiver.until({"a": [1, 2, 3, 4]})
    assert await receiver.parked() == []


def receiver_put_back(telemetry: RecordedTelemetry) -> int:
    """How often batches were put back."""
    return sum(point.value for point in telemetry.metric("receiver", "consumer.put_back"))


async def test_neighbour_outage_in_a_handler_parks_nothing(
    receiver: Receiver, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "TRIES_MAX", 2)
    monkeypatch.setattr(consumer_module, "BACKOFF_S_MAX", 0.05)
    tries = 0

    async def apply(connection: Connection, message: Int64Value, envelope: Envelope) -> None:
        nonlocal tries
        tries += 1
        if tries < 8:
            raise Unavailable
        await apply_fact(connection, message, envelope)

    async with working(receiver.runner(Subscription.of([TOPIC], [Handler(Int64Value, apply)]))):
        await publisher.fact("a", 1)
        await receiver.until({"a": [1]})
    assert await receiver.parked() == []


async def test_event_that_never_gets_its_locks_is_parked_after_its_tries(
    receiver: Receiver, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "TRIES_MAX", 4)
    monkeypatch.setattr(consumer_module, "BACKOFF_S_MAX", 0.05)
    tries = 0

    async def apply(connection: Connection, message: Int64Value, envelope: Envelope) -> None:
        nonlocal tries
        if envelope.key == "slow":
            tries += 1
            await connection.execute("SET LOCAL statement_timeout = '20ms'")
            await connection.execute("SELECT pg_sleep(10)")
        await apply_fact(connection, message, envelope)

    async with working(receiver.runner(Subscription.of([TOPIC], [Handler(Int64Value, apply)]))):
        await publisher.fact("slow", 1)
        await publisher.fact("fast", 1)
        await receiver.until({"fast": [1]})
        await receiver.until_parked(1)
    assert await receiver.parked() == [("slow", 1, "TRIES_EXHAUSTED:QueryCanceledError")]
    assert tries >= 4


async def test_members_that_come_and_go_lose_and_double_nothing(receiver: Receiver, publisher: Publisher) -> None:
    """F14 of the fault matrix: rebalances while events flow, one of them by a kill."""
    count = 60
    keys = [f"k{number}" for number in range(6)]

    async def publish() -> None:
        for value in range(1, count + 1):
            for key in keys:
                await publisher.fact(key, value)

    async with working(receiver.runner(batch_records_max=5)):
        sending = asyncio.create_task(publish())
        for _ in range(2):
            async with opened(receiver.dsn) as pool, working(receiver.runner(pool=pool, batch_records_max=5)):
                await _progress(receiver.pool, 40)
        process = plumbing.start_victim(receiver.victim())
        await _progress(receiver.pool, 40)
        assert process.pid
        process.kill()
        await plumbing.ended(process)
        assert process.exitcode == -signal.SIGKILL
        await sending
        await receiver.until({key: list(range(1, count + 1)) for key in keys}, timeout_s=60)
    assert await receiver.parked() == []


async def _progress(pool: Pool, events: int) -> None:
    begin = await pool.fetchval("SELECT count(*) FROM effect")

    async def has_moved() -> bool:
        now = await pool.fetchval("SELECT count(*) FROM effect")
        return now >= min(begin + events, 360)

    await eventually(has_moved, timeout_s=40, what=f"{events} more effects")


async def test_measures_tell_lag_and_parked_events(
    receiver: Receiver, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "MEASURE_EVERY_S", 0.1)
    monkeypatch.setattr(consumer_module, "BACKOFF_S_MAX", 0.05)
    is_away = True

    async def apply(connection: Connection, message: Int64Value, envelope: Envelope) -> None:
        if is_away:
            raise Unavailable
        await apply_fact(connection, message, envelope)

    def value_of(name: str) -> float:
        points = receiver.telemetry.metric("receiver", name)
        return points[0].value if points else -1

    for value in (1, 2, 3, 4):
        await publisher.fact("a", value)
        await publisher.fact("b", value)
    await publisher.raw(b"p", b"", [])
    async with working(receiver.runner(Subscription.of([TOPIC], [Handler(Int64Value, apply)]))):
        await eventually(lambda: _is(value_of("consumer.lag") >= 8), timeout_s=20, what="a lag of all records")
        is_away = False
        await receiver.until({"a": [1, 2, 3, 4], "b": [1, 2, 3, 4]})
        await eventually(lambda: _is(value_of("consumer.lag") == 0), timeout_s=10, what="no lag")
        await eventually(lambda: _is(value_of("consumer.parked") == 1), timeout_s=10, what="one parked")


async def test_offset_is_committed_only_behind_what_is_applied(receiver: Receiver, publisher: Publisher) -> None:
    async with working(receiver.runner()):
        for value in (1, 2, 3):
            await publisher.fact("a", value)
        await receiver.until({"a": [1, 2, 3]})

        async def is_committed() -> bool:
            return await receiver.offsets() == 3

        await eventually(is_committed, timeout_s=10, what="the offset")


async def test_handler_for_another_type_of_the_topic_shares_the_order(receiver: Receiver, publisher: Publisher) -> None:
    order: list[str] = []

    async def note(_connection: Connection, message: Any, _envelope: Envelope) -> None:
        order.append(str(message.value))

    both = Subscription.of([TOPIC], [Handler(Int64Value, note), Handler(StringValue, note)])
    async with working(receiver.runner(both)):
        await publisher.fact("a", 1)
        text = StringValue(value="two")
        await publisher.raw(
            b"a", text.SerializeToString(), headers_of("a", 2, ce_type=StringValue.DESCRIPTOR.full_name)
        )
        await publisher.fact("a", 3)
        await eventually(lambda: _is(len(order) >= 3), timeout_s=20, what="three")
    assert order == ["1", "two", "3"]
