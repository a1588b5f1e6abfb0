"""CloudEvents in binary mode: Kafka headers around a protobuf value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from google.protobuf.message import Message

from chassis.ids import uuid7


class BrokenEnvelopeError(Exception):
    """The headers are not a CloudEvents envelope of ours."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A fact to publish: one message about one key."""

    topic: str
    key: str
    message: Message

    @property
    def type(self) -> str:
        """The message's full name, which is the CloudEvents type."""
        return self.message.DESCRIPTOR.full_name


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the headers of one record say."""

    event_id: UUID
    type: str
    source: str
    time: datetime
    topic: str
    key: str
    sequence: int
    traceparent: str | None


def new_event_id() -> UUID:
    """Id of a new event."""
    return uuid7()


def to_headers(envelope: Envelope) -> list[tuple[str, bytes]]:
    """Kafka headers; a list, as some instrumentations append to it."""
    pairs = [
        ("ce_specversion", "1.0"),
        ("ce_id", str(envelope.event_id)),
        ("ce_type", envelope.type),
        ("ce_source", envelope.source),
        ("ce_time", envelope.time.isoformat()),
        ("ce_subject", envelope.key),
        ("ce_sequence", str(envelope.sequence)),
        ("content-type", "application/protobuf"),
    ]
    if envelope.traceparent:
        pairs.append(("traceparent", envelope.traceparent))
    return [(name, value.encode()) for name, value in pairs]


def from_headers(headers: Iterable[tuple[str, bytes]], *, topic: str, key: bytes | None) -> Envelope:
    """Read the headers of a record; of repeated names the first counts.

    Raises:
        BrokenEnvelopeError: A header is missing or malformed, or the key is not the subject.
    """
    values: dict[str, str] = {}
    try:
        for name, value in headers:
            values.setdefault(name, value.decode())
        envelope = _read(values, topic=topic)
    except (KeyError, ValueError) as exc:
        raise BrokenEnvelopeError(type(exc).__name__) from exc
    if key is None or key.decode(errors="replace") != envelope.key or envelope.sequence < 1:
        raise BrokenEnvelopeError("key or sequence")
    return envelope


def _read(values: Mapping[str, str], *, topic: str) -> Envelope:
    if values["ce_specversion"] != "1.0" or values["content-type"] != "application/protobuf":
        raise ValueError("specversion or content-type")
    return Envelope(
        event_id=UUID(values["ce_id"]),
        type=values["ce_type"],
        source=values["ce_source"],
        time=datetime.fromisoformat(values["ce_time"]),
        topic=topic,
        key=values["ce_subject"],
        sequence=int(values["ce_sequence"]),
        traceparent=values.get("traceparent"),
    )
