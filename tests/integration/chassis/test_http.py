"""The HTTP edge: every answer that is not a good one is a problem document, and none of them tells too much."""

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from chassis.http import BODY_BYTES_MAX, PROBLEM_JSON, RETRY_AFTER_S, create_http
from chassis.messages import Messages
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

from tests.support.kafka import eventually
from tests.support.oidc import OidcIssuer
from tests.support.probe import SECRET
from tests.support.telemetry import LogLines, RecordedTelemetry


@pytest.fixture
async def client(served: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the served probe."""
    async with httpx.AsyncClient(base_url=served.http, timeout=20) as opened:
        yield opened


@pytest.fixture
def telemetry(served: Any) -> RecordedTelemetry:
    """What the served probe tells from now on."""
    served.telemetry.clear()
    return served.telemetry


def headers(issuer: OidcIssuer, **more: str) -> dict[str, str]:
    """A signed-in person's headers."""
    return {"Authorization": f"Bearer {issuer.person('somebody')}", "Idempotency-Key": str(uuid4()), **more}


async def spans_of(telemetry: RecordedTelemetry, name: str, *, count: int = 1) -> list[ReadableSpan]:
    """Spans of a route; they end a moment after the client has its answer."""

    def found() -> list[ReadableSpan]:
        return [span for span in telemetry.spans if span.name == name and span.kind is SpanKind.SERVER]

    async def have_ended() -> bool:
        return len(found()) >= count

    await eventually(have_ended, timeout_s=5, what=f"{count} spans {name}")
    assert len(found()) == count
    return found()


PROBLEMS = {
    "refused": (409, "ALREADY_NOTED"),
    "missing": (404, "NOT_FOUND"),
    "forbidden": (403, "PERMISSION_MISSING"),
    "unavailable": (503, "UNAVAILABLE"),
    "conflict": (409, "CONFLICT"),
    "invalid": (422, "INVALID_FIELD"),
    "timeout": (503, "UNAVAILABLE"),
    "unknown": (500, "INTERNAL"),
    "sql": (500, "INTERNAL"),
    "argument": (500, "INTERNAL"),
}


@pytest.mark.parametrize("kind", PROBLEMS)
async def test_error_becomes_its_problem_document(
    client: httpx.AsyncClient, kind: str, telemetry: RecordedTelemetry, logs: LogLines
) -> None:
    answer = await client.get(f"/v1/fail/{kind}")
    status, reason = PROBLEMS[kind]
    problem = answer.json()
    assert answer.headers["content-type"] == PROBLEM_JSON
    assert (answer.status_code, problem["status"], problem["reason"]) == (status, status, reason)
    assert problem["type"] == f"urn:nuaikit:problem:{reason.lower()}"
    assert any("\u0e01" <= letter <= "\u0e5b" for letter in problem["title"]), "people read Thai"
    assert answer.headers.get("retry-after") == (str(RETRY_AFTER_S) if status == 503 else None)
    (span,) = await spans_of(telemetry, "GET /v1/fail/{kind}")
    assert problem["trace_id"] == format(span.get_span_context().trace_id, "032x")
    assert span.status.status_code is (StatusCode.ERROR if status >= 500 else StatusCode.UNSET)
    assert SECRET not in answer.text
    assert SECRET not in "".join(logs.texts)
    failed = logs.saying("Request failed")
    assert len(failed) == (status == 500), "the unknown is logged once, by class and place"


async def test_field_and_variables_of_an_error_are_in_its_document(client: httpx.AsyncClient) -> None:
    problem = (await client.get("/v1/fail/refused")).json()
    assert (problem["field"], problem["metadata"], problem["detail"]) == ("key", {"key": "a"}, "Noted already.")


async def test_unknown_address_and_wrong_method_are_problems(
    client: httpx.AsyncClient, telemetry: RecordedTelemetry
) -> None:
    missing = await client.get("/v1/nothing-1234567890123")
    assert (missing.status_code, missing.json()["reason"]) == (404, "NOT_FOUND")
    wrong = await client.delete("/v1/notes")
    assert (wrong.status_code, wrong.json()["status"], wrong.json()["reason"]) == (405, 405, "METHOD_NOT_ALLOWED")
    assert wrong.headers["allow"] == "POST"
    await spans_of(telemetry, "GET unmatched")  # a path may hold an identifier and names no span
    await spans_of(telemetry, "DELETE /v1/notes")
    assert "1234567890123" not in repr([(span.name, span.attributes) for span in telemetry.spans])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "body.1"),
        (b"{}", "body.key"),
        (json.dumps({"key": {"name": SECRET}}).encode(), "body.key"),
        (b"[]", "body"),
        ("\ufeffก".encode(), None),
    ],
)
async def test_malformed_body_is_refused_without_repeating_it(
    client: httpx.AsyncClient, signing_issuer: OidcIssuer, logs: LogLines, body: bytes, field: str | None
) -> None:
    content = headers(signing_issuer) | {"content-type": "application/json"}
    answer = await client.post("/v1/notes", content=body, headers=content)
    assert answer.status_code == 422
    assert answer.json()["reason"] == "INVALID_REQUEST"
    assert field is None or answer.json()["field"] == field
    assert SECRET not in answer.text + "".join(logs.texts)


