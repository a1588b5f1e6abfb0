"""gRPC between services: errors cross whole, the unknown leaks nothing, deadlines shrink, health tells the truth."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import grpc
import httpx
import pytest
from chassis.auth import Actor, ServiceToken
from chassis.errors import (
    Conflict,
    InvalidField,
    NotFound,
    PermissionMissing,
    Refused,
    ServiceError,
    Unavailable,
)
from chassis.grpc_client import Peer
from chassis.grpc_server import MESSAGE_BYTES_MAX
from google.protobuf.wrappers_pb2 import Int64Value, StringValue
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from opentelemetry.trace import SpanKind, StatusCode

from tests.support.oidc import OidcIssuer
from tests.support.probe import NAME, SECRET
from tests.support.telemetry import LogLines, RecordedTelemetry


class Caller:
    """A service that calls the probe."""

    def __init__(self, peer: Peer, started: Any) -> None:
        self.peer, self.started = peer, started

    async def call(self, name: str, value: str, **options: Any) -> int:
        """Call one method."""
        method = self.peer.channel.unary_unary(f"/{NAME}/{name}", StringValue.SerializeToString, Int64Value.FromString)
        return (await self.peer.call(method, StringValue(value=value), **options)).value


@pytest.fixture
def telemetry(served: Any) -> RecordedTelemetry:
    """What the served probe, and whoever calls it, tells from now on."""
    served.telemetry.clear()
    return served.telemetry


@pytest.fixture
async def caller(served: Any, telemetry: RecordedTelemetry, signing_issuer: OidcIssuer) -> AsyncIterator[Caller]:
    """A service with a client token, calling the served probe."""
    async with calling(served.started, telemetry, signing_issuer) as opened:
        yield opened


@pytest.fixture
async def mortal(start_probe: Any, telemetry: RecordedTelemetry, signing_issuer: OidcIssuer) -> AsyncIterator[Caller]:
    """The same, calling a probe that the test may stop."""
    async with start_probe() as started, calling(started, telemetry, signing_issuer) as opened:
        yield opened


@asynccontextmanager
async def calling(started: Any, telemetry: RecordedTelemetry, issuer: OidcIssuer) -> AsyncIterator[Caller]:
    """A caller for the length of a block."""
    async with httpx.AsyncClient() as http:
        token = ServiceToken(issuer.url, client_id="probe", client_secret="secret", http=http)
        peer = Peer(f"127.0.0.1:{started.grpc_port}", telemetry=telemetry.of("caller"), token=token, timeout_s=5)
        yield Caller(peer, started)
        await peer.close()


def person(issuer: OidcIssuer, subject: str = "somebody") -> Actor:
    """A person whose token is passed on."""
    return Actor("hash", "noter", None, None, "", frozenset(), "1", token=issuer.person(subject))


FAILURES: dict[str, tuple[type[ServiceError], str]] = {
    "refused": (Refused, "ALREADY_NOTED"),
    "missing": (NotFound, "NOT_FOUND"),
    "forbidden": (PermissionMissing, "PERMISSION_MISSING"),
    "unavailable": (Unavailable, "UNAVAILABLE"),
    "conflict": (Conflict, "CONFLICT"),
    "invalid": (InvalidField, "INVALID_FIELD"),
    "timeout": (Unavailable, "UNAVAILABLE"),
    "unknown": (ServiceError, "INTERNAL"),
    "sql": (ServiceError, "INTERNAL"),
}


@pytest.mark.parametrize("kind", FAILURES)
async def test_error_crosses_the_wire_and_is_the_same_again(
    caller: Caller, kind: str, telemetry: RecordedTelemetry, logs: LogLines
) -> None:
    expected, reason = FAILURES[kind]
    with pytest.raises(expected) as caught:
        await caller.call("Fail", kind)
    assert caught.value.reason == reason
    assert type(caught.value).__module__ == "chassis.errors"
    if kind == "refused":
        assert (caught.value.detail, caught.value.field, caught.value.metadata) == (
            "Noted already.",
            "key",
            {"key": "a"},
        )
    told = [str(caught.value), json.dumps(caught.value.metadata), repr(caught.value.__cause__), *logs.texts]
    assert SECRET not in "".join(told)
    is_fault = expected in (ServiceError, Unavailable)
    (served,) = [span for span in telemetry.spans if span.kind is SpanKind.SERVER]
    assert served.attributes is not None
    assert served.attributes["error.reason"] == reason
    assert served.status.status_code is (StatusCode.ERROR if is_fault else StatusCode.UNSET)
    outcomes = {
        point.attributes["outcome"]
        for point in telemetry.metric("probe", "request.duration")
        if point.attributes["method"] == f"/{NAME}/Fail"
    }
    assert ("INTERNAL" if expected is ServiceError else expected.kind) in outcomes
    assert len(logs.saying("Call failed")) == (expected is ServiceError)


async def test_error_with_much_to_say_still_arrives(caller: Caller) -> None:
    with pytest.raises(Refused) as caught:
        await caller.call("Fail", "long")
    assert caught.value.reason == "REFUSED"


async def test_service_acts_for_the_person_it_names(caller: Caller, signing_issuer: OidcIssuer) -> None:
    assert await caller.call("Note", f"{uuid4()}:behalf", actor=person(signing_issuer)) == 1


async def test_request_id_is_the_persons_whichever_way_it_comes(caller: Caller, signing_issuer: OidcIssuer) -> None:
    request_id = str(uuid4())
    over_grpc = await caller.call("Note", f"{request_id}:either", actor=person(signing_issuer))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{caller.started.http_port}") as client:
        sent = {"Authorization": f"Bearer {signing_issuer.person('somebody')}", "Idempotency-Key": request_id}
        over_http = (await client.post("/v1/notes", json={"key": "either"}, headers=sent)).json()["value"]
    assert over_grpc == over_http == 1


async def test_service_without_the_scope_acts_for_nobody(
    caller: Caller, signing_issuer: OidcIssuer, telemetry: RecordedTelemetry
) -> None:
    signing_issuer.clients["modest"] = ("secret", ("note",))
    async with httpx.AsyncClient() as http:
        token = ServiceToken(signing_issuer.url, client_id="modest", client_secret="secret", http=http)
        peer = Peer(f"127.0.0.1:{caller.started.grpc_port}", telemetry=telemetry.of("caller"), token=token)
        modest = Caller(peer, caller.started)
        assert await modest.call("Note", f"{uuid4()}:modest") == 1, "its own scope lets it note"
        with pytest.raises(ServiceError) as caught:
            await modest.call("Note", f"{uuid4()}:a", actor=person(signing_issuer))
        await peer.close()
    assert caught.value.reason == "TOKEN_INVALID"


async def test_service_cannot_be_acted_for(caller: Caller, signing_issuer: OidcIssuer) -> None:
    other = Actor("hash", "service", None, None, "", frozenset(), "", token=signing_issuer.client("root", ["note"]))
    with pytest.raises(ServiceError) as caught:
        await caller.call("Note", f"{uuid4()}:a", actor=other)
    assert caught.value.reason == "TOKEN_INVALID"


async def test_call_without_tokens_is_not_served(caller: Caller, telemetry: RecordedTelemetry) -> None:
    peer = Peer(f"127.0.0.1:{caller.started.grpc_port}", telemetry=telemetry.of("caller"), token=None)
    with pytest.raises(ServiceError) as caught:
        await Caller(peer, caller.started).call("Note", f"{uuid4()}:a")
    assert caught.value.reason == "TOKEN_INVALID"
    await peer.close()


async def test_call_beyond_its_deadline_is_unavailable(caller: Caller) -> None:
    with pytest.raises(Unavailable):
        await caller.call("Gate", "never", timeout_s=0.3)


async def test_nested_call_ends_before_the_callers_patience(
    start_probe: Any, caller: Caller, signing_issuer: OidcIssuer, telemetry: RecordedTelemetry
) -> None:
    """Three services in a row: the one in the middle still tells which neighbour did not answer."""
    async with start_probe(name="middle", peer_address=f"127.0.0.1:{caller.started.grpc_port}") as middle:
        peer = Peer(f"127.0.0.1:{middle.grpc_port}", telemetry=telemetry.of("caller"), token=caller.peer._token)
        with pytest.raises(Unavailable) as caught:
            await Caller(peer, middle).call("Forward", "never", actor=person(signing_issuer), timeout_s=0.6)
        await peer.close()
    assert isinstance(caught.value.__cause__, grpc.aio.AioRpcError)
    assert caught.value.__cause__.code() is grpc.StatusCode.UNAVAILABLE, "an answer, not a deadline that passed"


async def test_neighbour_that_is_not_there_is_unavailable_and_found_when_it_is(
    start_probe: Any, mortal: Caller
) -> None:
    port = mortal.started.grpc_port
    await mortal.started._grpc.stop(grace_s=0)
    with pytest.raises(Unavailable):
        await mortal.call("Note", "x")
    async with start_probe(grpc_address=f"127.0.0.1:{port}"):
        async with asyncio.timeout(10):
            while True:
                try:
                    assert await mortal.call("Note", f"{uuid4()}:a") == 1
                except Unavailable:
                    continue
                break


async def test_unknown_method_is_internal_and_too_large_a_message_too(caller: Caller) -> None:
    for name, value in (("Nothing", "x"), ("Note", "x" * (MESSAGE_BYTES_MAX + 1))):
        with pytest.raises(ServiceError) as caught:
            await caller.call(name, value)
        assert caught.value.kind == "INTERNAL"


async def test_health_follows_the_life_of_the_server(mortal: Caller) -> None:
    stub = health_pb2_grpc.HealthStub(mortal.peer.channel)
    for name in ("", NAME):
        answer = await stub.Check(health_pb2.HealthCheckRequest(service=name))
        assert answer.status == health_pb2.HealthCheckResponse.SERVING
    watch = stub.Watch(health_pb2.HealthCheckRequest(service=NAME))
    assert (await watch.read()).status == health_pb2.HealthCheckResponse.SERVING
    stopping = asyncio.create_task(mortal.started._grpc.stop(grace_s=2))
    async with asyncio.timeout(5):
        assert (await watch.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
    watch.cancel()
    await stopping


async def test_reflection_lists_what_is_served(caller: Caller) -> None:
    stub = reflection_pb2_grpc.ServerReflectionStub(caller.peer.channel)
    call = stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(list_services="")]))
    answer = await call.read()
    assert {service.name for service in answer.list_services_response.service} == {
        NAME,
        "grpc.reflection.v1alpha.ServerReflection",
    }
