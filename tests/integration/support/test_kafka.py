"""The Kafka helpers against the real broker."""

import pytest
from aiokafka.errors import KafkaError

from tests.support import kafka

LEDGER = "nuaikit.credit-bank.ledger.v1"
HEADERS = {
    "ce_specversion": "1.0",
    "ce_id": "0193a5c4-7b1a-7c3e-9d51-2f6f1c0e4a10",
    "ce_type": "nuaikit.credit_bank.v1.CreditVerified",
    "content-type": "application/protobuf",
}
BYTES = b"\x0a\x03\xe0\xb8\x81\xff\x00"  # no text in any encoding


async def test_published_record_then_headers_key_and_bytes_are_seen(broker, topics, expect_events):
    [topic] = await topics.create(LEDGER)
    async with expect_events(topic) as events:
        sent = await kafka.produce(broker, topic, value=BYTES, key="learner-1", headers=HEADERS)
    assert events == [sent]
    assert (events[0].headers, events[0].key, events[0].value) == (HEADERS, "learner-1", BYTES)


async def test_records_of_one_key_then_seen_in_their_order(broker, topics, expect_events):
    [topic] = await topics.create(LEDGER, partitions=3)
    async with expect_events(topic, count=5) as events:
        for number in range(5):
            await kafka.produce(broker, topic, value=bytes([number]), key="learner-1")
    assert [event.value for event in events] == [bytes([number]) for number in range(5)]
    assert len({event.partition for event in events}) == 1


async def test_record_from_before_the_block_then_not_seen(broker, topics, expect_events):
    [topic] = await topics.create(LEDGER)
    await kafka.produce(broker, topic, value=b"earlier", partition=0)
    async with expect_events(topic) as events:
        await kafka.produce(broker, topic, value=b"later", partition=0)
    assert [event.value for event in events] == [b"later"]
    assert [event.value for event in await kafka.read_all(broker, topic)] == [b"earlier", b"later"]


async def test_fewer_records_than_expected_then_failure_names_types_and_no_values(broker, topics, expect_events):
    [topic] = await topics.create(LEDGER)
    with pytest.raises(AssertionError, match="2 events expected") as failure:
        async with expect_events(topic, count=2, timeout_s=1):
            await kafka.produce(broker, topic, value=b"personal", key="learner-1", headers=HEADERS)
    assert "nuaikit.credit_bank.v1.CreditVerified key=learner-1" in str(failure.value)
    assert "personal" not in str(failure.value)


@pytest.mark.parametrize("count", [0, 1])
async def test_more_records_than_expected_then_failure(broker, topics, expect_events, count):
    [topic] = await topics.create(LEDGER)

    async def publish_two() -> None:
        async with expect_events(topic, count=count):
            for number in range(2):
                await kafka.produce(broker, topic, value=b"", partition=number)

    with pytest.raises(AssertionError, match="2 seen"):
        await publish_two()


async def test_nothing_published_then_none_expected_holds_at_once(topics, expect_events):
    [topic] = await topics.create(LEDGER)
    async with expect_events(topic, count=0) as events:
        pass
    assert events == []


async def test_failing_block_then_its_own_error_comes_out(topics, expect_events):
    [topic] = await topics.create(LEDGER)
    with pytest.raises(ZeroDivisionError):
        async with expect_events(topic, count=3, timeout_s=60):
            _ = 1 / 0


async def test_topic_nobody_made_then_sending_is_refused(broker, unique_name):
    with pytest.raises(KafkaError):
        await kafka.produce(broker, f"{unique_name}never-made", value=b"", partition=0, timeout_s=2)


async def test_topics_of_two_tests_then_names_differ(topics, unique_name):
    [topic] = await topics.create(LEDGER)
    assert topic == f"{unique_name}{LEDGER}"


async def test_end_of_a_test_then_its_topics_are_gone(broker, unique_name):
    made = kafka.Topics(broker, unique_name)
    [topic] = await made.create(LEDGER)
    assert await made.create(LEDGER) == [topic]
    await made.remove()

    async def is_gone() -> bool:
        async with kafka.admin(broker) as client:
            return topic not in await client.list_topics()

    await kafka.eventually(is_gone, timeout_s=10, what=f"{topic} removed")


async def test_topic_made_twice_then_left_as_it_is(broker, topics):
    [topic] = await topics.create(LEDGER, partitions=2)
    await kafka.produce(broker, topic, value=b"kept", partition=1)
    assert await topics.create(LEDGER, partitions=2) == [topic]
    assert [record.value for record in await kafka.read_all(broker, topic)] == [b"kept"]


async def test_settings_of_a_service_then_only_those_that_are_known(broker):
    settings = broker.settings("CREDIT_BANK_")
    assert settings["CREDIT_BANK_KAFKA_BOOTSTRAP"] == broker.bootstrap
    assert ("CREDIT_BANK_KAFKA_PASSWORD" in settings) == (broker.security_protocol != "PLAINTEXT")
    assert "None" not in settings.values()


def test_broker_shown_then_without_its_password():
    shown = repr(kafka.Broker("127.0.0.1:59092", "SASL_PLAINTEXT", "admin", "secret-word"))
    assert "secret-word" not in shown
