"""Events of services that do not run in a test, exactly as their relay would send them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from chassis.envelope import Envelope, new_event_id, to_headers
from google.protobuf.message import Message

from tests.support import kafka
from tests.support.kafka import Broker, Record


@dataclass
class Emitter:
    """Sends messages of the contracts to this test's topics, numbered per topic and key as an outbox does.

    Attributes:
        prefix: Of this test's topics.
    """

    broker: Broker
    prefix: str
    _sequences: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def emit(self, topic: str, key: str, message: Message, *, sequence: int | None = None) -> Record:
        """Send one event; its number is the next of the key unless a test wants another."""
        if sequence is None:
            self._sequences[topic, key] += 1
            sequence = self._sequences[topic, key]
        envelope = Envelope(
            event_id=new_event_id(),
            type=message.DESCRIPTOR.full_name,
            source="tests",
            time=datetime.now(UTC),
            topic=topic,
            key=key,
            sequence=sequence,
            traceparent=None,
        )
        return await kafka.produce(
            self.broker, self.prefix + topic, value=message.SerializeToString(), key=key, headers=to_headers(envelope)
        )