async def test_query_outside_its_bounds_names_the_field(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/many", params={"count": 11})
    assert answer.status_code == 422
    assert answer.json()["faults"] == [{"field": "query.count", "fault": "less_than_equal"}]


async def test_write_without_request_id_is_refused(client: httpx.AsyncClient, signing_issuer: OidcIssuer) -> None:
    for value in (None, "seven"):
        sent = headers(signing_issuer)
        if value is None:
            del sent["Idempotency-Key"]
        else:
            sent["Idempotency-Key"] = value
        answer = await client.post("/v1/notes", json={"key": "a"}, headers=sent)
        assert (answer.status_code, answer.json()["field"]) == (422, "header.Idempotency-Key")


async def test_request_id_repeated_has_one_effect_and_other_content_is_refused(
    client: httpx.AsyncClient, signing_issuer: OidcIssuer
) -> None:
    sent = headers(signing_issuer)
    first, again = [await client.post("/v1/notes", json={"key": "once"}, headers=sent) for _ in range(2)]
    assert first.json() == again.json() == {"value": 1}
    other = await client.post("/v1/notes", json={"key": "twice"}, headers=sent)
    assert (other.status_code, other.json()["reason"]) == (409, "REQUEST_MISMATCH")
    stranger = headers(signing_issuer) | {"Authorization": f"Bearer {signing_issuer.person('another')}"}
    stranger["Idempotency-Key"] = sent["Idempotency-Key"]
    assert (await client.post("/v1/notes", json={"key": "once"}, headers=stranger)).json() == {"value": 2}


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Basic c29tZTpib2R5", "Bearer not.a.token", "Bearer " + "x" * 20_000],
)
async def test_request_without_a_good_token_is_sent_to_sign_in(
    client: httpx.AsyncClient, authorization: str | None
) -> None:
    sent = {"Nuaikit-Purpose": "TEST"} | ({} if authorization is None else {"Authorization": authorization})
    answer = await client.get("/v1/me", headers=sent)
    assert answer.status_code == 401
    assert answer.json()["reason"] == "TOKEN_INVALID"
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_assignment_that_is_no_uuid_is_refused(client: httpx.AsyncClient, signing_issuer: OidcIssuer) -> None:
    sent = headers(signing_issuer, **{"Nuaikit-Assignment": "seven", "Nuaikit-Purpose": "TEST"})
    answer = await client.get("/v1/me", headers=sent)
    assert (answer.status_code, answer.json()["field"]) == (422, "nuaikit-assignment")


async def test_read_without_purpose_is_refused(client: httpx.AsyncClient, signing_issuer: OidcIssuer) -> None:
    answer = await client.get("/v1/me", headers=headers(signing_issuer))
    assert (answer.status_code, answer.json()["reason"]) == (422, "PURPOSE_MISSING")


async def test_decision_that_needs_a_fresh_actor_fails_closed(
    client: httpx.AsyncClient, signing_issuer: OidcIssuer
) -> None:
    for subject, status in (("somebody", 200), ("stale", 503)):
        sent = {"Authorization": f"Bearer {signing_issuer.person(subject)}"}
        assert (await client.get("/v1/fresh", headers=sent)).status_code == status


