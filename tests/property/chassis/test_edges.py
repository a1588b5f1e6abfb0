"""What comes from outside is read or refused, whatever it is: envelopes, tokens, fingerprints, problem documents."""

import asyncio
import json
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from chassis.auth import TokenInvalid, TokenVerifier
from chassis.consumer import UnappliableError, decode
from chassis.envelope import BrokenEnvelopeError, Envelope, from_headers, to_headers
from chassis.idempotency import fingerprint
from chassis.inbox import Arrival
from chassis.outcomes import Outcome, Problem, outcomes_from_answer, outcomes_to_answer
from hypothesis import given, settings
from hypothesis import strategies as st
from nuaikit.credit_bank.v1 import events_pb2

from tests.support.oidc import running_issuer

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=50)
ENVELOPES = st.builds(
    Envelope,
    event_id=st.uuids(),
    type=TEXT,
    source=TEXT,
    time=st.datetimes(timezones=st.just(UTC)),
    topic=st.just("topic"),
    key=TEXT,
    sequence=st.integers(1, 2**63 - 1),
    traceparent=st.none() | TEXT,
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "ce_specversion",
                "ce_id",
                "ce_type",
                "ce_source",
                "ce_time",
                "ce_subject",
                "ce_sequence",
                "content-type",
                "x\0",
            ]
        ),
        st.none() | st.binary(max_size=300),
    ),
    max_size=12,
)


@given(ENVELOPES)
def test_envelope_comes_back_from_its_headers(envelope: Envelope) -> None:
    assert from_headers(to_headers(envelope), topic="topic", key=envelope.key.encode()) == envelope


@given(HEADERS, st.none() | st.binary(max_size=400), st.none() | st.binary(max_size=50))
def test_any_record_can_be_kept(
    headers: list[tuple[str, bytes | None]], key: bytes | None, value: bytes | None
) -> None:
    """What is parked must fit PostgreSQL, or poison would stop the consumer at every start."""
    arrival = Arrival.read("topic", 0, 0, key=key, headers=headers, value=value)
    for text in [arrival.key, *[part for pair in arrival.headers for part in pair]]:
        assert "\0" not in text
        text.encode()
    assert len(arrival.key) <= 200
    if arrival.envelope:
        assert arrival.envelope.key == arrival.key
        assert 1 <= arrival.envelope.sequence < 2**63


@given(
    ENVELOPES,
    st.sampled_from(
        ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time", "ce_subject", "ce_sequence", "content-type"]
    ),
)
def test_envelope_without_one_of_its_headers_is_broken(envelope: Envelope, missing: str) -> None:
    headers = [(name, value) for name, value in to_headers(envelope) if name != missing]
    with pytest.raises(BrokenEnvelopeError):
        from_headers(headers, topic="topic", key=envelope.key.encode())


@given(st.binary(max_size=200))
def test_any_value_is_a_message_or_unappliable(value: bytes) -> None:
    try:
        outcome = type(decode(events_pb2.CreditRecorded, value)).__name__
    except UnappliableError as refusal:
        outcome = refusal.reason
    assert outcome in ("CreditRecorded", "BROKEN_MESSAGE", "UNKNOWN_ENUM_VALUE")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=10)
    | st.uuids()
    | st.dates()
    | st.decimals(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


@given(JSON)
def test_fingerprint_is_the_same_every_time_and_says_nothing(content: object) -> None:
    assert fingerprint(content) == fingerprint(content)
    assert len(fingerprint(content)) == 32


@given(
    st.lists(
        st.builds(
            Outcome,
            st.integers(0, 100),
            st.none() | st.text(max_size=10),
            st.booleans(),
            st.none() | st.builds(Problem, TEXT, TEXT, TEXT, st.dictionaries(TEXT, TEXT, max_size=3), st.none() | TEXT),
        ),
        unique_by=lambda outcome: outcome.index,
    )
)
def test_outcomes_come_back_from_the_kept_answer(outcomes: list[Outcome]) -> None:
    assert outcomes_from_answer(outcomes_to_answer(outcomes)) == sorted(outcomes, key=lambda one: one.index)


@settings(max_examples=25, deadline=None)  # each starts a server
@given(
    st.lists(st.text(max_size=80) | st.builds("{}.{}.{}".format, *[st.text(max_size=30)] * 3), max_size=20), st.data()
)
def test_any_text_is_a_good_token_or_an_invalid_one(texts: list[str], data: st.DataObject) -> None:
    async def verify() -> None:
        with running_issuer() as issuer:
            async with httpx.AsyncClient() as http:
                verifier = TokenVerifier(issuer.url, "nuaikit", http=http)
                good = issuer.person("somebody")
                mutants = []
                for _ in range(20):
                    at = data.draw(st.integers(0, len(good) - 1))
                    mutants.append(good[:at] + data.draw(st.characters(max_codepoint=0x17F)) + good[at + 1 :])
                for text in [*texts, *mutants]:
                    try:
                        claims = await verifier.verify(text)
                    except TokenInvalid:
                        continue
                    assert claims["sub"] == "somebody", "a mutant that means the same"
                assert sum(issuer.requests.values()) <= 4

    asyncio.run(verify())


def test_uuid_of_an_envelope_is_one(  # the envelope's id reaches a uuid column
) -> None:
    envelope = Envelope(UUID(int=1), "t", "s", datetime.now(UTC), "topic", "k", 1, None)
    for text in ("x", "", "1" * 33):
        headers = [(name, text.encode() if name == "ce_id" else value) for name, value in to_headers(envelope)]
        with pytest.raises(BrokenEnvelopeError):
            from_headers(headers, topic="topic", key=b"k")
    assert json.dumps(str(envelope.event_id))
