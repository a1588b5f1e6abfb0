"""One trace from the first request to the last effect, one server span a request, and the promised measures."""

from itertools import pairwise
from typing import Any
from uuid import uuid4

import httpx
from opentelemetry.trace import SpanKind

from tests.support.kafka import eventually
from tests.support.oidc import OidcIssuer
from tests.support.probe import NAME
from tests.support.telemetry import RecordedTelemetry


async def test_one_trace_crosses_http_grpc_outbox_kafka_and_the_consumers_work(
    start_probe: Any, telemetry: RecordedTelemetry, signing_issuer: OidcIssuer
) -> None:
    async with (
        start_probe("serve", "relay", "consume", name="back") as back,
        start_probe("serve", name="front", peer_address=f"127.0.0.1:{back.grpc_port}") as front,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{front.http_port}") as client,
    ):
        answer = await client.post(
            "/v1/notes",
            json={"key": "a"},
            headers={
                "Authorization": f"Bearer {signing_issuer.person('somebody')}",
                "Idempotency-Key": str(uuid4()),
                "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            },
        )
        assert answer.status_code == 200, answer.text

        async def is_applied() -> bool:
            return any(span.kind is SpanKind.CONSUMER for span in telemetry.spans)

        await eventually(is_applied, timeout_s=20, what="the consumer's span")
    (root,) = [span for span in telemetry.spans if span.name == "POST /v1/notes"]
    spans = telemetry.trace(root)
    assert format(root.get_span_context().trace_id, "032x") == "0af7651916cd43dd8448eb211c80319c"
    chain = [
        ("POST /v1/notes", SpanKind.SERVER),
        (f"{NAME}/Note", SpanKind.CLIENT),
        (f"{NAME}/Note", SpanKind.SERVER),
        ("publish nuaikit.test.facts.v1", SpanKind.PRODUCER),
        ("process nuaikit.test.facts.v1", SpanKind.CONSUMER),
    ]
    by_place = {(span.name, span.kind): span for span in spans}
    assert set(by_place) == set(chain)
    assert len(spans) == len(chain), "exactly one server span a request, and no other span doubled"
    for above, below in pairwise(chain):
        parent = by_place[below].parent
        assert parent is not None
        assert parent.span_id == by_place[above].get_span_context().span_id, f"{below} is a child of {above}"
    assert root.attributes == {
        "http.request.method": "POST",
        "http.route": "/v1/notes",
        "http.response.status_code": 200,
    }
    assert not [span for span in telemetry.spans if span.kind is SpanKind.SERVER and span not in spans]


async def test_promised_measures_are_there(start_probe: Any, telemetry: RecordedTelemetry) -> None:
    async with start_probe("serve", "relay", "consume", name="probe") as started:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{started.http_port}") as client:
            await client.get("/v1/fail/missing")
        for name in ("outbox.oldest_unpublished.age", "consumer.lag", "consumer.parked"):
            (point,) = telemetry.metric("probe", name)
            assert point.value == 0
        (duration,) = telemetry.metric("probe", "request.duration")
        assert dict(duration.attributes) == {"method": "GET /v1/fail/{kind}", "outcome": 404}


async def test_health_paths_make_no_spans(start_probe: Any, telemetry: RecordedTelemetry) -> None:
    async with (
        start_probe() as started,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{started.http_port}") as client,
    ):
        for path in ("/livez", "/readyz"):
            assert (await client.get(path)).status_code == 200
    assert telemetry.spans == []
