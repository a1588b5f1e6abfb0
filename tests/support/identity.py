"""Who calls, in tests of one service: an issuer that signs what a test asks for, and a small registry.

The registry is the neighbour that a service under test asks over real gRPC; it knows only what the test told it.
"""

import asyncio
import functools
import time
from collections.abc import AsyncIterator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import grpc
import grpc.aio
import uvicorn
from chassis.auth import subject_hash
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import RSAKey
from nuaikit.student_registry.v1 import assignments_pb2, assignments_pb2_grpc, enrolments_pb2, enrolments_pb2_grpc

from tests.support.kafka import eventually

AUDIENCE = "nuaikit"
SUBJECT_HASH_KEY = "key-of-subjects-in-tests"
_SERVE_SECONDS_MAX = 10


class _Server(uvicorn.Server):
    """uvicorn that leaves the signals to pytest, and ends when told; its own looks now and then, and waits."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ended = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.ended.wait()

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self.lifespan.shutdown()


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[int]:
    """Serve an application on a free port of the loopback, in this loop, and give the port."""
    server = _Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))
    task = asyncio.create_task(server.serve())

    async def is_started() -> bool:
        return server.started

    try:
        await eventually(is_started, timeout_s=_SERVE_SECONDS_MAX, what="the test's own server", every_s=0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.ended.set()
        await task


@functools.cache
def _key() -> RSAKey:
    """One for all issuers of a session, as making one takes a tenth of a second; a token still names its issuer."""
    return RSAKey.generate_key(2048, {"kid": "test"}, private=True)


@dataclass
class TokenIssuer:
    """An OpenID Connect issuer: discovery, keys and client credentials; people's tokens are made by `person`."""

    __test__ = False

    url: str = ""
    key: RSAKey = field(default_factory=_key)

    def person(self, subject: str, **claims: Any) -> str:
        """Token of a person; `claims` replace the usual ones."""
        return self._sign({"sub": subject} | claims)

    def client(self, client_id: str, scope: str = "act-on-behalf registry.resolve", **claims: Any) -> str:
        """Token of a program."""
        return self._sign({"sub": client_id, "client_id": client_id, "scope": scope} | claims)

    def _sign(self, claims: dict[str, Any]) -> str:
        now = int(time.time())
        usual = {"iss": self.url, "aud": [AUDIENCE], "iat": now, "exp": now + 600}
        return jwt.encode({"alg": "RS256", "kid": "test"}, usual | claims, self.key, algorithms=["RS256"])

    def app(self) -> FastAPI:
        """Its HTTP interface, as far as services use it."""
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        async def configuration() -> dict[str, str]:
            return {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/jwks.json",
                "token_endpoint": f"{self.url}/token",
            }

        @app.get("/jwks.json")
        async def keys() -> dict[str, Any]:
            return {"keys": [self.key.as_dict(private=False) | {"kid": "test", "use": "sig", "alg": "RS256"}]}

        @app.post("/token")
        async def token(request: Request) -> dict[str, Any]:
            form = await request.form()
            assert form["grant_type"] == "client_credentials"
            return {"access_token": self.client("service-under-test"), "token_type": "Bearer", "expires_in": 600}

        return app


@asynccontextmanager
async def token_issuer() -> AsyncIterator[TokenIssuer]:
    """A running issuer."""
    issuer = TokenIssuer()
    async with served(issuer.app()) as port:
        issuer.url = f"http://127.0.0.1:{port}"
        yield issuer


@dataclass
class SmallRegistry:
    """What a test tells a service about people and learners; `stop` makes it silent.

    Attributes:
        assignments: Answer of ResolveActor by acting assignment id; "" is the person without one.
        enrolments: What ListEnrolments knows.
        calls: Methods asked, in order.
    """

    address: str = ""
    assignments: dict[str, assignments_pb2.ResolveActorResponse] = field(default_factory=dict)
    enrolments: list[enrolments_pb2.Enrolment] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    _server: grpc.aio.Server | None = None

    def knows(
        self,
        subject: str,
        role: str,
        *permissions: str,
        assignment_id: UUID | None = None,
        institution_id: UUID | None = None,
        classroom: str = "",
        learner_id: UUID | None = None,
    ) -> None:
        """From now on a person has this role under this assignment."""
        answer = assignments_pb2.ResolveActorResponse(
            subject_hash=subject_hash(subject, SUBJECT_HASH_KEY.encode()),
            assignment_id=str(assignment_id or ""),
            institution_id=str(institution_id or ""),
            role=role,
            classroom=classroom,
            permissions=permissions,
            permission_version="test.1",
        )
        if learner_id is not None:
            answer.learner_id = str(learner_id)
        self.assignments[answer.assignment_id] = answer

    async def start(self) -> None:
        """Serve, at the same address as before when it was stopped."""
        server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        assignments_pb2_grpc.add_AssignmentServiceServicer_to_server(_Assignments(self), server)
        enrolments_pb2_grpc.add_EnrolmentServiceServicer_to_server(_Enrolments(self), server)
        port = server.add_insecure_port(self.address or "127.0.0.1:0")
        await server.start()
        self.address, self._server = f"127.0.0.1:{port}", server

    async def stop(self) -> None:
        """Be away."""
        if self._server is not None:
            await self._server.stop(None)
            self._server = None


class _Assignments(assignments_pb2_grpc.AssignmentServiceServicer):
    def __init__(self, registry: SmallRegistry) -> None:
        self._registry = registry

    async def ResolveActor(self, request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:  # noqa: N802  # named by the contract
        self._registry.calls.append("ResolveActor")
        answer = self._registry.assignments.get(request.acting_assignment_id)
        if answer is None:
            await context.abort(grpc.StatusCode.PERMISSION_DENIED, "No such assignment.")
        return answer

    async def AssignStaff(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        await context.abort(grpc.StatusCode.UNIMPLEMENTED, "not in tests")

    async def ListOwnAssignments(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        await context.abort(grpc.StatusCode.UNIMPLEMENTED, "not in tests")


class _Enrolments(enrolments_pb2_grpc.EnrolmentServiceServicer):
    def __init__(self, registry: SmallRegistry) -> None:
        self._registry = registry

    async def ListEnrolments(self, request: Any, context: Any) -> Any:  # noqa: N802  # named by the contract
        self._registry.calls.append("ListEnrolments")
        wanted = set(request.learner_ids)
        found: Sequence[enrolments_pb2.Enrolment] = [
            one for one in self._registry.enrolments if one.learner_id in wanted
        ]
        return enrolments_pb2.ListEnrolmentsResponse(enrolments=found)


@asynccontextmanager
async def small_registry() -> AsyncIterator[SmallRegistry]:
    """A running registry that knows nothing yet."""
    registry = SmallRegistry()
    await registry.start()
    try:
        yield registry
    finally:
        await registry.stop()
