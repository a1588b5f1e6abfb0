"""Calls to other services: deadline, trace, tokens, and errors rebuilt."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar, cast

import grpc
import grpc.aio
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2
from opentelemetry.trace import SpanKind

from chassis.auth import Actor, ServiceToken
from chassis.errors import ServiceError, kind_of_code, rebuild
from chassis.grpc_server import DETAILS_KEY, MESSAGE_BYTES_MAX, deadline
from chassis.telemetry import Telemetry, current_traceparent

Answer = TypeVar("Answer")


class Peer:
    """One other service. Calls carry this service's token, and the person's beside it when there is one."""

    def __init__(
        self, address: str, *, telemetry: Telemetry, token: ServiceToken | None, timeout_s: float = 5.0
    ) -> None:
        """Connect lazily to `address`."""
        self.channel = grpc.aio.insecure_channel(
            address,
            options=[
                ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
                ("grpc.max_send_message_length", MESSAGE_BYTES_MAX),
                # A neighbour that comes back must be found within a second or two, not after minutes of backoff.
                ("grpc.max_reconnect_backoff_ms", 1_000),
                # A neighbour whose machine is gone closes nothing: without asking, calls would time out for minutes.
                ("grpc.keepalive_time_ms", 10_000),
                ("grpc.keepalive_timeout_ms", 3_000),
            ],
        )
        self._telemetry = telemetry
        self._token = token
        self._timeout_s = timeout_s

    async def call(
        self,
        method: Callable[..., Awaitable[Answer]],
        request: Any,
        *,
        actor: Actor | None = None,
        timeout_s: float | None = None,
    ) -> Answer:
        """Call one method of a stub made on `channel`.

        Args:
            method: A stub's method, such as `stub.ListEnrolments`.
            request: Its request message.
            actor: Person for whom the call is made.
            timeout_s: Deadline; the peer's default when absent. Never later than that of the call being served.

        Raises:
            ServiceError: What the other service raised, rebuilt; `Unavailable` when it does not answer in time.
        """
        name = getattr(method, "_method", b"call")
        with self._telemetry.span(
            name.decode().lstrip("/") if isinstance(name, bytes) else str(name), kind=SpanKind.CLIENT
        ):
            metadata = await self._metadata(actor)
            left_s = timeout_s or self._timeout_s
            ends_at = deadline.get()
            if ends_at is not None:
                left_s = min(left_s, max(0.0, ends_at - asyncio.get_running_loop().time()))
            try:
                return await method(request, timeout=left_s, metadata=metadata)
            except grpc.aio.AioRpcError as exc:
                raise _rebuild(exc) from exc

    async def _metadata(self, actor: Actor | None) -> tuple[tuple[str, str], ...]:
        pairs: list[tuple[str, str]] = []
        traceparent = current_traceparent()
        if traceparent:
            pairs.append(("traceparent", traceparent))
        if self._token is not None:
            pairs.append(("authorization", f"Bearer {await self._token.get()}"))
            if actor is not None and actor.token:
                pairs.append(("nuaikit-actor-token", actor.token))
        elif actor is not None:
            pairs.append(("authorization", f"Bearer {actor.token}"))
        if actor is not None and actor.assignment_id is not None:
            pairs.append(("nuaikit-assignment", str(actor.assignment_id)))
        return tuple(pairs)

    async def close(self) -> None:
        """Close the channel."""
        await self.channel.close(grace=None)


def _rebuild(exc: grpc.aio.AioRpcError) -> ServiceError:
    kind = kind_of_code(exc.code())
    trailing: Iterable[tuple[str, str | bytes]] = cast("Any", exc).trailing_metadata() or ()
    raw = next((value for key, value in trailing if key == DETAILS_KEY), None)
    if isinstance(raw, bytes):
        status, info = status_pb2.Status(), error_details_pb2.ErrorInfo()
        with contextlib.suppress(DecodeError):  # whatever a proxy put there
            status.ParseFromString(raw)
            if status.details and status.details[0].Unpack(info):
                return rebuild(kind, info.reason, status.message, dict(info.metadata))
    return rebuild(kind, kind, "The other service does not answer." if kind == "UNAVAILABLE" else "Call failed.", {})