async def test_service_has_its_scopes_and_no_persons_permissions(
    client: httpx.AsyncClient, signing_issuer: OidcIssuer
) -> None:
    token = signing_issuer.client("robot", ["robot.read"])
    sent = {"Authorization": f"Bearer {token}", "Nuaikit-Purpose": "TEST"}
    answer = await client.get("/v1/me", headers=sent)
    assert answer.json() == {"role": "service", "permissions": ["robot.read"], "purpose": "TEST", "service": "robot"}
    assert (
        await client.post("/v1/notes", json={"key": "a"}, headers=headers(signing_issuer) | sent)
    ).status_code == 403


async def test_body_larger_than_its_limit_is_413(client: httpx.AsyncClient, signing_issuer: OidcIssuer) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(BODY_BYTES_MAX // 65_536 + 2):
            yield b"x" * 65_536

    sent = headers(signing_issuer) | {"content-type": "application/json"}
    for content in (b"x" * (BODY_BYTES_MAX + 1), endless()):
        answer = await client.post("/v1/notes", content=content, headers=sent)
        assert (answer.status_code, answer.json()["reason"]) == (413, "BODY_TOO_LARGE")


async def test_upload_route_takes_more_than_others(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/files", files={"file": ("a.csv", b"x" * (BODY_BYTES_MAX + 1))})
    assert answer.json() == {"bytes": BODY_BYTES_MAX + 1}


async def test_span_of_a_stream_lasts_until_its_last_byte(
    client: httpx.AsyncClient, telemetry: RecordedTelemetry, logs: LogLines
) -> None:
    assert (await client.get("/v1/stream")).content == b"ab"
    with pytest.raises(httpx.HTTPError):
        await client.get("/v1/stream", params={"is_broken": "true"})
    good, broken = await spans_of(telemetry, "GET /v1/stream", count=2)
    assert good.status.status_code is StatusCode.UNSET
    assert (broken.status.status_code, broken.status.description) == (StatusCode.ERROR, "RuntimeError")
    assert SECRET not in "".join(logs.texts)


async def test_traceparent_that_is_none_begins_a_new_trace(
    client: httpx.AsyncClient, telemetry: RecordedTelemetry
) -> None:
    for value in ("nonsense", "00-0-0-0", "ก".encode(), b"\xff" * 60):
        await client.get(
            "/v1/fail/missing", headers=[(b"traceparent", value if isinstance(value, bytes) else value.encode())]
        )
    assert {span.parent for span in await spans_of(telemetry, "GET /v1/fail/{kind}", count=4)} == {None}


async def test_openapi_tells_the_problem_document_and_how_to_sign_in(client: httpx.AsyncClient) -> None:
    api = (await client.get("/openapi.json")).json()
    operation = api["paths"]["/v1/notes"]["post"]
    assert api["openapi"].startswith("3.1")
    assert operation["security"] == [{"HTTPBearer": []}]
    assert {"4XX", "5XX"} <= set(operation["responses"])
    assert {parameter["name"] for parameter in operation["parameters"]} == {"Idempotency-Key", "Nuaikit-Assignment"}
    assert "/livez" not in api["paths"]


async def test_others_are_answered_while_the_description_is_made_and_it_is_made_once() -> None:
    making, enough = threading.Event(), threading.Event()
    made: list[bool] = []

    async def always() -> list[str]:
        return []

    app = create_http(
        "x", [], telemetry=RecordedTelemetry().of("x"), messages=Messages("chassis"), identifier=None, ready=always
    )
    describe = app.openapi

    def slowly() -> dict[str, Any]:
        if app.openapi_schema is None:
            made.append(True)
            making.set()
            assert enough.wait(10)
        return describe()

    app.openapi = slowly
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        reading = [asyncio.create_task(client.get("/openapi.json")) for _ in range(2)]
        try:
            assert await asyncio.to_thread(making.wait, 10)
            assert (await client.get("/livez")).json() == {"status": "ok"}
        finally:
            enough.set()
        assert [(await answer).json()["openapi"][:3] for answer in reading] == ["3.1", "3.1"]
    assert made == [True]


async def test_description_can_be_read_as_a_page_of_this_service_alone(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(named) == 4
    assert all(address.startswith(("./docs/", "data:,")) for address in named), named
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none';" in policy
    for address in (item for item in named if item.startswith(".")):
        part = await client.get(address[1:])
        assert part.status_code == 200, address
        assert part.headers["x-content-type-options"] == "nosniff"
    assert "./openapi.json" in (await client.get("/docs/start.js")).text
