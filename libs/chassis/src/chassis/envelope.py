"""CloudEvents in binary mode: Kafka headers around a protobuf value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from google.protobuf.message import Message

from chassis.ids import uuid7

VALUE_BYTES_MAX = 512 * 1024
"""Largest event. Well below the broker's limit of 1 MiB a record, so that what the outbox took can always be sent."""

_TEXT_CHARACTERS_MAX = 200
_SEQUENCE_MAX = 2**63 - 1


class BrokenEnvelopeError(Exception):
    """The headers are not a CloudEvents envelope of ours."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A fact to publish: one message about one key.

    Attributes:
        traceparent: Trace to go on with; the current span's when absent.
    """

    topic: str
    key: str
    message: Message
    traceparent: str | None = None

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


def from_headers(headers: Iterable[tuple[str, bytes | None]], *, topic: str, key: bytes | None) -> Envelope:
    """Read the headers of a record; of repeated names the first counts.

    What this accepts can be stored: no text is longer than 200 characters or holds a NUL, numbers fit a bigint.

    Raises:
        BrokenEnvelopeError: A header is missing or malformed, or the key is not the subject.
    """
    values: dict[str, str] = {}
    try:
        for name, value in headers:
            values.setdefault(name, (value or b"").decode())
        envelope = _read(values, topic=topic)
    except (KeyError, ValueError) as exc:
        raise BrokenEnvelopeError(type(exc).__name__) from None
    if key is None or key != envelope.key.encode():
        raise BrokenEnvelopeError("key")
    return envelope


def _read(values: Mapping[str, str], *, topic: str) -> Envelope:
    if values["ce_specversion"] != "1.0" or values["content-type"] != "application/protobuf":
        raise ValueError("specversion or content-type")
    time, sequence = datetime.fromisoformat(values["ce_time"]), int(values["ce_sequence"])
    if time.tzinfo is None or not 1 <= sequence <= _SEQUENCE_MAX:
        raise ValueError("time or sequence")
    return Envelope(
        event_id=UUID(values["ce_id"]),
        type=_text(values["ce_type"]),
        source=_text(values["ce_source"]),
        time=time,
        topic=topic,
        key=_text(values["ce_subject"]),
        sequence=sequence,
        traceparent=values.get("traceparent"),
    )


def _text(value: str) -> str:
    if not 1 <= len(value) <= _TEXT_CHARACTERS_MAX or "\0" in value:
        raise ValueError("text")
    return value
