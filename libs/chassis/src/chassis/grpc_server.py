# The stubs of grpc leave its handlers and the aio health servicer untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownParameterType=false
"""Serves gRPC: one span a call, errors as google.rpc.Status, health, reflection, drain."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import grpc
import grpc.aio
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from opentelemetry.trace import SpanKind, Status, StatusCode

from chassis.auth import Actor, Identifier
from chassis.errors import TABLE, ServiceError
from chassis.pg import translate
from chassis.telemetry import Telemetry, context_of

log = logging.getLogger(__name__)

MESSAGE_BYTES_MAX = 16 * 1024 * 1024
"""A list call of 1,000 items fits well within."""

DETAILS_KEY = "grpc-status-details-bin"

DETAIL_CHARACTERS_MAX = 500
"""Of an error's sentence and of each variable in it: trailers have 8 KiB, and one too large hides the whole error."""

DEADLINE_MARGIN_S = 0.05
"""Kept from a caller's deadline, so that this service can still say which neighbour did not answer in time."""

deadline: ContextVar[float | None] = ContextVar("deadline", default=None)
"""When the call being served ends (loop time); calls made for it end a little earlier."""

_SERVER_FAULTS = frozenset({grpc.StatusCode.INTERNAL, grpc.StatusCode.UNAVAILABLE})
"""Codes that mark the span failed; a refusal is a good answer."""


@dataclass(frozen=True, slots=True)
class Servicer:
    """One service to serve: its full name and how it is added to a server."""

    full_name: str
    add: Callable[[grpc.aio.Server], None]


async def actor_of(
    context: grpc.aio.ServicerContext[Any, Any], identifier: Identifier, *, is_fresh_needed: bool = False
) -> Actor:
    """The actor of a call, from its metadata."""
    metadata = {key: value for key, value in (context.invocation_metadata() or ()) if isinstance(value, str)}
    return await identifier.actor(
        metadata.get("authorization"),
        metadata.get("nuaikit-assignment"),
        metadata.get("nuaikit-actor-token"),
        is_fresh_needed=is_fresh_needed,
    )


if TYPE_CHECKING:
    _InterceptorBase = grpc.aio.ServerInterceptor[Any, Any]
else:  # generic in the stubs only
    _InterceptorBase = grpc.aio.ServerInterceptor


class _Interceptor(_InterceptorBase):
    """Span, duration and error mapping of every unary call."""

    def __init__(self, telemetry: Telemetry, domain: str) -> None:
        self._telemetry = telemetry
        self._domain = domain

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        handler = await continuation(handler_call_details)
        method = str(handler_call_details.method)
        if handler is None or handler.unary_unary is None or not method.startswith("/nuaikit."):
            return handler
        inner: Any = handler.unary_unary

        async def call(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
            return await self._observe(method, inner, request, context)

        return grpc.unary_unary_rpc_method_handler(
            call,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    async def _observe(
        self,
        method: str,
        inner: Callable[[Any, grpc.aio.ServicerContext[Any, Any]], Awaitable[Any]],
        request: Any,
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> Any:
        traceparent = next(
            (str(value) for key, value in (context.invocation_metadata() or ()) if key == "traceparent"), None
        )
        started = time.perf_counter()
        outcome = "CANCELLED"
        remaining_s = cast("float | None", context.time_remaining())  # None where the caller set no deadline
        if remaining_s is not None:
            deadline.set(asyncio.get_running_loop().time() + remaining_s - DEADLINE_MARGIN_S)
        with self._telemetry.span(method.lstrip("/"), kind=SpanKind.SERVER, parent=context_of(traceparent)) as span:
            try:
                answer = await inner(request, context)
            except grpc.aio.AbortError:
                outcome = "ABORTED"
                raise
            except Exception as exc:  # noqa: BLE001  # the unknown must not leak: grpc.aio would send its text
                failure = self._failure(method, exc)
                outcome = failure.kind
                span.set_attribute("error.reason", failure.reason)
                if TABLE[failure.kind].code in _SERVER_FAULTS:
                    span.set_status(Status(StatusCode.ERROR, failure.reason))
            else:
                outcome = "OK"
                return answer
            finally:
                span.set_attribute("rpc.outcome", outcome)
                self._telemetry.request_duration.record(
                    time.perf_counter() - started, {"method": method, "outcome": outcome}
                )
        await context.abort(
            TABLE[failure.kind].code,
            failure.detail[:DETAIL_CHARACTERS_MAX],
            trailing_metadata=((DETAILS_KEY, _status(failure, self._domain)),),
        )
        return None  # pragma: no cover  # abort raises

    def _failure(self, method: str, exc: Exception) -> ServiceError:
        """What the caller is told; logged here and nowhere else."""
        failure = exc if isinstance(exc, ServiceError) else translate(exc) or ServiceError("Internal error.")
        fields = {"method": method, "reason": failure.reason}
        level = TABLE[failure.kind].log_level
        if level == "error":
            log.error("Call failed", exc_info=exc, extra={"fields": fields})
        elif level == "warning":
            log.warning("Call was refused", extra={"fields": fields})
        return failure


def _status(error: ServiceError, domain: str) -> bytes:
    variables = {"field": error.field, **error.metadata} if error.field else error.metadata
    metadata = {name: value[:DETAIL_CHARACTERS_MAX] for name, value in list(variables.items())[:8]}
    detail = any_pb2.Any()
    detail.Pack(error_details_pb2.ErrorInfo(reason=error.reason, domain=domain, metadata=metadata))
    status = status_pb2.Status(
        code=TABLE[error.kind].code.value[0], message=error.detail[:DETAIL_CHARACTERS_MAX], details=[detail]
    )
    return status.SerializeToString()


class GrpcServer:
    """A server with health and reflection."""

    def __init__(self, servicers: Sequence[Servicer], *, telemetry: Telemetry, service_name: str) -> None:
        """Serve `servicers`."""
        self._server = grpc.aio.server(
            interceptors=[_Interceptor(telemetry, service_name)],
            options=[
                ("grpc.max_receive_message_length", MESSAGE_BYTES_MAX),
                ("grpc.max_send_message_length", MESSAGE_BYTES_MAX),
                ("grpc.so_reuseport", 0),  # a taken port is an error, not a share of the calls
                ("grpc.http2.min_recv_ping_interval_without_data_ms", 5_000),  # clients ask whether we are there
            ],
        )
        self._health = cast("Any", health).aio.HealthServicer()
        self._names = [servicer.full_name for servicer in servicers]
        for servicer in servicers:
            servicer.add(self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection([*self._names, reflection.SERVICE_NAME], self._server)

    async def start(self, address: str) -> int:
        """Listen and report healthy; gives the port bound."""
        try:
            port = self._server.add_insecure_port(address)
        except RuntimeError as exc:
            raise OSError(f"cannot listen on {address}") from exc
        await self._server.start()
        await self._say(health_pb2.HealthCheckResponse.SERVING)
        return port

    async def stop(self, *, grace_s: float) -> None:
        """Report not serving, refuse new calls, let the others finish."""
        await self._say(health_pb2.HealthCheckResponse.NOT_SERVING)
        await self._server.stop(grace_s)

    async def _say(self, status: health_pb2.HealthCheckResponse.ServingStatus) -> None:
        for name in ["", *self._names]:
            await self._health.set(name, status)
