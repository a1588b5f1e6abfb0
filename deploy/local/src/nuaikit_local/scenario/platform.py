"""Speaks to the running services as people and client programs do: tokens, assignments, retries with the same id."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, cast

import grpc
import grpc.aio
import httpx
from nuaikit.common.v1 import outcome_pb2
from nuaikit.student_registry.v1 import assignments_pb2, assignments_pb2_grpc

Answer = TypeVar("Answer")

NAMESPACE = uuid.UUID("6f6b1f0e-54a5-5f0e-9d0b-0c6f1f6b8a52")
"""Request ids of the scenario are made from it, so that a second run repeats requests and not effects."""

PATIENCE_S = 120.0
"""How long a step waits for a part that is starting again."""

STALE = frozenset({"LEARNER_NOT_ENROLLED", "LEARNER_UNKNOWN", "INSTITUTION_UNKNOWN", "MEMBER_UNKNOWN", "PARTY_UNKNOWN"})
"""Refusals that pass once the services' copies of each other's facts have arrived."""

_PASSING = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.ABORTED, grpc.StatusCode.DEADLINE_EXCEEDED)
_HTTP_PASSING = (502, 503, 504)
_HTTP_CONFLICT = 409


class ScenarioError(Exception):
    """A step was answered otherwise than the story says."""


class _WithOutcomes(Protocol):
    @property
    def outcomes(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the parts listen: base URLs for HTTP, host:port for gRPC."""

    issuer: str
    registry_http: str
    registry_grpc: str
    bank_http: str
    bank_grpc: str
    guidance_http: str
    guidance_grpc: str
    indicators_http: str
    portal_http: str


@dataclass(slots=True)
class Person:
    """Somebody signed in, acting under one assignment."""

    name: str
    token: str
    assignment_id: str = ""

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """What each gRPC call carries."""
        pairs = [("authorization", f"Bearer {self.token}")]
        if self.assignment_id:
            pairs.append(("nuaikit-assignment", self.assignment_id))
        return tuple(pairs)

    @property
    def headers(self) -> dict[str, str]:
        """What each HTTP request carries."""
        headers = {"Authorization": f"Bearer {self.token}"}
        if self.assignment_id:
            headers["Nuaikit-Assignment"] = self.assignment_id
        return headers


