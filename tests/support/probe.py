"""A small whole service on the chassis, without any domain: what it does is what tests want to see done.

`python -m tests.support.probe serve|relay|consume|all|migrate|audit` runs it as a process; `running` of the chassis
runs it in a test's loop. A note is a fact of `tests.support.plumbing`, stated over HTTP or gRPC, and applied by the
consumer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated, Any, ClassVar
from uuid import UUID

import chassis  # before grpc, as in a service's program: see its __init__
import grpc
from chassis import errors, idempotency, outbox
from chassis.auth import Actor, Credentials, Identifier, subject_hash
from chassis.config import BaseServiceSettings
from chassis.grpc_client import Peer
from chassis.grpc_server import Servicer, actor_of
from chassis.http import UPLOAD_BYTES_MAX, CurrentActor, FreshActor, Purpose, RequestId
from chassis.outcomes import Outcome, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Pool, transaction
from chassis.service import Composition, Resources, Service, main
from fastapi import APIRouter, Query, UploadFile
from fastapi.responses import StreamingResponse
from google.protobuf.wrappers_pb2 import Int64Value, StringValue
from pydantic import BaseModel
from pydantic_settings import SettingsConfigDict

from tests.support.plumbing import EFFECTS, FACTS, SQL_STATE, STATED, fact

NAME = "nuaikit.test.v1.ProbeService"
SECRET = "สมชาย ใจดี 1-2345-67890-12-3"
GATE = "CREATE TABLE gate (name text PRIMARY KEY)"
TABLES = "; ".join([STATED, EFFECTS, GATE])


class Settings(BaseServiceSettings):
    """Settings with the prefix `PROBE_`."""

    model_config = SettingsConfigDict(env_prefix="PROBE_", frozen=True, extra="forbid")
    service_name: ClassVar[str] = "probe"

    peer_address: str | None = None


class AlreadyNoted(errors.Refused):
    """The key was noted before."""

    reason = "ALREADY_NOTED"


class Resolver:
    """Everybody may note; a fresh answer is not to be had for `stale`."""

    async def resolve(self, credentials: Credentials, *, is_fresh_needed: bool) -> Actor:
        """The actor."""
        if is_fresh_needed and credentials.subject == "stale":
            raise errors.Unavailable
        return Actor(
            subject_hash=subject_hash(credentials.subject, b"key"),
            role="service" if credentials.is_service else "noter",
            institution_id=None,
            assignment_id=credentials.assignment_id,
            classroom="",
            permissions=credentials.scopes if credentials.is_service else frozenset({"note"}),
            permission_version="1",
            service=credentials.service,
            is_fresh=is_fresh_needed,
            token=credentials.token,
        )


async def note(pool: Pool, key: str, *, request_id: UUID, actor: Actor) -> Outcome:
    """State the next fact of a key, once per request."""
    actor.require("note")
    content = idempotency.fingerprint({"key": key})
    async with transaction(pool) as connection:
        answer = await idempotency.claim(connection, request_id, caller=actor.caller, content=content)
        if answer is not None:
            return outcomes_from_answer(answer)[0]
        value = await connection.fetchval(SQL_STATE, key)
        outcome = Outcome(0, id=str(value))
        await outbox.add(connection, [fact(key, value)])
        await idempotency.finish(connection, request_id, caller=actor.caller, answer=outcomes_to_answer([outcome]))
    return outcome


async def fail(kind: str, pool: Pool) -> None:
    """Fail in the way that is asked for; the unknown way holds a secret."""
    raised: dict[str, Exception] = {
        "refused": AlreadyNoted("Noted already.", field="key", key="a"),
        "missing": errors.NotFound(),
        "forbidden": errors.PermissionMissing(permission="note", role="guest"),
        "unavailable": errors.Unavailable(),
        "conflict": errors.Conflict(),
        "invalid": errors.InvalidField(field="key", expected="a key"),
        "long": errors.Refused("x" * 20_000, more="y" * 20_000, **{f"v{number}": "z" * 2_000 for number in range(40)}),
        "timeout": TimeoutError(SECRET),
        "unknown": RuntimeError(SECRET),
    }
    if kind == "sql":
        await pool.execute("SELECT 1/0")
    if kind == "argument":
        await pool.execute("SELECT $1::bigint", SECRET)
    raise raised[kind]


async def wait_for_gate(pool: Pool, name: str) -> None:
    """Be a call in flight until the gate opens."""
    while not await pool.fetchval("SELECT EXISTS (SELECT FROM gate WHERE name = $1)", name):  # noqa: ASYNC110  # a row is no event
        await asyncio.sleep(0.01)


class NoteBody(BaseModel):
    """What to note."""

    key: str


def router(pool: Pool, peer: Peer | None) -> APIRouter:
    """HTTP routes."""
    api = APIRouter()

    @api.post("/v1/notes")
    async def post_note(body: NoteBody, actor: CurrentActor, request_id: RequestId) -> dict[str, Any]:
        if peer is not None:
            method = peer.channel.unary_unary(f"/{NAME}/Note", StringValue.SerializeToString, Int64Value.FromString)
            answer = await peer.call(method, StringValue(value=f"{request_id}:{body.key}"), actor=actor)
            return {"value": answer.value}
        outcome = await note(pool, body.key, request_id=request_id, actor=actor)
        return {"value": int(outcome.id or 0)}

    @api.get("/v1/fail/{kind}")
    async def get_failure(kind: str) -> None:
        await fail(kind, pool)

    @api.get("/v1/peer-fail/{kind}")
    async def get_peer_failure(kind: str, actor: CurrentActor) -> None:
        assert peer is not None
        method = peer.channel.unary_unary(f"/{NAME}/Fail", StringValue.SerializeToString, Int64Value.FromString)
        await peer.call(method, StringValue(value=kind), actor=actor)

    @api.get("/v1/stream")
    async def get_stream(*, is_broken: bool = False) -> StreamingResponse:
        async def parts() -> AsyncIterator[bytes]:
            yield b"a"
            await asyncio.sleep(0)
            if is_broken:
                raise RuntimeError(SECRET)
            yield b"b"

        return StreamingResponse(parts())

    @api.get("/v1/fresh")
    async def get_fresh(actor: FreshActor) -> dict[str, bool]:
        return {"is_fresh": actor.is_fresh}

    @api.get("/v1/me")
    async def get_me(actor: CurrentActor, purpose: Purpose) -> dict[str, Any]:
        permissions = sorted(actor.permissions)
        return {"role": actor.role, "permissions": permissions, "purpose": purpose, "service": actor.service}

    @api.get("/v1/gates/{name}")
    async def get_gate(name: str) -> dict[str, str]:
        await wait_for_gate(pool, name)
        return {"gate": name}

    @api.post("/v1/files", max_body_size=UPLOAD_BYTES_MAX)
    async def post_file(file: UploadFile) -> dict[str, int]:
        return {"bytes": len(await file.read())}

    @api.get("/v1/many")
    async def get_many(count: Annotated[int, Query(ge=1, le=10)]) -> dict[str, int]:
        return {"count": count}

    return api


def servicer(pool: Pool, identifier: Identifier, peer: Peer | None) -> Servicer:
    """gRPC methods; requests are plain strings."""

    async def do_note(request: StringValue, context: Any) -> Int64Value:
        request_id, _, key = request.value.partition(":")
        actor = await actor_of(context, identifier)
        outcome = await note(pool, key, request_id=UUID(request_id), actor=actor)
        return Int64Value(value=int(outcome.id or 0))

    async def do_fail(request: StringValue, _context: Any) -> Int64Value:
        await fail(request.value, pool)
        return Int64Value()

    async def do_gate(request: StringValue, _context: Any) -> Int64Value:
        await wait_for_gate(pool, request.value)
        return Int64Value(value=1)

    async def do_forward(request: StringValue, context: Any) -> Int64Value:
        assert peer is not None
        actor = await actor_of(context, identifier)
        method = peer.channel.unary_unary(f"/{NAME}/Gate", StringValue.SerializeToString, Int64Value.FromString)
        return await peer.call(method, request, actor=actor)

    calls: dict[str, Callable[[StringValue, Any], Awaitable[Int64Value]]] = {
        "Note": do_note,
        "Fail": do_fail,
        "Gate": do_gate,
        "Forward": do_forward,
    }

    def add(server: grpc.aio.Server) -> None:
        handlers = {
            name: grpc.unary_unary_rpc_method_handler(call, StringValue.FromString, Int64Value.SerializeToString)
            for name, call in calls.items()
        }
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(NAME, handlers),))

    return Servicer(NAME, add)


def compose(resources: Resources[Settings]) -> Composition:
    """The whole service."""
    peer = resources.peer(resources.settings.peer_address) if resources.settings.peer_address else None

    async def audit() -> dict[str, int]:
        return {"drift_notes": await resources.pool.fetchval("SELECT count(*) FROM gate"), "notes": 1}

    return Composition(
        resolver=Resolver(),
        routers=[router(resources.pool, peer)],
        servicers=lambda identifier: [servicer(resources.pool, identifier, peer)],
        subscription=FACTS,
        audit=audit,
    )


SERVICE = Service("probe", chassis.__name__, Settings, compose)

if __name__ == "__main__":
    raise SystemExit(main(SERVICE))