@dataclass(slots=True)
class Platform:
    """The running platform and the people of the scenario.

    Attributes:
        addresses: Where the parts listen.
        password: Shared password of the demonstration accounts.
        client_secrets: Secrets of client programs by client id.
    """

    addresses: Addresses
    password: str = field(repr=False)
    client_secrets: dict[str, str] = field(repr=False)
    people: dict[str, Person] = field(default_factory=dict[str, Person])
    _http: httpx.AsyncClient = field(init=False)
    _channels: dict[str, grpc.aio.Channel] = field(default_factory=dict[str, grpc.aio.Channel])

    async def __aenter__(self) -> Platform:
        """Open connections."""
        self._http = httpx.AsyncClient(timeout=60.0, trust_env=False)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        """Close connections."""
        await self._http.aclose()
        for channel in self._channels.values():
            await channel.close(None)

    def channel(self, address: str) -> grpc.aio.Channel:
        """The channel to one service."""
        if address not in self._channels:
            options = [("grpc.max_reconnect_backoff_ms", 1_000)]
            self._channels[address] = grpc.aio.insecure_channel(address, options=options)
        return self._channels[address]

    async def sign_in(self, username: str) -> Person:
        """Sign in with the demonstration password, once."""
        if username not in self.people:
            form = {"grant_type": "password", "username": username, "password": self.password}
            self.people[username] = Person(username, await self._token(form, auth=None))
        return self.people[username]

    async def sign_in_client(self, client_id: str) -> Person:
        """Sign in a client program with its own secret, once."""
        if client_id not in self.people:
            auth = (client_id, self.client_secrets[client_id])
            self.people[client_id] = Person(
                client_id, await self._token({"grant_type": "client_credentials"}, auth=auth)
            )
        return self.people[client_id]

    async def acting(self, username: str, role: str) -> Person:
        """Sign somebody in and take up the assignment with `role`; waits until the registry knows it."""
        person = await (self.sign_in_client if username in self.client_secrets else self.sign_in)(username)
        if not person.assignment_id:
            stub = assignments_pb2_grpc.AssignmentServiceStub(self.channel(self.addresses.registry_grpc))
            answer = await self.call(stub.ListOwnAssignments, assignments_pb2.ListOwnAssignmentsRequest(), person)
            found = [item.assignment_id for item in answer.assignments if item.role == role]
            if not found:
                raise ScenarioError(f"{username} has no assignment as {role}")
            person.assignment_id = found[0]
        return person

    async def call(self, method: Callable[..., Awaitable[Answer]], request: Any, person: Person) -> Answer:
        """One gRPC call; goes on trying with the same request while a part is away."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            try:
                return await method(request, timeout=30, metadata=person.metadata)
            except grpc.aio.AioRpcError as error:
                if error.code() not in _PASSING or asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(0.5)

    async def settle(
        self,
        method: Callable[..., Awaitable[_WithOutcomes]],
        request: Any,
        person: Person,
        *,
        step: str,
        expected: frozenset[str] = frozenset(),
    ) -> list[outcome_pb2.ItemOutcome]:
        """One list call under the step's request id, until no item is refused for a fact that is still on its way.

        Args:
            method: Stub method whose answer has `outcomes`.
            request: Its request; the request id is set here.
            person: Who calls.
            step: Name of the step; the request id is made from it.
            expected: Reasons that the story expects; any other refusal ends the scenario.

        Raises:
            ScenarioError: An item was refused otherwise than expected.
        """
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        attempt = 0
        while True:
            request.request_id = str(request_id(step, attempt))
            answer = await self.call(method, request, person)
            outcomes = cast("list[outcome_pb2.ItemOutcome]", list(answer.outcomes))
            reasons = {item.problem.reason for item in outcomes if item.HasField("problem")} - expected
            if not reasons:
                return outcomes
            if not reasons <= STALE or asyncio.get_running_loop().time() > deadline:
                raise ScenarioError(f"{step}: {', '.join(sorted(reasons))}")
            attempt += 1
            await asyncio.sleep(0.2)

    async def upload(
        self, url: str, person: Person, *, name: str, content: bytes, step: str, form: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """Upload one file and give the report; waits while facts it needs are still on their way."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        attempt = 0
        while True:
            headers = person.headers | {"Idempotency-Key": str(request_id(step, attempt))}
            report = await self._send("POST", url, headers, files={"file": (name, content)}, data=form or {})
            reasons = {row["reason"] for row in report["rows"]}
            if not reasons & STALE or asyncio.get_running_loop().time() > deadline:
                return report
            attempt += 1
            await asyncio.sleep(0.2)

    async def get(self, url: str, person: Person, *, purpose: str = "", expected_status: int = 200) -> Any:
        """Read one resource; anything but the expected status ends the scenario."""
        headers = person.headers | ({"Nuaikit-Purpose": purpose} if purpose else {})
        return await self._send("GET", url, headers, expected_status=expected_status)

    async def _send(
        self, method: str, url: str, headers: dict[str, str], *, expected_status: int = 200, **content: Any
    ) -> Any:
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            answer = None
            try:
                answer = await self._http.request(method, url, headers=headers, **content)
            except httpx.TransportError:
                if asyncio.get_running_loop().time() > deadline:
                    raise
            if answer is not None:
                is_passing = answer.status_code in _HTTP_PASSING or (
                    answer.status_code == _HTTP_CONFLICT and answer.json().get("reason") == "CONFLICT"
                )
                if not is_passing or asyncio.get_running_loop().time() > deadline:
                    break
            await asyncio.sleep(0.5)
        if answer.status_code != expected_status:
            reason = answer.json().get("reason", "")
            path = httpx.URL(url).path
            raise ScenarioError(f"{method} {path}: HTTP {answer.status_code} {reason}")
        return answer.json()

    async def _token(self, form: dict[str, str], *, auth: tuple[str, str] | None) -> str:
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while True:
            try:
                address = f"{self.addresses.issuer}/token"
                answer = await (
                    self._http.post(address, data=form, auth=auth) if auth else self._http.post(address, data=form)
                )
                answer.raise_for_status()
                return str(answer.json()["access_token"])
            except httpx.TransportError:
                if asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(0.5)


def request_id(step: str, attempt: int = 0) -> uuid.UUID:
    """Request id of a step; the same in every run."""
    return uuid.uuid5(NAMESPACE, f"{step}#{attempt}")
